"""An MCP server behind the proxy: a grant names tools, and the message says which is called."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from madang.kit.actor import Actor
from madang.kit.pages import PageRequest
from madang.ledger.usage import list_usage
from madang.net.grants import GrantTerms
from madang.proxy.connections import FunctionView

ACTOR = Actor(account="acc_test", user="usr_1")
PATH = "/cxn_test"
JSON = {"Content-Type": "application/json"}
TOOLS = (
    FunctionView(id="fn_add", method="CALL", path="/tools/add", effect="safe", tool="add"),
    FunctionView(id="fn_wipe", method="CALL", path="/tools/wipe", tool="wipe"),
)


async def used(proxy: Any) -> list[str]:
    async with proxy.database.begin() as db:
        return [record.function for record in (await list_usage(ACTOR, db, PageRequest())).data]


@pytest.fixture
def served(proxy: Any, lab: Any, upstream: Any) -> Any:
    view = lab.view_of(upstream, functions=TOOLS, is_mcp=True, server_url=f"{upstream.url}/mcp/?tenant=1")
    proxy.connections.put(view)
    return view


def body_of(method: str, **params: Any) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status, answer.json()["type"].rpartition(":")[2]


@pytest.mark.usefixtures("served")
async def test_a_call_goes_to_the_endpoint_as_it_is_with_the_body_as_it_came(proxy: Any, upstream: Any) -> None:
    body = (
        b'{ "jsonrpc": "2.0", "id": 1,\n "method": "tools/call", "params": {"name": "add", "arguments": {"a": 1e0}} }'
    )

    answer = await proxy.call("POST", PATH, headers=JSON, body=body, grant=proxy.grant(functions=frozenset({"fn_add"})))

    assert answer.status == 200
    assert upstream.heads[0].startswith(b"POST /mcp/?tenant=1 HTTP/1.1\r\n")
    assert upstream.bodies == [body]
    record = (await proxy.records())[0]
    assert (record.function, record.method, record.path_template) == ("fn_add", "CALL", "/tools/add")


@pytest.mark.usefixtures("served")
async def test_a_grant_for_one_tool_calls_no_other(proxy: Any, upstream: Any) -> None:
    grant = proxy.grant(functions=frozenset({"fn_add"}))
    wanted = {
        "wipe": (403, "not-granted"),
        "unknown": (404, "not-found"),
    }

    for tool, refusal in wanted.items():
        answer = await proxy.call("POST", PATH, headers=JSON, body=body_of("tools/call", name=tool), grant=grant)
        assert code_of(answer) == refusal
        assert answer.headers["madang-sent"] == "0"
    other = await proxy.call("POST", PATH, headers=JSON, body=body_of("resources/read", uri="x://y"), grant=grant)
    assert code_of(other) == (403, "not-granted")
    assert upstream.connections == 0


@pytest.mark.usefixtures("served")
async def test_any_grant_on_the_connection_may_begin_and_list(proxy: Any, upstream: Any) -> None:
    grant = proxy.grant(functions=frozenset())

    for method in ("initialize", "server/discover", "tools/list"):  # none of which is use of anything
        assert (await proxy.call("POST", PATH, headers=JSON, body=body_of(method), grant=grant)).status == 200
    assert {record.path_template for record in await proxy.records(3)} == {
        "/tools/list",
        "/server/discover",
        "/initialize",
    }
    call = body_of("tools/call", name="add")
    await proxy.call("POST", PATH, headers=JSON, body=call, grant=proxy.grant(functions=frozenset({"fn_add"})))
    await proxy.records(4)
    assert await used(proxy) == ["fn_add"]


async def test_the_credential_goes_into_calls_and_into_the_handshake(proxy: Any, upstream: Any, served: Any) -> None:
    secret = json.dumps({"kind": "bearer", "token": "SECRET-1"}).encode()
    assert (await proxy.call("PUT", "/-/credentials/crd_1", body=secret, grant=proxy.internal())).status == 201
    tools = [replace(tool, security=({"bearer": ()}, {})) for tool in TOOLS]
    view = replace(served, functions=tools, handshake_security=({"bearer": ()},), credential_refs={"bearer": "crd_1"})
    proxy.connections.put(view)

    await proxy.call("POST", PATH, headers=JSON, body=body_of("initialize"))
    await proxy.call("POST", PATH, headers=JSON, body=body_of("tools/call", name="add"))

    assert [b"authorization: bearer secret-1" in head.lower() for head in upstream.heads] == [True, True]


@pytest.mark.usefixtures("served")
async def test_a_message_that_comes_slowly_is_waited_for_and_a_large_one_is_refused(proxy: Any, upstream: Any) -> None:
    body = body_of("tools/call", name="add", arguments={"text": "x" * 700_000})
    head = f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {proxy.grant()}\r\n"
    reader, writer = await proxy.open()
    writer.write(f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode())
    for start in range(0, len(body), 100_000):
        writer.write(body[start : start + 100_000])
        await asyncio.sleep(0.005)
    async with asyncio.timeout(5):
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
    writer.close()
    assert upstream.bodies == [body]

    large = f"{head}Content-Type: application/json\r\nContent-Length: {9 * 1024 * 1024}\r\n\r\n".encode()
    assert code_of(await proxy.send(large)) == (413, "too-large")


@pytest.mark.usefixtures("served")
async def test_a_client_that_goes_before_its_message_is_whole_leaves_nothing(proxy: Any, upstream: Any) -> None:
    _, writer = await proxy.open()
    head = f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {proxy.grant()}\r\n"
    writer.write(f"{head}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n".encode() + b'{"jsonrpc"')
    await writer.drain()
    await asyncio.sleep(0.05)
    writer.close()
    await asyncio.sleep(0.05)

    answer = await proxy.call("POST", PATH, headers=JSON, body=body_of("tools/call", name="add"))
    assert answer.status == 200
    assert upstream.connections == 1


@pytest.mark.usefixtures("served")
async def test_a_path_below_the_endpoint_and_a_grant_for_another_connection_are_refused(
    proxy: Any, upstream: Any
) -> None:
    body = body_of("tools/call", name="add")
    terms = GrantTerms(account="acc_test", actor="u", connection="cxn_other", functions=None, purpose="chat")

    assert (await proxy.call("POST", f"{PATH}/tools/add", headers=JSON, body=body)).status == 400
    assert (await proxy.call("GET", PATH)).status == 400
    answer = await proxy.call("POST", PATH, headers=JSON, body=body, grant=proxy.signer.sign(terms))
    assert code_of(answer) == (403, "not-granted")
    assert upstream.connections == 0
