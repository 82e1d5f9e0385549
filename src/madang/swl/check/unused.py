"""Names that a function binds and never reads, each with what would take it away."""

from __future__ import annotations

import ast
from collections.abc import Collection
from typing import Any

from madang.swl.check.codes import UNUSED_NAME
from madang.swl.check.facts import Facts, FunctionSymbol, is_effect
from madang.swl.check.reports import Reports
from madang.swl.diagnostics import Fix, TextEdit

_BLOCKS = ("body", "orelse", "finalbody")


def report_unused(
    function: FunctionSymbol, facts: Facts, reports: Reports, used: Collection[str], unknown: Collection[str]
) -> None:
    """Report the names of a function that nothing reads.

    Args:
        function: The function, which has been walked.
        facts: What is known of it.
        reports: Where it is told.
        used: Names that are read.
        unknown: Names of what has its diagnostic already.
    """
    stored: dict[str, ast.Name] = {}
    for each in function.nodes:
        if isinstance(each, ast.Name) and each.id not in used and isinstance(each.ctx, ast.Store):
            stored.setdefault(each.id, each)
    names = {
        name: node
        for name, node in stored.items()
        if not name.startswith("_") and name not in unknown and node in facts.types
    }
    if names:
        _Unused(function, facts, reports).report(names)


class _Unused:
    def __init__(self, function: FunctionSymbol, facts: Facts, reports: Reports) -> None:
        self._facts = facts
        self._reports = reports
        self._statements: dict[ast.AST, ast.Assign | ast.For] = {}
        self._alone: set[ast.stmt] = set()
        for each in function.nodes:
            if isinstance(each, ast.Assign) and len(each.targets) == 1:
                self._statements[each.targets[0]] = each
            elif isinstance(each, ast.For):
                self._statements[each.target] = each
            for block in _BLOCKS:
                found: Any = getattr(each, block, None)
                if isinstance(found, list) and len(found) == 1:  # pyright: ignore[reportUnknownArgumentType]
                    self._alone |= set(found)  # pyright: ignore[reportUnknownArgumentType]

    def report(self, names: dict[str, ast.Name]) -> None:
        for name, node in names.items():
            statement = self._statements.get(node)
            if isinstance(statement, ast.Assign) and self._is_misread(statement):
                continue
            fixes = self._fixes(name, node, statement)
            self._reports.add(UNUSED_NAME, node, f"`{name}` is never read.", fixes=fixes)

    def _is_misread(self, node: ast.Assign) -> bool:
        """Whether what is bound was not understood, which has a diagnostic already."""
        return any(isinstance(each, ast.Call) and each not in self._facts.calls for each in ast.walk(node.value))

    def _fixes(self, name: str, node: ast.Name, statement: ast.Assign | ast.For | None) -> list[Fix]:
        """Take the name away from its statement, or the whole statement where nothing else happens in it."""
        if isinstance(statement, ast.For):
            return [self._reports.replacing(node, f"_{name}")]
        if statement is None:
            return []
        if any(is_effect(self._facts.calls.get(each)) for each in ast.walk(statement.value)):
            text = self._reports.text
            start, end = text.offsets_of(statement)[0], text.offsets_of(statement.value)[0]
            return [Fix(title=f"Do not bind `{name}`", edits=(TextEdit(span=text.span(start, end), text=""),))]
        return [] if statement in self._alone else [self._reports.removing_statement(statement)]
