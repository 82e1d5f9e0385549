"""Reading loose JSON: what a place should hold, or a remark and the nearest thing that makes sense."""

from __future__ import annotations

from madang.kit.json import JsonObject, JsonValue
from madang.schema.documents.places import Place
from madang.schema.documents.remarks import Remarks


def object_at(holder: JsonObject, key: str, place: Place, remarks: Remarks) -> JsonObject:
    """The object under `key`; an empty one where there is none, with a remark where something else stands."""
    value = holder.get(key)
    if isinstance(value, dict):
        return value
    if key in holder:
        _wrong(value, "an object", place.child(key), remarks)
    return {}


def list_at(holder: JsonObject, key: str, place: Place, remarks: Remarks) -> list[JsonValue]:
    """The list under `key`; empty where there is none, with a remark where something else stands."""
    value = holder.get(key)
    if isinstance(value, list):
        return value
    if key in holder:
        _wrong(value, "a list", place.child(key), remarks)
    return []


def text_at(holder: JsonObject, key: str) -> str:
    """The text under `key`; a number or boolean as its text, anything else as nothing."""
    value = holder.get(key)
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else ""


def flag_at(holder: JsonObject, key: str) -> bool | None:
    """The boolean under `key`, also as the text `true` or `false`; None where it is neither."""
    value = holder.get(key)
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    return None


def is_deeper(value: JsonValue, levels: int) -> bool:
    """Whether a value has more than `levels` levels of objects and lists."""
    waiting: list[tuple[JsonValue, int]] = [(value, levels)]
    while waiting:
        node, left = waiting.pop()
        if isinstance(node, dict | list):
            if left <= 0:
                return True
            waiting.extend((member, left - 1) for member in (node.values() if isinstance(node, dict) else node))
    return False


def kind_of(value: JsonValue) -> str:
    """What a value is, in the words of JSON."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int | float):
        return "a number"
    return {str: "text", list: "a list", dict: "an object"}[type(value)]


def _wrong(value: JsonValue, wanted: str, place: Place, remarks: Remarks) -> None:
    if value is None:
        remarks.note(place, "null-ignored", f"Here is null where {wanted} belongs; it was left out.")
    else:
        remarks.loss(place, "wrong-type", f"Here is {kind_of(value)} where {wanted} belongs; it was left out.")
