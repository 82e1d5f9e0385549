"""A stub of a connector as a `.d.ts` file: a namespace `types`, and one constant whose members are the groups.

Objects without a name are written where they stand. Groups are members rather than namespaces, because operations may
be called like words of the language (`delete`).
"""

from __future__ import annotations

import json
import re

from madang.schema.stubs.declarations import Declaration, Group, Operation, Stub
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
)
from madang.schema.stubs.words import jsdoc

_STEP = "  "
_IDENTIFIER = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*\Z")
_LONGEST_INTEGER = 2**53
# Only where the type stands, not a word of a comment; a comment that looks so merely keeps the interface.
_FILE_TYPE = re.compile(r"[:<( |]File(?:\[\]|[;)>, |]|\Z)")
_SCALARS = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
    "any": "unknown",
    "never": "never",
    "file": "File",
}
_FILE = [
    "/** A file: its bytes as base64 text, or a reference to where they are kept. */",
    "export interface File {",
    "  $file: { name?: string; media_type?: string; data?: string; reference?: string };",
    "}",
    "",
]


def write_typescript(stub: Stub) -> str:
    """The text of the `.d.ts` file."""
    about = f"{stub.title}: the types of connector `{stub.connector}`, written by Madang."
    types = [line for declaration in stub.types for line in _declaration(declaration)]
    space = ["export declare namespace types {", *types, "}", ""] if types else []
    body = [*space, "declare const connector: {", *_members(stub.root, _STEP), "};", "", "export default connector;"]
    uses_file = any(_FILE_TYPE.search(line) for line in body)
    return "\n".join([*jsdoc(about, ""), "", *(_FILE if uses_file else []), *body]) + "\n"


def _declaration(declaration: Declaration) -> list[str]:
    shape, name = declaration.shape, declaration.name
    doc = jsdoc(declaration.doc, _STEP, is_deprecated=declaration.is_deprecated)
    if isinstance(shape, Record) and shape.fields and shape.extra is None:
        return [*doc, f"{_STEP}interface {name} {{", *_fields(shape.fields, _STEP * 2), f"{_STEP}}}"]
    return [*doc, f"{_STEP}type {name} = {_write(shape, _STEP)};"]


def _members(group: Group, indent: str) -> list[str]:
    lines: list[str] = []
    for operation in group.operations:
        lines += _operation(operation, indent)
    for name, inner in group.groups.items():
        lines += [f"{indent}readonly {_key(name)}: {{", *_members(inner, indent + _STEP), f"{indent}}};"]
    return lines


def _operation(operation: Operation, indent: str) -> list[str]:
    doc = jsdoc(operation.doc, indent, is_deprecated=operation.is_deprecated)
    result = f"Promise<{_write(operation.result, indent)}>"
    if not operation.arguments:
        return [*doc, f"{indent}{_key(operation.name)}(): {result};"]
    mark = "" if any(field.is_required for field in operation.arguments) else "?"
    fields = _fields(operation.arguments, indent + _STEP)
    return [*doc, f"{indent}{_key(operation.name)}(args{mark}: {{", *fields, f"{indent}}}): {result};"]


def _fields(fields: tuple[Field, ...], indent: str) -> list[str]:
    lines: list[str] = []
    for field in fields:
        lines += jsdoc(field.doc, indent, is_deprecated=field.is_deprecated)
        mark = "" if field.is_required else "?"
        lines.append(f"{indent}{_key(field.name)}{mark}: {_write(field.shape, indent)};")
    return lines


def _write(shape: Shape, indent: str) -> str:
    if isinstance(shape, Basic):
        return _SCALARS[shape.kind]
    if isinstance(shape, Named):
        return f"types.{shape.name}"
    if isinstance(shape, Options):
        return " | ".join(dict.fromkeys(_literal(value) for value in shape.values))
    if isinstance(shape, ListOf):
        return f"{_grouped(shape.item, indent)}[]"
    if isinstance(shape, TupleOf):
        return f"[{', '.join(_write(item, indent) for item in shape.items)}]"
    if isinstance(shape, MapOf):
        return f"{{ [key: string]: {_write(shape.value, indent)} }}"
    if isinstance(shape, Union):
        return " | ".join(_write(option, indent) for option in shape.options)
    return _record(shape, indent)


def _record(shape: Record, indent: str) -> str:
    if not shape.fields:
        return "{ [key: string]: never }"
    written = "\n".join(["{", *_fields(shape.fields, indent + _STEP), f"{indent}}}"])
    # An index of its own in the same object would have to cover the known properties, too.
    return written if shape.extra is None else f"{written} & {{ [key: string]: {_write(shape.extra, indent)} }}"


def _grouped(shape: Shape, indent: str) -> str:
    written = _write(shape, indent)
    is_many = isinstance(shape, (Union, Options)) or (isinstance(shape, Record) and shape.extra is not None)
    return f"({written})" if is_many else written


def _literal(value: str | int | bool | None) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= _LONGEST_INTEGER:
        return "number"
    return json.dumps(value)


def _key(name: str) -> str:
    return name if _IDENTIFIER.match(name) else json.dumps(name)
