"""What lies between nodes: comments, commas, parentheses."""

from __future__ import annotations

import ast

import pytest

from madang.swl.syntax import gaps
from madang.swl.text import Text


def _call(source: str) -> tuple[Text, ast.Call]:
    text = Text(source)
    return text, next(node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))


def test_comment_lines_directly_above_belong_to_a_statement() -> None:
    source = "# apart\n\n    # deeper\n# one\n# two\n@d\ndef f():\n    pass\n"
    statement = ast.parse(source).body[0]
    text = Text(source)
    assert gaps.lines_of(text, statement) == (4, 8)
    assert gaps.lines_of(text, statement, with_comments=False) == (6, 8)


def test_a_trailing_comment_is_found_on_the_last_line() -> None:
    source = 'x = f(\n    "#",\n)  # why\ny = 1\n'
    first, second = ast.parse(source).body
    text = Text(source)
    assert gaps.trailing_comment(text, first) == (source.index("# why"), source.index("\ny"))
    assert gaps.trailing_comment(text, second) is None


@pytest.mark.parametrize(
    ("source", "comma", "alone"),
    [
        ("f(a=1)", None, False),
        ("f(a=1,)", 5, False),
        ("f(\n  a=1  # one, (two)\n)", None, True),
        ("f(\n  a=1,  # one\n  # more\n)", 8, True),
        ("f(\n  a=(1),\n  )", 10, True),
    ],
)
def test_what_follows_the_last_argument(source: str, comma: int | None, alone: bool) -> None:
    text, call = _call(source)
    end = text.offsets_of(call.keywords[-1].value)[1]
    close = gaps.brackets_of(text, call)[1]
    after = gaps.after_argument(text, end, close)
    assert (after.comma, after.close, after.is_last, after.closes_alone) == (comma, close, True, alone)


def test_the_next_argument_ends_what_follows_the_first() -> None:
    text, call = _call("f(a=1, # x\n  b=2)")
    after = gaps.after_argument(text, text.offsets_of(call.keywords[0].value)[1], gaps.brackets_of(text, call)[1])
    assert (after.comma, text.source[after.close], after.is_last) == (5, "b", False)


def test_the_brackets_of_a_call_of_something_in_parentheses() -> None:
    text, call = _call("(g)( # (\n a=1)")
    opener, close = gaps.brackets_of(text, call)
    assert (opener, text.source[opener], close) == (3, "(", len(text.source) - 1)


@pytest.mark.parametrize(
    ("source", "wide"),
    [("f(a=x)", "x"), ("f(a=(x))", "(x)"), ("f(a=( # c\n (x) ))", "( # c\n (x) )"), ("f((x), y)", "(x)")],
)
def test_a_node_is_widened_over_its_redundant_parentheses_only(source: str, wide: str) -> None:
    text, call = _call(source)
    value = call.keywords[0].value if call.keywords else call.args[0]
    opener, close = gaps.brackets_of(text, call)
    start, end = gaps.widen(text, *text.offsets_of(value), low=opener + 1, high=close)
    assert source[start:end] == wide


def test_lines_inside_strings_are_not_to_be_indented_anew() -> None:
    source = 'x = 1\ny = """a\nb\n""" + f"""\n{x}\n"""\nz = (1,\n  2)\n'
    assert gaps.fixed_lines(ast.parse(source)) == {3, 4, 5, 6}


def test_the_prefix_of_a_statement_is_its_own() -> None:
    source = "if x:\n      @d\n      def f(): ...\n"
    block = ast.parse(source).body[0]
    assert isinstance(block, ast.If)
    assert gaps.prefix_of(Text(source), block.body[0]) == "      "
