"""Whole turns with a model: backend, proxy, bulletin board and a scripted server in two vendors' words, over HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from madang.examples.bbs.app import create_app as create_board
from madang.fakes.llm.app import LlmConfig
from madang.fakes.llm.running import ScriptedModel
from madang.net.serving import serve_asgi
from madang.settings import load_settings

KEY = "sk-canary-0123456789"
PASSWORD = "pw-canary-9876543210"
VENDORS = {"openai": "gpt-5", "anthropic": "claude-sonnet-5"}
ASKED = 'Post an article titled "Hello" with body "World" by sam to section general'
ARTICLE = {"section": "general", "writer": "sam", "title": "Hello", "body": "World"}
MAIN, COMPOSING = "act for a person", "fill in the arguments"
pytestmark = pytest.mark.parametrize("vendor", VENDORS)
Event = dict[str, Any]


def post(fault: str | None = None, **more: Any) -> dict[str, Any]:
    """A call of the board's function as the main model is told it."""
    return {"call": "bbs-articles-create", "arguments": ARTICLE, **({"fault": fault} if fault else {}), **more}


class Chat:
    """One conversation, followed and spoken to by plain requests."""

    def __init__(self, client: httpx.AsyncClient, id_: str) -> None:
        self._client = client
        self._id = id_
        self._count = 0
        self.events: list[Event] = []

    async def say(self, type_: str, **members: Any) -> None:
        self._count += 1
        frame = {"id": f"f{self._count}", "type": type_, **members}
        answer = await self._client.post(f"/api/conversations/{self._id}/frames", json=frame)
        assert answer.status_code == 200, answer.text

    async def until(self, *names: str) -> Event:
        """The next event of one of these types or names."""
        for _ in range(400):
            after = self.events[-1]["seq"] if self.events else 0
            page = await self._client.get(
                f"/api/conversations/{self._id}/events", params={"after_seq": after, "limit": 1}
            )
            for event in page.json()["data"]:
                self.events.append(event)
                if event["type"] in names or event.get("name") in names:
                    return event
            if not page.json()["data"]:
                await asyncio.sleep(0.02)
        raise AssertionError(f"no {names} in {[event['type'] for event in self.events]}")

    async def finish(self) -> Event:
        """Give the password, approve, and wait for the end."""
        while (event := await self.until("form", "approval", "RUN_FINISHED", "RUN_ERROR"))["type"] == "CUSTOM":
            call = event["value"]["call_id"]
            if event["name"] == "form":
                assert set(event["value"]["schema"]["properties"]) == {"password"}
                await self.say("form", call_id=call, value={"password": PASSWORD})
            else:
                await self.say("approval", call_id=call, decision="approve")
        return event

    def named(self, name: str) -> list[Any]:
        return [event["value"] for event in self.events if event.get("name") == name]

    def results(self) -> list[Event]:
        return [event for event in self.events if event["type"] == "TOOL_CALL_RESULT"]

    def said(self) -> str:
        """What the assistant said and did not take back."""
        texts: dict[str, str] = {}
        for event in self.events:
            if event["type"] == "TEXT_MESSAGE_START" and event["role"] == "assistant":
                texts[event["messageId"]] = ""
            elif event["type"] == "TEXT_MESSAGE_CONTENT" and event["messageId"] in texts:
                texts[event["messageId"]] += event["delta"]
            elif event.get("isCut"):
                del texts[event["messageId"]]
        return "".join(texts.values())


class House:
    """Everything that a turn with a model needs, running."""

    def __init__(self, client: httpx.AsyncClient, script: ScriptedModel, board: httpx.AsyncClient) -> None:
        self.client = client
        self.script = script
        self.board = board

    async def chat(self, text: str, *turns: Any) -> Chat:
        """A conversation that begins with these words; `turns` is what the model says."""
        self.script.play({"turns": list(turns)})
        made = await self.client.post("/api/conversations", json={})
        chat = Chat(self.client, made.json()["id"])
        await chat.say("message", text=text)
        return chat

    async def connect(self, name: str, document: dict[str, Any]) -> None:
        """Import a document."""
        uploaded = await self.client.post("/api/documents", content=json.dumps(document).encode())
        body = {"document": uploaded.json()["id"], "name": name, "server": "https://api.example.com"}
        await self.imported(body)

    async def imported(self, body: dict[str, Any]) -> None:
        """Wait for an import."""
        job = (await self.client.post("/api/imports", json=body)).json()["id"]
        while (state := await self._state(job)) != "succeeded":
            assert state in {"queued", "running"}

    async def _state(self, job: str) -> str:
        answer = await self.client.get(f"/api/imports/{job}", params={"wait_seconds": 5})
        return answer.json()["state"]

    async def titles(self) -> list[str]:
        """What stands on the board."""
        return [article["title"] for article in (await self.board.get("/articles")).json()["data"]]

    def heard(self) -> str:
        """All that the model was ever sent."""
        return self.script.heard


