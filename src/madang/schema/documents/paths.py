"""Finding every operation of a document, in whatever state its paths are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from madang.kit.errors import TooLargeError
from madang.kit.json import JsonObject, JsonValue
from madang.schema.documents.context import Context
from madang.schema.documents.places import Place
from madang.schema.documents.values import kind_of, object_at

METHODS = frozenset(("get", "put", "post", "delete", "options", "head", "patch", "trace"))
_NO_METHODS = frozenset(("$ref", "summary", "description", "servers", "parameters", "additionaloperations"))
_TEMPLATE = re.compile(r"\{[^{}]*\}")


class RawOperation(NamedTuple):
    """An operation as the document has it, with the item of its path.

    `place` is where its object stands, `source` where the document lists it: apart when a path's item is a reference,
    and of the two only `source` is no other operation's.
    """

    method: str
    path: str
    node: JsonObject
    place: Place
    source: Place
    item: JsonObject
    item_place: Place


def find_operations(context: Context, methods: frozenset[str]) -> tuple[list[RawOperation], int]:
    """Every operation that can be read, and how many there are. One that cannot has a refusal among the remarks.

    Raises:
        TooLargeError: more operations than the limit.
    """
    readable: list[RawOperation] = []
    found = 0
    for path, item, place, listed in _items(context):
        for method, value, keys in _members(item, listed, methods, context):
            found += 1
            if found > context.limits.operations:
                limit = f"{context.limits.operations:,}"
                raise TooLargeError(f"The document has more than {limit} operations. Split it into several documents.")
            here, source = place.at(*keys), listed.at(*keys)
            node = _node(value, here, source, context)
            if node is not None:
                readable.append(
                    RawOperation(
                        method=method, path=path, node=node, place=here, source=source, item=item, item_place=place
                    )
                )
    return readable, found


def _items(context: Context) -> Iterator[tuple[str, JsonObject, Place, Place]]:
    paths = object_at(context.root, "paths", context.place, context.remarks)
    alike: dict[str, str] = {}
    for path, value in paths.items():
        if path.startswith("x-"):
            continue
        place = context.place.at("paths", path)
        if value is None:
            context.remarks.note(place, "null-ignored", "This path is null; it has no operations.")
            continue
        item = _whole_item(value, place, context)
        if item is None:
            continue
        shape = _TEMPLATE.sub("{}", path)
        if alike.setdefault(shape, path) != path:
            message = f"This path and '{alike[shape]}' differ only in the names of their parameters."
            context.remarks.note(place, "paths-alike", message)
        if not path.startswith("/"):
            context.remarks.note(place, "path-repaired", f"A path begins with '/'; '/{path}' is used.")
            path = "/" + path
        yield path, item[0], item[1], place


def _whole_item(value: JsonValue, place: Place, context: Context) -> tuple[JsonObject, Place] | None:
    """A path's item with what its `$ref` leads to; its own members win."""
    target = context.references.follow(value, place)
    if target is None:
        own = {key: member for key, member in value.items() if key != "$ref"} if isinstance(value, dict) else {}
        return own, place
    if not isinstance(target.value, dict):
        message = f"Here is {kind_of(target.value)} where a path's operations belong; it was left out."
        context.remarks.loss(place, "wrong-type", message)
        return None
    if target.value is value or not isinstance(value, dict) or len(value) == 1:
        return target.value, target.place
    own = {key: member for key, member in value.items() if key != "$ref"}
    return {**target.value, **own}, target.place


def _members(
    item: JsonObject, listed: Place, methods: frozenset[str], context: Context
) -> Iterator[tuple[str, JsonValue, tuple[str, ...]]]:
    for key, value in item.items():
        method = key.strip().lower()
        if method in methods:
            if key != method:
                message = f"A method is written in small letters; '{key}' was read as '{method}'."
                context.remarks.note(listed.child(key), "method-repaired", message)
            yield method.upper(), value, (key,)
        elif method not in _NO_METHODS and isinstance(value, dict) and "responses" in value and key[:2] != "x-":
            yield "", value, (key,)
    extra = item.get("additionalOperations")
    for key, value in extra.items() if isinstance(extra, dict) else ():
        yield key, value, ("additionalOperations", key)


def _node(value: JsonValue, place: Place, source: Place, context: Context) -> JsonObject | None:
    target = context.references.follow(value, place)
    value = target.value if target else None
    if str(source.key).strip().lower() not in METHODS | {"query"}:
        return _other_method(value, source, context)
    if value is None:
        context.remarks.note(source, "null-ignored", "This operation is empty; it was read without parameters.")
        return {}
    if not isinstance(value, dict):
        context.remarks.refuse(source, "operation-invalid", f"Here is {kind_of(value)} where an operation belongs.")
        return None
    return value


def _other_method(value: JsonValue, source: Place, context: Context) -> JsonObject | None:
    is_extra = source.parent is not None and source.parent.key == "additionalOperations"
    method = str(source.key)
    if is_extra and re.fullmatch(r"[A-Za-z-]{1,40}", method) and isinstance(value, dict):
        return value
    context.remarks.refuse(source, "method-unknown", f"There is no method '{method[:60]}' in this version.")
    return None
