"""Python types as JSON Schema, and the way of values between the two.

    str int float bool None Any Literal Enum Optional unions        list Sequence set tuple dict Mapping
    dataclass TypedDict NewType Annotated[T, "words"]               datetime date time UUID Decimal

What has no form in JSON, as `bytes` or a callback, is refused with the place where it stands.
"""

from __future__ import annotations

import collections.abc
import dataclasses
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import (
    Annotated,
    Any,
    Final,
    Literal,
    NewType,
    NotRequired,
    Required,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)
from uuid import UUID

from madang.kit.errors import InvalidError
from madang.kit.json import JsonObject, JsonValue
from madang.schema.references import DEFINITIONS
from madang.schema.shares import HUMAN_KEY
from madang.schema.validation import Validator

Read = Callable[[JsonValue], object]


class Human:
    """A mark: a person gives it."""


HUMAN: Final = Human()
"""`Annotated[str, HUMAN]`: a person gives it, and no model sees it."""


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A type as JSON Schema, and what makes its value of JSON that fits."""

    schema: JsonObject
    read: Read


def _as_it_is(value: JsonValue) -> object:
    return value


_PLAIN: Mapping[object, Shape] = {
    str: Shape(schema={"type": "string"}, read=_as_it_is),
    int: Shape(schema={"type": "integer"}, read=lambda value: int(cast("float", value))),
    float: Shape(schema={"type": "number"}, read=lambda value: float(cast("float", value))),
    bool: Shape(schema={"type": "boolean"}, read=_as_it_is),
    type(None): Shape(schema={"type": "null"}, read=_as_it_is),
    None: Shape(schema={"type": "null"}, read=_as_it_is),
    Any: Shape(schema={}, read=_as_it_is),
    object: Shape(schema={}, read=_as_it_is),
    datetime: Shape(
        schema={"type": "string", "format": "date-time"}, read=lambda value: datetime.fromisoformat(str(value))
    ),
    date: Shape(schema={"type": "string", "format": "date"}, read=lambda value: date.fromisoformat(str(value))),
    time: Shape(
        schema={"type": "string", "pattern": r"^[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?([+-][0-9]{2}:[0-9]{2})?$"},
        read=lambda value: time.fromisoformat(str(value)),
    ),
    UUID: Shape(schema={"type": "string", "format": "uuid"}, read=lambda value: UUID(str(value))),
    Decimal: Shape(
        schema={"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}, read=lambda value: Decimal(str(value))
    ),
    list: Shape(schema={"type": "array"}, read=_as_it_is),
    dict: Shape(schema={"type": "object"}, read=_as_it_is),
}
_LISTS: Mapping[object, Callable[[list[object]], object]] = {
    list: list,
    set: set,
    frozenset: frozenset,
    collections.abc.Sequence: list,
    collections.abc.Iterable: list,
    collections.abc.Collection: list,
    collections.abc.Set: set,
}
_SETS = frozenset({set, frozenset, collections.abc.Set})
_MAPS = frozenset({dict, collections.abc.Mapping, collections.abc.MutableMapping})


class Shapes:
    """Shapes of one function. `definitions` are the classes that were met, by their names."""

    def __init__(self) -> None:
        self.definitions: dict[str, JsonValue] = {}
        self._classes: dict[type, str] = {}
        self._reads: dict[type, Read] = {}

    def of(self, annotation: Any, where: str) -> Shape:
        """The shape of a type. Raises InvalidError for one without a form in JSON; `where` says whose it is."""
        if isinstance(annotation, NewType):
            return self.of(annotation.__supertype__, where)
        plain = _PLAIN.get(annotation) if _is_hashable(annotation) else None
        if plain is not None:
            return plain
        origin = get_origin(annotation)
        if origin is Annotated:
            return self._annotated(annotation, where)
        if origin in (Required, NotRequired):
            return self.of(get_args(annotation)[0], where)
        if origin is Literal:
            return _enum(list(get_args(annotation)), _as_it_is, where)
        if origin in (Union, types.UnionType):
            return self._union(get_args(annotation), where)
        if origin is not None:
            return self._generic(annotation, origin, where)
        return self._class(annotation, where)

    def _annotated(self, annotation: Any, where: str) -> Shape:
        inner, *marks = get_args(annotation)
        shape = self.of(inner, where)
        words = [mark for mark in marks if isinstance(mark, str)]
        said: JsonObject = {"description": words[0]} if words else {}
        mark: JsonObject = {HUMAN_KEY: True} if any(isinstance(each, Human) or each is Human for each in marks) else {}
        return Shape(schema={**shape.schema, **said, **mark}, read=shape.read)

    def _union(self, members: Sequence[Any], where: str) -> Shape:
        shapes = [self.of(each, where) for each in members]
        if len(shapes) == 2 and type(None) in members:
            inner = shapes[1 - members.index(type(None))]
            kind = inner.schema.get("type")
            schema: JsonObject = (
                {**inner.schema, "type": [kind, "null"]}
                if isinstance(kind, str) and "enum" not in inner.schema
                else {"anyOf": [inner.schema, {"type": "null"}]}
            )
            return Shape(schema=schema, read=lambda value: None if value is None else inner.read(value))
        return Shape(schema={"anyOf": [each.schema for each in shapes]}, read=self._reader_of_union(shapes))

    def _reader_of_union(self, shapes: Sequence[Shape]) -> Read:
        validators: list[Validator] = []

        def read(value: JsonValue) -> object:
            if not validators:  # only now every class has its definition
                defs: JsonObject = {"$defs": dict(self.definitions)}
                validators.extend(Validator({**each.schema, **defs}) for each in shapes)
            fitting = (shape for shape, each in zip(shapes, validators, strict=True) if each.is_valid(value))
            shape = next(fitting, None)
            return value if shape is None else shape.read(value)

        return read

    def _generic(self, annotation: Any, origin: Any, where: str) -> Shape:
        inner = get_args(annotation)
        if origin is tuple and not (len(inner) == 2 and inner[1] is Ellipsis):
            return self._tuple(inner, where)
        if origin in _LISTS or origin is tuple:
            make = _LISTS.get(origin, tuple)
            item = self.of(inner[0], where)
            unique: JsonObject = {"uniqueItems": True} if origin in _SETS else {}
            schema: JsonObject = {"type": "array", "items": item.schema, **unique}
            return Shape(
                schema=schema,
                read=lambda value: make([item.read(each) for each in cast("list[JsonValue]", value)]),
            )
        if origin in _MAPS and inner[0] is str:
            member = self.of(inner[1], where)
            return Shape(
                schema={"type": "object", "additionalProperties": member.schema},
                read=lambda value: {name: member.read(each) for name, each in cast("JsonObject", value).items()},
            )
        raise _refusal(annotation, where)

    def _tuple(self, inner: Sequence[Any], where: str) -> Shape:
        items = [self.of(each, where) for each in inner]
        schema: JsonObject = {
            "type": "array",
            "prefixItems": [each.schema for each in items],
            "items": False,
            "minItems": len(items),
        }

        def read(value: JsonValue) -> object:
            given = cast("list[JsonValue]", value)
            return tuple(item.read(each) for item, each in zip(items, given, strict=True))

        return Shape(schema=schema, read=read)

    def _class(self, annotation: Any, where: str) -> Shape:
        if not isinstance(annotation, type):
            raise _refusal(annotation, where)
        made = cast("type[Any]", annotation)
        if issubclass(made, Enum):
            return _enum([each.value for each in made], made, where)
        if dataclasses.is_dataclass(made) or is_typeddict(made):
            return self._object(made, where)
        raise _refusal(annotation, where)

    def _object(self, made: type, where: str) -> Shape:
        """An object of members with names, once under `$defs`, so that it may hold itself."""
        if made not in self._classes:
            name = self._free_name(made.__name__)
            self._classes[made] = name
            members, required = self._members(made, where)
            self.definitions[name] = _object_schema(members, required)
            self._reads[made] = _reader_of_members(made, members)
        return Shape(schema={"$ref": DEFINITIONS + self._classes[made]}, read=lambda value: self._reads[made](value))

    def _free_name(self, wish: str) -> str:
        name, number = wish, 2
        while name in self._classes.values():
            name, number = f"{wish}_{number}", number + 1
        return name

    def _members(self, made: type, where: str) -> tuple[dict[str, Shape], list[str]]:
        hints = hints_of(made, where)
        if is_typeddict(made):
            always = cast("Any", made).__required_keys__
            required = [name for name, hint in hints.items() if _is_required(hint, is_default=name in always)]
        else:
            fields = [each for each in dataclasses.fields(cast("Any", made)) if each.init]
            hints = {each.name: hints[each.name] for each in fields}
            missing = dataclasses.MISSING
            required = [each.name for each in fields if each.default is missing and each.default_factory is missing]
        members = {name: self.of(hint, f"{where}, `{made.__name__}.{name}`") for name, hint in hints.items()}
        return members, required


def _reader_of_members(made: type, members: Mapping[str, Shape]) -> Read:
    def read(value: JsonValue) -> object:
        given = cast("JsonObject", value)
        return made(**{name: members[name].read(each) for name, each in given.items() if name in members})

    return read


def _is_required(hint: Any, *, is_default: bool) -> bool:
    """Python 3.11 does not see `NotRequired` in annotations that are texts."""
    origin = get_origin(hint)
    return is_default if origin not in (Required, NotRequired) else origin is Required


def _object_schema(members: Mapping[str, Shape], required: Sequence[str]) -> JsonObject:
    return {
        "type": "object",
        "properties": {name: shape.schema for name, shape in members.items()},
        "required": [*required],
        "additionalProperties": False,
    }


def hints_of(what: Any, where: str) -> dict[str, Any]:
    """The annotations, names of types resolved. Raises InvalidError where one is not to be found."""
    try:
        return get_type_hints(what, include_extras=True)
    except (NameError, TypeError, AttributeError) as error:
        raise InvalidError(f"{where}: its types cannot be read ({error})") from None


def to_json(value: object, where: str = "the result") -> JsonValue:
    """A Python value as JSON. Raises InvalidError for one that has no form in it."""
    if value is None or isinstance(value, (bool, int, float)) or type(value) is str:
        return value
    if isinstance(value, Enum):
        return to_json(value.value, where)
    if isinstance(value, (str, UUID, Decimal)):
        return str(value)
    if isinstance(value, datetime):  # without a zone it is the local time
        return (value if value.tzinfo else value.astimezone()).isoformat()
    if isinstance(value, (date, time)):
        return value.isoformat()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {each.name: to_json(getattr(value, each.name), where) for each in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(name): to_json(each, where) for name, each in cast("Mapping[Any, object]", value).items()}
    if isinstance(value, (collections.abc.Sequence, collections.abc.Set)) and not isinstance(value, (bytes, bytearray)):
        return [to_json(each, where) for each in cast("Sequence[object]", value)]
    raise InvalidError(f"{where}: a {type(value).__name__} has no form in JSON")


def _enum(values: Sequence[object], read: Callable[[Any], object], where: str) -> Shape:
    given = [to_json(each, where) for each in values]
    kinds = {type(each) for each in given}
    kind: JsonObject = {"type": "string"} if kinds == {str} else {"type": "integer"} if kinds == {int} else {}
    return Shape(schema={**kind, "enum": given}, read=read)


def _is_hashable(annotation: object) -> bool:
    return isinstance(annotation, collections.abc.Hashable)


def _refusal(annotation: Any, where: str) -> InvalidError:
    name = getattr(annotation, "__name__", None) or str(annotation)
    if isinstance(annotation, TypeVar):
        name = f"the type variable {name}"
    return InvalidError(f"{where}: {name} has no form in JSON; use a dataclass, or types of the standard library")
