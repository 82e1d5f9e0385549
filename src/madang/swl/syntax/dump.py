"""A tree as text, the same bytes on every interpreter: a node a line, its values, its place."""

from __future__ import annotations

import ast
from collections.abc import Iterable

_SKIPPED = frozenset({"ctx", "kind", "type_comment", "type_ignores", "type_params", "simple"})


def dump(tree: ast.AST) -> str:
    """One line for each node: depth as blanks, the field it is in, its class, its values, `@line:byte-line:byte`."""
    lines: list[str] = []
    stack: list[tuple[int, str, ast.AST]] = [(0, "", tree)]
    while stack:
        depth, label, node = stack.pop()
        values: list[str] = []
        below: list[tuple[int, str, ast.AST]] = []
        for name, value in ast.iter_fields(node):
            if name in _SKIPPED:
                continue
            nodes = list(_nodes(name, value))
            if nodes:
                below += [(depth + 1, inner, one) for inner, one in nodes]
            elif value is not None and value != []:
                values.append(f"{name}={_plain(value)}")
        place = _place(node)
        lines.append(" ".join(filter(None, (" " * depth + label + type(node).__name__, *values, place))))
        stack += reversed(below)
    return "\n".join(lines) + "\n"


def _nodes(name: str, value: object) -> Iterable[tuple[str, ast.AST]]:
    if isinstance(value, ast.AST):
        yield f"{name}:", value
    elif isinstance(value, list):
        for index, one in enumerate(value):  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
            if isinstance(one, ast.AST):
                yield f"{name}[{index}]:", one


def _plain(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 1024:
        return hex(value)
    return ascii(value)


def _place(node: ast.AST) -> str:
    if not hasattr(node, "lineno"):
        return ""
    return f"@{node.lineno}:{node.col_offset}-{node.end_lineno}:{node.end_col_offset}"  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
