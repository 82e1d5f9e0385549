"""HTTP/1.1 heads as both sides of a connection need them: pure decisions, without I/O (RFC 9110, RFC 9112).

A header is a pair of bytes in the order it came. Names are compared in lower case.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from madang.kit.errors import InvalidError

Header = tuple[bytes, bytes]
Headers = Sequence[Header]

HEAD_LIMIT = 64 * 1024
"""Bytes of a head; also of all that is not body around chunks."""

_TOKEN = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_VALUE = re.compile(rb"[\t\x20-\x7e\x80-\xff]*")
_BODILESS = frozenset({204, 304})
_HOP_BY_HOP = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-connection",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
        b"http2-settings",
    }
)


class FramingError(ValueError):
    """A message whose length is stated in an odd way. What it is taken for must not depend on who reads it."""


@dataclass(frozen=True, kw_only=True)
class Framing:
    """How long a body is: `length` bytes, or chunked, or (answers only) until the connection closes.

    `length` 0 with `is_chunked` and `is_until_close` false is no body.
    """

    length: int = 0
    is_chunked: bool = False
    is_until_close: bool = False

    @property
    def has_body(self) -> bool:
        """Whether any byte of a body may come."""
        return self.is_chunked or self.is_until_close or self.length > 0


NO_BODY = Framing()
CHUNKED = Framing(is_chunked=True)
_UNTIL_CLOSE = Framing(is_until_close=True)


def find_header(headers: Headers, name: bytes) -> bytes | None:
    """The first value of a header by its name in lower case."""
    return next((value for found, value in headers if found.lower() == name), None)


def list_header(headers: Headers, name: bytes) -> list[bytes]:
    """The members of a header that is a list with commas, in lower case, over all its lines."""
    values = [value for found, value in headers if found.lower() == name]
    return [part.strip(b" \t").lower() for value in values for part in value.split(b",") if part.strip(b" \t")]


def request_framing(headers: Headers, version: str) -> Framing:
    """The body of a request. Raises FramingError for both lengths, a repeated one, or any coding but `chunked`."""
    return _declared(headers, version) or NO_BODY


def answer_framing(method: bytes, status: int, headers: Headers, version: str) -> Framing:
    """The body of an answer. Raises FramingError as `request_framing` does."""
    declared = _declared(headers, version)
    if method == b"HEAD" or status < 200 or status in _BODILESS:
        return NO_BODY
    return declared or _UNTIL_CLOSE


def without_hop_by_hop(headers: Headers, dropped: frozenset[bytes]) -> list[Header]:
    """The headers that go on to the next hop: none of this connection, none that `Connection` names, none `dropped`."""
    refused = _HOP_BY_HOP | dropped
    named = list_header(headers, b"connection")
    if named:
        refused = refused | frozenset(named)
    return [(name, value) for name, value in headers if name.lower() not in refused]


def head_bytes(start: bytes, headers: Iterable[Header]) -> bytes:
    """A head on the wire. The caller has checked names and values."""
    lines = [start]
    lines += [b"%b: %b" % header for header in headers]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def check_header(name: str, value: str) -> Header:
    """A header that may be sent. Raises InvalidError for one that would break the head apart."""
    try:
        pair = name.encode("ascii"), value.encode("latin-1").strip(b" \t")
    except UnicodeEncodeError:
        raise InvalidError(f"the header {name!r} holds a character that headers cannot hold") from None
    if not _TOKEN.fullmatch(pair[0]) or not _VALUE.fullmatch(pair[1]):
        raise InvalidError(f"the header {name[:80]!r} holds a line break or another character that may not be in it")
    return pair


def is_header_value(value: str) -> bool:
    """Whether a text may be sent as the value of a header."""
    try:
        return _VALUE.fullmatch(value.encode("latin-1")) is not None
    except UnicodeEncodeError:
        return False


def _declared(headers: Headers, version: str) -> Framing | None:
    lengths = [value for name, value in headers if name.lower() == b"content-length"]
    codings = [value for name, value in headers if name.lower() == b"transfer-encoding"]
    if codings:
        if lengths:
            raise FramingError("both Content-Length and Transfer-Encoding are given")
        if version != "1.1" or len(codings) > 1 or codings[0].lower() != b"chunked":
            raise FramingError("Transfer-Encoding must be exactly 'chunked', once, in HTTP/1.1")
        return CHUNKED
    if not lengths:
        return None
    if len(lengths) > 1 or not lengths[0].isdigit() or len(lengths[0]) > 18:
        raise FramingError("Content-Length must be one decimal number")
    return Framing(length=int(lengths[0]))
