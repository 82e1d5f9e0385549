"""Emitted programs in the interpreter: results, effects, and the same again from a journal cut after every stop."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
CASES = sorted((ROOT / "tests" / "golden" / "swl" / "run").iterdir())


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    """What each golden program came to, by its name."""
    script = Path(__file__).with_name("run_programs.py")
    done = subprocess.run(
        [sys.executable, str(script)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {said["case"]: said for said in map(json.loads, done.stdout.splitlines())}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_program_gives_its_result_by_its_effects_and_gives_it_again_from_any_stop(
    case: Path, found: dict[str, Any]
) -> None:
    said = found[case.name]
    assert said.get("errors") is None
    file = case / "run.json"
    kept = json.loads(file.read_text())
    if os.environ.get("MADANG_UPDATE_GOLDENS"):
        kept |= {"outcome": said["outcome"], "effects": said["effects"]}
        file.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n")
    assert (said["outcome"], said["effects"], said["broken"]) == (kept["outcome"], kept["effects"], [])
