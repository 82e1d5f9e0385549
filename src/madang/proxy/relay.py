"""One call: a request from a client through to the other server, and its answer back, both as streams.

The decision is made in a task (`run`); bytes then pass by calls from one connection to the other. Each side is held
back while the other is slow, so a body of any size needs a few buffers. However a call ends, its record is written
once more, with the outcome.
"""

from __future__ import annotations

import asyncio
from math import inf
from typing import Protocol

from madang.kit.errors import MadangError, TooLargeError
from madang.kit.ids import new_id
from madang.ledger.usage import CallOutcome, to_ended_line
from madang.logs import get_logger
from madang.net.http1 import Header, head_bytes
from madang.net.pool import BRIEF_IDLE_SECONDS, Pool
from madang.net.upstream import AnswerHead, UpstreamConnection, UpstreamFailedError, UpstreamSlowError
from madang.proxy.dispatch import Dispatcher, Plan
from madang.proxy.headers import answer_headers
from madang.proxy.incoming import Incoming
from madang.proxy.problems import RequestSlowError, reason_of
from madang.proxy.spool import Spool

BODY_SECONDS = 30.0
"""For the whole body of a request that is read before it goes on."""

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"

_log = get_logger("proxy")


class Client(Protocol):
    """The client's connection, as a call sees it."""

    def write(self, data: bytes) -> None:
        """Send bytes to the client."""
        ...

    def pause_reading(self) -> None:
        """Take no more of the request for now."""
        ...

    def resume_reading(self) -> None:
        """Take the request again."""
        ...

    def finish(self, *, keep_alive: bool) -> None:
        """The answer is whole."""
        ...

    def break_off(self) -> None:
        """The answer has begun and cannot be ended: the client must notice."""
        ...

    def answer_problem(self, error: MadangError, call_id: str, *, sent: bool) -> None:
        """Answer by ourselves, and finish."""
        ...


