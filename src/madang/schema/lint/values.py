"""A report on one document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from madang.kit.json import JsonObject, JsonValue
from madang.schema.functions import Remark
from madang.schema.lint.suggestions import suggestion_for

FindingSeverity = Literal["refused", "loss", "advice", "note"]
"""`refused` an operation is left out, `loss` a part of one, `advice` it is poor for an agent, `note` read otherwise."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing at one place. `is_covered`: the overlay that lint writes puts it right."""

    severity: FindingSeverity
    pointer: str
    code: str
    message: str
    suggestion: str
    is_covered: bool = False

    def to_json(self) -> JsonObject:
        """The form in which it is printed."""
        return {
            "severity": self.severity,
            "pointer": self.pointer,
            "code": self.code,
            "message": self.message,
            "suggestion": self.suggestion,
            "overlay": self.is_covered,
        }


@dataclass(frozen=True, kw_only=True)
class Report:
    """What lint says. `losses` has what is refused, lost or missing, the worst first; `repairs` what was put right.

    A document that cannot be imported has no functions, and its reason is the only loss.
    """

    title: str
    operations: int
    functions: int
    losses: Sequence[Finding]
    repairs: Sequence[Finding]
    score: int
    seconds: float

    @property
    def is_importable(self) -> bool:
        """Whether an import would give a connector with something in it."""
        return self.functions > 0

    def to_json(self) -> JsonObject:
        """The report for programs."""
        losses: list[JsonValue] = [finding.to_json() for finding in self.losses]
        repairs: list[JsonValue] = [finding.to_json() for finding in self.repairs]
        return {
            "operations": self.operations,
            "functions": self.functions,
            "lost": self.operations - self.functions,
            "losses": losses,
            "repairs": repairs,
            "score": self.score,
            "seconds": round(self.seconds, 3),
        }


def finding_of(remark: Remark) -> Finding:
    """What an import would remark, with what to do about it."""
    return Finding(
        severity=remark.severity,
        pointer=remark.pointer,
        code=remark.code,
        message=remark.message,
        suggestion=suggestion_for(remark.code),
    )


def advice(pointer: str, code: str, message: str) -> Finding:
    """Something that an agent will miss."""
    return Finding(severity="advice", pointer=pointer, code=code, message=message, suggestion=suggestion_for(code))


def with_covered(findings: Sequence[Finding], covered: frozenset[tuple[str, str]]) -> tuple[Finding, ...]:
    """The findings, those marked whose code and pointer an overlay covers."""
    return tuple(replace(each, is_covered=(each.code, each.pointer) in covered) for each in findings)
