"""Places in a source text, what is to be said about them, and the edits that mend it.

Offsets are code points from 0; lines and columns start at 1. Each phase lists its codes as a table of `Code`
(`syntax/codes.py` for the first); the documentation is generated from these tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from madang.kit.json import JsonObject, JsonValue

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Position:
    """One place: the code point offset, and the line and column that people read."""

    offset: int
    line: int
    column: int

    def to_json(self) -> JsonObject:
        """`{offset, line, column}`."""
        return {"offset": self.offset, "line": self.line, "column": self.column}


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """From `start` up to, not including, `end`."""

    start: Position
    end: Position

    def to_json(self) -> JsonObject:
        """`{start, end}`."""
        return {"start": self.start.to_json(), "end": self.end.to_json()}


@dataclass(frozen=True, kw_only=True, slots=True)
class TextEdit:
    """Put `text` in the place of a span; an empty span inserts."""

    span: Span
    text: str

    def to_json(self) -> JsonObject:
        """`{span, text}`."""
        return {"span": self.span.to_json(), "text": self.text}


@dataclass(frozen=True, kw_only=True, slots=True)
class Fix:
    """One way to mend: what it does in a few words, and all its edits, which hold together."""

    title: str
    edits: tuple[TextEdit, ...]

    def to_json(self) -> JsonObject:
        """`{title, edits}`."""
        return {"title": self.title, "edits": [edit.to_json() for edit in self.edits]}


@dataclass(frozen=True, kw_only=True, slots=True)
class Diagnostic:
    """One mistake: a stable code, where it is, and what to do. `node` is the graph's node id where there is one."""

    code: str
    severity: Severity = "error"
    message: str
    span: Span
    node: str | None = None
    expected: str | None = None
    actual: str | None = None
    path: str | None = None
    hint: str | None = None
    fixes: tuple[Fix, ...] = ()

    def to_json(self) -> JsonObject:
        """The form of the API; an optional key without a value is left out, `node` is null instead."""
        found: JsonObject = {
            "code": self.code,
            "severity": self.severity,
            "message": self.message,
            "span": self.span.to_json(),
            "node": self.node,
        }
        optional: tuple[tuple[str, str | None], ...] = (
            ("expected", self.expected),
            ("actual", self.actual),
            ("path", self.path),
            ("hint", self.hint),
        )
        found.update({key: value for key, value in optional if value is not None})
        fixes: list[JsonValue] = [fix.to_json() for fix in self.fixes]
        found["fixes"] = fixes
        return found


@dataclass(frozen=True, kw_only=True, slots=True)
class Code:
    """A kind of mistake, as the documentation lists it. The severity is what it has outside `strict`."""

    code: str
    name: str
    phase: str
    meaning: str
    advice: str
    severity: Severity = "error"

    def at(
        self,
        span: Span,
        message: str,
        *,
        hint: str | None = None,
        fixes: Sequence[Fix] = (),
        expected: str | None = None,
        actual: str | None = None,
        path: str | None = None,
    ) -> Diagnostic:
        """The mistake in a place; without a hint of its own it has the advice of its code."""
        return Diagnostic(
            code=self.code,
            severity=self.severity,
            message=message,
            span=span,
            hint=self.advice if hint is None else hint,
            fixes=tuple(fixes),
            expected=expected,
            actual=actual,
            path=path,
        )


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """By place, then by code: the order in which people read a file."""
    return tuple(
        sorted(diagnostics, key=lambda one: (one.span.start.offset, one.span.end.offset, one.code, one.message))
    )


def apply_edits(source: str, edits: Iterable[TextEdit]) -> str:
    """The source after all edits, whose spans are those of the source before; insertions in one place keep their order.

    Raises ValueError where two edits overlap or a span lies outside the source.
    """
    parts: list[str] = []
    done = 0
    for edit in sorted(edits, key=lambda one: (one.span.start.offset, one.span.end.offset)):
        start, end = edit.span.start.offset, edit.span.end.offset
        if start < done or end < start or end > len(source):
            raise ValueError(f"an edit from {start} to {end} overlaps another or lies outside the source")
        parts += (source[done:start], edit.text)
        done = end
    parts.append(source[done:])
    return "".join(parts)
