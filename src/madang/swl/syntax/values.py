"""What the front end hands on."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from madang.swl.diagnostics import Diagnostic, Span
from madang.swl.text import Text


@dataclass(frozen=True, kw_only=True, slots=True)
class Comment:
    """From `#` to the end of its line."""

    span: Span
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Hole:
    """What could not be read, and what stands in its place.

    `node` is the statement that stands there, or None where nothing can (between the cases of a `match`). `value` is
    the `...` in it that stands for what was not read, None where none was needed. `names` are the identifiers in the
    broken text, sorted: they may well have been bound or used there, so that nobody should complain about them twice.
    """

    span: Span
    node: ast.stmt | None
    value: ast.expr | None
    names: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Parsed:
    """A source, its tree, and everything that was wrong with it, in the order of places."""

    text: Text
    tree: ast.Module
    holes: tuple[Hole, ...]
    comments: tuple[Comment, ...]
    diagnostics: tuple[Diagnostic, ...]
    _standing_in: frozenset[ast.AST] = field(default=frozenset(), repr=False, compare=False)

    def is_hole(self, node: ast.AST) -> bool:
        """Whether a node stands in for what could not be read, which has its diagnostic already."""
        return node in self._standing_in
