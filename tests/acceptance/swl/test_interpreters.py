"""The front end says the same, byte for byte, in every interpreter: Pyodide, and the Pythons of this machine."""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
GOLDEN = ROOT / "tests" / "golden" / "swl" / "syntax"
FIRST, SEEDS = 20_000, 60
"""How many seeds; each is five programs. `tests/benchmarks/fuzz_swl_syntax.py` compares more."""


def other_pythons() -> list[str]:
    """CPython 3.12 to 3.14, where they are: on the path, or kept by pyenv."""
    found: list[str] = []
    for minor in (12, 13, 14):
        kept = sorted(Path(os.environ.get("PYENV_ROOT", str(Path.home() / ".pyenv"))).glob(f"versions/3.{minor}.*"))
        name = f"python3.{minor}"
        program = str(kept[-1] / "bin" / name) if kept else shutil.which(name)
        if program is not None:
            found.append(program)
    return found


@functools.cache
def answer(*command: str) -> tuple[list[int], list[str]]:
    """The version and the digests that a command prints."""
    environment = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "random"}
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT, env=environment)
    said = json.loads(done.stdout)
    return said["version"], said["digests"]


def by_python(program: str) -> tuple[list[int], list[str]]:
    """What a CPython says."""
    return answer(program, str(GOLDEN / "digests.py"), str(ROOT / "src"), str(FIRST), str(SEEDS))


def test_pyodide_says_what_this_python_says() -> None:
    script = str(GOLDEN / "pyodide_outcomes.mjs")
    version, digests = answer("node", script, str(ROOT / "src"), str(GOLDEN), str(FIRST), str(SEEDS))
    assert version >= [3, 13]
    assert digests == by_python(sys.executable)[1]


@pytest.mark.parametrize("program", other_pythons(), ids=lambda program: Path(program).name)
def test_another_python_says_what_this_one_says(program: str) -> None:
    assert by_python(program)[1] == by_python(sys.executable)[1]


def test_the_same_source_has_the_same_outcome_in_another_process() -> None:
    first = by_python(sys.executable)
    answer.cache_clear()
    assert by_python(sys.executable) == first
