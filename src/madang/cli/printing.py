"""What commands show: JSON and tables on stdout, remarks and progress on stderr."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Mapping, Sequence

import click

from madang.cli.tables import render_table, text_width
from madang.kit.json import JsonValue

_LEAST_WIDTH = 12
_GAP = 2


def print_json(value: JsonValue) -> None:
    """A value for programs, indented."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def note(text: str) -> None:
    """A line for people, which is no part of the result."""
    click.echo(text, err=True)


def is_asking() -> bool:
    """Whether somebody sits at the terminal and can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table; on a terminal no line is wider than it, and what does not fit ends in `…`."""
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    click.echo(fitted_table(head, rows, width))


def print_facts(facts: Mapping[str, str]) -> None:
    """Names and values, one of each a line; what is empty is left out."""
    click.echo(render_table(("", ""), [(name, value) for name, value in facts.items() if value]).lstrip("\n"))


def fitted_table(head: Sequence[str], rows: Sequence[Sequence[str]], width: int | None) -> str:
    """A table at most `width` places wide: its widest columns are cut first, none below a dozen places."""
    lines = [[" ".join(cell.split()) for cell in line] for line in rows]
    widths = [max(map(text_width, column)) for column in zip(head, *lines, strict=True)]
    while width is not None and sum(widths) + _GAP * (len(widths) - 1) > width:
        widest = max(range(len(widths)), key=lambda index: widths[index])
        if widths[widest] <= _LEAST_WIDTH:
            break
        widths[widest] -= 1
    return render_table(head, [[cut(cell, most) for cell, most in zip(line, widths, strict=True)] for line in lines])


def cut(text: str, width: int) -> str:
    """A text of at most `width` places; a longer one ends in `…`."""
    if text_width(text) <= width:
        return text
    kept, used = "", 1
    for character in text:
        used += text_width(character)
        if used > width:
            break
        kept += character
    return kept.rstrip() + "…"


class ProgressLine:
    """One line on a terminal that is written over and over; nothing where stderr is no terminal."""

    def __init__(self) -> None:
        self._is_shown = sys.stderr.isatty()
        self._last = ""

    def show(self, text: str) -> None:
        """Write over what was shown last."""
        if self._is_shown and text != self._last:
            shown = cut(text, shutil.get_terminal_size().columns - 1)
            sys.stderr.write(f"\r\x1b[K{shown}")
            sys.stderr.flush()
            self._last = text

    def clear(self) -> None:
        """Leave the line empty."""
        if self._last:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self._last = ""
