"""A connector as programs see it: operations with typed parameters and results, and the types they are made of.

A `Connector` is made from plain JSON (`from_json`), so that a server, the command line and a browser compile against
the same value. Types are built when they are looked at: a connector of 20,000 operations costs what a program uses.

The JSON is an object of `name`, `version`, `operations` by name, `schemas` (JSON Schema) by key, and `types`, the names
under which a program knows shared schemas, with their keys. An operation has `parameters` (each with `name`, `schema`
and perhaps `required`, `human`, `description`), `result` (a schema), `effect`, and perhaps `title`, `description`,
`deprecated`, `priced` and `pagination`: `items`, the JSON pointer to the list in the result, and `parameters`, the
names of those that choose the page. Schemas refer to shared ones by `#/$defs/<key>`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import cast, get_args

from madang.kit.json import JsonObject, JsonValue, unpointer
from madang.types.effects import EffectClass
from madang.types.model import ANY, ListType, NamedType, RecordType, Type, resolve
from madang.types.schema_reading import from_schema
from madang.types.unions import without_none


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A keyword of an operation. One that a person gives (`is_human`) may be given by a program's input alone."""

    name: str
    type: Type
    is_required: bool = False
    is_human: bool = False
    description: str = field(default="", compare=False)


@dataclass(frozen=True, kw_only=True)
class Operation:
    """What a program calls as `connector.group.operation(...)`.

    Attributes:
        connector: The connector's name.
        name: `group.operation`.
        parameters: All keywords, required ones and others, in the order of the document.
        result: The type of the answer of success; `Any` where the document gives none.
        effect: What may be done when the outcome is unknown.
        item: The type of one item where the answer comes in pages; None where it does not.
        page_parameters: The parameters that choose a page, which a program over all pages does not give.
        is_priced: Whether a call costs money.
    """

    connector: str
    name: str
    parameters: tuple[Parameter, ...]
    result: Type
    effect: EffectClass
    item: Type | None = None
    page_parameters: tuple[str, ...] = ()
    title: str = field(default="", compare=False)
    description: str = field(default="", compare=False)
    is_deprecated: bool = False
    is_priced: bool = False

    @property
    def label(self) -> str:
        """`connector.group.operation`."""
        return f"{self.connector}.{self.name}"

    @cached_property
    def by_name(self) -> Mapping[str, Parameter]:
        """The parameters by their name."""
        return {each.name: each for each in self.parameters}


class Connector:
    """An installed connector. Immutable; what was built once is kept."""

    def __init__(self, value: JsonObject) -> None:
        self.name = str(value["name"])
        self.version = str(value.get("version", ""))
        self._operations = _objects(value.get("operations"))
        self._schemas = _objects_or_bools(value.get("schemas"))
        self._keys = {name: str(key) for name, key in _members(value.get("types")).items()}
        self._names = {key: name for name, key in self._keys.items()}
        self._types: dict[str, Type] = {}
        self._built: dict[str, Operation] = {}

    @cached_property
    def operation_names(self) -> tuple[str, ...]:
        """The names of all operations, sorted."""
        return tuple(sorted(self._operations))

    @cached_property
    def type_names(self) -> tuple[str, ...]:
        """The names under `types`, sorted."""
        return tuple(sorted(self._keys))

    @cached_property
    def groups(self) -> Mapping[str, tuple[str, ...]]:
        """What stands under each dotted prefix, sorted; the connector itself is the empty one."""
        found: dict[str, set[str]] = {"": set()}
        for name in self._operations:
            segments = name.split(".")
            for count in range(len(segments)):
                found.setdefault(".".join(segments[:count]), set()).add(segments[count])
        return {prefix: tuple(sorted(names)) for prefix, names in found.items()}

    def find_operation(self, name: str) -> Operation | None:
        """The operation `group.operation`."""
        if name not in self._built:
            said = self._operations.get(name)
            if said is None:
                return None
            self._built[name] = self._operation(name, said)
        return self._built[name]

    def find_type(self, name: str) -> Type | None:
        """The type `types.<name>`, as a name that is looked into when that is needed."""
        return NamedType(owner=self.name, name=name, definitions=self) if name in self._keys else None

    def get(self, name: str) -> Type:
        """What `types.<name>` stands for (`Definitions`)."""
        if name not in self._types:
            key = self._keys.get(name)
            read = from_schema(self._schemas.get(key, True), self._named) if key is not None else ANY
            if isinstance(read, RecordType):
                read = replace(read, name=f"{self.name}.types.{name}")
            self._types[name] = read
        return self._types[name]

    def _named(self, key: str) -> Type:
        name = self._names.get(key)
        if name is not None:
            return NamedType(owner=self.name, name=name, definitions=self)
        return ANY

    def _operation(self, name: str, said: JsonObject) -> Operation:
        pagination = said.get("pagination")
        effect = said.get("effect")
        result = from_schema(said.get("result", True), self._named)
        pages: JsonObject = pagination if isinstance(pagination, dict) else {}
        return Operation(
            connector=self.name,
            name=name,
            parameters=tuple(self._parameter(each) for each in _list(said.get("parameters"))),
            result=result,
            effect=cast(EffectClass, effect) if effect in get_args(EffectClass) else "unsafe",
            item=_item_at(result, str(pages.get("items", ""))) if isinstance(pagination, dict) else None,
            page_parameters=tuple(str(each) for each in _list_of(pages.get("parameters"))),
            title=str(said.get("title", "")),
            description=str(said.get("description", "")),
            is_deprecated=said.get("deprecated") is True,
            is_priced=said.get("priced") is True,
        )

    def _parameter(self, said: JsonObject) -> Parameter:
        return Parameter(
            name=str(said["name"]),
            type=from_schema(said.get("schema", True), self._named),
            is_required=said.get("required") is True,
            is_human=said.get("human") is True,
            description=str(said.get("description", "")),
        )


def _item_at(type_: Type, pointer: str) -> Type:
    """The type of the items of the list that a pointer leads to; `Any` where the types do not say."""
    found: Type = resolve(type_)
    for segment in unpointer(pointer):
        member = found.by_name.get(segment) if isinstance(found, RecordType) else None
        found = resolve(without_none(member.type)) if member is not None else ANY
    return found.item if isinstance(found, ListType) else ANY


def _list_of(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []


def _members(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _objects(value: JsonValue) -> dict[str, JsonObject]:
    return {name: each for name, each in _members(value).items() if isinstance(each, dict)}


def _objects_or_bools(value: JsonValue) -> dict[str, JsonValue]:
    return {name: each for name, each in _members(value).items() if isinstance(each, dict | bool)}


def _list(value: JsonValue) -> list[JsonObject]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
