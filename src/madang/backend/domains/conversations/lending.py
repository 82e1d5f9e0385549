"""What a socket does for a session that lends functions: keep it alive, tell it what to run (docs/flows/chat.md)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

from sqlalchemy.exc import SQLAlchemyError

from madang.agent.application_executor import CALL_SECONDS
from madang.agent.lending import Lender, renew_lending
from madang.agent.lent_calls import deliver_calls
from madang.backend.parts import Parts
from madang.bridge.port import Gap, Message
from madang.kit.actor import Actor
from madang.kit.clock import iso
from madang.kit.json import JsonObject
from madang.logs import get_logger

BEAT_SECONDS = 5.0
"""How often the session is said to live, and how long a hint that was lost is waited for."""

Send = Callable[[str, JsonObject], Awaitable[None]]

_log = get_logger("backend")


class TakenOverError(Exception):
    """The session has another socket now."""


class LendingDesk:
    """Tells one socket the calls that its session is asked for, each once."""

    def __init__(
        self, parts: Parts, actor: Actor, conversation_id: str, lender: Lender, lending_id: str, send: Send
    ) -> None:
        self._parts = parts
        self._actor = actor
        self._conversation = conversation_id
        self._lender = lender
        self._lending = lending_id
        self._send = send

    async def run(self) -> None:
        """Until cancelled. Raises TakenOverError, and what the database or the socket raises."""
        async with self._parts.bridge.subscribe("lending", self._lending) as hints:
            coming = asyncio.ensure_future(anext(hints, None))
            try:
                while True:
                    await self._beat()
                    await self._tell()
                    coming = await _next(hints, coming)
            finally:
                coming.cancel()
                with suppress(asyncio.CancelledError):
                    await coming

    async def _beat(self) -> None:
        async with self._parts.database.begin() as db:
            if not await renew_lending(self._actor, db, self._conversation, self._lender):
                raise TakenOverError

    async def _tell(self) -> None:
        """Committed before it is sent: a call that was sent is never taken for one that was not."""
        vault = self._parts.agent.calls
        async with self._parts.database.begin() as db:
            found = await deliver_calls(self._actor, db, self._conversation, self._lender, vault, seconds=CALL_SECONDS)
        for call in found:
            await self._send("call_request", call.to_json(iso(call.deadline_at)))


async def leave(parts: Parts, actor: Actor, conversation_id: str, lender: Lender, *, ends_now: bool) -> None:
    """The socket is gone: its session has a while to come back with another, or `ends_now`."""
    try:
        async with parts.database.begin() as db:
            await renew_lending(actor, db, conversation_id, lender, ends_now=ends_now)
    except (SQLAlchemyError, OSError) as error:  # it ends by itself a little later
        _log.warning("a session was not said to be gone", reason=type(error).__name__)


async def _next(
    hints: AsyncIterator[Message | Gap], coming: asyncio.Future[Message | Gap | None]
) -> asyncio.Future[Message | Gap | None]:
    """Wait for a hint, or for a while."""
    await asyncio.wait([coming], timeout=BEAT_SECONDS)
    if not coming.done():
        return coming
    if coming.result() is None:  # the bridge has ended with its process
        await asyncio.sleep(BEAT_SECONDS)
    return asyncio.ensure_future(anext(hints, None))
