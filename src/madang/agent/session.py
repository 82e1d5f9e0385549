"""What a client of a conversation may say, and what comes of it: each frame is taken once, in one transaction."""

from __future__ import annotations

from datetime import datetime
from hmac import compare_digest
from typing import assert_never, cast

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from madang.agent import events, turns
from madang.agent.conversations import get_conversation, name_conversation, title_event
from madang.agent.event_log import add_events, list_call_events
from madang.agent.history import CallStage, CallStep, fold
from madang.agent.lending import NAME, Lender, lend, unlend
from madang.agent.lent_calls import answer_call
from madang.agent.rows import FrameRow
from madang.agent.sealing import FrameVault
from madang.agent.values import LENDING, Accepted, Draft, Event, Frame
from madang.bridge.port import Bridge
from madang.catalog.names import check_name
from madang.effects.approvals import decide_approval
from madang.effects.values import Decision
from madang.kit.actor import Actor
from madang.kit.clock import Clock
from madang.kit.errors import ConflictError, FieldError, InvalidError, NotFoundError
from madang.kit.ids import new_id
from madang.kit.json import JsonObject, canonical
from madang.schema.application import read_definitions
from madang.storage.engine import Database


class Sessions:
    """Takes frames. Holds nothing between two frames, so that any process may take the next one."""

    def __init__(self, database: Database, bridge: Bridge, vault: FrameVault, clock: Clock) -> None:
        self._database = database
        self._bridge = bridge
        self._vault = vault
        self._clock = clock

    async def take(self, actor: Actor, conversation_id: str, frame: Frame, lender: Lender | None = None) -> Accepted:
        """Do what a frame says. A frame that was taken before is answered as then, and not done again.

        `lender` is the session over WebSocket that says it, which alone lends functions.

        Raises InvalidError, NotFoundError for a call that is not there, ConflictError for one that waits for something
        else, or for an id that was used for another frame.
        """
        if frame.kind in LENDING and lender is None:
            raise InvalidError(f"a frame `{frame.kind}` is for a session over WebSocket, which lends while it lives")
        async with self._database.begin() as db:
            accepted, written = await self._take(actor, db, conversation_id, frame, lender)
        if written:
            await self._bridge.publish("conversation", conversation_id, {"seq": written[-1].seq})
        if accepted.turn is not None and not accepted.is_repeat:
            await self._bridge.publish("turn", accepted.turn, {"aborts": frame.kind == "abort"})
        if accepted.lending is not None:
            await self._bridge.publish("lending", accepted.lending, {})
        return accepted

    async def _take(
        self, actor: Actor, db: AsyncSession, conversation_id: str, frame: Frame, lender: Lender | None
    ) -> tuple[Accepted, list[Event]]:
        # One frame of a conversation after the other: what is read here stays so until it is written.
        await get_conversation(actor, db, conversation_id, lock=True)
        repeated = await self._find(actor, db, conversation_id, frame)
        if repeated is not None:
            return repeated, []
        now = self._clock.now()
        row = FrameRow(
            conversation_id=conversation_id,
            id=frame.id,
            account_id=actor.account,
            user_id=actor.user,
            kind=frame.kind,
            digest=self._vault.digest(frame.id, canonical([frame.kind, frame.data])),
            created_at=now,
        )
        db.add(row)
        await db.flush()
        taking = _Taking(actor, db, conversation_id, frame, row, self._vault, lender, now)
        drafts = await taking.drafts()
        await db.flush()
        return (
            Accepted(frame=frame.id, turn=row.turn_id, lending=taking.lending),
            await add_events(actor.account, db, conversation_id, drafts, now=now),
        )

    async def _find(self, actor: Actor, db: AsyncSession, conversation_id: str, frame: Frame) -> Accepted | None:
        """What came of a frame that was taken before. Raises InvalidError for another one with its id."""
        query = select(FrameRow).where(
            FrameRow.account_id == actor.account,
            FrameRow.conversation_id == conversation_id,
            FrameRow.id == frame.id,
        )
        row = (await db.scalars(query)).first()
        if row is None:
            return None
        if not compare_digest(row.digest, self._vault.digest(frame.id, canonical([frame.kind, frame.data]))):
            error = FieldError(pointer="/id", code="reused", message="used for another frame")
            raise InvalidError("this id was used for another frame; every frame has an id of its own", errors=[error])
        return Accepted(frame=frame.id, turn=row.turn_id, is_repeat=True)


