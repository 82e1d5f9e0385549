"""What a program is turned into for people and callers: outlines, forms, releases, what a change breaks."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from tests.unit.swl.check.goldens import GOLDEN, connectors
from tests.unit.swl.check.test_goldens import SOURCES

from madang.schema.connector import connector_value
from madang.schema.reading import read_functions
from madang.swl.compiler import Compilation, compile_source
from madang.swl.emit.lines import literal
from madang.swl.emit.outline import Language, outline_of
from madang.swl.emit.program import emit
from madang.swl.emit.release import input_schema, openapi_of, result_schema
from madang.swl.impact import impact
from madang.types.connector import Connector

RUNS = sorted((GOLDEN / "run").iterdir())


def compiled(source: str) -> Compilation:
    return compile_source(source, connectors())


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("case", RUNS, ids=lambda case: case.name)
def test_a_golden_program_has_its_outline(case: Path, language: Language) -> None:
    said = outline_of(compiled((case / "input.swl").read_text()), language)
    file = GOLDEN / "outline" / f"{case.name}.{language}.txt"
    if os.environ.get("MADANG_UPDATE_GOLDENS"):
        file.write_text(said)
    assert said == file.read_text()


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_every_program_has_an_outline_also_a_broken_one(name: str) -> None:
    assert outline_of(compiled(SOURCES[name]), "ko").endswith("\n")


def test_the_form_of_a_workflow_has_its_parameters_with_types_and_defaults() -> None:
    source = (
        "class Part:\n    name: str\n    count: int = 1\n\n\n"
        "def run(a: str, part: Part, since: datetime, b: list[int] = [1], c: int | None = None) -> Part | None:\n"
        "    return part if a else None\n"
    )
    found = compiled(source)
    assert input_schema(found) == {
        "type": "object",
        "properties": {
            "a": {"type": "string"},
            "part": {"$ref": "#/$defs/Part"},
            "since": {"type": "string", "format": "date-time"},
            "b": {"type": "array", "items": {"type": "integer"}, "default": [1]},
            "c": {"anyOf": [{"type": "integer"}, {"type": "null"}], "default": None},
        },
        "additionalProperties": False,
        "required": ["a", "part", "since"],
        "$defs": {
            "Part": {
                "type": "object",
                "properties": {"name": {"type": "string"}, "count": {"type": "integer"}},
                "required": ["name", "count"],
                "additionalProperties": False,
            }
        },
    }
    assert result_schema(found)["anyOf"] == [{"$ref": "#/$defs/Part"}, {"type": "null"}]


@pytest.mark.parametrize("case", RUNS, ids=lambda case: case.name)
def test_a_release_is_a_document_that_imports_as_one_function(case: Path) -> None:
    found = compiled((case / "input.swl").read_text())
    document: Any = openapi_of(found, path="/w/me/run", version="3")
    functions = read_functions(json.dumps(document).encode())
    assert [each.method for each in functions.functions] == ["POST"]
    assert [each for each in functions.remarks if each.severity != "note"] == []
    said = json.loads((case / "run.json").read_text())
    jsonschema_rs.validator_for(input_schema(found)).validate(said["inputs"])


def test_a_workflow_with_errors_has_no_program() -> None:
    with pytest.raises(ValueError, match="has no program"):
        emit(compiled("def run() -> int:\n    return missing\n"))


@pytest.mark.parametrize("value", ['a"b\\c\n\x00\x7f한글😀', 2**70, -1.5, float("inf"), True, None, b"\x00\xff"])
def test_a_literal_is_the_same_value_again(value: object) -> None:
    text = literal(value)
    assert text.isascii()
    assert eval(text) == value


def test_a_new_version_of_a_connector_breaks_the_lines_that_use_what_has_changed() -> None:
    data = (GOLDEN / "connectors" / "shop.yaml").read_bytes()
    changed = data.replace(b"total_minor", b"total_cents").replace(
        b"operationId: orders.cancel", b"operationId: orders.drop"
    )
    new = {**connectors(), "shop": Connector(connector_value("shop", read_functions(changed)))}
    source = (
        "from connector import shop\n\n\ndef run(order_id: str) -> str:\n"
        "    order = shop.orders.get(order_id=order_id)\n"
        "    shop.orders.cancel(order_id=order.id)\n"
        '    return f"{order.total_minor} {order.missing}"\n'
    )
    broken = impact(source, connectors(), new)
    assert [(each.span.start.line, each.code) for each in broken] == [(6, "N003"), (7, "N004")]
    assert impact(source, connectors(), connectors()) == ()
