"""Which operations of a document work on remembered resources: read off the path templates.

`/pets/{id}` is a resource of the collection `/pets`: GET, PUT, PATCH and DELETE of the one agree with GET and POST of
the other, nested ones too. A path that is both read and written as a whole, as `/settings`, is a resource alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

from madang.schema.functions import Function
from madang.schema.mock.envelopes import Envelopes

Role = Literal["list", "create", "get", "replace", "update", "delete"]

_VARIABLE = re.compile(r"\{[^{}/]*\}")
_SUFFIX = re.compile(r"\.(?:json|xml|\{[^{}/]*\})\Z")
_OF_ITEM: dict[str, Role] = {"GET": "get", "PUT": "replace", "PATCH": "update", "POST": "update", "DELETE": "delete"}
_OF_ALONE: dict[str, Role] = {"GET": "get", "PUT": "replace", "PATCH": "update", "DELETE": "delete"}


@dataclass(frozen=True, kw_only=True)
class Part:
    """What an operation does to resources.

    `variable` is the path's name for the id; empty for an operation of the collection, None for a resource alone.
    """

    role: Role
    variable: str | None
    word: str


def find_parts(functions: Iterable[Function], envelopes: Envelopes) -> Mapping[str, Part]:
    """The operations that work on resources, by the function's name."""
    functions = [*functions]
    by_path: dict[str, set[str]] = {}
    for function in functions:
        by_path.setdefault(_shape(function), set()).add(function.method.upper())
    found: dict[str, Part] = {}
    for function in functions:
        part = _part(function, by_path, envelopes)
        if part is not None:
            found[function.name] = part
    return found


def _part(function: Function, by_path: Mapping[str, set[str]], envelopes: Envelopes) -> Part | None:
    segments = template_of(function).split("/")
    method, last = function.method.upper(), segments[-1]
    if _VARIABLE.fullmatch(last):
        role = _OF_ITEM.get(method)
        above = [segment for segment in segments[:-1] if "{" not in segment]
        return Part(role=role, variable=last[1:-1], word=above[-1] if above else "") if role else None
    shape = _shape(function)
    has_items = f"{shape}/{{}}" in by_path
    is_list = method == "GET" and envelopes.list_of(function) is not None
    if has_items or (is_list and "PUT" not in by_path[shape]):
        role = {"GET": "list" if is_list else None, "POST": "create", "PUT": "update", "PATCH": "update"}.get(method)
        return Part(role=_role(role), variable="", word=last) if role else None
    if method == "POST" and envelopes.has_list(shape):
        return Part(role="create", variable="", word=last)
    is_alone = "GET" in by_path[shape] and by_path[shape] & {"PUT", "PATCH"}
    role = _OF_ALONE.get(method) if is_alone else None
    return Part(role=role, variable=None, word=last) if role else None


def _role(role: str | None) -> Role:
    return "list" if role == "list" else "create" if role == "create" else "update"


def template_of(function: Function) -> str:
    """The template as it is sent, without a suffix for the format and without a slash at its end."""
    path = function.path.partition("#")[0].partition("?")[0]
    return _SUFFIX.sub("", path).rstrip("/")


def _shape(function: Function) -> str:
    return _VARIABLE.sub("{}", template_of(function))


def concrete(function: Function, values: Mapping[str, str]) -> str:
    """The path with its values, decoded: what resources are remembered under."""
    return _VARIABLE.sub(
        lambda match: unquote(values.get(match[0][1:-1], "")).replace("/", "%2F"), template_of(function)
    )
