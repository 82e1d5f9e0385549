"""A request as it comes in: its head, and what has come of its body and is not passed on yet."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from madang.kit.errors import TooLargeError
from madang.net.http1 import Framing, Header, find_header


class Incoming:
    """One request of a client. Body parts go to `take` once somebody takes them; until then they wait here."""

    __slots__ = (
        "_more",
        "_on_data",
        "_on_end",
        "body_bytes",
        "framing",
        "headers",
        "is_whole",
        "keep_alive",
        "method",
        "parts",
        "target",
        "version",
        "waiting_bytes",
        "wanted_bytes",
    )

    def __init__(self) -> None:
        self.method = b""
        self.target = b""
        self.version = "1.1"
        self.headers: list[Header] = []
        self.framing = Framing()
        self.keep_alive = False
        self.is_whole = False
        self.body_bytes = 0
        self.waiting_bytes = 0
        self.parts: deque[bytes] = deque()
        self.wanted_bytes = 0
        self._more: asyncio.Event | None = None
        self._on_data: Callable[[bytes], None] | None = None
        self._on_end: Callable[[], None] | None = None

    @property
    def expects_continue(self) -> bool:
        """Whether the client waits for a word before it sends the body."""
        return self.version == "1.1" and (find_header(self.headers, b"expect") or b"").lower() == b"100-continue"

    def add(self, data: bytes) -> None:
        """A part of the body has come."""
        self.body_bytes += len(data)
        if self._on_data:
            self._on_data(data)
        else:
            self.parts.append(data)
            self.waiting_bytes += len(data)
            if self._more:
                self._more.set()

    def end(self) -> None:
        """The body is whole."""
        self.is_whole = True
        if self._on_end:
            self._on_end()
        if self._more:
            self._more.set()

    async def read_whole(self, most_bytes: int) -> bytes:
        """The whole body, which still waits to be passed on. Raises TooLargeError."""
        self._more = asyncio.Event()
        while not self.is_whole and max(self.body_bytes, self.framing.length) <= most_bytes:
            self._more.clear()
            await self._more.wait()
        self._more = None
        if max(self.body_bytes, self.framing.length) > most_bytes:
            raise TooLargeError(f"the body is larger than {most_bytes:,} bytes")
        return b"".join(self.parts)

    def take(self, on_data: Callable[[bytes], None], on_end: Callable[[], None]) -> None:
        """Pass the body on from now, what waits of it at once."""
        self._on_data, self._on_end = on_data, on_end
        self.waiting_bytes = 0
        while self.parts:
            on_data(self.parts.popleft())
        if self.is_whole:
            on_end()

    def drop(self) -> None:
        """Nobody wants the body any more: what comes of it is thrown away."""
        self.parts.clear()
        self.waiting_bytes = 0
        self._on_data, self._on_end = _ignore, None


def _ignore(data: bytes) -> None:
    del data
