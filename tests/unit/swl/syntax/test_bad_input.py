"""Texts that were made to break a parser: diagnostics, never an exception, in time."""

from __future__ import annotations

import time

import pytest
from tests.golden.swl.syntax.hostile import AT_THE_LIMITS, HOSTILE

from madang.swl.syntax import dump, parse

LINE = "    x = f(a=1, b=y)\n"


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_has_diagnostics_in_time(name: str) -> None:
    started = time.process_time()
    parsed = parse(HOSTILE[name])
    took = time.process_time() - started
    dump(parsed.tree)
    assert parsed.diagnostics or name in ("carriage returns", "continued")
    assert took < 10  # a guard against growth, not a figure


@pytest.mark.parametrize("name", AT_THE_LIMITS)
def test_what_keeps_the_limits_is_read(name: str) -> None:
    parsed = parse(AT_THE_LIMITS[name])
    assert parsed.diagnostics == ()
    dump(parsed.tree)


@pytest.mark.parametrize("size", [256 * 1024 + 1, 1_000_000])
def test_a_megabyte_of_brackets_is_too_large_at_once(size: int) -> None:
    started = time.process_time()
    assert [one.code for one in parse("(" * size).diagnostics] == ["S001"]
    assert time.process_time() - started < 3


def test_ten_thousand_statements_are_read_in_time() -> None:
    started = time.process_time()
    assert parse("def f():\n" + LINE * 10_000).diagnostics == ()
    assert time.process_time() - started < 8


@pytest.mark.parametrize("broken", ["    x = f(a=1 b=y)\n", "    x = f(a=1, b=y\n", "    x = = 1\n"])
def test_a_hundred_broken_statements_among_ten_thousand_are_found_in_time(broken: str) -> None:
    lines = [LINE] * 10_000
    for index in range(50, 10_000, 100):
        lines[index] = broken
    started = time.process_time()
    parsed = parse("def f():\n" + "".join(lines))
    assert [one.span.start.line for one in parsed.diagnostics] == list(range(52, 10_002, 100))
    assert time.process_time() - started < 15


SMALLEST = ["", "\n", " ", "\r", "\\", "'", "#", "\x00", "\ufeff", "\ud800", ":", "@", "f''", "\t"]


@pytest.mark.parametrize("source", SMALLEST)
def test_the_smallest_texts_are_read(source: str) -> None:
    parsed = parse(source)
    assert parsed.text.source == source
