"""The Python SDK's session against a real backend: what it lends, what it answers, and how it ends."""

from __future__ import annotations

import asyncio
import json
import math
from typing import Any

import pytest
from tests.integration.backend.conversations.conftest import House

from madang.kit.errors import InvalidError, TooLargeError
from madang.kit.json import JsonObject, JsonValue
from madang.schema.application import bind
from madang.sdk.client import ApiError
from madang.sdk.lending import LentFunction
from madang.sdk.live import LiveSession, SessionClosedError

OPENS = 'open the panel with title "north"'


def session_of(house: House, **options: Any) -> LiveSession:
    return LiveSession(house.served.url, house.served.token, options.pop("conversation", house.conversation), **options)


def giving(value: JsonValue) -> LentFunction:
    """A function that gives this."""

    async def run(_: JsonObject) -> JsonValue:
        return value

    schema: JsonObject = {"type": "object", "properties": {"title": {"type": "string"}}}
    words: JsonObject = {"title": "Open a panel", "description": "Open a panel of the screen by its title"}
    return LentFunction(definition={"name": "openPanel", "parameters": schema, "effect": "safe", **words}, run=run)


async def outcome(session: LiveSession) -> tuple[str, dict[str, Any]]:
    """State and content of the next call."""
    async with asyncio.timeout(30):
        async for event in session.events():
            if event["type"] == "TOOL_CALL_RESULT":
                return str(event["state"]), json.loads(str(event["content"]))
    raise AssertionError


@pytest.mark.parametrize(
    ("value", "state", "told"),
    [
        ({"long": 2**80, "words": "한"}, "done", None),
        ("x" * 300_000, "failed", "what it gave cannot be sent: a frame has at most 262,144 bytes"),
        (math.nan, "failed", "what it gave cannot be sent: Out of range float values are not JSON compliant"),
        ("a\0b", "failed", "what it gave cannot be sent: the frame: a text of whole characters"),
    ],
    ids=["odd", "large", "nan", "nul"],
)
async def test_whatever_a_function_gives_is_answered(house: House, value: Any, state: str, told: str | None) -> None:
    async with session_of(house) as session:
        await session.lend(giving(value))
        await session.send("message", text=OPENS)
        found, content = await outcome(session)
    assert found == state
    assert content["value"] == value if told is None else told in content["reason"]


async def test_what_the_server_refuses_is_raised_and_not_lent(house: House) -> None:
    def ring() -> None:
        """Ring."""

    async with session_of(house, name="No name") as session:
        with pytest.raises(ApiError, match="'No name' cannot be the name"):
            await session.lend(ring)
        with pytest.raises(InvalidError, match="1 to 64 of A-Z"):
            await session.lend(bind(ring, name="no name"))
        with pytest.raises(TooLargeError):
            await session.send("message", text="x" * 300_000)
        await session.send("message", text="ring")
    assert "app." not in str(await house.events())


async def test_functions_that_are_taken_back_or_left_are_gone(house: House) -> None:
    async with session_of(house) as session:
        await session.lend(giving(1))
        await session.unlend("openPanel")
        await session.send("message", text=OPENS)
        await session.lend(giving(2))
    async with house.tab() as tab:
        await tab.send("message", text=OPENS)
        await tab.until("RUN_FINISHED", 2)
    found = [each["value"]["candidates"] for each in tab.events if each.get("name") == "found"]
    assert (len(found), "openPanel" in str(found)) == (2, False)


async def test_a_session_that_the_server_ends_says_so_to_whoever_waits(house: House) -> None:
    async with session_of(house, conversation="cnv_1") as session:
        with pytest.raises(SessionClosedError, match="4404"):
            await outcome(session)
        with pytest.raises(SessionClosedError):
            await session.send("abort")


async def test_events_may_be_told_as_they_come_and_begin_where_one_likes(house: House) -> None:
    seen: list[JsonObject] = []
    async with session_of(house) as session:
        await session.send("message", text="hello")
        async for event in session.events():
            if event["type"] == "RUN_FINISHED":
                break
    async with session_of(house, seq=session.seq - 2, on_event=seen.append) as again, asyncio.timeout(20):
        while again.seq < session.seq:
            await asyncio.sleep(0.02)
    assert [each["seq"] for each in seen] == [session.seq - 1, session.seq]
