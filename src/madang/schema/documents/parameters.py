"""Parameters before their version matters: found, merged by path and operation, completed by the path's template."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import parse_qsl

from madang.kit.json import JsonObject, JsonValue
from madang.schema.documents.context import Context
from madang.schema.documents.normal import Parameter, RawParameter
from madang.schema.documents.paths import RawOperation
from madang.schema.documents.places import Place
from madang.schema.documents.values import kind_of, list_at, text_at
from madang.schema.functions import Location
from madang.schema.requests import FRAMING_HEADERS

_TEMPLATE = re.compile(r"\{([^{}]*)\}")
_TEXT: JsonObject = {"type": "string"}
_IGNORED_HEADERS = frozenset(("accept", "content-type", "authorization", *FRAMING_HEADERS))


def gather_parameters(raw: RawOperation, context: Context, locations: frozenset[str]) -> list[RawParameter]:
    """The parameters of an operation with those of its path; an operation's own takes the place of its path's."""
    found: dict[tuple[str, str], RawParameter] = {}
    for holder, place in ((raw.item, raw.item_place), (raw.node, raw.place)):
        seen_here: set[tuple[str, str]] = set()
        for value, here in _listed(holder, place, context):
            parameter = _read(value, here, raw, context, locations)
            if parameter is None:
                continue
            key = (parameter.location, parameter.name)
            if key in seen_here:
                context.remarks.note(here, "parameter-twice", f"'{parameter.name}' is declared twice; the last counts.")
            seen_here.add(key)
            found[key] = parameter
    return list(found.values())


def _listed(holder: JsonObject, place: Place, context: Context) -> Iterable[tuple[JsonValue, Place]]:
    values = holder.get("parameters")
    here = place.child("parameters")
    if isinstance(values, dict):
        context.remarks.note(here, "wrong-type", "Parameters are a list; the members of this object were read as one.")
        members = [values] if "in" in values or "$ref" in values else list(values.values())
        return [(value, here) for value in members]
    items = list_at(holder, "parameters", place, context.remarks)
    return [(value, here.child(index)) for index, value in enumerate(items)]


def _read(
    value: JsonValue, place: Place, raw: RawOperation, context: Context, locations: frozenset[str]
) -> RawParameter | None:
    ref = value.get("$ref") if isinstance(value, dict) and not place.document else None
    if isinstance(ref, str) and ref in context.parameters:
        return context.parameters[ref]
    target = context.references.follow(value, place)
    if target is None:
        return None
    node = target.value
    if not isinstance(node, dict):
        message = f"Here is {kind_of(node)} where a parameter belongs; it was left out."
        context.remarks.loss(place, "parameter-invalid", message)
        return None
    name, location = text_at(node, "name"), text_at(node, "in")
    if not name and location == "body":
        name = "body"
    if not name:
        context.remarks.loss(target.place, "parameter-nameless", "This parameter has no name; it was left out.")
        return None
    if location not in locations:
        location = _location(name, location, node, raw, target.place, context, locations)
        return RawParameter(node, target.place, name, location) if location else None
    parameter = RawParameter(node, target.place, name, location)
    if isinstance(ref, str) and context.references.is_plain(ref):
        context.parameters[ref] = parameter
    return parameter


def _location(
    name: str,
    said: str,
    node: JsonObject,
    raw: RawOperation,
    place: Place,
    context: Context,
    locations: frozenset[str],
) -> str:
    """The location that is meant where none of the version's own is said."""
    lowered = {each.lower(): each for each in locations}
    if said.lower() in lowered:
        location = lowered[said.lower()]
    elif f"{{{name}}}" in raw.path:
        location = "path"
    elif said:
        message = f"There is no location '{said[:60]}' for a parameter in this version; '{name}' was left out."
        context.remarks.loss(place, "parameter-location", message)
        return ""
    else:
        location = "body" if "body" in locations and "schema" in node else "query"
    context.remarks.note(place, "parameter-location-repaired", f"'{name}' was read as a parameter in '{location}'.")
    return location


