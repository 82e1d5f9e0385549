from madang.cli.printing import cut, fitted_table
from madang.cli.tables import text_width


def test_a_table_is_cut_to_the_width_with_hangul_counted_double() -> None:
    table = fitted_table(("name", "about"), [("a.b", "게시판에 글을 쓴다, 아주 긴 설명"), ("c", "short")], 20)
    assert table.splitlines() == ["name  about", "a.b   게시판에 글을…", "c     short"]
    assert max(map(text_width, table.splitlines())) <= 20


def test_a_table_for_a_file_is_not_cut_and_has_a_line_for_each_row() -> None:
    assert fitted_table(("a",), [("x" * 300,), ("two\n lines",)], None).splitlines() == ["a", "x" * 300, "two lines"]


def test_columns_are_never_cut_below_a_dozen_places() -> None:
    table = fitted_table(("a", "b"), [("x" * 20, "y" * 20)], 10)
    assert table.splitlines()[1] == f"{'x' * 11}…  {'y' * 11}…"


def test_a_text_that_fits_is_left_alone() -> None:
    assert [cut("가나다", width) for width in (6, 5, 4)] == ["가나다", "가나…", "가…"]
