"""Objects in a folder. S3 is made by the same library from a URL; only its construction is proved here."""

import hashlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from madang.kit.actor import Actor
from madang.kit.errors import InvalidError, NotFoundError, TooLargeError, UsageError
from madang.settings import load_settings
from madang.storage.objects import Objects, StoredObject

AMY = Actor(account="acc_amy", user="usr_amy")
BOB = Actor(account="acc_bob", user="usr_bob")
PIECE = bytes(range(256)) * 4096


@pytest.fixture
def objects(tmp_path: Path) -> Objects:
    return Objects.open(load_settings({"MADANG_HOME": str(tmp_path)}))


async def content(objects: Objects, actor: Actor, name: str, start: int = 0, end: int | None = None) -> bytes:
    return b"".join([piece async for piece in objects.get(actor, name, start=start, end=end)])


async def names(objects: Objects, actor: Actor, prefix: str = "") -> list[str]:
    return sorted([found.name async for found in objects.list(actor, prefix)])


async def pieces(count: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield PIECE


async def test_what_is_put_is_got_back_with_its_hash(objects: Objects) -> None:
    stored = await objects.put(AMY, "documents/one.json", b'{"a": 1}')

    assert stored == StoredObject(name="documents/one.json", size=8, sha256=hashlib.sha256(b'{"a": 1}').hexdigest())
    assert await content(objects, AMY, "documents/one.json") == b'{"a": 1}'
    assert await objects.read(AMY, "documents/one.json", limit_bytes=8) == b'{"a": 1}'


async def test_a_stream_is_stored_and_read_in_pieces(objects: Objects) -> None:
    stored = await objects.put(AMY, "large", pieces(20))

    assert stored.size == 20 * len(PIECE)
    assert stored.sha256 == hashlib.sha256(PIECE * 20).hexdigest()
    sizes = [len(piece) async for piece in objects.get(AMY, "large")]
    assert sum(sizes) == stored.size
    assert max(sizes) <= 4 * 1024 * 1024


async def test_an_empty_object_is_an_object(objects: Objects) -> None:
    await objects.put(AMY, "empty", b"")

    assert await objects.exists(AMY, "empty")
    assert await content(objects, AMY, "empty") == b""


@pytest.mark.parametrize(("start", "end", "expected"), [(2, 5, b"234"), (7, None, b"789"), (0, 1, b"0"), (3, 3, b"")])
async def test_a_range_gives_these_bytes_alone(objects: Objects, start: int, end: int | None, expected: bytes) -> None:
    await objects.put(AMY, "digits", b"0123456789")

    assert await content(objects, AMY, "digits", start, end) == expected


async def test_putting_again_replaces(objects: Objects) -> None:
    await objects.put(AMY, "a", b"one")
    await objects.put(AMY, "a", b"two")

    assert await content(objects, AMY, "a") == b"two"


async def test_a_stream_that_fails_keeps_what_was_there_and_raises_its_own_error(
    objects: Objects, tmp_path: Path
) -> None:
    async def broken() -> AsyncIterator[bytes]:
        for _ in range(7):
            yield PIECE
        raise ConnectionResetError("the sender went away")

    await objects.put(AMY, "a", b"one")
    with pytest.raises(ConnectionResetError, match="the sender went away"):
        await objects.put(AMY, "a", broken())

    assert await content(objects, AMY, "a") == b"one"
    assert await names(objects, AMY) == ["a"]


async def test_more_than_the_limit_is_refused_and_nothing_is_stored(objects: Objects) -> None:
    with pytest.raises(TooLargeError, match=f"more than {len(PIECE)} bytes"):
        await objects.put(AMY, "a", pieces(3), limit_bytes=len(PIECE))

    assert not await objects.exists(AMY, "a")


async def test_reading_at_once_is_limited(objects: Objects) -> None:
    await objects.put(AMY, "a", b"0123456789")

    with pytest.raises(TooLargeError):
        await objects.read(AMY, "a", limit_bytes=9)


async def test_a_list_has_the_names_below_a_prefix(objects: Objects) -> None:
    for name in ("documents/one", "documents/deep/two", "documents-old/three", "four"):
        await objects.put(AMY, name, b"x")

    assert await names(objects, AMY, "documents") == ["documents/deep/two", "documents/one"]
    assert len(await names(objects, AMY)) == 4


async def test_an_account_neither_sees_nor_changes_what_another_has(objects: Objects) -> None:
    await objects.put(AMY, "secret", b"hers")

    assert await names(objects, BOB) == []
    assert await objects.find(BOB, "secret") is None
    await objects.delete(BOB, "secret")
    assert await content(objects, AMY, "secret") == b"hers"


async def test_what_is_deleted_is_gone_and_may_be_deleted_again(objects: Objects) -> None:
    await objects.put(AMY, "a", b"x")

    await objects.delete(AMY, "a")
    await objects.delete(AMY, "a")

    assert not await objects.exists(AMY, "a")
    with pytest.raises(NotFoundError, match="there is no object"):
        await content(objects, AMY, "a")


@pytest.mark.parametrize("name", ["", "..", "../x", "a/../b", "/etc/passwd", "a//b", "a/", "a\\b", "a\x00b", "é", ".x"])
async def test_a_name_that_could_leave_the_folder_is_refused(objects: Objects, name: str) -> None:
    with pytest.raises(InvalidError):
        await objects.put(AMY, name, b"x")


async def test_an_account_that_could_leave_the_folder_is_refused(objects: Objects) -> None:
    with pytest.raises(InvalidError):
        await objects.put(Actor(account="..", user="u"), "x", b"x")


@pytest.mark.skipif(os.name != "posix", reason="modes are of POSIX")
async def test_the_folder_is_for_its_owner_alone(objects: Objects, tmp_path: Path) -> None:
    await objects.put(AMY, "a", b"x")

    assert (tmp_path / "data" / "objects").stat().st_mode & 0o777 == 0o700


def test_an_s3_url_makes_a_store(tmp_path: Path) -> None:
    settings = load_settings({"MADANG_HOME": str(tmp_path), "MADANG_STORAGE_URL": "s3://bucket/prefix"})

    Objects.open(settings)

    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("url", ["ftp://host/x", "/a/folder", "s3://"])
def test_another_url_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(UsageError, match="MADANG_STORAGE_URL"):
        Objects.open(load_settings({"MADANG_HOME": str(tmp_path), "MADANG_STORAGE_URL": url}))
