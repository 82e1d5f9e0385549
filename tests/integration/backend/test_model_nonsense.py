"""Endpoints that are no models, or bad ones: every answer is a failure with a kind, and the next request is served."""

from __future__ import annotations

import gzip
import json
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import Any

import pytest

from madang.agent.model_endpoints import get_endpoint
from madang.agent.model_transport import MAX_ANSWER_BYTES
from madang.agent.models import ModelWaits
from madang.agent.thinking import Model, ModelFailedError, Spent, TextDelta, Thought, ToolRequest, ToolSpec, UserSaid

WAITS = ModelWaits(between_seconds=3.0, total_seconds=10.0)
PATHS = {"openai": "/v1/chat/completions", "anthropic": "/v1/messages"}
TOOL = ToolSpec(name="go", description="Go.", schema={"type": "object", "properties": {}})

Ask = Callable[..., Awaitable[list[Thought]]]


@pytest.fixture
async def ask(vendor: str, serve_with_proxy: Any, site: Any) -> Ask:
    """Asks a model whose endpoint answers with these bytes: `await ask(body, content_type=, status=)`."""
    served = await serve_with_proxy()
    actor, secret = await served.new_account("a")
    body = {"name": "m", "provider": vendor, "model": "m-1", "base_url": site.url("/v1"), "allowed_hosts": [site.host]}
    async with served.client(secret) as client:
        assert (await client.post("/api/models", json=body)).status_code == 201
    async with served.database.begin() as db:
        endpoint = await get_endpoint(actor, db, "m")
    model: Model = served.app.state.parts.models.open(actor, endpoint, waits=WAITS)

    async def run(
        body: bytes, *, content_type: str = "text/event-stream", status: int = 200, headers: str = ""
    ) -> list[Thought]:
        site.put(PATHS[vendor], body, status=status, headers=f"Content-Type: {content_type}\r\n{headers}")
        async with aclosing(model.think(instructions="", history=[UserSaid(text="hi")], tools=[TOOL])) as thoughts:
            return [thought async for thought in thoughts]

    return run


def chunk(delta: dict[str, Any], finish: str | None = None) -> bytes:
    value = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m-1"}
    choices = [{"index": 0, "delta": delta, "finish_reason": finish}]
    return b"data: " + json.dumps({**value, "choices": choices}).encode() + b"\n\n"


async def kind_of(ask: Ask, body: bytes, **answer: Any) -> str:
    with pytest.raises(ModelFailedError) as caught:
        await ask(body, **answer)
    assert caught.value.detail
    return caught.value.kind


@pytest.mark.parametrize("vendor", ["openai", "anthropic"])
async def test_what_is_no_stream_of_a_model_is_invalid_or_cut(ask: Ask) -> None:
    bodies: list[tuple[bytes, dict[str, Any]]] = [
        (b"<html>Welcome</html>", {"content_type": "text/html"}),
        (b'{"choices": []}', {"content_type": "application/json"}),
        (b"", {}),
        (b"data: {nonsense\n\n", {}),
        (b"data: []\n\n", {}),
        (b'data: "text"\n\n', {}),
        (b'data: {"choices": "none"}\n\n', {}),
        (b'data: {"choices": [{"delta": {"tool_calls": 5}}]}\n\n', {}),
        (b'event: message_start\ndata: {"type": "message_start", "message": 5}\n\n', {}),
        (b'event: content_block_delta\ndata: {"type": "content_block_delta", "index": 9, "delta": null}\n\n', {}),
        (b"\xff\xfe\x00", {}),
    ]
    kinds = [await kind_of(ask, body, **answer) for body, answer in bodies]
    assert set(kinds) <= {"invalid", "cut"}, kinds


@pytest.mark.parametrize("vendor", ["openai", "anthropic"])
async def test_a_refusal_that_is_no_json_has_its_kind(ask: Ask) -> None:
    assert await kind_of(ask, b"<h1>Bad gateway</h1>", status=502, content_type="text/html") == "unreachable"
    assert await kind_of(ask, b"nope", status=418, content_type="text/plain") == "refused"
    assert await kind_of(ask, b"\xff" * 10, status=401) == "refused"
    assert await kind_of(ask, b"", status=302, content_type="text/plain") in {"refused", "invalid"}


@pytest.mark.parametrize("vendor", ["openai"])
async def test_an_answer_that_ends_without_its_end_is_cut_and_a_whole_one_is_taken(ask: Ask) -> None:
    text, call = chunk({"content": "Hel"}), {"index": 0, "id": "c", "function": {"name": "go", "arguments": "{}"}}
    assert await kind_of(ask, text) == "cut"
    assert await kind_of(ask, text + b"data: [DONE]\n\n") == "cut"
    whole = await ask(text + chunk({"content": "lo", "tool_calls": [call]}) + chunk({}, "tool_calls"))
    assert [type(each) for each in whole] == [TextDelta, TextDelta, ToolRequest, Spent]
    assert isinstance(whole[-1], Spent)
    assert (whole[-1].input_tokens, whole[-1].price_micro) == (0, None)


@pytest.mark.parametrize("vendor", ["openai"])
async def test_an_answer_without_an_end_is_given_up(ask: Ask) -> None:
    piece = chunk({"content": "x" * 60_000})
    assert await kind_of(ask, piece * 40 + chunk({}, "stop")) == "invalid"


@pytest.mark.parametrize("vendor", ["openai", "anthropic"])
async def test_an_answer_that_was_compressed_or_has_a_line_without_an_end_is_given_up(ask: Ask) -> None:
    bomb = gzip.compress(b"data: " + b"x" * 100_000_000)
    assert await kind_of(ask, bomb, headers="Content-Encoding: gzip\r\n") == "invalid"
    assert await kind_of(ask, b"data: " + b"x" * 8_000_000) == "invalid"
    assert await kind_of(ask, b"data: xx\n" * 800_000) == "invalid"
    assert await kind_of(ask, (b": " + b"x" * 9_997 + b"\n\n") * (MAX_ANSWER_BYTES // 9_999)) == "invalid"
