"""What goes in and out of the core: a request as it arrived, and an answer as it leaves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from madang.schema.encoding import Pair


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """A request. `path` and `query` are encoded as they came; the query has no `?`."""

    method: str
    path: str
    query: str = ""
    headers: tuple[Pair, ...] = ()
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """A header by its name in any case; several are joined by a comma (RFC 9110)."""
        found = [text for key, text in self.headers if key.lower() == name.lower()]
        return ", ".join(found) if found else None

    @property
    def media_type(self) -> str:
        """The type of the body in lower case without parameters, or empty."""
        return (self.header("content-type") or "").partition(";")[0].strip().lower()

    def query_pairs(self) -> list[Pair]:
        """Names and values of the query, encoded."""
        return pairs_of(self.query)

    def cookie_pairs(self) -> list[Pair]:
        """Names and values of the cookies, encoded."""
        return [(name.strip(), text) for name, text in pairs_of((self.header("cookie") or ""), ";")]


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """An answer, and how long to wait before it."""

    status: int
    headers: tuple[Pair, ...] = ()
    body: bytes = b""
    delay_seconds: float = 0.0


def pairs_of(text: str, separator: str = "&") -> list[Pair]:
    """`a=1&b` as pairs, as they are encoded."""
    return list(_pairs(text, separator))


def _pairs(text: str, separator: str) -> Iterator[Pair]:
    for part in text.split(separator):
        if part:
            name, _, value = part.partition("=")
            yield name, value
