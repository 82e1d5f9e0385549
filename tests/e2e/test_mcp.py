"""MCP servers in a browser: added by their address, with a token in two steps, and called."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.test_pages import LOOKS, examine
from tests.mcp_peers import McpPeer, mcp_peer

TOKEN = "canary-mcp-e2e-1"


@pytest.fixture(scope="module")
def server() -> Iterator[McpPeer]:
    with mcp_peer() as found:
        yield found


def test_a_server_is_added_by_its_address_and_a_tool_is_called(open_page: Callable[..., Page], server: McpPeer) -> None:
    page = open_page()
    page.goto("/connectors/-/new")
    page.get_by_text("MCP server", exact=True).click()
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_text("An address is needed, as https://mcp.example.com/mcp.")).to_be_visible()
    page.get_by_label("Address of the MCP server").fill(server.url)
    page.get_by_role("button", name="Import").click()
    page.get_by_role("button", name=f"Allow {server.host} and import again").click()
    expect(page.get_by_role("heading", name="note_desk is imported")).to_be_visible()
    expect(page.get_by_text(server.url, exact=True)).to_be_visible()

    page.get_by_role("link", name="See the functions").click()
    page.get_by_role("link", name="tools.add_numbers").click()
    expect(page.get_by_text("/tools/add_numbers")).to_be_visible()
    page.get_by_label("a", exact=True).fill("20")
    page.get_by_label("b", exact=True).fill("22")
    page.get_by_role("button", name="Call", exact=True).click()
    expect(page.get_by_role("region", name="Result")).to_contain_text("42")

    page.goto("/connectors/note_desk/settings")
    update = page.get_by_role("region", name="New version")
    expect(update.get_by_text("File", exact=True)).to_have_count(0)
    update.get_by_role("button", name="Import").click()
    expect(page.get_by_role("heading", name="note_desk has version 2 now")).to_be_visible()


def test_a_server_with_a_token_is_added_and_then_given_it(open_page: Callable[..., Page]) -> None:
    page = open_page()
    with mcp_peer("--old", "--token", TOKEN) as vault:
        page.goto("/connectors/-/new")
        page.get_by_text("MCP server", exact=True).click()
        page.get_by_label("Address of the MCP server").fill(vault.url)
        page.get_by_text("More settings").click()
        page.get_by_label("Name", exact=True).fill("vault")
        page.get_by_label("Allowed inside addresses").fill(vault.host)
        page.get_by_role("button", name="Import").click()
        expect(page.get_by_text("The server listed no tools.")).to_be_visible()
        page.get_by_role("link", name="Set up the connection").click()
        page.get_by_role("link", name="default").click()
        page.get_by_role("button", name="Set").first.click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Token").fill(TOKEN)
        dialog.get_by_role("button", name="Save").click()
        expect(dialog).to_have_count(0)
        page.goto("/connectors/vault/settings")
        page.get_by_role("region", name="New version").get_by_role("button", name="Import").click()
        expect(page.get_by_role("heading", name="vault has version 2 now")).to_be_visible()
        page.get_by_role("link", name="See the functions").click()
        expect(page.get_by_text("Create a note")).to_be_visible()


@pytest.mark.parametrize("look", LOOKS)
def test_adding_a_server_can_be_read_and_used_by_everybody(
    open_page: Callable[..., Page], look: dict[str, object], request: pytest.FixtureRequest
) -> None:
    page = open_page(**look)
    is_korean = look["locale"] == "ko-KR"
    page.goto("/connectors/-/new")
    page.get_by_text("MCP 서버" if is_korean else "MCP server", exact=True).click()
    page.get_by_text("추가 설정" if is_korean else "More settings").click()
    expect(page.get_by_label("서버" if is_korean else "Server", exact=True)).to_have_count(0)

    assert examine(page, f"mcp-add-{request.node.callspec.id}") == []
