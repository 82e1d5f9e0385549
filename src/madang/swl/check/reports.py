"""The diagnostics of one check: gathered, one for each mistake, and forgotten where a function is walked again."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import replace

from madang.swl.diagnostics import Code, Diagnostic, Fix, Span, TextEdit, in_order
from madang.swl.text import Text


class Reports:
    """Gathers diagnostics. Of several with the same code and place only the first counts."""

    def __init__(self, text: Text, *, is_strict: bool) -> None:
        self.text = text
        self._is_strict = is_strict
        self._found: dict[tuple[str, int, int], Diagnostic] = {}

    def add(
        self,
        code: Code,
        where: ast.AST | Span,
        message: str,
        *,
        hint: str | None = None,
        fixes: Sequence[Fix] = (),
        expected: str | None = None,
        actual: str | None = None,
        path: str | None = None,
    ) -> None:
        """Report a mistake at a node or span."""
        span = where if isinstance(where, Span) else self.text.span_of(where)
        key = (code.code, span.start.offset, span.end.offset)
        if key in self._found:
            return
        found = code.at(span, message, hint=hint, fixes=fixes, expected=expected, actual=actual, path=path)
        if self._is_strict and code.code == "T002":
            found = replace(found, severity="error")
        self._found[key] = found

    def mark(self) -> int:
        """How far we are; `rewind` goes back to it."""
        return len(self._found)

    def rewind(self, mark: int) -> None:
        """Forget all that was reported after a mark."""
        for key in list(self._found)[mark:]:
            del self._found[key]

    def all(self) -> tuple[Diagnostic, ...]:
        """All of them, in the order of places."""
        return in_order(self._found.values())

    def replacing(self, where: ast.AST | Span, text: str, title: str | None = None) -> Fix:
        """A fix that puts a text in a place."""
        span = where if isinstance(where, Span) else self.text.span_of(where)
        return Fix(title=title or f"Change to `{text}`", edits=(TextEdit(span=span, text=text),))

    def removing_statement(self, node: ast.stmt, title: str = "Remove it") -> Fix:
        """A fix that takes the lines of a statement away."""
        start = self.text.line_start(node.lineno)
        end_line = node.end_lineno or node.lineno
        end = self.text.line_start(end_line + 1) if end_line < self.text.line_count else self.text.line_end(end_line)
        return Fix(title=title, edits=(TextEdit(span=self.text.span(start, end), text=""),))


def name_span(text: Text, node: ast.AST, name: str) -> Span:
    """Where a name stands within a node that has no node for it: an attribute's, a keyword's, a function's."""
    start, end = text.offsets_of(node)
    if isinstance(node, ast.Attribute):
        return text.span(end - len(name), end)
    at = text.source.find(name, start, end)
    return text.span(at, at + len(name)) if at >= 0 else text.span(start, end)


def listed(names: Iterable[str], most: int = 8) -> str:
    """Names for a hint, the first few of them."""
    found = list(names)
    more = f" and {len(found) - most} more" if len(found) > most else ""
    return ", ".join(f"`{each}`" for each in found[:most]) + more
