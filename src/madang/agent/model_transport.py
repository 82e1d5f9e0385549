"""The way to the proxy for requests to models: answers are bounded before anything reads them.

The library decompresses without a bound and keeps an event whole, however long. So nothing compressed is asked for or
taken, and an answer and its events have a size.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx2

from madang.agent.thinking import ModelFailedError

MAX_ANSWER_BYTES = 32 * 1024 * 1024
MAX_EVENT_BYTES = 1024 * 1024
MAX_EVENT_LINES = 1_000
"""The SDKs copy an event anew for each of its lines: both together bound how long that keeps the process busy."""
CONNECT_SECONDS = 5.0

_BLANK_LINES = (b"\n\n", b"\r\n\r\n")


def open_client() -> httpx2.AsyncClient:
    """A client for the proxy, which is our own: no setting of the environment leads elsewhere."""
    return httpx2.AsyncClient(
        transport=BoundedTransport(httpx2.AsyncHTTPTransport()),
        headers={"Accept-Encoding": "identity"},
        timeout=httpx2.Timeout(None, connect=CONNECT_SECONDS),
        trust_env=False,
    )


class BoundedTransport(httpx2.AsyncBaseTransport):
    """Another transport, whose answers are bounded."""

    def __init__(self, inner: httpx2.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request; reading its answer raises ModelFailedError where that is compressed or too large."""
        response = await self._inner.handle_async_request(request)
        if isinstance(response.stream, httpx2.AsyncByteStream):
            is_compressed = response.headers.get("content-encoding", "identity") != "identity"
            response.stream = _Bounded(response.stream, is_compressed=is_compressed)
        return response

    async def aclose(self) -> None:
        """End all connections."""
        await self._inner.aclose()


class _Bounded(httpx2.AsyncByteStream):
    def __init__(self, inner: httpx2.AsyncByteStream, *, is_compressed: bool) -> None:
        self._inner = inner
        self._is_compressed = is_compressed

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if self._is_compressed:
            raise ModelFailedError("the endpoint compresses its answer, which was not asked for", kind="invalid")
        size = 0
        event = EventSize()
        async for part in self._inner:
            size += len(part)
            event.add(part)
            if size > MAX_ANSWER_BYTES or event.bytes > MAX_EVENT_BYTES or event.lines > MAX_EVENT_LINES:
                raise ModelFailedError("the endpoint answers without an end; the request was given up", kind="invalid")
            yield part

    async def aclose(self) -> None:
        await self._inner.aclose()


class EventSize:
    """How large the event is that has begun and not ended: it ends by a blank line."""

    def __init__(self) -> None:
        self.bytes = self.lines = 0
        self._tail = b""

    def add(self, part: bytes) -> None:
        """More of the stream has come."""
        data = self._tail + part
        ends = [at + len(mark) for mark in _BLANK_LINES if (at := data.rfind(mark)) >= 0]
        if ends:
            rest = data[max(ends) :]
            self.bytes, self.lines = len(rest), rest.count(b"\n")
        else:
            self.bytes, self.lines = self.bytes + len(part), self.lines + part.count(b"\n")
        self._tail = data[-3:]
