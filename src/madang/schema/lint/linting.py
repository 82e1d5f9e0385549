"""One document linted: read as an import reads it, with what an agent would miss, a score, and an overlay."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from madang.kit.errors import InvalidError, MadangError, TooLargeError
from madang.kit.json import JsonValue
from madang.schema.documents.limits import STANDARD, Limits
from madang.schema.documents.loading import load_document
from madang.schema.functions import FunctionSet
from madang.schema.lint.advice import advise
from madang.schema.lint.repairing import NOTHING, repair_of
from madang.schema.lint.scoring import score_of
from madang.schema.lint.suggestions import suggestion_for
from madang.schema.lint.values import Finding, Report, finding_of, with_covered
from madang.schema.overlay.documents import overlay_document
from madang.schema.overlay.values import Overlay
from madang.schema.reading import read_functions

_ORDER = {"refused": 0, "loss": 1, "advice": 2, "note": 3}


@dataclass(frozen=True, kw_only=True)
class Linted:
    """A report, and the overlay with the repairs that can be written down, if there are any."""

    report: Report
    overlay: Overlay | None


def lint_document(
    data: bytes,
    *,
    source_url: str | None = None,
    overlay: bytes | None = None,
    repairs: bool = True,
    moves: bool = False,
    limits: Limits = STANDARD,
) -> Linted:
    """Lint a document in JSON or YAML; any bytes give a report.

    Args:
        data: The document.
        source_url: Where it is from; the base of its relative servers.
        overlay: An overlay that is applied first. Raises InvalidError and TooLargeError where it cannot be read.
        repairs: Whether an overlay with the repairs is made; it costs a second reading.
        moves: Whether the overlay also has repairs that move a part, as a copy of it.
        limits: How large the document may be.
    """
    began = time.perf_counter()
    overlaid = overlay_document(data, overlay, limits) if overlay is not None else None
    data = data if overlaid is None else overlaid.data

    def read(text: bytes) -> FunctionSet:
        return read_functions(text, source_url=source_url, limits=limits)

    try:
        document = load_document(data, limits)
        found = read(data)
    except MadangError as error:
        return Linted(report=failed(error, time.perf_counter() - began), overlay=None)
    found = found if overlaid is None else overlaid.told(found)
    repair = repair_of(document, found, read, moves=moves) if repairs else NOTHING
    findings = _findings(found, document, repair.covered)
    report = Report(
        title=found.title,
        operations=found.found,
        functions=len(found.functions),
        losses=[each for each in findings if each.severity != "note"],
        repairs=[each for each in findings if each.severity == "note"],
        score=score_of(found.found, found.functions, findings),
        seconds=time.perf_counter() - began,
    )
    return Linted(report=report, overlay=repair.overlay)


def _findings(found: FunctionSet, document: JsonValue, covered: frozenset[tuple[str, str]]) -> Sequence[Finding]:
    told = with_covered([finding_of(remark) for remark in found.remarks], covered)
    return sorted([*told, *advise(found, document)], key=lambda finding: _ORDER[finding.severity])


def failed(error: MadangError, seconds: float) -> Report:
    """The report of a document that cannot be imported at all."""
    if error.errors:
        pointer, code = error.errors[0].pointer, error.errors[0].code
    else:
        pointer, code = (
            "",
            {TooLargeError.code: "too-large", InvalidError.code: "unreadable"}.get(error.code, error.code),
        )
    finding = Finding(
        severity="refused", pointer=pointer, code=code, message=error.detail, suggestion=suggestion_for(code)
    )
    return Report(title="", operations=0, functions=0, losses=[finding], repairs=[], score=0, seconds=seconds)
