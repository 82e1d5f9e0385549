"""What an answer may hold that a database, an API or a browser would not take."""

from __future__ import annotations

import json

import orjson

from madang.effects.outcomes import json_text, jsonb_text, storable
from madang.kit.json import JsonValue


def nested(levels: int) -> JsonValue:
    value: JsonValue = json.loads("[" * levels + "]" * levels)
    return value


def test_an_ordinary_value_is_itself() -> None:
    value: JsonValue = {"id": 1, "text": "마당", "rows": [None, True, 1.5]}

    assert storable(value) is value


def test_an_integer_of_any_length_is_kept_exactly() -> None:
    value: JsonValue = {"id": 10**40}

    assert json.loads(json_text(storable(value))) == value


def test_half_a_surrogate_pair_becomes_the_replacement_character() -> None:
    assert storable({"a": "x\ud800y"}) == {"a": "x�y"}


def test_what_is_nested_too_deep_becomes_its_own_text() -> None:
    assert storable(nested(400)) == "[" * 400 + "]" * 400


def test_brackets_inside_of_texts_are_no_levels() -> None:
    value: JsonValue = {"id": 10**40, "text": '[["' * 400}

    assert storable(value) == value


def test_what_is_storable_can_be_written_inside_of_an_event() -> None:
    for levels in (240, 248, 249, 300):
        assert orjson.dumps({"data": {"call": {"outcome": {"value": storable(nested(levels))}}}})


def test_a_jsonb_column_takes_a_nul_as_the_replacement_character_and_a_written_escape_as_it_is() -> None:
    assert json.loads(jsonb_text({"a\0": ["b\0", "\\u0000", "\\\0"]})) == {
        "a\ufffd": ["b\ufffd", "\\u0000", "\\\ufffd"]
    }
