"""Turns that a person stops, that meet a fault, whose worker is gone, or whose conversation or model is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text
from tests.integration.agent.conftest import ACTOR, CREATED, NOW, SECRET, FixedClock, Planned, Stage

from madang.agent.conversations import delete_conversation
from madang.agent.event_log import add_events
from madang.agent.history import fold
from madang.agent.turns import check_held
from madang.agent.values import Draft
from madang.agent.worker import TurnWorker
from madang.effects.leases import hold_scope
from madang.effects.scopes import LeaseLostError, claim_scope
from madang.effects.values import Act, Attempt
from madang.kit.errors import ConflictError, NotFoundError

CREATE = Planned(arguments={"text": "hello"})
GET = Planned(function="notes.notes.get", arguments={"id": "abc"})


async def answered(_act: Act) -> Attempt:
    return CREATED


async def to_form(stage: Stage) -> str:
    await stage.say("make", CREATE)
    return str((await stage.asked("form"))["call_id"])


async def to_approval(stage: Stage) -> str:
    call_id = await to_form(stage)
    await stage.frame("form", call_id=call_id, value={"password": SECRET})
    await stage.asked("approval")
    return call_id


async def to_performing(stage: Stage) -> str:
    stage.world.reply = stage.world.hang
    call_id = await to_approval(stage)
    await stage.frame("approval", call_id=call_id, decision="approve")
    await stage.world.entered.wait()
    return call_id


async def stopped(stage: Stage) -> dict[str, Any]:
    error = (await stage.until("RUN_ERROR")).body
    await stage.rests()
    assert await stage.turn_states() == ["ended"]
    return error


@pytest.mark.parametrize("reach", [to_form, to_approval])
async def test_a_turn_that_waits_is_stopped_and_its_call_is_not_made(stage: Stage, reach: Callable[..., Any]) -> None:
    async with stage.working():
        call_id = await reach(stage)
        await stage.frame("abort")
        assert (await stopped(stage))["code"] == "aborted"
        assert await stage.result() == ("rejected", {"reason": "stopped"})
        with pytest.raises(ConflictError, match="over"):
            await stage.frame("form", call_id=call_id, value={"password": SECRET})
    assert (stage.world.acts, await stage.sealed()) == ([], 0)


async def test_a_stop_while_a_call_is_under_way_leaves_it_in_doubt_and_both_answers_work(stage: Stage) -> None:
    async with stage.working():
        call_id = await to_performing(stage)
        await stage.frame("abort")
        await stopped(stage)
        assert (await stage.names())[-2:] == ["in_doubt", "RUN_ERROR"]
        stage.world.reply = answered
        await stage.frame("in_doubt", call_id=call_id, again=True)
        assert (await stage.result())[0] == "done"
        await stage.rests()
    assert (len(stage.world.acts), await stage.turn_states(), await stage.sealed()) == (2, ["ended"], 0)


async def test_a_stop_while_a_call_is_done_again_leaves_it_in_doubt_again(stage: Stage) -> None:
    async with stage.working():
        call_id = await to_performing(stage)
        await stage.frame("abort")
        await stopped(stage)
        stage.world.entered.clear()
        await stage.frame("in_doubt", call_id=call_id, again=True)
        await stage.world.entered.wait()
        await stage.frame("abort")
        await stage.asked("in_doubt", 2)
        await stage.frame("in_doubt", call_id=call_id, happened="seen")
        state, outcome = await stage.result()
        await stage.rests()
    assert (state, outcome["value"], len(stage.world.acts)) == ("done", "seen", 2)
    assert (await stage.names()).count("RUN_ERROR") == 1


async def test_a_safe_call_that_is_stopped_has_failed(stage: Stage) -> None:
    stage.world.reply = stage.world.hang
    async with stage.working():
        await stage.say("look", GET)
        await stage.world.entered.wait()
        await stage.frame("abort")
        await stopped(stage)
    state, outcome = await stage.result()
    assert (state, outcome["reason"]) == ("failed", "it was stopped while it was under way")


async def test_a_stop_ends_the_turns_that_are_queued_too(stage: Stage) -> None:
    async with stage.working():
        await to_form(stage)
        await stage.say("look", GET)
        await stage.frame("abort")
        await stage.until("RUN_ERROR", 2)
        await stage.rests()
    assert (await stage.turn_states(), stage.world.acts) == (["ended", "ended"], [])


async def test_there_is_nothing_to_stop_when_nothing_is_under_way(stage: Stage) -> None:
    with pytest.raises(ConflictError, match="nothing to stop"):
        await stage.frame("abort")


async def test_a_stop_is_heard_that_comes_before_the_turn_is_driven_and_one_that_a_gap_hid(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.world.reply = stage.world.hang
    async with stage.working():
        await stage.say("look", GET)
        await stage.world.entered.wait()

        async def lost(*_: object) -> None: ...

        with monkeypatch.context() as patch:
            patch.setattr(stage.bridge, "publish", lost)
            await stage.frame("abort")
        stage.bridge._fan_out.tell_gap()  # pyright: ignore[reportPrivateUsage] - what a bridge does when it is back
        await stopped(stage)


async def test_a_stop_between_taking_a_turn_up_and_driving_it_is_heard(stage: Stage) -> None:
    stage.world.reply = stage.world.hang
    reached, go = asyncio.Event(), asyncio.Event()
    drive = stage.driver_of

    async def slowly(*arguments: Any) -> Any:
        reached.set()
        await go.wait()
        return await drive(*arguments)

    stage.driver_of = slowly  # pyright: ignore[reportAttributeAccessIssue] - the same seam, later
    async with stage.working():
        await stage.say("look", GET)
        await reached.wait()
        await stage.frame("abort")
        await asyncio.sleep(0)
        go.set()
        await stopped(stage)
    assert len(stage.world.acts) == 0


async def test_a_fault_of_our_own_ends_the_turn_and_the_next_one_goes_on(stage: Stage) -> None:
    async with stage.working():
        await stage.say("fault", RuntimeError("canary-of-a-fault"))
        error = (await stage.until("RUN_ERROR")).body
        await stage.say("look", GET)
        await stage.until("RUN_FINISHED")
    assert (error["code"], "canary" in str(error)) == ("internal", False)


async def test_a_fault_during_a_call_leaves_no_call_open(stage: Stage) -> None:
    async def fault(_act: Act) -> Attempt:
        raise RuntimeError("canary-of-a-fault")

    stage.world.reply = fault
    async with stage.working():
        call_id = await to_approval(stage)
        await stage.frame("approval", call_id=call_id, decision="approve")
        assert (await stopped(stage))["code"] == "internal"
        asked = await stage.asked("in_doubt")
        await stage.frame("in_doubt", call_id=asked["call_id"], happened=1)
        await stage.until("TOOL_CALL_RESULT")


async def test_data_that_the_database_refuses_is_a_fault_and_not_tried_for_ever(stage: Stage) -> None:
    async with stage.working():
        await stage.say("bad", Planned(function="notes.\x00", arguments={}))
        assert (await stopped(stage))["code"] == "internal"


async def test_a_turn_whose_events_cannot_be_read_is_ended_too(stage: Stage) -> None:
    await stage.say("look", GET)
    async with stage.database.begin() as db:
        broken = Draft(type="TOOL_CALL_END", turn=None, body={"toolCallId": "cal_gone"})
        await add_events(ACTOR.account, db, stage.conversation, [broken], now=NOW)
    async with stage.working():
        assert (await stopped(stage))["code"] == "internal"


async def test_a_turn_whose_model_is_gone_says_so(stage: Stage) -> None:
    async with stage.working():
        call_id = await to_form(stage)
        stage.refusal = NotFoundError("there is no model 'm' any more; choose another one for this conversation")
        await stage.say("look", GET)
        await stage.frame("form", call_id=call_id, value={"password": SECRET})
        error = (await stage.until("RUN_ERROR", 2)).body
        await stage.rests()
    assert (error["code"], "choose another one" in str(error["message"])) == ("not-found", True)
    assert await stage.turn_states() == ["ended", "ended"]
    assert (await stage.result())[0] == "failed"


@pytest.mark.parametrize("reach", [to_form, to_approval, to_performing])
async def test_a_conversation_that_is_deleted_takes_its_turn_along(stage: Stage, reach: Callable[..., Any]) -> None:
    async with stage.working() as worker:
        await reach(stage)
        async with stage.database.begin() as db:
            await delete_conversation(ACTOR, db, stage.conversation)
        with pytest.raises(NotFoundError):
            await stage.frame("abort")
        assert worker is not None
    assert (await stage.turn_states(), await stage.events()) == ([], [])
    assert await stage.journal() in ([], [("intent", 1)])


async def test_of_two_workers_one_writes_and_the_other_one_hears_that_its_lease_is_lost(stage: Stage) -> None:
    accepted = await stage.say("look", GET)
    assert accepted.turn is not None
    async with hold_scope(ACTOR, stage.database, accepted.turn, "turn", "a", seconds=0.1) as lease:
        await asyncio.sleep(0.0)
        async with stage.database.begin() as db:
            await db.execute(text("UPDATE madang.effect_scope SET lease_until = now() - interval '1 s'"))
        async with stage.database.begin() as db:
            assert await claim_scope(ACTOR, db, accepted.turn, "turn", "b", lease_seconds=30) is not None
        with pytest.raises(LeaseLostError):
            async with stage.database.begin() as db:
                await check_held(db, lease.scope)


async def test_a_turn_is_worked_by_one_of_many_workers(stage: Stage) -> None:
    async with stage.working(), stage.working(), stage.working():
        for number in range(4):
            await stage.say(f"look {number}", GET)
        await stage.until("RUN_FINISHED", 4)
    assert len(stage.world.acts) == 4
    assert (await stage.names()).count("RUN_STARTED") == 4


async def test_what_a_worker_remembers_of_a_conversation_is_what_its_events_say(stage: Stage) -> None:
    worker = TurnWorker(stage.database, stage.bridge, FixedClock(), stage.driver_of, poll_seconds=0.05)
    task = asyncio.create_task(worker.run())
    for number in range(3):
        await stage.say(f"look {number}", GET)
    await stage.until("RUN_FINISHED", 3)
    await stage.rests()
    await asyncio.sleep(0.1)
    remembered = worker._states[stage.conversation]  # pyright: ignore[reportPrivateUsage] - what it must not get wrong
    assert remembered == fold(await stage.events())
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_what_was_sealed_is_dropped_also_when_the_worker_died_between_the_last_event_and_that(
    stage: Stage,
) -> None:
    async with stage.working():
        call_id = await to_approval(stage)
        await stage.frame("approval", call_id=call_id, decision="reject")
        await stage.until("RUN_FINISHED")
        await stage.rests()
    async with stage.database.begin() as db:
        await db.execute(text("UPDATE madang.conversation_frame SET sealed = 'x' WHERE kind = 'form'"))
        await db.execute(text("UPDATE madang.turn SET state = 'running'"))
    async with stage.working():
        await stage.rests()
    assert (await stage.sealed(), await stage.turn_states()) == (0, ["ended"])
