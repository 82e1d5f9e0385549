"""GET /api/conversations/{id}/session: the WebSocket of a session (docs/flows/chat.md).

It needs an identity and an own Origin like everything else; what it reads of the client are frames, what it tells are
events after the number that `resume` names. A socket that is dropped ends nothing.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections import deque
from contextlib import aclosing, suppress

import orjson
from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from madang.agent.conversations import get_conversation
from madang.agent.frames import LONGEST_ID, MOST_BYTES, read_frame
from madang.agent.lending import Lender, take_up_lending
from madang.backend.domains.conversations.following import LAST_SEQ, Live, follow
from madang.backend.domains.conversations.lending import LendingDesk, TakenOverError, leave
from madang.backend.domains.conversations.service import warm_model
from madang.backend.domains.conversations.views import event_text
from madang.backend.http.authentication import identify
from madang.backend.parts import Parts, parts_of
from madang.kit.actor import Actor
from madang.kit.errors import MadangError, NotFoundError, UnauthenticatedError
from madang.kit.ids import new_id
from madang.kit.json import JsonObject, JsonValue
from madang.logs import get_logger

BAD_FRAME, NOT_SIGNED_IN, NO_CONVERSATION, TAKEN_OVER, TOO_LARGE, TOO_FAST = 4400, 4401, 4404, 4409, 4413, 4429
FAILED = 1011
MOST_FRAMES, WITHIN_SECONDS = 60, 10.0
RESUME_SECONDS = 15.0
LOOK_SECONDS = 30.0
"""How long a socket that says nothing outlives the sign-in that it was opened with."""

_log = get_logger("backend")

_SESSION = re.compile(r"[A-Za-z0-9_-]{16,64}")
_SIGN_IN, _NO_CONVERSATION = "sign in first", "there is no such conversation"

router = APIRouter()


@router.websocket("/api/conversations/{conversation_id}/session")
async def open_session(socket: WebSocket, conversation_id: str) -> None:
    """Follow a conversation and speak in it."""
    await socket.accept()
    parts = parts_of(socket)
    try:
        actor = (await identify(socket)).actor
        async with parts.database.begin() as db:
            conversation = await get_conversation(actor, db, conversation_id)
            await warm_model(actor, db, parts, conversation)
    except UnauthenticatedError:
        await socket.close(NOT_SIGNED_IN, _SIGN_IN)
        return
    except NotFoundError:
        await socket.close(NO_CONVERSATION, _NO_CONVERSATION)
        return
    with suppress(WebSocketDisconnect):
        await _Socket(socket, parts, actor, conversation_id).talk()


class _ClosedError(Exception):
    """The socket is to be closed with this code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class _Socket:
    """One socket, from its `resume` to its end."""

    def __init__(self, socket: WebSocket, parts: Parts, actor: Actor, conversation_id: str) -> None:
        self._socket = socket
        self._parts = parts
        self._actor = actor
        self._conversation = conversation_id
        self._times: deque[float] = deque(maxlen=MOST_FRAMES)
        self._telling: asyncio.Task[None] | None = None
        self._lender: Lender | None = None
        self._lending: asyncio.Task[None] | None = None

    async def talk(self) -> None:
        """Read frames until the client goes, or says something that is none."""
        is_signed_out = False
        try:
            first = await self._first()
            await self._resume(first)
            await self._come_back(first)
            while True:
                value = await self._next()
                if value.get("type") == "resume":
                    await self._resume(value)
                else:
                    await self._take(value)
        except UnauthenticatedError:
            is_signed_out = True
            await self._close(NOT_SIGNED_IN, _SIGN_IN)
        except _ClosedError as error:
            await self._close(error.code, error.reason)
        finally:
            await self._end(self._telling)
            await self._leave(ends_now=is_signed_out)

    async def _first(self) -> JsonObject:
        try:
            async with asyncio.timeout(RESUME_SECONDS):
                return await self._read()
        except TimeoutError:
            raise _ClosedError(BAD_FRAME, "the first frame is `resume`") from None

    async def _next(self) -> JsonObject:
        """The next frame of one who is still signed in. Raises UnauthenticatedError."""
        value = None
        while value is None:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    value = await self._read()
            await identify(self._socket)
        return value

    async def _read(self) -> JsonObject:
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1005))
        self._check_pace()
        text = message.get("text")
        if text is None:
            raise _ClosedError(BAD_FRAME, "a frame is text")
        if len(text.encode()) > MOST_BYTES:
            raise _ClosedError(TOO_LARGE, f"a frame has at most {MOST_BYTES:,} bytes")
        try:
            orjson.loads(text)
            value: JsonValue = json.loads(text)  # orjson rounds long integers, and refuses what is no JSON
        except (ValueError, RecursionError):
            raise _ClosedError(BAD_FRAME, "a frame is JSON") from None
        if not isinstance(value, dict) or not isinstance(value.get("id"), str):
            raise _ClosedError(BAD_FRAME, "a frame is an object with an id")
        return value

    def _check_pace(self) -> None:
        now = time.monotonic()
        if len(self._times) == MOST_FRAMES and now - self._times[0] < WITHIN_SECONDS:
            raise _ClosedError(TOO_FAST, f"at most {MOST_FRAMES} frames in {WITHIN_SECONDS:.0f} s")
        self._times.append(now)

    async def _resume(self, value: JsonObject) -> None:
        after = value.get("after_seq")
        if (
            value.get("type") != "resume"
            or not isinstance(after, int)
            or isinstance(after, bool)
            or not 0 <= after <= LAST_SEQ
        ):
            raise _ClosedError(BAD_FRAME, "the first frame is `resume` with `after_seq`, a number from 0 on")
        await self._end(self._telling)
        await self._answer(value)
        self._telling = asyncio.create_task(self._tell(after))

    async def _come_back(self, first: JsonObject) -> None:
        """The session that the socket speaks for: one of before by its name, so that what it lends stays lent."""
        session = first.get("session")
        if session is not None and not (isinstance(session, str) and _SESSION.fullmatch(session)):
            raise _ClosedError(BAD_FRAME, "`session` is 16 to 64 of A-Z, a-z, 0-9, _ and -")
        self._lender = Lender(session=session or new_id("ses"), owner=new_id("own"))
        async with self._parts.database.begin() as db:
            lending_id = await take_up_lending(self._actor, db, self._conversation, self._lender)
        if lending_id is not None:
            await self._parts.bridge.publish("lending", lending_id, {})  # a socket that had it hears that it is over
            self._lends(lending_id)

    async def _take(self, value: JsonObject) -> None:
        """Take one frame; what is wrong with it is said in the answer, and the session goes on."""
        try:
            frame = read_frame(value)
            accepted = await self._parts.agent.sessions.take(self._actor, self._conversation, frame, self._lender)
        except MadangError as error:
            await self._answer(value, error)
        else:
            await self._answer(value)
            if accepted.lending is not None:
                self._lends(accepted.lending)

    def _lends(self, lending_id: str) -> None:
        """From now on the socket is told what to run."""
        if self._lending is None:
            self._lending = asyncio.create_task(self._serve(lending_id))

    async def _serve(self, lending_id: str) -> None:
        assert self._lender is not None
        desk = LendingDesk(self._parts, self._actor, self._conversation, self._lender, lending_id, self._send)
        try:
            await desk.run()
        except WebSocketDisconnect:
            return
        except TakenOverError:
            await self._close(TAKEN_OVER, "the session has another socket now")
        except Exception as error:  # noqa: BLE001 - a boundary: a client that is asked nothing more has to know, and comes again
            _log.warning("a session was cut", conversation=self._conversation, reason=type(error).__name__)
            await self._close(FAILED, "something failed; come again")

    async def _leave(self, *, ends_now: bool) -> None:
        await self._end(self._lending)
        if self._lender is not None and self._lending is not None:
            await leave(self._parts, self._actor, self._conversation, self._lender, ends_now=ends_now)

    async def _answer(self, value: JsonObject, error: MadangError | None = None) -> None:
        said: JsonObject = {"id": str(value["id"])[:LONGEST_ID], "ok": error is None}
        await self._send("frame", said if error is None else {**said, "problem": error.to_problem()})

    async def _tell(self, after: int) -> None:
        """Send events for as long as the socket is open; the client's end of it is seen by the reader."""
        pieces = follow(self._actor, self._parts.database, self._parts.bridge, self._conversation, after)
        try:
            async with aclosing(pieces):
                async for piece in pieces:
                    if isinstance(piece, Live):
                        await self._send("live", {"seq": piece.seq})
                        continue
                    for event in piece:
                        await self._socket.send_text(event_text(event))
        except WebSocketDisconnect:
            return
        except NotFoundError:
            await self._close(NO_CONVERSATION, _NO_CONVERSATION)
        except Exception as error:  # noqa: BLE001 - a boundary: a client that hears nothing more has to know, and comes again
            _log.warning("a session was cut", conversation=self._conversation, reason=type(error).__name__)
            await self._close(FAILED, "something failed; come again")

    async def _close(self, code: int, reason: str) -> None:
        with suppress(WebSocketDisconnect, RuntimeError):  # it is closed already
            await self._socket.close(code, reason)

    async def _send(self, name: str, value: JsonObject) -> None:
        message = {"type": "CUSTOM", "name": name, "value": value}
        await self._socket.send_text(orjson.dumps(message).decode())

    async def _end(self, task: asyncio.Task[None] | None) -> None:
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
