"""Speaking in a conversation and following it: by WebSocket, by server-sent events, by pages; all real, on loopback."""

from __future__ import annotations

import asyncio
import contextlib
import gc
from collections.abc import AsyncGenerator
from typing import Any

import orjson
import pytest
from sqlalchemy import text
from tests.integration.backend.conversations.conftest import CANARY, POST, House, Notes, Tab, cut, name_of
from websockets.exceptions import ConnectionClosed, InvalidStatus

from madang.agent.event_log import add_events
from madang.agent.events import user_message

WHOLE_TURN = [
    *("title", "TEXT_MESSAGE_START", "TEXT_MESSAGE_CONTENT", "TEXT_MESSAGE_END", "RUN_STARTED", "found"),
    *("TOOL_CALL_START", "TOOL_CALL_ARGS", "arguments", "form", "form_answered"),
    *("TOOL_CALL_ARGS", "arguments", "TOOL_CALL_END", "approval", "approval_answered", "performing"),
    *("TOOL_CALL_RESULT", "TEXT_MESSAGE_START", "TEXT_MESSAGE_CONTENT", "TEXT_MESSAGE_END", "RUN_FINISHED"),
]


async def answer_all(tab: Tab, *, decision: str = "approve") -> str:
    """Give what a turn asks for; the call's id."""
    form = (await tab.until("form"))["value"]
    assert (await tab.send("form", call_id=form["call_id"], value={"password": CANARY}))["ok"]
    await tab.until("approval")
    assert (await tab.send("approval", call_id=form["call_id"], decision=decision))["ok"]
    return str(form["call_id"])


async def test_a_turn_by_websocket_and_every_way_of_following_shows_the_same(house: House, notes: Notes) -> None:
    async with house.tab() as tab, house.tab() as other:
        await tab.until_live()
        assert (await tab.send("message", text=POST))["ok"]
        await answer_all(tab)
        await tab.until("RUN_FINISHED")
        await other.until("RUN_FINISHED")
    assert [name_of(each) for each in tab.events] == WHOLE_TURN
    assert [each["seq"] for each in tab.events] == list(range(1, len(WHOLE_TURN) + 1))
    assert tab.events == other.events == await house.events()
    assert tab.events == [each async for each in streamed(house, len(WHOLE_TURN))]
    assert [orjson.loads(body) for body in notes.bodies] == [{"text": "hello", "password": CANARY}]
    assert tab.live == [0]


async def streamed(house: House, until: int, **headers: str) -> AsyncGenerator[dict[str, Any], None]:
    """Events as a browser's EventSource gets them."""
    given = {"accept": "text/event-stream", **headers}
    async with asyncio.timeout(30), house.api.stream("GET", f"{house.path}/events", headers=given) as stream:
        async for line in stream.aiter_lines():
            if line.startswith("data: "):
                event = orjson.loads(line[6:])
                yield event
                if event["seq"] >= until:
                    return


async def test_a_turn_by_requests_alone_and_a_stream_that_resumes(house: House, notes: Notes) -> None:
    assert (await house.speak("message", text=POST)).status_code == 200
    seen: list[dict[str, Any]] = []
    async with contextlib.aclosing(streamed(house, 1_000)) as events:
        async for event in events:
            seen.append(event)
            if name_of(event) == "form":
                value = {"call_id": event["value"]["call_id"], "value": {"password": CANARY}}
                assert (await house.speak("form", **value)).json()["ok"]
            if name_of(event) == "approval":
                break
    call_id = seen[-1]["value"]["call_id"]
    assert (await house.speak("approval", call_id=call_id, decision="approve")).status_code == 200
    rest = [each async for each in streamed(house, len(WHOLE_TURN), **{"last-event-id": str(seen[-1]["seq"])})]
    assert [name_of(each) for each in seen + rest] == WHOLE_TURN
    assert len(notes.bodies) == 1


async def test_a_tab_that_comes_back_gets_what_it_missed_and_nothing_twice(house: House, notes: Notes) -> None:
    async with house.tab() as tab:
        await tab.send("message", text=POST)
        await tab.until("form")
        first = list(tab.events)
    async with house.tab(after=first[-1]["seq"]) as tab:
        tab.events = first
        await answer_all(tab)
        await tab.until("RUN_FINISHED")
    assert [each["seq"] for each in tab.events] == list(range(1, len(WHOLE_TURN) + 1))


