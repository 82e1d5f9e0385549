"""The floors of the finder, and of the composer, over 200 requests and 20 real documents at once.

By words alone, which is the harder way: embeddings of 2,900 functions take minutes where others use the processors too.
The figures with meaning are in docs/benchmarks.md, from the same command without `--words`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

BENCH = Path(__file__).resolve().parents[2] / "benchmarks" / "bench_requests.py"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    """What the bench prints: figures by part of the requests."""
    done = subprocess.run(
        [sys.executable, str(BENCH), "--words", "--json"], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def test_there_are_eighty_requests_that_fit_and_twenty_that_fit_nothing_in_each_language(
    figures: dict[str, Any],
) -> None:
    assert [figures[part]["requests"] for part in ("en", "ko", "all")] == [100, 100, 200]


@pytest.mark.parametrize(
    ("language", "top_1", "recall_10"), [("en", 0.70, 0.90), ("ko", 0.55, 0.80)], ids=["English", "Korean"]
)
def test_the_right_function_is_first_and_among_the_first_ten_often_enough(
    figures: dict[str, Any], language: str, top_1: float, recall_10: float
) -> None:
    found = figures[language]
    assert (found["top_1"] >= top_1, found["recall_10"] >= recall_10) == (True, True), found


def test_at_most_one_request_in_ten_that_fits_nothing_is_said_to_fit(figures: dict[str, Any]) -> None:
    assert figures["all"]["false_fits"] <= 0.10, figures["all"]


def test_arguments_are_exactly_what_the_words_state_in_four_of_five_requests(figures: dict[str, Any]) -> None:
    assert figures["all"]["exact"] >= 0.80, figures["all"]
