"""Writing a turn's events: fenced by its lease, told to the bridge, folded into the state at hand."""

from __future__ import annotations

import time

from madang.agent import events
from madang.agent.event_log import MOST_EVENTS, add_events, list_events
from madang.agent.history import ConversationState, TurnState
from madang.agent.turns import check_held
from madang.agent.values import Draft, Turn
from madang.bridge.port import Bridge
from madang.effects.leases import Lease
from madang.kit.clock import Clock
from madang.kit.ids import new_id
from madang.storage.engine import Database

FLUSH_SECONDS = 0.05
"""Text is stored, and seen, in pieces of at least so long."""


class TurnLog:
    """The one who writes in a turn. `state` is the conversation as it stood at the last write or `sync`."""

    def __init__(self, database: Database, bridge: Bridge, clock: Clock, lease: Lease, turn: Turn) -> None:
        self._database = database
        self._bridge = bridge
        self._clock = clock
        self._lease = lease
        self.turn = turn
        self.state = ConversationState()

    @property
    def turn_state(self) -> TurnState:
        """The turn as it stands."""
        return self.state.turns[self.turn.id]

    async def sync(self) -> None:
        """Fold what was written since, by whomever."""
        async with self._database.begin() as db:
            while True:
                more = await list_events(self.turn.account, db, self.turn.conversation, after=self.state.seq)
                self.state.add(more)
                if len(more) < MOST_EVENTS:
                    return

    async def write(self, *drafts: Draft) -> None:
        """Add events. Raises LeaseLostError where somebody else has the turn now; then nothing is written."""
        async with self._database.begin() as db:
            await check_held(db, self._lease.scope)
            written = await add_events(self.turn.account, db, self.turn.conversation, drafts, now=self._clock.now())
        if not written:
            return
        if written[0].seq == self.state.seq + 1:
            self.state.add(written)
        else:
            await self.sync()
        await self._bridge.publish("conversation", self.turn.conversation, {"seq": written[-1].seq})

    async def say(self, text: str) -> None:
        """Say something at once."""
        message, turn = new_id("msg"), self.turn.id
        await self.write(
            events.text_start(turn, message), events.text_delta(turn, message, text), events.text_end(turn, message)
        )

    def speech(self) -> Speech:
        """Say something that comes in pieces."""
        return Speech(self)


class Speech:
    """A text as it comes in. Nothing is written before there is something to say."""

    def __init__(self, log: TurnLog) -> None:
        self._log = log
        self._message: str | None = None
        self._held = ""
        self._flushed_at = 0.0

    async def add(self, delta: str) -> None:
        """More of it; written when the last piece is old enough."""
        self._held += delta
        if time.monotonic() - self._flushed_at >= FLUSH_SECONDS:
            await self._flush()

    async def cut(self) -> None:
        """It is given up, and said anew."""
        if self._message is not None:
            await self._log.write(events.text_end(self._log.turn.id, self._message, is_cut=True))

    def rest(self) -> list[Draft]:
        """That was all: the events that end it, to be written with what follows from it."""
        if not self._held and self._message is None:
            return []
        drafts = self._pieces()
        assert self._message is not None
        return [*drafts, events.text_end(self._log.turn.id, self._message)]

    async def _flush(self) -> None:
        await self._log.write(*self._pieces())
        self._flushed_at = time.monotonic()

    def _pieces(self) -> list[Draft]:
        turn, drafts = self._log.turn.id, list[Draft]()
        if self._message is None:
            self._message = new_id("msg")
            drafts.append(events.text_start(turn, self._message))
        if self._held:
            drafts.append(events.text_delta(turn, self._message, self._held))
        self._held = ""
        return drafts
