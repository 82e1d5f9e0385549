"""Checks: the read that a connector names to tell whether an act happened. Pure; who asks is `effects.asking`.

    x-madang-check:
      operation: orders.list              a read of the same document: its operationId, or its name as a function
      arguments: {customer: "{customer}"} for the read, by their names in the document; "{x}" is argument x of the act
      match: {reference: "{reference}"}   members that what the act made has; "{x/y}" is y inside of argument x

It happened where the answer, an item of it, or an item of an array directly in it has all members of `match`. The read
must answer all that could match: what it leaves out has not happened, and is done again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from madang.effects.values import Answered, Attempt
from madang.kit.json import JsonObject, JsonValue
from madang.schema.functions import Function

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, kw_only=True)
class Check:
    """A check as the document writes it."""

    operation: str
    match: JsonObject
    arguments: JsonObject = field(default_factory=dict[str, JsonValue])


@dataclass(frozen=True, kw_only=True)
class Happened:
    """It happened; `value` is what the read shows of it, and `by` the read."""

    value: JsonValue
    by: str


@dataclass(frozen=True)
class DidNotHappen:
    """The read was answered, and shows nothing of it."""


@dataclass(frozen=True, kw_only=True)
class CannotTell:
    """The check could not be made, or says nothing. `is_passing`: another try may be better."""

    reason: str
    is_passing: bool = False


Told = Happened | DidNotHappen | CannotTell


class FillError(Exception):
    """An argument that the check names is not there."""


def check_of(function: Function) -> Check | None:
    """The check of a function, or None where it has none that is whole."""
    said = function.check or {}
    operation, match, arguments = said.get("operation"), said.get("match"), said.get("arguments", {})
    if not isinstance(operation, str) or not isinstance(match, dict) or not match or not isinstance(arguments, dict):
        return None
    return Check(operation=operation, match=match, arguments=arguments)


def filled(template: JsonObject, function: Function, arguments: Mapping[str, JsonValue]) -> JsonObject:
    """A template with the arguments of the act put in. Raises FillError where one is not there."""
    names = {argument.wire or argument.name: argument.name for argument in function.arguments}
    names |= {argument.name: argument.name for argument in function.arguments}
    return cast("JsonObject", _fill(template, names, arguments))


def named(arguments: JsonObject, function: Function) -> JsonObject:
    """Arguments that are called as in the document, by the names that the function has for them."""
    names = {argument.wire: argument.name for argument in function.arguments if argument.wire}
    return {names.get(name, name): value for name, value in arguments.items()}


def told_by(answer: Attempt, match: JsonObject, by: str) -> Told:
    """What the answer of the read says."""
    if not isinstance(answer, Answered):
        return CannotTell(reason=f"{by} could not be asked: {answer.reason}", is_passing=True)
    if answer.status in (404, 410):
        return DidNotHappen()
    if not 200 <= answer.status < 300 or answer.stored is not None or answer.not_kept is not None:
        is_passing = answer.status == 429 or answer.status >= 500
        return CannotTell(reason=f"{by} answered {answer.status}, which does not tell", is_passing=is_passing)
    for candidate in _candidates(answer.value):
        if all(_is_same(candidate.get(name), value) for name, value in match.items()):
            return Happened(value=candidate, by=by)
    return DidNotHappen()


def _fill(template: JsonValue, names: Mapping[str, str], arguments: Mapping[str, JsonValue]) -> JsonValue:
    if isinstance(template, dict):
        return {name: _fill(each, names, arguments) for name, each in template.items()}
    if isinstance(template, list):
        return [_fill(each, names, arguments) for each in template]
    if not isinstance(template, str):
        return template
    whole = _PLACEHOLDER.fullmatch(template)
    if whole is not None:
        return _argument(whole[1], names, arguments)
    return _PLACEHOLDER.sub(lambda found: _text(_argument(found[1], names, arguments)), template)


def _argument(written: str, names: Mapping[str, str], arguments: Mapping[str, JsonValue]) -> JsonValue:
    name, *path = written.split("/")
    value = arguments.get(names.get(name, name))
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    if value is None:
        raise FillError(f"the call has no argument {written!r}")
    return value


def _candidates(value: JsonValue) -> Iterator[JsonObject]:
    if isinstance(value, dict):
        yield value
        for member in value.values():
            yield from _objects(member)
    yield from _objects(value)


def _objects(value: JsonValue) -> Iterator[JsonObject]:
    for item in value if isinstance(value, list) else ():
        if isinstance(item, dict):
            yield item


def _is_same(found: JsonValue, wanted: JsonValue) -> bool:
    """Equal, or the same number or text: servers give back as a number what a path took as a text."""
    if found == wanted and isinstance(found, bool) == isinstance(wanted, bool):
        return True
    plain = isinstance(found, str | int | float) and isinstance(wanted, str | int | float)
    return plain and not isinstance(found, bool) and not isinstance(wanted, bool) and _text(found) == _text(wanted)


def _text(value: JsonValue) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
