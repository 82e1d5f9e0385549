"""Functions that clients lend to a conversation: real sockets, a real database, and clients that go at every moment."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from sqlalchemy import text
from tests.integration.backend.conversations.conftest import CANARY, House, Tab, name_of
from websockets.exceptions import ConnectionClosed

SESSION, OTHER = "session-of-tab-one", "session-of-tab-two"
TEXT: dict[str, Any] = {"type": "string"}
OPEN: dict[str, Any] = {
    "name": "openPanel",
    "title": "Open a panel",
    "description": "Open a panel of the screen by its title.",
    "parameters": {"type": "object", "properties": {"title": TEXT}, "required": ["title"]},
    "result": {"type": "object", "properties": {"width": {"type": "integer"}}, "required": ["width"]},
    "effect": "safe",
}
PAY: dict[str, Any] = {
    "name": "wallet.pay",
    "title": "Pay a bill",
    "description": "Pay a bill out of the wallet.",
    "parameters": {
        "type": "object",
        "properties": {"title": TEXT, "pin": {**TEXT, "x-madang-human": True}},
        "required": ["title", "pin"],
    },
}
OPENS, PAYS = 'open the panel with title "north"', 'pay the bill with title "rent"'


@pytest.fixture
def short_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    """A session that is gone has a moment to come back, not half a minute."""
    monkeypatch.setattr("madang.agent.lending.GRACE_SECONDS", 0.5)
    monkeypatch.setattr("madang.backend.domains.conversations.lending.BEAT_SECONDS", 0.1)


async def lend(tab: Tab, *functions: dict[str, Any], **more: Any) -> None:
    answer = await tab.send("lend", functions=list(functions), **more)
    assert answer["ok"], answer


async def to_approval(tab: Tab, words: str = PAYS) -> str:
    """A payment that waits for approval, with its secret given; the call's id."""
    assert (await tab.send("message", text=words))["ok"]
    form = (await tab.until("form"))["value"]
    assert list(form["schema"]["properties"]) == ["pin"]
    assert (await tab.send("form", call_id=form["call_id"], value={"pin": CANARY}))["ok"]
    await tab.until("approval")
    return str(form["call_id"])


async def approve(tab: Tab, call_id: str) -> None:
    assert (await tab.send("approval", call_id=call_id, decision="approve"))["ok"]


async def result(tab: Tab) -> tuple[str, dict[str, Any]]:
    """State and content of the call, once its turn has ended."""
    body = await tab.until("TOOL_CALL_RESULT")
    await tab.until("RUN_FINISHED")
    return str(body["state"]), json.loads(body["content"])


async def closed(tab: Tab) -> int | None:
    """The code with which the server ends a socket."""
    try:
        while True:
            await tab.read()
    except ConnectionClosed as end:
        return None if end.rcvd is None else end.rcvd.code


async def states(house: House) -> list[str]:
    async with house.served.database.begin() as db:
        return [*await db.scalars(text("SELECT state FROM madang.lent_call ORDER BY asked_at"))]


async def test_a_function_is_found_by_words_and_run_by_the_client_that_lends_it(house: House) -> None:
    async with house.tab() as tab, house.tab() as other:
        await lend(tab, OPEN)
        await other.send("message", text=OPENS)
        asked = await tab.until_asked()
        assert (await tab.send("tool_result", call_id=asked["call_id"], value={"width": 2**80}))["ok"]
        state, outcome = await result(other)
        await tab.until("RUN_FINISHED")
    assert (asked["name"], asked["arguments"]) == ("openPanel", {"title": "north"})
    assert (state, outcome["value"], other.asked) == ("done", {"width": 2**80}, [])
    start = await other.until("TOOL_CALL_START")
    assert (start["toolCallName"], start["title"], start["method"], start["effect"]) == (
        *("app.open_panel", "Open a panel", "CALL", "safe"),
    )
    assert tab.events == other.events == await house.events()
    assert "approval" not in [name_of(each) for each in tab.events]


