from datetime import UTC, datetime, timedelta, timezone

import pytest

from madang.kit.actor import Actor
from madang.kit.clock import FixedClock, iso
from madang.kit.errors import FieldError, ForbiddenError, InvalidError
from madang.kit.json import canonical, pointer, unpointer
from madang.kit.pages import PageRequest, decode_cursor, encode_cursor


def test_a_pointer_escapes_and_is_read_back() -> None:
    text = pointer("paths", "/pets/{a~b}", "get", 0)
    assert text == "/paths/~1pets~1{a~0b}/get/0"
    assert unpointer(text) == ["paths", "/pets/{a~b}", "get", "0"]


def test_the_same_value_has_the_same_canonical_text() -> None:
    assert canonical({"b": [1, None], "a": "글"}) == canonical({"a": "글", "b": [1, None]}) == '{"a":"글","b":[1,null]}'


def test_a_cursor_gives_back_its_keys() -> None:
    assert decode_cursor(encode_cursor("2026-01-01", 7, None), 3) == ["2026-01-01", 7, None]


@pytest.mark.parametrize("cursor", ["", "!!!", "e30", encode_cursor("one"), "W1s", "WzEuNV0"])
def test_a_foreign_cursor_is_an_error_with_its_place(cursor: str) -> None:
    with pytest.raises(InvalidError) as caught:
        decode_cursor(cursor, 2)
    assert [error.pointer for error in caught.value.errors] == ["/cursor"]


@pytest.mark.parametrize("limit", [0, 201])
def test_a_page_has_1_to_200_items(limit: int) -> None:
    with pytest.raises(InvalidError, match="between 1 and 200"):
        PageRequest(limit=limit)


def test_a_problem_says_type_status_and_every_wrong_place() -> None:
    error = InvalidError("no", errors=[FieldError(pointer="/a", code="type", message="must be text")])
    assert error.to_problem() == {
        "type": "urn:madang:problem:invalid",
        "title": "The input is not valid",
        "status": 422,
        "detail": "no",
        "errors": [{"pointer": "/a", "code": "type", "message": "must be text"}],
    }


def test_times_are_written_in_utc_with_milliseconds() -> None:
    clock = FixedClock(datetime(2026, 1, 1, 9, tzinfo=timezone(timedelta(hours=9))))
    clock.advance(0.5)
    assert iso(clock.now()) == "2026-01-01T00:00:00.500Z"
    assert clock.now() == datetime(2026, 1, 1, 0, 0, 0, 500_000, tzinfo=UTC)


def test_an_actor_without_the_role_is_refused() -> None:
    with pytest.raises(ForbiddenError, match="owner or administrator"):
        Actor(account="a", user="u", roles=frozenset({"viewer"})).require("owner", "administrator")
