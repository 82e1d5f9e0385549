"""Large results in a folder of objects: what is kept, what is shown of it, whose it is."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from madang.effects import results as module
from madang.effects.results import Results, Stored, result_id
from madang.kit.actor import Actor
from madang.kit.errors import NotFoundError, TooLargeError
from madang.kit.json import JsonValue
from madang.schema.responses import AnswerForm
from madang.schema.values import FileValue
from madang.settings import load_settings
from madang.storage.objects import Objects

AMY = Actor(account="acc_amy", user="usr_amy")
BOB = Actor(account="acc_bob", user="usr_bob")
ID = result_id("scp_1", "call")
JSON = AnswerForm(kind="json", media_type="application/json", charset="utf-8", name=None)
TEXT = AnswerForm(kind="text", media_type="text/plain", charset="utf-8", name=None)


@pytest.fixture
def objects(tmp_path: Path) -> Objects:
    return Objects.open(load_settings({"MADANG_HOME": str(tmp_path)}))


@pytest.fixture
def results(objects: Objects) -> Results:
    return Results(objects)


async def in_parts(data: bytes, size: int = 1_000) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


async def content(results: Results, stored: Stored) -> bytes:
    return b"".join([piece async for piece in results.content(AMY, stored)])


async def test_an_array_is_kept_with_its_count_and_first_items(results: Results) -> None:
    rows: JsonValue = [{"id": number} for number in range(1_000)]

    stored = await results.keep_value(AMY, ID, rows)

    assert (stored.id, stored.kind, stored.items, stored.media_type) == (ID, "array", 1_000, "application/json")
    assert stored.preview == [{"id": number} for number in range(20)]
    assert await results.get(AMY, ID) == stored
    assert await results.value(AMY, stored) == rows
    assert len(await content(results, stored)) == stored.bytes


async def test_a_slice_shows_members_at_a_pointer(results: Results) -> None:
    stored = await results.keep_value(AMY, ID, {"rows": [*range(1_000)]})

    found = await results.slice(AMY, stored, "/rows", 990, 100)

    assert (found.items, [member.value for member in found.members]) == (1_000, [*range(990, 1_000)])


async def test_json_that_came_in_parts_is_read_as_json(results: Results) -> None:
    data = json.dumps({"마당": ["값"] * 5_000}, ensure_ascii=False).encode()

    stored = await results.keep_stream(AMY, ID, in_parts(data, 7), JSON)

    assert (stored.kind, stored.items, stored.bytes) == ("object", 1, len(data))
    assert await results.value(AMY, stored) == json.loads(data)


async def test_json_that_is_broken_is_kept_as_text(results: Results) -> None:
    stored = await results.keep_stream(AMY, ID, in_parts(b'{"a": [1, 2'), JSON)

    assert (stored.kind, stored.items, stored.preview) == ("text", None, '{"a": [1, 2')
    assert await results.value(AMY, stored) == '{"a": [1, 2'


async def test_json_of_too_many_values_is_kept_as_text(results: Results, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_VALUES", 100)

    stored = await results.keep_stream(AMY, ID, in_parts(json.dumps([[]] * 100).encode()), JSON)

    assert stored.kind == "text"


@pytest.mark.parametrize(
    ("charset", "data"),
    [
        ("euc-kr", "마당에서".encode("euc-kr")),
        ("utf-8", b"\xef\xbb\xbf" + "마당에서".encode()),
        ("unheard-of", "마당에서".encode()),
        ("zlib", "마당에서".encode()),
        ("idna", "마당에서".encode()),
    ],
)
async def test_text_of_any_charset_is_kept_in_utf_8(results: Results, charset: str, data: bytes) -> None:
    form = AnswerForm(kind="text", media_type="text/plain", charset=charset, name=None)

    stored = await results.keep_stream(AMY, ID, in_parts(data, 3), form)

    assert (await content(results, stored)).decode() == "마당에서"
    assert stored.preview == "마당에서"


async def test_a_file_is_kept_as_it_is_and_previewed_by_reference(results: Results) -> None:
    file = FileValue(name="a.png", media_type="image/png", data=b"\x89PNG" * 100)

    stored = await results.keep_file(AMY, ID, file)

    assert (stored.kind, stored.bytes, stored.name, stored.media_type) == ("binary", 400, "a.png", "image/png")
    assert stored.preview == {"$file": {"name": "a.png", "media_type": "image/png", "reference": ID}}
    assert await content(results, stored) == b"\x89PNG" * 100


async def test_what_grows_over_the_limit_leaves_nothing(
    results: Results, objects: Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_RESULT_BYTES", 10_000)

    with pytest.raises(TooLargeError):
        await results.keep_stream(AMY, ID, in_parts(b"x" * 10_001), TEXT)

    assert [found.name async for found in objects.list(AMY)] == []


async def test_a_repeated_attempt_replaces_what_the_earlier_one_left(results: Results) -> None:
    first = await results.keep_value(AMY, ID, ["first"])
    assert await results.value(AMY, first) == ["first"]

    second = await results.keep_value(AMY, ID, ["other"])

    assert (first.bytes, await results.value(AMY, second)) == (second.bytes, ["other"])


async def test_a_forgotten_result_is_not_there(results: Results, objects: Objects) -> None:
    await results.keep_value(AMY, ID, [1])

    await results.forget(AMY, ID)

    with pytest.raises(NotFoundError, match="there is no result"):
        await results.get(AMY, ID)
    assert [found.name async for found in objects.list(AMY)] == []


@pytest.mark.parametrize("identifier", [ID, "res_1", "../../acc_amy/results", ""])
async def test_another_account_and_a_wrong_id_find_nothing(results: Results, identifier: str) -> None:
    await results.keep_value(AMY, ID, [1])

    with pytest.raises(NotFoundError, match="there is no result"):
        await results.get(BOB, identifier)


async def test_many_slices_at_once_give_the_same(results: Results) -> None:
    stored = await results.keep_value(AMY, ID, [*range(5_000)])

    found = await asyncio.gather(*(results.slice(AMY, stored, "", 10 * n, 10) for n in range(20)))

    assert [member.value for each in found for member in each.members] == [*range(200)]
