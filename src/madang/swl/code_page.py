"""The page of all diagnostics, from the tables of each phase."""

from __future__ import annotations

from madang.swl.check.codes import CHECK_CODES
from madang.swl.diagnostics import Code
from madang.swl.syntax.codes import SYNTAX_CODES

PHASES: tuple[tuple[str, str, tuple[Code, ...]], ...] = (
    (
        "Syntax",
        "What a text is made of: characters, strings, brackets, lines. A statement that cannot be read becomes a "
        "hole, and the rest is compiled. Golden programs: `tests/golden/swl/syntax`, named after their code.",
        SYNTAX_CODES,
    ),
    (
        "Check",
        "What a program means: names, types, arguments, effects. Golden programs: `tests/golden/swl/check`.",
        CHECK_CODES,
    ),
)


def diagnostics_page() -> str:
    """A table a phase: code, severity, what it means, what to do."""
    lines = [
        "# Diagnostics",
        "",
        "All mistakes of a file are reported in the order of lines, one diagnostic for each. A code never changes its",
        "meaning. Where a fix is plain, the diagnostic carries it as edits. Written by `make docs`.",
    ]
    for title, about, codes in PHASES:
        lines += ["", f"## {title}", "", about, "", "| code | name | severity | what it means | what to do |"]
        lines += ["|---|---|---|---|---|"]
        lines += [
            f"| `{one.code}` | {one.name} | {one.severity} | {_cell(one.meaning)} | {_cell(one.advice)} |"
            for one in codes
        ]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
