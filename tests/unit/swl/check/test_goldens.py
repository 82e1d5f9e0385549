"""The checker over its golden programs: what it says, and that its fixes mend."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from tests.unit.swl.check.goldens import CASES, as_text, checked

from madang.swl.check.codes import CHECK_CODES
from madang.swl.diagnostics import apply_edits

SOURCES = {case.name: (case / "input.swl").read_text() for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_golden_program_has_its_diagnostics(case: Path) -> None:
    said = as_text(list(checked(SOURCES[case.name]).diagnostics))
    if os.environ.get("MADANG_UPDATE_GOLDENS"):
        (case / "diagnostics.txt").write_text(said)
    assert said == (case / "diagnostics.txt").read_text()


def test_every_code_has_a_case() -> None:
    found = {each.code for source in SOURCES.values() for each in checked(source).diagnostics}
    assert [code.code for code in CHECK_CODES if code.code not in found] == []


@pytest.mark.parametrize("case", sorted(SOURCES))
def test_a_fix_takes_its_own_diagnostic_away(case: str) -> None:
    source = SOURCES[case]
    for each in checked(source).diagnostics:
        for fix in each.fixes:
            after = checked(apply_edits(source, fix.edits))
            same = [other for other in after.diagnostics if other.code == each.code and other.message == each.message]
            before = [other for other in checked(source).diagnostics if other.message == each.message]
            assert len(same) < len(before), (each, fix)


@pytest.mark.parametrize("case", sorted(SOURCES))
def test_fixes_applied_one_after_the_other_come_to_an_end(case: str) -> None:
    source = SOURCES[case]
    for _ in range(60):
        fixable = [each for each in checked(source).diagnostics if each.fixes]
        if not fixable:
            return
        source = apply_edits(source, fixable[0].fixes[0].edits)
    raise AssertionError(source)


def test_good_programs_have_nothing_to_say_of_even_in_strict_mode() -> None:
    for name, source in SOURCES.items():
        if name.startswith("good"):
            assert as_text(list(checked(source, is_strict=True).diagnostics)) == "\n", name


def test_strict_makes_errors_of_what_may_be_none() -> None:
    source = SOURCES["T002-may-be-none"]
    assert {each.severity for each in checked(source).diagnostics} == {"warning"}
    assert {each.severity for each in checked(source, is_strict=True).diagnostics} == {"error"}


def test_the_same_program_gives_the_same_words_twice() -> None:
    for source in SOURCES.values():
        assert as_text(list(checked(source).diagnostics)) == as_text(list(checked(source).diagnostics))


@pytest.mark.parametrize("seed", range(40))
def test_programs_that_were_cut_and_mixed_are_checked_without_an_exception(seed: int) -> None:
    chance = random.Random(seed)
    lines = [line for source in SOURCES.values() for line in source.split("\n")]
    for _ in range(5):
        source = chance.choice(sorted(SOURCES.values()))
        for _ in range(chance.randint(1, 6)):
            source = _changed(source, lines, chance)
        found = checked(source)
        assert all(each.span.start.offset <= each.span.end.offset <= len(source) for each in found.diagnostics)


def _changed(source: str, lines: list[str], chance: random.Random) -> str:
    at = chance.randrange(len(source) + 1)
    match chance.randrange(4):
        case 0:
            return source[:at] + source[at + chance.randint(1, 5) :]
        case 1:
            return (
                source[:at]
                + chance.choice(["(", ")", "[", ".", "None", " if ", "=", "*", '"', "\n", "x"])
                + source[at:]
            )
        case 2:
            rows = source.split("\n")
            rows[chance.randrange(len(rows))] = chance.choice(lines)
            return "\n".join(rows)
        case _:
            rows = source.split("\n")
            chance.shuffle(rows)
            return "\n".join(rows)
