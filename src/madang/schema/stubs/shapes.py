"""Types as both languages have them: the neutral form between JSON Schema and the writers.

A shape says what values are, not how they are bounded: bounds and formats go into documentation. Named schemas stay
names, so that recursion and size cost nothing; intersections are merged into one shape.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from madang.kit.json import JsonObject, JsonValue
from madang.schema.describe import describe, shorten
from madang.schema.dialects.merging import Merger
from madang.schema.references import References, Schemas, definition_name
from madang.schema.values import is_file_schema

Scalar = Literal["string", "integer", "number", "boolean", "null", "any", "never", "file"]
Option: TypeAlias = "str | int | bool | None"

_DEPTH_LIMIT = 40
_BRANCH_LIMIT = 200
_ANNOTATIONS = frozenset(
    {"$ref", "title", "description", "default", "example", "examples", "deprecated", "readOnly", "writeOnly"}
)
_INHERITED = ("type", "properties", "required", "items", "additionalProperties")


@dataclass(frozen=True, kw_only=True)
class Basic:
    """A type without parts."""

    kind: Scalar


@dataclass(frozen=True, kw_only=True)
class Named:
    """A declared type by its identifier."""

    name: str


@dataclass(frozen=True, kw_only=True)
class Options:
    """Exactly these values."""

    values: tuple[Option, ...]


@dataclass(frozen=True, kw_only=True)
class ListOf:
    """A list of any length."""

    item: Shape


@dataclass(frozen=True, kw_only=True)
class TupleOf:
    """A list with a type for each place."""

    items: tuple[Shape, ...]


@dataclass(frozen=True, kw_only=True)
class MapOf:
    """An object whose keys are not known."""

    value: Shape


@dataclass(frozen=True, kw_only=True)
class Field:
    """A property by its name on the wire."""

    name: str
    shape: Shape
    is_required: bool
    doc: str = ""
    is_deprecated: bool = False


@dataclass(frozen=True, kw_only=True)
class Record:
    """An object with known properties; `extra` is the type of the others where the schema gives one."""

    fields: tuple[Field, ...]
    extra: Shape | None = None


@dataclass(frozen=True, kw_only=True)
class Union:
    """One of several; never nested, no two alike."""

    options: tuple[Shape, ...]


Shape: TypeAlias = "Basic | Named | Options | ListOf | TupleOf | MapOf | Record | Union"

ANY = Basic(kind="any")
NULL = Basic(kind="null")


class Shaper:
    """Reads schemas that share definitions.

    Args:
        schemas: The definitions.
        names: Their identifiers; a definition without one is written where it is used.
    """

    def __init__(self, schemas: Schemas, names: Mapping[str, str]) -> None:
        self._references = References(schemas)
        self._merge = Merger(self._references).merged
        self._names = names

    def definition(self, name: str) -> Shape:
        """What a definition is."""
        schema = self._references.schemas[name]
        return self._whole(self._merge(schema), 0) if isinstance(schema, dict) else self.shape(schema)

    def shape(self, schema: JsonValue, depth: int = 0) -> Shape:
        """What a schema is: a name, where it is nothing but a reference to one."""
        if not isinstance(schema, dict):
            return Basic(kind="never") if schema is False else ANY
        if depth >= _DEPTH_LIMIT:
            return ANY
        known = self._name_of(schema)
        return Named(name=known) if known is not None else self._whole(self._merge(schema), depth)

    def doc(self, schema: JsonValue, description: str = "") -> str:
        """Words about a place: the description, the format and bounds of its values, the default."""
        whole = self._merge(schema) if isinstance(schema, dict) else {}
        said = description or whole.get("description") or ""
        parts = [said.strip() if isinstance(said, str) else ""]
        said_in_words = [keyword for keyword in _SAID_IN_WORDS if keyword in whole]
        if said_in_words and "enum" not in whole and whole.get("format") not in _SILENT_FORMATS:
            parts.append(f"({describe(whole, self._references)})")
        if "default" in whole:
            parts.append(f"Default: {shorten(whole['default'])}.")
        return " ".join(part for part in parts if part)

    def _name_of(self, schema: JsonObject) -> str | None:
        """The identifier that a schema comes down to; an intersection of one thing is that thing."""
        reference = schema.get("$ref")
        if reference is not None and all(key in _ANNOTATIONS or key.startswith("x-") for key in schema):
            is_whole = isinstance(reference, str) and reference.count("/") == 2
            name = definition_name(reference) if is_whole else None
            return self._names.get(name) if name is not None else None
        parts = schema.get("allOf")
        if isinstance(parts, list) and len(parts) == 1 and not (schema.keys() - _ANNOTATIONS - {"allOf"}):
            return self._name_of(parts[0]) if isinstance(parts[0], dict) else None
        return None

    def _whole(self, schema: JsonObject, depth: int) -> Shape:
        if schema.get("not") == {}:
            return Basic(kind="never")
        if is_file_schema(schema):
            return Basic(kind="file")
        listed = [schema["const"]] if "const" in schema else schema.get("enum")
        if isinstance(listed, list) and listed:
            return _options(listed)
        branches = self._references.branches(schema)
        if branches:
            return self._union(schema, branches, depth)
        kinds = _kinds(schema)
        return unite([self._kind(schema, kind, depth) for kind in kinds]) if kinds else ANY

    def _union(self, schema: JsonObject, branches: list[JsonValue], depth: int) -> Shape:
        """A branch that says less than what stands beside the union takes that over."""
        if len(branches) > _BRANCH_LIMIT:
            return ANY
        beside = {key: schema[key] for key in _INHERITED if key in schema}
        tag, tagged = _tags(schema)
        options: list[Shape] = []
        for branch in branches:
            if beside and isinstance(branch, dict) and not (branch.keys() & {"type", "$ref", "allOf", "enum", "const"}):
                branch = {**beside, **branch}
            shape = self.shape(branch, depth + 1)
            values = tagged.get(str(branch.get("$ref"))) if isinstance(branch, dict) else None
            options.append(self._tagged(branch, shape, tag, values, depth) if tag and values else shape)
        return unite(options)

    def _tagged(self, branch: JsonValue, shape: Shape, tag: str, values: tuple[str, ...], depth: int) -> Shape:
        """A branch of a discriminated union whose own tag is any text: the mapping says which texts."""
        whole = self._whole(self._merge(branch), depth + 1)
        if not isinstance(whole, Record):
            return shape
        own = next((field for field in whole.fields if field.name == tag), None)
        if own is None or isinstance(own.shape, (Options, Named)):
            return shape
        fixed = Field(name=tag, shape=Options(values=values), is_required=own.is_required, doc=own.doc)
        return Record(fields=tuple(fixed if field is own else field for field in whole.fields), extra=whole.extra)

    def _kind(self, schema: JsonObject, kind: str, depth: int) -> Shape:
        if kind == "object":
            return self._object(schema, depth)
        if kind == "array":
            return self._list(schema, depth)
        found = _SCALARS.get(kind)
        return ANY if found is None else Basic(kind=found)

    def _object(self, schema: JsonObject, depth: int) -> Shape:
        properties, rest = schema.get("properties"), schema.get("additionalProperties")
        patterns = schema.get("patternProperties")
        others = [*patterns.values()] if isinstance(patterns, dict) else []
        others += [rest] if isinstance(rest, dict) else []
        extra = unite([self.shape(other, depth + 1) for other in others]) if others else None
        if isinstance(properties, dict) and properties:
            needed = schema.get("required")
            required = set(map(str, needed)) if isinstance(needed, list) else set[str]()
            fields = [self._field(name, member, name in required, depth) for name, member in properties.items()]
            return Record(fields=tuple(fields), extra=extra)
        return Record(fields=()) if rest is False and extra is None else MapOf(value=extra or ANY)

    def _field(self, name: str, schema: JsonValue, is_required: bool, depth: int) -> Field:
        is_named = isinstance(schema, dict) and self._name_of(schema) is not None
        own = schema.get("description") if isinstance(schema, dict) else None
        return Field(
            name=name,
            shape=self.shape(schema, depth + 1),
            is_required=is_required,
            doc=(own.strip() if isinstance(own, str) else "") if is_named else self.doc(schema),
            is_deprecated=isinstance(schema, dict) and schema.get("deprecated") is True,
        )

    def _list(self, schema: JsonObject, depth: int) -> Shape:
        firsts, rest = schema.get("prefixItems"), schema.get("items", True)
        if not isinstance(firsts, list) or not firsts:
            return ListOf(item=self.shape(rest, depth + 1))
        items = [self.shape(item, depth + 1) for item in firsts]
        low, high = schema.get("minItems"), schema.get("maxItems")
        is_closed = rest is False or (isinstance(high, int) and high <= len(items))
        if is_closed and isinstance(low, int) and low >= len(items):
            return TupleOf(items=tuple(items))
        return ListOf(item=unite(items if is_closed else [*items, self.shape(rest, depth + 1)]))


def unite(shapes: list[Shape]) -> Shape:
    """One of these: flat, without repetitions; anything where one of them is that."""
    found: dict[Shape, None] = {}
    values: dict[tuple[type, Option], Option] = {}
    for shape in shapes:
        for part in shape.options if isinstance(shape, Union) else (shape,):
            if part == ANY:
                return ANY
            if isinstance(part, Options):
                values.update({(type(value), value): value for value in part.values})
            elif part != Basic(kind="never"):
                found[part] = None
    if values:
        found = {Options(values=tuple(values.values())): None, **found}
    if len(found) == 1:
        return next(iter(found))
    return Union(options=tuple(found)) if found else Basic(kind="never")


def _tags(schema: JsonObject) -> tuple[str, dict[str, tuple[str, ...]]]:
    """The discriminator of a union, and by reference the values that its mapping gives a branch."""
    discriminator = schema.get("discriminator")
    said = discriminator if isinstance(discriminator, dict) else {}
    name, mapping = said.get("propertyName"), said.get("mapping")
    found: dict[str, tuple[str, ...]] = {}
    for value, reference in (mapping if isinstance(mapping, dict) else {}).items():
        found[str(reference)] = (*found.get(str(reference), ()), value)
    return (name if isinstance(name, str) else ""), found


def _options(listed: list[JsonValue]) -> Shape:
    """Literal values; fractions, lists and objects are no literals of a type and stand for their kind."""
    values: list[Option] = []
    others: list[Shape] = []
    for value in listed:
        if value is None or isinstance(value, (str, int)):
            values.append(value)
        elif isinstance(value, float):
            others.append(Basic(kind="number"))
        else:
            others.append(ListOf(item=ANY) if isinstance(value, list) else MapOf(value=ANY))
    return unite([*([Options(values=tuple(values))] if values else []), *others])


def _kinds(schema: JsonObject) -> list[str]:
    kind = schema.get("type")
    if isinstance(kind, str):
        return [kind]
    if isinstance(kind, list):
        return [name for name in kind if isinstance(name, str)]
    if "properties" in schema or "additionalProperties" in schema:
        return ["object"]
    return ["array"] if "items" in schema or "prefixItems" in schema else []


_SCALARS: dict[str, Scalar] = {
    "string": "string",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
    "file": "file",
}
_SILENT_FORMATS = frozenset({"int32", "int64", "float", "double"})
_SAID_IN_WORDS = (
    "format",
    "pattern",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
)
