"""What lies between the nodes of a tree: comments, commas, parentheses, blanks. The edit layer stands on this.

Between two neighbouring nodes nothing else can stand, apart from the words and operators of the grammar, so a scanner
of a few lines is enough and no text has to be tokenised again.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from madang.swl.text import Text

GapKind = Literal["blank", "break", "comment", "comma", "open", "close", "continuation", "other"]
_GAP = re.compile(
    r"(?P<blank>[ \t\f]+)|(?P<break>\r\n|\n|\r)|(?P<comment>\#[^\r\n]*)|(?P<comma>,)|(?P<open>[(\[{])"
    r"|(?P<close>[)\]}])|(?P<continuation>\\(?:\r\n|\n|\r))|(?P<other>[^ \t\f\r\n#,()\[\]{}\\]+|\\)"
)


class GapToken(NamedTuple):
    """One thing in a gap, with its place."""

    kind: GapKind
    start: int
    end: int


@dataclass(frozen=True, kw_only=True, slots=True)
class AfterArgument:
    """What follows an argument in its brackets."""

    comma: int | None
    """The offset of the comma after it, None where there is none."""
    close: int
    """The offset of the closing bracket, or of the next argument where one follows."""
    is_last: bool
    closes_alone: bool
    """Whether the closing bracket stands alone on its line: a new argument then gets a line of its own."""


def read_gap(text: Text, start: int, end: int) -> Iterator[GapToken]:
    """The things from one offset up to another, between which no string begins."""
    for match in _GAP.finditer(text.source, start, end):
        yield GapToken(match.lastgroup, match.start(), match.end())  # pyright: ignore[reportArgumentType]


def prefix_of(text: Text, statement: ast.stmt) -> str:
    """The indentation of a statement, as it is written."""
    return text.indentation(first_line_of(statement))


def first_line_of(statement: ast.stmt) -> int:
    """The line that a statement begins on; a decorated one begins with its first decorator."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([one.lineno for one in decorators], default=statement.lineno)


def lines_of(text: Text, statement: ast.stmt, *, with_comments: bool = True) -> tuple[int, int]:
    """The first and the last line of a statement, with the comment lines that belong to it.

    These are the comment lines directly above, of the same indentation, without a blank line between.
    """
    first = first_line_of(statement)
    prefix = text.indentation(first)
    while with_comments and first > 1 and is_comment_line(text, first - 1) and text.indentation(first - 1) == prefix:
        first -= 1
    return first, statement.end_lineno or statement.lineno


def is_comment_line(text: Text, line: int) -> bool:
    """Whether a line holds a comment and nothing else. The line must not lie in a string."""
    return text.line_text(line).lstrip(" \t\f").startswith("#")


def is_blank_line(text: Text, line: int) -> bool:
    """Whether a line holds nothing but blanks."""
    return not text.line_text(line).strip(" \t\f")


def trailing_comment(text: Text, statement: ast.stmt) -> tuple[int, int] | None:
    """The comment after a statement on its last line."""
    _start, end = text.offsets_of(statement)
    for token in read_gap(text, end, text.line_end(text.line_of(end))):
        if token.kind == "comment":
            return token.start, token.end
        if token.kind != "blank":
            return None
    return None


def fixed_lines(tree: ast.AST) -> frozenset[int]:
    """The lines that begin inside a string: they must not be indented anew."""
    fixed: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)):
            fixed.update(range(node.lineno + 1, (node.end_lineno or node.lineno) + 1))
    return frozenset(fixed)


def brackets_of(text: Text, call: ast.Call) -> tuple[int, int]:
    """The offsets of a call's opening and closing parenthesis."""
    end = text.offsets_of(call)[1]
    at = text.offsets_of(call.func)[1]
    for token in read_gap(text, at, end):
        if token.kind == "open":
            return token.start, end - 1
    return at, end - 1


def widen(text: Text, start: int, end: int, *, low: int, high: int) -> tuple[int, int]:
    """A span with the redundant parentheses around it, and not beyond `low` and `high`.

    For an argument these are what `brackets_of` gives, one further in, or the commas beside it.
    """
    closers: list[int] = []
    for token in read_gap(text, end, high):
        if token.kind == "close" and text.source[token.start] == ")":
            closers.append(token.end)
        elif token.kind not in ("blank", "break", "comment", "continuation"):
            break
    openers: list[int] = []
    for token in reversed(list(read_gap(text, low, start))):
        if token.kind == "open" and text.source[token.start] == "(":
            openers.append(token.start)
        elif token.kind not in ("blank", "break", "comment", "continuation"):
            break
    pairs = min(len(openers), len(closers))
    return (openers[pairs - 1], closers[pairs - 1]) if pairs else (start, end)


def after_argument(text: Text, end: int, close: int) -> AfterArgument:
    """What follows the argument that ends at an offset, in brackets that close at another.

    Comments are skipped; a redundant parenthesis that closes after the argument belongs to it.
    """
    comma: int | None = None
    following = close
    for token in read_gap(text, end, close):
        if token.kind == "comma" and comma is None:
            comma = token.start
        elif token.kind in ("other", "open") or (token.kind == "close" and comma is not None):
            following = token.start
            break
    is_last = following == close
    return AfterArgument(comma=comma, close=following, is_last=is_last, closes_alone=closes_alone(text, close))


def closes_alone(text: Text, close: int) -> bool:
    """Whether a closing bracket is the first thing on its line."""
    start = text.line_start(text.line_of(close))
    return not text.source[start:close].strip(" \t\f")
