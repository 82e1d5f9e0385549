"""A typed Python callable as a function that an application lends: its definition, and the way to call it.

def add_to_cart(sku: str, count: int = 1) -> Cart:
    '''Add an item to the cart.

    Args:
        sku: The number of the item.
    '''

bound = bind(add_to_cart, effect="idempotent")
bound.definition            # as `read_definition` takes it
bound.call({"sku": "a-1"})  # what the callable gives: a value, or an awaitable of one
bound.to_json(cart)
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from madang.kit.errors import InvalidError
from madang.kit.json import JsonObject, JsonValue
from madang.schema.application.definitions import ApplicationFunction, read_definition
from madang.schema.application.docstrings import Docstring, read_docstring
from madang.schema.application.shapes import Read, Shape, Shapes, hints_of, to_json
from madang.schema.shares import HUMAN_KEY
from madang.schema.validation import Validator
from madang.types.effects import EffectClass

_NAMED = frozenset({inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY})


@dataclass(frozen=True, kw_only=True)
class Bound:
    """A callable with its definition. `is_async`: what it gives is awaited."""

    definition: JsonObject
    function: ApplicationFunction
    callable: Callable[..., Any]
    is_async: bool
    readers: Mapping[str, Read]
    validator: Validator

    @property
    def name(self) -> str:
        """The name under which it is lent."""
        return self.function.wire_name

    def read(self, arguments: JsonObject) -> dict[str, object]:
        """Arguments as Python values. Raises InvalidError for those that break the schema."""
        errors = self.validator.validate(arguments)
        if errors:
            message = "; ".join(error.message for error in errors[:3])
            raise InvalidError(f"{self.name}: {message}", errors=[error.to_field_error() for error in errors])
        try:
            return {name: self.readers[name](value) for name, value in arguments.items()}
        except (ValueError, TypeError, KeyError) as error:
            raise InvalidError(f"{self.name}: the arguments cannot be read ({error})") from None

    def call(self, arguments: JsonObject) -> Any:
        """Call it with JSON arguments; what it gives as it is, to be awaited where `is_async`."""
        return self.callable(**self.read(arguments))

    def to_json(self, value: object) -> JsonValue:
        """What it gave, as JSON. Raises InvalidError for what has no form in it."""
        return to_json(value, f"{self.name}: the result")


def bind(
    callable: Callable[..., Any],  # noqa: A002 - it is one
    *,
    name: str | None = None,
    title: str | None = None,
    effect: EffectClass = "unsafe",
    human: Sequence[str] = (),
) -> Bound:
    """Describe a callable by its annotations, defaults and docstring.

    Args:
        name: What to call it; else its own name.
        title: A few words for people; else the first sentence of the docstring.
        effect: What its repetition means (docs/flows/effects.md).
        human: Parameters that a person gives and no model sees.

    Raises:
        InvalidError: A parameter has no annotation, or one without a form in JSON; says which.
    """
    called = name or str(getattr(callable, "__name__", type(callable).__name__))
    shapes = Shapes()
    target = callable if inspect.isroutine(callable) else type(callable).__call__
    hints = hints_of(target, called)
    parameters = _parameters(callable, called, hints, shapes)
    for each in human:
        if each not in parameters:
            raise InvalidError(f"{called}: there is no parameter {each!r} that a person could give")
    told = read_docstring(inspect.getdoc(target))
    result = shapes.of(hints["return"], f"{called}, its result") if "return" in hints else None
    schema = _schema(callable, parameters, told, shapes, frozenset(human))
    definition: JsonObject = {
        "name": called,
        **({"title": title} if title else {}),
        "description": told.words,
        "parameters": schema,
        **({"result": _with_definitions(result.schema, shapes)} if result is not None else {}),
        "effect": effect,
    }
    return Bound(
        definition=definition,
        function=read_definition(definition),
        callable=callable,
        is_async=inspect.iscoroutinefunction(callable) or inspect.iscoroutinefunction(target),
        readers={each: shape.read for each, shape in parameters.items()},
        validator=Validator(schema),
    )


def _parameters(called: Callable[..., Any], name: str, hints: Mapping[str, Any], shapes: Shapes) -> dict[str, Shape]:
    found: dict[str, Shape] = {}
    for each in _signature(called, name).parameters.values():
        where = f"{name}, the parameter `{each.name}`"
        if each.kind not in _NAMED:
            raise InvalidError(f"{where}: it has to be one that is given by its name")
        if each.name not in hints:
            raise InvalidError(f"{where}: it has no type; annotate it")
        found[each.name] = shapes.of(hints[each.name], where)
    return found


def _signature(called: Callable[..., Any], name: str) -> inspect.Signature:
    try:
        return inspect.signature(called)
    except (TypeError, ValueError):
        raise InvalidError(f"{name}: its parameters are not known; wrap it in a function with types") from None


def _schema(
    called: Callable[..., Any],
    parameters: Mapping[str, Shape],
    told: Docstring,
    shapes: Shapes,
    human: frozenset[str],
) -> JsonObject:
    properties: JsonObject = {}
    required: list[JsonValue] = []
    for each in inspect.signature(called).parameters.values():
        property_: JsonObject = dict(parameters[each.name].schema)
        if told.parameters.get(each.name):
            property_.setdefault("description", told.parameters[each.name])
        if each.name in human:
            property_[HUMAN_KEY] = True
        if each.default is inspect.Parameter.empty:
            required.append(each.name)
        elif each.default is not None:
            property_["default"] = to_json(each.default, f"the default of `{each.name}`")
        properties[each.name] = property_
    schema: JsonObject = {"type": "object", "properties": properties, "required": required}
    return _with_definitions({**schema, "additionalProperties": False}, shapes)


def _with_definitions(schema: JsonObject, shapes: Shapes) -> JsonObject:
    return {**schema, "$defs": dict(shapes.definitions)} if shapes.definitions else schema
