"""The score of a document, 0 to 100: how much of it an agent can use, and how well.

The rule: every operation has 100 points, one that is refused has none. A function loses points once for each code found
inside its operation (`POINTS`; 30 for any loss, 1 for any repair). The score is the mean over all operations, less what
is found outside of operations (5 for each code of a loss or advice, 1 for each code of a repair, 20 together at most).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from madang.schema.functions import Function
from madang.schema.lint.values import Finding

OF_LOSS = 30
OF_REPAIR = 1
OUTSIDE = 5
MOST_OUTSIDE = 20
POINTS: Mapping[str, int] = {
    "description-missing": 25,
    "description-short": 15,
    "description-huge": 5,
    "names-alike": 15,
    "result-schemaless": 10,
    "success-missing": 10,
    "parameters-undocumented": 10,
    "operation-id-missing": 5,
    "pagination-missing": 5,
    "enum-wordless": 5,
    "idempotency-missing": 3,
}
"""What each kind of advice costs a function."""


def score_of(operations: int, functions: Sequence[Function], findings: Iterable[Finding]) -> int:
    """The score by the rule above."""
    if operations == 0 or not functions:
        return 0
    sources = {function.source for function in functions}
    inside: dict[str, dict[str, int]] = {source: {} for source in sources}
    outside: dict[str, int] = {}
    for finding in findings:
        holder = next((above for above in _and_above(finding.pointer) if above in sources), None)
        if holder is not None:
            inside[holder][finding.code] = _cost(finding)
        elif finding.severity != "refused":
            outside[finding.code] = OF_REPAIR if finding.severity == "note" else OUTSIDE
    points = sum(max(0, 100 - sum(costs.values())) for costs in inside.values())
    return max(0, round(points / operations) - min(MOST_OUTSIDE, sum(outside.values())))


def _cost(finding: Finding) -> int:
    if finding.severity == "note":
        return OF_REPAIR
    return POINTS.get(finding.code, 0) if finding.severity == "advice" else OF_LOSS


def _and_above(pointer: str) -> Iterable[str]:
    while pointer:
        yield pointer
        pointer = pointer.rpartition("/")[0]
