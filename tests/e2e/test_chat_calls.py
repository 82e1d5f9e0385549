"""Calls of conversations that end in other ways than well: answers that are too large, and ones that never come."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect
from tests.e2e.conftest import RunningMadang
from tests.e2e.test_chat import begin
from tests.e2e.test_pages import LOOKS, examine

MOONS = 4_000
IMPORT_SECONDS = 30
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Observatory", "version": "1"},
    "paths": {
        "/moons": {
            "get": {
                "operationId": "moons.list",
                "summary": "List all moons",
                "responses": {"200": {"description": "Moons.", "content": {"application/json": {}}}},
            }
        },
        "/telescopes": {
            "post": {
                "operationId": "telescopes.reserve",
                "summary": "Reserve a telescope",
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "required": ["title"],
                                "properties": {"title": {"type": "string", "description": "Its title."}},
                            }
                        }
                    },
                },
                "responses": {"201": {"description": "Reserved."}},
            }
        },
    },
}


@dataclass(kw_only=True)
class Observatory:
    """An API on this machine that hangs up on the first reservation of each title."""

    host: str
    reserved: list[str] = field(default_factory=list[str])


@pytest.fixture(scope="module")
def observatory(madang: RunningMadang) -> Iterator[Observatory]:
    """The API, imported as the connector `observatory`."""
    state: Observatory

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            moons = [{"id": number, "name": f"Moon {number}", "text": "x" * 100} for number in range(MOONS)]
            self._answer(200, DOCUMENT if self.path == "/openapi.json" else moons)

        def do_POST(self) -> None:
            title = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["title"]
            state.reserved.append(title)
            if state.reserved.count(title) == 1:
                self.close_connection = True
                return
            self._answer(201, {"title": title, "number": 7})

        def _answer(self, status: int, value: object) -> None:
            content = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that the library gives it
            """Nothing: what goes wrong is asserted."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state = Observatory(host=f"127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    _import(madang, state.host)
    yield state
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_large_answer_is_looked_at_part_by_part(open_page: Callable[..., Page], observatory: Observatory) -> None:
    page = open_page()
    begin(page, "List all moons")
    card = page.get_by_role("article", name="List all moons")
    card.get_by_role("button", name="Look at all of it").click()
    members = card.get_by_role("group", name="Result")
    expect(members.get_by_role("listitem")).to_have_count(100)
    members.get_by_role("button", name="Load more").click()
    expect(members.get_by_role("listitem")).to_have_count(200)
    members.get_by_role("button").filter(has_text="Moon 150").click()
    expect(members.get_by_text('"Moon 150"', exact=True)).to_be_visible()
    with page.expect_download() as download:
        card.get_by_role("link", name="Download").click()
    assert len(json.loads(download.value.path().read_bytes())) == MOONS


def test_a_call_in_doubt_is_done_again_where_a_person_says_so(
    open_page: Callable[..., Page], observatory: Observatory
) -> None:
    page = open_page()
    card = reserve(page, "Again")
    card.get_by_role("button", name="Do it again").click()
    expect(card.get_by_text("done", exact=True)).to_be_visible(timeout=10_000)
    expect(card).to_contain_text("201")
    assert observatory.reserved.count("Again") == 2


def test_a_call_in_doubt_is_taken_as_done_where_a_person_says_so(
    open_page: Callable[..., Page], observatory: Observatory
) -> None:
    page = open_page()
    card = reserve(page, "Happened")
    result = card.get_by_label("Its result as JSON, if you know it")
    result.fill("{number: 8}")
    card.get_by_role("button", name="It happened").click()
    expect(card.get_by_text("This is not JSON.")).to_be_visible()
    result.fill('{"number": 8}')
    card.get_by_role("button", name="It happened").click()
    expect(card.get_by_text("done", exact=True)).to_be_visible(timeout=10_000)
    expect(card.get_by_text("you said that it happened")).to_be_visible()
    assert observatory.reserved.count("Happened") == 1


@pytest.mark.parametrize("look", LOOKS)
def test_a_call_in_doubt_can_be_read_and_decided_by_everybody(
    open_page: Callable[..., Page], observatory: Observatory, look: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    page = open_page(**look)
    name = request.node.callspec.id
    begin(page, f'Reserve a telescope titled "{name}"')
    page.get_by_role("button", name="승인" if look["locale"] == "ko-KR" else "Approve", exact=True).click()
    happened = page.get_by_role("button", name="실행되었음" if look["locale"] == "ko-KR" else "It happened")
    expect(happened).to_be_visible(timeout=10_000)
    assert examine(page, f"chat-doubt-{name}") == []


def reserve(page: Page, title: str) -> Locator:
    """Ask for a telescope, approve, and be left in doubt; the card of the call."""
    begin(page, f'Reserve a telescope titled "{title}"')
    card = page.get_by_role("article", name="Reserve a telescope")
    card.get_by_role("button", name="Approve").click()
    expect(card.get_by_text("did it happen?")).to_be_visible(timeout=10_000)
    return card


def _import(madang: RunningMadang, host: str) -> None:
    client = httpx.Client(base_url=madang.url, headers={"Authorization": f"Bearer {madang.token()}"})
    url = f"http://{host}"
    body = {"url": f"{url}/openapi.json", "name": "observatory", "server": url, "allowed_hosts": [host]}
    with client:
        job = client.post("/api/imports", json=body).raise_for_status().json()["id"]
        deadline = time.monotonic() + IMPORT_SECONDS
        while (found := client.get(f"/api/imports/{job}").raise_for_status().json())["state"] != "succeeded":
            assert found["error"] is None, found
            assert time.monotonic() < deadline, found
            time.sleep(0.2)
