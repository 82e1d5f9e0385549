"""Texts that were made to break a parser: diagnostics, never an exception, in time."""

from __future__ import annotations

import time

import pytest

from madang.swl.syntax import dump, parse

LINE = "    x = f(a=1, b=y)\n"
HOSTILE = {
    "brackets": "(" * 30_000,
    "balanced": "(" * 15_000 + ")" * 15_000,
    "unary": "x = " + "-" * 20_000 + "1",
    "spaced unary": "x = " + "- " * 20_000 + "1",
    "not": "not " * 8_000 + "x",
    "attributes": "x" + ".a" * 15_000,
    "calls": "x" + "()" * 15_000,
    "lambdas": "lambda: " * 4_000 + "x",
    "conditions": "a if b else " * 3_000 + "c",
    "comparisons": "a<" * 15_000 + "a",
    "strings": '"a" ' * 8_000,
    "elif": "if x:\n a\n" + "elif x:\n a\n" * 3_000,
    "else if": "if x:\n a\n" + "else if x:\n a\n" * 2_000,
    "blocks": "".join(" " * depth + "if x:\n" for depth in range(500)) + " " * 500 + "y\n",
    "steps": "".join(" " * (index % 50) + "x\n" for index in range(1_500)),
    "else": "else:\n" * 4_000,
    "try": "try:\n x\n" * 3_000,
    "match": "match x:\n" * 4_000,
    "decorators": "@x\n" * 8_000,
    "semicolons": "x;" * 15_000,
    "colons": ":" * 30_000,
    "commas": "," * 30_000,
    "open calls": "x = (\n" * 5_000,
    "soft brackets": "(\n" * 15_000,
    "closers": "]" * 30_000,
    "mixed brackets": "(]" * 15_000,
    "quotes": "'" * 30_000,
    "triple quotes": '"""' * 10_000,
    "escaped quotes": '\\"""\n' * 6_000,
    "code in strings": '"""def f():\n' * 3_000,
    "backslashes": "\\" * 30_000,
    "continued": "x = \\\n" * 5_000,
    "braces": 'f"{' * 10_000,
    "open braces": 'f"{x"\n' * 5_000,
    "inner quotes": 'x = f"{a["b"]}"\n' * 2_000,
    "nulls": "\x00" * 30_000,
    "surrogates": "\ud800" * 10_000,
    "surrogate strings": "x='\ud800'\n" * 3_000,
    "tabs": "\tx\n" * 8_000,
    "marks": "\ufeff" * 10_000,
    "ligatures": "ﬁ = ﬁ\n" * 2_500,
    "full width": "ｘ（１）\n" * 2_000,
    "typographic": "x = “a”\n" * 2_500,
    "combining": "\u0301" * 15_000,
    "combined": "e\u0301 = 1\n" * 3_000,
    "carriage returns": "x\r" * 15_000,
    "digits": "1" * 30_000,
    "number words": "1if x else 2\n" * 2_500,
    "type": "type " * 6_000 + "X = 1",
    "except": "except A, B:\n" * 2_500,
    "print": "print x\n" * 4_000,
    "dots": "x = a.\n" * 4_000,
    "nested calls with a mistake": "f(" * 60 + "x y" + ")" * 60,
    "nested dicts with a mistake": "{" * 60 + "x:" + "}" * 60,
    "nested lambdas with a mistake": "(lambda x: " * 60 + "1 2" + ")" * 60,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_has_diagnostics_in_time(name: str) -> None:
    started = time.process_time()
    parsed = parse(HOSTILE[name])
    took = time.process_time() - started
    dump(parsed.tree)
    assert parsed.diagnostics or name in ("carriage returns", "continued")
    assert took < 2.5


@pytest.mark.parametrize("size", [256 * 1024 + 1, 1_000_000])
def test_a_megabyte_of_brackets_is_too_large_at_once(size: int) -> None:
    started = time.process_time()
    assert [one.code for one in parse("(" * size).diagnostics] == ["S001"]
    assert time.process_time() - started < 0.5


def test_ten_thousand_statements_are_read_in_time() -> None:
    started = time.process_time()
    assert parse("def f():\n" + LINE * 10_000).diagnostics == ()
    assert time.process_time() - started < 2


@pytest.mark.parametrize("broken", ["    x = f(a=1 b=y)\n", "    x = f(a=1, b=y\n", "    x = = 1\n"])
def test_a_hundred_broken_statements_among_ten_thousand_are_found_in_time(broken: str) -> None:
    lines = [LINE] * 10_000
    for index in range(50, 10_000, 100):
        lines[index] = broken
    started = time.process_time()
    parsed = parse("def f():\n" + "".join(lines))
    assert [one.span.start.line for one in parsed.diagnostics] == list(range(52, 10_002, 100))
    assert time.process_time() - started < 4


SMALLEST = ["", "\n", " ", "\r", "\\", "'", "#", "\x00", "\ufeff", "\ud800", ":", "@", "f''", "\t"]


@pytest.mark.parametrize("source", SMALLEST)
def test_the_smallest_texts_are_read(source: str) -> None:
    parsed = parse(source)
    assert parsed.text.source == source
