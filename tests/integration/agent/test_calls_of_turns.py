"""What a person is asked in a turn, what they may answer, and what is left of it: all over a real database."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text
from tests.integration.agent.conftest import CREATED, SECRET, Planned, Stage, connect, name_of

from madang.effects.values import Act, Answered, Attempt, Unknown
from madang.kit.actor import Actor
from madang.kit.errors import ConflictError, InvalidError, NotFoundError

CREATE = Planned(arguments={"text": "hello"})
GET = Planned(function="notes.notes.get", arguments={"id": "abc"})
WHOLE_CALL = [
    "RUN_STARTED",
    *("TOOL_CALL_START", "TOOL_CALL_ARGS", "arguments", "form", "form_answered"),
    *("TOOL_CALL_ARGS", "arguments", "TOOL_CALL_END", "approval", "approval_answered", "performing"),
    *("TOOL_CALL_RESULT", "RUN_FINISHED"),
]


OTHER = Actor(account="acc_2", user="usr_2")


async def cut(_act: Act) -> Attempt:
    return Unknown(reason="the connection broke")


async def to_approval(stage: Stage, *plan: Planned) -> str:
    """A call that waits for approval; its id."""
    await stage.say("make", *(plan or (CREATE,)))
    call_id = str((await stage.asked("form"))["call_id"])
    await stage.frame("form", call_id=call_id, value={"password": SECRET})
    await stage.asked("approval")
    return call_id


async def to_doubt(stage: Stage) -> str:
    """A call whose answer was cut; its id."""
    stage.world.reply = cut
    call_id = await to_approval(stage)
    await stage.frame("approval", call_id=call_id, decision="approve")
    await stage.asked("in_doubt")
    return call_id


async def test_a_call_is_asked_for_approved_made_once_and_nothing_of_the_secret_is_left(stage: Stage) -> None:
    async with stage.working():
        call_id = await to_approval(stage)
        assert await stage.sealed() == 1
        await stage.frame("approval", call_id=call_id, decision="approve")
        await stage.until("RUN_FINISHED")
        await stage.rests()
    assert await stage.names() == WHOLE_CALL
    assert [act.arguments for act in stage.world.acts] == [{"text": "hello", "password": SECRET}]
    assert await stage.result() == (
        "done",
        {"status": 201, "media_type": "application/json", "value": CREATED.value, "seconds": 0.0},
    )
    assert (await stage.sealed(), await stage.turn_states()) == (0, ["ended"])
    assert [event.seq for event in await stage.events()] == list(range(1, 22))


async def test_a_form_has_what_is_missing_and_wrong_values_are_asked_for_again(stage: Stage) -> None:
    async with stage.working():
        await stage.say("make", Planned())
        asked = await stage.asked("form")
        await stage.frame("form", call_id=asked["call_id"], value={"text": "x" * 21, "password": "abc"})
        again = await stage.asked("form", 2)
        await stage.frame("form", call_id=asked["call_id"], value={"text": "short", "password": SECRET})
        shown = await stage.asked("approval")
    assert (list(asked["schema"]["properties"]), asked["reason"]) == (["text", "password"], "missing")
    assert again["reason"] == "invalid"
    assert sorted(error["path"] for error in again["errors"]) == ["/password", "/text"]
    assert again["value"] == {"text": "x" * 21}
    assert "abc" not in str(again["errors"])
    assert shown["arguments"] == {"text": "short", "password": "[hidden]"}


async def test_a_form_that_is_cancelled_ends_the_call(stage: Stage) -> None:
    async with stage.working():
        await stage.say("make", CREATE)
        asked = await stage.asked("form")
        await stage.frame("form", call_id=asked["call_id"], cancel=True)
        assert await stage.result() == ("rejected", {"reason": "the form was cancelled"})
        await stage.until("RUN_FINISHED")
    assert stage.world.acts == []


async def test_a_call_that_is_rejected_is_not_made(stage: Stage) -> None:
    async with stage.working():
        call_id = await to_approval(stage)
        await stage.frame("approval", call_id=call_id, decision="reject")
        state, outcome = await stage.result()
        await stage.rests()
    assert (state, outcome["resolved_by"], stage.world.acts) == ("rejected", "usr_1", [])
    assert await stage.sealed() == 0


async def test_arguments_may_be_changed_while_approving(stage: Stage) -> None:
    async with stage.working():
        call_id = await to_approval(stage, Planned(arguments={"text": "hello", "tags": ["a"]}))
        await stage.frame("approval", call_id=call_id, decision="approve", arguments={"text": "other", "tags": None})
        assert (await stage.result())[0] == "done"
    assert [act.arguments for act in stage.world.acts] == [{"text": "other", "password": SECRET}]
    told = (await stage.until("arguments")).body["value"]
    assert isinstance(told, dict)
    assert (told["arguments"], told["provenance"]) == (
        {"text": "other", "password": "[hidden]"},
        {"text": {"kind": "form"}, "password": {"kind": "form"}},
    )


async def test_changes_that_break_the_schema_are_asked_for_and_approved_anew(stage: Stage) -> None:
    async with stage.working():
        call_id = await to_approval(stage)
        await stage.frame("approval", call_id=call_id, decision="approve", arguments={"text": "x" * 30})
        form = await stage.asked("form", 2)
        await stage.frame("form", call_id=call_id, value={"text": "fits"})
        await stage.asked("approval", 2)
        assert stage.world.acts == []
        await stage.frame("approval", call_id=call_id, decision="approve")
        assert (await stage.result())[0] == "done"
    assert [error["path"] for error in form["errors"]] == ["/text"]
    assert [act.arguments["text"] for act in stage.world.acts] == ["fits"]


async def test_a_safe_call_is_made_without_asking(stage: Stage) -> None:
    async with stage.working():
        await stage.say("look", GET)
        await stage.until("RUN_FINISHED")
    assert "approval" not in await stage.names()
    assert len(stage.world.acts) == 1


async def test_results_of_another_connection_are_consented_to_once_for_each_pair(stage: Stage) -> None:
    other = await connect(stage.database, "other")
    moved = Planned(function="notes.notes.get", arguments={"id": "abc"}, sources={"id": other})
    async with stage.working():
        await stage.say("move", moved)
        asked = await stage.asked("approval")
        await stage.frame("approval", call_id=asked["call_id"], decision="approve")
        await stage.until("RUN_FINISHED")
        await stage.say("move")
        await stage.until("RUN_FINISHED", 2)
    assert (asked["reasons"], [each["from"] for each in asked["pairs"]]) == (["connection"], [other])
    assert (await stage.names()).count("approval") == 1
    assert len(stage.world.acts) == 2


async def test_a_rejected_pair_is_asked_about_again(stage: Stage) -> None:
    moved = Planned(
        function="notes.notes.get", arguments={"id": "abc"}, sources={"id": await connect(stage.database, "other")}
    )
    async with stage.working():
        await stage.say("move", moved)
        asked = await stage.asked("approval")
        await stage.frame("approval", call_id=asked["call_id"], decision="reject")
        await stage.until("RUN_FINISHED")
        await stage.say("move")
        await stage.asked("approval", 2)
    assert stage.world.acts == []


async def test_a_call_in_doubt_that_happened_is_closed_with_what_the_person_saw(stage: Stage) -> None:
    async with stage.working():
        call_id = await to_doubt(stage)
        await stage.frame("in_doubt", call_id=call_id, happened={"id": 9})
        state, outcome = await stage.result()
        await stage.until("RUN_FINISHED")
        await stage.rests()
    assert (state, outcome) == ("done", {"value": {"id": 9}, "resolved_by": "usr_1"})
    assert (len(stage.world.acts), await stage.sealed()) == (1, 0)


async def test_a_call_in_doubt_is_done_again_with_the_secret_that_was_given(stage: Stage) -> None:
    async with stage.working():
        call_id = await to_doubt(stage)
        stage.world.reply = answered
        await stage.frame("in_doubt", call_id=call_id, again=True)
        assert (await stage.result())[0] == "done"
        await stage.rests()
    assert [act.arguments["password"] for act in stage.world.acts] == [SECRET, SECRET]
    assert (await stage.journal(), await stage.sealed()) == ([("done", 2)], 0)


async def answered(_act: Act) -> Attempt:
    return CREATED


async def test_a_call_whose_worker_ended_is_in_doubt_and_not_made_twice(stage: Stage) -> None:
    await stage.left_performing()
    async with stage.working():
        asked = await stage.asked("in_doubt")
    assert (asked["reason"], len(stage.world.acts)) == ("Madang stopped during this call", 1)


async def test_a_call_that_may_have_happened_is_in_doubt_also_when_its_connection_is_gone(stage: Stage) -> None:
    await stage.left_performing()
    async with stage.database.begin() as db:
        await db.execute(text("DELETE FROM madang.connection"))
    async with stage.working():
        asked = await stage.asked("in_doubt")
        await stage.frame("in_doubt", call_id=asked["call_id"], again=True)
        again = await stage.asked("in_doubt", 2)
        await stage.frame("in_doubt", call_id=asked["call_id"], happened=None)
        assert (await stage.result())[0] == "done"
    assert "no connection" in again["reason"]
    assert len(stage.world.acts) == 1


async def test_a_safe_call_whose_worker_ended_is_made_again(stage: Stage) -> None:
    stage.world.reply = stage.world.hang
    async with stage.working():
        await stage.say("look", GET)
        await stage.world.entered.wait()
    stage.world.reply = answered
    async with stage.working():
        assert (await stage.result())[0] == "done"
    assert len(stage.world.acts) == 2


@pytest.mark.parametrize("stage_name", ["form", "approval"])
async def test_a_connection_that_is_deleted_while_a_turn_waits_fails_the_call(stage: Stage, stage_name: str) -> None:
    async with stage.working():
        if stage_name == "approval":
            call_id = await to_approval(stage)
        else:
            await stage.say("make", CREATE)
            call_id = (await stage.asked("form"))["call_id"]
        async with stage.database.begin() as db:
            await db.execute(text("DELETE FROM madang.connection"))
        if stage_name == "approval":
            await stage.frame("approval", call_id=call_id, decision="approve")
        else:
            await stage.frame("form", call_id=call_id, value={"password": SECRET})
        state, outcome = await stage.result()
        await stage.until("RUN_FINISHED")
        await stage.rests()
    assert (state, "no connection" in outcome["reason"], stage.world.acts) == ("failed", True, [])
    assert await stage.sealed() == 0


async def test_of_two_tabs_that_decide_at_once_one_is_told_that_it_came_late(stage: Stage) -> None:
    async with stage.working():
        call_id = await to_approval(stage)
        said = await asyncio.gather(
            *(stage.frame("approval", call_id=call_id, decision=each) for each in ("approve", "reject", "approve")),
            return_exceptions=True,
        )
        await stage.until("TOOL_CALL_RESULT")
    assert [type(each) for each in said].count(ConflictError) == 2
    assert len(stage.world.acts) <= 1


async def test_a_frame_that_comes_twice_at_once_is_taken_once(stage: Stage) -> None:
    said = await asyncio.gather(*(stage.frame("message", id="one", text="hello") for _ in range(5)))
    assert sorted(each.is_repeat for each in said) == [False, True, True, True, True]
    assert len({each.turn for each in said}) == 1
    with pytest.raises(InvalidError, match="used for another frame"):
        await stage.frame("message", id="one", text="other")
    assert len(await stage.turn_states()) == 1


async def test_messages_that_come_at_once_are_turns_one_after_the_other(stage: Stage) -> None:
    words = [f"look {number}" for number in range(5)]
    async with stage.working():
        await asyncio.gather(*(stage.say(each, GET) for each in words))
        await stage.until("RUN_FINISHED", 5)
    events = await stage.events()
    runs = [name_of(each) for each in events if each.type.startswith("RUN_")]
    assert runs == ["RUN_STARTED", "RUN_FINISHED"] * 5
    assert [each.seq for each in events] == list(range(1, len(events) + 1))


async def test_what_is_said_of_a_call_that_is_not_there_or_not_asked_is_refused(stage: Stage) -> None:
    async with stage.working():
        with pytest.raises(NotFoundError, match="no such call"):
            await stage.frame("form", call_id="cal_1", value={})
        call_id = await to_approval(stage)
        with pytest.raises(ConflictError, match="waiting for approval"):
            await stage.frame("form", call_id=call_id, value={})
        with pytest.raises(ConflictError, match="waiting for approval"):
            await stage.frame("in_doubt", call_id=call_id, again=True)
        with pytest.raises(NotFoundError):
            await stage.frame("approval", call_id=call_id, decision="approve", actor=OTHER)
    assert stage.world.acts == []


async def test_odd_values_from_outside_pass_through_a_turn(stage: Stage) -> None:
    odd = {"long": 2**80, "nul": "a\x00b", "deep": [[[["x"]]]]}

    async def reply(_act: Act) -> Attempt:
        return Answered(status=200, media_type="application/json", value=odd)  # pyright: ignore[reportArgumentType]

    stage.world.reply = reply
    async with stage.working():
        await stage.say("look", GET)
        state, outcome = await stage.result()
        await stage.say("make", Planned(arguments={"text": "a\x00b"}))
        asked = await stage.asked("form")
        await stage.frame("form", call_id=asked["call_id"], value={"password": SECRET})
        await stage.asked("approval")
    assert (state, outcome["value"]) == ("done", odd)