async def test_a_secret_goes_from_the_person_to_the_client_and_nowhere_else(house: House) -> None:
    async with house.tab() as tab:
        await lend(tab, PAY, name="bank")
        call_id = await to_approval(tab)
        approval = (await tab.until("approval"))["value"]
        await approve(tab, call_id)
        asked = await tab.until_asked()
        await tab.send("tool_result", call_id=call_id, value=None)
        assert (await result(tab))[0] == "done"
    assert asked["arguments"] == {"title": "rent", "pin": CANARY}
    assert (approval["request"], approval["effect"]) == ({"method": "CALL", "url": "bank.wallet.pay"}, "unsafe")
    assert approval["arguments"] == {"title": "rent", "pin": "[hidden]"}
    assert CANARY not in str(tab.events)


async def test_what_the_client_cannot_do_is_told_in_its_words(house: House) -> None:
    async with house.tab() as tab:
        await lend(tab, OPEN)
        await tab.send("message", text=OPENS)
        await tab.send("tool_result", call_id=(await tab.until_asked())["call_id"], error="there is no panel north")
        state, outcome = await result(tab)
    assert (state, outcome["reason"], len(tab.asked)) == ("failed", "the application said: there is no panel north", 1)


async def test_a_value_that_breaks_its_schema_is_kept_with_what_is_wrong(house: House) -> None:
    async with house.tab() as tab:
        await lend(tab, OPEN)
        await tab.send("message", text=OPENS)
        await tab.send("tool_result", call_id=(await tab.until_asked())["call_id"], value={"width": "wide"})
        state, outcome = await result(tab)
    assert (state, outcome["value"]) == ("done", {"width": "wide"})
    assert outcome["drift"] == [{"path": "/width", "expected": "integer", "given": '"wide"'}]


async def test_two_sessions_that_lend_the_same_are_told_apart(house: House) -> None:
    async with house.tab() as one, house.tab() as two:
        await lend(one, OPEN)
        await lend(two, OPEN, PAY)
        call_id = await to_approval(two)
        await approve(two, call_id)
        await two.until_asked()
        refused = await one.send("tool_result", call_id=call_id, value=1)
        await two.send("tool_result", call_id=call_id, value=1)
        assert (await result(two))[1]["value"] == 1
        found = (await two.until("TOOL_CALL_START"))["toolCallName"]
        await one.send("message", text=OPENS)
        candidates = [each["function"] for each in (await one.until("found", 2))["value"]["candidates"]]
        await one.send("abort")
    assert (refused["ok"], refused["problem"]["errors"][0]["code"]) == (False, "other-session")
    assert found == "app_2.wallet.pay"
    assert {"app.open_panel", "app_2.open_panel"} <= {*candidates}
    assert one.asked == [] or one.asked[0]["name"] == "openPanel"


async def test_a_name_that_a_connector_has_gets_a_number(house: House) -> None:
    async with house.tab() as tab:
        await lend(tab, OPEN, name="notes")
        await lend(tab, PAY, name="notes")
        await to_approval(tab)
        assert (await tab.until("TOOL_CALL_START"))["toolCallName"] == "notes_2.wallet.pay"


async def test_functions_that_are_lent_again_take_the_place_of_those_before(house: House) -> None:
    async with house.tab() as tab:
        await lend(tab, OPEN, PAY)
        await lend(tab, {**OPEN, "title": "Open a wide panel", "effect": "unsafe"})
        await tab.send("message", text=OPENS)
        assert (await tab.until("approval"))["value"]["title"] == "Open a wide panel"


async def test_what_is_taken_back_is_not_found_and_not_called(house: House) -> None:
    async with house.tab() as tab:
        await lend(tab, OPEN, PAY)
        call_id = await to_approval(tab)
        assert (await tab.send("unlend", names=["wallet.pay"]))["ok"]
        await approve(tab, call_id)
        state, outcome = await result(tab)
        assert (await tab.send("unlend"))["ok"]
        await tab.send("message", text=OPENS)
        found = (await tab.until("found", 2))["value"]
    assert (state, tab.asked) == ("failed", [])
    assert "session has ended" in outcome["reason"]
    assert not [each for each in found["candidates"] if each["function"].startswith("app.")]


