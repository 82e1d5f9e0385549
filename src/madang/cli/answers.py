"""Reading what the API answered, without trusting its shape further than it is looked at."""

from __future__ import annotations

from madang.kit.errors import UsageError
from madang.kit.json import JsonObject, JsonValue


def object_of(value: JsonValue) -> JsonObject:
    """The answer as an object. Raises UsageError for anything else: another program, or another version of Madang."""
    if isinstance(value, dict):
        return value
    raise UsageError("the server's answer is not what this command knows: is it of the same version?")


def inner(value: JsonObject, name: str) -> JsonObject:
    """The object under a name; an empty one where there is none."""
    member = value.get(name)
    return member if isinstance(member, dict) else {}


def items(value: JsonObject, name: str) -> list[JsonObject]:
    """The objects of the list under a name."""
    member = value.get(name)
    return [item for item in member if isinstance(item, dict)] if isinstance(member, list) else []


def texts(value: JsonObject, name: str) -> list[str]:
    """The texts of the list under a name."""
    member = value.get(name)
    return [item for item in member if isinstance(item, str)] if isinstance(member, list) else []


def text(value: JsonObject, name: str) -> str:
    """What is under a name, as text; empty where there is nothing."""
    member = value.get(name)
    if member is None:
        return ""
    if isinstance(member, bool):
        return "yes" if member else "no"
    return member if isinstance(member, str) else str(member)


def count(value: JsonObject, name: str) -> int:
    """The whole number under a name; 0 where there is none."""
    member = value.get(name)
    return member if isinstance(member, int) else 0
