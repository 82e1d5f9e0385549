"""A source text with its lines: from offsets to places that people read, and from the parser's places to offsets.

The parser ends a line at \\n, \\r\\n and \\r only (`str.splitlines` knows more) and counts columns in UTF-8 bytes.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_right

from madang.swl.diagnostics import Position, Span

_NEWLINE = re.compile(r"\r\n|\n|\r")
_WIDE = re.compile(r"[^\x00-\x7f]")


class Text:
    """A source and its line table. Immutable; lines are numbered from 1."""

    __slots__ = ("_ascii", "_ends", "_starts", "_wide", "source")

    def __init__(self, source: str) -> None:
        self.source = source
        self._starts = [0]
        self._ends: list[int] = []
        if "\r" in source:
            for match in _NEWLINE.finditer(source):
                self._ends.append(match.start())
                self._starts.append(match.end())
        else:
            at = source.find("\n")
            while at >= 0:
                self._ends.append(at)
                self._starts.append(at + 1)
                at = source.find("\n", at + 1)
        self._ends.append(len(source))
        self._ascii = source.isascii()
        self._wide: dict[int, tuple[list[int], list[int]]] = {}

    @property
    def line_count(self) -> int:
        """How many lines; a final line break begins one more, which is empty."""
        return len(self._starts)

    def line_start(self, line: int) -> int:
        """The offset of a line's first code point."""
        return self._starts[line - 1]

    def line_end(self, line: int) -> int:
        """The offset after a line's last code point, before its line break."""
        return self._ends[line - 1]

    def line_of(self, offset: int) -> int:
        """The number of the line that an offset is on; a line break belongs to the line that it ends."""
        return bisect_right(self._starts, offset)

    def line_text(self, line: int) -> str:
        """A line without its line break."""
        return self.source[self._starts[line - 1] : self._ends[line - 1]]

    def line_span(self, line: int) -> Span:
        """A line without its line break."""
        return self.span(self._starts[line - 1], self._ends[line - 1])

    def indentation(self, line: int) -> str:
        """The blanks that a line begins with."""
        text = self.line_text(line)
        return text[: len(text) - len(text.lstrip(" \t\f"))]

    def position(self, offset: int) -> Position:
        """The place of an offset, which is held within the text."""
        offset = min(max(offset, 0), len(self.source))
        line = bisect_right(self._starts, offset)
        return Position(offset=offset, line=line, column=offset - self._starts[line - 1] + 1)

    def span(self, start: int, end: int) -> Span:
        """From one offset up to another."""
        return Span(start=self.position(start), end=self.position(end))

    def offset(self, line: int, column: int) -> int:
        """The offset of one of the parser's places: the line from 1, the column in UTF-8 bytes from 0."""
        start = self._starts[line - 1]
        if self._ascii:
            return start + column
        bytes_after, characters_after = self._columns(line)
        if not bytes_after:
            return start + column
        at = bisect_right(bytes_after, column) - 1
        return start + column if at < 0 else start + characters_after[at] + column - bytes_after[at]

    def byte_column(self, offset: int) -> tuple[int, int]:
        """The parser's place of an offset: the line from 1, the column in UTF-8 bytes from 0."""
        line = bisect_right(self._starts, offset)
        start = self._starts[line - 1]
        if self._ascii:
            return line, offset - start
        bytes_after, characters_after = self._columns(line)
        at = bisect_right(characters_after, offset - start) - 1
        return line, offset - start if at < 0 else bytes_after[at] + offset - start - characters_after[at]

    def offsets_of(self, node: ast.AST) -> tuple[int, int]:
        """Where a node begins and ends. The node is one that has a place: a statement, an expression, an argument."""
        start = self.offset(node.lineno, node.col_offset)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownArgumentType]
        end = self.offset(node.end_lineno, node.end_col_offset)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownArgumentType]
        return start, end

    def span_of(self, node: ast.AST) -> Span:
        """The span of a node that has a place."""
        return self.span(*self.offsets_of(node))

    def slice(self, span: Span) -> str:
        """The text of a span."""
        return self.source[span.start.offset : span.end.offset]

    def text_of(self, node: ast.AST) -> str:
        """The text of a node that has a place."""
        start, end = self.offsets_of(node)
        return self.source[start:end]

    def _columns(self, line: int) -> tuple[list[int], list[int]]:
        """After each wide character of a line: how many bytes and how many code points have passed."""
        known = self._wide.get(line)
        if known is None:
            known = self._wide[line] = _count_wide(self.line_text(line))
        return known


def _count_wide(line: str) -> tuple[list[int], list[int]]:
    bytes_after: list[int] = []
    characters_after: list[int] = []
    extra = 0
    for match in _WIDE.finditer(line):
        code = ord(match.group())
        extra += 1 if code < 0x800 else 2 if code < 0x10000 else 3
        characters_after.append(match.end())
        bytes_after.append(match.end() + extra)
    return bytes_after, characters_after
