"""A reply as steps that a server takes: head, bytes, waits, and an end before the end."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias

from madang.fakes.llm.values import Call, Fail, Hang, ModelRequest, Reply, Text
from madang.kit.json import JsonObject


@dataclass(frozen=True, kw_only=True)
class Head:
    """Status and headers."""

    status: int
    headers: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Data:
    """Bytes of the body; `is_piece` where they carry a piece of text or of arguments."""

    data: bytes
    is_piece: bool = False


@dataclass(frozen=True, kw_only=True)
class Wait:
    """Silence; None is until the client goes."""

    seconds: float | None


@dataclass(frozen=True, kw_only=True)
class Cut:
    """The connection is dropped here."""


Step: TypeAlias = Head | Data | Wait | Cut
Frame: TypeAlias = Data | Wait


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What makes an answer its own: its number since the server started, and the Unix time."""

    number: int
    created: int

    def call_id(self, prefix: str, call: Call, index: int) -> str:
        """The id that the script chose, or one made of the numbers of the answer and the call."""
        return call.id or f"{prefix}_{self.number:08d}_{index}"


class Dialect(Protocol):
    """How one vendor reads and writes; `invalid_key` is what it says to a wrong key."""

    invalid_key: str

    def read(self, body: object, headers: Mapping[str, str]) -> ModelRequest:
        """The neutral request. Raises BadRequestError for what the vendor would refuse."""
        ...

    def whole(self, request: ModelRequest, reply: Reply, identity: Identity) -> JsonObject:
        """The body of an answer that is not streamed."""
        ...

    def stream(self, request: ModelRequest, reply: Reply, identity: Identity) -> Iterator[Frame]:
        """The frames of a streamed answer."""
        ...

    def error(self, fail: Fail, identity: Identity, param: str | None = None) -> JsonObject:
        """The body of an error."""
        ...

    def headers(self, identity: Identity) -> dict[str, str]:
        """The headers of every answer."""
        ...


class BadRequestError(Exception):
    """A request that the vendor would refuse; turned into the vendor's own error body."""

    def __init__(self, message: str, *, status: int = 400, param: str | None = None) -> None:
        super().__init__(message)
        self.fail = Fail(status=status, message=message)
        self.param = param


def play(dialect: Dialect, request: ModelRequest, reply: Reply, identity: Identity) -> Iterator[Step]:
    """All steps of one answer."""
    while reply.parts and isinstance(hang := reply.parts[0], Hang):
        yield Wait(seconds=hang.seconds)
        reply = replace(reply, parts=reply.parts[1:])
    fails = [part for part in (reply.parts[:1] if request.is_stream else reply.parts) if isinstance(part, Fail)]
    if fails:
        yield from refuse(dialect, fails[0], identity)
    elif request.is_stream:
        headers = {"content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache"}
        yield Head(status=200, headers=dialect.headers(identity) | headers)
        yield from _cut(dialect.stream(request, reply, identity), reply.cut_after)
    else:
        yield from _whole(dialect, request, reply, identity)


def refuse(dialect: Dialect, fail: Fail, identity: Identity, param: str | None = None) -> Iterator[Step]:
    """An error with its status."""
    after = {} if fail.retry_after is None else {"retry-after": fail.retry_after}
    body = json_bytes(dialect.error(fail, identity, param))
    yield from _body(fail.status, body, dialect.headers(identity) | after)


def json_bytes(value: object) -> bytes:
    """JSON as vendors send it: UTF-8, no blanks."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def waits_of(part: Text | Call) -> Iterator[tuple[str, list[Frame]]]:
    """Each piece with the wait that comes before it."""
    pause: list[Frame] = [Wait(seconds=part.pause_seconds)] if part.pause_seconds else []
    for piece in part.pieces:
        yield piece, pause


def _whole(dialect: Dialect, request: ModelRequest, reply: Reply, identity: Identity) -> Iterator[Step]:
    for part in reply.parts:
        if isinstance(part, Hang):
            yield Wait(seconds=part.seconds)
        elif isinstance(part, Text | Call) and part.pause_seconds:
            yield Wait(seconds=part.pause_seconds * len(part.pieces))
    body = json_bytes(dialect.whole(request, reply, identity))
    steps = _body(200, body, dialect.headers(identity))
    if reply.cut_after is None:
        yield from steps
    else:
        yield next(steps)
        yield Data(data=body[: len(body) // 2])
        yield Cut()


def _body(status: int, body: bytes, headers: dict[str, str]) -> Iterator[Step]:
    yield Head(status=status, headers=headers | {"content-type": "application/json", "content-length": str(len(body))})
    yield Data(data=body)


def _cut(frames: Iterable[Frame], after: int | None) -> Iterator[Step]:
    count = 0
    if after is None:
        yield from frames
        return
    for frame in frames:
        is_piece = isinstance(frame, Data) and frame.is_piece
        if is_piece and count == after:
            break
        yield frame
        count += is_piece
        if count == after and after:
            break
    yield Cut()
