"""What a call gave, on its way to stdout or a file; large answers come from a server."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from madang.cli.call_values import give_value
from madang.kit.errors import UsageError
from madang.kit.json import JsonObject
from madang.sdk.client import ApiError, Client

CONTENT = bytes(range(256)) * 2_000
STORED: JsonObject = {"stored": {"id": "res_1", "kind": "binary", "bytes": len(CONTENT)}}


class Results(BaseHTTPRequestHandler):
    """Has the content of `res_1`; breaks off in that of `res_2`; knows no other."""

    def do_GET(self) -> None:
        if self.path not in ("/api/results/res_1/content", "/api/results/res_2/content"):
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        self.wfile.write(CONTENT if "res_1" in self.path else CONTENT[:1_000])

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that the library gives it
        """Say nothing."""


@pytest.fixture
def client() -> Iterator[Client]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Results)
    thread = Thread(target=server.serve_forever)
    thread.start()
    with Client(f"http://127.0.0.1:{server.server_port}", "token") as found:
        yield found
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_large_answer_is_printed_as_it_came(client: Client, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    give_value(client, None, STORED)

    assert capfdbinary.readouterr().out == CONTENT


def test_a_large_answer_is_written_to_a_file(client: Client, tmp_path: Path) -> None:
    give_value(client, str(tmp_path / "a.bin"), STORED)

    assert [path.name for path in tmp_path.iterdir()] == ["a.bin"]
    assert (tmp_path / "a.bin").read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("outcome", "written"),
    [
        ({"value": {"글": 1}}, b'{\n  "\xea\xb8\x80": 1\n}\n'),
        ({"value": "as it is"}, b"as it is"),
        ({"value": {"$file": {"name": "a", "data": "iVBORw=="}}}, b"\x89PNG"),
    ],
)
def test_a_small_answer_is_written_as_what_it_is(
    client: Client, tmp_path: Path, outcome: JsonObject, written: bytes
) -> None:
    give_value(client, str(tmp_path / "a"), outcome)

    assert (tmp_path / "a").read_bytes() == written


def test_an_answer_that_breaks_off_leaves_the_file_as_it_was(client: Client, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("before")

    with pytest.raises(UsageError, match="broke off"):
        give_value(client, str(tmp_path / "a"), {"stored": {"id": "res_2", "kind": "binary", "bytes": len(CONTENT)}})

    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("a", "before")]


def test_an_answer_that_is_not_kept_any_more_is_told(client: Client) -> None:
    with pytest.raises(ApiError, match="404"):
        give_value(client, None, {"stored": {"id": "res_3", "kind": "array", "bytes": 1}})


def test_a_file_that_cannot_be_written_is_one_line(client: Client, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        give_value(client, str(tmp_path / "none" / "a"), {"value": 1})
