"""Makes valid values wrong, one place at a time: `mutate(value, schema, definitions)`.

A place is only spoilt by what certainly holds for it: of a union with several branches for a value's type nobody can
say which one was meant, so such a value is given another type and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from madang.kit.json import JsonObject, JsonValue, pointer
from madang.schema.describe import ALL_TYPES, accepted_types, type_of
from madang.schema.examples.members import Members
from madang.schema.examples.spoiling import spoilt_list, spoilt_number, spoilt_text
from madang.schema.references import References, Schemas
from madang.schema.values import FILE_KEY, is_file_schema

_DEPTH_LIMIT = 12
_ITEMS_SPOILT = 2
_OF_TYPE: dict[str, JsonValue] = {
    "boolean": True,
    "integer": 987_654_321,
    "number": 987_654_321.5,
    "string": "none of these",
    "null": None,
    "object": {},
    "array": [],
}
_NOBODY = "none_of_these"


class _Gone:
    """In place of a value: there is none."""


_GONE: Final = _Gone()
_Path = tuple[str | int, ...]
_Change: TypeAlias = "tuple[_Path, JsonValue | _Gone, str]"


@dataclass(frozen=True, kw_only=True)
class Mutation:
    """A wrong value, where it is wrong, and what was done: `type`, `enum`, `required`, `unknown`, `length` and more."""

    value: JsonValue
    pointer: str
    kind: str


def mutate(value: JsonValue, schema: JsonValue, definitions: Schemas, *, is_answer: bool = False) -> Iterator[Mutation]:
    """Wrong values close to a valid one, from the top down; each differs from it at its pointer only."""
    mutator = _Mutator(References(definitions), "writeOnly" if is_answer else "readOnly")
    for path, changed, kind in mutator.changes(value, [schema], ()):
        yield Mutation(value=_with(value, path, changed), pointer=pointer(*path), kind=kind)


class _Mutator:
    def __init__(self, references: References, one_way: str) -> None:
        self._references = references
        self._one_way = one_way

    def changes(self, value: JsonValue, schemas: Sequence[JsonValue], path: _Path) -> Iterator[_Change]:
        """What can be put in place of the value, or of something in it."""
        if len(path) > _DEPTH_LIMIT:
            return
        for other in self._other_types(schemas):
            yield path, other, "type"
            break
        parts = self._certain(schemas, value)
        for changed, kind in self._of_same_type(value, parts):
            yield path, changed, kind
        if any("enum" in part or "const" in part for part in parts):
            # A change inside breaks the whole.
            return
        if isinstance(value, dict) and FILE_KEY not in value:
            yield from self._in_object(value, parts, path)
        elif isinstance(value, list):
            yield from self._in_list(value, parts, path)

    def _other_types(self, schemas: Sequence[JsonValue]) -> Iterator[JsonValue]:
        allowed = set(ALL_TYPES)
        for schema in schemas:
            accepted = set(accepted_types(schema, self._references))
            allowed &= accepted | {"object"} if self._holds_file(schema) else accepted
        if "number" in allowed or "integer" in allowed:
            allowed |= {"number", "integer"}
        for name, other in _OF_TYPE.items():
            if name not in allowed and not (name == "number" and "integer" in allowed):
                yield other

    def _holds_file(self, schema: JsonValue) -> bool:
        resolved = self._references.resolve(schema)
        inner = [*_list(resolved.get("allOf")), *self._references.branches(resolved)]
        return is_file_schema(resolved) or any(is_file_schema(self._references.resolve(part)) for part in inner)

    def _certain(self, schemas: Sequence[JsonValue], value: JsonValue) -> list[JsonObject]:
        """The parts that hold whatever branches were meant; a branch is certain where it alone takes the type."""
        found: dict[int, JsonObject] = {}
        waiting = list(schemas)
        while waiting:
            resolved = self._references.resolve(waiting.pop())
            if id(resolved) in found or is_file_schema(resolved):
                continue
            found[id(resolved)] = resolved
            waiting += _list(resolved.get("allOf"))
            for keyword in ("anyOf", "oneOf"):
                takers = [branch for branch in _list(resolved.get(keyword)) if self._takes(branch, value)]
                waiting += takers if len(takers) == 1 else []
        return list(found.values())

    def _takes(self, branch: JsonValue, value: JsonValue) -> bool:
        return type_of(value) in accepted_types(branch, self._references) or self._holds_file(branch)

    def _of_same_type(self, value: JsonValue, parts: Sequence[JsonObject]) -> Iterator[tuple[JsonValue, str]]:
        listed = [part for part in parts if "const" in part or isinstance(part.get("enum"), list)]
        if listed:
            other = _OF_TYPE[type_of(value)]
            if not any(other in _list(part.get("enum")) or part.get("const") == other for part in listed):
                yield other, "enum"
            return
        for part in parts:
            if isinstance(value, str):
                yield from spoilt_text(part)
            elif isinstance(value, (int, float)) and not isinstance(value, bool):
                yield from spoilt_number(value, part)
            elif isinstance(value, list):
                yield from spoilt_list(value, part)

    def _in_object(self, value: JsonObject, parts: Sequence[JsonObject], path: _Path) -> Iterator[_Change]:
        members = Members(parts, self._references)
        for name in members.required():
            if name in value and not self._is_relaxed(name, parts):
                yield (*path, name), _GONE, "required"
        if any(schema is False for schema in members.schemas_of(_NOBODY)):
            yield (*path, _NOBODY), "unknown", "unknown"
        for name, item in value.items():
            yield from self.changes(item, members.schemas_of(name), (*path, name))

    def _is_relaxed(self, name: str, parts: Iterable[JsonObject]) -> bool:
        """Whether no part asks for the member in this direction."""
        for part in parts:
            if name in _list(part.get("required")):
                properties = part.get("properties")
                member = properties.get(name) if isinstance(properties, dict) else None
                if self._references.resolve(member).get(self._one_way) is not True:
                    return False
        return True

    def _in_list(self, value: list[JsonValue], parts: Sequence[JsonObject], path: _Path) -> Iterator[_Change]:
        for index, item in enumerate(value[:_ITEMS_SPOILT]):
            schemas: list[JsonValue] = []
            for part in parts:
                firsts = _list(part.get("prefixItems"))
                schemas += [firsts[index]] if index < len(firsts) else [part["items"]] if "items" in part else []
            yield from self.changes(item, schemas, (*path, index))


def _with(value: JsonValue, path: _Path, changed: JsonValue | _Gone) -> JsonValue:
    """A copy with one place changed; removed where it is gone."""
    if not path:
        return None if isinstance(changed, _Gone) else changed
    head, *rest = path
    if isinstance(value, dict) and isinstance(head, str):
        if not rest and isinstance(changed, _Gone):
            return {key: item for key, item in value.items() if key != head}
        return {**value, head: _with(value.get(head), tuple(rest), changed)}
    if isinstance(value, list):
        return [_with(item, tuple(rest), changed) if index == head else item for index, item in enumerate(value)]
    return value


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []
