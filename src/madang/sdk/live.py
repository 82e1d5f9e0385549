"""A conversation's session over WebSocket, asynchronous: it follows, speaks, and lends functions (docs/flows/chat.md).

    async with LiveSession(url, token, conversation, name="shop") as session:
        await session.lend(add_to_cart, bind(clear, effect="idempotent"))
        await session.send("message", text="put two of a-1 into my cart")
        async for event in session.events(): ...

A socket that is lost is opened again, ever more rarely, and told the last event that came; frames that were not
answered are sent again under their ids, and what was lent is lent again.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, cast
from urllib.parse import quote

from madang.kit.errors import MadangError, TooLargeError
from madang.kit.json import JsonObject, JsonValue
from madang.sdk.client import ApiError, ConnectionLostError, read_token, url_of
from madang.sdk.lending import Lendable, LentFunction, lent_function, portions, run
from madang.sdk.session import backoff_seconds
from madang.settings import Settings

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

OPEN_SECONDS = 15.0
GOODBYE_SECONDS = 2.0
WELL_SECONDS = 5.0
"""A socket that was open for so long was no failure."""
MOST_BYTES = 64 * 1024 * 1024
FRAME_BYTES = 256 * 1024
"""The server takes no larger frame, and ends a session that sends one."""
FINAL = frozenset({1008, 4400, 4401, 4404, 4409, 4413})
"""Close codes after which coming again is no use."""


class SessionClosedError(ConnectionLostError):
    """The server ended the session for good; `close_code` says why (docs/flows/chat.md)."""

    def __init__(self, close_code: int, reason: str) -> None:
        super().__init__(f"Madang ended the session: {reason or 'no reason given'} ({close_code})")
        self.close_code = close_code


class LiveSession:
    """Follows one conversation, speaks in it, and runs what it lends. A context manager, within one event loop.

    Args:
        name: What people see before the names of the functions that are lent; `app` without it.
        seq: The last event that the caller has.
        session: The session's name for the server, 16 to 64 of A-Z, a-z, 0-9, _ and -; a new one without it. A program
            that keeps it is the same session when it starts again.
        on_event: Called with each event, once and in order. Without it they are to be taken from `events()`.
    """

    def __init__(
        self,
        base_url: str,
        token: str,
        conversation: str,
        *,
        name: str | None = None,
        seq: int = 0,
        session: str | None = None,
        on_event: Callable[[JsonObject], None] | None = None,
    ) -> None:
        self.conversation = conversation
        self.seq = seq
        self._url = f"{base_url.rstrip('/').replace('http', 'ws', 1)}/api/conversations/{quote(conversation, safe='')}"
        self._headers = {"Authorization": f"Bearer {token}"}
        self._named: JsonObject = {} if name is None else {"name": name}
        self._session = session or uuid.uuid4().hex
        self._on_event = on_event
        self._events: asyncio.Queue[JsonObject | None] = asyncio.Queue()
        self._lent: dict[str, LentFunction] = {}
        self._sent: dict[str, tuple[str, asyncio.Future[None]]] = {}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._socket: ClientConnection | None = None
        self._talking: asyncio.Task[None] | None = None
        self._ended: MadangError | None = None

    @classmethod
    def from_settings(cls, settings: Settings, conversation: str, **options: Any) -> Self:
        """A session at the backend on this machine, with the token of MADANG_HOME. Raises UsageError without one."""
        return cls(url_of(settings), read_token(settings), conversation, **options)

    async def __aenter__(self) -> Self:
        self._talking = asyncio.create_task(self._talk_on())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._say_goodbye()
        tasks = [task for task in (self._talking, *self._running.values()) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._end(ConnectionLostError("the session was left"))

    async def events(self) -> AsyncIterator[JsonObject]:
        """Each event after `seq`, once and in order, as it comes.

        Raises SessionClosedError where the server ends the session for good.
        """
        while (event := await self._events.get()) is not None:
            yield event
        if isinstance(self._ended, SessionClosedError):
            raise self._ended

    async def lend(self, *functions: Lendable) -> None:
        """Lend functions for as long as the session is open: typed callables, what `bind` made of them, or
        `LentFunction` with a definition in JSON. One with the name of another takes its place.

        Raises InvalidError for one that cannot be described, ApiError where the server refuses.
        """
        lent = {each.name: each for each in map(lent_function, functions)}
        if not lent:
            return
        before = {name: self._lent[name] for name in lent if name in self._lent}
        self._lent |= lent  # a call may come before the answer
        try:
            await self.send("lend", functions=[each.definition for each in lent.values()], **self._named)
        except MadangError:
            self._lent = {name: each for name, each in self._lent.items() if name not in lent} | before
            raise

    async def unlend(self, *names: str) -> None:
        """Take back functions by their names, or all."""
        members: JsonObject = {"names": [*names]} if names else {}
        await self.send("unlend", **members)
        self._lent = {name: each for name, each in self._lent.items() if names and name not in names}

    async def send(self, kind: str, **members: JsonValue) -> None:
        """Say something; returns when the server has taken it, also after a loss of the socket.

        Raises ApiError where the server refuses it, SessionClosedError where the session ended for good, TooLargeError
        for a frame of more than 256 KB, ValueError for what is no JSON.
        """
        if self._ended is not None:
            raise self._ended
        frame: JsonObject = {"id": uuid.uuid4().hex, "type": kind, **members}
        text, answered = _checked(frame), asyncio.get_running_loop().create_future()
        self._sent[str(frame["id"])] = (text, answered)
        try:
            await self._write(text)
            await answered
        finally:
            self._sent.pop(str(frame["id"]), None)

    async def _write(self, text: str) -> None:
        """Now, or with the next socket."""
        from websockets.exceptions import ConnectionClosed

        if self._socket is not None:
            with suppress(ConnectionClosed):
                await self._socket.send(text)

    async def _talk_on(self) -> None:
        """One socket after the other, until the server ends the session for good. A boundary: the end is told."""
        failures = 0
        while True:
            try:
                began = time.monotonic()
                await self._talk()
            except SessionClosedError as error:
                self._end(error)
                return
            except Exception as error:  # noqa: BLE001 - a fault of our own ends the session, and whoever waits hears it
                self._end(ConnectionLostError(f"the session failed ({error})"))
                return
            failures = 0 if time.monotonic() - began >= WELL_SECONDS else failures + 1
            await asyncio.sleep(backoff_seconds(failures, random.random()))  # noqa: S311 - so that many do not come at once

    async def _talk(self) -> None:
        """One socket to its end. Raises SessionClosedError where another one is no use."""
        from websockets.asyncio.client import connect
        from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

        try:
            async with connect(
                f"{self._url}/session",
                additional_headers=self._headers,
                open_timeout=OPEN_SECONDS,
                max_size=MOST_BYTES,
                proxy=None,
            ) as socket:
                await self._greet(socket)
                async for text in socket:
                    if not self._hear(json.loads(text)):
                        return
            if socket.close_code in FINAL:
                raise SessionClosedError(socket.close_code or 0, socket.close_reason or "")
        except ConnectionClosed as error:
            if error.rcvd is not None and error.rcvd.code in FINAL:
                raise SessionClosedError(error.rcvd.code, error.rcvd.reason) from None
        except InvalidStatus as error:
            if 400 <= error.response.status_code < 500:
                raise SessionClosedError(error.response.status_code, "it was refused") from None
        except (OSError, TimeoutError, InvalidHandshake):
            pass
        finally:
            self._socket = None

    async def _greet(self, socket: ClientConnection) -> None:
        resume: JsonObject = {"type": "resume", "after_seq": self.seq, "session": self._session}
        lent: list[JsonObject] = [
            {"type": "lend", "functions": functions, **self._named} for functions in portions(self._lent.values())
        ]
        waiting = [text for text, _ in self._sent.values()]
        await socket.send(json.dumps({"id": uuid.uuid4().hex, **resume}))
        self._socket = socket  # what is said from now on goes out by itself, at worst twice under one id
        for frame in lent:
            await socket.send(json.dumps({"id": uuid.uuid4().hex, **frame}))
        for text in waiting:
            await socket.send(text)

    def _hear(self, message: JsonObject) -> bool:
        """Take a message; false where one between was lost, and a new socket has to tell it."""
        seq, value = message.get("seq"), message.get("value")
        if isinstance(seq, int):
            return self._take(seq, message)
        if message.get("name") == "frame" and isinstance(value, dict):
            self._settle(value)
        elif message.get("name") == "call_request" and isinstance(value, dict):
            self._begin(value)
        return True

    def _take(self, seq: int, event: JsonObject) -> bool:
        if seq == self.seq + 1:
            self.seq = seq
            if self._on_event is None:
                self._events.put_nowait(event)
            else:
                self._on_event(event)
        return seq <= self.seq

    def _settle(self, answer: JsonObject) -> None:
        found = self._sent.get(str(answer.get("id")))
        if found is None or found[1].done():
            return
        problem = answer.get("problem")
        if answer.get("ok"):
            found[1].set_result(None)
        elif isinstance(problem, dict):
            found[1].set_exception(ApiError(int(cast("int", problem.get("status", 500))), problem))

    def _begin(self, request: JsonObject) -> None:
        """Run a function; a call that is running is not begun again, and its answer is for both."""
        call_id = str(request["call_id"])
        if call_id in self._running:
            return
        task = asyncio.create_task(self._answer(call_id, request))
        self._running[call_id] = task
        task.add_done_callback(lambda _: self._running.pop(call_id, None))

    async def _answer(self, call_id: str, request: JsonObject) -> None:
        arguments = request.get("arguments")
        answer = await run(self._lent, str(request["name"]), arguments if isinstance(arguments, dict) else {})
        try:
            await self.send("tool_result", call_id=call_id, **answer)
        except ApiError as error:
            if error.http_status == 422:  # otherwise nobody waits for it any more
                await self._answer_wrong(call_id, error.detail)
        except (ValueError, TooLargeError) as error:
            await self._answer_wrong(call_id, str(error))
        except SessionClosedError:
            pass  # it is told to whoever follows

    async def _answer_wrong(self, call_id: str, why: str) -> None:
        with suppress(ApiError, ConnectionLostError):
            await self.send("tool_result", call_id=call_id, error=f"what it gave cannot be sent: {why}")

    async def _say_goodbye(self) -> None:
        """Take all back, so that nobody waits for a session that is gone."""
        if self._lent and self._socket is not None:
            with suppress(MadangError, TimeoutError):
                async with asyncio.timeout(GOODBYE_SECONDS):
                    await self.send("unlend")

    def _end(self, error: MadangError) -> None:
        self._ended = self._ended or error
        for _, answered in self._sent.values():
            if not answered.done():
                answered.set_exception(self._ended)
        self._events.put_nowait(None)


def _checked(frame: JsonObject) -> str:
    """A frame as text. Raises ValueError for what is no JSON, TooLargeError."""
    text = json.dumps(frame, allow_nan=False)
    if len(text.encode()) > FRAME_BYTES:
        raise TooLargeError(f"a frame has at most {FRAME_BYTES:,} bytes, this one has {len(text.encode()):,}")
    return text
