"""Where in an answer the list of resources is, or the one resource: at the top or inside an envelope."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from madang.kit.json import JsonObject, JsonValue
from madang.schema.functions import Function
from madang.schema.mock.typed import Types

Keys = tuple[str, ...]

_LISTS = ("data", "items", "results", "result", "value", "values", "records", "entries", "list", "content", "rows")
_WRAPPERS = ("data", "result", "item", "response", "_embedded", "payload", "body", "object")
_IDS = ("id", "_id", "uuid", "guid", "sid", "key", "slug", "code", "number", "sku", "username", "login", "name")
_WORD = re.compile(r"[^a-z0-9]")


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A place in an answer by its keys, and what the value there has to fit."""

    keys: Keys
    schemas: Sequence[JsonValue]

    def put(self, value: JsonValue, beside: JsonObject | None = None) -> JsonValue:
        """An answer with only this value, and what stands beside it in its envelope."""
        for depth, key in enumerate(reversed(self.keys)):
            value = {**(beside or {}), key: value} if depth == 0 else {key: value}
        return value

    def find(self, answer: JsonValue) -> JsonValue:
        """The value at the place, or None."""
        for key in self.keys:
            answer = answer.get(key) if isinstance(answer, dict) else None
        return answer


class Envelopes:
    """Looks into the answers of functions that share schemas."""

    def __init__(self, functions: Iterable[Function], types: Types) -> None:
        self._types = types
        self._lists: dict[str, Placed | None] = {}
        self._listed = {
            re.sub(r"\{[^{}/]*\}", "{}", function.path).rstrip("/")
            for function in functions
            if function.method.upper() == "GET" and self.list_of(function) is not None
        }

    def has_list(self, shape: str) -> bool:
        """Whether GET of a path, its variables as `{}`, answers a list."""
        return shape in self._listed

    def list_of(self, function: Function) -> Placed | None:
        """Where the answer has its list of objects, and what each item has to fit."""
        if function.name not in self._lists:
            self._lists[function.name] = self._find_list([function.result], function, 0)
        return self._lists[function.name]

    def item_of(self, function: Function, word: str, variable: str | None) -> Placed | None:
        """Where the answer has its one resource; None where it is no object."""
        schemas: list[JsonValue] = [function.result]
        if not self._is("object", schemas):
            return None
        names = self._types.names(schemas)
        if find_id(names, variable, word) in (None, "name"):
            for name in (*_WRAPPERS, word, singular(word)):
                inner = self._types.member(schemas, name) if name in names else []
                if inner and self._is("object", inner) and self._types.names(inner):
                    return Placed(keys=(name,), schemas=inner)
        return Placed(keys=(), schemas=schemas)

    def is_union(self, placed: Placed) -> bool:
        """Whether the value at a place is one of several: a resource, or what is left of one."""
        return any(self._types.is_union(schema) for schema in placed.schemas)

    def _find_list(self, schemas: Sequence[JsonValue], function: Function, depth: int) -> Placed | None:
        if self._is("array", schemas):
            items = self._types.items(schemas, 0)
            return Placed(keys=(), schemas=items) if self._is("object", items) else None
        if not self._is("object", schemas) or depth > 1:
            return None
        word = function.path.rstrip("/").rpartition("/")[2]
        names = self._types.names(schemas)
        preferred = [name for name in (word, *_LISTS) if name in names]
        lists = [name for name in names if self._holds_objects(self._types.member(schemas, name))]
        found = next((name for name in preferred if name in lists), lists[0] if len(lists) == 1 else None)
        is_list_of_things = depth > 0 or found in preferred or len(names) <= 8
        if found is not None and is_list_of_things and find_id(names, None, "") is None:
            return Placed(keys=(found,), schemas=self._types.items(self._types.member(schemas, found), 0))
        for name in (name for name in _WRAPPERS if name in names):
            inner = self._find_list(self._types.member(schemas, name), function, depth + 1)
            if inner is not None:
                return Placed(keys=(name, *inner.keys), schemas=inner.schemas)
        return None

    def _holds_objects(self, schemas: Sequence[JsonValue]) -> bool:
        return self._is("array", schemas) and self._is("object", self._types.items(schemas, 0))

    def _is(self, kind: str, schemas: Sequence[JsonValue]) -> bool:
        if not schemas:
            return False
        accepted = self._types.accepted(schemas)
        is_only = kind in accepted and accepted <= {kind, "null"}
        return is_only or (kind == "object" and bool(self._types.names(schemas)))


def find_id(names: Iterable[str], variable: str | None, word: str) -> str | None:
    """The member that holds the id: named as the path's variable, or as ids are called."""
    return next(iter(find_ids(names, variable, word)), None)


def find_ids(names: Iterable[str], variable: str | None, word: str) -> list[str]:
    """The members that may hold the id, the likeliest first."""
    known = {_WORD.sub("", name.lower()): name for name in reversed([*names])}
    wanted = [variable, _own(variable, word)] if variable else []
    wanted += ["id", f"{singular(word)}id", f"{word}id", *_IDS[1:]]
    return list(dict.fromkeys(known[key] for name in wanted if name and (key := _WORD.sub("", name.lower())) in known))


def _own(variable: str, word: str) -> str:
    """A variable without the word of its collection: `issue_number` of `issues` is `number`."""
    name = _WORD.sub("", variable.lower())
    return name.removeprefix(_WORD.sub("", singular(word.lower())))


def singular(word: str) -> str:
    """`pets` as `pet`, `companies` as `company`; another word as it is."""
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word
