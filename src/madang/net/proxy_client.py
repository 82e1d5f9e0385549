"""Calling functions through the proxy, each call with a fresh grant in place of a credential.

    answer = await client.send(Call(connection=..., method="GET", path="/pets", terms=terms))
    async for part in answer.iter_raw(): ...

What matters to a caller that must not repeat an act is whether the other server may have seen the request: `is_sent`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import orjson

from madang.kit.errors import UnavailableError
from madang.net.exchange import Answer, Body, Outgoing, Waits, send
from madang.net.grants import GrantSigner, GrantTerms
from madang.net.guard import parse_url
from madang.net.http1 import check_header, find_header
from madang.net.pool import Pool, PoolKey
from madang.net.upstream import UpstreamFailedError

Sent = Literal["yes", "no", "unknown"]
"""Whether a byte of the request went to the other server."""

_OWN = frozenset({b"host", b"authorization", b"content-length", b"transfer-encoding", b"connection"})
_LARGEST_PROBLEM = 64 * 1024


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call through the proxy. `path` is encoded and begins with `/`; `query` is encoded, without `?`.

    `terms.connection` is the connection that is called. `lease_until` bounds the grant (see `GrantSigner.sign`).
    """

    method: str
    path: str
    terms: GrantTerms
    query: str = ""
    headers: Sequence[tuple[str, str]] = ()
    body: Body = b""
    lease_until: datetime | None = None
    waits: Waits = field(default_factory=Waits)


class ProxyLostError(UnavailableError):
    """The proxy could not be reached, or went away in the middle of a call; `sent` says what is known of the call."""

    code = "proxy-lost"
    title = "The proxy cannot be reached"

    def __init__(self, detail: str, *, sent: Sent) -> None:
        super().__init__(detail)
        self.sent: Sent = sent


@dataclass(frozen=True, kw_only=True)
class OwnFailure:
    """An answer that the proxy gave itself, not the other server."""

    status: int
    code: str
    detail: str


class ProxyAnswer:
    """The answer to a call. `is_own_failure`: the proxy answered itself; `sent` is then its word on the request."""

    def __init__(self, answer: Answer) -> None:
        sent = find_header(answer.headers, b"madang-sent")
        self.status = answer.status
        self.headers = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in answer.headers]
        self.call_id = (find_header(answer.headers, b"madang-call") or b"").decode("latin-1")
        self.is_own_failure = sent is not None
        self.sent: Sent = "no" if sent == b"0" else "yes"
        self._answer = answer

    def find_header(self, name: str) -> str | None:
        """The first value of a header by its name in lower case."""
        return next((value for found, value in self.headers if found == name), None)

    async def iter_raw(self) -> AsyncIterator[bytes]:
        """The body in parts, as the other server coded it. Raises ProxyLostError where it breaks off."""
        try:
            async for part in self._answer.iter_raw():
                yield part
        except UpstreamFailedError as error:
            raise ProxyLostError(f"the answer broke off: {error.detail}", sent=self.sent) from None

    async def read(self) -> bytes:
        """The whole body. For answers whose size the caller knows to be small."""
        return b"".join([part async for part in self.iter_raw()])

    async def read_failure(self) -> OwnFailure:
        """What the proxy says of its own failure."""
        parts: list[bytes] = []
        async for part in self.iter_raw():
            parts.append(part)
            if sum(map(len, parts)) > _LARGEST_PROBLEM:
                break
        try:
            problem = orjson.loads(b"".join(parts))
            code = str(problem["type"]).rpartition(":")[2]
            return OwnFailure(status=self.status, code=code, detail=str(problem.get("detail", "")))
        except (ValueError, KeyError, TypeError, AttributeError):
            return OwnFailure(status=self.status, code="unknown", detail="")

    def close(self) -> None:
        """Give up what has not been read; the proxy then gives up the call."""
        self._answer.close()


class ProxyClient:
    """Calls through the proxy at one base URL of the operator's settings. One for a process; close it at the end."""

    def __init__(self, base_url: str, signer: GrantSigner, *, pool: Pool | None = None) -> None:
        self._target = parse_url(base_url)
        self._signer = signer
        self._pool = pool or Pool(connect_seconds=5.0)
        self._key = PoolKey.of("proxy", self._target, None)

    async def send(self, call: Call) -> ProxyAnswer:
        """Make a call; returns when the head of its answer is there.

        Raises ProxyLostError where the proxy is not there or says nothing, InvalidError for a header that cannot be.
        """
        grant = self._signer.sign(call.terms, lease_until=call.lease_until)
        checked = [check_header(name, value) for name, value in call.headers]
        path = f"/{call.terms.connection}{call.path}" + (f"?{call.query}" if call.query else "")
        outgoing = Outgoing(
            method=call.method.encode("ascii"),
            path=path.encode("ascii"),
            headers=[
                (b"host", self._target.authority.encode()),
                (b"authorization", b"Bearer " + grant.encode()),
                *(header for header in checked if header[0].lower() not in _OWN),
            ],
            body=call.body,
        )
        try:
            return ProxyAnswer(await send(self._pool, self._key, outgoing, call.waits))
        except UpstreamFailedError as error:
            what = "gave no answer" if error.is_sent else "cannot be reached; is it running?"
            sent: Sent = "unknown" if error.is_sent else "no"
            raise ProxyLostError(f"the proxy at {self._target.authority} {what} ({error.detail})", sent=sent) from None

    async def close(self) -> None:
        """End all connections."""
        await self._pool.close()