async def test_a_second_message_waits_for_the_first_turn(house: House, notes: Notes) -> None:
    async with house.tab() as tab:
        await tab.send("message", text=POST)
        await tab.until("form")
        await tab.send("message", text="list all notes")
        await answer_all(tab, decision="reject")
        await tab.until("RUN_FINISHED", 2)
    runs = [name_of(each) for each in tab.events if each["type"].startswith("RUN_")]
    assert runs == ["RUN_STARTED", "RUN_FINISHED"] * 2


async def test_an_answer_that_is_cut_is_in_doubt_and_its_buttons_work(house: House, notes: Notes) -> None:
    notes.reply = cut
    async with house.tab() as tab:
        await tab.send("message", text=POST)
        call_id = await answer_all(tab)
        await tab.until("in_doubt")
        assert (await tab.send("in_doubt", call_id=call_id, again=True))["ok"]
        await tab.until("in_doubt", 2)
        assert (await tab.send("in_doubt", call_id=call_id, happened={"id": 2**70}))["ok"]
        result = orjson.loads((await tab.until("TOOL_CALL_RESULT"))["content"])
        await tab.until("RUN_FINISHED")
        late = await tab.send("in_doubt", call_id=call_id, again=True)
    assert (len(notes.bodies), result["resolved_by"]) == (2, house.actor.user)
    assert (late["ok"], late["problem"]["status"]) == (False, 409)


async def test_a_turn_is_stopped_while_the_other_side_says_nothing(house: House, notes: Notes) -> None:
    entered = asyncio.Event()

    async def hang() -> None:
        entered.set()
        await asyncio.sleep(60)

    notes.reply = hang
    async with house.tab() as tab:
        await tab.send("message", text="list all notes")
        await entered.wait()
        await tab.send("abort")
        error = await tab.until("RUN_ERROR")
    assert error["code"] == "aborted"
    assert (await tab_result(house))["reason"] == "it was stopped while it was under way"


async def tab_result(house: House) -> dict[str, Any]:
    found = [each for each in await house.events() if each["type"] == "TOOL_CALL_RESULT"]
    value: dict[str, Any] = orjson.loads(found[-1]["content"])
    return value


async def test_nothing_fits_is_an_answer(house: House) -> None:
    async with house.tab() as tab:
        await tab.send("message", text="zzz qqq")
        await tab.until("RUN_FINISHED")
    assert "TOOL_CALL_START" not in [name_of(each) for each in tab.events]


@pytest.mark.parametrize(
    ("frame", "status", "pointer"),
    [
        ({"id": "1", "type": "nonsense"}, 422, "/type"),
        ({"id": "1", "type": "message"}, 422, "/text"),
        ({"id": "1", "type": "message", "text": "a\x00b"}, 422, ""),
        ({"id": "1", "type": "form", "call_id": "cal_1", "value": {}}, 404, "/call_id"),
        ({"id": "1", "type": "message", "text": "x" * 100_001}, 422, "/text"),
    ],
)
async def test_a_wrong_frame_is_answered_and_the_session_goes_on(
    house: House, frame: dict[str, Any], status: int, pointer: str
) -> None:
    async with house.tab() as tab:
        await tab.socket.send(orjson.dumps(frame).decode())
        while not [each for each in tab.answers if each["id"] == "1"]:
            await tab.read()
        problem = tab.answers[-1]["problem"]
        assert (problem["status"], problem["errors"][0]["pointer"]) == (status, pointer)
        assert (await tab.send("message", text="zzz"))["ok"]
    by_request = await house.api.post(f"{house.path}/frames", json=frame)
    assert by_request.status_code in {status, 413}


