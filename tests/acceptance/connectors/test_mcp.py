"""An MCP server from the command line: added, looked at, called, asked for in words, brought up to date."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from tests.mcp_peers import McpPeer, mcp_peer

pytestmark = pytest.mark.slow

SECRET = "canary-mcp-77aa"


@pytest.fixture(scope="module")
def desk(madang: Any) -> Iterator[McpPeer]:
    """A server of the newer era, added as `desk`."""
    with mcp_peer() as server:
        added = madang.run("connector", "add", "--mcp", server.url, "--name", "desk", "--allow-host", server.host)
        assert added.returncode == 0, added.stderr
        assert "6 tools found: 6 imported (0 of them with loss), 0 refused" in added.stdout
        yield server


def test_its_tools_are_functions_that_are_listed_and_shown(madang: Any, desk: McpPeer) -> None:
    rows = madang.json("functions", "desk", "--json")
    shown = madang.run("function", "desk.tools.create_note").stdout

    assert {row["name"] for row in rows} == {
        f"tools.{name}" for name in ("add_numbers", "create_note", "list_notes", "fail", "picture", "wait")
    }
    assert "unsafe: wants approval" in shown
    assert desk.url in madang.run("connector", "show", "desk").stdout


def test_a_tool_is_called_and_says_what_it_did(madang: Any, desk: McpPeer) -> None:
    added = madang.run("call", "desk.tools.add_numbers", "--json", '{"a": 20, "b": 22}')
    waiting = madang.run("call", "desk.tools.create_note", "--json", '{"text": "milk"}')
    noted = madang.run("call", "desk.tools.create_note", "--json", '{"text": "milk"}', "--yes")
    refused = madang.run("call", "desk.tools.fail", "--yes")

    assert (added.returncode, json.loads(added.stdout)) == (0, {"sum": 42})
    assert waiting.returncode == 3
    assert noted.returncode == 0, noted.stderr
    assert json.loads(noted.stdout)["text"] == "milk"
    assert refused.returncode == 1
    assert "fail is not possible today" in refused.stderr + refused.stdout
    assert [each["tool"] for each in desk.did()].count("create_note") == 1


def test_a_tool_is_found_and_called_in_a_conversation(madang: Any, desk: McpPeer) -> None:
    noted = madang.run("chat", "--yes", 'create a note with text "bread"')
    added = madang.run("chat", "add two numbers", "--answer", "a=20", "--answer", "b=22")

    assert (noted.returncode, "desk.tools.create_note" in noted.stderr) == (0, True), noted.stderr
    assert {"tool": "create_note", "arguments": {"text": "bread"}} in desk.did()
    assert added.returncode == 0, added.stderr
    assert "42" in added.stdout


def test_a_server_of_the_older_era_with_a_token_is_added_in_two_steps(madang: Any) -> None:
    with mcp_peer("--old", "--token", SECRET) as server:
        first = madang.run("connector", "add", "--mcp", server.url, "--name", "vault", "--allow-host", server.host)
        early = madang.run("connector", "update", "vault")
        given = madang.run("connection", "credential", "vault/default", "bearer", stdin=SECRET)
        second = madang.run("connector", "update", "vault")
        called = madang.run("call", "vault.tools.add_numbers", "--json", '{"a": 1, "b": 2}')

    assert first.returncode == 0, first.stderr
    assert "credential-needed" in first.stdout
    assert (early.returncode, "wants a credential" in early.stderr) == (1, True)
    assert given.returncode == 0, given.stderr
    assert "6 tools found: 6 imported" in second.stdout, second.stderr
    assert json.loads(called.stdout) == {"sum": 3}
    assert SECRET not in madang.log()


def test_what_cannot_be_added_is_said_in_one_line(madang: Any) -> None:
    nothing = madang.run("connector", "add")
    both = madang.run("connector", "add", "a.json", "--mcp", "https://mcp.example.com/mcp")
    strange = madang.run("connector", "add", "--mcp", "ftp://mcp.example.com")
    with mcp_peer() as server:
        inside = madang.run("connector", "add", "--mcp", server.url)
    gone = madang.run("connector", "add", "--mcp", server.url, "--allow-host", server.host)

    for wrong in (nothing, both, strange):
        assert (wrong.returncode, "Traceback" in wrong.stderr) == (2, False)
    for failed, words in ((inside, f"--allow-host {server.host}"), (gone, "cannot connect")):
        assert (failed.returncode, words in failed.stderr) == (1, True), failed.stderr
