"""Arguments, requests and answers of 20 real documents: made, spoilt, sent to a mock and read back.

The same commands over thousands of documents give the figures of docs/benchmarks.md.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"

pytestmark = pytest.mark.slow


def _figures(name: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, str(BENCHMARKS / name), "--json", "--few", "--each", "40"],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def test_made_arguments_pass_and_spoilt_ones_fail_where_they_were_spoilt() -> None:
    figures = _figures("bench_arguments.py")

    assert figures["functions"] > 600
    assert figures["uncompiled"] == 0
    # One document closes the members of an `allOf` each for itself: no arguments at all fit some of its functions.
    assert figures["no value"] <= 8
    assert figures["valid"] == figures["functions"] - figures["no value"]
    assert figures["spoilt"] > 4_000
    assert figures["failed at their place"] == figures["spoilt"]


def test_requests_and_answers_make_their_round_trip() -> None:
    figures = _figures("bench_mock.py")

    assert figures["operations"] > 600
    assert figures["same"] + figures["same on the wire"] == figures["operations"] - figures["no value"]
    assert figures["same on the wire"] <= 4
    assert figures["answer fits"] > 550
    # The answers of the same document, which nothing can fit either.
    assert figures.get("a declared answer that nothing fits", 0) <= 15
    assert figures["failures"] == {}
