"""The names that an expression reads from outside of itself, each with what is read of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator


def reads_of(node: ast.expr) -> list[tuple[str, str]]:
    """Names with their paths, as `("page", ".data")`, in the order of the text, each once."""
    found: dict[tuple[str, str], None] = {}
    for each in _reads(node, frozenset()):
        found.setdefault(each)
    return list(found)


def _reads(node: ast.AST, bound: frozenset[str]) -> Iterator[tuple[str, str]]:
    match node:
        case ast.Name(id=name, ctx=ast.Load()):
            if name not in bound:
                yield name, ""
        case ast.Attribute() | ast.Subscript():
            yield from _chain(node, bound)
        case ast.Call(func=ast.Attribute(value=owner), args=args, keywords=keywords):
            for child in [owner, *args, *(each.value for each in keywords)]:
                yield from _reads(child, bound)
        case ast.Lambda(args=args, body=body):
            yield from _reads(body, bound | {each.arg for each in args.args})
        case ast.ListComp(elt=elt, generators=generators) | ast.GeneratorExp(elt=elt, generators=generators):
            yield from _comprehension([elt], generators, bound)
        case ast.DictComp(key=key, value=value, generators=generators):
            yield from _comprehension([key, value], generators, bound)
        case ast.BinOp():
            yield from _operands(node, bound)
        case _:
            for child in ast.iter_child_nodes(node):
                yield from _reads(child, bound)


def _operands(node: ast.BinOp, bound: frozenset[str]) -> Iterator[tuple[str, str]]:
    """A chain of operators, from its first operand on, however long it is."""
    parts: list[ast.expr] = []
    inner: ast.expr = node
    while isinstance(inner, ast.BinOp):
        parts.append(inner.right)
        inner = inner.left
    for each in [inner, *reversed(parts)]:
        yield from _reads(each, bound)


def _chain(node: ast.Attribute | ast.Subscript, bound: frozenset[str]) -> Iterator[tuple[str, str]]:
    parts: list[str] = []
    inner: ast.expr = node
    indexes: list[ast.expr] = []
    while isinstance(inner, ast.Attribute | ast.Subscript):
        match inner:
            case ast.Attribute(attr=attr):
                parts.append(f".{attr}")
            case ast.Subscript(slice=ast.Constant(value=str() | int() as key)):
                parts.append(f"[{key!r}]")
            case ast.Subscript(slice=index):
                parts.append("[]")
                indexes.append(index)
            case _:
                raise AssertionError
        inner = inner.value
    if isinstance(inner, ast.Name):
        if inner.id not in bound:
            yield inner.id, "".join(reversed(parts))
    else:
        yield from _reads(inner, bound)
    for index in indexes:
        yield from _reads(index, bound)


def _comprehension(
    parts: list[ast.expr], generators: list[ast.comprehension], bound: frozenset[str]
) -> Iterator[tuple[str, str]]:
    for each in generators:
        yield from _reads(each.iter, bound)
        bound |= {name.id for name in ast.walk(each.target) if isinstance(name, ast.Name)}
        for test in each.ifs:
            yield from _reads(test, bound)
    for part in parts:
        yield from _reads(part, bound)
