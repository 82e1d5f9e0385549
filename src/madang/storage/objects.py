"""Objects: bytes by name, in a folder of `MADANG_HOME` or in an S3 bucket. An account sees its own alone.

Content goes in and out in pieces, so that memory stays bounded however large an object is. An object appears whole
or not at all.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterable, AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import obstore
from obstore import exceptions
from obstore.store import LocalStore, ObjectStore, from_url

from madang.kit.actor import Actor
from madang.kit.errors import FieldError, InvalidError, NotFoundError, TooLargeError, UnavailableError, UsageError
from madang.settings import Settings
from madang.storage.postgres_files import disk_errors

if TYPE_CHECKING:
    from obstore import GetOptions, ListStream, ObjectMeta

PIECE_BYTES = 5 * 1024 * 1024  # the least that S3 takes as a part of an upload
UPLOADS_AT_ONCE = 2
LONGEST_NAME = 900

_SEGMENT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,199}")


@dataclass(frozen=True, kw_only=True)
class StoredObject:
    """What was stored: its name, its size in bytes, and the SHA-256 of its content in hexadecimal."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class ObjectInfo:
    """An entry of a list. `name` is as it was put; in a list of all accounts the account is its first segment."""

    name: str
    size: int
    changed_at: datetime


class Objects:
    """An object store. A name is segments of letters, digits, `.`, `_` and `-`, parted by `/`."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    @classmethod
    def open(cls, settings: Settings) -> Objects:
        """The store that the settings name: `MADANG_STORAGE_URL`, or `data/objects` of the home.

        S3 credentials and region come from the usual AWS variables. Raises UsageError for another kind of URL.
        """
        if settings.storage_url is None:
            return cls(local_store(settings.data / "objects"))
        if urlsplit(settings.storage_url).scheme != "s3":
            raise UsageError("MADANG_STORAGE_URL must begin with s3:// (as s3://bucket/prefix), or not be set")
        try:
            return cls(from_url(settings.storage_url))
        except exceptions.BaseError as error:
            raise UsageError(f"MADANG_STORAGE_URL cannot be used: {_first_line(error)}") from None

    async def put(
        self, actor: Actor, name: str, content: bytes | AsyncIterable[bytes], *, limit_bytes: int | None = None
    ) -> StoredObject:
        """Store content under a name, replacing what was there once all of it has arrived.

        Raises TooLargeError beyond `limit_bytes`, and whatever a stream raises; then nothing is stored.
        """
        counted = _Counted(_pieces(content), limit_bytes)
        key = _key(actor, name)
        with _store_errors(name):
            try:
                await obstore.put_async(
                    self._store, key, counted, chunk_size=PIECE_BYTES, max_concurrency=UPLOADS_AT_ONCE
                )
            except Exception:
                # The library wraps what a stream raises; the caller wants the error itself.
                if counted.error is not None:
                    raise counted.error from None
                raise
        return StoredObject(name=name, size=counted.size, sha256=counted.digest.hexdigest())

    async def get(self, actor: Actor, name: str, *, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The content in pieces; `start` and `end` (exclusive) are offsets in bytes. Raises NotFoundError."""
        async for piece in self.stream(_key(actor, name), start=start, end=end):
            yield piece

    async def read(self, actor: Actor, name: str, *, limit_bytes: int) -> bytes:
        """All of the content at once. Raises NotFoundError, and TooLargeError beyond `limit_bytes`."""
        content = bytearray()
        async for piece in self.get(actor, name):
            content += piece
            if len(content) > limit_bytes:
                raise _too_large(limit_bytes)
        return bytes(content)

    async def find(self, actor: Actor, name: str) -> ObjectInfo | None:
        """Size and time of an object, or None."""
        try:
            with _store_errors(name):
                found = await obstore.head_async(self._store, _key(actor, name))
        except NotFoundError:
            return None
        return ObjectInfo(name=name, size=found["size"], changed_at=found["last_modified"])

    async def exists(self, actor: Actor, name: str) -> bool:
        """Whether there is an object of this name."""
        return await self.find(actor, name) is not None

    async def delete(self, actor: Actor, name: str) -> None:
        """Remove an object; one that is not there is as good as removed."""
        try:
            with _store_errors(name):
                await obstore.delete_async(self._store, _key(actor, name))
        except NotFoundError:
            return

    async def list(self, actor: Actor, prefix: str = "") -> AsyncIterator[ObjectInfo]:
        """The account's objects whose name is `prefix` or begins with `prefix/`, in no order; all without one."""
        account = f"{_checked(actor.account)}/"
        async for found in self.list_all(account + _checked(prefix) if prefix else account):
            yield ObjectInfo(name=found.name.removeprefix(account), size=found.size, changed_at=found.changed_at)

    async def list_all(self, prefix: str = "") -> AsyncIterator[ObjectInfo]:
        """The objects of all accounts, for backups. Names begin with the account."""
        with _store_errors(prefix):
            batches: ListStream[Sequence[ObjectMeta]] = obstore.list(  # pyright: ignore[reportUnknownMemberType] - of arrow
                self._store, prefix=prefix or None
            )
            async for batch in batches:
                for found in batch:
                    yield ObjectInfo(name=found["path"], size=found["size"], changed_at=found["last_modified"])

    async def stream(self, key: str, *, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The content of an object of any account, by its key `account/name`, for backups."""
        if end is not None and end <= start:
            return
        options: GetOptions = {"range": {"offset": start} if end is None else (start, end)} if start or end else {}
        with _store_errors(key):
            found = await obstore.get_async(self._store, key, options=options)
            async for piece in found.stream(min_chunk_size=1024 * 1024):
                yield bytes(piece)


def local_store(folder: Path) -> ObjectStore:
    """A store in a folder, which is made if it is missing and is for its owner alone."""
    with disk_errors(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
    return LocalStore(folder)


class _Counted:
    """An asynchronous stream that is hashed, counted and limited on its way."""

    def __init__(self, pieces: AsyncIterator[bytes], limit_bytes: int | None) -> None:
        self._pieces = pieces
        self._limit = limit_bytes
        self.size = 0
        self.digest = hashlib.sha256()
        self.error: BaseException | None = None

    def __aiter__(self) -> _Counted:
        return self

    async def __anext__(self) -> bytes:
        try:
            piece = await anext(self._pieces)
            self.size += len(piece)
            if self._limit is not None and self.size > self._limit:
                raise _too_large(self._limit)
        except StopAsyncIteration:
            raise
        except BaseException as error:
            self.error = error
            raise
        self.digest.update(piece)
        return piece


async def _pieces(content: bytes | AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    if isinstance(content, bytes):
        for start in range(0, len(content), PIECE_BYTES):
            yield content[start : start + PIECE_BYTES]
        return
    async for piece in content:
        yield piece


def _key(actor: Actor, name: str) -> str:
    return f"{_checked(actor.account)}/{_checked(name)}"


def _checked(name: str) -> str:
    if len(name) > LONGEST_NAME or not all(_SEGMENT.fullmatch(segment) for segment in name.split("/")):
        raise InvalidError(
            "the name of an object is segments of letters, digits, '.', '_' and '-' parted by '/', each beginning with "
            f"a letter, digit or '_', at most {LONGEST_NAME} characters",
            errors=[FieldError(pointer="/name", code="name", message="not the name of an object")],
        )
    return name


def _too_large(limit_bytes: int) -> TooLargeError:
    return TooLargeError(f"more than {limit_bytes} bytes; send less, or in parts")


@contextmanager
def _store_errors(name: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise NotFoundError(f"there is no object {name}") from None
    except exceptions.BaseError as error:
        raise UnavailableError(f"the object store cannot do this with {name}: {_first_line(error)}") from None


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:300]
