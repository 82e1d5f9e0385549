"""Which headers pass the proxy, each way. Pure."""

from __future__ import annotations

from collections.abc import Collection

from madang.net.http1 import Framing, Header, Headers, without_hop_by_hop

_REQUEST_DROPPED = frozenset(
    {
        b"host",
        b"content-length",
        b"expect",
        b"authorization",
        b"cookie",
        b"cookie2",
        b"forwarded",
        b"via",
        b"x-forwarded-for",
        b"x-forwarded-host",
        b"x-forwarded-proto",
        b"x-forwarded-port",
        b"x-real-ip",
        b"tracestate",
        b"baggage",
        b"madang-call",
        b"madang-sent",
    }
)
_ANSWER_DROPPED = frozenset(
    {b"content-length", b"set-cookie", b"set-cookie2", b"alt-svc", b"clear-site-data", b"madang-call", b"madang-sent"}
)


def request_headers(headers: Headers, replaced: Collection[bytes], added: Headers, host: bytes) -> list[Header]:
    """The headers of the request upstream, without its length: `Host` first, what is put in last.

    `replaced` are the names, in lower case, of what is put in: the caller's own headers of these names are dropped.
    """
    dropped = _REQUEST_DROPPED | frozenset(replaced) if replaced else _REQUEST_DROPPED
    return [(b"Host", host), *without_hop_by_hop(headers, dropped), *added]


def body_headers(framing: Framing, method: bytes) -> list[Header]:
    """How the length of the request's body is stated upstream."""
    if framing.is_chunked:
        return [(b"Transfer-Encoding", b"chunked")]
    if framing.length or method in {b"POST", b"PUT", b"PATCH"}:
        return [(b"Content-Length", str(framing.length).encode())]
    return []


def answer_headers(headers: Headers, call_id: bytes) -> list[Header]:
    """The headers of the answer to the caller, without its length."""
    return [*without_hop_by_hop(headers, _ANSWER_DROPPED), (b"Madang-Call", call_id)]
