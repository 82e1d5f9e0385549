"""A model calls what a client lends: it is a tool as soon as it is found, in the words of both vendors."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.integration.backend.conversations.conftest import CANARY, House, name_of
from tests.integration.backend.conversations.test_lending import OPEN, PAY, lend

from madang.fakes.llm.app import LlmConfig
from madang.fakes.llm.running import ScriptedModel

KEY = "sk-canary-of-lending"
VENDORS = {"openai": "gpt-5", "anthropic": "claude-sonnet-5"}
MAIN, COMPOSING = "act for a person", "fill in the arguments"


@pytest.fixture(params=VENDORS)
async def script(house: House, request: pytest.FixtureRequest) -> AsyncIterator[ScriptedModel]:
    """A scripted model that the conversation asks."""
    running = ScriptedModel({"turns": []}, config=LlmConfig(key=KEY))
    await asyncio.to_thread(running.__enter__)
    model = {
        "name": "main",
        "provider": request.param,
        "model": VENDORS[request.param],
        "base_url": f"{running.url}/v1",
        "api_key": KEY,
        "allowed_hosts": [running.url.removeprefix("http://")],
    }
    made = await house.api.post("/api/models", json=model)
    assert made.status_code == 201, made.text
    assert (await house.api.patch(house.path, json={"model": made.json()["id"]})).status_code == 200
    yield running
    await asyncio.to_thread(running.__exit__, None, None, None)


async def test_a_model_finds_a_lent_function_calls_it_and_is_told_what_it_gave(
    house: House, script: ScriptedModel
) -> None:
    find: dict[str, Any] = {"call": "find_functions", "arguments": {"query": "open a panel of the screen"}}
    call: dict[str, Any] = {"call": "app-open_panel", "arguments": {"title": "north"}}
    script.play(
        {
            "turns": [
                {"when": {"system_contains": MAIN, "tool_results": 0}, "say": [find]},
                {"when": {"tools": ["app-open_panel"], "tool_results": 1}, "say": [call]},
                {"when": {"tool_results": 2}, "say": [{"text": "It is open."}]},
            ]
        }
    )
    async with house.tab() as tab:
        await lend(tab, OPEN)
        await tab.send("message", text="zzz qqq")
        asked = await tab.until_asked()
        await tab.send("tool_result", call_id=asked["call_id"], value={"width": 640})
        await tab.until("RUN_FINISHED")
    assert (asked["name"], asked["arguments"]) == ("openPanel", {"title": "north"})
    assert '\\"width\\":640' in script.heard.replace(" ", "") or '"width":640' in script.heard.replace(" ", "")
    assert script.unused == 0


async def test_a_model_mends_its_arguments_and_never_sees_what_a_person_gives(
    house: House, script: ScriptedModel
) -> None:
    wrong: dict[str, Any] = {"call": "app-wallet-pay", "arguments": {"title": ["rent"] * 2, "pin": "guessed"}}
    mended: dict[str, Any] = {"call": "wallet_pay", "arguments": {"title": "rent"}}
    script.play(
        {
            "turns": [
                {"when": {"system_contains": MAIN, "tool_results": 0}, "say": [wrong]},
                {"when": {"system_contains": COMPOSING}, "say": [mended], "times": None},
                {"when": {"tool_results": 1}, "say": [{"text": "Paid."}]},
            ]
        }
    )
    async with house.tab() as tab:
        await lend(tab, PAY)
        await tab.send("message", text="pay the bill rent out of my wallet")
        form = (await tab.until("form"))["value"]
        await tab.send("form", call_id=form["call_id"], value={"pin": CANARY})
        approval = (await tab.until("approval"))["value"]
        await tab.send("approval", call_id=form["call_id"], decision="approve")
        asked = await tab.until_asked()
        await tab.send("tool_result", call_id=form["call_id"], value="paid")
        await tab.until("RUN_FINISHED")
    assert list(form["schema"]["properties"]) == ["pin"]
    assert approval["arguments"]["pin"] == "[hidden]"
    assert asked["arguments"]["pin"] == CANARY
    assert CANARY not in script.heard
    assert "mended" in [name_of(each) for each in tab.events]
    assert "pin" not in str(script.requests()[0].body)
