"""Connectors and connections in a browser: from a document to a call that changed something."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect
from tests.e2e.conftest import RunningMadang
from tests.e2e.test_pages import LOOKS, examine

CANARY = "canary-5d1f0a"


@dataclass(kw_only=True)
class Upstream:
    """A small API on this machine: its document, what it was asked, and calls that get no answer."""

    url: str
    host: str
    keys: list[str] = field(default_factory=list[str])
    tokens: list[str] = field(default_factory=list[str])
    orders: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    is_over: threading.Event = field(default_factory=threading.Event)

    def document(self, **more: Any) -> dict[str, Any]:
        """OpenAPI of the things one can list and order here."""
        thing = {"type": "object", "properties": {"id": {"type": "integer"}, "name": {"type": "string"}}}
        answer = {
            "content": {"application/json": {"schema": {"type": "array", "items": thing}}},
            "description": "Things.",
        }
        body = {
            "type": "object",
            "required": ["name"],
            "properties": {
                "name": {"type": "string", "minLength": 1},
                "count": {"type": "integer", "minimum": 1},
                "pin": {"type": "string", "format": "password"},
            },
        }
        return {
            "openapi": "3.1.0",
            "info": {"title": "Shop", "version": "2.3"},
            "servers": [{"url": self.url}],
            "components": {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}},
            "paths": {
                "/all": {"get": {"operationId": "things.all", "responses": {"200": answer}}},
                "/open": {"get": {"operationId": "things.open", "responses": {"200": answer}}},
                "/things": {
                    "get": {
                        "operationId": "things.list",
                        "summary": "List the things on sale",
                        "security": [{"key": []}],
                        "responses": {"200": answer},
                    },
                    "post": {
                        "operationId": "things.order",
                        "summary": "Order a thing",
                        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
                        "responses": {"201": {"description": "Ordered."}},
                    },
                },
            },
            **more,
        }


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    """The small API, while a test runs. `POST /things` acts, then drops the connection once before it answers."""
    state: Upstream

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/slow.json":
                self._stall()
                return
            if self.path == "/openapi.json":
                self._answer(200, state.document())
                return
            if self.path == "/open":
                state.tokens.append(self.headers.get("Authorization", ""))
            else:
                state.keys.append(self.headers.get("X-Key", ""))
            count = 20_000 if self.path == "/all" else 300
            self._answer(200, [{"id": number, "name": f"thing {number}"} for number in range(1, count + 1)])

        def do_POST(self) -> None:
            state.orders.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            if len(state.orders) == 1:
                self.close_connection = True
                return
            self._answer(201, {"id": 7})

        def _stall(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "4000000")
            self.end_headers()
            self.wfile.write(b" " * 1_000_000)
            state.is_over.wait(30)

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
    host = f"127.0.0.1:{server.server_port}"
    state = Upstream(url=f"http://{host}", host=host)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield state
    state.is_over.set()
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_pasted_document_becomes_functions_that_are_found_and_called(
    open_page: Callable[..., Page], madang: RunningMadang, expected_errors: list[str]
) -> None:
    expected_errors.append("422")
    page = open_page()
    board = board_url(madang)
    page.get_by_role("navigation", name="Main navigation").get_by_role("link", name="Connectors").click()
    page.get_by_role("link", name="Add a connector").click()
    page.get_by_text("Text", exact=True).click()
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_text("Paste the document first.")).to_be_visible()
    page.get_by_label("The document itself").fill(httpx.get(f"{board}/openapi.json").text)
    page.get_by_text("More settings").click()
    page.get_by_label("Name", exact=True).fill("pasted_board")
    page.get_by_label("Allowed inside addresses").fill(board.removeprefix("http://"))
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_role("heading", name="pasted_board is imported")).to_be_visible()
    expect(page.locator("dl > div").filter(has_text="found")).to_contain_text("10")

    page.get_by_role("link", name="Read the report").click()
    expect(page.get_by_text("Nothing to remark")).to_be_visible()
    page.get_by_role("link", name="Functions", exact=True).click()
    page.get_by_role("searchbox").fill("post a new article")
    expect(page.get_by_text("The best matches for your words")).to_be_visible()
    expect(page.get_by_role("row").nth(1)).to_contain_text("articles.create")
    page.get_by_role("link", name="articles.create").click()
    create_an_article(page)

    page.get_by_role("link", name="All functions").click()
    page.get_by_role("link", name="articles.search").click()
    page.get_by_label("section", exact=True).fill("pasted")
    page.get_by_role("button", name="Call", exact=True).click()
    result = page.get_by_role("region", name="Result")
    expect(result.get_by_text("HTTP 200")).to_be_visible()
    expect(result.get_by_role("row").filter(has_text="From the page")).to_have_count(1)
    result.get_by_text("Tree", exact=True).click()
    expect(result.get_by_role("tree")).to_be_visible()


def create_an_article(page: Page) -> None:
    """Wrong arguments at their fields, the request, the approval, the result; the password nowhere."""
    page.get_by_role("button", name="Call", exact=True).click()
    expect(page.get_by_text("5 arguments are not right yet.")).to_be_visible()
    expect(page.get_by_label("section", exact=True)).to_be_focused()
    page.get_by_label("section", exact=True).fill("pasted")
    page.get_by_label("writer", exact=True).fill("sam")
    page.get_by_label("title", exact=True).fill("From the page")
    page.get_by_label("body", exact=True).fill("Written by hand.")
    page.get_by_label("password", exact=True).fill(CANARY)
    page.get_by_role("button", name="Show the request").click()
    request = page.get_by_role("region", name="The HTTP request")
    expect(request).to_contain_text("POST http://127.0.0.1")
    expect(request).to_contain_text('"password": "[hidden]"')
    page.get_by_role("button", name="Call", exact=True).click()
    dialog = page.get_by_role("dialog", name="Approve this call?")
    expect(dialog).to_contain_text("unsafe")
    expect(dialog).to_contain_text("From the page")
    expect(dialog.get_by_text(CANARY)).to_have_count(0)
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("region", name="Result")).to_have_count(0)
    page.get_by_role("button", name="Call", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Approve and call").click()
    result = page.get_by_role("region", name="Result")
    expect(result.get_by_text("done", exact=True)).to_be_visible()
    expect(result.get_by_text("HTTP 201")).to_be_visible()
    expect(result.get_by_role("tree")).to_contain_text("From the page")
    assert CANARY not in page.locator("body").inner_text()


def test_an_inside_address_is_refused_until_it_is_allowed_and_an_update_may_reach_it_too(
    open_page: Callable[..., Page], upstream: Upstream
) -> None:
    page = open_page()
    page.goto("/connectors/-/new")
    page.get_by_label("Address of the document").fill(f"{upstream.url}/openapi.json")
    page.get_by_role("button", name="Import").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("is loopback, which is not reached unless allowed")
    expect(alert).to_contain_text("Nothing was stored.")
    page.get_by_role("button", name=f"Allow {upstream.host} and import again").click()
    heading = page.get_by_role("heading", name=re.compile(r"shop\w* is imported"))
    expect(heading).to_be_visible()
    expect(page.get_by_text(upstream.host, exact=True)).to_be_visible()
    name = heading.inner_text().split(" ")[0]

    page.goto(f"/connectors/{name}/settings")
    expect(page.get_by_text("Reaches these inside addresses too")).to_contain_text(upstream.host)
    page.get_by_role("region", name="New version").get_by_role("button", name="Import").click()
    expect(page.get_by_role("heading", name=f"{name} has version 2 now")).to_be_visible()
    page.goto(f"/connectors/{name}/settings")
    versions = page.get_by_role("table", name="Versions").get_by_role("row")
    expect(versions).to_have_count(3)
    expect(versions.nth(1)).to_contain_text("current")


def test_an_import_is_watched_from_anywhere_and_cancelled(open_page: Callable[..., Page], upstream: Upstream) -> None:
    page = open_page()
    page.goto("/connectors/-/new")
    page.get_by_label("Address of the document").fill(f"{upstream.url}/slow.json")
    page.get_by_text("More settings").click()
    page.get_by_label("Allowed inside addresses").fill(upstream.host)
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_text("Fetching the document")).to_be_visible()
    expect(page.get_by_text("1 MB of 4 MB")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_attribute("aria-valuemax", "4000000")
    page.goto("/connectors")
    expect(page.get_by_role("region", name="Imports under way")).to_contain_text("Fetching the document")
    page.get_by_role("link", name="Watch").click()
    page.get_by_role("button", name="Cancel the import").click()
    expect(page.get_by_text("The import was cancelled. Nothing was stored.")).to_be_visible()


def test_a_name_that_is_taken_is_said_at_the_name(open_page: Callable[..., Page], expected_errors: list[str]) -> None:
    expected_errors.append("409")
    page = open_page()
    page.goto("/connectors/-/new")
    page.get_by_label("Address of the document").fill("https://api.example.com/openapi.json")
    page.get_by_text("More settings").click()
    page.get_by_label("Name", exact=True).fill("bbs")
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_text("There is a connector named bbs already.")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_attribute("aria-invalid", "true")
    page.get_by_role("link", name="Update bbs").click()
    expect(page).to_have_url("/connectors/bbs/settings")


def test_a_file_that_is_no_document_is_refused_and_a_better_one_taken(
    open_page: Callable[..., Page], upstream: Upstream
) -> None:
    page = open_page()
    page.goto("/connectors/-/new")
    page.get_by_text("File", exact=True).click()
    page.get_by_label("Document file").set_input_files(
        {"name": "page.html", "mimeType": "text/html", "buffer": b"<!doctype html><p>About our API</p>"}
    )
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_role("alert")).to_contain_text("The import failed")
    expect(page.get_by_role("alert")).to_contain_text("Is it the document itself, and whole?")
    page.get_by_role("link", name="Change and import again").click()
    expect(page.get_by_text("page.html")).to_be_visible()
    page.get_by_label("Document file").set_input_files(
        {
            "name": "shop.json",
            "mimeType": "application/json",
            "buffer": json.dumps(many_remarks(upstream.document())).encode(),
        }
    )
    page.get_by_text("More settings").click()
    page.get_by_label("Name", exact=True).fill("remarkable")
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_role("heading", name="remarkable is imported")).to_be_visible()
    page.get_by_role("link", name="Read the report").click()
    read_the_report(page)


def read_the_report(page: Page) -> None:
    """Thousands of remarks: few are in the page, all can be reached, and filters find some."""
    counts = page.locator("dl > div")
    expect(counts.filter(has_text="refused")).to_contain_text("2,000")
    table = page.get_by_role("table", name="Report")
    expect(table.get_by_role("row").nth(1)).to_be_visible()
    for _ in range(30):
        page.locator("main").evaluate("main => main.scrollTo(0, main.scrollHeight)")
        page.wait_for_timeout(60)
    assert int(table.get_attribute("aria-rowcount") or 0) > 500
    assert table.get_by_role("row").count() < 100
    page.locator("main").evaluate("main => main.scrollTo(0, 0)")
    page.get_by_role("searchbox").fill("refused1234")
    expect(table.get_by_role("row")).to_have_count(2)
    expect(table.get_by_role("row").nth(1)).to_contain_text("refused")
    page.get_by_text("Notes", exact=True).click()
    expect(page.get_by_text("No remark like this")).to_be_visible()


def many_remarks(document: dict[str, Any]) -> dict[str, Any]:
    """The document with two thousand operations that cannot be imported."""
    paths = {f"/refused{number}": {"get": "no operation"} for number in range(2000)}
    return {**document, "paths": {**document["paths"], **paths}}


def test_a_credential_is_set_used_replaced_and_removed_and_never_shown(
    open_page: Callable[..., Page], madang: RunningMadang, upstream: Upstream, expected_errors: list[str]
) -> None:
    expected_errors.append("422")
    name = import_document(madang, "with_key", upstream)
    page = open_page()
    page.goto(f"/connectors/{name}/connections")
    page.get_by_role("link", name="New connection").click()
    page.get_by_label("Label").fill("spare")
    page.get_by_label("Allowed inside addresses").fill("nonsense")
    page.get_by_role("button", name="New connection").click()
    expect(page.get_by_text("a host and a port")).to_be_visible()
    page.get_by_label("Allowed inside addresses").fill(upstream.host)
    page.get_by_role("button", name="New connection").click()
    expect(page.get_by_role("heading", name="Where it goes: spare")).to_be_visible()

    set_credential(page, "Set the credential of key", CANARY)
    expect(page.get_by_role("region", name="Credentials")).to_contain_text("set now")
    assert CANARY not in page.content()
    call_things(page, name, upstream)
    set_credential_of(page, name, "Replace the credential of key", "second")
    call_things(page, name, upstream)
    assert upstream.keys == [CANARY, "second"]

    open_connection(page, name)
    page.get_by_role("button", name="Remove the credential of key").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_role("region", name="Credentials")).to_contain_text("not set")
    page.get_by_role("button", name="Remove this connection").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_role("row").filter(has_text="spare")).to_have_count(0)
    expect(page.get_by_role("row").filter(has_text="default")).to_have_count(1)


def set_credential(page: Page, button: str, key: str) -> None:
    page.get_by_role("button", name=button).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_text("This is needed.")).to_be_visible()
    dialog.get_by_label("API key").fill(key)
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)


def set_credential_of(page: Page, connector: str, button: str, key: str) -> None:
    open_connection(page, connector)
    set_credential(page, button, key)


def open_connection(page: Page, connector: str) -> None:
    page.goto(f"/connectors/{connector}/connections")
    page.get_by_role("link", name="spare").click()


def call_things(page: Page, connector: str, upstream: Upstream) -> None:
    page.goto(f"/connectors/{connector}/functions/things.list")
    page.get_by_label("Connection").select_option(label=f"spare: {upstream.url}")
    page.get_by_role("button", name="Call", exact=True).click()
    expect(page.get_by_role("region", name="Result").get_by_text("300 rows")).to_be_visible()


def test_a_credential_that_the_document_does_not_name_is_declared_and_used(
    open_page: Callable[..., Page], madang: RunningMadang, upstream: Upstream
) -> None:
    name = import_document(madang, "undeclared", upstream)
    page = open_page()
    page.goto(f"/connectors/{name}/connections")
    page.get_by_role("link", name="default").click()
    page.get_by_role("button", name="Add a scheme").click()
    page.get_by_role("dialog").get_by_role("button", name="Add a scheme").click()
    page.get_by_role("button", name="Set the credential of bearer").click()
    page.get_by_role("dialog").get_by_label("Token").fill(CANARY)
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Replace the credential of bearer")).to_be_visible()
    page.goto(f"/connectors/{name}/functions/things.open")
    page.get_by_role("button", name="Call", exact=True).click()
    expect(page.get_by_role("region", name="Result").get_by_text("300 rows")).to_be_visible()
    assert upstream.tokens == [f"Bearer {CANARY}"]
    page.goto(f"/connectors/{name}/connections")
    page.get_by_role("link", name="default").click()
    page.get_by_role("button", name="Remove the credential of bearer").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    page.get_by_role("button", name="Remove the scheme bearer").click()
    expect(page.get_by_text("of this connection")).to_have_count(0)


def test_a_call_that_nobody_knows_of_is_decided_by_a_person(
    open_page: Callable[..., Page], madang: RunningMadang, upstream: Upstream
) -> None:
    page = open_page()
    order_a_lamp(page, import_document(madang, "doubtful", upstream))
    result = page.get_by_role("region", name="Result")
    expect(result.get_by_text("Nobody knows whether this call happened")).to_be_visible()
    assert len(upstream.orders) == 1
    result.get_by_role("button", name="Do it again").click()
    expect(result.get_by_text("HTTP 201")).to_be_visible()
    expect(result.get_by_text("attempt 2")).to_be_visible()
    assert upstream.orders == [{"name": "lamp", "pin": CANARY}] * 2


def test_a_call_that_happened_is_closed_by_saying_so(
    open_page: Callable[..., Page], madang: RunningMadang, upstream: Upstream
) -> None:
    page = open_page()
    order_a_lamp(page, import_document(madang, "happened", upstream))
    result = page.get_by_role("region", name="Result")
    result.get_by_role("button", name="It happened").click()
    expect(result.get_by_text("a person said that it happened")).to_be_visible()
    expect(result.get_by_text("done", exact=True)).to_be_visible()
    assert len(upstream.orders) == 1


def order_a_lamp(page: Page, connector: str) -> None:
    """A call that acts and whose answer is lost."""
    page.goto(f"/connectors/{connector}/functions/things.order")
    page.get_by_label("name", exact=True).fill("lamp")
    page.get_by_label("pin", exact=True).fill(CANARY)
    page.get_by_role("button", name="Call", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Approve and call").click()


def test_a_large_answer_is_shown_by_its_beginning_and_opened_part_by_part(
    open_page: Callable[..., Page], madang: RunningMadang, upstream: Upstream
) -> None:
    name = import_document(madang, "plenty", upstream)
    page = open_page()
    page.goto(f"/connectors/{name}/functions/things.all")
    page.get_by_role("button", name="Call", exact=True).click()
    result = page.get_by_role("region", name="Result")
    expect(result.get_by_role("cell", name="thing 1", exact=True)).to_be_visible()
    result.get_by_role("button", name="Look at all of it").click()
    result.get_by_role("button").filter(has_text='"thing 1"').first.click()
    expect(result.get_by_text('"thing 1"', exact=True)).to_be_visible()
    with page.expect_download() as download:
        result.get_by_role("link", name="Download").click()
    assert len(json.loads(download.value.path().read_bytes())) == 20_000


def test_a_connector_is_removed_only_by_its_name(
    open_page: Callable[..., Page], madang: RunningMadang, upstream: Upstream
) -> None:
    name = import_document(madang, "unwanted", upstream)
    page = open_page()
    page.goto(f"/connectors/{name}/settings")
    page.get_by_label("Title").fill("Not wanted any more")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Not wanted any more")
    page.get_by_role("button", name="Remove this connector").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Type unwanted to confirm").fill("wanted")
    dialog.get_by_role("button", name="Remove this connector").click()
    expect(dialog.get_by_text("This is not its name.")).to_be_visible()
    dialog.get_by_label("Type unwanted to confirm").fill(name)
    dialog.get_by_role("button", name="Remove this connector").click()
    expect(page).to_have_url("/connectors")
    expect(page.get_by_text("unwanted is removed")).to_be_visible()
    expect(page.get_by_role("link", name="unwanted", exact=True)).to_have_count(0)


def test_the_keyboard_is_enough_to_find_a_function_and_call_it(open_page: Callable[..., Page]) -> None:
    page = open_page()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("k")
    expect(page).to_have_url("/connectors")
    press_until(page, page.get_by_role("link", name="bbs", exact=True))
    page.keyboard.press("Enter")
    press_until(page, page.get_by_role("searchbox"))
    page.keyboard.type("search articles")
    expect(page.get_by_role("row").nth(1)).to_contain_text("articles.search")
    press_until(page, page.get_by_role("link", name="articles.search"))
    page.keyboard.press("Enter")
    press_until(page, page.get_by_role("button", name="Call", exact=True))
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Result").get_by_text("HTTP 200")).to_be_visible()


def press_until(page: Page, goal: Locator) -> None:
    """Press Tab until the goal has the focus."""
    expect(goal).to_be_visible()
    for _ in range(60):
        if goal.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail("the Tab key does not reach it")


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_of_connectors_can_be_read_and_used_by_everybody(
    open_page: Callable[..., Page],
    look: dict[str, object],
    request: pytest.FixtureRequest,
    expected_errors: list[str],
) -> None:
    expected_errors.append("404")
    page = open_page(**look)
    page.goto("/connectors/bbs/connections")
    connection = page.locator("a[href*='/connections/cxn_']").get_attribute("href")
    pages = {
        "connectors": "/connectors",
        "connector-new": "/connectors/-/new",
        "connector-functions": "/connectors/bbs",
        "connector-search": "/connectors/bbs?q=post%20an%20article",
        "connector-report": "/connectors/bbs/report",
        "connector-connections": "/connectors/bbs/connections",
        "connector-connection": str(connection),
        "connector-new-connection": "/connectors/bbs/connections/new",
        "connector-settings": "/connectors/bbs/settings",
        "connector-function": "/connectors/bbs/functions/articles.create",
        "connector-missing": "/connectors/no_such_one",
    }
    found: dict[str, object] = {}
    for name, path in pages.items():
        page.goto(path)
        expect(page.locator("h1")).to_have_count(1)
        found[name] = examine(page, f"{name}-{request.node.callspec.id}")
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def board_url(madang: RunningMadang) -> str:
    """Where the bulletin board is."""
    return f"http://127.0.0.1:{madang.environment['MADANG_BBS_PORT']}"


def import_document(madang: RunningMadang, name: str, upstream: Upstream) -> str:
    """The upstream as a connector, made through the API."""
    with httpx.Client(base_url=madang.url, headers={"Authorization": f"Bearer {madang.token()}"}) as api:
        body = {"url": f"{upstream.url}/openapi.json", "name": name, "allowed_hosts": [upstream.host]}
        job = api.post("/api/imports", json=body).raise_for_status().json()
        while job["state"] in ("queued", "running"):
            job = api.get(f"/api/imports/{job['id']}", params={"wait_seconds": 5}).raise_for_status().json()
    assert job["state"] == "succeeded", job["error"]
    return name