async def test_answers_to_what_was_not_asked_are_refused(house: House) -> None:
    async with house.tab() as tab:
        await lend(tab, OPEN)
        unknown = await tab.send("tool_result", call_id="cal_1", value=1)
        await tab.send("message", text=OPENS)
        call_id = (await tab.until_asked())["call_id"]
        assert (await tab.send("tool_result", call_id=call_id, value={"width": 1}))["ok"]
        await tab.until("RUN_FINISHED")
        twice = await tab.send("tool_result", call_id=call_id, value={"width": 2})
    assert (unknown["problem"]["status"], twice["problem"]["status"]) == (404, 409)
    assert "answered already" in twice["problem"]["detail"]


@pytest.mark.parametrize(
    ("frame", "pointer"),
    [
        ({"functions": []}, "/functions"),
        ({"functions": [OPEN, {"name": "a b"}]}, "/functions/1/name"),
        ({"functions": [{**OPEN, "result": {"type": 5}}]}, "/functions/0/result/type"),
        ({"functions": [OPEN], "name": "No!"}, "/name"),
        ({"functions": [{"name": "open_panel"}]}, "/functions/0/name"),
    ],
)
async def test_definitions_that_are_wrong_are_refused_with_their_place(
    house: House, frame: dict[str, Any], pointer: str
) -> None:
    async with house.tab() as tab:
        await lend(tab, OPEN)
        answer = await tab.send("lend", **frame)
    assert (answer["ok"], answer["problem"]["errors"][0]["pointer"]) == (False, pointer)


async def test_a_request_without_a_session_lends_nothing(house: House) -> None:
    said = await house.speak("lend", functions=[OPEN])
    assert (said.status_code, said.json()["errors"][0]["pointer"]) == (422, "/type")


async def test_a_session_that_comes_back_is_asked_for_what_was_not_delivered(house: House) -> None:
    async with house.tab(session=SESSION) as tab, house.tab() as other:
        await lend(tab, PAY)
        call_id = await to_approval(other)
        await tab.socket.close()
        await approve(other, call_id)
        await other.until("performing")
        assert await states(house) in ([], ["asked"])
        async with house.tab(session=SESSION) as again:
            assert (await again.until_asked())["call_id"] == call_id
            assert (await again.send("tool_result", call_id=call_id, value="paid"))["ok"]
            assert (await result(other))[1]["value"] == "paid"
    assert await states(house) == ["taken"]


async def test_a_session_that_comes_back_may_answer_what_it_was_asked_before(house: House) -> None:
    async with house.tab() as other:
        async with house.tab(session=SESSION) as tab:
            await lend(tab, PAY)
            await approve(other, call_id := await to_approval(other))
            await tab.until_asked()
        async with house.tab(session=SESSION) as again:
            assert (await again.send("tool_result", call_id=call_id, value="paid"))["ok"]
            assert (await result(other))[1]["value"] == "paid"
    assert again.asked == []


@pytest.mark.usefixtures("short_grace")
async def test_a_session_that_is_gone_before_the_approval_fails_the_call(house: House) -> None:
    async with house.tab() as other:
        async with house.tab() as tab:
            await lend(tab, PAY)
            call_id = await to_approval(other)
        await asyncio.sleep(0.8)
        await approve(other, call_id)
        state, outcome = await result(other)
    assert (state, "session has ended" in outcome["reason"], await states(house)) == ("failed", True, [])


