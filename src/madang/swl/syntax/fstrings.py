"""What stands in the braces of f-strings, by rules that hold on every interpreter.

Newer interpreters accept more in the braces (the outer quotes, backslashes, comments), older ones accept other things
(a bare generator); here is what all of them read alike.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

FProblemKind = Literal[
    "quotes", "backslash", "comment", "newline", "unclosed", "stray", "empty", "nested", "debug", "conversion", "form"
]
_LITERAL = re.compile(r"[{}\\]")
_FIELD = re.compile(r"[\"'(\[{)\]}\\#!:=\r\n]|\bfor\b|\basync\b")
_SPEC = re.compile(r"[{}\\\r\n]")
_CLOSER = {"(": ")", "[": "]", "{": "}"}
_WRONG: dict[str, FProblemKind] = {"\\": "backslash", "#": "comment", "\r": "newline", "\n": "newline"}
_LETTERS = re.compile(r"[A-Za-z]+\Z")
_PREFIXES = frozenset({"r", "b", "f", "u", "rb", "br", "rf", "fr"})
_WORDS_BEFORE = frozenset({"in", "is", "if", "or", "as", "and", "not", "else", "await"})
_DEPTH = 16
_NESTING = 2


@dataclass(frozen=True, slots=True)
class FProblem:
    """The first thing wrong in an f-string, and where."""

    kind: FProblemKind
    at: int


class _WrongError(Exception):
    def __init__(self, kind: FProblemKind, at: int) -> None:
        super().__init__(kind)
        self.problem = FProblem(kind, at)


def read_fields(source: str, quote: int, end: int, *, raw: bool) -> tuple[list[tuple[int, int]], FProblem | None]:
    """The spans of all expressions in the braces, nested ones after their outer, and what is wrong.

    `quote` is the offset of the opening quote and `end` that after the closing one.
    """
    reader = _Reader(source)
    width = 3 if source.startswith(('"""', "'''"), quote) else 1
    try:
        reader.literal(quote + width, end - width, raw=raw, level=0)
    except _WrongError as error:
        return reader.spans, error.problem
    return reader.spans, None


class _Reader:
    def __init__(self, source: str) -> None:
        self.source = source
        self.spans: list[tuple[int, int]] = []

    def literal(self, at: int, end: int, *, raw: bool, level: int) -> None:
        """The text of an f-string with its fields."""
        source = self.source
        while match := _LITERAL.search(source, at, end):
            at, character = match.start(), match.group()
            following = source[at + 1] if at + 1 < end else ""
            if character == "\\":
                if following == "N" and not raw and source.startswith("{", at + 2):
                    at = max(source.find("}", at, end), at) + 1
                else:
                    at += 1 if raw or following in "{}" else 2
            elif following == character:
                at += 2
            elif character == "}":
                raise _WrongError("stray", at)
            else:
                at = self.field(at, end, level=level, in_spec=False)

    def field(self, opener: int, end: int, *, level: int, in_spec: bool) -> int:
        """One field; gives the offset after its closing brace."""
        at, closer = self._expression(opener, end, level)
        start = opener + 1
        text = self.source[start:at]
        if not text.strip():
            raise _WrongError("empty", opener)
        if text.lstrip().startswith("*"):
            raise _WrongError("form", start)
        self.spans.append((start, at))
        if closer == "!":
            if at + 2 >= end or self.source[at + 1] not in "rsa" or self.source[at + 2] not in ":}":
                raise _WrongError("conversion", at)
            at += 2
            closer = self.source[at]
        if closer == ":":
            if in_spec:
                raise _WrongError("nested", at)
            at = self._spec(at + 1, end, opener, level)
        return at + 1

    def _expression(self, opener: int, end: int, level: int) -> tuple[int, str]:
        """Read to the `!`, `:` or `}` that ends the expression."""
        source, at = self.source, opener + 1
        stack: list[str] = []
        while match := _FIELD.search(source, at, end):
            at, found = match.start(), match.group()
            character = found[0]
            if character in "\"'":
                at = self._string(at, end, opener, level)
                continue
            if found in _WRONG:
                raise _WrongError(_WRONG[found], at)
            if character in "([{":
                stack.append(_CLOSER[character])
                if len(stack) > _DEPTH:
                    raise _WrongError("nested", at)
            elif stack:
                if character in ")]}" and stack.pop() != character:
                    raise _WrongError("unclosed", opener)
            elif character in ")]":
                raise _WrongError("unclosed", opener)
            elif character in ":}" or (character == "!" and not source.startswith("=", at + 1)):
                return at, character
            else:
                at += self._outermost(found, at)
            at += len(found)
        raise _WrongError("unclosed", opener)

    def _outermost(self, found: str, at: int) -> int:
        """A word or an operator outside all brackets of the expression; gives how much of it follows."""
        source = self.source
        if found in ("for", "async"):
            raise _WrongError("form", at)
        is_double = source.startswith("=", at + 1)
        if found == "=" and not is_double and source[at - 1] not in "<>":
            raise _WrongError("debug", at)
        return int(is_double)

    def _string(self, quote: int, end: int, opener: int, level: int) -> int:
        """A string inside an expression; gives the offset after it."""
        source = self.source
        delimiter = source[quote] * 3 if source.startswith(source[quote] * 3, quote) else source[quote]
        start = quote + len(delimiter)
        close = source.find(delimiter, start, end)
        if close < 0:
            raise _WrongError("unclosed", opener)
        for wrong in "\\\n\r":
            at = source.find(wrong, start, close)
            if at >= 0:
                raise _WrongError(_WRONG[wrong], at)
        letters = _LETTERS.search(source, opener, quote)
        prefix = letters.group().lower() if letters else ""
        if prefix not in _PREFIXES and prefix not in _WORDS_BEFORE and prefix:
            raise _WrongError("form", quote - len(prefix))
        if "f" in prefix and prefix in _PREFIXES:
            if level >= _NESTING:
                raise _WrongError("nested", quote)
            self.literal(start, close, raw="r" in prefix, level=level + 1)
        return close + len(delimiter)

    def _spec(self, at: int, end: int, opener: int, level: int) -> int:
        """A format specification; gives the offset of the brace that closes the field."""
        source = self.source
        while match := _SPEC.search(source, at, end):
            at, character = match.start(), match.group()
            if character == "}":
                return at
            if character != "{":
                raise _WrongError("backslash" if character == "\\" else "newline", at)
            if source.startswith("{", at + 1):
                raise _WrongError("nested", at)
            at = self.field(at, end, level=level, in_spec=True)
        raise _WrongError("unclosed", opener)