@pytest.mark.parametrize(
    "body",
    [
        b'{"id":"1","type":"form","call_id":"c","value":{"a":NaN}}',
        b'{"id":"1","type":"message","text":"\\ud800"}',
        b'{"id":"1","type":"form","call_id":"c","value":' + b'{"a":' * 300 + b"1" + b"}" * 300 + b"}",
        b'{"id":"1","type":"form","call_id":"c","value":{"a":' + b"9" * 5_000 + b"}}",
        b'{"id":["x"],"type":"message","text":"hello"}',
    ],
)
async def test_odd_json_is_refused_and_never_a_fault(house: House, body: bytes) -> None:
    headers = {"content-type": "application/json"}
    said = await house.api.post(f"{house.path}/frames", content=body, headers=headers)
    assert 400 <= said.status_code < 500, said.text


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("no json", 4400),
        ("[1]", 4400),
        ('{"type":"resume","after_seq":0}', 4400),
        ('{"id":"1","type":"message","text":"hello"}', 4400),
        ('{"id":"1","type":"resume","after_seq":-1}', 4400),
        ('{"id":"1","type":"resume","after_seq":99999999999999999999}', 4400),
        ('{"id":"1","type":"resume","after_seq":true}', 4400),
        (b"\x00\x01", 4400),
        ('{"id":"' + "x" * 300_000 + '"}', 4413),
        ("[" * 100_000, 4400),
    ],
)
async def test_a_socket_that_does_not_begin_as_it_should_is_closed(
    house: House, message: str | bytes, code: int
) -> None:
    async with house.socket() as socket:
        await socket.send(message)
        with pytest.raises(ConnectionClosed) as closed:
            await socket.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == code


async def test_a_client_that_sends_too_fast_is_closed(house: House) -> None:
    async with house.socket() as socket:

        async def hurry() -> None:
            for _ in range(70):
                await socket.send('{"id":"1","type":"resume","after_seq":0}')
            while True:
                await socket.recv()

        with pytest.raises(ConnectionClosed) as closed:
            await hurry()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4429


async def test_a_foreign_page_cannot_open_a_session(house: House) -> None:
    with pytest.raises((InvalidStatus, ConnectionClosed)):
        async with house.tab(origin="https://evil.example"):
            pass
    with pytest.raises((InvalidStatus, ConnectionClosed)):
        async with house.tab(host="evil.example"):
            pass
    async with house.tab(origin=house.served.url) as tab:
        await tab.until_live()


async def test_a_session_needs_a_sign_in_and_a_conversation_of_ones_own(house: House) -> None:
    _, others = await house.served.new_account("other")
    for key, code in (("nonsense", 4401), (others, 4404)):
        async with house.socket(key=key) as socket:
            with pytest.raises(ConnectionClosed) as closed:
                await socket.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == code


