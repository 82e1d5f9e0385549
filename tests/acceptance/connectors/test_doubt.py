"""A server that takes a request and says nothing: nobody knows whether it happened, and a person decides."""

import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

DOCUMENT = """
openapi: 3.1.0
info: {title: Silent, version: '1'}
paths:
  /pay:
    post:
      operationId: pay.once
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [sum, secret],
        properties: {sum: {type: integer}, secret: {type: string, format: password}}}}}}
      responses: {'200': {description: ok, content: {application/json: {schema: {type: object}}}}}
"""
PAID = b'{"paid": true}'


class Silent:
    """Answers a request only after it has been told to; before, it reads it and closes the connection."""

    def __init__(self) -> None:
        self.is_answering = False
        self.requests = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.host = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                received = b""
                while b"\r\n\r\n" not in received or not received.endswith(b"}"):
                    received += connection.recv(65536)
                self.requests += 1
                if self.is_answering:
                    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
                    connection.sendall(head + b"Content-Length: %d\r\n\r\n" % len(PAID) + PAID)


@pytest.fixture(scope="module")
def silent(madang: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Silent]:
    server = Silent()
    document: Path = tmp_path_factory.mktemp("silent") / "openapi.yaml"
    document.write_text(DOCUMENT)
    added = madang.run(
        *("connector", "add", str(document), "--name", "silent"),
        *("--server", f"http://{server.host}", "--allow-host", server.host),
    )
    assert added.returncode == 0, added.stderr
    yield server
    server.close()


def in_doubt(madang: Any) -> str:
    """The id of a call of which nobody knows."""
    done = madang.run("call", "silent.pay.once", "--json", '{"sum": 5, "secret": "canary-x"}', "--yes")
    first, happened, again = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (3, "")
    assert first.startswith("madang: silent.pay.once may or may not have happened: ")
    identifier = happened.split()[-3]
    assert again == f"  it did not: madang call --resolve {identifier} --again"
    assert "canary-x" not in done.stderr
    return identifier


def test_a_call_without_an_answer_is_made_once_and_closed_by_what_a_person_says(madang: Any, silent: Silent) -> None:
    before = silent.requests
    identifier = in_doubt(madang)
    done = madang.run("call", "--resolve", identifier, "--happened", '{"paid": "seen"}')
    assert (done.returncode, json.loads(done.stdout), silent.requests - before) == (0, {"paid": "seen"}, 1)
    decided = madang.run("call", "--resolve", identifier, "--again", "--json", '{"secret": "canary-x"}')
    assert (decided.returncode, "not in doubt" in decided.stderr) == (1, True)


def test_a_call_that_did_not_happen_is_done_again_with_what_was_not_kept(madang: Any, silent: Silent) -> None:
    identifier = in_doubt(madang)
    silent.is_answering = True
    without = madang.run("call", "--resolve", identifier, "--again")
    assert (without.returncode, "/secret" in without.stderr) == (1, True)
    done = madang.run("call", "--resolve", identifier, "--again", "--json", '{"secret": "canary-x"}')
    assert (done.returncode, json.loads(done.stdout)) == (0, {"paid": True})
