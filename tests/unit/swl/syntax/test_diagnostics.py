"""Diagnostics as the API shows them, and edits."""

import pytest

from madang.swl.diagnostics import Fix, TextEdit, apply_edits, in_order
from madang.swl.syntax.codes import SYNTAX_CODES, TAB
from madang.swl.text import Text

TEXT = Text("one two\nthree")


def test_absent_keys_are_left_out_and_node_is_null() -> None:
    shown = TAB.at(TEXT.span(0, 3), "A tab.", fixes=[Fix(title="Mend", edits=())]).to_json()
    assert shown == {
        "code": "S011",
        "severity": "error",
        "message": "A tab.",
        "span": {"start": {"offset": 0, "line": 1, "column": 1}, "end": {"offset": 3, "line": 1, "column": 4}},
        "node": None,
        "hint": "Indent and separate with spaces.",
        "fixes": [{"title": "Mend", "edits": []}],
    }


def test_diagnostics_are_ordered_by_place() -> None:
    late, early = TAB.at(TEXT.span(8, 9), "b"), TAB.at(TEXT.span(0, 1), "a")
    assert in_order([late, early]) == (early, late)


def test_edits_speak_of_the_source_before() -> None:
    edits = [
        TextEdit(span=TEXT.span(8, 13), text="3"),
        TextEdit(span=TEXT.span(0, 0), text="a"),
        TextEdit(span=TEXT.span(0, 0), text="b"),
        TextEdit(span=TEXT.span(3, 7), text=""),
    ]
    assert apply_edits(TEXT.source, edits) == "abone\n3"


@pytest.mark.parametrize("spans", [[(0, 3), (2, 4)], [(0, 99)]])
def test_edits_that_overlap_or_lie_outside_are_refused(spans: list[tuple[int, int]]) -> None:
    long = Text("x" * 200)
    with pytest.raises(ValueError, match="overlaps another or lies outside"):
        apply_edits("one two", [TextEdit(span=long.span(*span), text="") for span in spans])


def test_every_code_is_listed_once_and_says_what_to_do() -> None:
    names = [code.code for code in SYNTAX_CODES] + [code.name for code in SYNTAX_CODES]
    assert len(set(names)) == len(names)
    assert all(code.phase == "syntax" and code.meaning and code.advice for code in SYNTAX_CODES)
