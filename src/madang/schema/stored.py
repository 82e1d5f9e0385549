"""Function sets and functions as plain JSON and back, without loss, for storage and for other processes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any, TypeVar, cast

from madang.kit.errors import InvalidError
from madang.kit.json import JsonObject, JsonValue
from madang.schema.functions import (
    Answer,
    Argument,
    Body,
    Function,
    FunctionSet,
    Pagination,
    Remark,
    SecurityScheme,
    Server,
)

_Value = TypeVar("_Value")


def to_json(function_set: FunctionSet) -> JsonObject:
    """A whole set as JSON. Schemas are shared with the set, not copied."""
    return {
        **_plain(function_set),
        "functions": [function_to_json(function) for function in function_set.functions],
        "security_schemes": [_plain(scheme) for scheme in function_set.security_schemes],
        "servers": [_plain(server) for server in function_set.servers],
        "remarks": [_plain(remark) for remark in function_set.remarks],
    }


def from_json(value: JsonValue) -> FunctionSet:
    """The set that `to_json` wrote.

    Raises:
        InvalidError: the value was not written by `to_json`.
    """
    return _made(
        FunctionSet,
        value,
        functions=_each(function_from_json),
        security_schemes=_each(lambda item: _made(SecurityScheme, item)),
        servers=_each(lambda item: _made(Server, item)),
        remarks=_each(lambda item: _made(Remark, item)),
    )


def function_to_json(function: Function) -> JsonObject:
    """One function as JSON; the shared schemas it points to are not in it (`references.reachable`)."""
    return {
        **_plain(function),
        "arguments": [_plain(argument) for argument in function.arguments],
        "body": None if function.body is None else _plain(function.body),
        "answers": [_plain(answer) for answer in function.answers],
        "security": [{name: [*scopes] for name, scopes in each.items()} for each in function.security],
        "servers": [_plain(server) for server in function.servers],
        "pagination": None if function.pagination is None else _plain(function.pagination),
    }


def function_from_json(value: JsonValue) -> Function:
    """The function that `function_to_json` wrote.

    Raises:
        InvalidError: the value was not written by `function_to_json`.
    """
    return _made(
        Function,
        value,
        arguments=_each(lambda item: _made(Argument, item)),
        body=lambda item: None if item is None else _made(Body, item, other_media_types=_texts),
        answers=_each(lambda item: _made(Answer, item, headers=_texts)),
        pagination=lambda item: None if item is None else _made(Pagination, item),
        security=_each(_requirement),
        servers=_each(lambda item: _made(Server, item)),
        tags=_texts,
    )


def _plain(value: Any) -> JsonObject:
    """The fields of a dataclass: tuples as lists, all else as it is. Callers replace what holds dataclasses."""
    plain: JsonObject = {}
    for each in fields(value):
        member = getattr(value, each.name)
        plain[each.name] = [*cast("tuple[JsonValue, ...]", member)] if isinstance(member, tuple) else member
    return plain


def _made(kind: Callable[..., _Value], value: JsonValue, **readers: Callable[[JsonValue], object]) -> _Value:
    if not isinstance(value, dict):
        raise InvalidError(f"A stored {getattr(kind, '__name__', 'value')} must be an object.")
    members: dict[str, object] = dict(value)
    members.update({name: read(value[name]) for name, read in readers.items() if name in value})
    try:
        return kind(**members)
    except TypeError as error:
        raise InvalidError(f"A stored {getattr(kind, '__name__', 'value')} has other members: {error}") from error


def _each(read: Callable[[JsonValue], object]) -> Callable[[JsonValue], tuple[object, ...]]:
    def read_all(value: JsonValue) -> tuple[object, ...]:
        if not isinstance(value, list):
            raise InvalidError("A stored list must be a list.")
        return tuple(read(item) for item in value)

    return read_all


def _requirement(value: JsonValue) -> dict[str, tuple[str, ...]]:
    members = value if isinstance(value, dict) else {}
    return {name: _texts(scopes) for name, scopes in members.items()}


def _texts(value: JsonValue) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list) else ()
