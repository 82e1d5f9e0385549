"""The two ways to an MCP server: straight through the address guard, or through the proxy, which has the credential."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager

from madang.kit.errors import UpstreamError
from madang.net.client import Fetching, Limits, open_url
from madang.net.decoding import ACCEPTED, Bound, decoder_for
from madang.net.mcp_client import McpFailedError, Reply
from madang.net.pool import Pool
from madang.net.proxy_client import Call, ProxyAnswer, ProxyClient, ProxyLostError
from madang.net.upstream import UpstreamFailedError

MAX_MESSAGE_BYTES = 16 * 1024 * 1024


class FetchTransport:
    """Posts to an address that somebody named, without any credential. Redirects are not followed."""

    def __init__(
        self,
        url: str,
        *,
        allowed: Collection[str] = (),
        timeout_seconds: float = 120.0,
        max_bytes: int = MAX_MESSAGE_BYTES,
        pool: Pool | None = None,
    ) -> None:
        self._url = url
        self._allowed = allowed
        self._pool = pool
        self._limits = Limits(max_bytes=max_bytes, timeout_seconds=timeout_seconds, max_redirects=0)

    @asynccontextmanager
    async def post(self, headers: Sequence[tuple[str, str]], body: bytes) -> AsyncIterator[Reply]:
        """POST a message. Raises McpFailedError, TooLargeError, and what the guard raises."""
        opening = open_url(
            self._url,
            limits=self._limits,
            allowed=self._allowed,
            headers=dict(headers),
            method="POST",
            body=body,
            pool=self._pool,
        )
        try:
            async with opening as found:
                yield Reply(status=found.status, headers=found.headers, parts=_fetched(found))
        except McpFailedError:
            raise
        except UpstreamFailedError as error:
            raise McpFailedError(error.detail, sent="unknown" if error.is_sent else "no") from None
        except UpstreamError as error:
            raise McpFailedError(error.detail, sent="no") from None


class ProxyTransport:
    """Posts over a connection through the proxy, each message as the call that `call_of` makes of it."""

    def __init__(
        self,
        proxy: ProxyClient,
        call_of: Callable[[Sequence[tuple[str, str]], bytes], Call],
        *,
        max_bytes: int = MAX_MESSAGE_BYTES,
    ) -> None:
        self._proxy = proxy
        self._call_of = call_of
        self._max_bytes = max_bytes

    @asynccontextmanager
    async def post(self, headers: Sequence[tuple[str, str]], body: bytes) -> AsyncIterator[Reply]:
        """POST a message. Raises McpFailedError, also for what the proxy refuses, and TooLargeError."""
        call = self._call_of([*headers, ("Accept-Encoding", ACCEPTED)], body)
        try:
            answer = await self._proxy.send(call)
        except ProxyLostError as error:
            raise McpFailedError(error.detail, sent=error.sent) from None
        try:
            if answer.is_own_failure:
                raise await _own_failure(answer)
            yield Reply(
                status=answer.status,
                headers=dict(answer.headers),
                parts=_proxied(answer, self._max_bytes),
                call_id=answer.call_id or None,
            )
        finally:
            answer.close()


async def _fetched(found: Fetching) -> AsyncIterator[bytes]:
    try:
        async for part in found.iter_body():
            yield part
    except UpstreamError as error:
        raise McpFailedError(error.detail, sent="yes") from None


async def _proxied(answer: ProxyAnswer, max_bytes: int) -> AsyncIterator[bytes]:
    """The plain parts. An answer of server-sent events is not ended by its coding, so its end is not checked."""
    bound = Bound(max_bytes, "the answer of the MCP server")
    try:
        decoder = decoder_for((answer.find_header("content-encoding") or "").encode("latin-1"))
        async for raw in answer.iter_raw():
            for part in decoder.feed(raw):
                bound.take(len(part))
                yield part
    except (ProxyLostError, UpstreamError) as error:
        raise McpFailedError(error.detail, sent="yes", call_id=answer.call_id or None) from None


async def _own_failure(answer: ProxyAnswer) -> McpFailedError:
    failure = await answer.read_failure()
    detail = failure.detail or f"the proxy answered {failure.status}"
    return McpFailedError(detail, sent=answer.sent, http_status=failure.status, call_id=answer.call_id or None)
