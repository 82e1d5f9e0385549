"""Annotations to types: `list[str]`, `Literal["a"] | None`, `bbs.types.Article`, a record of the file."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Protocol

from madang.swl.check.codes import ANNOTATION, UNKNOWN_TYPE
from madang.swl.check.reports import Reports, listed, name_span
from madang.swl.check.suggestions import nearest
from madang.swl.diagnostics import Fix
from madang.types.connector import Connector
from madang.types.model import (
    ANY,
    BOOL,
    BYTES,
    DATE,
    DATETIME,
    FILE,
    FLOAT,
    INT,
    NONE,
    STR,
    TIMEDELTA,
    DictType,
    ListType,
    NamedType,
    RecordType,
    Scalar,
    Type,
)
from madang.types.unions import literal_type, optional, union_of

NAMES: Mapping[str, Type] = {
    "None": NONE,
    "bool": BOOL,
    "int": INT,
    "float": FLOAT,
    "str": STR,
    "bytes": BYTES,
    "datetime": DATETIME,
    "date": DATE,
    "timedelta": TIMEDELTA,
    "File": FILE,
    "Any": ANY,
    "list": ListType(item=ANY),
    "dict": DictType(value=ANY),
}
_OTHER_SPELLINGS = {
    "List": "list",
    "Dict": "dict",
    "string": "str",
    "integer": "int",
    "number": "float",
    "object": "dict",
}


class RecordTypes:
    """The records of a program and of the language, as names that are looked into when that is needed."""

    def __init__(self, records: Mapping[str, RecordType]) -> None:
        self.records = dict(records)

    def get(self, name: str) -> Type:
        """The record of this name (`Definitions`)."""
        return self.records.get(name, ANY)

    def named(self, name: str) -> Type:
        """The name of a record."""
        return NamedType(owner="", name=name, definitions=self)


class TypeScope(Protocol):
    """What annotations may name besides the types of the language."""

    @property
    def connectors(self) -> Mapping[str, Connector]:
        """Imported connectors, by the name that the file gives them."""
        ...

    @property
    def record_types(self) -> RecordTypes:
        """The records of the file and of the language."""
        ...

    @property
    def unknown(self) -> frozenset[str]:
        """Names of what has its diagnostic already."""
        ...


def read_annotation(node: ast.expr, scope: TypeScope, reports: Reports) -> Type:
    """The type that an annotation names; `Any`, with a diagnostic, where it names none."""
    return _Annotations(scope, reports).read(node)


class _Annotations:
    def __init__(self, scope: TypeScope, reports: Reports) -> None:
        self._scope = scope
        self._reports = reports

    def read(self, node: ast.expr) -> Type:
        match node:
            case ast.Constant(value=None):
                return NONE
            case ast.Name(id=name):
                return self._name(node, name)
            case ast.BinOp(op=ast.BitOr()):
                return self._union(node)
            case ast.Subscript(value=ast.Name(id=name)):
                return self._generic(node, name)
            case ast.Attribute():
                return self._dotted(node)
            case ast.Constant(value=str(text)):
                fix = self._reports.replacing(node, text) if text.isidentifier() else None
                return self._refuse(node, "A type is written without quotes.", fix)
            case _:
                return self._refuse(node, "This is no type.")

    def _union(self, node: ast.BinOp) -> Type:
        parts: list[ast.expr] = []
        rest: ast.expr = node
        while isinstance(rest, ast.BinOp) and isinstance(rest.op, ast.BitOr):
            parts.append(rest.right)
            rest = rest.left
        return union_of(self.read(each) for each in [rest, *reversed(parts)])

    def _name(self, node: ast.Name, name: str) -> Type:
        if name in NAMES:
            return NAMES[name]
        if name in self._scope.record_types.records:
            return self._scope.record_types.named(name)
        if name not in self._scope.unknown:
            known = [*NAMES, *self._scope.record_types.records, "Literal"]
            meant = _OTHER_SPELLINGS.get(name) or nearest(name, known)
            self._unknown(node, f"There is no type `{name}`.", meant)
        return ANY

    def _generic(self, node: ast.Subscript, name: str) -> Type:
        name = _OTHER_SPELLINGS.get(name, name)
        if name == "Literal":
            return self._literal(node)
        if name == "Optional":
            inner = self._reports.text.text_of(node.slice)
            fix = self._reports.replacing(node, f"{inner} | None")
            self._reports.add(ANNOTATION, node, "An optional type is written as a union.", hint=None, fixes=[fix])
            return optional(self.read(node.slice))
        if name == "list":
            return ListType(item=self.read(node.slice))
        if name == "dict":
            return self._dict(node)
        return self._refuse(node, f"`{name}` takes no types in brackets.")

    def _dict(self, node: ast.Subscript) -> Type:
        if isinstance(node.slice, ast.Tuple) and len(node.slice.elts) == 2:
            key, value = node.slice.elts
            if self.read(key) != STR:
                self._refuse(key, "The keys of a dict are `str`.", self._reports.replacing(key, "str"))
            return DictType(value=self.read(value))
        return self._refuse(node, "A dict is written `dict[str, T]`.")

    def _literal(self, node: ast.Subscript) -> Type:
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        values: list[Scalar | None] = []
        for part in parts:
            negative = isinstance(part, ast.UnaryOp) and isinstance(part.op, ast.USub)
            inner = part.operand if isinstance(part, ast.UnaryOp) and negative else part
            if not isinstance(inner, ast.Constant) or not isinstance(inner.value, str | int | float | None):
                return self._refuse(part, "A `Literal` has plain values.")
            value = inner.value
            values.append(-value if negative and isinstance(value, int | float) else value)
        return literal_type(*values)

    def _dotted(self, node: ast.Attribute) -> Type:
        match node:
            case ast.Attribute(value=ast.Attribute(value=ast.Name(id=owner), attr="types"), attr=name):
                connector = self._scope.connectors.get(owner)
                if connector is None:
                    if owner not in self._scope.unknown:
                        self._unknown(node, f"`{owner}` is not imported.", nearest(owner, self._scope.connectors))
                    return ANY
                found = connector.find_type(name)
                if found is not None:
                    return found
                meant = nearest(name, connector.type_names)
                span = name_span(self._reports.text, node, name)
                fixes = [self._reports.replacing(span, meant)] if meant else []
                hint = f"Did you mean `{meant}`?" if meant else f"It has {listed(connector.type_names)}."
                self._reports.add(UNKNOWN_TYPE, span, f"`{owner}` has no type `{name}`.", hint=hint, fixes=fixes)
                return ANY
            case _:
                return self._refuse(node, "A connector's type is written `connector.types.Name`.")

    def _unknown(self, node: ast.expr, message: str, meant: str | None) -> None:
        fixes = [self._reports.replacing(node, meant)] if meant and isinstance(node, ast.Name) else []
        hint = f"Did you mean `{meant}`?" if meant else None
        self._reports.add(UNKNOWN_TYPE, node, message, hint=hint, fixes=fixes)

    def _refuse(self, node: ast.expr, message: str, fix: Fix | None = None) -> Type:
        self._reports.add(ANNOTATION, node, message, fixes=[fix] if fix else [])
        return ANY
