"""A poor document from lint to a good connector: repaired by an overlay, kept by updates, completed from its calls."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

GOLDEN = Path(__file__).parents[2] / "golden" / "lint"
CANARY = "canary-77aa31"
DOCUMENT = """
openapi: 3.0.3
info: {title: Shelf, version: "1"}
paths:
  /books:
    get:
      operationId: books.list
      summary: List the books
      parameters:
        - {name: limit, description: How many at most, schema: {type: int}}
        - {name: accept, in: header, schema: {type: string}}
      responses: {"200": {description: The books}, "404": none}
"""


@pytest.fixture(scope="module")
def library() -> Iterator[str]:
    """A server of books, which says what it was asked for; its `host:port`."""

    class Books(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # http.server wants this name
            found = [{"id": number, "title": CANARY, "lent": None} for number in range(3)]
            body = json.dumps({"path": self.path, "books": found}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name in http.server
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Books)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("shelf")
    (found / "shelf.yaml").write_text(DOCUMENT)
    return found


@pytest.fixture(scope="module")
def shelf(madang: Any, folder: Path, library: str) -> Any:
    """The connector, added with the overlay that lint wrote."""
    linted = madang.run("connector", "lint", str(folder / "shelf.yaml"), "--overlay", str(folder / "repairs.json"))
    assert linted.returncode == 0, linted.stderr
    return madang.json(
        *("connector", "add", str(folder / "shelf.yaml"), "--overlay", str(folder / "repairs.json"), "--json"),
        *("--server", f"http://{library}", "--allow-host", library),
    )


@pytest.mark.parametrize("case", sorted(path.name for path in GOLDEN.iterdir()))
def test_lint_lists_what_was_planted_with_place_and_suggestion(madang: Any, case: str) -> None:
    document = str(GOLDEN / case / "document.yaml")
    expected = json.loads((GOLDEN / case / "report.json").read_text())
    done = madang.run("connector", "lint", document, "--json")
    shown = madang.run("connector", "lint", document, "--all")
    page = madang.run("connector", "lint", document, "--html").stdout
    found = json.loads(done.stdout)

    assert list(found) == ["operations", "functions", "lost", "losses", "repairs", "score", "seconds"]
    marks = [{**each, "overlay": False} for each in (*expected["losses"], *expected["repairs"])]
    assert [*found["losses"], *found["repairs"]] == marks
    assert done.returncode == shown.returncode == (0 if expected["functions"] else 1)
    for finding in marks:
        assert finding["pointer"] in shown.stdout
        assert finding["suggestion"] in shown.stdout
    assert "\x1b" not in shown.stdout
    assert page.count("<li>") == len(marks)


def test_lint_needs_no_running_madang_and_says_wrong_use(madang: Any, folder: Path) -> None:
    elsewhere = {**madang.environment, "MADANG_HOME": str(folder / "nowhere"), "MADANG_BACKEND_PORT": "1"}
    lint = type(madang)(home=folder, environment=elsewhere).run
    document = str(folder / "shelf.yaml")
    assert lint("connector", "lint", document).returncode == 0
    assert lint("connector", "lint", "-", stdin=DOCUMENT).returncode == 0
    assert lint("connector", "lint", "-", stdin="{").returncode == 1
    for wrong in (("gone.yaml",), (document, "--json", "--html"), ("https://a.example/x.json",), ()):
        done = lint("connector", "lint", *wrong)
        assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)


def test_the_overlay_of_lint_leaves_nothing_to_repair(madang: Any, shelf: Any, folder: Path) -> None:
    before = madang.json("connector", "lint", str(folder / "shelf.yaml"), "--json")
    after = madang.json(
        "connector", "lint", str(folder / "shelf.yaml"), "--apply", str(folder / "repairs.json"), "--json"
    )
    assert len(before["repairs"]) == 5
    assert [each["code"] for each in after["repairs"]] == ["server-relative"]
    assert shelf["import"]["report"]["overlay"]["idle"] == []
    assert {each["code"] for each in shelf["remarks"]} == {"server-relative"}


def test_what_calls_show_becomes_the_schema_of_the_answer_and_stays_with_every_update(
    madang: Any, shelf: Any, folder: Path
) -> None:
    assert "call some" in madang.run("connector", "learn", "shelf").stdout
    for limit in range(3):
        assert madang.run("call", "shelf.books.list", "--json", json.dumps({"limit": limit})).returncode == 0
    shown = madang.json("connector", "learn", "shelf", "--json")
    table = madang.run("connector", "learn", "shelf", "--output", str(folder / "learned.json"))
    accepted = madang.run("connector", "learn", "shelf", "--accept")
    schema = madang.json("function", "shelf.books.list", "--json")["result"]

    assert CANARY not in json.dumps(shown) + table.stdout + (folder / "learned.json").read_text()
    assert "{path, books}" in table.stdout
    assert accepted.returncode == 0, accepted.stderr
    assert "actions applied" in accepted.stdout
    assert schema["required"] == ["path", "books"]
    assert schema["properties"]["books"]["items"]["properties"]["id"] == {"type": "integer"}
    assert madang.run("connector", "learn", "shelf").stdout == "every function of shelf declares what it gives back\n"

    (folder / "shelf.yaml").write_text(DOCUMENT.replace("List the books", "See all books"))
    updated = madang.json("connector", "update", "shelf", str(folder / "shelf.yaml"), "--json")
    function = madang.json("function", "shelf.books.list", "--json")
    assert updated["import"]["report"]["overlay"]["idle"] == []
    assert (function["title"], function["result"]) == ("See all books", schema)
    assert "with an overlay" in madang.run("connector", "show", "shelf").stdout


def test_an_overlay_is_replaced_and_let_go_without_the_file_of_the_document(
    madang: Any, shelf: Any, folder: Path
) -> None:
    (folder / "other.yaml").write_text(
        "{overlay: 1.0.0, info: {title: t, version: '1'}, actions: [{target: $.nowhere, remove: true}]}"
    )
    replaced = madang.run("connector", "update", "shelf", "--overlay", str(folder / "other.yaml"))
    plain = madang.json("connector", "update", "shelf", "--no-overlay", "--json")
    assert "overlay: 0 of 1 actions applied" in replaced.stdout
    assert "action 1, $.nowhere: it selects nothing" in replaced.stdout
    assert plain["import"]["report"]["overlay"] is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("overlay: 2.0.0", "the overlay is of version '2.0.0'; 1.0 is read"),
        ("{overlay: 1.0.0, actions: [{target: paths, remove: true}]}", "a JSONPath begins with '$'"),
        ("openapi: 3.0.0", "this is an OpenAPI document: an overlay says"),
    ],
)
def test_an_overlay_that_cannot_be_read_is_one_line_before_anything_is_sent(
    madang: Any, folder: Path, text: str, told: str
) -> None:
    (folder / "bad.yaml").write_text(text)
    done = madang.run("connector", "add", str(folder / "shelf.yaml"), "--overlay", str(folder / "bad.yaml"))
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (1, "", 1)
    assert told in done.stderr
