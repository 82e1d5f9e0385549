"""The recursive reader behind `lenient`: one text, one position, a repair for whatever stands there."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from madang.kit.json import JsonObject, JsonValue

DEPTH_LIMIT = 128
"""Arrays and objects inside one another; deeper ones become null."""
_NOTE_LIMIT = 32
_BLANK = re.compile(r"\s+")
_WORD = re.compile(r"[\w+\-.$]+")
_BARE = re.compile(r"[^,\]}\n\r]*")
_KEY = re.compile(r"[^\s:=,{}\[\]\"'“”‘’/#]+")
_NUMBER = re.compile(r"[+-]?(?:0|[1-9]\d*|(?=\.\d))(?:\.\d*)?(?:[eE][+-]?\d+)?\Z")
_CUT_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)?(?:\.\d*)?(?:[eE][+-]?)?\Z")
_HEX = re.compile(r"0[xX][0-9a-fA-F]{1,32}\Z")
_STRAY = re.compile(r"[\[{:=/#”’]+")
_NESTED = re.compile(r'"(?:[^"\\]+|\\.)*+"?|[\[\]{}]', re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")
_CLOSING = {'"': '"”', "'": "'’", "“": '”"', "‘": "’'", "”": '”"'}
_CHUNK = {quote: re.compile(f"[^{closing}\\\\\x00-\x1f]+") for quote, closing in _CLOSING.items()}
_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\", "/": "/", "\n": ""}
_LITERALS: dict[str, JsonValue] = {"true": True, "false": False, "null": None, "none": None, "undefined": None}
_NON_FINITE = {"nan", "infinity", "inf"}
_MESSAGES = {
    "comma": "a comma was missing or too many",
    "comment": "comments were taken out",
    "control": "control characters in text were repaired",
    "depth": f"what is nested deeper than {DEPTH_LIMIT} was replaced by null",
    "doubled": "the JSON was encoded twice",
    "empty": "there was no text",
    "encoding": "bytes that are not UTF-8 were replaced",
    "escape": "an escape that JSON does not have was kept as it stands",
    "fence": "the JSON stood in a code fence",
    "literal": "a literal of another language was read as JSON's",
    "non-finite": "a number that JSON does not have was replaced by null",
    "number": "a number was not written as JSON writes it",
    "prose": "text around the JSON was left out",
    "quote": "quotes were not JSON's",
    "stray": "a character that belongs to nothing was skipped",
    "surrogate": "half of a surrogate pair was replaced",
    "truncated": "the text ends too early; what was open was closed",
    "unquoted": "a key or a text had no quotes",
    "unreadable": "no JSON was found; the text was taken as it is",
    "value": "a key had no value",
}


@dataclass(frozen=True, kw_only=True)
class Note:
    """One repair: a stable code, a sentence, and where it first happened (code points from the start)."""

    code: str
    message: str
    offset: int


def join_surrogates(text: str, notes: dict[str, Note], offset: int | None = None) -> str:
    """Pairs become their character, halves U+FFFD."""
    found = None if text.isascii() else _SURROGATE.search(text)
    if found is None:
        return text
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if "\ufffd" in joined:
        add_note(notes, "surrogate", found.start() if offset is None else offset)
    return joined


def add_note(notes: dict[str, Note], code: str, offset: int) -> None:
    """Notes a kind of repair at its first place."""
    if code not in notes and len(notes) < _NOTE_LIMIT:
        notes[code] = Note(code=code, message=_MESSAGES[code], offset=offset)


class RepairingReader:
    """A recursive reader over one text; recursion is bounded by DEPTH_LIMIT."""

    def __init__(self, text: str, position: int, notes: dict[str, Note]) -> None:
        self._text = text
        self.position: int = position
        self.notes = notes
        self.is_complete: bool = True
        self._open_arrays = 0
        self._open_objects = 0

    def read(self) -> tuple[JsonValue, bool]:
        """The value at the position, and whether the text held all of it."""
        value = self._value(0)
        self._blank()
        if self.position < len(self._text):
            self._note("prose")
        return value, self.is_complete

    def _note(self, code: str) -> None:
        add_note(self.notes, code, self.position)

    def _cut(self) -> None:
        if self.is_complete:
            self.is_complete = False
            self._note("truncated")

    def _peek(self) -> str:
        return self._text[self.position : self.position + 1]

    def _blank(self) -> None:
        """Goes over white space and comments."""
        while True:
            found = _BLANK.match(self._text, self.position)
            if found:
                self.position = found.end()
            end = self._comment_end(self.position)
            if end is None:
                return
            self._note("comment")
            self.position = end

    def _comment_end(self, start: int) -> int | None:
        """Where the comment that begins at `start` ends, or None where none begins."""
        if self._text.startswith("/*", start):
            end = self._text.find("*/", start + 2)
            return len(self._text) if end < 0 else end + 2
        if self._text.startswith(("//", "#"), start):
            end = self._text.find("\n", start)
            return len(self._text) if end < 0 else end
        return None

    def _value(self, depth: int) -> JsonValue:
        self._blank()
        char = self._peek()
        if char in ("{", "["):
            if depth >= DEPTH_LIMIT:
                return self._skip()
            return self._object(depth) if char == "{" else self._array(depth)
        if char and char in _CLOSING:
            return self._string()
        return self._word(depth)

    def _skip(self) -> None:
        """Goes over an array or object that is too deep, without recursion."""
        self._note("depth")
        balance = 0
        for token in _NESTED.finditer(self._text, self.position):
            self.position = token.end()
            balance += {"[": 1, "{": 1, "]": -1, "}": -1}.get(token.group(), 0)
            if balance == 0:
                return
        self.position = len(self._text)
        self._cut()

    def _separator(self, *, is_first: bool) -> str:
        """Goes over blanks and commas to the next thing; notes commas missing or too many. Empty at the end."""
        commas = 0
        while True:
            self._blank()
            if self._peek() != ",":
                break
            self.position += 1
            commas += 1
        char = self._peek()
        is_last = char in ("]", "}")
        if char and commas != (0 if is_first or is_last else 1):
            self._note("comma")
        return char

    def _array(self, depth: int) -> JsonValue:
        self.position += 1
        self._open_arrays += 1
        items: list[JsonValue] = []
        while True:
            char = self._separator(is_first=not items)
            if char == "":
                self._cut()
                break
            if char == "]":
                self.position += 1
                break
            if char == "}" and self._is_foreign(self._open_objects):
                break
            if char == ":":
                self._note("stray")
                self.position += 1
            if char in "}:":
                continue
            items.append(self._value(depth + 1))
        self._open_arrays -= 1
        return items

    def _object(self, depth: int) -> JsonValue:
        self.position += 1
        self._open_objects += 1
        members: JsonObject = {}
        while True:
            char = self._separator(is_first=not members)
            if char == "":
                self._cut()
                break
            if char == "}":
                self.position += 1
                break
            if char == "]" and self._is_foreign(self._open_arrays):
                break
            if char == "]":
                continue
            self._member(members, depth)
        self._open_objects -= 1
        return members

    def _is_foreign(self, open_outside: int) -> bool:
        """At a closing bracket of the other kind: it ends this container if one of its kind is open, else it is
        skipped."""
        self._note("stray")
        if open_outside:
            return True
        self.position += 1
        return False

    def _member(self, members: JsonObject, depth: int) -> None:
        key = self._key()
        self._blank()
        if self.position >= len(self._text):
            self._cut()
            return
        if key is None:
            return
        if self._peek() in (":", "="):
            self.position += 2 if self._text.startswith("=>", self.position) else 1
        elif self._peek() not in (",", "}"):
            self._note("stray")
        self._blank()
        if self.position >= len(self._text):
            self._cut()
        elif self._peek() in (",", "}"):
            self._note("value")
            members[key] = None
        else:
            members[key] = self._value(depth + 1)

    def _key(self) -> str | None:
        char = self._peek()
        if char in _CLOSING:
            return self._string()
        found = _KEY.match(self._text, self.position)
        if found is None:
            self._note("stray")
            stray = _STRAY.match(self._text, self.position)
            self.position = stray.end() if stray else self.position + 1
            return None
        self._note("unquoted")
        self.position = found.end()
        return join_surrogates(found.group(), self.notes, self.position)

    def _string(self) -> str:
        """A text in any quotes. A quote that nothing of JSON follows belongs to the text."""
        quote = self._peek()
        if quote != '"':
            self._note("quote")
        if self._text.startswith(quote * 3, self.position) and quote in "\"'":
            return self._triple(quote * 3)
        self.position += 1
        parts: list[str] = []
        chunk = _CHUNK[quote]
        while self.position < len(self._text):
            found = chunk.match(self._text, self.position)
            if found:
                parts.append(found.group())
                self.position = found.end()
                continue
            char = self._peek()
            if char == "\\":
                parts.append(self._escape())
            elif char < " ":
                parts.append(self._control(char))
            elif self._is_end():
                return self._joined(parts)
            else:
                self._note("quote")
                parts.append(char)
                self.position += 1
        self._cut()
        return self._joined(parts)

    def _joined(self, parts: list[str]) -> str:
        return join_surrogates("".join(parts), self.notes, self.position)

    def _triple(self, quotes: str) -> str:
        self._note("quote")
        start = self.position + 3
        end = self._text.find(quotes, start)
        if end < 0:
            self._cut()
            self.position = len(self._text)
            return self._text[start:]
        self.position = end + 3
        return self._text[start:end]

    def _is_end(self) -> bool:
        """At a quote: true, and past it, where the text ends here."""
        found = _BLANK.match(self._text, self.position + 1)
        after = found.end() if found else self.position + 1
        following = self._text[after : after + 1]
        is_end = (
            following == ""
            or following in ",:}]{[/#=\"'“"
            or (found is not None and "\n" in found.group())
            or not (self._open_arrays or self._open_objects)
        )
        if is_end:
            self.position += 1
        return is_end

    def _control(self, char: str) -> str:
        self._note("control")
        self.position += 1
        return char if char in "\t\n\r" else ""

    def _escape(self) -> str:
        kind = self._text[self.position + 1 : self.position + 2]
        if kind in ("u", "x"):
            return self._code_point(4 if kind == "u" else 2)
        if kind == "":
            self.position += 1
            return ""
        self.position += 2
        if kind in _ESCAPES:
            if kind in "'\n":
                self._note("escape")
            return _ESCAPES[kind]
        self._note("escape")
        return "\\" + kind

    def _code_point(self, width: int) -> str:
        start = self.position + 2
        digits = self._text[start : start + width]
        if start + width > len(self._text):
            self.position = len(self._text)
            return ""
        try:
            code = int(digits, 16) if digits.isalnum() else -1
        except ValueError:
            code = -1
        if width == 2 or code < 0:
            self._note("escape")
        if code < 0:
            self.position += 2
            return self._text[start - 2 : start]
        self.position = start + width
        return chr(code)

    def _word(self, depth: int) -> JsonValue:
        """A number, a literal, or a text without quotes, which goes to the next comma, bracket or line end."""
        start = self.position
        found = _WORD.match(self._text, start)
        if found:
            self.position = found.end()
            has_ended = self._is_word_end()
            if has_ended:
                known, value = self._literal(found.group(), start, depth)
                if known:
                    return value
            self.position = start
        bare = _BARE.match(self._text, start)
        end = bare.end() if bare else start
        self.position = max(end, start + 1) if start < len(self._text) else start
        if start >= len(self._text):
            self._cut()
            return None
        self._note("unquoted")
        return join_surrogates(self._text[start : self.position].strip(), self.notes, start)

    def _is_word_end(self) -> bool:
        found = _BLANK.match(self._text, self.position)
        after = found.end() if found else self.position
        following = self._text[after : after + 1]
        return (
            following == ""
            or following in ",]}\"'"
            or (found is not None and ("\n" in found.group() or self._comment_end(after) is not None))
        )

    def _literal(self, token: str, start: int, depth: int) -> tuple[bool, JsonValue]:
        """Whether the token is a literal or a number, and its value."""
        lower = token.lower()
        if lower in _LITERALS:
            if token != lower or lower in ("none", "undefined"):
                self._note("literal")
            return True, _LITERALS[lower]
        if lower.lstrip("+-") in _NON_FINITE:
            self._note("non-finite")
            return True, None
        if depth and self.position == len(self._text):
            cut, value = self._cut_token(lower)
            if cut:
                return True, value
        return self._number(token, start)

    def _cut_token(self, token: str) -> tuple[bool, JsonValue]:
        """At the end of the text, inside a container: a literal that has begun is meant; of a number that has
        begun the digits count."""
        for literal, value in _LITERALS.items():
            if literal.startswith(token):
                return True, value
        if token[-1] in "-+.e" and _CUT_NUMBER.match(token):
            digits = token.rstrip("-+.e")
            return True, _to_number(digits) if digits else None
        return False, None

    def _number(self, token: str, start: int) -> tuple[bool, JsonValue]:
        if _HEX.match(token):
            self._note("number")
            return True, int(token, 16)
        if not _NUMBER.match(token):
            return False, None
        if token[0] in "+." or token[-1] == "." or token.startswith("-."):
            self._note("number")
        value = _to_number(token)
        if isinstance(value, str):
            add_note(self.notes, "unquoted", start)
        elif value is None:
            self._note("non-finite")
        return True, value


def _to_number(token: str) -> JsonValue:
    """An exact integer, a finite float, None for one beyond the range, or the text of more digits than Python reads."""
    try:
        if token.lstrip("+-").isdigit():
            return int(token)
        value = float(token)
    except ValueError:
        return token
    return value if math.isfinite(value) else None
