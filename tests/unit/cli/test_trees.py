from madang.cli.trees import tree_lines
from madang.kit.json import JsonValue


def test_a_small_value_is_json() -> None:
    value: JsonValue = {"a": [1, 2], "b": {"c": [{"d": None}], "글": "마당"}, "e": []}
    assert tree_lines(value, height=20, width=80) == [
        "{",
        '  "a": [1, 2],',
        '  "b": {',
        '    "c": [',
        '      {"d": null}',
        "    ],",
        '    "글": "마당"',
        "  },",
        '  "e": []',
        "}",
    ]


def test_a_long_list_is_told_by_its_beginning_with_what_is_left_out() -> None:
    rows: JsonValue = [{"id": number, "inner": [[number]]} for number in range(1_000)]
    lines = tree_lines(rows, height=24, width=80)
    assert len(lines) <= 24
    assert lines[:2] == ["[", "  {"]
    assert lines[-2] == "  … 997 more"


def test_no_line_is_wider_and_no_value_higher_than_wanted() -> None:
    deep: JsonValue = "x" * 500
    for _ in range(200):
        deep = {"inner": deep, "more": [[1], [2]]}
    lines = tree_lines(deep, height=10, width=40)
    assert len(lines) == 10
    assert max(map(len, lines)) <= 40
    assert lines[-1].endswith("more lines")
