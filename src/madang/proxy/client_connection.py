"""A client's connection: requests in, strictly framed, and answers out in the order of the requests (RFC 9112).

Requests that come before the last one is answered wait here, and nothing more is read meanwhile.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Literal, Protocol, cast

import httptools

from madang.kit.errors import MadangError
from madang.net.http1 import HEAD_LIMIT, FramingError, Header, request_framing
from madang.proxy.incoming import Incoming
from madang.proxy.limits import Limits
from madang.proxy.problems import (
    BadRequestError,
    HeadTooLargeError,
    answer_bytes,
    problem_body,
    problem_headers,
)

_WRITE_HIGH = 256 * 1024
_READ_HIGH = 256 * 1024

State = Literal["idle", "reading", "answering", "lingering", "closed"]


class Work(Protocol):
    """What answers one request."""

    call_id: str

    def abort(self) -> None:
        """The client has gone."""
        ...

    def check_time(self, now: float) -> None:
        """Look at time limits."""
        ...

    def pause_answer(self) -> None:
        """The client is slow."""
        ...

    def resume_answer(self) -> None:
        """The client takes more."""
        ...


class ClientConnection(asyncio.Protocol):
    """One connection of a client. `begin` starts the work on a request; `on_close` is called at the end."""

    def __init__(
        self,
        begin: Callable[[Incoming, ClientConnection], Work],
        on_close: Callable[[ClientConnection], None],
        limits: Limits,
        new_call_id: Callable[[], str],
    ) -> None:
        self._begin = begin
        self._on_close = on_close
        self._limits = limits
        self._new_call_id = new_call_id
        self._loop = asyncio.get_running_loop()
        self._since = self._loop.time()
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpRequestParser(self)
        self._queue: deque[Incoming | MadangError] = deque()
        self._current: Incoming | None = None
        self._work: Work | None = None
        self._reading: Incoming | None = None
        self._is_in_head = True
        self._head_bytes = 0
        self._frame_bytes = 0
        self._out: list[bytes] = []
        self._is_broken = False
        self._is_draining = False
        self._is_paused = False
        self._is_held_back = False
        self._state: State = "idle"
        self._lingered = 0

    # ---- asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client has come."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(high=_WRITE_HIGH)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone; what was done for it is given up."""
        self._state = "closed"
        work, self._work = self._work, None
        self._queue.clear()
        if work:
            work.abort()
        self._on_close(self)

    def data_received(self, data: bytes) -> None:
        """Bytes of requests."""
        if self._state == "lingering":
            self._linger(len(data))
            return
        if self._is_broken:
            return
        if self._state == "idle":
            self._state, self._since = "reading", self._loop.time()
        if self._is_in_head:
            self._head_bytes += len(data)
        else:
            self._frame_bytes += len(data)
        self._feed(data)
        if self._is_in_head and self._head_bytes > HEAD_LIMIT:
            self._refuse(HeadTooLargeError(f"the head of the request is over {HEAD_LIMIT // 1024} kB"))
        self._next()
        self._hold_back()

    def pause_writing(self) -> None:
        """The client is slow to take the answer."""
        if self._work:
            self._work.pause_answer()

    def resume_writing(self) -> None:
        """The client takes the answer again."""
        if self._work:
            self._work.resume_answer()

    # ---- httptools callbacks

    def on_message_begin(self) -> None:
        """A request begins."""
        if not self._is_broken:
            self._reading = Incoming()

    def on_url(self, url: bytes) -> None:
        """A part of the target."""
        if self._reading:
            self._reading.target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header; trailers are dropped."""
        if self._reading and self._is_in_head:
            self._reading.headers.append((name, value))

    def on_headers_complete(self) -> None:
        """A head is whole. What it asks for begins when all that has come with it has been read."""
        incoming = self._reading
        if incoming is None:
            return
        incoming.method = self._parser.get_method()
        incoming.version = self._parser.get_http_version()
        incoming.keep_alive = self._parser.should_keep_alive()
        incoming.framing = request_framing(incoming.headers, incoming.version)
        _check_head(incoming, is_upgrade=self._parser.should_upgrade())
        self._is_in_head = False
        self._head_bytes = self._frame_bytes = 0
        self._queue.append(incoming)

    def on_body(self, data: bytes) -> None:
        """A part of a body."""
        if self._reading:
            self._frame_bytes -= len(data)
            self._reading.add(data)

    def on_message_complete(self) -> None:
        """A request is whole."""
        incoming, self._reading = self._reading, None
        self._is_in_head = True
        self._head_bytes = 0
        if incoming:
            incoming.end()

    # ---- for the work on a request

    def write(self, data: bytes) -> None:
        """Send bytes to the client: together with all that is written before the loop goes on, as a send is dear."""
        if self._transport and self._state != "closed":
            if not self._out:
                self._loop.call_soon(self._flush)
            self._out.append(data)

    def pause_reading(self) -> None:
        """Take no more of the request for now."""
        self._is_held_back = True
        self._hold_back()

    def resume_reading(self) -> None:
        """Take the request again."""
        self._is_held_back = False
        self._hold_back()

    def answer(self, status: int, headers: list[Header], body: bytes) -> None:
        """Send a whole answer of our own, and finish."""
        current = self._current
        if current is None:
            return
        keep_alive = current.keep_alive and current.is_whole and not self._is_draining and status != 400
        is_head = current.method == b"HEAD"
        self.write(answer_bytes(status, headers, body, keep_alive=keep_alive, is_head=is_head))
        self.finish(keep_alive=keep_alive)

    def answer_problem(self, error: MadangError, call_id: str, *, sent: bool) -> None:
        """Answer by an error of ours, and finish."""
        headers = [*problem_headers(error, sent=sent), (b"Madang-Call", call_id.encode())]
        self.answer(error.status, headers, problem_body(error, call_id))

    def finish(self, *, keep_alive: bool) -> None:
        """The answer is whole: go on with the next request, or close."""
        current, self._current, self._work = self._current, None, None
        self._flush()
        if self._state == "closed" or current is None:
            return
        if not current.is_whole:
            self._start_lingering()
        elif not keep_alive or self._is_draining:
            self._close()
        else:
            self._state = "reading" if self._reading or self._head_bytes else "idle"
            self._since = self._loop.time()
            self._next()
            self._hold_back()

    def break_off(self) -> None:
        """The answer cannot be ended: close in a way that the client notices."""
        self._flush()
        self._current = self._work = None
        self._state = "closed"
        self.abort()

    # ---- for the server

    def check_time(self, now: float) -> None:
        """Look at time limits."""
        if self._work:
            self._work.check_time(now)
            return
        longest = {
            "idle": self._limits.keep_alive_seconds,
            "reading": self._limits.head_seconds,
            "lingering": self._limits.linger_seconds,
        }.get(self._state)
        if longest is not None and now - self._since > longest:
            self._close()

    def drain(self) -> None:
        """The proxy is to stop: close when what is under way has been answered."""
        self._is_draining = True
        if self._work is None:
            self._close()

    def abort(self) -> None:
        """Close at once."""
        if self._transport:
            self._transport.abort()

    # ----

    def _feed(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
            if self._frame_bytes > HEAD_LIMIT and not self._is_in_head:
                self._refuse(BadRequestError("the chunks of the request carry more framing than body"))
        except httptools.HttpParserUpgrade as error:
            # The upgrade is not wanted (RFC 9110, 7.8) and there is no body: go on behind the request.
            self._parser = httptools.HttpRequestParser(self)
            rest = data[int(error.args[0]) :]
            self._head_bytes = len(rest)
            if rest:
                self._feed(rest)
        except httptools.HttpParserCallbackError as error:
            cause = error.__context__
            if not isinstance(cause, FramingError | MadangError):
                raise
            self._refuse(cause if isinstance(cause, MadangError) else BadRequestError(str(cause)))
        except httptools.HttpParserError as error:
            self._refuse(BadRequestError(f"the request is not proper HTTP/1.1 ({error})"))

    def _refuse(self, error: MadangError) -> None:
        """Nothing that follows is believed: answer what came before, then this, then close."""
        if self._is_broken:
            return
        self._is_broken = True
        broken, self._reading = self._reading, None
        if broken is not None and broken is self._current:
            work = self._work
            self.break_off()
            if work:
                work.abort()
            return
        if broken is not None and self._queue and self._queue[-1] is broken:
            self._queue.pop()  # its head was good, but none of it has been passed on
        self._queue.append(error)

    def _next(self) -> None:
        if self._current is not None or not self._queue or self._state in {"lingering", "closed"}:
            return
        incoming = self._queue.popleft()
        if isinstance(incoming, MadangError):
            self._answer_broken(incoming)
            return
        self._current = incoming
        self._state = "answering"
        self._work = self._begin(incoming, self)

    def _answer_broken(self, error: MadangError) -> None:
        call_id = self._new_call_id()
        headers = [*problem_headers(error, sent=False), (b"Madang-Call", call_id.encode())]
        self.write(answer_bytes(error.status, headers, problem_body(error, call_id), keep_alive=False))
        self._start_lingering()

    def _start_lingering(self) -> None:
        """Read on for a little, so that the client sees the answer before the end of the connection."""
        self._flush()
        self._state, self._since, self._lingered = "lingering", self._loop.time(), 0
        self._queue.clear()
        self._reading = None
        if self._transport and self._transport.can_write_eof():
            self._transport.write_eof()
        self._is_held_back = False
        self._hold_back()

    def _linger(self, count: int) -> None:
        self._lingered += count
        if self._lingered > self._limits.linger_bytes:
            self._close()

    def _hold_back(self) -> None:
        """Read, unless somebody is slow, or requests or a lot of body wait."""
        current = self._current
        most = max(_READ_HIGH, current.wanted_bytes) if current is not None else 0
        waits = len(self._queue) > 0 or (current is not None and current.waiting_bytes > most)
        wanted = self._is_held_back or (waits and self._state == "answering")
        if self._transport and self._state != "closed" and wanted != self._is_paused:
            self._is_paused = wanted
            if wanted:
                self._transport.pause_reading()
            else:
                self._transport.resume_reading()

    def _flush(self) -> None:
        if self._out and self._transport:
            out, self._out = self._out, []
            self._transport.write(out[0] if len(out) == 1 else b"".join(out))

    def _close(self) -> None:
        self._flush()
        self._state = "closed"
        if self._transport:
            self._transport.close()


def _check_head(incoming: Incoming, *, is_upgrade: bool) -> None:
    size = len(incoming.target) + sum(len(name) + len(value) + 4 for name, value in incoming.headers)
    if size > HEAD_LIMIT:
        raise HeadTooLargeError(f"the head of the request is over {HEAD_LIMIT // 1024} kB")
    if incoming.version not in {"1.0", "1.1"}:
        raise BadRequestError("only HTTP/1.1 and HTTP/1.0 are spoken here")
    if incoming.method == b"CONNECT":
        raise BadRequestError("CONNECT is not served")
    if is_upgrade and incoming.framing.has_body:
        raise BadRequestError("a request with a body cannot ask for another protocol")
