"""Large values in small: what a preview keeps, and how slices follow each other."""

from __future__ import annotations

import json

import pytest

from madang.effects.slices import Member, find, preview, slice_of
from madang.kit.errors import NotFoundError
from madang.kit.json import JsonValue


def test_a_preview_has_the_first_items_and_keys_and_cut_texts() -> None:
    value: JsonValue = {"rows": [*range(50)], "text": "x" * 500, **{f"k{n:02}": n for n in range(30)}}

    shown = preview(value)

    assert isinstance(shown, dict)
    assert list(shown) == ["rows", "text", *(f"k{n:02}" for n in range(18))]
    assert shown["rows"] == [*range(20)]
    assert shown["text"] == "x" * 200 + "…"


def test_a_preview_stays_small_where_every_level_is_wide() -> None:
    wide: JsonValue = "x" * 300
    for _ in range(4):
        wide = [wide] * 20

    assert len(json.dumps(preview(wide))) < 100_000


def test_what_is_small_is_its_own_preview() -> None:
    value: JsonValue = {"id": 1, "tags": ["a", None, True], "author": {"name": "sam"}}

    assert preview(value) == value


def test_a_slice_has_members_from_the_offset_with_their_pointers() -> None:
    found = slice_of({"rows": [10, 20, 30, 40]}, "/rows", 1, 2)

    assert (found.kind, found.items, found.offset) == ("array", 4, 1)
    assert found.members == [
        Member(key="1", pointer="/rows/1", kind="number", items=None, value=20, is_whole=True),
        Member(key="2", pointer="/rows/2", kind="number", items=None, value=30, is_whole=True),
    ]


def test_a_large_member_is_cut_and_says_so() -> None:
    found = slice_of({"a/b": [*range(1000)]}, "", 0, 10)

    (member,) = found.members
    assert (member.pointer, member.items, member.is_whole) == ("/a~1b", 1000, False)
    assert member.value == [*range(20)]


def test_a_long_text_comes_in_pieces_that_join_to_the_whole() -> None:
    text = "".join(chr(0xAC00 + n % 1000) for n in range(2_500))

    pieces = [slice_of({"text": text}, "/text", offset, 1) for offset in range(3)]

    assert {piece.items for piece in pieces} == {3}
    assert "".join(str(member.value) for piece in pieces for member in piece.members) == text


def test_a_number_is_one_member() -> None:
    assert [member.value for member in slice_of([1.5], "/0", 0, 10).members] == [1.5]
    assert slice_of([1.5], "/0", 1, 10).members == []


def test_beyond_the_end_there_is_nothing() -> None:
    assert slice_of([1, 2], "", 5, 10).members == []


@pytest.mark.parametrize("place", ["/b", "/a/2", "/a/-1", "/a/x", "/a/0/0", "a"])
def test_a_pointer_to_nothing_is_refused(place: str) -> None:
    with pytest.raises(NotFoundError, match="has nothing at"):
        find({"a": [1, 2]}, place)
