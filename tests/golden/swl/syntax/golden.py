"""The expected text of a case. Run it to write `expected/` anew: golden.py (then read the difference)."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent


def text_of(source: str) -> str:
    """What is said about a source, what its fixes make of it, and its tree."""
    from madang.swl.syntax import dump, parse

    parsed = parse(source)
    lines: list[str] = []
    for one in parsed.diagnostics:
        start, end = one.span.start, one.span.end
        lines.append(f"{start.line}:{start.column}-{end.line}:{end.column} {one.code} {one.message}")
        lines += [f"    fix: {fix.title}" for fix in one.fixes]
    for hole in parsed.holes:
        lines.append(f"hole {ascii(parsed.text.slice(hole.span))[:60]} {type(hole.node).__name__} {list(hole.names)}")
    fixed = apply_fixes(source)
    if fixed != source:
        lines += ["--- fixed", *(ascii(line)[1:-1] for line in fixed.split("\n"))]
    return ascii_lines([*lines, "--- tree", dump(parsed.tree)])


def ascii_lines(lines: list[str]) -> str:
    """The lines, with what UTF-8 cannot write escaped."""
    return "\n".join(lines).encode("utf-8", "backslashreplace").decode("utf-8")


def apply_fixes(source: str, rounds: int = 50) -> str:
    """The source after the first fix of the first diagnostic that has one, again and again."""
    from madang.swl.diagnostics import apply_edits
    from madang.swl.syntax import parse

    for _ in range(rounds):
        fix = next((fix for one in parse(source).diagnostics for fix in one.fixes), None)
        if fix is None:
            break
        source = apply_edits(source, fix.edits)
    return source


def main() -> None:
    """Write what is expected of every case."""
    sys.path.insert(0, str(HERE))
    import cases

    folder = HERE / "expected"
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.txt"):
        old.unlink()
    for name, source in {**cases.GOOD, **cases.MISTAKES}.items():
        (folder / f"{name}.txt").write_text(text_of(source), encoding="utf-8")


if __name__ == "__main__":
    main()
