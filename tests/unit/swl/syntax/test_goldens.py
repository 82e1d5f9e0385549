"""The front end over its golden programs: what it says, what it keeps, and that its fixes mend."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from tests.golden.swl.syntax.cases import GOOD, MISTAKES, TOO_LARGE
from tests.golden.swl.syntax.golden import apply_fixes, text_of

from madang.swl.syntax import Parsed, dump, parse
from madang.swl.syntax.codes import SYNTAX_CODES

EXPECTED = Path(__file__).parents[3] / "golden" / "swl" / "syntax" / "expected"


@pytest.mark.parametrize("name", [*GOOD, *MISTAKES])
def test_a_golden_program_has_its_diagnostics_and_its_tree(name: str) -> None:
    expected = (EXPECTED / f"{name}.txt").read_text(encoding="utf-8")
    assert text_of((GOOD | MISTAKES)[name]) == expected


@pytest.mark.parametrize("name", GOOD)
def test_a_good_program_has_the_standard_tree_and_nothing_is_said(name: str) -> None:
    parsed = parse(GOOD[name])
    assert (parsed.diagnostics, parsed.holes) == ((), ())
    assert ast.dump(parsed.tree) == ast.dump(ast.parse(GOOD[name]))


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_said_by_its_code_and_no_other(name: str) -> None:
    assert {one.code for one in parse(MISTAKES[name]).diagnostics} == {name[:4]}


@pytest.mark.parametrize("name", MISTAKES)
def test_no_fix_is_left_when_all_fixes_are_applied(name: str) -> None:
    fixed = apply_fixes(MISTAKES[name])
    assert [one for one in parse(fixed).diagnostics if one.fixes] == []


def test_every_code_has_a_golden_program() -> None:
    assert {name[:4] for name in MISTAKES | TOO_LARGE} == {code.code for code in SYNTAX_CODES}


def test_a_file_that_is_too_large_is_said_to_be_and_nothing_else() -> None:
    parsed = parse(TOO_LARGE["S001_large"])
    assert [one.code for one in parsed.diagnostics] == ["S001"]
    assert parsed.tree.body == []


def test_each_of_many_mistakes_is_one_diagnostic_on_its_line() -> None:
    source = (
        "def run(a: int) -> int:\n"
        "    x = a && 1\n"
        "    if x = 2:\n"
        "        retrun x\n"
        "    esle:\n"
        "        y = [1, 2\n"
        "    for i of y\n"
        "        print i\n"
        "    z = f(a=1 b=2)\n"
        "    w = 'open\n"
        "    return a;\n"
    )
    found = [(one.span.start.line, one.code) for one in parse(source).diagnostics]
    codes = ["S062", "S061", "S064", "S064", "S030", "S065", "S060", "S066", "S067", "S020", "S040"]
    assert found == list(zip([2, 3, 4, 5, 6, 7, 7, 8, 9, 10, 11], codes, strict=True))


def test_what_stands_around_a_broken_statement_stays() -> None:
    good = "def run(a: int) -> int:\n    x = 1\n    y = f(x)\n    return y\n"
    whole = parse(good).tree.body[0]
    parsed = parse(good.replace("x = 1", "x = = 1"))
    broken = parsed.tree.body[0]
    assert isinstance(whole, ast.FunctionDef)
    assert isinstance(broken, ast.FunctionDef)
    assert [ast.dump(one) for one in broken.body[1:]] == [ast.dump(one) for one in whole.body[1:]]
    assert _kept_name(parsed) == "x"


def _kept_name(parsed: Parsed) -> str:
    node = parsed.holes[0].node
    assert isinstance(node, ast.Assign)
    assert isinstance(node.targets[0], ast.Name)
    assert parsed.is_hole(node.value)
    return node.targets[0].id


def test_a_missing_value_that_was_written_as_dots_is_no_hole() -> None:
    parsed = parse("x = f(a=...)\n")
    value = parsed.tree.body[0]
    assert isinstance(value, ast.Assign)
    assert isinstance(value.value, ast.Call)
    assert (parsed.diagnostics, parsed.is_hole(value.value.keywords[0].value)) == ((), False)


def test_places_are_those_of_the_source_though_it_was_read_mended() -> None:
    source = "def f():\n\tx = g(a=“한”, b=c && d)\n\treturn x.y\n"
    parsed = parse(source)
    names = {parsed.text.text_of(node) for node in ast.walk(parsed.tree) if isinstance(node, ast.Name | ast.Attribute)}
    assert names == {"x", "g", "c", "d", "x.y"}


def test_the_dump_says_nothing_of_the_pieces_of_an_f_string_but_the_place_of_the_whole() -> None:
    lines = dump(parse('x = f"a{b}c"\n').tree).splitlines()
    places = {line.rpartition("@")[2] for line in lines if "values[" in line}
    assert places == {"1:4-1:12"}


def test_comments_are_found_outside_strings_only() -> None:
    parsed = parse('x = "# no"  # yes\n# too\n')
    assert [(one.text, one.span.start.line) for one in parsed.comments] == [("# yes", 1), ("# too", 2)]