@pytest.mark.usefixtures("short_grace")
async def test_a_session_that_is_gone_before_it_was_told_fails_the_call(house: House) -> None:
    async with house.tab() as other:
        async with house.tab() as tab:
            await lend(tab, PAY)
            call_id = await to_approval(other)
        await approve(other, call_id)
        state, outcome = await result(other)
    assert (state, "session has ended" in outcome["reason"]) == ("failed", True)
    assert await states(house) in ([], ["withdrawn"])


@pytest.mark.usefixtures("short_grace")
async def test_a_session_that_is_gone_after_it_was_told_leaves_an_unsafe_call_in_doubt(house: House) -> None:
    async with house.tab() as other:
        async with house.tab() as tab:
            await lend(tab, PAY)
            await approve(other, call_id := await to_approval(other))
            await tab.until_asked()
        doubt = (await other.until("in_doubt"))["value"]
        await other.send("in_doubt", call_id=call_id, again=True)
        again = (await other.until("in_doubt", 2))["value"]
        await other.send("in_doubt", call_id=call_id, happened="paid")
        assert (await result(other))[1]["value"] == "paid"
    assert "session ended before it said what became of app.wallet.pay" in doubt["reason"]
    assert "session has ended" in again["reason"]


@pytest.mark.usefixtures("short_grace")
async def test_a_safe_call_of_a_session_that_is_gone_has_failed(house: House) -> None:
    async with house.tab() as other:
        async with house.tab() as tab:
            await lend(tab, OPEN)
            await other.send("message", text=OPENS)
            await tab.until_asked()
        state, outcome = await result(other)
    assert (state, "session has ended" in outcome["reason"]) == ("failed", True)


async def test_an_answer_that_is_late_is_taken_when_the_call_is_tried_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("madang.backend.domains.conversations.lending.CALL_SECONDS", 0.2)
    async with house.tab() as tab:
        await lend(tab, PAY)
        await approve(tab, call_id := await to_approval(tab))
        await tab.until_asked()
        await tab.until("in_doubt")
        assert (await tab.send("tool_result", call_id=call_id, value="paid late"))["ok"]
        await tab.send("in_doubt", call_id=call_id, again=True)
        assert (await result(tab))[1]["value"] == "paid late"
    assert len(tab.asked) == 1


async def test_a_call_that_is_stopped_after_it_was_told_is_in_doubt(house: House) -> None:
    async with house.tab() as tab:
        await lend(tab, PAY)
        await approve(tab, call_id := await to_approval(tab))
        await tab.until_asked()
        assert (await tab.send("abort"))["ok"]
        await tab.until("in_doubt")
        await tab.until("RUN_ERROR")
        await tab.send("in_doubt", call_id=call_id, happened="seen")
        body = await tab.until("TOOL_CALL_RESULT")
    assert (body["state"], await states(house)) == ("done", ["missed"])


async def test_the_newest_socket_of_a_session_takes_it_over(house: House) -> None:
    async with house.tab(session=SESSION) as old:
        await lend(old, OPEN)
        async with house.tab(session=SESSION) as new:
            assert await closed(old) == 4409
            await new.send("message", text=OPENS)
            assert (await new.until_asked())["name"] == "openPanel"


async def test_a_session_that_signs_out_ends_at_once(house: House) -> None:
    made = (await house.api.post("/api/api-keys", json={"name": "tab"})).json()
    async with house.tab() as other:
        async with house.tab(key=made["secret"]) as tab:
            await lend(tab, OPEN)
            assert (await house.api.delete(f"/api/api-keys/{made['id']}")).status_code < 300
            await tab.socket.send(json.dumps({"id": "x", "type": "abort"}))
            assert await closed(tab) == 4401
        await other.send("message", text=OPENS)
        found = (await other.until("found"))["value"]
    assert not [each for each in found["candidates"] if each["function"].startswith("app.")]


@pytest.mark.parametrize("session", ["short", "x" * 65, "with a space in it", 5])
async def test_a_session_is_named_by_16_to_64_letters(house: House, session: Any) -> None:
    async with house.tab(session=session) as tab:
        assert await closed(tab) == 4400
