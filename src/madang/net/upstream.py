"""One connection to another server: a request out, its answer in, both streamed, one after the other.

The answer goes to a sink by calls, not by tasks: this is the path of every proxied byte.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, cast

import httptools

from madang.kit.errors import UpstreamError
from madang.net.http1 import HEAD_LIMIT, Framing, FramingError, Header, answer_framing

_WRITE_HIGH = 256 * 1024


class UpstreamFailedError(UpstreamError):
    """The other server gave no whole answer. `is_sent`: whether a byte of the request may have reached it."""

    def __init__(self, detail: str, *, is_sent: bool) -> None:
        super().__init__(detail)
        self.is_sent = is_sent


class UpstreamSlowError(UpstreamFailedError):
    """The other server did not answer in time."""

    status = 504
    code = "upstream-slow"
    title = "The other server is too slow"


@dataclass(frozen=True, kw_only=True, slots=True)
class AnswerHead:
    """The head of a final answer (never 1xx)."""

    status: int
    headers: list[Header]
    framing: Framing


class AnswerSink(Protocol):
    """Takes an answer as it comes: a head, then bodies, then the end; or a failure at any time, and then nothing."""

    def on_head(self, head: AnswerHead) -> None:
        """The final head has come."""
        ...

    def on_data(self, data: bytes) -> None:
        """A part of the body has come."""
        ...

    def on_end(self) -> None:
        """The answer is whole. The connection is not the caller's any more."""
        ...

    def on_failure(self, failure: UpstreamFailedError) -> None:
        """There will be no whole answer. The connection is closed."""
        ...

    def pause_sending(self) -> None:
        """The other server takes no more for now: hold back the request's body."""
        ...

    def resume_sending(self) -> None:
        """The other server takes more."""
        ...


