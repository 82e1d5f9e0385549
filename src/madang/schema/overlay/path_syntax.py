"""From the text of a JSONPath to its value; any text gives a path or a sentence that says which character is wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import NoReturn, TypeVar

from madang.kit.errors import InvalidError
from madang.schema.overlay.paths import (
    AllOf,
    AnyOf,
    Equal,
    Exists,
    Filter,
    Index,
    Literal,
    Name,
    Not,
    Path,
    Query,
    Segment,
    Selector,
    Slice,
    Test,
    Wildcard,
)

MOST_CHARACTERS = 2_000
MOST_SEGMENTS = 60
MOST_LEVELS = 20
_LARGEST_INDEX = 2**53 - 1
_Read = TypeVar("_Read")
_BLANK = re.compile(r"[ \t\r\n]*")
_SHORT_NAME = re.compile(r"[^\W\d][\w-]*")
"""A name without quotes. RFC 9535 has no `-` in it; overlays that write `$.info.x-logo` mean the member."""

_INTEGER = re.compile(r"-?(?:0|[1-9]\d{0,15})(?!\d)", re.ASCII)
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,30})(?:\.\d{1,30})?(?:[eE][+-]?\d{1,3})?", re.ASCII)
_WORD = re.compile(r"(true|false|null)\b")
_TEXT = {"'": re.compile(r"'((?:[^'\\]|\\.)*)'", re.DOTALL), '"': re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)}
_CALL = re.compile(r"[a-z][a-z_0-9]*\(")
_ESCAPE = re.compile(r"\\.|\"", re.DOTALL)
_WORDS: dict[str, None | bool] = {"true": True, "false": False, "null": None}


class PathError(InvalidError):
    """A text that is no JSONPath, or one that is not read here."""

    code = "path-invalid"


def parse_path(text: str) -> Path:
    """The path that a text is. Raises PathError."""
    if len(text) > MOST_CHARACTERS:
        raise PathError(f"a JSONPath has at most {MOST_CHARACTERS:,} characters; this one has {len(text):,}")
    return _Reader(text).path()


class _Reader:
    """Goes over one text from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._segments = 0
        self._levels = 0

    def path(self) -> Path:
        """The whole text as a path."""
        if not self._takes("$"):
            self._fail("a JSONPath begins with '$'")
        path = self._rest_of_path()
        self._skip()
        if self._at < len(self._text):
            self._fail("'.', '[' or the end belongs here")
        return path

    def _rest_of_path(self) -> Path:
        found: list[Segment] = []
        while True:
            before = self._at
            self._skip()
            segment = self._segment()
            if segment is None:
                self._at = before
                return tuple(found)
            found.append(segment)
            self._segments += 1
            if self._segments > MOST_SEGMENTS:
                self._fail(f"a JSONPath has at most {MOST_SEGMENTS} steps")

    def _segment(self) -> Segment | None:
        if self._takes(".."):
            if self._text.startswith("[", self._at):
                return Segment(self._bracket(), descends=True)
            return Segment((self._short(),), descends=True)
        if self._takes("."):
            return Segment((self._short(),))
        return Segment(self._bracket()) if self._text.startswith("[", self._at) else None

    def _short(self) -> Selector:
        if self._takes("*"):
            return Wildcard()
        found = _SHORT_NAME.match(self._text, self._at)
        if found is None:
            self._fail("a name or '*' belongs here; other names are written ['…']")
        self._at = found.end()
        return Name(found[0])

    def _bracket(self) -> tuple[Selector, ...]:
        self._at += 1
        found: list[Selector] = []
        while True:
            self._skip()
            found.append(self._selector())
            self._skip()
            if self._takes("]"):
                return tuple(found)
            if not self._takes(","):
                self._fail("',' or ']' belongs here")

    def _selector(self) -> Selector:
        text = self._quoted()
        if text is not None:
            return Name(text)
        if self._takes("*"):
            return Wildcard()
        if self._takes("?"):
            return Filter(self._deeper(self._any_of))
        return self._index_or_slice()

    def _index_or_slice(self) -> Selector:
        start = self._integer()
        self._skip()
        if not self._takes(":"):
            if start is None:
                self._fail("a name in quotes, an index, '*' or '?' belongs here")
            return Index(start)
        self._skip()
        end = self._integer()
        self._skip()
        step = 1
        if self._takes(":"):
            self._skip()
            said = self._integer()
            step = 1 if said is None else said
        return Slice(start, end, step)

    def _any_of(self) -> Test:
        tests = [self._all_of()]
        while self._takes_word("||"):
            tests.append(self._all_of())
        return tests[0] if len(tests) == 1 else AnyOf(tests)

    def _all_of(self) -> Test:
        tests = [self._test()]
        while self._takes_word("&&"):
            tests.append(self._test())
        return tests[0] if len(tests) == 1 else AllOf(tests)

    def _test(self) -> Test:
        self._skip()
        if self._text.startswith("!", self._at) and not self._text.startswith("!=", self._at):
            self._at += 1
            return Not(self._deeper(self._test))
        if self._takes("("):
            test = self._deeper(self._any_of)
            self._skip()
            if not self._takes(")"):
                self._fail("')' belongs here")
            return test
        return self._comparison()

    def _comparison(self) -> Test:
        left = self._operand()
        self._skip()
        if self._takes("=="):
            return Equal(self._single(left), self._single(self._operand()))
        if self._takes("!="):
            return Not(Equal(self._single(left), self._single(self._operand())))
        if self._text[self._at : self._at + 1] in ("<", ">", "="):
            self._fail("filters compare with '==' and '!=' only")
        if isinstance(left, Literal):
            self._fail("a value alone is no test; compare it with '=='")
        return Exists(left)

    def _operand(self) -> Query | Literal:
        self._skip()
        for sign, is_absolute in (("@", False), ("$", True)):
            if self._takes(sign):
                return Query(self._deeper(self._rest_of_path), is_absolute)
        if _CALL.match(self._text, self._at):
            self._fail("functions are not read")
        return self._literal()

    def _literal(self) -> Literal:
        text = self._quoted()
        if text is not None:
            return Literal(text)
        word = _WORD.match(self._text, self._at)
        if word is not None:
            self._at = word.end()
            return Literal(_WORDS[word[1]])
        number = _NUMBER.match(self._text, self._at)
        if number is None:
            self._fail("'@', '$', a text in quotes, a number, true, false or null belongs here")
        self._at = number.end()
        is_whole = number[0].lstrip("-").isdigit()
        return Literal(int(number[0]) if is_whole else float(number[0]))

    def _single(self, operand: Query | Literal) -> Query | Literal:
        if isinstance(operand, Query) and not operand.is_singular:
            self._fail("only a path of names and indexes is compared")
        return operand

    def _integer(self) -> int | None:
        found = _INTEGER.match(self._text, self._at)
        if found is None:
            return None
        if abs(int(found[0])) > _LARGEST_INDEX or found[0] == "-0":
            self._fail("this is no index")
        self._at = found.end()
        return int(found[0])

    def _quoted(self) -> str | None:
        mark = self._text[self._at : self._at + 1]
        if mark not in _TEXT:
            return None
        found = _TEXT[mark].match(self._text, self._at)
        if found is None:
            self._fail("this text has no end")
        inner = found[1] if mark == '"' else _ESCAPE.sub(_as_json, found[1])
        try:
            value = json.loads(f'"{inner}"')
        except ValueError:
            self._fail("this text has an escape or a character that is not allowed")
        self._at = found.end()
        return str(value)

    def _deeper(self, read: Callable[[], _Read]) -> _Read:
        self._levels += 1
        if self._levels > MOST_LEVELS:
            self._fail(f"filters are nested at most {MOST_LEVELS} levels")
        found = read()
        self._levels -= 1
        return found

    def _takes_word(self, word: str) -> bool:
        self._skip()
        return self._takes(word)

    def _takes(self, word: str) -> bool:
        if not self._text.startswith(word, self._at):
            return False
        self._at += len(word)
        return True

    def _skip(self) -> None:
        found = _BLANK.match(self._text, self._at)
        self._at = found.end() if found else self._at

    def _fail(self, what: str) -> NoReturn:
        shown = self._text if len(self._text) <= 120 else self._text[:119] + "…"
        raise PathError(f"{shown!r} is no JSONPath that is read: at character {self._at + 1}, {what}")


def _as_json(found: re.Match[str]) -> str:
    """What is escaped between single quotes, as between double ones."""
    return {"\\'": "'", '"': '\\"'}.get(found[0], found[0])
