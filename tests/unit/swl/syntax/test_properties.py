"""Laws over generated and mutated programs. `tests/benchmarks/fuzz_swl_syntax.py` runs the same over many more."""

from __future__ import annotations

import ast
from collections import Counter

import pytest
from tests.golden.swl.syntax.programs import Programs, sources

from madang.swl.diagnostics import apply_edits
from madang.swl.syntax import Parsed, parse

SEEDS = range(40)


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_said_about_a_good_program(seed: int) -> None:
    parsed = parse(Programs(seed).good())
    assert (parsed.diagnostics, parsed.holes) == ((), ())


@pytest.mark.parametrize("seed", SEEDS)
def test_every_place_lies_in_the_source_and_every_hole_has_its_diagnostic(seed: int) -> None:
    for source in sources(seed, 1):
        parsed = parse(source)
        assert all(0 <= start <= end <= len(source) for start, end in _spans(parsed))
        assert bool(parsed.holes) <= bool(parsed.diagnostics)
        assert list(parsed.diagnostics) == sorted(parsed.diagnostics, key=lambda one: one.span.start.offset)


def _spans(parsed: Parsed) -> list[tuple[int, int]]:
    nodes = [parsed.text.offsets_of(node) for node in ast.walk(parsed.tree) if hasattr(node, "lineno")]
    places = [one.span for one in parsed.diagnostics] + [one.span for one in parsed.holes]
    places += [edit.span for one in parsed.diagnostics for fix in one.fixes for edit in fix.edits]
    return nodes + [(one.start.offset, one.end.offset) for one in places]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_statement_that_is_spoilt_leaves_the_others_as_they_are(seed: int) -> None:
    good = Programs(seed).good()
    tree = parse(good).tree
    spoilt = f"x = = y\n{good}q = ) z\n"
    parsed = parse(spoilt)
    assert [ast.dump(one) for one in parsed.tree.body[1:-1]] == [ast.dump(one) for one in tree.body]
    assert [one.span.start.line for one in parsed.diagnostics] == [1, spoilt.count("\n")]


def test_fixes_apply_and_take_their_diagnostic_away() -> None:
    fixes = left = 0
    for source in sources(1000, 25):
        parsed = parse(source)
        before = Counter(one.code for one in parsed.diagnostics)
        for one in parsed.diagnostics:
            for fix in one.fixes:
                after = Counter(each.code for each in parse(apply_edits(source, fix.edits)).diagnostics)
                fixes += 1
                left += after[one.code] >= before[one.code]
    # What is left are texts so broken that another mistake of the same kind comes to light.
    assert fixes > 150
    assert left <= fixes // 50
