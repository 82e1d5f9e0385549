"""A stub of a connector as a `.pyi` file: `types` with a TypedDict for each object, a class for each group.

TypedDicts are total; optional properties are `NotRequired`. A property that is no identifier, or that would hide a name
that annotations use, puts its type into the functional form, which stands beside `types` and is called there by its
name: within a class type checkers do not follow circles through that form. An object without a name of its own gets
one from where it stands. Optional arguments take None too, which omits them.
"""

from __future__ import annotations

import json
import keyword

from madang.schema.stubs.declarations import Declaration, Group, Operation, Stub, camel, free_name
from madang.schema.stubs.shapes import (
    Basic,
    Field,
    ListOf,
    MapOf,
    Named,
    Options,
    Record,
    Shape,
    TupleOf,
    Union,
    unite,
)
from madang.schema.stubs.words import comment, docstring

_STEP = "    "
_PREFIX = "_of_"
_BUILTINS = ("str", "int", "float", "bool", "list", "dict", "tuple", "staticmethod")
_TYPING = ("Any", "Literal", "Never", "NotRequired", "TypedDict")
_SCALARS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}


def write_python(stub: Stub) -> str:
    """The text of the `.pyi` file."""
    return _Writer(stub).text()


class _Writer:
    def __init__(self, stub: Stub) -> None:
        self._stub = stub
        self._taken = {declaration.name for declaration in stub.types}
        self._waiting: list[Declaration] = []
        self._functional = {each.name for each in stub.types if not _is_class(each.shape)}
        self._beside: list[str] = []
        self._is_beside = False
        self._uses_file = False
        self._imported: set[str] = set()
        # Classes of groups hide what their operations are called like; `types` is a group in some documents.
        names = stub.root.names()
        self._types = "_types" if "types" in names else "types"
        self._hidden = {name for name in _BUILTINS if name in names}

    def text(self) -> str:
        """All lines; imports are those that are used."""
        root = self._stub.root
        groups = [line for operation in root.operations for line in self._operation(operation, "", "", is_free=True)]
        for name, group in root.groups.items():
            groups += self._group(name, group, "") if name != "types" else []
        # A group of that name shares the class with the types.
        inside = self._members(root.groups["types"], _STEP) if "types" in root.groups else []
        # Last, because operations have types of their own.
        types = self._all_types(inside)
        body = [
            *types,
            "",
            *self._beside,
            *([f"{self._types} = types", ""] if self._types != "types" and types else []),
            *groups,
        ]
        return "\n".join([*self._head(), *body]).rstrip() + "\n"

    def _head(self) -> list[str]:
        about = f"{self._stub.title}: the types of connector `{self._stub.connector}`, written by Madang."
        lines = [*docstring(about, ""), ""]
        if self._imported:
            lines += [f"from typing import {', '.join(sorted(self._imported))}", ""]
        return [*lines, "import builtins as _builtins", ""] if self._hidden else lines

    def _all_types(self, inside: list[str]) -> list[str]:
        lines: list[str] = []
        waiting = [*self._stub.types, *self._waiting]
        while waiting:
            self._waiting = []
            for declaration in waiting:
                lines += self._declaration(declaration)
            waiting = self._waiting
        lines += [self._file()] if self._uses_file else []
        return ["class types:", *lines, *inside] if lines or inside else []

    def _file(self) -> str:
        inside = f"{self._plain('dict')}[{self._plain('str')}, {self._typing('Any')}]"
        return f'{_STEP}File = {self._typing("TypedDict")}("File", {{"$file": {inside}}})'

    def _declaration(self, declaration: Declaration) -> list[str]:
        name, shape = declaration.name, declaration.shape
        doc = "Deprecated.\n\n" + declaration.doc if declaration.is_deprecated else declaration.doc
        if not isinstance(shape, Record):
            return [*comment(doc, _STEP), f"{_STEP}type {name} = {self._write(shape, name)}", ""]
        if name not in self._functional:
            return self._class(name, shape, doc)
        self._beside += [*comment(doc, ""), *self._functional_form(name, shape), ""]
        return [f"{_STEP}{name} = {_PREFIX}{name}", ""]

    def _functional_form(self, name: str, shape: Record) -> list[str]:
        self._is_beside = True
        lines = [f'{_PREFIX}{name} = {self._typing("TypedDict")}("{_PREFIX}{name}", {{']
        for field in shape.fields:
            lines += comment(field.doc, _STEP)
            lines.append(f"{_STEP}{_text(field.name)}: {self._field(field, name)},")
        self._is_beside = False
        return [*lines, "})"]

    def _class(self, name: str, shape: Record, doc: str) -> list[str]:
        lines = [f"{_STEP}class {name}({self._typing('TypedDict')}):", *docstring(doc, _STEP * 2)]
        for field in shape.fields:
            lines.append(f"{_STEP * 2}{field.name}: {self._field(field, name)}")
            lines += docstring(field.doc, _STEP * 2)
        return [*lines, *([] if shape.fields else [f"{_STEP * 2}..."]), ""]

    def _field(self, field: Field, owner: str) -> str:
        written = self._write(field.shape, owner + camel(field.name))
        return written if field.is_required else f"{self._typing('NotRequired')}[{written}]"

    def _group(self, name: str, group: Group, indent: str, owner: str = "") -> list[str]:
        return [f"{indent}class {name}:", *self._members(group, indent + _STEP, owner + camel(name)), ""]

    def _members(self, group: Group, indent: str, owner: str = "") -> list[str]:
        lines: list[str] = []
        for operation in group.operations:
            lines += self._operation(operation, indent, owner)
        for name, inner in group.groups.items():
            lines += self._group(name, inner, indent, owner)
        return lines or [f"{indent}..."]

    def _operation(self, operation: Operation, indent: str, owner: str, *, is_free: bool = False) -> list[str]:
        wish = owner + camel(operation.name)
        parameters = [self._parameter(field, wish) for field in operation.arguments]
        given = f"*, {', '.join(parameters)}" if parameters else ""
        doc = "Deprecated.\n\n" + operation.doc if operation.is_deprecated else operation.doc
        explained = [f"    {field.name}: {' '.join(field.doc.split())}" for field in operation.arguments if field.doc]
        whole = "\n".join([doc, "", "Args:", *explained] if explained else [doc])
        head = f"{indent}def {operation.name}({given}) -> {self._write(operation.result, wish)}:"
        lines = [] if is_free else [f"{indent}@{self._plain('staticmethod')}"]
        return [*lines, head, *docstring(whole, indent + _STEP), f"{indent}{_STEP}...", ""]

    def _parameter(self, field: Field, owner: str) -> str:
        shape = field.shape if field.is_required else unite([field.shape, Basic(kind="null")])
        written = self._write(shape, owner + camel(field.name))
        return f"{field.name}: {written}" if field.is_required else f"{field.name}: {written} = ..."

    def _write(self, shape: Shape, wish: str) -> str:
        if isinstance(shape, Basic):
            return self._basic(shape)
        if isinstance(shape, Named):
            return self._reference(shape.name)
        if isinstance(shape, Options):
            return f"{self._typing('Literal')}[{', '.join(_text(value) for value in shape.values)}]"
        if isinstance(shape, ListOf):
            return f"{self._plain('list')}[{self._write(shape.item, wish + 'Item')}]"
        if isinstance(shape, TupleOf):
            parts = [self._write(item, f"{wish}{index + 1}") for index, item in enumerate(shape.items)]
            return f"{self._plain('tuple')}[{', '.join(parts)}]"
        if isinstance(shape, MapOf):
            return f"{self._plain('dict')}[{self._plain('str')}, {self._write(shape.value, wish + 'Value')}]"
        if isinstance(shape, Union):
            return " | ".join(self._write(option, _branch_wish(option, wish)) for option in shape.options)
        return self._named_record(shape, wish)

    def _named_record(self, shape: Record, wish: str) -> str:
        """An object that has no name gets one: Python's types of objects cannot be written in place."""
        name = free_name(_short(wish), self._taken)
        if not _is_class(shape):
            self._functional.add(name)
        self._waiting.append(Declaration(name=name, shape=shape))
        return self._reference(name)

    def _reference(self, name: str) -> str:
        return f"{_PREFIX}{name}" if self._is_beside and name in self._functional else f"{self._types}.{name}"

    def _basic(self, shape: Basic) -> str:
        if shape.kind == "file":
            self._uses_file = True
            return f"{self._types}.File"
        if shape.kind == "never":
            return self._typing("Never")
        if shape.kind == "any":
            return self._typing("Any")
        written = _SCALARS[shape.kind]
        return self._plain(written) if written in _BUILTINS else written

    def _typing(self, name: str) -> str:
        self._imported.add(name)
        return name

    def _plain(self, name: str) -> str:
        return f"_builtins.{name}" if name in self._hidden else name


