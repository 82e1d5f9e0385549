"""Expressions that stand for a place, as `a.b["c"]`: what tests show of them is remembered under their path."""

from __future__ import annotations

import ast


def path_of(node: ast.expr) -> str | None:
    """The path of a name and of properties and constant items of it; None for any other expression."""
    parts: list[str] = []
    while True:
        match node:
            case ast.Name(id=name):
                return name + "".join(reversed(parts))
            case ast.Attribute(value=value, attr=attr):
                parts.append(f".{attr}")
                node = value
            case ast.Subscript(value=value, slice=ast.Constant(value=str() | int() as key)):
                parts.append(f".{key}" if isinstance(key, str) and key.isidentifier() else f"[{key!r}]")
                node = value
            case _:
                return None


def root_of(node: ast.expr) -> str | None:
    """The name that a chain of properties, items and calls begins with; None where it begins otherwise."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def dotted(node: ast.expr) -> tuple[str, ...] | None:
    """The segments of `a.b.c`; None for any other expression."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return (node.id, *reversed(parts)) if isinstance(node, ast.Name) else None
