"""Values cut down to a context."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from madang.agent.brief import brief
from madang.kit.json import JsonValue

_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=300),
    lambda inner: st.lists(inner, max_size=30) | st.dictionaries(st.text(max_size=5), inner, max_size=30),
    max_leaves=60,
)


def test_what_fits_is_left_as_it_is() -> None:
    assert json.loads(brief({"b": [1, 2.5, None], "a": "한"}, 100)) == {"b": [1, 2.5, None], "a": "한"}


def test_long_lists_and_texts_say_what_is_left_out() -> None:
    value: JsonValue = {"items": [{"id": number, "text": "x" * 300} for number in range(1_000)], "text": "y" * 3_000}
    shown = json.loads(brief(value, 8_000))
    assert shown["text"] == "y" * 500 + "… (3,000 characters)"
    assert shown["items"][-1] == "… 980 more"
    assert shown["items"][0] == {"id": 0, "text": "x" * 300}


def test_a_wide_object_keeps_its_first_members() -> None:
    shown = json.loads(brief({f"m{number}": "y" * 100 for number in range(500)}, 2_000))
    assert (next(iter(shown)), shown["…"]) == ("m0", "490 more")


def test_long_integers_and_deep_values_are_no_fault() -> None:
    deep: JsonValue = "x" * 300
    for _ in range(500):
        deep = [deep]
    assert brief({"id": 2**80}, 100) == '{"id":1208925819614629174706176}'
    assert len(brief(deep, 400)) <= 400


@given(_JSON, st.integers(10, 2_000))
def test_it_never_is_longer_than_the_limit(value: JsonValue, limit: int) -> None:
    assert len(brief(value, limit)) <= limit