class Relay:
    """One call. Also the sink of the answer (`net.upstream.AnswerSink`)."""

    def __init__(self, incoming: Incoming, client: Client, dispatcher: Dispatcher, pool: Pool, spool: Spool) -> None:
        self.call_id = new_id("call")
        self._incoming = incoming
        self._client = client
        self._dispatcher = dispatcher
        self._pool = pool
        self._spool = spool
        self._loop = asyncio.get_running_loop()
        self._started = self._active = self._loop.time()
        self._plan: Plan | None = None
        self._upstream: UpstreamConnection | None = None
        self._task: asyncio.Task[None] | None = None
        self._head: AnswerHead | None = None
        self._is_recorded = False
        self._is_sent = False
        self._is_over = False
        self._is_chunked = False
        self._is_client_slow = False
        self._answer_bytes = 0

    def start(self) -> None:
        """Begin. The client hears of the end."""
        self._task = self._loop.create_task(self._run())

    def abort(self) -> None:
        """The client has gone: give up the call, upstream too."""
        if self._is_over:
            return
        self._end("cut" if self._head else "failed", "client-gone")
        if self._task:
            self._task.cancel()
        if self._upstream:
            self._upstream.abort()

    def check_time(self, now: float) -> None:
        """Give up a call that takes too long. Called every little while."""
        if self._plan is None or self._upstream is None or self._is_over:
            return
        limits = self._plan.limits
        idle = limits.idle_seconds if self._head else limits.first_byte_seconds
        if now - self._active > idle:
            self._give_up(self._slow(idle))
        elif now - self._started > limits.total_seconds:
            self._give_up(UpstreamSlowError(f"the call took longer than its {limits.total_seconds:g} s", is_sent=True))

    def pause_answer(self) -> None:
        """The client is slow: take no more of the answer."""
        self._is_client_slow = True
        if self._upstream:
            self._upstream.pause_reading()

    def resume_answer(self) -> None:
        """The client takes more."""
        self._is_client_slow = False
        if self._upstream:
            self._upstream.resume_reading()

    # ---- AnswerSink

    def on_head(self, head: AnswerHead) -> None:
        """The head has come: pass it on."""
        self._head = head
        self._active = self._loop.time()
        if head.status == 401 and self._plan and self._plan.token_requests:
            self._dispatcher.forget_tokens(self._plan)
        headers = answer_headers(head.headers, self.call_id.encode())
        headers += self._length_headers(head)
        if not self._keeps_alive():
            headers.append((b"Connection", b"close"))
        self._client.write(head_bytes(b"HTTP/1.1 %d %b" % (head.status, reason_of(head.status)), headers))
        if self._is_client_slow and self._upstream:
            self._upstream.pause_reading()

    def on_data(self, data: bytes) -> None:
        """A part has come: pass it on."""
        self._active = self._loop.time()
        self._answer_bytes += len(data)
        self._client.write(b"%x\r\n%b\r\n" % (len(data), data) if self._is_chunked else data)

    def on_end(self) -> None:
        """The answer is whole."""
        self._upstream = None
        self._end("answered", None)
        if self._is_chunked:
            self._client.write(b"0\r\n\r\n")
        self._client.finish(keep_alive=self._keeps_alive())

    def on_failure(self, failure: UpstreamFailedError) -> None:
        """There is no whole answer."""
        upstream, self._upstream = self._upstream, None
        if self._may_repeat(upstream):
            self._task = self._loop.create_task(self._run_again())
        else:
            self._give_up(failure)

    def pause_sending(self) -> None:
        """The other server is slow: take no more of the request."""
        self._client.pause_reading()

    def resume_sending(self) -> None:
        """The other server takes more."""
        self._active = self._loop.time()
        self._client.resume_reading()

    # ----

    async def _run(self) -> None:
        try:
            self._plan = await self._dispatcher.plan(self._incoming, self.call_id, self._read_whole)
            await self._connect(self._plan, inf if self._plan.is_repeatable else BRIEF_IDLE_SECONDS)
        except MadangError as error:
            self._give_up(error)
        except Exception:  # noqa: BLE001 - the boundary of a request: a fault of ours is one failed call
            _log.exception("a call failed inside the proxy", call=self.call_id)
            self._give_up(MadangError("the proxy failed; its log says why"))

    async def _read_whole(self, most_bytes: int) -> bytes:
        """The body of the request, for a decision that depends on it."""
        incoming = self._incoming
        incoming.wanted_bytes = most_bytes
        if incoming.expects_continue and not incoming.body_bytes and not incoming.is_whole:
            self._client.write(CONTINUE)
        self._client.resume_reading()
        try:
            async with asyncio.timeout(BODY_SECONDS):
                return await incoming.read_whole(most_bytes)
        except TimeoutError:
            raise RequestSlowError(f"the request did not come whole within {BODY_SECONDS:g} s") from None

    async def _run_again(self) -> None:
        try:
            if self._plan:
                await self._connect(self._plan, 0)
        except MadangError as error:
            self._give_up(error)

    async def _connect(self, plan: Plan, max_idle_seconds: float) -> None:
        upstream = self._pool.find_idle(plan.key, max_idle_seconds)
        if upstream is None:
            upstream = await self._pool.acquire(plan.key, max_idle_seconds)
        try:
            self._dispatcher.recheck(plan.grant)
            if not self._is_recorded:
                self._spool.write(plan.record)
                self._is_recorded = True
        except BaseException:
            upstream.abort()
            raise
        self._active = self._loop.time()
        upstream.start(self, self._incoming.method, plan.head, is_chunked=self._incoming.framing.is_chunked)
        self._upstream, self._is_sent = upstream, True
        if self._is_client_slow:
            upstream.pause_reading()
        if self._incoming.expects_continue and not self._incoming.body_bytes and not self._incoming.is_whole:
            self._client.write(CONTINUE)
        self._incoming.take(self._on_request_data, self._on_request_end)
        self._client.resume_reading()

    def _on_request_data(self, data: bytes) -> None:
        self._active = self._loop.time()
        if self._plan and self._incoming.body_bytes > self._plan.limits.max_request_bytes:
            self._give_up(TooLargeError(f"the body is larger than {self._plan.limits.max_request_bytes:,} bytes"))
        elif self._upstream:
            self._upstream.send(data)

    def _on_request_end(self) -> None:
        if self._upstream:
            self._upstream.end_request()

    def _slow(self, seconds: float) -> MadangError:
        if not self._incoming.is_whole and not self._head:
            return RequestSlowError(f"nothing more of the request came for {seconds:g} s")
        what = "sent nothing more" if self._head else "gave no answer"
        return UpstreamSlowError(f"the other server {what} for {seconds:g} s", is_sent=True)

    def _may_repeat(self, upstream: UpstreamConnection | None) -> bool:
        return (
            self._plan is not None
            and upstream is not None
            and self._plan.is_repeatable
            and not self._incoming.framing.has_body
            and upstream.served > 1
            and not upstream.has_answer_bytes
            and not self._is_over
        )

    def _give_up(self, error: MadangError) -> None:
        if self._is_over:
            return
        upstream, self._upstream = self._upstream, None
        if upstream:
            upstream.abort()
        self._end("cut" if self._head else "failed", error.code)
        if self._head:
            self._client.break_off()
        else:
            facts = {"call": self.call_id, "code": error.code, "status": error.status, "sent": self._is_sent}
            _log.info("call refused or failed", **facts)
            self._client.answer_problem(error, self.call_id, sent=self._is_sent)

    def _end(self, outcome: CallOutcome, error: str | None) -> None:
        self._is_over = True
        self._incoming.drop()
        if not self._is_recorded or self._plan is None:
            return
        line = to_ended_line(
            self._plan.record,
            outcome=outcome,
            is_sent=self._is_sent,
            status=self._head.status if self._head else None,
            error=error,
            request_bytes=self._incoming.body_bytes,
            response_bytes=self._answer_bytes,
            duration_ms=round((self._loop.time() - self._started) * 1_000),
        )
        self._spool.add(line)

    def _keeps_alive(self) -> bool:
        if self._head and self._head.framing.is_until_close and self._incoming.version != "1.1":
            return False
        return self._incoming.keep_alive

    def _length_headers(self, head: AnswerHead) -> list[Header]:
        framing = head.framing
        if self._incoming.method == b"HEAD" or head.status == 304:
            return [(name, value) for name, value in head.headers if name.lower() == b"content-length"]
        if head.status == 204:
            return []
        if not framing.is_chunked and not framing.is_until_close:
            return [(b"Content-Length", str(framing.length).encode())]
        self._is_chunked = self._incoming.version == "1.1"
        return [(b"Transfer-Encoding", b"chunked")] if self._is_chunked else []