async def test_who_has_signed_out_neither_speaks_nor_hears(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("madang.backend.domains.conversations.socket.LOOK_SECONDS", 0.2)
    monkeypatch.setattr("madang.backend.domains.conversations.service.BEAT_SECONDS", 0.2)
    made = (await house.api.post("/api/api-keys", json={"name": "short"})).json()
    async with house.tab(key=made["secret"]) as quiet, house.tab(key=made["secret"]) as speaking:
        await speaking.until_live()
        async with house.served.client(made["secret"]) as client:
            headers = {"accept": "text/event-stream"}
            async with client.stream("GET", f"{house.path}/events", headers=headers) as stream:
                await house.api.delete(f"/api/api-keys/{made['id']}")
                async with asyncio.timeout(10):
                    assert "data" not in "".join([line async for line in stream.aiter_lines()])
        for tab in (quiet, speaking):
            with pytest.raises(ConnectionClosed) as closed:
                await tab.send("message", text="hello")
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 4401
    assert await house.events() == []


async def test_a_new_title_reaches_who_follows_without_their_looking(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("madang.backend.domains.conversations.following.LOOK_SECONDS", 3600)
    async with house.tab() as tab:
        await tab.until_live()
        await house.api.patch(house.path, json={"title": "Notes of mine"})
        title = await asyncio.wait_for(tab.until("title"), 10)
    assert title["value"] == {"title": "Notes of mine"}


async def test_a_deleted_conversation_closes_its_sessions(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("madang.backend.domains.conversations.following.LOOK_SECONDS", 0.1)
    async with house.tab() as tab:
        await tab.until_live()
        await house.api.delete(house.path)
        with pytest.raises(ConnectionClosed) as closed:
            await tab.until("RUN_FINISHED")
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4404


async def test_a_session_whose_events_cannot_be_read_is_cut_so_that_the_client_comes_again(house: House) -> None:
    async with house.tab() as tab:
        await tab.until_live()
        async with house.served.database.begin() as db:
            await db.execute(text("ALTER TABLE madang.conversation_event RENAME TO gone"))
        try:
            with pytest.raises(ConnectionClosed) as closed:
                await tab.until("RUN_FINISHED")
        finally:
            async with house.served.database.begin() as db:
                await db.execute(text("ALTER TABLE madang.gone RENAME TO conversation_event"))
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1011


async def test_a_database_that_drops_its_connections_is_got_over(house: House, notes: Notes) -> None:
    async with house.tab() as tab:
        await tab.send("message", text=POST)
        await tab.until("form")
    async with house.served.database.begin() as db:
        await db.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    await asyncio.sleep(0.5)
    async with house.tab() as tab:
        await answer_all(tab)
        await tab.until("RUN_FINISHED")
    assert len(notes.bodies) == 1


async def test_a_client_that_never_reads_holds_up_nobody_and_costs_a_page_of_events(house: House) -> None:
    delta = "x" * 100_000
    async with house.served.database.begin() as db:
        for number in range(300):
            drafts = user_message("trn_1", f"msg_{number}", delta, f"f{number}")
            await add_events(house.actor.account, db, house.conversation, drafts, now=house.served.clock.now())
    async with house.socket() as deaf:
        deaf.transport.pause_reading()
        await deaf.send('{"id":"1","type":"resume","after_seq":0}')
        await asyncio.sleep(1)
        async with house.tab(after=890) as tab:
            await tab.until_live()
            assert (await tab.send("message", text="zzz qqq"))["ok"]
            await tab.until("RUN_FINISHED")
        assert unsent() < 15_000_000
        deaf.transport.abort()


def unsent() -> int:
    """Bytes that transports of this process hold for clients who do not read."""
    transports = [each for each in gc.get_objects() if issubclass(type(each), asyncio.Transport)]
    return sum(each.get_write_buffer_size() for each in transports if not each.is_closing())


async def test_a_last_event_id_that_is_none_is_passed_over(house: House) -> None:
    for value in ("nonsense", "99999999999999999999999999", "-1", ""):
        found = await house.api.get(f"{house.path}/events", headers={"last-event-id": value})
        assert found.status_code == 200
    assert (await house.api.get(f"{house.path}/events", params={"after_seq": 2**63})).status_code == 422


async def test_conversations_are_named_by_their_first_message_and_found_by_title(house: House) -> None:
    await house.speak("message", text="  zzz \n qqq " + "w" * 100)
    shown = (await house.api.get(house.path)).json()
    assert (shown["title"], len(shown["title"])) == ("zzz qqq " + "w" * 51 + "…", 60)
    renamed = await house.api.patch(house.path, json={"title": "Notes of mine"})
    assert renamed.json()["title"] == "Notes of mine"
    found = (await house.api.get("/api/conversations", params={"search": "of mi"})).json()["data"]
    assert [each["id"] for each in found] == [house.conversation]
    assert (await house.api.get("/api/conversations", params={"search": "%"})).json()["data"] == []
    refused = await house.api.post("/api/conversations", json={"model": "mdl_none"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/model")


async def test_a_long_conversation_costs_no_more_to_speak_in(house: House) -> None:
    words = "hello " * 20
    async with house.served.database.begin() as db:
        for start in range(0, 10_000, 500):
            drafts = [each for number in range(start, start + 500, 3) for each in old_turn(number, words)]
            await add_events(house.actor.account, db, house.conversation, drafts, now=house.served.clock.now())
    async with house.tab(after=10_000) as tab:
        clock = asyncio.get_running_loop().time
        await tab.send("message", text="zzz qqq")
        await tab.until("RUN_FINISHED")
        begun = clock()
        await tab.send("message", text="zzz qqq")
        await tab.until("RUN_FINISHED", 2)
        assert clock() - begun < 2


def old_turn(number: int, words: str) -> Any:
    return user_message(f"trn_{number}", f"msg_{number}", words, f"f{number}")
