"""Content codings, undone part by part with a bound on what comes out, so that a bomb costs its limit and no more."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Protocol

from madang.kit.errors import TooLargeError, UpstreamError

ACCEPTED = "gzip, deflate"
_PART = 64 * 1024


class Decoder(Protocol):
    """Turns coded parts into plain ones."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The plain parts that a coded part gives, each of bounded size."""
        ...

    def check_whole(self) -> None:
        """Raise UpstreamError where the coded body broke off."""
        ...


class _Plain:
    def feed(self, data: bytes) -> Iterator[bytes]:
        yield data

    def check_whole(self) -> None:
        return


class _Zlib:
    """gzip and zlib by their headers; raw deflate, which some servers send as `deflate`, by its first byte."""

    def __init__(self) -> None:
        self._inflate = None
        self._is_whole = True

    def feed(self, data: bytes) -> Iterator[bytes]:
        if not data:
            return
        if self._inflate is None:
            has_header = data[0] == 0x1F or data[0] & 0x0F == 8
            self._inflate = zlib.decompressobj(32 + zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS)
        try:
            while data and not self._inflate.eof:
                part = self._inflate.decompress(data, _PART)
                data = self._inflate.unconsumed_tail
                if part:
                    yield part
        except zlib.error:
            raise UpstreamError("the answer says that it is compressed, but cannot be decompressed") from None
        self._is_whole = self._inflate.eof

    def check_whole(self) -> None:
        if not self._is_whole:
            raise UpstreamError("the compressed answer broke off")


class Bound:
    """Counts bytes against a limit."""

    def __init__(self, max_bytes: int, what: str) -> None:
        self._left = max_bytes
        self._text = f"{what} is larger than {max_bytes:,} bytes"

    def take(self, count: int) -> None:
        """Count bytes. Raises TooLargeError over the limit."""
        self._left -= count
        if self._left < 0:
            raise TooLargeError(self._text)


def decoder_for(coding: bytes | None) -> Decoder:
    """A decoder by the value of `Content-Encoding`. Raises UpstreamError for a coding that was not asked for."""
    name = (coding or b"identity").strip().lower()
    if name in {b"identity", b""}:
        return _Plain()
    if name in {b"gzip", b"x-gzip", b"deflate"}:
        return _Zlib()
    raise UpstreamError(f"the answer is compressed by {name[:40].decode('latin-1')!r}, which was not asked for")
