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


def branches(node: ast.If) -> list[ast.If]:
    """`if` and its `elif`s, in order; the `else` is that of the last."""
    found = [node]
    while True:
        match found[-1].orelse:
            case [ast.If() as following] if following.col_offset == node.col_offset:
                found.append(following)
            case _:
                return found


def long_spine(node: ast.expr) -> list[ast.expr]:
    """The first operands inside of a long chain, as of `a + b + c` or `a.b.c`, outermost first, each to be read before
    the one around it, so that no chain is too long to read; empty where the chain is short."""
    found: list[ast.expr] = []
    inner = _first_operand(node)
    while inner is not None:
        found.append(inner)
        inner = _first_operand(inner)
    return found if len(found) > _SHORT_SPINE else []


def _first_operand(node: ast.expr) -> ast.expr | None:
    match node:
        case ast.BinOp(left=inner) | ast.Attribute(value=inner) | ast.Subscript(value=inner):
            return inner
        case ast.Call(func=ast.Attribute(value=inner)):
            return inner
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=inner):
            return inner
        case _:
            return None


_SHORT_SPINE = 30