_HIDING = frozenset((*_BUILTINS, *_TYPING, "types", "_types", "_builtins"))


def _is_class(shape: Shape) -> bool:
    """Whether a shape, if it is an object, can be written as a class."""
    return not isinstance(shape, Record) or all(map(_is_plain, shape.fields))


def _is_plain(field: Field) -> bool:
    """Whether a property can stand in a class: an identifier that is not mangled and hides nothing."""
    name = field.name
    return (
        name.isascii()
        and name.isidentifier()
        and not keyword.iskeyword(name)
        and not name.startswith("__")
        and name not in _HIDING
    )


def _branch_wish(shape: Shape, wish: str) -> str:
    """An object of a union is called by its tag, where it has one."""
    fields = shape.fields if isinstance(shape, Record) else ()
    tags = [
        field.shape.values[0] for field in fields if isinstance(field.shape, Options) and not field.shape.values[1:]
    ]
    return wish + camel(tags[0]) if tags and isinstance(tags[0], str) else wish


def _short(name: str) -> str:
    return name if len(name) <= 100 else name[:50] + name[-50:]


def _text(value: str | int | bool | None) -> str:
    """A literal; texts in double quotes, with what is no plain character escaped."""
    return json.dumps(value) if isinstance(value, str) and not _has_pairs(value) else repr(value)


def _has_pairs(text: str) -> bool:
    """JSON writes characters beyond the first plane as two escapes, which Python reads as two characters."""
    return any(ord(letter) > 0xFFFF for letter in text)
