"""Places: lines, columns, offsets, and what the parser says in bytes."""

import ast

import pytest

from madang.swl.text import Text


def test_lines_end_at_the_three_line_breaks_of_the_parser_only() -> None:
    text = Text("a\u2028b\x0bc\nd\r\ne\rf\x85g")
    assert [text.line_text(line) for line in range(1, text.line_count + 1)] == ["a\u2028b\x0bc", "d", "e", "f\x85g"]


def test_a_final_line_break_begins_an_empty_line() -> None:
    text = Text("a\n")
    assert (text.line_count, text.line_text(2), text.position(2).line) == (2, "", 2)


@pytest.mark.parametrize("before", ["", "한글 ", "🎈", "é한🎈" * 20, "a"])
def test_the_bytes_of_the_parser_become_code_points(before: str) -> None:
    source = f"x = '{before}' + name.attribute\n"
    text = Text(source)
    value = ast.parse(source).body[0]
    assert isinstance(value, ast.Assign)
    assert isinstance(value.value, ast.BinOp)
    assert text.text_of(value.value.right) == "name.attribute"


def test_places_are_found_both_ways() -> None:
    source = "한 = 1\r\n  🎈x\ré\n"
    text = Text(source)
    for offset in range(len(source) + 1):
        line, column = text.byte_column(offset)
        assert text.offset(line, column) == offset
        assert text.line_of(offset) == line == text.position(offset).line


def test_a_half_surrogate_counts_as_the_three_bytes_that_stand_for_it() -> None:
    text = Text("\ud800x")
    assert text.byte_column(1) == (1, 3)
    assert text.offset(1, 3) == 1


def test_an_offset_outside_is_held_within() -> None:
    position = Text("ab").position(99)
    assert (position.offset, position.line, position.column) == (2, 1, 3)


def test_indentation_and_line_spans() -> None:
    text = Text("if x:\n    y  \n")
    span = text.line_span(2)
    assert (text.indentation(2), text.slice(span), span.end.column) == ("    ", "    y  ", 8)
