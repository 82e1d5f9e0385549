"""Compare the front end over many generated programs between interpreters: fuzz_swl_syntax.py [SEEDS] [FIRST].

Each seed is five programs: one good, three mutated, one soup. Every other CPython at hand and Pyodide must give the
digests of this one. Prints one line an interpreter and the seeds that differ; the exit status is 1 where one does.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.acceptance.swl.test_interpreters import GOLDEN, other_pythons  # noqa: E402
from tests.golden.swl.syntax import cases, hostile  # noqa: E402

STEP = 500
CASES = len(cases.GOOD) + len(cases.MISTAKES) + len(cases.TOO_LARGE) + len(hostile.HOSTILE) + len(hostile.AT_THE_LIMITS)


def main() -> int:
    """Compare in pieces, so that a difference is seen early."""
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 4_000
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    own = str(GOLDEN / "digests.py")
    pyodide = ["node", str(GOLDEN / "pyodide_outcomes.mjs"), str(ROOT / "src"), str(GOLDEN)]
    others = [[program, own, str(ROOT / "src")] for program in other_pythons()] + [pyodide]
    different = 0
    for start in range(first, first + seeds, STEP):
        count = min(STEP, first + seeds - start)
        _version, expected = _digests([sys.executable, own, str(ROOT / "src")], start, count)
        for command in others:
            version, digests = _digests(command, start, count)
            wrong = [index for index, pair in enumerate(zip(expected, digests, strict=True)) if pair[0] != pair[1]]
            different += len(wrong)
            shown = [f"{start + (index - CASES) // 5}.{(index - CASES) % 5}" for index in wrong[:5]]
            print(f"{version}: {len(digests)} programs from seed {start}, {len(wrong)} differ {shown}", flush=True)
    return 1 if different else 0


def _digests(command: list[str], first: int, count: int) -> tuple[str, list[str]]:
    started = time.monotonic()
    done = subprocess.run([*command, str(first), str(count)], check=True, capture_output=True, text=True, cwd=ROOT)
    said = json.loads(done.stdout)
    kind = "Pyodide" if command[0] == "node" else "CPython"
    return f"{kind} {'.'.join(map(str, said['version']))} ({time.monotonic() - started:.0f} s)", said["digests"]


if __name__ == "__main__":
    sys.exit(main())
