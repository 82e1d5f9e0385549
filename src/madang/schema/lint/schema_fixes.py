"""Repairs of schemas, written into the document as the reader understood them."""

from __future__ import annotations

from madang.kit.json import JsonObject, JsonValue
from madang.schema.documents.keywords import ANNOTATIONS, KINDS, LOOSE_TYPES, TYPES
from madang.schema.documents.places import Place
from madang.schema.documents.remarks import Remarks
from madang.schema.documents.spellings import fit_enum
from madang.schema.lint.mending import Mending

_MAPS_OF_SCHEMAS = ("properties", "patternProperties", "schemas", "definitions", "$defs", "dependentSchemas")
_HOMES = ("#/components/schemas/", "#/definitions/", "#/$defs/")


def fix_type(mending: Mending, keys: list[str]) -> bool:
    """A type in a loose spelling becomes the type that it means, with its format."""
    schema = mending.object_at(keys[:-1])
    if schema is None or "type" not in schema:
        return False
    given = schema["type"]
    words = given if isinstance(given, list) else [given]
    found: list[JsonValue] = []
    for word in words:
        kind, form = _type_of(word)
        if kind == "any":
            del schema["type"]
            return True
        if form is not None:
            schema.setdefault("format", form)
        if kind not in found:
            found.append(kind)
    schema["type"] = found[0] if len(found) == 1 else found
    return True


def fix_enum(mending: Mending, keys: list[str]) -> bool:
    """Values of an enum become values of the schema's type."""
    schema = mending.object_at(keys[:-1])
    if schema is None or "enum" not in schema:
        return False
    kind, _ = _type_of(schema.get("type"))
    fitted: JsonObject = {"type": kind}
    fit_enum(schema["enum"], fitted, Place(""), Remarks())
    if "enum" not in fitted:
        return False
    schema["enum"] = fitted["enum"]
    return True


def fix_required(mending: Mending, keys: list[str]) -> bool:
    """`required: true` of properties becomes the list of the object."""
    schema, properties = mending.object_at(keys[:-1]), mending.object_at(keys)
    if schema is None or properties is None:
        return False
    wanted: list[str] = []
    for name, member in properties.items():
        if isinstance(member, dict) and member.get("required") is True:
            del member["required"]
            wanted.append(name)
    listed = schema.get("required")
    known: list[JsonValue] = [name for name in listed if isinstance(name, str)] if isinstance(listed, list) else []
    schema["required"] = [*known, *(name for name in wanted if name not in known)]
    return bool(wanted)


def fix_reference(mending: Mending, keys: list[str]) -> bool:
    """A reference to a schema by its bare name, or under another version's home, becomes one to where it stands."""
    holder = mending.object_at(keys)
    ref = holder.get("$ref") if holder is not None else None
    if holder is None or not isinstance(ref, str):
        return False
    name = next((ref.removeprefix(home) for home in _HOMES if ref.startswith(home)), ref)
    for home in _HOMES:
        way = [part.replace("~1", "/").replace("~0", "~") for part in f"{home}{name}"[2:].split("/")]
        if "#" not in name and mending.at(way) is not None:
            holder["$ref"] = home + name
            return True
    return False


def fix_siblings(mending: Mending, keys: list[str]) -> bool:
    """What this version ignores beside a reference leaves."""
    holder = mending.object_at(keys)
    if holder is None or "$ref" not in holder:
        return False
    ignored = [key for key in holder if key in KINDS and key not in ANNOTATIONS and key != "$ref"]
    for key in ignored:
        del holder[key]
    return bool(ignored)


def fix_null(mending: Mending, keys: list[str]) -> bool:
    """A null leaves; where a schema belongs it becomes one that allows anything."""
    if not keys:
        return False
    if mending.at(keys) is not None:
        return False
    if len(keys) > 1 and keys[-2] in _MAPS_OF_SCHEMAS:
        return mending.put(keys, {})
    if len(keys) == 3 and keys[0] == "paths":
        return mending.put(keys, {"responses": {"default": {"description": "Not described."}}})
    return mending.remove(keys)


def fix_wrong_type(mending: Mending, keys: list[str]) -> bool:
    """One schema where a list of schemas belongs, or parameters by name, become a list."""
    if not keys:
        return False
    node = mending.at(keys)
    if keys[-1] in ("allOf", "anyOf", "oneOf", "prefixItems") and isinstance(node, dict):
        return mending.replace_later(keys, lambda value: [value])
    if keys[-1] == "parameters" and isinstance(node, dict):
        is_one = "in" in node or "$ref" in node
        return mending.replace_later(keys, lambda value: [value] if is_one else _members(value))
    if len(keys) > 1 and keys[-2] == "security" and node is not None and not isinstance(node, dict):
        return mending.remove(keys)
    return False


def _members(value: JsonValue) -> JsonValue:
    return list(value.values()) if isinstance(value, dict) else value


def _type_of(word: JsonValue) -> tuple[str, str | None]:
    """The type and format that a word means."""
    if not isinstance(word, str):
        return ("null", None) if word is None else ("any", None)
    lowered = word.strip().lower()
    if lowered in TYPES:
        return lowered, None
    return LOOSE_TYPES.get(lowered, ("any", None))
