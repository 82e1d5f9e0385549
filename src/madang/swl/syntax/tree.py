"""The standard tree, made equal on every interpreter, with places of the original source."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

from madang.swl.syntax.draft import Mark
from madang.swl.syntax.patch import Patch, Replacement
from madang.swl.text import Text

_PIECES = (ast.Constant, ast.FormattedValue, ast.JoinedStr)


def statements_of(tree: ast.Module) -> Iterator[ast.stmt]:
    """All statements of a tree, in no particular order; never recursive."""
    stack: list[ast.stmt] = list(tree.body)
    while stack:
        statement = stack.pop()
        yield statement
        for name in ("body", "orelse", "finalbody", "handlers", "cases"):
            for below in getattr(statement, name, ()):
                if isinstance(below, ast.stmt):
                    stack.append(below)
                else:
                    stack.extend(below.body)


def settle_strings(tree: ast.Module, lines: set[int]) -> None:
    """Give the pieces of f-strings the place of the whole, which is all that interpreters agree on.

    `lines` are those on which f-strings begin; only statements that reach over one are looked at.
    """
    ordered = sorted(lines)
    if ordered:
        for statement in statements_of(tree):
            if _reaches(statement, ordered):
                for node in _own_nodes(statement):
                    if isinstance(node, ast.JoinedStr):
                        _settle(node)


def _reaches(statement: ast.stmt, lines: list[int]) -> bool:
    """Whether a statement, without those inside it, reaches over one of some lines, which are in order."""
    fields = vars(statement)
    if "handlers" in fields or "cases" in fields:
        return True
    start, end = statement.lineno, statement.end_lineno or statement.lineno
    if body := fields.get("body"):
        end = max(start, body[0].lineno)
    if decorators := fields.get("decorator_list"):
        start = min(start, decorators[0].lineno)
    index = bisect_left(lines, start)
    return index < len(lines) and lines[index] <= end


def _own_nodes(statement: ast.stmt) -> Iterator[ast.AST]:
    """All nodes of a statement that belong to no statement inside it."""
    stack: list[ast.AST] = [statement]
    while stack:
        node = stack.pop()
        yield node
        for value in vars(node).values():
            if isinstance(value, list):
                stack.extend(one for one in value if isinstance(one, ast.AST) and not isinstance(one, ast.stmt))  # pyright: ignore[reportUnknownVariableType]
            elif isinstance(value, ast.AST):
                stack.append(value)


def _settle(joined: ast.JoinedStr) -> None:
    """One f-string; those inside its braces have their own place and turn."""
    stack: list[ast.JoinedStr] = [joined]
    while stack:
        whole = stack.pop()
        # Some versions leave empty texts behind a field.
        whole.values = [one for one in whole.values if not (isinstance(one, ast.Constant) and one.value == "")]
        for piece in whole.values:
            if isinstance(piece, _PIECES):
                ast.copy_location(piece, joined)
            if isinstance(piece, ast.FormattedValue) and isinstance(piece.format_spec, ast.JoinedStr):
                ast.copy_location(piece.format_spec, joined)
                stack.append(piece.format_spec)


@dataclass(slots=True)
class Found:
    """The nodes that stand in for a hole."""

    statement: ast.stmt | None = None
    value: ast.expr | None = None


@dataclass(slots=True)
class Placement:
    """Moves the places of a patched source's tree back to the original."""

    text: Text
    patch: Patch
    touched: list[tuple[int, int]]
    """Ranges of the original whose text was changed."""
    _patched: Text = field(init=False)
    _lines: set[int] = field(default_factory=set[int], init=False)

    def __post_init__(self) -> None:
        self._patched = Text(self.patch.source)
        for start, end in self.touched:
            first = self._patched.line_of(self.patch.forward(start))
            last = self._patched.line_of(self.patch.forward(end))
            self._lines.update(range(first, last + 1))

    def settle(self, tree: ast.Module, marks: list[Mark]) -> list[Found]:
        """Move all places back; gives the nodes that stand for each mark."""
        wanted = self._wanted(marks)
        found = [Found() for _mark in marks]
        lines = sorted(self._lines)
        for statement in statements_of(tree):
            key = (statement.lineno, statement.col_offset)
            for index in wanted.get(key, ()):
                if not marks[index].is_value:
                    found[index].statement = found[index].statement or statement
            if not _reaches(statement, lines):
                self._move(statement)
                continue
            for node in _own_nodes(statement):
                if isinstance(node, ast.JoinedStr):
                    _settle(node)
                if isinstance(node, ast.Constant) and (node.value is Ellipsis or node.value == ""):
                    for index in wanted.get((node.lineno, node.col_offset), ()):
                        if marks[index].is_value:
                            found[index] = Found(statement, node)
                self._move(node)
        return found

    def _wanted(self, marks: list[Mark]) -> dict[tuple[int, int], list[int]]:
        taken: dict[Replacement, int] = {one: index for index, one in enumerate(self.patch.taken)}
        wanted: dict[tuple[int, int], list[int]] = {}
        for index, mark in enumerate(marks):
            if mark.replacement is not None and mark.replacement in taken:
                at = self.patch.start_of(taken[mark.replacement]) + mark.at
                wanted.setdefault(self._patched.byte_column(at), []).append(index)
        return wanted

    def _move(self, node: ast.AST) -> None:
        if isinstance(node, ast.stmt | ast.expr | ast.excepthandler | ast.arg | ast.keyword | ast.alias | ast.pattern):
            if node.lineno in self._lines:
                node.lineno, node.col_offset = self._back(node.lineno, node.col_offset, is_end=False)
            line, column = node.end_lineno or 0, node.end_col_offset or 0
            if line in self._lines:
                node.end_lineno, node.end_col_offset = self._back(line, column, is_end=True)

    def _back(self, line: int, column: int, *, is_end: bool) -> tuple[int, int]:
        return self.text.byte_column(self.patch.back(self._patched.offset(line, column), is_end=is_end))
