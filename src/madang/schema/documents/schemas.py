"""Schemas of every version to JSON Schema 2020-12, shared ones under `$defs`, nothing inlined."""

from __future__ import annotations

from collections.abc import Mapping

from madang.kit.json import JsonObject, JsonValue
from madang.schema.documents.defs import DefNames
from madang.schema.documents.keyword_values import KeywordValues
from madang.schema.documents.keywords import (
    ANNOTATIONS,
    KEPT_EXTENSIONS,
    KINDS,
    NULLABLE_WORDS,
    REF_WORDS,
    SPECIAL,
    TYPES,
    Kind,
)
from madang.schema.documents.limits import Limits
from madang.schema.documents.places import Place
from madang.schema.documents.plain import plain_schema
from madang.schema.documents.references import References
from madang.schema.documents.remarks import Remarks
from madang.schema.documents.spellings import describe_values, exclusive_bounds, fit_enum, make_nullable, split_tuple
from madang.schema.documents.values import kind_of


class Schemas:
    """Reads schemas wherever they stand, and gathers the shared ones they point to.

    Args:
        references: The way from a `$ref` to its target.
        remarks: Where repairs and losses are told.
        limits: How deep a schema may be.
        home: Where the version keeps its named schemas, as `("components", "schemas")`.
        reads_siblings: Whether keywords beside a `$ref` count (OpenAPI 3.1) or are ignored (before).
        names: Names of shared schemas of an earlier reading, by pointer; they are kept.
    """

    def __init__(
        self,
        references: References,
        remarks: Remarks,
        limits: Limits,
        *,
        home: tuple[str, ...],
        reads_siblings: bool,
        names: Mapping[str, str],
    ) -> None:
        self._references = references
        self._remarks = remarks
        self._limits = limits
        self._reads_siblings = reads_siblings
        self._values = KeywordValues(remarks, limits)
        self._names = DefNames(home, names)
        self._waiting: list[tuple[str, JsonValue, Place]] = []
        self._defs: dict[str, JsonValue] = {}
        self.marks: set[str] = set()
        """Which of `readOnly` and `writeOnly` any schema has."""

    def add_named(self, schemas: JsonObject, place: Place) -> None:
        """Take in the schemas that the document names, so that each keeps its name."""
        for name, value in schemas.items():
            self._def_name(value, place.child(name))

    def finish(self) -> dict[str, JsonValue]:
        """All shared schemas, by name, after everything that points to them has been read."""
        while self._waiting:
            name, value, place = self._waiting.pop()
            schema = self.read(value, place)
            title = self._names.title_of(name)
            if title is not None and isinstance(schema, dict):
                schema.setdefault("title", title)
            self._defs[name] = schema
        return {name: self._defs[name] for name in self._names.in_order()}

    def sources(self) -> dict[str, str]:
        """The pointer of each shared schema in the document, by its name."""
        return self._names.sources()

    def read(self, value: JsonValue, place: Place) -> JsonValue:
        """One schema in the normal form. What is no schema at all is read as one that allows everything."""
        if isinstance(value, dict):
            if place.depth > self._limits.depth:
                message = f"This schema is nested deeper than {self._limits.depth} levels; it allows anything here."
                self._remarks.loss(place, "schema-too-deep", message)
                return True
            return self._reference(value, place) if "$ref" in value else self._object(value, place)
        if isinstance(value, bool):
            return value
        if value is None:
            self._remarks.note(place, "null-ignored", "Here is null where a schema belongs; it allows anything.")
        else:
            message = f"Here is {kind_of(value)} where a schema belongs; it allows anything."
            self._remarks.loss(place, "wrong-type", message)
        return True

    def inner(self, value: JsonValue, place: Place, key: str | int) -> JsonValue:
        """As `read`, for what stands under `key` of what is at `place`. Leaves and references need no place."""
        if isinstance(value, dict) and place.depth < self._limits.depth:
            if "$ref" not in value:
                plain = plain_schema(value)
                if plain is not None:
                    if "readOnly" in plain or "writeOnly" in plain:
                        self._mark(plain)
                    return plain
            elif len(value) == 1 and not place.document:
                known = self._names.known(str(value["$ref"]))
                if known is not None:
                    return {"$ref": known}
        return self.read(value, place.child(key))

    def _mark(self, schema: JsonObject) -> None:
        self.marks.update(mark for mark in ("readOnly", "writeOnly") if schema.get(mark) is True)

    def _reference(self, node: JsonObject, place: Place) -> JsonValue:
        ref = node["$ref"]
        if not isinstance(ref, str):
            self._remarks.loss(place, "ref-dangling", f"A '$ref' must be text; this one is {kind_of(ref)}.")
            return self._object({key: value for key, value in node.items() if key != "$ref"}, place)
        found = self._point(ref, place)
        if len(node) == 1:
            return {"$ref": found} if found else True
        rest = self._siblings(node, place)
        schema = self._object(rest, place, found) if rest else {}
        if found and "$ref" not in schema and "anyOf" not in schema:
            schema = {"$ref": found, **schema}
        return schema or True

    def _siblings(self, node: JsonObject, place: Place) -> JsonObject:
        rest = {key: value for key, value in node.items() if key != "$ref"}
        if self._reads_siblings:
            return rest
        kept = {key: value for key, value in rest.items() if key in ANNOTATIONS or key.startswith("x-")}
        ignored = [key for key in rest if key not in kept and key in KINDS]
        if ignored:
            message = f"Beside a '$ref' this version ignores {', '.join(ignored)}."
            self._remarks.note(place, "ref-siblings", message)
        return kept

    def _point(self, ref: str, place: Place) -> str | None:
        known = self._names.known(ref) if not place.document else None
        if known is not None:
            return known
        target = self._references.find(ref, place)
        return f"#/$defs/{self._def_name(target.value, target.place)}" if target else None

    def _def_name(self, value: JsonValue, place: Place) -> str:
        name, is_new = self._names.name(place)
        if is_new:
            self._waiting.append((name, value, place))
        return name

    def _object(self, node: JsonObject, place: Place, ref: str | None = None) -> JsonObject:
        schema: JsonObject = {"$ref": ref} if ref else {}
        if "type" in node:
            kind = node["type"]
            if isinstance(kind, str) and kind in TYPES:
                schema["type"] = kind
            else:
                self._values.types(kind, place.child("type"), schema)
        is_special = False
        for key, value in node.items():
            kind = KINDS.get(key)
            if kind == "text" and isinstance(value, str):
                schema[key] = value.strip()
            elif kind is None:
                if key in SPECIAL:
                    is_special = True
                elif key.startswith("x-madang-") or key in KEPT_EXTENSIONS:
                    self._values.read("value", key, value, place, schema)
            else:
                self._keyword(kind, key, value, place, schema)
        if "properties" in schema:
            self._move_required(node["properties"], schema, place)
        if is_special:
            self._specials(node, schema, place)
        if "readOnly" in schema or "writeOnly" in schema:
            self._mark(schema)
        return schema

    def _keyword(self, kind: Kind, key: str, value: JsonValue, place: Place, schema: JsonObject) -> None:
        if kind == "map":
            self._map(key, value, place.child(key), schema)
        elif kind == "schemas":
            self._list(key, value, place.child(key), schema)
        elif kind != "schema":
            self._values.read(kind, key, value, place, schema)
        elif value is not None:
            schema[key] = self.inner(value, place, key)

    def _list(self, key: str, value: JsonValue, place: Place, schema: JsonObject) -> None:
        if isinstance(value, dict):
            self._remarks.note(
                place, "wrong-type", f"'{key}' must be a list; the one schema was read as its only item."
            )
            value = [value]
        if not isinstance(value, list):
            self._values.refuse(key, value, place)
            return
        read = [self.inner(item, place, index) for index, item in enumerate(value) if item is not None]
        if read:
            schema[key] = [*read]

    def _map(self, key: str, value: JsonValue, place: Place, schema: JsonObject) -> None:
        if not isinstance(value, dict):
            self._values.refuse(key, value, place)
            return
        schema[key] = {name: self.inner(member, place, name) for name, member in value.items()}

    def _specials(self, node: JsonObject, schema: JsonObject, place: Place) -> None:
        for word in REF_WORDS[1:]:
            ref = node.get(word)
            if isinstance(ref, str):
                found = self._point(ref, place)
                if found:
                    schema["$ref"] = found
        if "items" in node:
            split_tuple(node, schema, place, self.inner)
        if "enum" in node and self._values.is_flat_enough(node["enum"], "enum", place):
            fit_enum(node["enum"], schema, place.child("enum"), self._remarks)
            describe_values(node, schema)
        if "exclusiveMinimum" in node or "exclusiveMaximum" in node:
            exclusive_bounds(node, schema)
        if "example" in node or "examples" in node:
            self._values.examples(node, schema, place)
        if "discriminator" in node:
            self._discriminator(node["discriminator"], place.child("discriminator"), schema)
        if any(node.get(word) is True for word in NULLABLE_WORDS):
            make_nullable(schema)

    def _move_required(self, properties: JsonValue, schema: JsonObject, place: Place) -> None:
        members = properties.items() if isinstance(properties, dict) else ()
        wanted = [name for name, member in members if isinstance(member, dict) and member.get("required") is True]
        if wanted:
            message = f"'required: true' inside a property is no JSON Schema; {', '.join(wanted)} became required."
            self._remarks.note(place.child("properties"), "required-moved", message)
            listed = schema.get("required")
            known = listed if isinstance(listed, list) else []
            schema["required"] = [*known, *(name for name in wanted if name not in known)]

    def _discriminator(self, value: JsonValue, place: Place, schema: JsonObject) -> None:
        if isinstance(value, str):
            schema["discriminator"] = {"propertyName": value}
            return
        if not (isinstance(value, dict) and isinstance(value.get("propertyName"), str)):
            self._values.refuse("discriminator", value, place)
            return
        kept: JsonObject = {"propertyName": value["propertyName"]}
        mapping = value.get("mapping")
        if isinstance(mapping, dict):
            kept["mapping"] = {word: self._mapped(ref, place) for word, ref in mapping.items() if isinstance(ref, str)}
        schema["discriminator"] = kept

    def _mapped(self, ref: str, place: Place) -> JsonValue:
        return self._names.of_component(ref) or self._point(ref, place) or ref
