"""Large answers by reference: their bytes lie in the object store, an outcome has a preview and the id.

A result is two objects of its account, `results/<id>/content` and `results/<id>/about`; the second is written last, so
that a result is there whole or not at all. Its id follows from scope and key of the act: a repeated attempt replaces
what an earlier one left.
"""

from __future__ import annotations

import asyncio
import codecs
import hashlib
import json
import re
from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import asdict, dataclass
from typing import Literal

import orjson

from madang.effects.outcomes import json_text
from madang.effects.slices import Slice, count_of, kind_of, preview, slice_of
from madang.kit.actor import Actor
from madang.kit.errors import NotFoundError
from madang.kit.json import JsonObject, JsonValue
from madang.schema.responses import AnswerForm
from madang.schema.values import FileValue
from madang.storage.objects import Objects, StoredObject

INLINE_BYTES = 256 * 1024
"""An answer with a larger body is kept by reference."""

MAX_RESULT_BYTES = 64 * 1024 * 1024
MOST_VALUES = 3_000_000
"""JSON of more values than this is treated as text: its tree would take a hundred times its bytes."""

MOST_MEMBERS = 500
_CACHED_BYTES = 16 * 1024 * 1024
_CACHED_SECONDS = 60.0
_ABOUT_BYTES = 1024 * 1024
_PREVIEW_CHARACTERS = 2_000
_PREVIEW_BYTES = 64 * 1024
_NO_CHARSETS = frozenset({"utf-8", "idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape"})
_ID = re.compile(r"res_[0-9a-f]{32}")

StoredKind = Literal["array", "object", "text", "binary"]


@dataclass(frozen=True, kw_only=True)
class Stored:
    """What an outcome says of a result: `items` of an array or keys of an object, and a preview of at most some kB.

    `media_type` is that of the stored bytes, `name` that of a file. `sha256` is for us: it tells attempts apart.
    """

    id: str
    bytes: int
    kind: StoredKind
    items: int | None
    preview: JsonValue
    media_type: str
    name: str | None
    sha256: str

    def to_json(self) -> JsonObject:
        """The member `stored` of an outcome."""
        return {name: value for name, value in asdict(self).items() if name != "sha256"}


def result_id(scope_id: str, key: str) -> str:
    """The id of what an act came to."""
    return "res_" + hashlib.sha256(f"{scope_id}\0{key}".encode()).hexdigest()[:32]


def is_too_many(body: bytes) -> bool:
    """Whether JSON has more values than are made into a tree; counts what parts and opens them."""
    return body.count(b",") + body.count(b"[") + body.count(b"{") > MOST_VALUES


