"""Reading URLs that a user or a document named: through the guard, bounded in size, time and redirects.

    fetched = await fetch("https://api.example/openapi.json", max_bytes=64_000_000, timeout_seconds=60)

The guard decides on the resolved address, again after each redirect. TLS is verified. Compressed answers are bounded
by what comes out of them. Headers that the caller gives are not sent to another origin.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from madang import __version__
from madang.kit.errors import InvalidError, UpstreamError
from madang.net.decoding import ACCEPTED, Bound, decoder_for
from madang.net.exchange import Answer, Outgoing, Waits, send
from madang.net.guard import Target, parse_url
from madang.net.http1 import Header, check_header, find_header
from madang.net.pool import Pool, PoolKey
from madang.net.upstream import UpstreamSlowError

Progress = Callable[[int, int | None], None]
"""Called with the bytes read so far and the bytes announced, or None where they are not."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_OWN = frozenset({b"host", b"content-length", b"transfer-encoding", b"accept-encoding", b"connection"})


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The bounds of one fetch: bytes of the plain body, seconds for all of it and between parts, redirects."""

    max_bytes: int
    timeout_seconds: float = 60.0
    idle_seconds: float = 20.0
    max_redirects: int = 5


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """A whole answer; `url` is where the redirects led, `body` is plain. Any status: judging it is the caller's."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes


class Fetching:
    """An answer whose body is read in parts."""

    def __init__(self, target: Target, answer: Answer, limits: Limits) -> None:
        self.url = target.url
        self.status = answer.status
        self.headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers}
        self.announced = answer.head.framing.length or None
        self._answer = answer
        self._limits = limits

    async def iter_body(self, progress: Progress | None = None) -> AsyncIterator[bytes]:
        """The plain body in parts. Raises TooLargeError over the limit and UpstreamError where it breaks off."""
        bound = Bound(self._limits.max_bytes, f"the answer of {urlsplit(self.url).hostname}")
        decoder = decoder_for(find_header(self._answer.headers, b"content-encoding"))
        read = 0
        async for coded in self._answer.iter_raw():
            read += len(coded)
            for part in decoder.feed(coded):
                bound.take(len(part))
                yield part
            if progress:
                progress(read, self.announced)
        decoder.check_whole()


async def fetch(
    url: str,
    *,
    max_bytes: int,
    allowed: Collection[str] = (),
    timeout_seconds: float = 60.0,
    max_redirects: int = 5,
    headers: Mapping[str, str] | None = None,
    method: str = "GET",
    body: bytes = b"",
    progress: Progress | None = None,
    pool: Pool | None = None,
) -> Fetched:
    """Read one URL whole; `allowed` are `host:port` pairs that the guard lets pass.

    Raises InvalidError for a URL that cannot be used, AddressRefusedError for one that leads inwards, TooLargeError,
    and UpstreamError (UpstreamSlowError after `timeout_seconds`) where there is no whole answer.
    """
    limits = Limits(max_bytes=max_bytes, timeout_seconds=timeout_seconds, max_redirects=max_redirects)
    async with open_url(
        url, limits=limits, allowed=allowed, headers=headers, method=method, body=body, pool=pool
    ) as opened:
        parts = [part async for part in opened.iter_body(progress)]
        return Fetched(url=opened.url, status=opened.status, headers=opened.headers, body=b"".join(parts))


@asynccontextmanager
async def open_url(
    url: str,
    *,
    limits: Limits,
    allowed: Collection[str] = (),
    headers: Mapping[str, str] | None = None,
    method: str = "GET",
    body: bytes = b"",
    pool: Pool | None = None,
) -> AsyncIterator[Fetching]:
    """Open one URL; the body is read by the caller in parts, or not at all. Raises as `fetch` does."""
    own = pool or Pool()
    request = _Request(method=method.upper(), body=body, headers=_checked(headers or {}), allowed=frozenset(allowed))
    answer = None
    try:
        target, answer = await _follow(own, parse_url(url), request, limits)
        yield Fetching(target, answer, limits)
    finally:
        if answer:
            answer.close()
        if pool is None:
            await own.close()


@dataclass(frozen=True, kw_only=True)
class _Request:
    method: str
    body: bytes
    headers: tuple[Header, ...]
    allowed: frozenset[str]


async def _follow(pool: Pool, target: Target, request: _Request, limits: Limits) -> tuple[Target, Answer]:
    start, clock = target, asyncio.get_running_loop().time
    deadline = clock() + limits.timeout_seconds
    for _ in range(limits.max_redirects + 1):
        left = max(0.0, deadline - clock())
        waits = Waits(first_byte_seconds=left, idle_seconds=limits.idle_seconds, total_seconds=left)
        answer = await _ask(pool, target, request, waits, is_start=target.origin == start.origin)
        location = find_header(answer.headers, b"location")
        if answer.status not in _REDIRECTS or location is None or limits.max_redirects == 0:
            return target, answer
        answer.close()
        if request.method not in {"GET", "HEAD"}:
            raise UpstreamError(f"{target.host} redirects a {request.method}, which is not followed")
        target = _next_target(target, location)
    raise UpstreamError(f"{start.host} redirects more than {limits.max_redirects} times")


async def _ask(pool: Pool, target: Target, request: _Request, waits: Waits, *, is_start: bool) -> Answer:
    own: list[Header] = [
        (b"host", target.authority.encode()),
        (b"accept-encoding", ACCEPTED.encode()),
    ]
    names = {name.lower() for name, _ in request.headers} if is_start else set[bytes]()
    if b"user-agent" not in names:
        own.append((b"user-agent", f"madang/{__version__}".encode()))
    if b"accept" not in names:
        own.append((b"accept", b"*/*"))
    outgoing = Outgoing(
        method=request.method.encode(),
        path=target.path.encode(),
        headers=[*own, *(request.headers if is_start else ())],
        body=request.body,
        is_repeatable=request.method in {"GET", "HEAD"},
    )
    try:
        return await send(pool, PoolKey.of("fetch", target, request.allowed), outgoing, waits)
    except UpstreamSlowError as error:
        raise UpstreamSlowError(f"{target.host}: {error.detail}", is_sent=error.is_sent) from None


def _next_target(target: Target, location: bytes) -> Target:
    try:
        found = parse_url(urljoin(target.url, location.decode("ascii")).partition("#")[0])
    except (UnicodeDecodeError, ValueError, InvalidError):
        raise UpstreamError(f"{target.host} redirects to something that is no usable http(s) URL") from None
    if target.scheme == "https" and found.scheme == "http":
        raise UpstreamError(f"{target.host} redirects from https to http, which is not followed")
    return found


def _checked(headers: Mapping[str, str]) -> tuple[Header, ...]:
    checked = [check_header(name, value) for name, value in headers.items()]
    return tuple(header for header in checked if header[0].lower() not in _OWN)
