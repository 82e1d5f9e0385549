"""Older and looser spellings of one meaning, each written the way JSON Schema 2020-12 does."""

from __future__ import annotations

from collections.abc import Callable

from madang.kit.json import JsonObject, JsonValue
from madang.schema.documents.keywords import ENUM_WORDS
from madang.schema.documents.places import Place
from madang.schema.documents.remarks import Remarks

_LONGEST_WORDS = 2_000
_NULL: JsonObject = {"type": "null"}
_OUTSIDE = ("title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly")


def make_nullable(schema: JsonObject) -> None:
    """Let a schema also be null, in place: by its type where that is enough, otherwise as an alternative."""
    if "$ref" in schema or "allOf" in schema or "const" in schema or "not" in schema:
        inner = {key: schema.pop(key) for key in list(schema) if key not in _OUTSIDE}
        schema["anyOf"] = [inner, dict(_NULL)]
        return
    kind = schema.get("type")
    if isinstance(kind, str) and kind != "null":
        schema["type"] = [kind, "null"]
    elif isinstance(kind, list) and "null" not in kind:
        schema["type"] = [*kind, "null"]
    for key in ("oneOf", "anyOf"):
        choices = schema.get(key)
        if isinstance(choices, list) and _NULL not in choices:
            schema[key] = [*choices, dict(_NULL)]
    values = schema.get("enum")
    if isinstance(values, list) and None not in values:
        schema["enum"] = [*values, None]


def split_tuple(
    node: JsonObject, schema: JsonObject, place: Place, read: Callable[[JsonValue, Place, str | int], JsonValue]
) -> None:
    """`items`, where a list of schemas is the older spelling of `prefixItems`, and `additionalItems` of `items`."""
    items = node["items"]
    if not isinstance(items, list):
        if items is not None:
            schema["items"] = read(items, place, "items")
        return
    within = place.child("items")
    if items:
        schema["prefixItems"] = [read(item, within, index) for index, item in enumerate(items)]
    rest = node.get("additionalItems")
    if rest is not None:
        schema["items"] = read(rest, place, "additionalItems")


def exclusive_bounds(node: JsonObject, schema: JsonObject) -> None:
    """`exclusiveMinimum: true` beside `minimum` becomes a number of its own; likewise for the maximum."""
    for exclusive, inclusive in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        value = node.get(exclusive)
        if value is True and inclusive in schema:
            schema[exclusive] = schema.pop(inclusive)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            schema[exclusive] = value


def fit_enum(value: JsonValue, schema: JsonObject, place: Place, remarks: Remarks) -> None:
    """Write `enum` as a list without doubles whose values are of the schema's type where only the spelling differs."""
    if value is None or value == []:
        remarks.note(place, "enum-empty", "An empty 'enum' allows nothing; it was left out.")
        return
    values = value if isinstance(value, list) else [value]
    fit = _FITS.get(str(schema.get("type")))
    fitted: list[JsonValue] = [fit(item) for item in values] if fit else [*values]
    if fitted != values:
        remarks.note(place, "enum-repaired", f"Values of this 'enum' were read as {schema.get('type')}.")
    schema["enum"] = _without_doubles(fitted)


def describe_values(node: JsonObject, schema: JsonObject) -> None:
    """Say in the description what the values of an `enum` mean, where the document says it beside: models and people
    read descriptions, and extensions nobody."""
    values = node.get("enum")
    words = next((words for key in ENUM_WORDS if (words := _words(node.get(key), node))), list[str]())
    if not isinstance(values, list) or len(words) != len(values):
        return
    said = str(schema.get("description", ""))
    pairs = zip(values, words, strict=True)
    told = [f"{value}: {word.rstrip('.')}" for value, word in pairs if word not in ("", str(value)) and value != ""]
    if told and not all(word in said for word in words):
        listed = "; ".join(told)[:_LONGEST_WORDS]
        schema["description"] = f"{said}\n\n{listed}" if said else listed


def _words(value: JsonValue, node: JsonObject) -> list[str]:
    """What each value of an `enum` means, from one of the extensions for it: by position, by value, or Azure's."""
    if isinstance(value, dict) and isinstance(value.get("values"), list):
        value = value["values"]
    elif isinstance(value, dict):
        values = node.get("enum")
        words = [value.get(str(each)) for each in (values if isinstance(values, list) else [])]
        return [each if isinstance(each, str) else "" for each in words] if any(words) else []
    found: list[str] = []
    for item in value if isinstance(value, list) else ():
        said = (item.get("description") or item.get("name")) if isinstance(item, dict) else item
        found.append(said.strip() if isinstance(said, str) else "")
    return found if any(found) else []


def _without_doubles(values: list[JsonValue]) -> list[JsonValue]:
    if all(isinstance(value, str) for value in values):
        return [*dict.fromkeys(str(value) for value in values)]
    seen: set[str] = set()
    kept: list[JsonValue] = []
    for value in values:
        identity = f"{type(value).__name__}:{value!r}"
        if identity not in seen:
            seen.add(identity)
            kept.append(value)
    return kept


def _as_text(value: JsonValue) -> JsonValue:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


def _as_number(value: JsonValue) -> JsonValue:
    if isinstance(value, str) and len(value) < 19:
        try:
            return int(value)
        except ValueError:
            return value
    return value


def _as_boolean(value: JsonValue) -> JsonValue:
    return {"true": True, "false": False}.get(value.lower(), value) if isinstance(value, str) else value


_FITS: dict[str, Callable[[JsonValue], JsonValue]] = {
    "string": _as_text,
    "integer": _as_number,
    "number": _as_number,
    "boolean": _as_boolean,
}
