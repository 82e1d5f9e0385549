"""What an act of kind mcp comes to, whatever its server does: done, refused, not sent, or in doubt."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.mcp_scripts import Scripted, answering, cut, hanging, result, scripted

from madang.catalog.values import CatalogFunction, Connection
from madang.effects.executors.mcp import McpExecutor
from madang.effects.results import INLINE_BYTES, Results
from madang.effects.values import Act, Answered, NotSent, Scope, Unknown
from madang.kit.actor import Actor
from madang.kit.json import JsonObject
from madang.net.proxy_client import ProxyClient
from madang.proxy.connections import FunctionView
from madang.schema.mcp import read_tools
from madang.storage.objects import Objects, local_store

NOW = datetime.now(UTC)
GREETING: JsonObject = {"protocolVersion": "2025-06-18", "serverInfo": {"name": "x"}}
TOOL: JsonObject = {
    "name": "add",
    "inputSchema": {"type": "object", "properties": {"a": {"type": "integer"}}},
    "outputSchema": {"type": "object", "required": ["sum"]},
}
Attempting = Callable[..., Any]


async def greet(writer: Any, message: Any) -> None:
    await answering(result(GREETING, message["id"]))(writer, message)


def answered(value: Any) -> Any:
    async def answer(writer: Any, message: Any) -> None:
        await answering(result(value, message["id"]))(writer, message)

    return answer


def failing(code: int, words: str) -> Any:
    async def answer(writer: Any, message: Any) -> None:
        body = {"jsonrpc": "2.0", "id": message["id"], "error": {"code": code, "message": words}}
        await answering(json.dumps(body).encode())(writer, message)

    return answer


def act(host: str) -> Act:
    found = read_tools(json.dumps({"tools": [TOOL]}).encode())
    function = CatalogFunction(
        id="fn_add",
        connector_id="ctr_1",
        connector="desk",
        version=1,
        function=found.functions[0],
        schemas=found.schemas,
        security_schemes=(),
        servers=(),
    )
    connection = Connection(
        id="cxn_test",
        connector_id="ctr_1",
        connector="desk",
        label="default",
        server_url=f"http://{host}/mcp",
        variables={},
        credentials={},
        allowed_hosts=(host,),
        effects={},
        revision=1,
        created_at=NOW,
        updated_at=NOW,
    )
    return Act(key="1", function=function, connection=connection, arguments={"a": 1}, shown={"a": 1})


@pytest.fixture
async def attempt(proxy: Any, lab: Any, upstream: Any, tmp_path: Path) -> Any:
    """Tries the act once against a scripted server: `await attempt(server)`."""
    client = ProxyClient(f"http://127.0.0.1:{proxy.port}", proxy.signer)
    executor = McpExecutor(client, Results(Objects(local_store(tmp_path / "objects"))))
    tools = (FunctionView(id="fn_add", method="CALL", path="/tools/add", tool="add"),)

    async def run(server: Scripted) -> Any:
        host = f"127.0.0.1:{server.port}"
        view = lab.view_of(upstream, functions=tools, is_mcp=True, server_url=server.url)
        proxy.connections.put(replace(view, allowed_hosts=frozenset({host})))
        lease = datetime.now(UTC) + timedelta(seconds=30)
        scope = Scope(id="scp_1", account="acc_test", user="usr_1", kind="call", owner="me", epoch=1, lease_until=lease)
        return await executor.attempt(scope, act(host))

    yield run
    await client.close()


async def test_a_result_is_a_value_and_where_it_drifts_is_said(attempt: Attempting) -> None:
    async with scripted(initialize=greet, tools_call=answered({"structuredContent": {"sum": 3}})) as server:
        good = await attempt(server)
    async with scripted(initialize=greet, tools_call=answered({"content": [{"type": "text", "text": "3"}]})) as server:
        bad = await attempt(server)

    assert isinstance(good, Answered)
    assert (good.status, good.value, good.drift) == (200, {"sum": 3}, ())
    assert good.call_id is not None
    assert (bad.status, bad.value, len(bad.drift)) == (200, "3", 1)


async def test_the_session_is_kept_between_calls(attempt: Attempting) -> None:
    async with scripted(initialize=greet, tools_call=answered({"structuredContent": {"sum": 3}})) as server:
        await attempt(server)
        await attempt(server)

    begun = ["server/discover", "initialize", "notifications/initialized"]
    assert server.said == [*begun, "tools/call", "tools/call"]


@pytest.mark.parametrize(
    ("answer", "status", "reason"),
    [
        (answered({"isError": True, "content": [{"type": "text", "text": "no room"}]}), 422, "no room"),
        (answered({"isError": True}), 422, "the tool says that it failed"),
        (failing(-32602, "a is missing"), 422, "a is missing"),
        (failing(-32601, "no such tool"), 404, "no such tool"),
        (failing(-32603, "broken"), 500, "broken"),
        (answering(b"", status="429 Slow down"), 429, "it answered 429"),
        (answering(b"", status="502 Bad"), 502, "it answered 502"),
    ],
)
async def test_a_no_of_the_server_is_an_answer_with_its_words(
    attempt: Attempting, answer: Any, status: int, reason: str
) -> None:
    async with scripted(initialize=greet, tools_call=answer) as server:
        found = await attempt(server)

    assert isinstance(found, Answered)
    assert (found.status, found.reason) == (status, reason)


@pytest.mark.parametrize("answer", [cut, hanging, answering(b"<html>"), answering(b"data: x\n\n", "text/event-stream")])
async def test_a_call_without_a_whole_answer_is_unknown(attempt: Attempting, answer: Any) -> None:
    async with scripted(initialize=greet, tools_call=answer) as server:
        assert isinstance(await attempt(server), Unknown)


async def test_a_server_that_does_not_begin_has_done_nothing(attempt: Attempting) -> None:
    async with scripted(server_discover=cut, initialize=cut) as server:
        broken = await attempt(server)
    async with scripted(initialize=answering(b"", status="401 No")) as server:
        closed = await attempt(server)
    gone = await attempt(server)

    assert isinstance(broken, NotSent)
    assert not broken.is_final
    assert isinstance(closed, NotSent)
    assert closed.is_final
    assert isinstance(gone, NotSent)
    assert not gone.is_final


async def test_a_large_value_is_kept_by_reference(attempt: Attempting, tmp_path: Path) -> None:
    rows = [{"row": "x" * 100} for _ in range(INLINE_BYTES // 100)]
    async with scripted(initialize=greet, tools_call=answered({"structuredContent": rows})) as server:
        found = await attempt(server)

    results = Results(Objects(local_store(tmp_path / "objects")))
    stored = await results.get(Actor(account="acc_test", user="usr_1"), found.stored["id"])
    assert (found.value, stored.kind, stored.items) == (None, "array", len(rows))
