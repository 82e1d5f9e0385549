"""MCP servers as connectors: imported, updated and called through the API, the journal and the proxy, all real."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
from tests.mcp_peers import McpPeer, mcp_peer


@pytest.fixture(scope="module")
def new_server() -> Iterator[McpPeer]:
    with mcp_peer() as found:
        yield found


@pytest.fixture(scope="module")
def old_server() -> Iterator[McpPeer]:
    with mcp_peer("--old") as found:
        yield found


@pytest.fixture
async def hub(serve_with_proxy: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a backend with a proxy."""
    served = await serve_with_proxy()
    async with served.client(served.token) as client:
        client.timeout = httpx.Timeout(30)
        yield client


async def call(hub: httpx.AsyncClient, function: str, arguments: dict[str, Any], **more: Any) -> dict[str, Any]:
    answer = await hub.post("/api/calls", json={"function": function, "arguments": arguments, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("era", ["new_server", "old_server"])
async def test_a_server_becomes_a_connector_whose_tools_are_called(
    era: str, request: pytest.FixtureRequest, hub: httpx.AsyncClient, do_import: Any
) -> None:
    server: McpPeer = request.getfixturevalue(era)
    before = len(server.did())

    done = await do_import(hub, kind="mcp", url=server.url, allowed_hosts=[server.host])

    assert (done["state"], done["kind"], done["connector"]["name"]) == ("succeeded", "mcp", "note_desk"), done
    assert done["server_url"] == server.url
    report = done["report"]
    assert (report["found"], report["imported"], report["with_loss"], report["refused"]) == (6, 6, 0, 0)
    rows = (await hub.get("/api/functions", params={"connector": "note_desk"})).json()["data"]
    assert {row["name"]: (row["effect"], row["method"], row["path"]) for row in rows} == {
        "tools.add_numbers": ("safe", "CALL", "/tools/add_numbers"),
        "tools.create_note": ("unsafe", "CALL", "/tools/create_note"),
        "tools.list_notes": ("safe", "CALL", "/tools/list_notes"),
        "tools.fail": ("unsafe", "CALL", "/tools/fail"),
        "tools.picture": ("safe", "CALL", "/tools/picture"),
        "tools.wait": ("safe", "CALL", "/tools/wait"),
    }
    added = await call(hub, "note_desk.tools.add_numbers", {"a": 20, "b": 22, "region": "서울"})
    assert (added["state"], added["outcome"]["value"]) == ("done", {"sum": 42})
    noted = await call(hub, "note_desk.tools.create_note", {"text": "milk", "to": {"street": "a"}}, approved=True)
    assert noted["outcome"]["value"]["text"] == "milk"
    assert [each["tool"] for each in server.did()[before:]] == ["add_numbers", "create_note"]


async def test_an_unsafe_tool_asks_first_and_shows_the_message(
    hub: httpx.AsyncClient, do_import: Any, new_server: McpPeer
) -> None:
    await do_import(hub, kind="mcp", url=new_server.url, allowed_hosts=[new_server.host], name="desk")
    before = len(new_server.did())

    asked = await call(hub, "desk.tools.create_note", {"text": "milk"})
    shown = await call(hub, "desk.tools.create_note", {"text": "milk"}, dry_run=True)

    assert (asked["state"], asked["effect"]) == ("approval", "unsafe")
    assert (shown["request"]["method"], shown["request"]["url"]) == ("POST", new_server.url)
    assert json.loads(shown["request"]["body"])["params"] == {"name": "create_note", "arguments": {"text": "milk"}}
    assert len(new_server.did()) == before


async def test_a_tool_that_says_no_is_a_failed_call_with_its_words(
    hub: httpx.AsyncClient, do_import: Any, new_server: McpPeer
) -> None:
    await do_import(hub, kind="mcp", url=new_server.url, allowed_hosts=[new_server.host], name="desk")

    failed = await call(hub, "desk.tools.fail", {}, approved=True)

    outcome = failed["outcome"]
    assert (failed["state"], outcome["status"], outcome["reason"]) == ("failed", 422, "fail is not possible today")


async def test_a_picture_is_a_file(hub: httpx.AsyncClient, do_import: Any, new_server: McpPeer) -> None:
    await do_import(hub, kind="mcp", url=new_server.url, allowed_hosts=[new_server.host], name="desk")

    done = await call(hub, "desk.tools.picture", {})

    assert done["outcome"]["value"]["$file"]["media_type"] == "image/png"


async def test_wrong_arguments_never_leave(hub: httpx.AsyncClient, do_import: Any, new_server: McpPeer) -> None:
    await do_import(hub, kind="mcp", url=new_server.url, allowed_hosts=[new_server.host], name="desk")
    before = len(new_server.did())

    wrong: dict[str, Any] = {"function": "desk.tools.create_note", "arguments": {"to": {"next": {}}}}
    answer = await hub.post("/api/calls", json=wrong)

    assert answer.status_code == 422
    assert {error["pointer"] for error in answer.json()["errors"]} == {"/text", "/to/street", "/to/next/street"}
    assert len(new_server.did()) == before


async def test_a_protected_server_is_imported_when_its_connection_has_the_token(
    hub: httpx.AsyncClient, do_import: Any
) -> None:
    with mcp_peer("--token", "SECRET-TOKEN-1") as server:
        first = await do_import(hub, kind="mcp", url=server.url, allowed_hosts=[server.host], name="vault")
        remarks = (await hub.get("/api/connectors/vault/remarks")).json()["data"]
        without = await do_import(hub, url=server.url, connector="vault")
        given = await hub.put(
            f"/api/connections/{first['connection']}/credentials/bearer",
            json={"token": "SECRET-TOKEN-1"},
        )
        second = await do_import(hub, url=server.url, connector="vault")
        added = await call(hub, "vault.tools.add_numbers", {"a": 1, "b": 1})

    assert (first["state"], first["report"]["found"]) == ("succeeded", 0)
    assert [each["code"] for each in remarks] == ["credential-needed"]
    assert without["state"] == "failed"
    assert "wants a credential" in without["error"]["detail"]
    assert given.status_code < 300, given.text
    assert (second["state"], second["kind"], second["report"]["imported"]) == ("succeeded", "mcp", 6)
    assert added["outcome"]["value"] == {"sum": 2}


async def test_an_update_keeps_names_and_connection_and_takes_what_is_new(
    hub: httpx.AsyncClient, do_import: Any
) -> None:
    with mcp_peer() as server:
        first = await do_import(hub, kind="mcp", url=server.url, allowed_hosts=[server.host], name="desk")
    port = server.host.partition(":")[2]
    with mcp_peer("--tools", "2", port=int(port)) as again:
        second = await do_import(hub, url=again.url, connector="desk")
    connections = (await hub.get("/api/connections", params={"connector": "desk"})).json()["data"]
    rows = (await hub.get("/api/functions", params={"connector": "desk"})).json()["data"]

    assert (second["version"], second["report"]["found"]) == (2, 8)
    assert [each["id"] for each in connections] == [first["connection"]]
    assert [row["name"] for row in rows][:2] == ["tools.add_numbers", "tools.create_note"]


async def test_tools_over_several_pages_are_imported(hub: httpx.AsyncClient, do_import: Any) -> None:
    with mcp_peer("--tools", "1200") as server:
        done = await do_import(hub, kind="mcp", url=server.url, allowed_hosts=[server.host], name="many")

    assert (done["state"], done["report"]["imported"]) == ("succeeded", 1_206), done
    found = (await hub.get("/api/functions", params={"connector": "many", "containing": "tool_1199"})).json()["data"]
    assert [row["name"] for row in found] == ["tools.tool_1199"]


async def test_what_is_no_mcp_server_fails_with_one_clear_sentence(
    hub: httpx.AsyncClient, site: Any, do_import: Any, new_server: McpPeer
) -> None:
    site.put("/mcp", b"<html>")

    page = await do_import(hub, kind="mcp", url=site.url("/mcp"), allowed_hosts=[site.host])
    inside = await do_import(hub, kind="mcp", url=new_server.url)

    assert page["state"] == inside["state"] == "failed"
    assert page["error"]["detail"].startswith(site.url("/mcp"))
    assert f"`--allow-host {new_server.host}`" in inside["error"]["detail"]
    assert (await hub.get("/api/connectors")).json()["data"] == []


async def test_an_import_is_asked_for_rightly(
    hub: httpx.AsyncClient, do_import: Any, shop: Any, new_server: Any
) -> None:
    await do_import(hub, document=shop)
    await do_import(hub, kind="mcp", url=new_server.url, allowed_hosts=[new_server.host], name="desk")

    without = await hub.post("/api/imports", json={"kind": "mcp"})
    server = await hub.post("/api/imports", json={"kind": "mcp", "url": new_server.url, "server": "https://x.example"})
    other = await do_import(hub, kind="mcp", url=new_server.url, connector="shop")
    document_for_server = await do_import(hub, connector="desk", document=shop)

    assert (without.status_code, server.status_code) == (422, 422)
    assert "of a document" in other["error"]["detail"]
    assert "of an MCP server" in document_for_server["error"]["detail"]


async def test_a_call_whose_answer_breaks_off_is_in_doubt_if_it_may_have_happened(
    hub: httpx.AsyncClient, do_import: Any
) -> None:
    with mcp_peer() as server:
        await do_import(hub, kind="mcp", url=server.url, allowed_hosts=[server.host], name="desk")
        connection = (await hub.get("/api/connections", params={"connector": "desk"})).json()["data"][0]
        changed = await hub.patch(f"/api/connections/{connection['id']}", json={"effects": {"tools.wait": "unsafe"}})
        assert changed.status_code == 200, changed.text
        calling = asyncio.create_task(call(hub, "desk.tools.wait", {"seconds": 60}, approved=True))
        async with asyncio.timeout(20):
            while not server.did():
                await asyncio.sleep(0.05)
    doubt = await calling
    gone = await call(hub, "desk.tools.create_note", {"text": "x"}, approved=True)

    assert doubt["state"] == "doubt", doubt
    assert (gone["state"], "cannot connect" in gone["outcome"]["reason"]) == ("failed", True), gone