class UpstreamConnection(asyncio.Protocol):
    """A connection to one checked address. `on_idle` is called when it can take a request, `on_lost` at its end."""

    def __init__(
        self, on_idle: Callable[[UpstreamConnection], None], on_lost: Callable[[UpstreamConnection], None]
    ) -> None:
        self.served = 0
        self.is_closed = False
        self._on_idle = on_idle
        self._on_lost = on_lost
        self._transport: asyncio.Transport | None = None
        self._sink: AnswerSink | None = None
        self._loop = asyncio.get_running_loop()
        self._out: list[bytes] = []
        self._is_paused = False
        self._parser = httptools.HttpResponseParser(self)
        self._reset(b"")

    def _reset(self, method: bytes) -> None:
        self._method = method
        self._headers: list[Header] = []
        self._head_bytes = 0
        self._framing: Framing | None = None
        self._is_in_head = True
        self._is_whole = False
        self._is_reusable = False
        self._is_request_whole = False
        self._is_chunked = False
        self.has_answer_bytes = False

    def start(self, sink: AnswerSink, method: bytes, head: bytes, *, is_chunked: bool) -> None:
        """Send a head. `is_chunked`: whether the body that follows is to be framed in chunks.

        Raises UpstreamFailedError (not sent) where the connection has closed meanwhile.
        """
        if self.is_closed:
            raise UpstreamFailedError("the other server closed the connection", is_sent=False)
        self.resume_reading()
        self._reset(method)
        self._is_chunked = is_chunked
        self._sink = sink
        self.served += 1
        self._write(head)

    def send(self, data: bytes) -> None:
        """Send a part of the body."""
        if data and not self.is_closed:
            self._write(b"%x\r\n%b\r\n" % (len(data), data) if self._is_chunked else data)

    def end_request(self) -> None:
        """The request is whole."""
        self._is_request_whole = True
        if self._is_chunked and not self.is_closed:
            self._write(b"0\r\n\r\n")
        self._flush()

    def abort(self) -> None:
        """Give up at once; the sink hears nothing more."""
        self._sink = None
        self._close()

    def pause_reading(self) -> None:
        """Take no more of the answer for now."""
        if self._transport and not self.is_closed and not self._is_paused:
            self._is_paused = True
            self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Take the answer again."""
        if self._transport and not self.is_closed and self._is_paused:
            self._is_paused = False
            self._transport.resume_reading()

    # ---- asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The transport is there, TLS included."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(high=_WRITE_HIGH)

    def data_received(self, data: bytes) -> None:
        """Bytes of the answer, or bytes that nobody asked for, which end the connection."""
        if self._sink is None:
            self._close()
            return
        self.has_answer_bytes = True
        if self._is_in_head:
            self._head_bytes += len(data)
        self._feed(data)
        if self._is_whole:
            self._finish()
        elif self._is_in_head and self._head_bytes > HEAD_LIMIT:
            self._fail(f"sent an answer head over {HEAD_LIMIT // 1024} kB")

    def _feed(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._fail("switched protocols without being asked to")
        except httptools.HttpParserCallbackError as error:
            if not isinstance(error.__context__, FramingError):
                raise
            self._fail(f"does not speak HTTP properly ({error.__context__})")
        except httptools.HttpParserError as error:
            if self._is_whole:
                self._is_reusable = False  # more than the answer: nothing after it is believed
            else:
                self._fail(f"does not speak HTTP properly ({error})")

    def pause_writing(self) -> None:
        """The other server is slow to take the request."""
        if self._sink:
            self._sink.pause_sending()

    def resume_writing(self) -> None:
        """The other server takes the request again."""
        if self._sink:
            self._sink.resume_sending()

    def connection_lost(self, exc: Exception | None) -> None:
        """The end of the connection: also the end of an answer without a length."""
        self.is_closed = True
        sink, self._sink = self._sink, None
        self._on_lost(self)
        if sink is None:
            return
        if exc is None and self._framing is not None and self._framing.is_until_close:
            sink.on_end()
        else:
            what = "closed the connection in the middle of its answer" if self._framing else "closed the connection"
            sink.on_failure(UpstreamFailedError(f"the other server {what}", is_sent=True))

    # ---- httptools callbacks

    def on_message_begin(self) -> None:
        """A head begins: the final one, one after an interim answer, or one that nobody asked for."""
        self._is_reusable = False
        if not self._is_whole:
            self._headers = []

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header of the head; trailers are dropped."""
        if self._is_in_head:
            self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        """The head is whole."""
        status = self._parser.get_status_code()
        if status < 200 or self._sink is None:
            return
        if self._is_whole:
            return
        version = self._parser.get_http_version()
        self._framing = answer_framing(self._method, status, self._headers, version)
        self._is_in_head = False
        self._sink.on_head(AnswerHead(status=status, headers=self._headers, framing=self._framing))
        # The parser would wait for the body that a HEAD only announces, so such a connection is not used again.
        self._is_whole = self._method == b"HEAD"

    def on_body(self, data: bytes) -> None:
        """A part of the body."""
        if self._sink and not self._is_whole:
            self._sink.on_data(data)

    def on_message_complete(self) -> None:
        """The answer is whole, unless it was an interim one."""
        if self._framing is not None and not self._is_whole:
            self._is_whole = True
            self._is_reusable = self._parser.should_keep_alive()

    # ----

    def _write(self, data: bytes) -> None:
        """Send together with what is written before the loop goes on: a head with its body is one send."""
        if not self._out:
            self._loop.call_soon(self._flush)
        self._out.append(data)

    def _flush(self) -> None:
        out, self._out = self._out, []
        if out and self._transport and not self.is_closed:
            self._transport.write(out[0] if len(out) == 1 else b"".join(out))

    def _finish(self) -> None:
        sink, self._sink = self._sink, None
        if self._is_reusable and self._is_request_whole and not self.is_closed:
            self._on_idle(self)
        else:
            self._close()
        if sink:
            sink.on_end()

    def _fail(self, what: str) -> None:
        sink, self._sink = self._sink, None
        self._close()
        if sink:
            sink.on_failure(UpstreamFailedError(f"the other server {what}", is_sent=True))

    def _close(self) -> None:
        self.is_closed = True
        if self._transport:
            self._transport.abort()
