"""Fail where a file or a function is larger than docs/style.md allows. Usage: check_sizes.py ROOT"""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

PYTHON_LINES = 600
TEST_LINES = 800
SCRIPT_LINES = 300
FUNCTION_LINES = 60
GENERATED = ("sdk/typescript/generated/",)


def main(root: Path) -> int:
    """Print every place over a limit; the exit status is 1 if there is one."""
    tracked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    found = [line for name in tracked if not name.startswith(GENERATED) for line in _check(root, name)]
    print("\n".join(found) if found else "sizes: all within limits")
    return 1 if found else 0


def _check(root: Path, name: str) -> list[str]:
    path = root / name
    if path.suffix not in {".py", ".ts", ".tsx"} or not path.is_file():
        return []
    text = path.read_text(encoding="utf-8")
    lines = text.count("\n") + 1
    limit = SCRIPT_LINES if path.suffix != ".py" else TEST_LINES if name.startswith("tests/") else PYTHON_LINES
    found = [f"{name}: {lines} lines, the limit is {limit}"] if lines > limit else []
    if path.suffix == ".py":
        found += [
            f"{name}:{line}: {label} has {size} lines, the limit is {FUNCTION_LINES}"
            for line, label, size in _long(text)
        ]
    return found


def _long(text: str) -> list[tuple[int, str, int]]:
    """Functions whose body, docstring apart, is over the limit."""
    found: list[tuple[int, str, int]] = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) is not None else node.body
            size = (node.end_lineno or 0) - body[0].lineno + 1 if body else 0
            if size > FUNCTION_LINES:
                found.append((node.lineno, node.name, size))
    return found


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else ".")))
