"""What a stub of a connector holds, before it is written in a language: types by identifier, operations by group."""

from __future__ import annotations

import keyword
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from madang.kit.json import JsonValue
from madang.schema.functions import Argument, Function
from madang.schema.names import as_identifier, snake
from madang.schema.references import Schemas, reachable
from madang.schema.stubs.shapes import (
    Basic,
    Field,
    ListOf,
    MapOf,
    Named,
    Options,
    Shape,
    Shaper,
    TupleOf,
    Union,
)

# What either language would read as something else where a type's name stands.
_PYTHON = "str int float bool list dict tuple types File Any Literal Never TypedDict NotRequired match type"
_TYPESCRIPT = (
    "string number boolean symbol bigint object unknown any never void null undefined interface declare module "
    "namespace global readonly keyof unique infer is asserts Promise default enum extends function implements "
    "instanceof let new package private protected public static super switch this throw typeof var const case catch "
    "debugger delete do export false true of require constructor abstract out satisfies accessor using override"
)
RESERVED = frozenset([*_PYTHON.split(), *_TYPESCRIPT.split(), *keyword.kwlist])


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """A type by its identifier."""

    name: str
    shape: Shape
    doc: str = ""
    is_deprecated: bool = False


@dataclass(frozen=True, kw_only=True)
class Operation:
    """A function of the connector: its last name, its arguments by keyword, what it gives."""

    name: str
    arguments: tuple[Field, ...]
    result: Shape
    doc: str
    is_deprecated: bool


@dataclass(kw_only=True)
class Group:
    """Operations and groups by name, as `connector.group.operation` nests them."""

    operations: list[Operation] = field(default_factory=list[Operation])
    groups: dict[str, Group] = field(default_factory=dict[str, "Group"])

    def names(self) -> set[str]:
        """All names of operations and groups, here and below."""
        found = {operation.name for operation in self.operations} | self.groups.keys()
        return found.union(*(group.names() for group in self.groups.values()))


@dataclass(frozen=True, kw_only=True)
class Stub:
    """A connector as types and operations."""

    connector: str
    title: str
    types: tuple[Declaration, ...]
    root: Group


def declare(connector: str, title: str, functions: Sequence[Function], schemas: Schemas) -> Stub:
    """The stub of some functions, with those of the shared schemas that they reach."""
    needed = reachable(_roots(functions), schemas)
    names = type_names(needed)
    shaper = Shaper(needed, names)
    declared = [_declaration(name, names[name], schema, shaper) for name, schema in needed.items()]
    root = Group()
    taken = set(names.values())
    for function in functions:
        operation, result = _operation(function, shaper, taken)
        declared += [result] if result is not None else []
        group = root
        for part in function.name.split(".")[:-1]:
            group = group.groups.setdefault(part, Group())
        group.operations.append(operation)
    return Stub(connector=connector, title=title, types=tuple(declared), root=root)


def type_names(schemas: Iterable[str]) -> dict[str, str]:
    """An identifier for each shared schema, in their order: its own name where that is one."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for schema in schemas:
        names[schema] = free_name(schema, taken)
    return names


def free_name(wish: str, taken: set[str]) -> str:
    """The wish, with `_` after it until no language and no other type means something else by it."""
    # Two underscores in front would be mangled inside a class.
    name = as_identifier(wish.lstrip("_") or "type") if wish.startswith("__") else as_identifier(wish)
    while name in taken or name in RESERVED:
        name += "_"
    taken.add(name)
    return name


def camel(text: str) -> str:
    """Words joined, each with a capital letter."""
    return "".join(word[:1].upper() + word[1:] for word in snake(text).strip("_").split("_"))


def _roots(functions: Iterable[Function]) -> Iterable[JsonValue]:
    for function in functions:
        yield from (argument.schema for argument in function.arguments)
        yield function.result


def _declaration(name: str, identifier: str, schema: JsonValue, shaper: Shaper) -> Declaration:
    said: Mapping[str, JsonValue] = schema if isinstance(schema, dict) else {}
    return Declaration(
        name=identifier,
        shape=shaper.definition(name),
        doc=shaper.doc(schema),
        is_deprecated=said.get("deprecated") is True,
    )


def _operation(function: Function, shaper: Shaper, taken: set[str]) -> tuple[Operation, Declaration | None]:
    result, declared = shaper.shape(function.result), None
    if not _is_short(result):
        declared = Declaration(name=free_name(camel(function.name.replace(".", "_")) + "Result", taken), shape=result)
        result = Named(name=declared.name)
    operation = Operation(
        name=function.name.rsplit(".", 1)[-1],
        arguments=tuple(_argument(argument, shaper) for argument in function.arguments),
        result=result,
        doc=_doc(function),
        is_deprecated=function.is_deprecated,
    )
    return operation, declared


def _is_short(shape: Shape) -> bool:
    if isinstance(shape, (Basic, Named, Options)):
        return True
    if isinstance(shape, ListOf):
        return _is_short(shape.item)
    if isinstance(shape, MapOf):
        return _is_short(shape.value)
    if isinstance(shape, TupleOf):
        return all(map(_is_short, shape.items))
    return isinstance(shape, Union) and all(map(_is_short, shape.options))


def _argument(argument: Argument, shaper: Shaper) -> Field:
    doc = shaper.doc(argument.schema, argument.description)
    if argument.is_human:
        doc = f"{doc} A person gives this.".strip()
    if argument.wire and argument.wire != argument.name:
        doc = f"`{argument.wire}`: {doc}" if doc else f"`{argument.wire}`"
    return Field(
        name=argument.name,
        shape=shaper.shape(argument.schema),
        is_required=argument.is_required,
        doc=doc,
        is_deprecated=argument.is_deprecated,
    )


def _doc(function: Function) -> str:
    title, description = function.title.strip(), function.description.strip()
    whole = description if description.startswith(title) else f"{title}\n\n{description}".strip()
    where = f"{function.method} {function.path}" if function.method else ""
    return f"{whole}\n\n{where}".strip() if where else whole
