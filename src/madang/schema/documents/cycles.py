"""Shared schemas that contain themselves without a step into the value: such a schema can never be decided.

The usual one is a parent that lists its children by `oneOf` while each child includes the parent by `allOf`; there the
children are given what the parent says apart from the list. Any other circle is cut where it closes.
"""

from __future__ import annotations

from collections.abc import Iterator

from madang.kit.json import JsonObject, JsonValue
from madang.schema.documents.places import Place
from madang.schema.documents.remarks import Remarks

_PREFIX = "#/$defs/"
_UNION = ("oneOf", "anyOf", "discriminator")
_SINGLE = ("not", "if", "then", "else")


def cut_cycles(schemas: dict[str, JsonValue], sources: dict[str, str], remarks: Remarks) -> None:
    """Change `schemas` in place so that every one of them can be decided.

    Args:
        schemas: Shared schemas by name.
        sources: The pointer of each in the document, for remarks.
        remarks: Where what was cut is told.
    """
    for name in list(schemas):
        _part_from_children(name, schemas)
    done: set[str] = set()
    for name in schemas:
        if name not in done:
            _cut_from(name, schemas, done, sources, remarks)


def _part_from_children(parent: str, schemas: dict[str, JsonValue]) -> None:
    schema = schemas[parent]
    if not isinstance(schema, dict) or not ("oneOf" in schema or "anyOf" in schema):
        return
    rest: JsonObject = {key: value for key, value in schema.items() if key not in _UNION}
    for child in {_name(holder) for holder in _inside(schema)}:
        if child == parent:
            continue
        for holder in list(_inside(schemas.get(child), only_all=True)):
            if _name(holder) == parent:
                base = f"{parent}_base"
                if rest:
                    schemas.setdefault(base, rest)
                    holder["$ref"] = _PREFIX + base
                else:
                    del holder["$ref"]


def _cut_from(
    start: str, schemas: dict[str, JsonValue], done: set[str], sources: dict[str, str], remarks: Remarks
) -> None:
    on_way = {start}
    stack: list[tuple[str, Iterator[JsonObject]]] = [(start, iter(list(_inside(schemas[start]))))]
    while stack:
        name, holders = stack[-1]
        holder = next(holders, None)
        if holder is None:
            stack.pop()
            on_way.discard(name)
            done.add(name)
            continue
        target = _name(holder)
        if target in on_way:
            del holder["$ref"]
            message = f"The schema '{name}' contains itself through '{target}'; that part allows anything now."
            remarks.loss(_source(sources.get(name, "")), "schema-circle", message)
        elif target not in done and target in schemas:
            on_way.add(target)
            stack.append((target, iter(list(_inside(schemas[target])))))


def _inside(schema: JsonValue, *, only_all: bool = False) -> Iterator[JsonObject]:
    """Every object with a `$ref` that is about the same value as `schema` itself."""
    waiting: list[JsonValue] = [schema]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, dict):
            continue
        if "$ref" in node:
            yield node
        for key in ("allOf",) if only_all else ("oneOf", "anyOf", "allOf"):
            members = node.get(key)
            if isinstance(members, list):
                waiting.extend(reversed(members))
        if not only_all:
            waiting.extend(node[key] for key in _SINGLE if key in node)
            dependent = node.get("dependentSchemas")
            waiting.extend(dependent.values() if isinstance(dependent, dict) else ())


def _name(holder: JsonObject) -> str:
    return str(holder.get("$ref", "")).removeprefix(_PREFIX)


def _source(text: str) -> Place:
    return Place("").at(*(part.replace("~1", "/").replace("~0", "~") for part in text.split("/")[1:]))