class Results:
    """Large results in the object store. One for a process; the value looked at last is kept in memory for a while."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._parsing = asyncio.Semaphore(1)
        self._last: tuple[tuple[str, str], JsonValue] | None = None
        self._forgetting: asyncio.TimerHandle | None = None

    async def keep_value(self, actor: Actor, identifier: str, value: JsonValue) -> Stored:
        """Keep a JSON value; one that is a text is kept as that text. Raises UnavailableError."""
        if isinstance(value, str):
            return await self._keep(actor, identifier, value.encode(), _of_text(value))
        content = await asyncio.to_thread(lambda: json_text(value).encode())
        return await self._keep(actor, identifier, content, _of_value(value))

    async def keep_file(self, actor: Actor, identifier: str, file: FileValue) -> Stored:
        """Keep the bytes of a file. Raises UnavailableError."""
        return await self._keep(actor, identifier, file.data or b"", _of_file(identifier, file.media_type, file.name))

    async def keep_stream(self, actor: Actor, identifier: str, parts: AsyncIterable[bytes], form: AnswerForm) -> Stored:
        """Keep bytes as they come in. Raises TooLargeError over the limit, and whatever the stream raises."""
        if form.kind == "file":
            about = _of_file(identifier, form.media_type, form.name)
            return await self._keep(actor, identifier, parts, about)
        put = await self._put(actor, identifier, _as_utf8(parts, form.charset))
        async with self._parsing:
            content = await self._objects.read(actor, _content(identifier), limit_bytes=MAX_RESULT_BYTES)
            about = await asyncio.to_thread(_of_content, content, form)
        return await self._note(actor, identifier, put, about)

    async def get(self, actor: Actor, identifier: str) -> Stored:
        """What is kept under an id. Raises NotFoundError."""
        if not _ID.fullmatch(identifier):
            raise _missing(identifier)
        try:
            about = await self._objects.read(actor, _about(identifier), limit_bytes=_ABOUT_BYTES)
        except NotFoundError:
            raise _missing(identifier) from None
        return Stored(**orjson.loads(about))

    async def content(self, actor: Actor, stored: Stored) -> AsyncIterator[bytes]:
        """The bytes of a result, in pieces."""
        async for piece in self._objects.get(actor, _content(stored.id)):
            yield piece

    async def value(self, actor: Actor, stored: Stored) -> JsonValue:
        """All of a result as a value: JSON, a text, or for a file what `FileValue` writes of a reference."""
        if stored.kind == "binary":
            return FileValue(name=stored.name, media_type=stored.media_type, reference=stored.id).to_json()
        key = (actor.account, stored.sha256)
        if self._last is not None and self._last[0] == key:
            return self._last[1]
        async with self._parsing:
            content = await self._objects.read(actor, _content(stored.id), limit_bytes=MAX_RESULT_BYTES)
            value = await asyncio.to_thread(_value_of, stored, content)
        if stored.bytes <= _CACHED_BYTES:
            self._remember(key, value)
        return value

    async def slice(self, actor: Actor, stored: Stored, place: str, offset: int, limit: int) -> Slice:
        """Members of the value at a JSON pointer. Raises NotFoundError where there is nothing."""
        return slice_of(await self.value(actor, stored), place, offset, min(limit, MOST_MEMBERS))

    async def forget(self, actor: Actor, identifier: str) -> None:
        """Remove a result; nothing happens where there is none."""
        await self._objects.delete(actor, _about(identifier))
        await self._objects.delete(actor, _content(identifier))

    async def _keep(
        self, actor: Actor, identifier: str, content: bytes | AsyncIterable[bytes], about: _About
    ) -> Stored:
        return await self._note(actor, identifier, await self._put(actor, identifier, content), about)

    async def _put(self, actor: Actor, identifier: str, content: bytes | AsyncIterable[bytes]) -> StoredObject:
        # What an earlier attempt left is gone before any of it is replaced.
        await self._objects.delete(actor, _about(identifier))
        return await self._objects.put(actor, _content(identifier), content, limit_bytes=MAX_RESULT_BYTES)

    async def _note(self, actor: Actor, identifier: str, put: StoredObject, about: _About) -> Stored:
        stored = Stored(
            id=identifier,
            bytes=put.size,
            kind=about.kind,
            items=about.items,
            preview=about.preview,
            media_type=about.media_type,
            name=about.name,
            sha256=put.sha256,
        )
        await self._objects.put(actor, _about(identifier), json_text(asdict(stored)).encode())
        return stored

    def _remember(self, key: tuple[str, str], value: JsonValue) -> None:
        self._last = (key, value)
        if self._forgetting is not None:
            self._forgetting.cancel()
        self._forgetting = asyncio.get_running_loop().call_later(_CACHED_SECONDS, self._drop)

    def _drop(self) -> None:
        self._last = None


@dataclass(frozen=True, kw_only=True)
class _About:
    """What is known of a content before it has an id and a size."""

    kind: StoredKind
    items: int | None = None
    preview: JsonValue
    media_type: str
    name: str | None = None


def _of_value(value: JsonValue) -> _About:
    kind = kind_of(value)
    if kind != "array" and kind != "object":
        return _of_text(json_text(value))
    return _About(kind=kind, items=count_of(value), preview=_bounded(preview(value)), media_type="application/json")


def _of_text(text: str) -> _About:
    return _About(kind="text", preview=text[:_PREVIEW_CHARACTERS], media_type="text/plain; charset=utf-8")


def _of_file(identifier: str, media_type: str | None, name: str | None) -> _About:
    shown = FileValue(name=name, media_type=media_type, reference=identifier)
    found = media_type or "application/octet-stream"
    return _About(kind="binary", preview=shown.to_json(), media_type=found, name=name)


def _of_content(content: bytes, form: AnswerForm) -> _About:
    """Of bytes in UTF-8: JSON where they are that and no bomb, else text."""
    if form.kind == "json" and not is_too_many(content):
        try:
            return _of_value(json.loads(content))
        except (ValueError, RecursionError):
            pass
    return _of_text(content[: 4 * _PREVIEW_CHARACTERS].decode("utf-8", "ignore"))


def _value_of(stored: Stored, content: bytes) -> JsonValue:
    if stored.kind == "text":
        return content.decode("utf-8", "replace")
    value: JsonValue = json.loads(content)
    return value


def _bounded(shown: JsonValue) -> JsonValue:
    """A preview that stays small where all its bounds together would not."""
    if len(json_text(shown)) <= _PREVIEW_BYTES:
        return shown
    return [] if isinstance(shown, list) else {}


async def _as_utf8(parts: AsyncIterable[bytes], charset: str) -> AsyncIterator[bytes]:
    """Text of any charset as UTF-8, without a byte order mark; what is no character becomes U+FFFD."""
    decode = codecs.getincrementaldecoder(_codec(charset))(errors="replace").decode
    async for part in parts:
        yield decode(part).encode("utf-8", "replace")
    yield decode(b"", True).encode("utf-8", "replace")


def _codec(charset: str) -> str:
    """The codec of a charset; UTF-8 where there is none, or where the name is that of something else in Python."""
    try:
        b"a".decode(charset, "replace")
        name = codecs.lookup(charset).name
    except (LookupError, UnicodeError, ValueError):
        return "utf-8-sig"
    return "utf-8-sig" if name in _NO_CHARSETS else name


def _content(identifier: str) -> str:
    return f"results/{identifier}/content"


def _about(identifier: str) -> str:
    return f"results/{identifier}/about"


def _missing(identifier: str) -> NotFoundError:
    return NotFoundError(f"there is no result {identifier!r}")
