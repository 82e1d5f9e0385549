"""An application that lends its functions to a running Madang by the Python SDK, over kills of the backend."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Literal

import pytest
from tests.acceptance.chat.conftest import CANARY, KEY, await_back, kill, request, talk
from tests.acceptance.connectors.conftest import Madang

from madang.fakes.llm.running import ScriptedModel
from madang.kit.json import JsonObject
from madang.schema.application import HUMAN, bind
from madang.sdk.live import LiveSession

pytestmark = pytest.mark.slow


@dataclass
class Booking:
    table: int
    day: date


@dataclass
class Restaurant:
    """The application: tables that are booked, and what it was asked."""

    bookings: list[Booking] = field(default_factory=list[Booking])
    pins: list[str] = field(default_factory=list[str])
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    is_free: asyncio.Event = field(default_factory=asyncio.Event)

    def list_tables(self, area: Literal["garden", "hall"] = "garden") -> list[Booking]:
        """List the tables of the restaurant.

        Args:
            area: Where they stand.
        """
        assert area in ("garden", "hall")
        return self.bookings

    async def book_table(self, table: int, day: date, pin: Annotated[str, HUMAN]) -> Booking:
        """Book a table of the restaurant.

        Args:
            table: The number of the table.
            day: When.
        """
        self.asked.set()
        await self.is_free.wait()
        self.pins.append(pin)
        self.bookings.append(Booking(table, day))
        return self.bookings[-1]


def session_of(madang: Madang, conversation: str) -> LiveSession:
    url = f"http://127.0.0.1:{madang.environment['MADANG_BACKEND_PORT']}"
    return LiveSession(url, (madang.home / "token").read_text().strip(), conversation, name="restaurant")


async def until(session: LiveSession, *names: str) -> JsonObject:
    """The next event of one of these names."""
    async with asyncio.timeout(60):
        async for event in session.events():
            if str(event.get("name", event["type"])) in names:
                return event
    raise AssertionError(names)


def value_of(event: JsonObject) -> dict[str, Any]:
    value = event["value"]
    assert isinstance(value, dict)
    return value


async def to_approval(session: LiveSession, words: str) -> str:
    await session.send("message", text=words)
    call_id = str(value_of(await until(session, "form"))["call_id"])
    await session.send("form", call_id=call_id, value={"pin": CANARY})
    await until(session, "approval")
    return call_id


async def test_typed_functions_are_found_filled_in_approved_and_run_over_kills_of_the_backend(madang: Madang) -> None:
    restaurant = Restaurant()
    conversation = await asyncio.to_thread(talk, madang, "lending")
    async with session_of(madang, conversation.id) as session:
        await session.lend(bind(restaurant.list_tables, effect="safe"), restaurant.book_table)
        call_id = await to_approval(session, "book table 7 on 2026-05-04 in the restaurant")
        await session.send("approval", call_id=call_id, decision="approve")
        await restaurant.asked.wait()
        await asyncio.to_thread(kill, madang, "backend")
        await asyncio.to_thread(await_back, madang, "backend")
        restaurant.is_free.set()
        result = await until(session, "TOOL_CALL_RESULT", "in_doubt")
        await until(session, "RUN_FINISHED", "RUN_ERROR")
        await session.send("message", text="list the tables of the restaurant")
        listed = await until(session, "TOOL_CALL_RESULT")
    assert (result.get("state"), listed["state"]) == ("done", "done")
    assert '"value":{"table":7,"day":"2026-05-04"}' in str(result["content"])
    assert '"value":[{"table":7,"day":"2026-05-04"}]' in str(listed["content"])
    assert restaurant.pins == [CANARY]
    assert CANARY not in str(conversation.events()) + madang.log()


async def test_an_application_that_leaves_takes_its_functions_with_it(madang: Madang) -> None:
    conversation = await asyncio.to_thread(talk, madang, "leaving")
    async with session_of(madang, conversation.id) as session:
        await session.lend(bind(Restaurant().list_tables, effect="safe"))
    await asyncio.to_thread(conversation.say, "message", text="list the tables of the restaurant")
    found = await asyncio.to_thread(conversation.until, "found")
    assert "restaurant" not in str(found["value"]["candidates"])


async def test_a_model_calls_a_typed_function(madang: Madang, script: ScriptedModel) -> None:
    body = {
        "name": "lending",
        "provider": "openai",
        "model": "gpt-5",
        "base_url": f"{script.url}/v1",
        "api_key": KEY,
        "allowed_hosts": [script.url.removeprefix("http://")],
    }
    model = (await asyncio.to_thread(request, madang, "POST", "/api/models", json=body)).json()
    conversation = await asyncio.to_thread(talk, madang, "model", model=model["id"])
    call = {"call": "restaurant-list_tables", "arguments": {"area": "hall"}}
    script.play(
        {
            "turns": [
                {"when": {"tools": [call["call"]], "tool_results": 0}, "say": [call]},
                {"when": {"tool_results": 1}, "say": [{"text": "Table 3 is booked."}]},
            ]
        }
    )
    restaurant = Restaurant(bookings=[Booking(3, date(2026, 1, 2))])
    async with session_of(madang, conversation.id) as session:
        await session.lend(bind(restaurant.list_tables, effect="safe"))
        await session.send("message", text="list the tables in the hall")
        result = await until(session, "TOOL_CALL_RESULT")
        await until(session, "RUN_FINISHED", "RUN_ERROR")
    assert result["state"] == "done"
    assert "2026-01-02" in script.heard
