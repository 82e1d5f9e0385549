"""Regular expressions as trees of lengths and characters: what the linear engine takes of ECMA 262's syntax.

Look-around and back references are beyond that engine, and patterns with them are checked nowhere, so they are no
part of this. An anchor has no length and is taken to hold where it stands; who makes a text checks it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

MOST_REPEATS = 200
"""What an open quantifier, as `*`, may repeat at most."""

_DIGITS = "0123456789"
_LOWER = "abcdefghijklmnopqrstuvwxyz"
_UPPER = _LOWER.upper()
_LETTERS = _LOWER + _UPPER
_WORD = _LETTERS + _DIGITS + "_"
_BLANKS = " \t\n\r"
_SIGNS = "-_.,:;!?@#$%&*+/=()[]{}<>|~^'\"\\`"
_PRINTABLE = _LETTERS + _DIGITS + _SIGNS + " "
_CLASSES = {"d": _DIGITS, "w": _WORD, "s": _BLANKS}
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v", "0": "\0", "a": "\a"}
_UNICODE = {
    "L": _LETTERS,
    "Letter": _LETTERS,
    "Alphabetic": _LETTERS,
    "Lu": _UPPER,
    "Uppercase": _UPPER,
    "Ll": _LOWER,
    "Lowercase": _LOWER,
    "N": _DIGITS,
    "Nd": _DIGITS,
    "P": "-_.,:;!?",
    "S": "+=$",
    "Z": " ",
    "Zs": " ",
    "M": "\u0301",
    "Mn": "\u0301",
    "Mc": "\u0903",
    "Sc": "$",
    "Sm": "+=<>",
    "Pd": "-",
    "Pc": "_",
}
_POSIX = {
    "alpha": _LETTERS,
    "alnum": _LETTERS + _DIGITS,
    "digit": _DIGITS,
    "lower": _LOWER,
    "upper": _UPPER,
    "space": _BLANKS,
    "punct": _SIGNS,
    "word": _WORD,
    "xdigit": "0123456789abcdefABCDEF",
    "print": _PRINTABLE,
}
_QUANTIFIER = re.compile(r"\{(\d{1,6})(?:(,)(\d{0,6}))?\}")
_GROUP_HEAD = re.compile(r"\?(?:P?<\w+>|[imsux-]*:)")
_FLAGS = re.compile(r"\?[imsux-]+\)")
_DEPTH_LIMIT = 50


class PatternError(ValueError):
    """A pattern that is beyond what can be read here."""


@dataclass(frozen=True, slots=True)
class Chars:
    """One of these characters."""

    choices: str
    low: int = 1
    high: int = 1


@dataclass(frozen=True, slots=True)
class Sequence:
    """One after the other; an empty one is the empty text."""

    items: tuple[Node, ...]
    low: int = field(init=False)
    high: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "low", sum(item.low for item in self.items))
        object.__setattr__(self, "high", sum(item.high for item in self.items))


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several."""

    items: tuple[Node, ...]
    low: int = field(init=False)
    high: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "low", min(item.low for item in self.items))
        object.__setattr__(self, "high", max(item.high for item in self.items))


@dataclass(frozen=True, slots=True)
class Repeat:
    """The same again, `least` to `most` times."""

    item: Node
    least: int
    most: int
    low: int = field(init=False)
    high: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "low", self.item.low * self.least)
        object.__setattr__(self, "high", self.item.high * self.most)


Node = Chars | Sequence | Choice | Repeat


