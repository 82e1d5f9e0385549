"""JSON Schema (2020-12, shared ones as `#/$defs/<name>`) to types.

Total: a schema of any shape gives a type; what the model cannot say (`not`, conditions, `uniqueItems`) allows more than
the schema does, never less. Run-time validation has the schema itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import cast

from madang.kit.json import JsonObject, JsonValue
from madang.types.covers import fits
from madang.types.model import (
    ANY,
    BOOL,
    DATE,
    DATETIME,
    FILE,
    NEVER,
    NONE,
    STR,
    AnyType,
    DictType,
    Field,
    FloatType,
    IntType,
    ListType,
    NamedType,
    NoneType,
    RecordType,
    StrType,
    Type,
    UnionType,
    resolve,
)
from madang.types.unions import filtered, literal_type, members_of, union_of

_REF = "#/$defs/"
_OBJECT_WORDS = ("properties", "additionalProperties", "patternProperties", "required")
_LIST_WORDS = ("items", "prefixItems")
_FORMATS: Mapping[str, Type] = {"date-time": DATETIME, "date": DATE, "binary": FILE}
_MOST_DEPTH = 100

Named = Callable[[str], Type]
"""The type of a shared schema by its name in `$defs`."""


def from_schema(schema: JsonValue, named: Named) -> Type:
    """The type that a schema describes.

    Args:
        schema: The schema; `True`, `{}` and what is no schema are `Any`, `False` is `Never`.
        named: Gives the type for `#/$defs/<name>`, usually a `NamedType`.
    """
    return _Reading(named).read(schema, 0)


class _Reading:
    def __init__(self, named: Named) -> None:
        self._named = named

    def read(self, schema: JsonValue, depth: int) -> Type:
        if schema is False:
            return NEVER
        if not isinstance(schema, dict) or depth > _MOST_DEPTH:
            return ANY
        parts = list(self._parts(schema, depth + 1))
        found = ANY
        for part in parts:
            found = meet(found, part)
        return found

    def _parts(self, schema: JsonObject, depth: int) -> Iterable[Type]:
        """What each keyword that constrains says; all hold at once."""
        ref = schema.get("$ref")
        if isinstance(ref, str):
            yield self._named(ref.removeprefix(_REF)) if ref.startswith(_REF) else ANY
        if "const" in schema:
            yield _constant(schema["const"])
        elif isinstance(schema.get("enum"), list):
            yield _enumeration(cast("list[JsonValue]", schema["enum"]))
        else:
            yield self._by_kind(schema, depth)
        for each in _schemas(schema.get("allOf")):
            yield self.read(each, depth)
        for word in ("oneOf", "anyOf"):
            if _schemas(schema.get(word)):
                yield self._union(_schemas(schema.get(word)), schema, depth)

    def _union(self, members: list[JsonValue], schema: JsonObject, depth: int) -> Type:
        read = [self.read(each, depth) for each in members]
        whole = union_of(read)
        said = schema.get("discriminator")
        if not isinstance(said, dict) or not isinstance(whole, UnionType):
            return whole
        mapping = self._mapping(said, read)
        return UnionType(members=whole.members, discriminator=str(said.get("propertyName")), mapping=mapping)

    def _mapping(self, said: JsonObject, members: list[Type]) -> tuple[tuple[str, Type], ...]:
        """Values of the discriminator: those that are written, and the names of the schemas (OpenAPI 3.1, 4.8.25)."""
        written = said.get("mapping")
        found: dict[str, Type] = {each.name: each for each in members if isinstance(each, NamedType)}
        if isinstance(written, dict):
            mapped: dict[str, Type] = {
                value: self._named(ref.removeprefix(_REF)) for value, ref in written.items() if isinstance(ref, str)
            }
            found = {name: each for name, each in found.items() if each not in mapped.values()} | mapped
        return tuple((value, each) for value, each in found.items() if each in members)

    def _by_kind(self, schema: JsonObject, depth: int) -> Type:
        kinds = _kinds(schema.get("type")) or _implied(schema)
        return union_of(self._kind(each, schema, depth) for each in kinds) if kinds else ANY

    def _kind(self, kind: str, schema: JsonObject, depth: int) -> Type:
        match kind:
            case "null":
                return NONE
            case "boolean":
                return BOOL
            case "integer":
                return IntType(
                    minimum=_lowest(schema), maximum=_highest(schema), multiple_of=_whole(schema.get("multipleOf"))
                )
            case "number":
                return FloatType(minimum=_number(schema.get("minimum")), maximum=_number(schema.get("maximum")))
            case "string":
                return _text(schema)
            case "array":
                return self._list(schema, depth)
            case "object":
                return self._object(schema, depth)
            case _:
                return ANY

    def _list(self, schema: JsonObject, depth: int) -> Type:
        first = _schemas(schema.get("prefixItems"))
        rest = schema.get("items", not first)
        items = [self.read(each, depth) for each in [*first, rest] if each is not False]
        return ListType(
            item=union_of(items) if items else ANY,
            min_items=_whole(schema.get("minItems")),
            max_items=_whole(schema.get("maxItems")),
        )

    def _object(self, schema: JsonObject, depth: int) -> Type:
        properties = schema.get("properties")
        members = properties if isinstance(properties, dict) else {}
        required = schema.get("required")
        names = {each for each in required if isinstance(each, str)} if isinstance(required, list) else set[str]()
        fields = [self._field(name, each, name in names, depth) for name, each in members.items()]
        if members or "additionalProperties" in schema or "patternProperties" in schema:
            fields += [Field(name=name, type=ANY) for name in sorted(names - members.keys())]
        rest = self._rest(schema, depth)
        if not fields:
            return DictType(value=rest or ANY) if schema.get("additionalProperties") is not False else _record(fields)
        return _record(fields, rest, is_closed=schema.get("additionalProperties") is False and rest is None)

    def _field(self, name: str, schema: JsonValue, is_required: bool, depth: int) -> Field:
        said: JsonObject = schema if isinstance(schema, dict) else {}
        description = said.get("description")
        return Field(
            name=name,
            type=self.read(schema, depth),
            is_required=is_required,
            description=description if isinstance(description, str) else "",
            is_deprecated=said.get("deprecated") is True,
        )

    def _rest(self, schema: JsonObject, depth: int) -> Type | None:
        """The type of further properties where it is declared; those by pattern are read as any of them."""
        said: list[Type] = []
        patterns = schema.get("patternProperties")
        if isinstance(patterns, dict):
            said += [self.read(each, depth) for each in patterns.values()]
        more = schema.get("additionalProperties", False)
        if more is not False:
            said.append(self.read(more, depth))
        return union_of(said) if said else None


def meet(left: Type, right: Type) -> Type:
    """Values of both, as far as the model can say: of two that overlap otherwise, the more exact one."""
    if isinstance(left, AnyType) or left == right:
        return right
    if isinstance(right, AnyType):
        return left
    first, second = resolve(left), resolve(right)
    if isinstance(first, RecordType | DictType) and isinstance(second, RecordType | DictType):
        return _meet_objects(first, second)
    if isinstance(first, UnionType) or isinstance(second, UnionType):
        return _meet_unions(left, right)
    if isinstance(first, ListType) and isinstance(second, ListType):
        return ListType(item=meet(first.item, second.item), min_items=first.min_items, max_items=first.max_items)
    return left if fits(right, left) else right


def _meet_objects(first: RecordType | DictType, second: RecordType | DictType) -> Type:
    if isinstance(first, DictType) and isinstance(second, DictType):
        return DictType(value=meet(first.value, second.value))
    left, right = _as_record(first), _as_record(second)
    fields = dict(left.by_name)
    for name, field in right.by_name.items():
        fields[name] = _meet_fields(fields[name], field) if name in fields else field
    rest = left.rest if right.rest is None else right.rest if left.rest is None else meet(left.rest, right.rest)
    return _record(list(fields.values()), rest, is_closed=left.is_closed and right.is_closed)


def _meet_fields(left: Field, right: Field) -> Field:
    return Field(
        name=left.name,
        type=meet(left.type, right.type),
        is_required=left.is_required or right.is_required,
        description=left.description or right.description,
        is_deprecated=left.is_deprecated or right.is_deprecated,
    )


def _as_record(type_: RecordType | DictType) -> RecordType:
    if isinstance(type_, RecordType):
        return type_
    return RecordType(fields=(), rest=None if isinstance(type_.value, AnyType) else type_.value)


def _meet_unions(left: Type, right: Type) -> Type:
    """The members of one that the other takes; an object in both is what both say of it."""
    kept: list[Type] = []
    for each in members_of(left):
        for other in members_of(right):
            if isinstance(resolve(each), NoneType) != isinstance(resolve(other), NoneType):
                continue
            if _overlap(resolve(each), resolve(other)):
                kept.append(meet(each, other))
    if len(kept) == len(members_of(left)) and all(new is old for new, old in zip(kept, members_of(left), strict=True)):
        return left
    return union_of(kept) if kept else filtered(right, lambda each: not isinstance(each, NoneType))


def _overlap(left: Type, right: Type) -> bool:
    objects = (RecordType, DictType)
    if isinstance(left, objects) or isinstance(right, objects):
        return isinstance(left, (*objects, AnyType)) and isinstance(right, (*objects, AnyType))
    return fits(left, right) or fits(right, left) or type(left) is type(right)


def _record(fields: list[Field], rest: Type | None = None, *, is_closed: bool = False) -> RecordType:
    return RecordType(fields=tuple(fields), rest=rest, is_closed=is_closed)


def _text(schema: JsonObject) -> Type:
    form = schema.get("format")
    known = _FORMATS.get(form) if isinstance(form, str) else None
    if known is not None:
        return known
    if isinstance(schema.get("contentMediaType"), str) and "contentEncoding" not in schema:
        return FILE
    pattern = schema.get("pattern")
    found = StrType(
        format=form if isinstance(form, str) else None,
        pattern=pattern if isinstance(pattern, str) else None,
        min_length=_whole(schema.get("minLength")),
        max_length=_whole(schema.get("maxLength")),
    )
    return STR if found == STR else found


def _constant(value: JsonValue) -> Type:
    if isinstance(value, dict):
        return _record([Field(name=name, type=_constant(each)) for name, each in value.items()])
    if isinstance(value, list):
        return ListType(item=union_of(_constant(each) for each in value))
    return literal_type(value)


def _enumeration(values: list[JsonValue]) -> Type:
    scalars = [each for each in values if not isinstance(each, dict | list)]
    objects = [_constant(each) for each in values if isinstance(each, dict | list)]
    return union_of([*([literal_type(*scalars)] if scalars else []), *objects])


def _kinds(said: JsonValue) -> list[str]:
    said = said if isinstance(said, list) else [said]
    return [each for each in said if isinstance(each, str)]


def _implied(schema: JsonObject) -> list[str]:
    if any(word in schema for word in _OBJECT_WORDS):
        return ["object"]
    return ["array"] if any(word in schema for word in _LIST_WORDS) else []


def _schemas(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []


def _lowest(schema: JsonObject) -> int | None:
    above = _whole(schema.get("exclusiveMinimum"))
    return above + 1 if above is not None else _whole(schema.get("minimum"))


def _highest(schema: JsonObject) -> int | None:
    below = _whole(schema.get("exclusiveMaximum"))
    return below - 1 if below is not None else _whole(schema.get("maximum"))


def _whole(value: JsonValue) -> int | None:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _number(value: JsonValue) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
