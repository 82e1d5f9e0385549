"""A request and its answer as an async caller wants them: `await send(...)`, then the body in parts.

What the caller does not take is not read from the other server: at most `_BUFFER` bytes wait in memory.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from math import inf

from madang.net.http1 import NO_BODY, Header, head_bytes
from madang.net.pool import BRIEF_IDLE_SECONDS, Pool, PoolKey
from madang.net.upstream import AnswerHead, UpstreamConnection, UpstreamFailedError, UpstreamSlowError

Body = bytes | AsyncIterator[bytes]

_BUFFER = 256 * 1024


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """A request as it goes out. `headers` are checked, with `host`, without lengths: these are put in here.

    `is_repeatable`: it may be sent once more when a kept connection turns out to be closed (RFC 9112, 9.3.1). That the
    method is safe is not enough where a document says that the function is not.
    """

    method: bytes
    path: bytes
    headers: Sequence[Header]
    body: Body = b""
    is_repeatable: bool = False


@dataclass(frozen=True, kw_only=True)
class Waits:
    """How long, in seconds, to wait for the head of an answer, between parts of it, and for all of it."""

    first_byte_seconds: float = 60.0
    idle_seconds: float = 60.0
    total_seconds: float | None = None


class Answer:
    """An answer under way. Close it, or read it to its end; either frees the connection."""

    def __init__(self, connection: UpstreamConnection, waits: Waits, deadline: float | None) -> None:
        self.head = AnswerHead(status=0, headers=[], framing=NO_BODY)
        self._connection = connection
        self._waits = waits
        self._deadline = deadline
        self._parts: deque[bytes] = deque()
        self._buffered = 0
        self._has_head = False
        self._is_whole = False
        self._failure: UpstreamFailedError | None = None
        self._changed = asyncio.Event()
        self._can_send = asyncio.Event()
        self._can_send.set()
        self._sending: asyncio.Task[None] | None = None

    @property
    def status(self) -> int:
        """The status code."""
        return self.head.status

    @property
    def headers(self) -> Sequence[Header]:
        """The headers, in the order they came."""
        return self.head.headers

    async def iter_raw(self) -> AsyncIterator[bytes]:
        """The body as it came, without chunk framing, not decoded. Raises UpstreamFailedError where it breaks off."""
        try:
            while True:
                while self._parts:
                    part = self._parts.popleft()
                    self._buffered -= len(part)
                    if self._buffered < _BUFFER // 2:
                        self._connection.resume_reading()
                    yield part
                if self._failure:
                    raise self._failure
                if self._is_whole:
                    return
                await self._wait(self._waits.idle_seconds, "nothing of its answer came")
        finally:
            self.close()

    async def read(self) -> bytes:
        """The whole body. For answers whose size the caller knows to be small."""
        return b"".join([part async for part in self.iter_raw()])

    def close(self) -> None:
        """Give up what has not been read."""
        if self._sending:
            self._sending.cancel()
        if not self._is_whole and not self._failure:
            self._failure = UpstreamFailedError("the answer was closed", is_sent=True)
            self._connection.abort()

    async def begin(self, request: Outgoing, head: bytes, *, is_chunked: bool) -> None:
        """Send the request and wait for the head of its answer. Called once, by `send`."""
        self._connection.start(self, request.method, head, is_chunked=is_chunked)
        if isinstance(request.body, bytes):
            self._connection.send(request.body)
            self._connection.end_request()
        else:
            self._sending = asyncio.create_task(self._send_all(request.body))
        while not self._has_head and not self._failure:
            await self._wait(self._waits.first_byte_seconds, "it gave no answer")
        if self._failure:
            raise self._failure

    @property
    def may_be_stale(self) -> bool:
        """Whether the failure is that of a kept connection which the other server closed meanwhile."""
        return self._connection.served > 1 and not self._connection.has_answer_bytes

    # ---- AnswerSink

    def on_head(self, head: AnswerHead) -> None:
        """The head has come."""
        self.head = head
        self._has_head = True
        self._changed.set()

    def on_data(self, data: bytes) -> None:
        """A part has come."""
        self._parts.append(data)
        self._buffered += len(data)
        if self._buffered > _BUFFER:
            self._connection.pause_reading()
        self._changed.set()

    def on_end(self) -> None:
        """The answer is whole."""
        self._is_whole = True
        self._changed.set()

    def on_failure(self, failure: UpstreamFailedError) -> None:
        """There is no more."""
        self._failure = failure
        self._changed.set()

    def pause_sending(self) -> None:
        """Hold the body back."""
        self._can_send.clear()

    def resume_sending(self) -> None:
        """Send on."""
        self._can_send.set()

    # ----

    async def _send_all(self, body: AsyncIterator[bytes]) -> None:
        try:
            async for part in body:
                await self._can_send.wait()
                self._connection.send(part)
            self._connection.end_request()
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - the caller's iterator: what it raises ends the request
            self._connection.abort()
            self.on_failure(UpstreamFailedError(f"the body of the request broke off: {error}", is_sent=True))

    async def _wait(self, seconds: float, what: str) -> None:
        self._changed.clear()
        now = asyncio.get_running_loop().time()
        if self._deadline is not None and self._deadline - now < seconds:
            seconds, what = max(0.0, self._deadline - now), "its answer was not whole"
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            self.close()
            raise UpstreamSlowError(f"the other server is too slow: {what} in time", is_sent=True) from None
        except asyncio.CancelledError:
            self.close()
            raise


async def send(pool: Pool, key: PoolKey, request: Outgoing, waits: Waits) -> Answer:
    """Send a request; returns when the head of the answer is there.

    Raises what the guard raises, and UpstreamFailedError, whose `is_sent` says whether the other server may have seen
    any of the request. A kept connection that turns out to be closed is replaced once, if the request may be repeated.
    """
    is_chunked = not isinstance(request.body, bytes)
    head = head_bytes(b"%b %b HTTP/1.1" % (request.method, request.path), [*request.headers, *_length(request)])
    deadline = None if waits.total_seconds is None else asyncio.get_running_loop().time() + waits.total_seconds
    is_repeatable = request.is_repeatable and not is_chunked
    max_idle = inf if is_repeatable else BRIEF_IDLE_SECONDS
    while True:
        connection = await pool.acquire(key, max_idle)
        answer = Answer(connection, waits, deadline)
        try:
            await answer.begin(request, head, is_chunked=is_chunked)
        except UpstreamSlowError:
            raise
        except UpstreamFailedError:
            if not is_repeatable or max_idle == 0 or not answer.may_be_stale:
                raise
            max_idle = 0
        else:
            return answer


def _length(request: Outgoing) -> list[Header]:
    if not isinstance(request.body, bytes):
        return [(b"transfer-encoding", b"chunked")]
    if request.body or request.method in {b"POST", b"PUT", b"PATCH"}:
        return [(b"content-length", str(len(request.body)).encode())]
    return []
