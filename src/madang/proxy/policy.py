"""What is refused before anything is looked up: odd targets, paths that leave their base, foreign hosts. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote_to_bytes

from madang.kit.errors import NotFoundError
from madang.net.grants import Grant
from madang.net.http1 import Headers, find_header
from madang.proxy.connections import FunctionView
from madang.proxy.problems import BadRequestError, NotGrantedError, StaleEpochError

INTERNAL = "-"

_CONNECTION = re.compile(rb"-|cxn_[0-9A-Za-z_-]{1,64}")
_LONGEST_TARGET = 16_384
_ODD = re.compile(rb"[\x00-\x20\x7f-\xff\\#]")
_TRACEPARENT = re.compile(rb"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
_SEPARATORS = re.compile(rb"[/\\]")
_ROUNDS = 3  # some servers decode twice, and what is inside then counts
_LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})
_HEALTH = {
    b"/healthz": "healthz",
    b"/readyz": "readyz",
    b"/-/healthz": "healthz",
    b"/-/readyz": "readyz",
}

Health = Literal["healthz", "readyz"]


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestTarget:
    """A target taken apart: `path` begins with `/` and is below the connection's base; `query` is without `?`."""

    connection: str
    path: bytes
    query: bytes


def find_health(method: bytes, target: bytes) -> str | None:
    """Which health check a request asks for, if it does."""
    return _HEALTH.get(target.partition(b"?")[0]) if method in {b"GET", b"HEAD"} else None


def split_target(target: bytes) -> RequestTarget:
    """Take `/{connection}/{path}?{query}` apart. Raises BadRequestError, and NotFoundError for no connection id."""
    if len(target) > _LONGEST_TARGET:
        raise BadRequestError(f"the request target is longer than {_LONGEST_TARGET} bytes")
    if not target.startswith(b"/"):
        raise BadRequestError("the request target must be a path, not a whole URL or *")
    if _ODD.search(target):
        raise BadRequestError("the request target holds a character that must be encoded")
    whole, _, query = target.partition(b"?")
    connection, slash, rest = whole[1:].partition(b"/")
    if not _CONNECTION.fullmatch(connection):
        raise NotFoundError("the path must begin with a connection id, as /cxn_.../")
    path = slash + rest or b"/"
    check_path(path)
    return RequestTarget(connection=connection.decode(), path=path, query=query)


def check_path(path: bytes) -> None:
    """Refuse a path that a server might take for one outside of its base. Raises BadRequestError.

    An encoded slash inside a parameter is allowed (a file name in a repository); what is not is any reading of the
    path in which a segment is `.` or `..`, is empty, or holds a NUL.
    """
    if b"//" in path:
        raise BadRequestError("the path holds an empty segment")
    decoded = path
    for _ in range(_ROUNDS):
        _check_segments(decoded)
        if b"%" not in decoded:
            return
        decoded = unquote_to_bytes(decoded)
    _check_segments(decoded)


def _check_segments(path: bytes) -> None:
    if b"." not in path and b"\0" not in path:
        return
    for segment in _SEPARATORS.split(path):
        if segment.partition(b";")[0].strip() in {b".", b".."} or b"\0" in segment:
            raise BadRequestError("the path holds a dot segment, or one in disguise")


def check_host(headers: Headers, version: str, known: Collection[str]) -> None:
    """Refuse requests that were meant for another name than ours (DNS rebinding). Raises BadRequestError."""
    hosts = [value for name, value in headers if name.lower() == b"host"]
    if len(hosts) > 1 or (not hosts and version == "1.1"):
        raise BadRequestError("the request needs exactly one Host header")
    if hosts and _host_name(hosts[0]) not in _LOCAL_HOSTS and _host_name(hosts[0]) not in known:
        raise BadRequestError("the Host header names another server; add it to MADANG_PUBLIC_HOSTS if it is this one")


def find_bearer(headers: Headers) -> str | None:
    """The bearer token of a request; None where there is none, or more than one."""
    values = [value for name, value in headers if name.lower() == b"authorization"]
    scheme, _, token = values[0].partition(b" ") if len(values) == 1 else (b"", b"", b"")
    return token.strip().decode("latin-1") if scheme.lower() == b"bearer" else None


def find_trace(headers: Headers) -> str | None:
    """The W3C trace id that a request is part of."""
    match = _TRACEPARENT.fullmatch(find_header(headers, b"traceparent") or b"")
    return match[1].decode() if match else None


def check_connection(grant: Grant, connection: str) -> None:
    """Whether a grant is for a connection at all, and may be sent. Raises NotGrantedError."""
    if grant.connection != connection or grant.purpose == "internal":
        raise NotGrantedError("the grant is for another connection")
    if grant.mode != "live":
        raise NotGrantedError("a grant of mode mock makes no real call")


def check_function(grant: Grant, function: FunctionView) -> None:
    """Whether a grant covers a function. Raises NotGrantedError."""
    if grant.functions is not None and function.id not in grant.functions:
        raise NotGrantedError("the grant does not cover this function")


class Epochs:
    """The newest epoch heard of for each run: a grant of an older one is from an owner that was replaced."""

    def __init__(self, most: int = 10_000) -> None:
        self._newest: dict[str, int] = {}
        self._most = most

    def check(self, grant: Grant) -> None:
        """Raise StaleEpochError for an epoch older than the newest heard of; remember a newer one."""
        if grant.run is None or grant.epoch is None:
            return
        newest = self._newest.pop(grant.run, grant.epoch)
        self._newest[grant.run] = max(newest, grant.epoch)
        if len(self._newest) > self._most:
            self._newest.pop(next(iter(self._newest)))
        if grant.epoch < newest:
            raise StaleEpochError("another worker has taken over this run")


def _host_name(host: bytes) -> str:
    text = host.decode("latin-1").lower()
    if text.startswith("["):
        return text.partition("]")[0] + "]"
    return text.partition(":")[0]
