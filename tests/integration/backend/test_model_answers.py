"""Answers of models over HTTP: backend -> proxy -> a scripted server, in the words of two vendors."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from madang.agent.model_endpoints import ModelEndpoint, get_endpoint
from madang.agent.models import Models, ModelWaits
from madang.agent.subagents.composer_model import ModelComposer
from madang.agent.subagents.finder_model import ModelFinder
from madang.agent.subagents.ports import Candidate, ComposerInput, Context, EarlierResult, FinderInput, Finding
from madang.agent.thinking import (
    AssistantSaid,
    FailureKind,
    Model,
    ModelFailedError,
    Said,
    Spent,
    TextDelta,
    Thought,
    ToolRequest,
    ToolSaid,
    ToolSpec,
    UserSaid,
)
from madang.catalog.values import CatalogFunction, FunctionSummary
from madang.effects.values import Provenance
from madang.fakes.llm.app import LlmConfig
from madang.fakes.llm.running import ScriptedModel
from madang.kit.actor import Actor
from madang.kit.pages import PageRequest
from madang.ledger.usage import CallFilter, list_calls, list_usage
from madang.schema.arguments import compile_arguments
from madang.schema.reading import read_functions

KEY = "sk-canary-0123456789"
VENDORS = ("openai", "anthropic")
MODELS = {"openai": "gpt-5", "anthropic": "claude-sonnet-5"}
QUICK = ModelWaits(between_seconds=0.5, total_seconds=5.0)
CREATE = ToolSpec(
    name="create_article",
    description="Post an article.",
    schema={"type": "object", "properties": {"title": {"type": "string"}}, "required": ["title"]},
)
pytestmark = pytest.mark.parametrize("vendor", VENDORS)


@dataclass(kw_only=True)
class House:
    """A backend with a proxy and one model of a scripted server."""

    served: Any
    script: ScriptedModel
    actor: Actor
    endpoint: ModelEndpoint

    @property
    def models(self) -> Models:
        return self.served.app.state.parts.models

    def model(self, waits: ModelWaits | None = None) -> Model:
        return self.models.open(self.actor, self.endpoint, waits=waits)


Open = Callable[..., Awaitable[House]]


@pytest.fixture
async def opened(serve_with_proxy: Any, vendor: str) -> AsyncIterator[Open]:
    """Starts all of it with a script: `await opened({"turns": [...]})`."""
    running: list[ScriptedModel] = []

    async def run(script: dict[str, Any]) -> House:
        served = await serve_with_proxy()
        running.append(ScriptedModel(script, config=LlmConfig(key=KEY)))
        url = await asyncio.to_thread(lambda: running[-1].__enter__().url)
        actor, secret = await served.new_account("a")
        body = {
            "name": "main",
            "provider": vendor,
            "model": MODELS[vendor],
            "base_url": f"{url}/v1",
            "api_key": KEY,
            "allowed_hosts": [url.removeprefix("http://")],
        }
        async with served.client(secret) as client:
            made = await client.post("/api/models", json=body)
            assert made.status_code == 201, made.text
        async with served.database.begin() as db:
            endpoint = await get_endpoint(actor, db, "main")
        return House(served=served, script=running[-1], actor=actor, endpoint=endpoint)

    yield run
    for script in running:
        await asyncio.to_thread(script.__exit__, None, None, None)


async def ask(
    model: Model,
    text: str = "post",
    *,
    history: Sequence[Said] = (),
    tools: Sequence[ToolSpec] = (CREATE,),
    **more: Any,
) -> list[Thought]:
    said = [*history, UserSaid(text=text)] if text else list(history)
    async with aclosing(model.think(instructions="Be brief.", history=said, tools=tools, **more)) as thoughts:
        return [thought async for thought in thoughts]


def turns(*turns: Any) -> dict[str, Any]:
    return {"turns": [turn if isinstance(turn, dict) else {"say": turn} for turn in turns]}


def text_of(thoughts: Sequence[Thought]) -> str:
    return "".join(thought.text for thought in thoughts if isinstance(thought, TextDelta))


def requests_of(thoughts: Sequence[Thought]) -> list[ToolRequest]:
    return [thought for thought in thoughts if isinstance(thought, ToolRequest)]


async def test_text_comes_as_it_is_said_and_its_price_and_tokens_are_in_the_ledger(opened: Open) -> None:
    usage = {"input": 1_000, "output": 100}
    house = await opened(turns({"say": [{"text": "One two three four."}], "usage": usage}))
    thoughts = await ask(house.model())
    assert text_of(thoughts) == "One two three four."
    assert sum(isinstance(thought, TextDelta) for thought in thoughts) > 1
    spent = thoughts[-1]
    assert isinstance(spent, Spent)
    prices = {"openai": 2_250, "anthropic": 3_000}
    assert replace(spent, seconds=0.0) == Spent(
        model=house.endpoint.model,
        input_tokens=1_000,
        output_tokens=100,
        price_micro=prices[house.endpoint.provider.id],
        currency="USD",
        seconds=0.0,
    )
    async with house.served.database.begin() as db:
        records = [each for each in (await list_usage(house.actor, db, PageRequest())).data if each.kind == "model"]
    assert [(r.function, r.version, r.input_tokens, r.output_tokens, r.price_micro, r.units) for r in records] == [
        (house.endpoint.id, house.endpoint.model, 1_000, 100, spent.price_micro, 1_100)
    ]


async def test_several_calls_come_whole_after_the_text(opened: Open) -> None:
    say = [
        {"text": "Both."},
        {"call": "create_article", "arguments": {"title": "A"}},
        {"call": "create_article", "arguments": {"title": "B"}},
    ]
    house = await opened(turns(say))
    thoughts = await ask(house.model())
    kinds = [type(thought) for thought in thoughts if not isinstance(thought, TextDelta)]
    assert (text_of(thoughts), kinds) == ("Both.", [ToolRequest, ToolRequest, Spent])
    assert [json.loads(each.arguments) for each in requests_of(thoughts)] == [{"title": "A"}, {"title": "B"}]


async def test_arguments_pass_as_the_model_gave_them(opened: Open) -> None:
    call = {"call": "create_article"}
    broken = {**call, "arguments": {"title": "Hello"}, "fault": "broken"}
    no_json = {**call, "arguments_text": "{title: Hello,"}
    empty = {**call, "arguments": {"title": "Hello"}, "fault": "empty"}
    wrong = {**call, "arguments": {"title": "Hello"}, "fault": "wrong"}
    house = await opened(turns([broken], [no_json], [empty], [wrong]))
    given = [requests_of(await ask(house.model()))[0].arguments for _ in range(4)]
    assert given[1:3] == ["{title: Hello,", ""]
    assert given[0].startswith('{"tit')
    assert "}" not in given[0]
    assert set(json.loads(given[3])) == {"title"}


async def test_ids_of_calls_are_unique_in_an_answer_and_against_the_history(opened: Open) -> None:
    call = {"call": "create_article", "arguments": {"title": "A"}, "id": "same"}
    house = await opened(turns([call, call]))
    before = [
        UserSaid(text="first"),
        AssistantSaid(text="", calls=[ToolRequest(id="same", name="create_article", arguments="{}")]),
        ToolSaid(id="same", name="create_article", content="done"),
    ]
    ids = [each.id for each in requests_of(await ask(house.model(), history=before))]
    assert len({"same", *ids}) == 3


async def test_a_history_with_a_broken_call_and_its_error_goes_back_to_the_model(opened: Open) -> None:
    house = await opened(turns({"when": {"tool_results": 1}, "say": [{"text": "I see."}]}))
    history: list[Said] = [
        UserSaid(text="post"),
        AssistantSaid(text="Wait.", calls=[ToolRequest(id="c1", name="create_article", arguments="{broken")]),
        ToolSaid(id="c1", name="create_article", content="title is missing", is_error=True),
    ]
    assert text_of(await ask(house.model(), "", history=history)) == "I see."
    assert "title is missing" in house.script.heard
    assert "Be brief." in house.script.heard


async def test_a_forced_tool_is_the_only_choice(opened: Open) -> None:
    house = await opened({"otherwise": "agent"})
    other = replace(CREATE, name="delete_article", description="Delete an article.")
    thoughts = await ask(house.model(), 'nothing: title "x"', tools=[CREATE, other], force_tool="delete_article")
    assert [each.name for each in requests_of(thoughts)] == ["delete_article"]


FAILURES: list[tuple[dict[str, Any], FailureKind, str]] = [
    ({"say": [{"fail": 401, "message": f"bad key {KEY}"}]}, "refused", "refuses the key"),
    ({"say": [{"fail": 403, "message": "no"}]}, "refused", "refuses the key"),
    ({"say": [{"fail": 404, "message": "no"}]}, "refused", "no such model"),
    ({"say": [{"fail": 400, "message": "tools are odd"}]}, "refused", "tools are odd"),
    ({"say": [{"fail": 429, "message": "slow", "retry_after": 7}]}, "limited", "asks to wait 7 s"),
    ({"say": [{"fail": 500, "message": "oops"}]}, "unreachable", "oops"),
    ({"say": [{"text": "Well"}, {"fail": 500, "message": "oops"}]}, "unreachable", "failed"),
    ({"say": [{"hang": "forever"}]}, "timeout", "said nothing"),
    ({"say": [{"text": "Well"}, {"hang": "forever"}]}, "timeout", "said nothing"),
    ({"say": [{"text": "Long", "pieces": 2}], "cut_after": 1}, "cut", "broke off"),
    ({"say": [{"text": "Long"}], "finish": "length"}, "cut", "stopped in the middle"),
    ({"say": [{"text": "Hm"}], "finish": "refused"}, "refused", "will not answer"),
]


async def test_every_failure_has_a_kind_and_a_sentence_without_the_key(opened: Open) -> None:
    house = await opened(turns(*(turn for turn, _, _ in FAILURES)))
    for turn, kind, words in FAILURES:
        with pytest.raises(ModelFailedError) as caught:
            await ask(house.model(QUICK))
        error = caught.value
        assert (kind, error.retry_after_seconds) == (error.kind, 7 if kind == "limited" else None), turn
        assert words in error.detail, turn
        assert house.endpoint.label in error.detail, turn
        assert KEY not in error.detail


async def test_an_answer_may_not_take_longer_than_all_of_it_may(opened: Open) -> None:
    house = await opened(turns([{"text": "a b c d e f g h i j", "pause_seconds": 0.2}]))
    with pytest.raises(ModelFailedError) as caught:
        await ask(house.model(ModelWaits(between_seconds=1.0, total_seconds=0.7)))
    assert caught.value.kind == "timeout"


async def test_giving_up_an_answer_ends_the_request_at_the_server(opened: Open) -> None:
    house = await opened(turns([{"text": "a b c", "pieces": 3}, {"hang": "forever"}]))
    thoughts = house.model().think(instructions="", history=[UserSaid(text="go")], tools=[])
    first = await anext(thoughts)
    await thoughts.aclose()
    assert isinstance(first, TextDelta)
    async with asyncio.timeout(5):
        while True:
            async with house.served.database.begin() as db:
                found = (await list_calls(house.actor, db, CallFilter(), PageRequest())).data
            if [(call.outcome, call.purpose) for call in found] == [("cut", "model")]:
                break
            await asyncio.sleep(0.05)


async def test_the_key_reaches_the_server_and_nobody_else(opened: Open) -> None:
    house = await opened({"otherwise": "agent"})
    await ask(house.model(), 'create article title "x"')
    received = house.script.requests()[0]
    assert received.status == 200
    assert received.key == KEY
    assert not {"authorization", "x-api-key"} & set(received.headers)
    async with house.served.database.begin() as db:
        everything = await all_rows(db)
    assert KEY not in everything
    assert "mdg1." not in everything


async def all_rows(db: Any) -> str:
    from sqlalchemy import text

    names = await db.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'madang'"))
    rows = [await db.scalars(text(f'SELECT to_jsonb(t)::text FROM madang."{name}" t')) for name in names]
    return "\n".join(str(row) for table in rows for row in table)


DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Board", "version": "1"},
    "paths": {
        "/articles": {
            "post": {
                "operationId": "articles.create",
                "summary": "Post an article",
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "required": ["title", "stars", "password"],
                                "properties": {
                                    "title": {"type": "string"},
                                    "stars": {"type": "integer", "minimum": 1},
                                    "password": {"type": "string", "x-madang-human": True},
                                },
                            }
                        }
                    },
                },
                "responses": {},
            },
            "get": {"operationId": "articles.list", "summary": "List articles", "responses": {}},
        }
    },
}


def functions() -> list[CatalogFunction]:
    offered = read_functions(json.dumps(DOCUMENT).encode())
    return [
        CatalogFunction(
            id=f"fn_{index}",
            connector_id="ctr_1",
            connector="board",
            version=1,
            function=function,
            schemas=offered.schemas,
            security_schemes=(),
            servers=(),
        )
        for index, function in enumerate(offered.functions)
    ]


def context(house: House) -> Context:
    return Context(actor=house.actor, database=house.served.database, embedder=None, now=datetime.now(UTC))


async def test_a_composer_fills_in_one_function_and_mends_it_and_never_hears_a_secret(opened: Open) -> None:
    function = next(each for each in functions() if each.function.method.upper() == "POST")
    compiled = compile_arguments(function.function, function.schemas)
    tool = function.function.model_name
    house = await opened(
        turns(
            {"when": {"tools": [tool]}, "say": [{"call": tool, "arguments": {"title": "Hello", "stars": "zero"}}]},
            {
                "when": {"text_contains": "expected"},
                "say": [{"call": tool, "arguments": {"title": "Hello", "stars": 7}}],
            },
            [{"fail": 500, "message": "oops"}],
        )
    )
    composer = ModelComposer(house.model())
    earlier = [EarlierResult(key="trn/1", function="board.count", connection="cxn_9", value={"word": "Hello"})]
    asked = ComposerInput(function=function, compiled=compiled, text="Post it with 7 stars", earlier=earlier)
    first = await composer(asked, context(house))
    prepared = compiled.prepare({**first.arguments, "password": "pw-canary"})
    assert first.arguments == {"title": "Hello", "stars": "zero"}
    assert first.provenance["title"] == Provenance(kind="result", key="trn/1", connection="cxn_9", path="/word")
    mending = replace(asked, draft=prepared.arguments, feedback=compiled.feedback(prepared))
    assert (await composer(mending, context(house))).arguments == {"title": "Hello", "stars": 7}
    assert (await composer(mending, context(house))).arguments["title"] == "Hello"
    assert house.script.unused == 0
    assert "password" not in house.script.heard
    assert "pw-canary" not in house.script.heard


async def test_a_finder_chooses_among_candidates_or_none_of_them(opened: Open) -> None:
    candidates = [
        Candidate(function=summary_of(each), coverage=1.0, similarity=None)
        for each in sorted(functions(), key=lambda each: each.function.name)
    ]

    async def search(asked: FinderInput, context: Context) -> Finding:
        return Finding(candidates=candidates, fits=False)

    def chosen(what: str) -> list[dict[str, Any]]:
        return [{"call": "choose", "arguments": {"function": what}}]

    house = await opened(turns(chosen("2"), chosen("none"), chosen("99"), [{"fail": 429, "message": "slow"}]))
    find = ModelFinder(house.model(), search)
    found = [await find(FinderInput(text="show all articles"), context(house)) for _ in range(4)]
    names = [(each.candidates[0].function.name, each.fits) for each in found]
    create, list_ = (each.function.name for each in candidates)
    assert names == [(list_, True), (create, False), (create, False), (create, False)]
    assert "show all articles" in house.script.heard


def summary_of(function: CatalogFunction) -> FunctionSummary:
    plain = function.function
    return FunctionSummary(
        id=function.id,
        connector_id=function.connector_id,
        connector=function.connector,
        name=plain.name,
        model_name=plain.model_name,
        method=plain.method,
        path=plain.path,
        title=plain.title,
        effect=plain.effect,
        is_deprecated=False,
    )
