"""Asking a client to run what it lends, without its socket: what is delivered, what is withdrawn, and to whom."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from madang.agent.application_executor import ApplicationExecutor
from madang.agent.conversations import create_conversation
from madang.agent.lending import Lender, Lent, find_lent, lend, list_lent, renew_lending, take_up_lending, unlend
from madang.agent.lent_calls import Delivery, answer_call, deliver_calls, take_answer
from madang.agent.provider import get_target
from madang.agent.sealing import CallVault, forget
from madang.bridge.memory import MemoryBridge
from madang.effects.door import Door
from madang.effects.journal import intend
from madang.effects.leases import Lease, hold_scope
from madang.effects.values import Act, Answered, Attempt, Entry, NotSent, ScopeKind, Unknown
from madang.kit.actor import Actor
from madang.kit.errors import ConflictError, InvalidError, NotFoundError, UnavailableError
from madang.kit.json import JsonObject
from madang.schema.application import read_definition
from madang.storage.engine import Database
from madang.storage.keys import parse_keys

AMY, BOB = Actor(account="acc_1", user="usr_1"), Actor(account="acc_2", user="usr_2")
NOW = datetime(2026, 1, 1, tzinfo=UTC)
TAB, OTHER = Lender(session="s" * 16, owner="one"), Lender(session="t" * 16, owner="two")
RING: dict[str, Any] = {"name": "ring", "description": "Ring the bell", "effect": "unsafe"}


@dataclass
class Stage:
    """A conversation to which `TAB` lends `ring`."""

    database: Database
    conversation: str
    bridge: MemoryBridge = field(default_factory=MemoryBridge)
    vault: CallVault = field(default_factory=lambda: CallVault(parse_keys("k1:" + "A" * 43, name="journal_key")))

    @property
    def executor(self) -> ApplicationExecutor:
        return ApplicationExecutor(self.database, self.bridge, self.vault, call_seconds=5.0)

    async def lend(self, lender: Lender = TAB, **members: Any) -> str:
        async with self.database.begin() as db:
            functions = [read_definition({**RING, **members})]
            return await lend(AMY, db, self.conversation, lender, functions, now=NOW)

    async def find(self, name: str = "app.ring") -> Lent:
        async with self.database.begin() as db:
            found = await find_lent(AMY, db, self.conversation, name)
        assert found is not None
        return found

    async def act(self, key: str = "cal_1") -> Act:
        lent = await self.find()
        return Act(key=key, function=lent.function, connection=lent.connection, arguments={}, shown={})

    @asynccontextmanager
    async def scope(self, kind: ScopeKind = "turn") -> AsyncIterator[Lease]:
        async with hold_scope(AMY, self.database, "trn_1", kind, "test") as lease:
            yield lease

    async def attempt(self, kind: ScopeKind = "turn") -> Attempt:
        async with self.scope(kind) as lease, asyncio.timeout(20):
            return await self.executor.attempt(lease.scope, await self.act())

    async def delivered(self, lender: Lender = TAB, *, seconds: float = 5.0) -> list[Delivery]:
        async with self.database.begin() as db:
            return await deliver_calls(AMY, db, self.conversation, lender, self.vault, seconds=seconds)

    async def told(self, *, seconds: float = 5.0) -> Delivery:
        """The call that the client is told of, as soon as it is asked for."""
        while not (found := await self.delivered(seconds=seconds)):
            await asyncio.sleep(0.02)
        return found[0]

    async def answer(self, answer: JsonObject, lender: Lender = TAB, actor: Actor = AMY, key: str = "cal_1") -> None:
        async with self.database.begin() as db:
            lending = await answer_call(actor, db, self.conversation, lender, key, answer)
        await self.bridge.publish("lending", lending, {})

    async def expire(self) -> None:
        async with self.database.begin() as db:
            await db.execute(text("UPDATE madang.lending SET alive_until = now() - interval '1 second'"))

    async def states(self) -> list[str]:
        async with self.database.begin() as db:
            return [*await db.scalars(text("SELECT state FROM madang.lent_call"))]


@pytest.fixture
async def stage(database: Database) -> Stage:
    async with database.begin() as db:
        made = await create_conversation(AMY, db, title=None, model=None, now=NOW)
    found = Stage(database, made.id)
    await found.lend()
    return found


async def test_a_call_waits_for_its_answer(stage: Stage) -> None:
    asking = asyncio.create_task(stage.attempt())
    call = await stage.told()
    await stage.answer({"value": [1]})
    attempt = await asking
    assert (call.call_id, call.name, call.arguments) == ("cal_1", "ring", {})
    assert isinstance(attempt, Answered)
    assert (attempt.status, attempt.value, await stage.states()) == (200, [1], ["taken"])


@pytest.mark.parametrize("kind", ["run", "call"])
async def test_only_a_turn_asks_a_client(stage: Stage, kind: ScopeKind) -> None:
    attempt = await stage.attempt(kind)
    assert isinstance(attempt, NotSent)
    assert (attempt.is_final, "lent to a conversation" in attempt.reason) == (True, True)


async def test_a_session_that_ended_is_not_asked(stage: Stage) -> None:
    await stage.expire()
    attempt = await stage.attempt()
    assert isinstance(attempt, NotSent)
    assert (attempt.is_final, await stage.states()) == (True, [])


async def test_a_session_that_ends_while_it_is_asked_is_told_nothing_afterwards(stage: Stage) -> None:
    asking = asyncio.create_task(stage.attempt())
    while await stage.states() != ["asked"]:
        await asyncio.sleep(0.02)
    await stage.expire()
    assert isinstance(await asking, NotSent)
    async with stage.database.begin() as db:
        assert await renew_lending(AMY, db, stage.conversation, TAB)
    assert (await stage.delivered(), await stage.states()) == ([], ["withdrawn"])


async def test_a_call_that_is_stopped_before_it_was_told_is_never_told(stage: Stage) -> None:
    asking = asyncio.create_task(stage.attempt())
    while await stage.states() != ["asked"]:
        await asyncio.sleep(0.02)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    assert (await stage.delivered(), await stage.states()) == ([], ["withdrawn"])


async def test_a_call_that_is_over_has_no_arguments_left_and_is_not_told(stage: Stage) -> None:
    asking = asyncio.create_task(stage.attempt())
    while await stage.states() != ["asked"]:
        await asyncio.sleep(0.02)
    async with stage.database.begin() as db:
        await forget(AMY.account, db, "trn_1", "cal_1")
        sealed = await db.scalar(text("SELECT count(*) FROM madang.lent_call WHERE sealed IS NOT NULL"))
    assert (sealed, await stage.delivered()) == (0, [])
    assert isinstance(await asking, NotSent)


async def test_what_was_told_and_not_answered_in_time_is_unknown_and_a_late_answer_counts(stage: Stage) -> None:
    asking = asyncio.create_task(stage.attempt())
    await stage.told(seconds=0.1)
    late = await asking
    await stage.answer({"value": "rang"})
    again = await stage.attempt()
    assert isinstance(late, Unknown)
    assert isinstance(again, Answered)
    assert (again.value, await stage.delivered()) == ("rang", [])


async def test_a_repeat_after_a_crash_takes_the_answer_that_came_meanwhile(stage: Stage) -> None:
    await stage.lend(effect="idempotent")
    async with stage.scope() as lease:
        crashed = asyncio.create_task(Door(stage.database, stage.executor).perform(lease, await stage.act()))
        await stage.told()
        crashed.cancel()
        await asyncio.gather(crashed, return_exceptions=True)
        await stage.answer({"value": "rang"})
        entry = await Door(stage.database, stage.executor).perform(lease, await stage.act())
    assert (entry.state, (entry.outcome or {})["value"], await stage.delivered()) == ("done", "rang", [])


async def perform(stage: Stage, lease: Lease) -> Entry:
    """Make the call as a worker does, which knows nothing of what one before it did."""
    async with asyncio.timeout(20):
        return await Door(stage.database, stage.executor).perform(lease, await stage.act())


async def crash(stage: Stage, lease: Lease, *, tells: bool) -> None:
    """A worker that dies when it has asked, before or after the client was told; it cleans nothing up."""
    task = asyncio.create_task(perform(stage, lease))
    if tells:
        await stage.told()
    while await stage.states() != ["delivered" if tells else "asked"]:
        await asyncio.sleep(0.02)
    before = (await stage.states())[0]
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    async with stage.database.begin() as db:
        await db.execute(text("UPDATE madang.lent_call SET state = :before"), {"before": before})


async def test_the_worker_after_one_that_died_waits_for_the_same_answer(stage: Stage) -> None:
    async with stage.scope() as lease:
        await crash(stage, lease, tells=True)
        waiting = asyncio.create_task(perform(stage, lease))
        await asyncio.sleep(0.1)
        await stage.answer({"value": "rang"})
        entry = await waiting
    assert (entry.state, entry.attempt, (entry.outcome or {})["value"]) == ("done", 1, "rang")
    assert await stage.delivered() == []


async def test_an_answer_that_a_dead_worker_took_is_not_lost(stage: Stage) -> None:
    async with stage.scope() as lease:
        await crash(stage, lease, tells=True)
        await stage.answer({"value": "rang"})
        async with stage.database.begin() as db:
            await take_answer(db, lease.scope, await stage.act())
        entry = await perform(stage, lease)
    assert (entry.state, (entry.outcome or {})["value"]) == ("done", "rang")


async def test_what_a_dead_worker_asked_for_and_nobody_was_told_is_told_now_and_once(stage: Stage) -> None:
    async with stage.scope() as lease:
        async with stage.database.begin() as db:
            await intend(db, lease.scope, await stage.act())
        unasked = asyncio.create_task(perform(stage, lease))
        assert (await stage.told()).call_id == "cal_1"
        await stage.answer({"value": "rang"})
        entry = await unasked
    assert (entry.state, entry.attempt, await stage.delivered()) == ("done", 2, [])


async def test_an_unsafe_call_is_in_doubt_where_the_session_ended_while_no_worker_waited(stage: Stage) -> None:
    async with stage.scope() as lease:
        await crash(stage, lease, tells=True)
        await stage.expire()
        entry = await perform(stage, lease)
    assert (entry.state, "session ended" in str(entry.outcome)) == ("doubt", True)


async def test_only_the_session_that_was_asked_is_told_and_answers(stage: Stage) -> None:
    await stage.lend(OTHER)
    asking = asyncio.create_task(stage.attempt())
    while await stage.states() != ["asked"]:
        await asyncio.sleep(0.02)
    assert await stage.delivered(OTHER) == []
    assert await stage.delivered(Lender(session=TAB.session, owner="old")) == []
    await stage.told()
    with pytest.raises(NotFoundError):
        await stage.answer({"value": 1}, actor=BOB)
    with pytest.raises(Exception, match="asked of another session"):
        await stage.answer({"value": 1}, OTHER)
    with pytest.raises(NotFoundError):
        await stage.answer({"value": 1}, key="cal_2")
    await stage.answer({"error": "no bell"})
    with pytest.raises(ConflictError, match="answered already"):
        await stage.answer({"value": 1})
    attempt = await asking
    assert isinstance(attempt, Answered)
    assert (attempt.status, attempt.reason) == (422, "the application said: no bell")


async def test_what_is_lent_is_seen_by_its_conversation_alone(stage: Stage) -> None:
    async with stage.database.begin() as db:
        other = (await create_conversation(AMY, db, title=None, model=None, now=NOW)).id
        seen = [await list_lent(*each) for each in _places(db, stage.conversation, other)]
        with pytest.raises(NotFoundError):
            await get_target(AMY, db, "app.ring", conversation=other)
    assert [[each.function.full_name for each in found] for found in seen] == [["app.ring"], [], []]


def _places(db: Any, own: str, other: str) -> list[tuple[Actor, Any, str]]:
    return [(AMY, db, own), (AMY, db, other), (BOB, db, own)]


async def test_a_call_of_a_session_that_ended_is_unavailable_and_can_still_be_told_of(stage: Stage) -> None:
    lent = await stage.find()
    await stage.expire()
    place: Mapping[str, Any] = {"connection_id": lent.connection.id, "conversation": stage.conversation}
    async with stage.database.begin() as db:
        with pytest.raises(UnavailableError, match="open the application again"):
            await get_target(AMY, db, "app.ring", **place)
        told = await get_target(AMY, db, "app.ring", **place, may_have_ended=True)
    assert told.function.full_name == "app.ring"


async def test_a_session_that_comes_again_after_its_end_lends_only_what_it_says_then(stage: Stage) -> None:
    await stage.expire()
    async with stage.database.begin() as db:
        assert await take_up_lending(AMY, db, stage.conversation, TAB) is None
    await stage.lend(name="knock")
    async with stage.database.begin() as db:
        lent = await list_lent(AMY, db, stage.conversation)
        taken = await unlend(AMY, db, stage.conversation, OTHER, None)
    assert ([each.function.full_name for each in lent], taken) == (["app.knock"], None)


async def test_a_session_keeps_its_name_and_cannot_lend_two_functions_of_one_name(stage: Stage) -> None:
    await stage.lend(OTHER)
    await stage.expire()
    await stage.lend()
    async with stage.database.begin() as db:
        await take_up_lending(AMY, db, stage.conversation, OTHER)
    await stage.lend(OTHER, name="knock")
    async with stage.database.begin() as db:
        lent = await list_lent(AMY, db, stage.conversation)
    with pytest.raises(InvalidError, match="'Ring' is called ring, as 'ring' is"):
        await stage.lend(name="Ring")
    assert [each.function.full_name for each in lent] == ["app.ring", "app_2.knock"]