def read_pattern(pattern: str) -> Node:
    """The tree of a pattern. Raises PatternError."""
    reader = _Reader(pattern)
    node = reader.choice(0)
    if reader.at < len(pattern):
        raise PatternError("an unbalanced parenthesis")
    return node


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self.at = 0

    def choice(self, depth: int) -> Node:
        if depth > _DEPTH_LIMIT:
            raise PatternError("groups are nested too deep")
        options = [self._sequence(depth)]
        while self._takes("|"):
            options.append(self._sequence(depth))
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def _sequence(self, depth: int) -> Node:
        items: list[Node] = []
        while self.at < len(self._text) and self._text[self.at] not in "|)":
            item = self._item(depth)
            if item is not None:
                items.append(self._quantified(item))
        return items[0] if len(items) == 1 else Sequence(tuple(items))

    def _item(self, depth: int) -> Node | None:
        sign = self._next()
        if sign in "^$":
            return None
        if sign == ".":
            return Chars(_LETTERS + _DIGITS)
        if sign == "(":
            return self._group(depth)
        if sign == "[":
            return Chars(self._class())
        return self._escape() if sign == "\\" else Chars(sign)

    def _group(self, depth: int) -> Node | None:
        if flags := _FLAGS.match(self._text, self.at):
            self.at = flags.end()
            return None
        if head := _GROUP_HEAD.match(self._text, self.at):
            self.at = head.end()
        elif self._text.startswith("?", self.at):
            raise PatternError("look-around")
        inner = self.choice(depth + 1)
        if not self._takes(")"):
            raise PatternError("a parenthesis that is not closed")
        return inner

    def _quantified(self, item: Node) -> Node:
        while True:
            bounds = self._quantifier()
            if bounds is None:
                return item
            self._takes("?")
            least, most = bounds
            # Repetitions of repetitions multiply, so that lengths are bounded here.
            most = min(most, max(least, MOST_REPEATS // max(item.high, 1), 1))
            item = Repeat(item, least, most)

    def _quantifier(self) -> tuple[int, int] | None:
        for sign, bounds in (("*", (0, MOST_REPEATS)), ("+", (1, MOST_REPEATS)), ("?", (0, 1))):
            if self._takes(sign):
                return bounds
        found = _QUANTIFIER.match(self._text, self.at)
        if found is None:
            return None
        self.at = found.end()
        least = int(found[1])
        most = int(found[3]) if found[3] else least + MOST_REPEATS if found[2] else least
        return least, most

    def _escape(self) -> Node | None:
        sign = self._next()
        if sign in "bBAzZ":
            return None
        return Chars(self._escaped(sign))

    def _escaped(self, sign: str) -> str:
        if sign in _CLASSES:
            return _CLASSES[sign]
        if sign.lower() in _CLASSES:
            return _without(_CLASSES[sign.lower()])
        if sign in "pP":
            return self._property(sign)
        if sign in "xu":
            return self._code(2 if sign == "x" else 4)
        if sign == "c":
            return chr(ord(self._next()) % 32)
        if sign in "123456789k":
            raise PatternError("a back reference")
        return _CONTROLS.get(sign, sign)

    def _property(self, sign: str) -> str:
        name = self._next()
        if name == "{":
            end = self._text.find("}", self.at)
            name, self.at = self._text[self.at : end], end + 1
        choices = _UNICODE.get(name.rpartition("=")[2].removeprefix("^"), _LETTERS)
        return choices if (sign == "p") != name.startswith("^") else _without(choices)

    def _code(self, digits: int) -> str:
        if self._takes("{"):
            end = self._text.find("}", self.at)
            text, self.at = self._text[self.at : end], end + 1
        else:
            text, self.at = self._text[self.at : self.at + digits], self.at + digits
        try:
            return chr(int(text, 16))
        except (ValueError, OverflowError):
            raise PatternError("a character by a code that is none") from None

    def _class(self) -> str:
        """The characters of a class, at most some hundred: those that people type first."""
        is_negated = self._takes("^")
        found: list[str] = []
        ranges: list[tuple[int, int]] = []
        is_first = True
        while is_first or not self._text.startswith("]", self.at):
            is_first = False
            self._class_member(found, ranges)
        self.at += 1
        if is_negated:
            listed = "".join(found)
            left = [sign for sign in _PRINTABLE if sign not in listed and not _is_in(sign, ranges)]
            return _some("".join(left))
        listed = "".join(found)
        typed = [sign for sign in _PRINTABLE if sign in listed or _is_in(sign, ranges)]
        others = [sign for sign in listed if sign not in _PRINTABLE]
        if not typed and not others:
            others = [chr(code) for low, high in ranges for code in range(low, min(high, low + 32) + 1)]
        return _some("".join(typed) or "".join(others))

    def _class_member(self, found: list[str], ranges: list[tuple[int, int]]) -> None:
        if self._text.startswith("[:", self.at):
            end = self._text.find(":]", self.at)
            found.append(_POSIX.get(self._text[self.at + 2 : end], _LETTERS))
            self.at = end + 2
            return
        low = self._class_sign()
        is_range = self._text.startswith("-", self.at) and not self._text.startswith("-]", self.at)
        if len(low) != 1 or not is_range:
            found.append(low)
            return
        self.at += 1
        high = self._class_sign()
        if len(high) == 1:
            ranges.append((ord(low), ord(high)))
        else:
            found += [low, "-", high]

    def _class_sign(self) -> str:
        sign = self._next()
        if sign != "\\":
            return sign
        sign = self._next()
        return "\b" if sign == "b" else self._escaped(sign)

    def _next(self) -> str:
        if self.at >= len(self._text):
            raise PatternError("an end too early")
        self.at += 1
        return self._text[self.at - 1]

    def _takes(self, sign: str) -> bool:
        if self._text.startswith(sign, self.at):
            self.at += len(sign)
            return True
        return False


def _is_in(sign: str, ranges: list[tuple[int, int]]) -> bool:
    return any(low <= ord(sign) <= high for low, high in ranges)


def _without(choices: str) -> str:
    return "".join(sign for sign in _PRINTABLE if sign not in choices)


def _some(choices: str) -> str:
    if not choices:
        raise PatternError("a class without characters")
    return choices
