"""The turn: calls are taken as far as they go, then the thinker decides what is next, until there is an answer."""

from __future__ import annotations

import time
from typing import Protocol

from madang.agent import events
from madang.agent.calls import Calls
from madang.agent.history import ConversationState
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

    @property
    def state(self) -> ConversationState:
        """The conversation as it stood when the turn was left."""
        return self._log.state

    def remember(self, state: ConversationState) -> None:
        """Begin with a state of before, so that only what came since is read."""
        self._log.state = state

    async def run(self, *, is_aborted: bool = False) -> TurnState:
        """Go on from wherever the turn stands; where a person wants it to end, `stop`.

        A turn that has ended is gone on with for the calls that it left in doubt. Every failure ends the turn with its
        reason, but LeaseLostError.
        """
        started = time.monotonic()
        await self._begin()
        if is_aborted and not self._log.turn_state.is_ended:
            return await self.stop()
        try:
            while True:
                for call in self._log.turn_state.open_calls:
                    await self._calls.advance(call)
                turn = self._log.turn_state
                if turn.is_ended or turn.open_calls:
                    return await self._rest()
                if await self._thinker.think():
                    seconds = time.monotonic() - started
                    return await self._end(events.run_finished(self._log.turn.conversation, turn.id, seconds))
        except MadangError as error:
            if error.code == "lease-lost":
                raise
            return await self.fail(error.code, error.detail)

    async def stop(self, code: str = "aborted", reason: str = "stopped") -> TurnState:
        """End the turn now: open calls are given up, or are in doubt; what was being said is cut."""
        await self._begin()
        for call in self._log.turn_state.open_calls:
            await self._calls.stop(call)
        return await self.fail(code, reason)

    async def fail(self, code: str, reason: str) -> TurnState:
        """End the turn without an answer."""
        if self._log.turn_state.is_ended:
            return await self._rest()
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
        for step in self._log.turn_state.texts_left:
            await self._log.write(events.text_end(self._log.turn.id, step.message_id, is_cut=True))

    async def _end(self, last: Draft) -> TurnState:
        await self._log.write(last)
        return await self._rest()

    async def _rest(self) -> TurnState:
        """How the turn is left. What people gave is dropped here too, as a worker may have died before it did so."""
        turn = self._log.turn_state
        if turn.is_ended and not turn.open_calls:
            async with self._database.begin() as db:
                await forget(self._log.turn.account, db, turn.id)
        return "ended" if turn.is_ended else "waiting"


async def abandon(log: TurnLog, code: str, reason: str) -> TurnState:
    """End a turn that cannot be driven at all, as its model is gone; what may have gone out is for a person to say."""
    await log.sync()
    turn, drafts = log.turn_state, list[Draft]()
    if turn.is_ended:
        return "ended"
    if not turn.is_started:
        drafts.append(events.run_started(log.turn.conversation, turn.id, log.turn.message))
    drafts += [events.text_end(turn.id, step.message_id, is_cut=True) for step in turn.texts_left]
    drafts += [events.call_result(turn.id, call.id, "failed", {"reason": reason}) for call in turn.calls_not_gone_out]
    await log.write(*drafts, events.run_error(turn.id, code, reason))
    return "ended"