@asynccontextmanager
async def board_of(database_url: str, home: Any) -> AsyncIterator[str]:
    settings = load_settings({"MADANG_HOME": str(home)}, {"database_url": database_url, "bbs_port": "0"})
    stop, url = asyncio.Event(), asyncio.get_running_loop().create_future()
    app = create_board(settings)
    task = asyncio.create_task(
        serve_asgi(app, host="127.0.0.1", port=0, server_name="bbs", ready=url.set_result, stop=stop)
    )
    yield await url
    stop.set()
    await task


@pytest.fixture
async def house(serve_with_proxy: Any, database_url: str, tmp_path: Any, vendor: str) -> AsyncIterator[House]:
    served = await serve_with_proxy()
    script = ScriptedModel({"turns": []}, config=LlmConfig(key=KEY))
    await asyncio.to_thread(script.__enter__)
    async with board_of(database_url, tmp_path) as board_url, served.client(served.token) as client:
        host = board_url.removeprefix("http://")
        body = {"url": f"{board_url}/openapi.json", "name": "bbs", "allowed_hosts": [host]}
        model = {
            "name": "main",
            "provider": vendor,
            "model": VENDORS[vendor],
            "base_url": f"{script.url}/v1",
            "api_key": KEY,
            "allowed_hosts": [script.url.removeprefix("http://")],
        }
        assert (await client.post("/api/models", json=model)).status_code == 201
        async with httpx.AsyncClient(base_url=board_url) as board:
            house = House(client, script, board)
            await house.imported(body)
            yield house
    await asyncio.to_thread(script.__exit__, None, None, None)


async def test_two_mistakes_are_mended_before_a_person_is_asked_for_the_password_alone(house: House) -> None:
    chat = await house.chat(
        ASKED,
        {"when": {"system_contains": MAIN}, "say": [{"text": "One moment."}, post("wrong")]},
        {"when": {"system_contains": COMPOSING}, "say": [post("broken") | {"call": "bbs_articles_create"}]},
        {"when": {"system_contains": COMPOSING}, "say": [post() | {"call": "bbs_articles_create"}]},
        {"when": {"tool_results": 1}, "say": [{"text": "It is on the board."}]},
    )
    assert (await chat.finish())["type"] == "RUN_FINISHED"
    assert await house.titles() == ["Hello"]
    assert [mended["attempt"] for mended in chat.named("mended")] == [1, 2]
    assert [result["state"] for result in chat.results()] == ["done"]
    assert chat.said() == "One moment.It is on the board."
    assert house.script.unused == 0
    for text in (house.heard(), json.dumps(chat.events)):
        assert PASSWORD not in text
    assert KEY not in json.dumps(chat.events)


async def test_what_a_model_cannot_mend_a_person_is_asked_for(house: House) -> None:
    wrong = post("wrong") | {"call": "bbs_articles_create"}
    chat = await house.chat(
        ASKED,
        {"when": {"system_contains": MAIN}, "say": [post("wrong")]},
        {"when": {"system_contains": COMPOSING}, "say": [wrong], "times": 3},
        {"when": {"tool_results": 1}, "say": [{"text": "Done."}]},
    )
    form = (await chat.until("form"))["value"]
    assert form["reason"] == "invalid"
    assert set(form["schema"]["properties"]) == {"section", "writer", "title", "body", "password"}
    await chat.say("form", call_id=form["call_id"], value={**ARTICLE, "password": PASSWORD})
    assert (await chat.finish())["type"] == "RUN_FINISHED"
    assert await house.titles() == ["Hello"]


async def test_functions_become_tools_when_they_are_found(house: House) -> None:
    chat = await house.chat(
        "zzz qqq",
        {
            "when": {"system_contains": MAIN},
            "say": [{"call": "find_functions", "arguments": {"query": "list articles"}}],
        },
        {
            "when": {"tools": ["bbs-articles-search"], "tool_results": 1},
            "say": [{"call": "bbs-articles-search", "arguments": {}}],
        },
        {"when": {"tool_results": 2}, "say": [{"text": "There is nothing yet."}]},
    )
    assert (await chat.finish())["type"] == "RUN_FINISHED"
    assert [found.get("text") for found in chat.named("found")] == ["zzz qqq", "list articles"]
    offered = [{tool["name"] for tool in _tools(request)} for request in house.script.requests()]
    assert "find_functions" in offered[0]
    assert "bbs-articles-search" in offered[1]
    assert chat.said() == "There is nothing yet."


