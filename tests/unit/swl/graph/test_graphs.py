"""Graphs: of golden programs as they were written down, of any program as the rules of graphs want them."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from tests.unit.swl.check.goldens import CASES, connectors
from tests.unit.swl.check.test_goldens import SOURCES

from madang.swl.compiler import Compilation, compile_source
from madang.swl.emit.mermaid import mermaid_of
from madang.swl.ir import walk_nodes

GOLDEN = Path(__file__).parents[3] / "golden" / "swl" / "graph"
SCHEMA = Path(__file__).parents[4] / "docs" / "language" / "graph.schema.json"
GOOD = [case.name for case in CASES if case.name.startswith("good")]


def compiled(source: str) -> Compilation:
    return compile_source(source, connectors())


def nodes_of(found: Compilation) -> list[Any]:
    return [node for function in found.program.functions for node in walk_nodes(function.nodes)]


@pytest.mark.parametrize("name", GOOD)
def test_a_golden_program_has_its_graph(name: str) -> None:
    said = json.dumps(compiled(SOURCES[name]).graph, ensure_ascii=False, indent=1) + "\n"
    file = GOLDEN / f"{name}.json"
    if os.environ.get("MADANG_UPDATE_GOLDENS"):
        file.write_text(said)
    assert said == file.read_text()


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_ids_are_unique_and_edges_have_both_their_ends(name: str) -> None:
    found = compiled(SOURCES[name])
    ids = [node.id for node in nodes_of(found)]
    assert len(ids) == len(set(ids))
    edges: Any = found.graph["edges"]
    assert {each["from"] for each in edges} | {each["to"] for each in edges} <= set(ids)


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_every_graph_is_valid_under_the_schema_that_is_published(name: str) -> None:
    validator = jsonschema_rs.validator_for(json.loads(SCHEMA.read_text()))
    assert [str(error) for error in validator.iter_errors(compiled(SOURCES[name]).graph)] == []


def test_a_loop_sends_what_it_changes_back_to_its_head() -> None:
    source = (
        "def run(xs: list[int]) -> int:\n    total = 0\n    for x in xs:\n        total = total + x\n    return total\n"
    )
    edges: Any = compiled(source).graph["edges"]
    into = sorted(each["from"] for each in edges if each["to"] == "run/for x#1/body/total#1")
    assert into == ["run/for x#1", "run/for x#1/body/total#1", "run/total#1"]
    assert sorted(each["from"] for each in edges if each["to"] == "run/return#1") == [
        "run/for x#1/body/total#1",
        "run/total#1",
    ]


def test_a_branch_that_returns_binds_nothing_for_what_follows() -> None:
    source = "def run(x: int) -> int:\n    y = 1\n    if x:\n        y = 2\n        return y\n    return y\n"
    edges: Any = compiled(source).graph["edges"]
    assert [each["from"] for each in edges if each["to"] == "run/return#1"] == ["run/y#1"]


def test_a_file_with_a_statement_that_cannot_be_read_has_a_graph_with_a_hole() -> None:
    source = SOURCES["good-narrowing"].replace("parent = order.parent", "?? what is this")
    kinds = [node.kind for node in nodes_of(compiled(source))]
    assert kinds.count("hole") == 1
    assert kinds.count("loop") == 2


def test_the_chart_of_a_program_has_every_node_once() -> None:
    found = compiled(SOURCES["good-digest"])
    chart = mermaid_of(found.program)
    assert chart.startswith("flowchart TD\n  subgraph n0 [")
    assert chart.count("subgraph") == chart.count(" end\n") + chart.count("\nend")
    assert '"page bbs.articles.search"' in chart


@pytest.mark.parametrize("seed", range(20))
def test_programs_with_lines_left_out_have_graphs(seed: int) -> None:
    chance = random.Random(seed)
    for source in SOURCES.values():
        rows = source.split("\n")
        del rows[chance.randrange(len(rows))]
        found = compiled("\n".join(rows))
        ids = [node.id for node in nodes_of(found)]
        assert len(ids) == len(set(ids))
