"""Pagination of an operation: as `x-madang-pagination` declares it, else as it is recognised."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast, get_args

from madang.kit.json import JsonObject, JsonValue
from madang.schema.documents.normal import Operation
from madang.schema.documents.remarks import Remarks
from madang.schema.functions import Answer, Argument, Pagination, PaginationKind
from madang.schema.pagination import find_pagination
from madang.schema.references import References
from madang.types.effects import effect_of_method

_KEY = "x-madang-pagination"
_KINDS = frozenset(get_args(PaginationKind))
_POINTERS = ("items", "next", "has_more", "total", "item_cursor")
_KNOWN = frozenset({"kind", "parameter", "limit", "limit_maximum", "start", "has_link", *_POINTERS})


def read_pagination(
    operation: Operation,
    arguments: Sequence[Argument],
    answers: Sequence[Answer],
    result: JsonValue,
    references: References,
    remarks: Remarks,
) -> Pagination | None:
    """How the operation's list comes in pages; a declaration that cannot be used is told, and names decide.

    `x-madang-pagination: false` says that it does not.
    """
    declared = operation.extensions.get(_KEY)
    if declared is False:
        return None
    if declared is not None:
        wrong = _wrong(declared, arguments) if isinstance(declared, dict) else "it must be an object, or false"
        if not wrong and isinstance(declared, dict):
            return _declared(declared, arguments)
        message = f"'{_KEY}' was left out: {wrong}."
        remarks.loss(operation.place.child(_KEY), "extension-invalid", message)
    is_read = effect_of_method(operation.method) == "safe"
    return find_pagination(arguments, answers, result, references, operation.path, is_read=is_read)


def _wrong(declared: JsonObject, arguments: Sequence[Argument]) -> str:
    """What is wrong with a declaration, or nothing."""
    unknown = declared.keys() - _KNOWN
    if unknown:
        return f"'{min(unknown)[:40]}' is not known; known are {', '.join(sorted(_KNOWN))}"
    if declared.get("kind") not in _KINDS:
        return f"'kind' must be one of {', '.join(sorted(_KINDS))}"
    if declared.get("parameter") is None and declared["kind"] != "link":
        return "'parameter' must name the one that says where to go on"
    for key in ("parameter", "limit"):
        name = declared.get(key)
        if name is not None and _argument(name, arguments) is None:
            return f"'{key}' names no parameter of the operation"
    for key in _POINTERS:
        value = declared.get(key)
        if value is not None and not (isinstance(value, str) and (not value or value.startswith("/"))):
            return f"'{key}' must be a JSON pointer into the answer"
    for key in ("start", "limit_maximum"):
        value = declared.get(key)
        if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
            return f"'{key}' must be a whole number"
    return ""


def _argument(name: JsonValue, arguments: Sequence[Argument]) -> Argument | None:
    """The argument that a document means: by its name there, or by ours."""
    return next((each for each in arguments if name in (each.wire, each.name) and name), None)


def _declared(declared: JsonObject, arguments: Sequence[Argument]) -> Pagination:
    def named(key: str) -> str | None:
        argument = _argument(declared.get(key), arguments)
        return None if argument is None else argument.name

    def text(key: str) -> str | None:
        value = declared.get(key)
        return value if isinstance(value, str) else None

    def number(key: str) -> int | None:
        value = declared.get(key)
        return value if isinstance(value, int) else None

    kind = cast("PaginationKind", declared["kind"])
    return Pagination(
        kind=kind,
        parameter=named("parameter"),
        start=number("start") if kind != "page" or "start" in declared else 1,
        limit=named("limit"),
        limit_maximum=number("limit_maximum"),
        items=text("items"),
        next=text("next"),
        has_more=text("has_more"),
        total=text("total"),
        has_link=declared.get("has_link") is True or kind == "link",
        item_cursor=text("item_cursor"),
        is_declared=True,
    )