def template_names(path: str) -> list[str]:
    """The names in a path's braces, each once."""
    return list(dict.fromkeys(_TEMPLATE.findall(path)))


def complete(parameters: Sequence[Parameter], raw: RawOperation, path: str, context: Context) -> list[Parameter]:
    """Parameters that agree with the path: what the path needs is there, what it has no place for is not."""
    needed = template_names(path)
    kept: list[Parameter] = []
    unused: list[Parameter] = []
    for parameter in parameters:
        if parameter.location == "path" and parameter.name not in needed:
            unused.append(parameter)
        elif parameter.location == "header" and parameter.name.lower() in _IGNORED_HEADERS:
            message = (
                f"The header '{parameter.name}' comes from media types, security or transport, not from an argument."
            )
            context.remarks.note(parameter.place, "header-ignored", message)
        else:
            kept.append(parameter)
    declared = {parameter.name for parameter in kept if parameter.location == "path"}
    missing = [name for name in needed if name not in declared]
    added = [_similar(name, unused, context) or _required_text(name, "path", _TEXT, raw) for name in missing]
    absent = [parameter.name for parameter in added if parameter.place is raw.place]
    if absent:
        message = f"The path's {', '.join(absent)} is not declared; it was added as required text."
        context.remarks.note(raw.place, "path-parameter-missing", message)
    for parameter in unused:
        message = f"The path has no '{{{parameter.name}}}'; this parameter was left out."
        context.remarks.note(parameter.place, "path-parameter-unused", message)
    return [*added, *kept]


def _similar(name: str, unused: list[Parameter], context: Context) -> Parameter | None:
    """A declared parameter that no template names, and whose name differs only by case or signs around it."""
    for parameter in unused:
        if parameter.name.strip("{}: *+").lower() == name.strip(" *+").lower():
            unused.remove(parameter)
            message = f"'{parameter.name}' was read as the '{{{name}}}' of the path."
            context.remarks.note(parameter.place, "path-parameter-repaired", message)
            return parameter._replace(name=name)
    return None


def split_path(raw: RawOperation, declared: Sequence[Parameter], context: Context) -> tuple[str, list[Parameter]]:
    """The path that can be sent, and all parameters when a query was written into the path: a template in it becomes
    a query parameter, anything else one with a fixed value."""
    path, fragment = raw.path, ""
    if "/" not in raw.path.rpartition("#")[2]:
        path, _, fragment = raw.path.rpartition("#") if "#" in raw.path else (raw.path, "", "")
    if fragment:
        message = "What follows '#' in a path is never sent; it only tells operations apart."
        context.remarks.note(raw.item_place, "path-fragment", message)
    path, question, query = path.partition("?")
    if not question:
        return path, [*declared]
    context.remarks.note(raw.item_place, "path-query", "The query of this path became arguments.")
    parameters = [*declared]
    for name, value in parse_qsl(query.replace("{?", "{").replace("{&", "{"), keep_blank_values=True):
        _take_pair(name, value, parameters, path, raw)
    return path, parameters


def _take_pair(name: str, value: str, parameters: list[Parameter], path: str, raw: RawOperation) -> None:
    template = _TEMPLATE.fullmatch(value)
    wanted = template.group(1) if template else name
    for index, parameter in enumerate(parameters):
        if parameter.name == wanted and parameter.location == "query":
            return
        if parameter.name == wanted and parameter.location == "path" and f"{{{wanted}}}" not in path:
            parameters[index] = parameter._replace(name=name, location="query", style="form", explode=True)
            return
    schema: JsonObject = {"type": "string"} if template else {"type": "string", "const": value, "default": value}
    parameters.append(_required_text(name, "query", schema, raw))


def _required_text(name: str, location: Location, schema: JsonObject, raw: RawOperation) -> Parameter:
    return Parameter(
        name=name,
        location=location,
        schema=schema,
        is_required=True,
        description="",
        style="simple" if location == "path" else "form",
        explode=location == "query",
        place=raw.place,
    )
