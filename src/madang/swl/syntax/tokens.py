"""The words of one logical line, for finding out what is wrong with it and how deep it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from madang.swl.syntax.fstrings import read_fields
from madang.swl.syntax.scan import Line, Scan

TokenKind = Literal["name", "number", "string", "op", "bad"]

_TOKEN = re.compile(
    r"""
      (?P<space>[ \t\f\r\n]+|\\(?:\r\n|\n|\r)|\#[^\r\n]*)
    | (?P<name>[^\W\d]\w*)
    | (?P<number>(?:0[xXoObB][0-9a-fA-F_]+|(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9][0-9_]*)?)[jJ]?)
    | (?P<op>\*\*=|//=|>>=|<<=|\.\.\.|===|!==|->|=>|:=|&&|\|\||<>|\*\*|//|<<|>>
        |[-+*/%&|^=<>!@]=|[-+*/%@&|^~<>=.,:;()\[\]{}!])
    | (?P<bad>[\s\S])
    """,
    re.VERBOSE,
)


class Token(NamedTuple):
    """One word with its place."""

    kind: TokenKind
    text: str
    start: int
    end: int


def strings_in(scan: Scan, start: int, end: int) -> Iterator[tuple[int, int, int, bool]]:
    """The strings that begin in a range, in order."""
    strings = scan.strings
    low, high = 0, len(strings)
    while low < high:
        middle = (low + high) // 2
        if strings[middle][0] < start:
            low = middle + 1
        else:
            high = middle
    while low < len(strings) and strings[low][0] < end:
        yield strings[low]
        low += 1


def tokens_of(source: str, scan: Scan, line: Line) -> list[Token]:
    """The words of a logical line; blanks, comments and line breaks are left out."""
    found: list[Token] = []
    at = line.start
    for prefix, _quote, end, _closed in strings_in(scan, line.start, line.end):
        found += words(source, at, prefix)
        found.append(Token("string", source[prefix:end], prefix, end))
        at = end
    found += words(source, at, line.end)
    return found


def words(source: str, start: int, end: int) -> Iterator[Token]:
    """The words of a range without strings."""
    for match in _TOKEN.finditer(source, start, end):
        kind = match.lastgroup
        if kind is not None and kind != "space":
            yield Token(kind, match.group(), match.start(), match.end())  # pyright: ignore[reportArgumentType]


def deep_tokens_of(source: str, scan: Scan, line: Line) -> list[Token]:
    """The words of a logical line and of the values in its f-strings, each value as if in brackets of its own."""
    found: list[Token] = []
    for token in tokens_of(source, scan, line):
        found.append(token)
        if token.kind != "string" or token.text[:2].lower().find("f") < 0 or "{" not in token.text:
            continue
        quote = token.start + len(token.text) - len(token.text.lstrip("rRbBfFuUtT"))
        for start, end in read_fields(source, quote, token.end, raw=False)[0]:
            found += [Token("op", "(", start, start), *words(source, start, end), Token("op", ")", end, end)]
    return found
