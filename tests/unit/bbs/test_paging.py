from datetime import UTC, datetime

import pytest

from madang.examples.bbs.paging import read_cursor, write_cursor
from madang.kit.errors import InvalidError
from madang.kit.pages import encode_cursor

AT = datetime(2026, 11, 2, 1, 20, 0, 123_457, tzinfo=UTC)


def test_a_cursor_gives_back_the_keys_to_the_microsecond() -> None:
    assert read_cursor(write_cursor(AT, "art_1", "-created_at"), "-created_at") == (AT, "art_1")


@pytest.mark.parametrize(
    "cursor",
    [
        write_cursor(AT, "art_1", "created_at"),
        encode_cursor("-created_at", "noon", "art_1"),
        encode_cursor("-created_at", 1, 2),
        encode_cursor("-created_at", 1, "a\0b"),
        encode_cursor("-created_at", 10**30, "art_1"),
        encode_cursor("-created_at", -(10**18), "art_1"),
        encode_cursor("art_1"),
        "!!",
        "",
    ],
)
def test_a_cursor_of_another_order_or_of_nobody_is_refused_at_its_place(cursor: str) -> None:
    with pytest.raises(InvalidError) as caught:
        read_cursor(cursor, "-created_at")
    assert [error.pointer for error in caught.value.errors] == ["/cursor"]