async def test_two_calls_with_one_id_are_two_calls(house: House) -> None:
    search: dict[str, Any] = {"call": "bbs-articles-search", "arguments": {}, "id": "same"}
    chat = await house.chat(
        "list articles",
        {"when": {"tool_results": 0}, "say": [search, search]},
        {"when": {"tool_results": 2}, "say": [{"text": "Twice nothing."}]},
    )
    assert (await chat.finish())["type"] == "RUN_FINISHED"
    assert [result["state"] for result in chat.results()] == ["done", "done"]


async def test_an_answer_that_breaks_off_is_begun_anew(house: House) -> None:
    chat = await house.chat(
        "hello", {"say": [{"text": "one two three four"}], "cut_after": 2}, {"say": [{"text": "Hello there."}]}
    )
    assert (await chat.finish())["type"] == "RUN_FINISHED"
    assert chat.said() == "Hello there."


async def test_a_model_that_refuses_ends_the_turn_with_its_reason_and_the_next_turn_goes_on(house: House) -> None:
    chat = await house.chat("hello", {"say": [{"fail": 401, "message": "no such key"}]}, {"say": [{"text": "Hi."}]})
    ended = await chat.finish()
    assert (ended["type"], ended["code"]) == ("RUN_ERROR", "model")
    await chat.say("message", text="again")
    assert (await chat.finish())["type"] == "RUN_FINISHED"
    assert chat.said() == "Hi."


async def test_a_model_that_hangs_is_given_up_when_a_person_stops_it(house: House) -> None:
    chat = await house.chat("hello", {"say": [{"text": "Well"}, {"hang": "forever"}]})
    await chat.until("RUN_STARTED")
    while not house.script.requests():
        await asyncio.sleep(0.01)
    await chat.say("abort")
    ended = await chat.finish()
    assert (ended["type"], ended["code"]) == ("RUN_ERROR", "aborted")


async def test_what_a_turn_costs_is_told(house: House) -> None:
    chat = await house.chat("hello", {"say": [{"text": "Hi."}], "usage": {"input": 1000, "output": 10}})
    await chat.finish()
    (usage,) = chat.named("usage")
    assert (usage["input_tokens"], usage["output_tokens"], usage["currency"]) == (1000, 10, "USD")
    assert usage["price_micro"] > 0


async def test_a_conversation_may_choose_to_be_offline(house: House) -> None:
    made = await house.client.post("/api/conversations", json={"model": "offline"})
    chat = Chat(house.client, made.json()["id"])
    await chat.say("message", text=ASKED)
    assert (await chat.finish())["type"] == "RUN_FINISHED"
    assert house.script.requests() == []
    assert await house.titles() == ["Hello"]


def _tools(request: Any) -> list[dict[str, Any]]:
    return [tool.get("function", tool) for tool in json.loads(request.body).get("tools", [])]


async def test_tools_that_are_too_large_together_are_chosen_from_by_title(house: House) -> None:
    large = {f"field_{number}": {"type": "string", "description": "x" * 300} for number in range(120)}
    body = {"content": {"application/json": {"schema": {"type": "object", "properties": large}}}}
    paths = {
        f"/{name}": {"post": {"operationId": f"{name}.create", "summary": f"Create a {name}", "requestBody": body}}
        for name in ("invoice", "receipt", "quote", "order")
    }
    document = {"openapi": "3.0.3", "info": {"title": "Papers", "version": "1"}, "paths": paths}
    await house.connect("papers", document)
    chat = await house.chat(
        "create a receipt, or a quote, an order, an invoice",
        {"when": {"system_contains": "You choose"}, "say": [{"call": "choose", "arguments": {"function": "3"}}]},
        {"when": {"system_contains": MAIN}, "say": [{"text": "I see."}]},
    )
    assert (await chat.finish())["type"] == "RUN_FINISHED"
    first = chat.named("found")[0]["candidates"][0]["function"]
    names = [tool["name"] for tool in _tools(house.script.requests()[-1])]
    assert names == ["find_functions", first.replace(".", "-")]
