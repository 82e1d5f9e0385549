"""The turn: calls are taken as far as they go, then the thinker decides what is next, until there is an answer."""

from __future__ import annotations

import time
from typing import Protocol

from madang.agent import events
from madang.agent.calls import Calls
from madang.agent.history import TextStep
from madang.agent.sealing import forget
from madang.agent.values import Draft, TurnState
from madang.agent.writing import TurnLog
from madang.kit.clock import Clock
from madang.kit.errors import MadangError
from madang.storage.engine import Database


class Thinker(Protocol):
    """Decides what is next when no call is open: find and compose, ask a model, or say how it went."""

    async def think(self) -> bool:
        """Take one step, in events; whether the turn has its answer."""
        ...


class TurnDriver:
    """Drives one turn for as long as nobody has to be asked."""

    def __init__(self, log: TurnLog, calls: Calls, thinker: Thinker, database: Database, clock: Clock) -> None:
        self._log = log
        self._calls = calls
        self._thinker = thinker
        self._database = database
        self._clock = clock

    async def run(self) -> TurnState:
        """Go on from wherever the turn stands. Every failure ends the turn with its reason, but LeaseLostError."""
        started = time.monotonic()
        await self._begin()
        try:
            while True:
                for call in self._log.turn_state.open_calls:
                    await self._calls.advance(call)
                turn = self._log.turn_state
                if turn.is_ended or turn.open_calls:
                    return "ended" if turn.is_ended else "waiting"
                if await self._thinker.think():
                    seconds = time.monotonic() - started
                    return await self._end(events.run_finished(self._log.turn.conversation, turn.id, seconds))
        except MadangError as error:
            if error.code == "lease-lost":
                raise
            return await self.fail(error.code, error.detail)

    async def stop(self) -> TurnState:
        """End the turn because a person wants it: open calls are given up, what was being said is cut."""
        await self._begin()
        if self._log.turn_state.is_ended:  # a person said what became of a call that was left in doubt
            return await self.run()
        for call in self._log.turn_state.open_calls:
            await self._calls.stop(call)
        return await self.fail("aborted", "stopped")

    async def fail(self, code: str, reason: str) -> TurnState:
        """End the turn without an answer."""
        if self._log.turn_state.is_ended:
            return "ended"
        await self._cut_texts()
        return await self._end(events.run_error(self._log.turn.id, code, reason))

    async def _begin(self) -> None:
        await self._log.sync()
        turn = self._log.turn
        if not self._log.turn_state.is_started:
            await self._log.write(events.run_started(turn.conversation, turn.id, turn.message))
        await self._cut_texts()

    async def _cut_texts(self) -> None:
        """End what a worker was saying when it died: it is said anew."""
        for step in self._log.turn_state.steps:
            if isinstance(step, TextStep) and not step.is_whole and not step.is_cut:
                await self._log.write(events.text_end(self._log.turn.id, step.message_id, is_cut=True))

    async def _end(self, last: Draft) -> TurnState:
        await self._log.write(last)
        if not self._log.turn_state.open_calls:
            async with self._database.begin() as db:
                await forget(self._log.turn.account, db, self._log.turn.id)
        return "ended"