class _Taking:
    """One frame in its transaction."""

    def __init__(
        self,
        actor: Actor,
        db: AsyncSession,
        conversation_id: str,
        frame: Frame,
        row: FrameRow,
        vault: FrameVault,
        lender: Lender | None,
        now: datetime,
    ) -> None:
        self.lending: str | None = None
        self._lender = lender
        self._actor = actor
        self._db = db
        self._conversation = conversation_id
        self._frame = frame
        self._row = row
        self._vault = vault
        self._now = now

    async def drafts(self) -> list[Draft]:
        """Do it, and say which events tell of it."""
        match self._frame.kind:
            case "message":
                return await self._message(str(self._frame.data["text"]))
            case "form":
                return await self._form()
            case "approval":
                return await self._approval()
            case "in_doubt":
                return await self._in_doubt()
            case "abort":
                return await self._abort()
            case "lend" | "unlend" | "tool_result":
                await self._lend()
                return []
            case _:
                assert_never(self._frame.kind)

    async def _message(self, said: str) -> list[Draft]:
        turn, message = new_id("trn"), new_id("msg")
        title = await name_conversation(self._actor, self._db, self._conversation, said)
        await turns.begin_turn(self._actor, self._db, turn, self._conversation, message, now=self._now)
        self._row.turn_id = turn
        named = [] if title is None else [title_event(title)]
        return [*named, *events.user_message(turn, message, said, self._frame.id)]

    async def _form(self) -> list[Draft]:
        call = await self._call("form")
        value = self._object("value")
        self._seal(value)
        await self._wake(call)
        cancelled: JsonObject = {"cancelled": True} if "cancel" in self._frame.data else {}
        names = sorted(value)
        return [
            events.custom("form_answered", call.turn, call_id=call.id, names=[*names], by=self._actor.user, **cancelled)
        ]

    async def _approval(self) -> list[Draft]:
        call = await self._call("approval")
        decision, changed = cast("Decision", self._frame.data["decision"]), self._object("arguments")
        await decide_approval(self._actor, self._db, call.turn, call.id, decision, now=self._now)
        self._seal(changed)
        await self._wake(call)
        said: JsonObject = {"decision": decision, "by": self._actor.user, "changed": [*sorted(changed)]}
        return [events.custom("approval_answered", call.turn, call_id=call.id, **said)]

    async def _in_doubt(self) -> list[Draft]:
        call = await self._call("doubt")
        is_again = "again" in self._frame.data
        self._seal(self._object("arguments") if is_again else {"happened": self._frame.data["happened"]})
        await self._wake(call)
        said: JsonObject = {"decision": "again" if is_again else "happened", "by": self._actor.user}
        return [events.custom("in_doubt_answered", call.turn, call_id=call.id, **said)]

    async def _abort(self) -> list[Draft]:
        """Ends the turn that is under way, and those that are queued behind it."""
        found = await turns.list_open(self._actor.account, self._db, self._conversation)
        if not found:
            raise ConflictError("nothing is under way; there is nothing to stop")
        for turn in found:
            await turns.wake_turn(self._actor.account, self._db, turn.id, now=self._now, aborts=True)
        self._row.turn_id = found[0].id
        return []

    async def _lend(self) -> None:
        """No event tells of it: what is lent is seen in what it is called for."""
        assert self._lender is not None
        data = self._frame.data
        place = (self._actor, self._db, self._conversation, self._lender)
        if self._frame.kind == "lend":
            functions = read_definitions(data["functions"], "/functions")
            name = check_name(str(data.get("name", NAME)))
            self.lending = await lend(*place, functions, name=name, now=self._now)
        elif self._frame.kind == "unlend":
            names = data.get("names")
            self.lending = await unlend(*place, [str(each) for each in names] if isinstance(names, list) else None)
        else:
            answer = {name: each for name, each in data.items() if name != "call_id"}
            self.lending = await answer_call(*place, str(data["call_id"]), answer)

    async def _call(self, stage: CallStage) -> CallStep:
        call_id = str(self._frame.data["call_id"])
        happened = await list_call_events(self._actor.account, self._db, self._conversation, call_id)
        call = fold(happened).calls.get(call_id)
        if call is None:
            error = FieldError(pointer="/call_id", code="unknown", message="no such call")
            raise NotFoundError("there is no such call in this conversation", errors=[error])
        if call.stage != stage:
            raise ConflictError(f"this was answered already, or is not asked any more: the call is {_words(call)}")
        return call

    def _object(self, member: str) -> JsonObject:
        value = self._frame.data.get(member)
        return value if isinstance(value, dict) else {}

    def _seal(self, value: JsonObject) -> None:
        if value:
            self._row.sealed = self._vault.seal(self._actor.account, self._conversation, self._frame.id, value)

    async def _wake(self, call: CallStep) -> None:
        self._row.turn_id, self._row.call_id = call.turn, call.id
        await turns.wake_turn(self._actor.account, self._db, call.turn, now=self._now)


def _words(call: CallStep) -> str:
    return {"ended": "over", "form": "waiting for its form", "approval": "waiting for approval"}.get(
        call.stage, "under way"
    )
