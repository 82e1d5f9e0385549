"""Golden programs: a folder each, with what the checker says of it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from madang.examples.bbs.app import create_app
from madang.schema.connector import connector_value
from madang.schema.reading import read_functions
from madang.settings import load_settings
from madang.swl.check import Checked, check
from madang.swl.diagnostics import Diagnostic
from madang.swl.syntax import parse
from madang.types.connector import Connector

GOLDEN = Path(__file__).parents[3] / "golden" / "swl"
CASES = sorted((GOLDEN / "check").iterdir())


@cache
def connectors() -> dict[str, Connector]:
    """The board, and what stands in the folder of connectors."""
    settings = load_settings({"MADANG_HOME": "/nowhere"}, {"database_url": "postgresql://nobody@127.0.0.1:1/none"})
    documents = {"bbs": json.dumps(create_app(settings).openapi()).encode()}
    documents |= {path.stem: path.read_bytes() for path in (GOLDEN / "connectors").iterdir()}
    return {name: Connector(connector_value(name, read_functions(data))) for name, data in documents.items()}


def checked(source: str, *, is_strict: bool = False) -> Checked:
    """A program, checked over these connectors."""
    return check(parse(source), connectors(), is_strict=is_strict)


def as_text(diagnostics: tuple[Diagnostic, ...] | list[Diagnostic]) -> str:
    """Diagnostics as the golden files have them: where, what, the hint, each fix."""
    lines: list[str] = []
    for each in diagnostics:
        start, end = each.span.start, each.span.end
        place = f"{start.line}:{start.column}-{end.line}:{end.column}"
        lines.append(f"{place} {each.severity} {each.code}: {each.message}")
        if each.hint:
            lines.append(f"    hint: {each.hint}")
        for fix in each.fixes:
            edits = " & ".join(repr(edit.text) for edit in fix.edits)
            lines.append(f"    fix: {fix.title}: {edits}")
    return "\n".join(lines) + "\n"
