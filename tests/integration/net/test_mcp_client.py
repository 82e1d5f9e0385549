"""Speaking with MCP servers: real ones of both eras, and scripted ones that break off, hang, or say nonsense."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from tests.mcp_peers import McpPeer, mcp_peer
from tests.mcp_scripts import answering, cut, hanging, result, scripted

from madang.catalog.reading import Reading, read_document
from madang.catalog.tool_listing import listing_json
from madang.kit.errors import TooLargeError
from madang.kit.json import JsonObject
from madang.net import mcp_client
from madang.net.guard import AddressRefusedError
from madang.net.mcp_client import McpClient, McpFailedError, McpRefusedError
from madang.net.mcp_messages import Session
from madang.net.mcp_transports import FetchTransport

MODERN = Session(version="2026-07-28")
OLD = Session(version="2025-06-18")


@pytest.fixture(scope="module")
def new_server() -> Iterator[McpPeer]:
    with mcp_peer("--tools", "10000") as found:
        yield found


@pytest.fixture(scope="module")
def old_server() -> Iterator[McpPeer]:
    with mcp_peer("--old", "--tools", "2000") as found:
        yield found


def client_of(url: str, *, session: Session | None = None, seconds: float = 10.0, **options: Any) -> McpClient:
    host = url.split("/")[2]
    return McpClient(FetchTransport(url, allowed=[host], timeout_seconds=seconds, **options), session=session)


async def test_a_server_of_the_newer_era_is_asked_without_a_session(new_server: McpPeer) -> None:
    client = client_of(new_server.url)

    listing = await client.list_tools()
    answer = await client.call_tool("add_numbers", {"a": 1, "b": 2})

    assert client.session == MODERN
    assert (listing.server["name"], listing.instructions) == ("Note Desk", "Notes and numbers.")
    assert len(listing.tools) == 10_006
    assert answer.result["structuredContent"] == {"sum": 3}


async def test_ten_thousand_tools_become_as_many_functions(new_server: McpPeer) -> None:
    listing = await client_of(new_server.url).list_tools()

    data = json.dumps(listing_json(listing)).encode()
    found = await read_document(Reading(data=data, source_url=new_server.url, kind="mcp"))

    assert (len(found.functions), found.remarks, list(found.schemas)) == (10_006, (), ["Address"])
    assert len({function.model_name for function in found.functions}) == 10_006


async def test_a_server_of_the_older_era_is_greeted_first(old_server: McpPeer) -> None:
    client = client_of(old_server.url)

    listing = await client.list_tools()
    answer = await client.call_tool("add_numbers", {"a": 1, "b": 2})

    assert client.session is not None
    assert (client.session.version, bool(client.session.id)) == ("2025-11-25", True)
    assert (listing.version, listing.server["name"], len(listing.tools)) == ("2025-11-25", "Note Desk", 2006)
    assert answer.result["structuredContent"] == {"sum": 3}


@pytest.mark.parametrize("options", [("--json",), ("--old", "--json"), ("--old", "--stateless")])
async def test_answers_in_json_and_servers_without_sessions_are_read(options: tuple[str, ...]) -> None:
    with mcp_peer(*options) as server:
        client = client_of(server.url)

        assert len((await client.list_tools()).tools) == 6
        assert (await client.call_tool("fail", {})).result["isError"] is True


async def test_a_parameter_that_is_a_header_too_goes_both_ways(new_server: McpPeer) -> None:
    given: JsonObject = {"a": 1, "b": 2, "region": "kr"}

    answer = await client_of(new_server.url).call_tool("add_numbers", given, headers=[("Mcp-Param-Region", "kr")])
    with pytest.raises(McpRefusedError) as refused:
        await client_of(new_server.url).call_tool("add_numbers", given)

    assert answer.result["structuredContent"] == {"sum": 3}
    assert (refused.value.error_code, refused.value.http_status) == (-32020, 400)


@pytest.mark.parametrize("era", ["new_server", "old_server"])
async def test_a_long_call_tells_how_far_it_is(era: str, request: pytest.FixtureRequest) -> None:
    server: McpPeer = request.getfixturevalue(era)
    told: list[tuple[float, float | None, str]] = []

    def tell(done: float, total: float | None, words: str) -> None:
        told.append((done, total, words))

    await client_of(server.url).call_tool("wait", {"seconds": 0.05}, progress=tell)

    assert told == [(step / 4, 1.0, "at work") for step in range(4)]


@pytest.mark.parametrize("era", ["new_server", "old_server"])
async def test_a_call_that_is_given_up_is_given_up_at_the_server(era: str, request: pytest.FixtureRequest) -> None:
    server: McpPeer = request.getfixturevalue(era)
    before = len(server.did())
    started = asyncio.Event()

    def tell(_done: float, _total: float | None, _words: str) -> None:
        started.set()

    calling = asyncio.create_task(client_of(server.url).call_tool("wait", {"seconds": 60}, progress=tell))
    async with asyncio.timeout(10):
        await started.wait()
        calling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await calling
        while {"tool": "wait", "cancelled": True} not in server.did()[before:]:
            await asyncio.sleep(0.05)


async def test_a_session_that_the_server_forgot_is_begun_anew(old_server: McpPeer) -> None:
    client = client_of(old_server.url, session=Session(version="2025-11-25", id="gone"))

    answer = await client.call_tool("add_numbers", {"a": 2, "b": 2})

    assert answer.result["structuredContent"] == {"sum": 4}
    assert client.session != Session(version="2025-11-25", id="gone")


@pytest.mark.parametrize(
    "body",
    [
        b'data: {"jsonrpc":"2.0","method":"notifications/message","params":{}}\n\ndata: RESULT\n\n',
        b": ping\r\n\r\nid: 1\r\ndata:\r\n\r\nevent: message\r\ndata: RESULT\r\n\r\n",
        b"event: ping\rdata: not json\r\rdata: RESULT\r\r",
        b'event: message\ndata: {"jsonrpc":"2.0","id":99,"result":{}}\n\ndata: RESULT\n\ndata: {"later":1}\n\n',
    ],
)
async def test_the_answer_is_found_among_events(body: bytes) -> None:
    events = answering(body.replace(b"RESULT", result({"content": []})), "text/event-stream")

    async with scripted(tools_call=events) as server:
        answer = await client_of(server.url, session=OLD).call_tool("x", {})

    assert answer.result == {"content": []}


@pytest.mark.parametrize(
    "answer",
    [
        answering(b"<html>"),
        answering(b""),
        answering(b"[1]"),
        answering(b'{"jsonrpc":"2.0","id":77,"result":{}}'),
        answering(result([])),
        answering(b"[" * 100_000),
        answering(b"data: nonsense\n\n", "text/event-stream"),
        answering(b": nothing\n\n", "text/event-stream"),
        cut,
    ],
)
async def test_an_answer_that_is_none_leaves_the_call_in_doubt(answer: Any) -> None:
    async with scripted(tools_call=answer) as server:
        with pytest.raises(McpFailedError) as failed:
            await client_of(server.url, session=OLD).call_tool("x", {})

    assert not isinstance(failed.value, McpRefusedError)
    assert failed.value.sent != "no"


async def test_a_server_that_hangs_is_given_up_in_time() -> None:
    async with scripted(tools_call=hanging) as server:
        with pytest.raises(McpFailedError) as failed:
            await client_of(server.url, session=OLD, seconds=0.2).call_tool("x", {})

    assert failed.value.sent == "unknown"


async def test_a_server_that_is_not_there_has_seen_nothing() -> None:
    async with scripted() as server:
        url = server.url
    with pytest.raises(McpFailedError) as failed:
        await client_of(url, session=OLD).call_tool("x", {})

    assert failed.value.sent == "no"


@pytest.mark.parametrize(
    ("answer", "code", "status", "words"),
    [
        (
            answering(b'{"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"no a"}}'),
            -32602,
            None,
            "no a",
        ),
        (answering(b"", status="503 Busy"), None, 503, "it answered 503"),
        (answering(b"", status="401 No"), None, 401, "it wants a credential (401)"),
        (
            answering(b"", status="307 There", more="Location: http://127.0.0.1:1/x\r\n"),
            None,
            307,
            "it redirects to http://127.0.0.1:1/x, which is not followed: give the address itself",
        ),
    ],
)
async def test_what_the_server_says_no_with_is_told(answer: Any, code: Any, status: Any, words: str) -> None:
    async with scripted(tools_call=answer) as server:
        with pytest.raises(McpRefusedError) as refused:
            await client_of(server.url, session=OLD).call_tool("x", {})

    error = refused.value
    assert (error.error_code, error.http_status, error.detail) == (code, status, words)


async def test_an_answer_that_is_too_large_is_not_read_to_its_end() -> None:
    async with scripted(tools_call=answering(result({"content": ["x" * 100_000]}))) as server:
        with pytest.raises(TooLargeError):
            await client_of(server.url, session=OLD, max_bytes=50_000).call_tool("x", {})


async def test_a_list_without_an_end_is_given_up() -> None:
    page = answering(b'[{"jsonrpc":"2.0","id":1,"error":{}}]')

    async def same(writer: asyncio.StreamWriter, message: Any) -> None:
        await answering(result({"tools": [], "nextCursor": "again"}, message["id"]))(writer, message)

    async with scripted(tools_list=same) as server:
        with pytest.raises(TooLargeError):
            await client_of(server.url, session=OLD).list_tools()
        assert server.said == ["tools/list", "tools/list"]
    async with scripted(tools_list=page) as server:
        with pytest.raises(McpFailedError):
            await client_of(server.url, session=OLD).list_tools()


async def test_a_server_that_hangs_when_it_is_asked_in_the_newer_way_is_asked_in_the_older(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mcp_client, "PROBE_SECONDS", 0.1)

    async def greet(writer: asyncio.StreamWriter, message: Any) -> None:
        said = {"protocolVersion": "2025-03-26", "serverInfo": {"name": "x"}}
        await answering(result(said, message["id"]), more="Mcp-Session-Id: s1\r\n")(writer, message)

    async with scripted(server_discover=hanging, initialize=greet) as server:
        client = client_of(server.url)
        assert await client.open() == Session(version="2025-03-26", id="s1")
        assert server.said == ["server/discover", "initialize", "notifications/initialized"]


@pytest.mark.parametrize(
    "said",
    [
        {"protocolVersion": "1999-01-01"},
        {},
    ],
)
async def test_an_unknown_version_is_said(said: Any) -> None:
    async def greet(writer: asyncio.StreamWriter, message: Any) -> None:
        await answering(result(said, message["id"]))(writer, message)

    async with scripted(initialize=greet) as server:
        with pytest.raises(McpFailedError, match="version"):
            await client_of(server.url).open()


async def test_a_server_of_a_later_era_alone_is_said() -> None:
    error = {"code": -32022, "message": "no", "data": {"supported": ["2031-01-01"], "requested": "2026-07-28"}}
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "error": error}).encode()

    async with scripted(server_discover=answering(body, status="400 Bad")) as server:
        with pytest.raises(McpRefusedError, match="2031-01-01 only"):
            await client_of(server.url).open()


async def test_an_address_without_a_server_of_the_kind_is_said() -> None:
    nothing = answering(b"<html>", "text/html", "404 Not Found")

    async with scripted(server_discover=nothing, initialize=nothing) as server:
        with pytest.raises(McpRefusedError, match="no MCP server at this address"):
            await client_of(server.url).open()


async def test_an_address_inside_is_refused_and_a_redirect_to_one_is_not_followed() -> None:
    inside = answering(b"", status="307 There", more="Location: http://169.254.169.254/latest\r\n")
    async with scripted(server_discover=inside, initialize=inside) as server:
        with pytest.raises(AddressRefusedError):
            await McpClient(FetchTransport(server.url)).open()
        assert server.said == []
        with pytest.raises(McpRefusedError, match=r"redirects to http://169\.254\.169\.254/latest"):
            await client_of(server.url).open()
