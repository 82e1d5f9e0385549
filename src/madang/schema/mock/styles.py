"""Values out of the styles in which `schema.encoding` writes them.

Encoded text is split before it is decoded, so that a delimiter inside a word is told from one between words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from urllib.parse import unquote, unquote_plus

from madang.kit.json import JsonObject, JsonValue
from madang.schema.encoding import Pair
from madang.schema.functions import Style
from madang.schema.mock.typed import Types

Schemas = Sequence[JsonValue]
Decode = Callable[[str], str]

_SEPARATORS = {
    "form": re.compile(","),
    "simple": re.compile(","),
    "spaceDelimited": re.compile(r"%20|\+| "),
    "pipeDelimited": re.compile(r"%7[Cc]|\|"),
}
_BRACKETS = re.compile(r"\[([^\[\]]*)\]")


class Absent:
    """In place of a value that is not there."""


ABSENT = Absent()


class Styles:
    """Reads values in each style, typed by their schema."""

    def __init__(self, types: Types) -> None:
        self._types = types

    def path(self, wire: str, text: str, style: Style, explode: bool, schemas: Schemas) -> JsonValue:
        """What stands in a path for `{wire}`."""
        if style == "label":
            words = text.removeprefix(".")
            return self._words(words, words.split("." if explode else ","), explode, schemas, unquote)
        if style == "matrix":
            return self._matrix(wire, text, explode, schemas)
        return self._words(text, text.split(","), explode, schemas, unquote)

    def header(self, text: str, explode: bool, schemas: Schemas) -> JsonValue:
        """A header's value."""
        return self._words(text, [word.strip() for word in text.split(",")], explode, schemas, str)

    def query(
        self,
        wire: str,
        pairs: Sequence[Pair],
        style: Style,
        explode: bool,
        schemas: Schemas,
        others: Sequence[str] = (),
    ) -> JsonValue | Absent:
        """A query or cookie parameter or form field; `others` are names that belong to other parameters."""
        if style == "deepObject":
            return self._deep(wire, pairs, schemas)
        types = self._types.accepted(schemas)
        own = [text for name, text in pairs if unquote_plus(name) == wire]
        if explode and "object" in types and not self._types.is_free(schemas) and not own:
            return self._spread(pairs, schemas, others)
        if not own:
            return ABSENT
        if explode and "array" in types and not self._types.is_free(schemas) and self._is_list(own, types):
            return [self.word(text, self._types.items(schemas, index)) for index, text in enumerate(own)]
        if explode:
            return self.word(own[-1], schemas)
        separator = _SEPARATORS.get(style, _SEPARATORS["form"])
        return self._words(own[-1], separator.split(own[-1]), False, schemas, unquote_plus)

    def word(self, text: str, schemas: Schemas) -> JsonValue:
        """One encoded word of a query."""
        return self._types.value(unquote_plus(text), schemas)

    def _is_list(self, own: Sequence[str], types: frozenset[str]) -> bool:
        return len(own) > 1 or not types & {"string", "integer", "number", "boolean"}

    def _spread(self, pairs: Sequence[Pair], schemas: Schemas, others: Sequence[str]) -> JsonValue | Absent:
        declared = self._types.names(schemas)
        found: JsonObject = {}
        for name, text in pairs:
            key = unquote_plus(name)
            is_free = not declared and key not in others
            if key in declared or is_free or (key not in others and self._types.member(schemas, key)):
                found[key] = self.word(text, self._types.member(schemas, key))
        return found or ABSENT

    def _words(self, whole: str, words: list[str], explode: bool, schemas: Schemas, decode: Decode) -> JsonValue:
        types = self._types.accepted(schemas)
        if not self._types.is_free(schemas) and not types & {"string", "integer", "number", "boolean"}:
            is_object = "object" in types and ("array" not in types or (explode and all("=" in w for w in words)))
            return self._pairs(words, explode, schemas, decode) if is_object else self._list(words, schemas, decode)
        if len(words) > 1 and "array" in types and not self._types.is_free(schemas):
            return self._list(words, schemas, decode)
        return self._types.value(decode(whole), schemas)

    def _list(self, words: list[str], schemas: Schemas, decode: Decode) -> list[JsonValue]:
        return [self._types.value(decode(word), self._types.items(schemas, index)) for index, word in enumerate(words)]

    def _pairs(self, words: list[str], explode: bool, schemas: Schemas, decode: Decode) -> JsonObject:
        if explode:
            pairs = [word.partition("=")[::2] for word in words]
        else:
            pairs = list(zip(words[::2], words[1::2], strict=False))
        return {
            decode(key): self._types.value(decode(text), self._types.member(schemas, decode(key)))
            for key, text in pairs
        }

    def _matrix(self, wire: str, text: str, explode: bool, schemas: Schemas) -> JsonValue:
        parts = [part.partition("=")[::2] for part in text.removeprefix(";").split(";")]
        if not explode or "object" not in self._types.accepted(schemas):
            joined = ",".join(value for _, value in parts)
            return self._words(joined, joined.split(","), False, schemas, unquote)
        if all(unquote(name) == wire for name, _ in parts):
            joined = ",".join(value for _, value in parts)
            return self._words(joined, joined.split(","), False, schemas, unquote)
        return self._pairs([f"{name}={value}" for name, value in parts], True, schemas, unquote)

    def _deep(self, wire: str, pairs: Sequence[Pair], schemas: Schemas) -> JsonValue | Absent:
        tree: JsonObject = {}
        is_there = False
        for name, text in pairs:
            key = unquote_plus(name)
            if key == wire:
                return self.word(text, schemas)
            keys = _BRACKETS.findall(key.removeprefix(wire)) if key.startswith(f"{wire}[") else []
            if keys:
                is_there = True
                _put(tree, keys, unquote_plus(text))
        return self._typed(tree, schemas) if is_there else ABSENT

    def _typed(self, value: JsonValue, schemas: Schemas) -> JsonValue:
        """A tree of texts as the schema means it: an object with numbers as keys may be a list."""
        if isinstance(value, str):
            return self._types.value(value, schemas)
        if not isinstance(value, dict):
            return value
        is_list = "array" in self._types.accepted(schemas) and all(not key or key.isdecimal() for key in value)
        if is_list and not self._types.is_free(schemas):
            return [self._typed(item, self._types.items(schemas, index)) for index, item in enumerate(value.values())]
        return {key: self._typed(item, self._types.member(schemas, key)) for key, item in value.items()}


def _put(tree: JsonObject, keys: list[str], text: str) -> None:
    """Put a text into a tree; an empty key, as in `a[]`, is the next number."""
    node = tree
    for key in keys[:-1]:
        inner = node.setdefault(key or str(len(node)), {})
        if not isinstance(inner, dict):
            return
        node = inner
    node[keys[-1] or str(len(node))] = text


def json_or_text(text: str) -> JsonValue:
    """A text as the JSON that it is, or as it stands."""
    try:
        value: JsonValue = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value
