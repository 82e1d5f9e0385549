"""Documents with planted defects, and everything that lint says of them.

After a wanted change, write the expected files anew and read the difference before it is committed:
`MADANG_REWRITE_GOLDEN=1 pytest tests/unit/schema/lint/test_golden.py`.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path

import pytest

from madang.kit.json import JsonObject
from madang.schema.lint.linting import Linted, lint_document
from madang.schema.overlay.writing import to_json

CASES = Path(__file__).parents[3] / "golden" / "lint"
NAMES = sorted(path.name for path in CASES.iterdir() if path.is_dir())


def linted(case: str, overlay: bytes | None = None, *, moves: bool = False) -> Linted:
    return lint_document((CASES / case / "document.yaml").read_bytes(), overlay=overlay, moves=moves)


def overlay_of(found: Linted) -> bytes:
    assert found.overlay is not None
    return json.dumps(to_json(found.overlay)).encode()


@pytest.mark.parametrize("case", NAMES)
def test_lint_says_of_a_document_what_was_written_down_for_it(case: str) -> None:
    found = linted(case)
    report: JsonObject = {**found.report.to_json(), "seconds": 0}
    text = json.dumps(report, ensure_ascii=False, indent=1) + "\n"
    overlay = "" if found.overlay is None else json.dumps(to_json(found.overlay), ensure_ascii=False, indent=1) + "\n"
    expected = {"report.json": text, "overlay.json": overlay}

    for name, written in expected.items():
        path = CASES / case / name
        if os.environ.get("MADANG_REWRITE_GOLDEN") == "1" and written:
            path.write_text(written)
        assert written == (path.read_text() if path.exists() else "")


@pytest.mark.parametrize("moves", [False, True])
@pytest.mark.parametrize("case", [name for name in NAMES if (CASES / name / "overlay.json").exists()])
def test_the_overlay_takes_away_exactly_the_repairs_that_it_covers(case: str, *, moves: bool) -> None:
    before = linted(case, moves=moves)
    after = linted(case, overlay_of(before), moves=moves)
    left = Counter(finding.code for finding in before.report.repairs if not finding.is_covered)
    assert any(finding.is_covered for finding in before.report.repairs)
    assert Counter(finding.code for finding in after.report.repairs) == left
    assert not any(finding.is_covered for finding in after.report.repairs)
    assert after.report.functions == before.report.functions
    assert after.overlay is None
    assert not moves or not left or set(left) <= {"parameter-is-idempotency-key", "server-relative"}


def test_every_finding_has_a_place_a_sentence_and_a_suggestion() -> None:
    for case in NAMES:
        report = linted(case).report
        for finding in (*report.losses, *report.repairs):
            assert finding.pointer == "" or finding.pointer.startswith("/")
            assert finding.message.endswith(".")
            assert finding.suggestion.endswith(".")
