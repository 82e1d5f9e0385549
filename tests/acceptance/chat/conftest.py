"""A running Madang whose servers are killed, a server behind it that counts what it was asked, and a scripted model."""

from __future__ import annotations

import json
import os
import signal
import socket
import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.acceptance.connectors.conftest import PORTS, Madang
from tests.ports import free_ports

from madang.fakes.llm.app import LlmConfig
from madang.fakes.llm.running import ScriptedModel

CANARY, KEY = "canary-password-of-chat", "sk-canary-of-chat-1"
DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Notes", "version": "1"},
    "paths": {
        "/notes": {
            "post": {
                "operationId": "createNote",
                "summary": "Create a note",
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "required": ["text", "password"],
                                "properties": {
                                    "text": {"type": "string"},
                                    "password": {"type": "string", "format": "password"},
                                },
                            }
                        }
                    }
                },
                "responses": {"201": {"description": "made"}},
            }
        }
    },
}
SAID = "Some words that come slowly, one after the other, until they are all said."
SCRIPT: dict[str, Any] = {"turns": [{"say": [{"text": SAID, "pause_seconds": 0.15}], "times": None}]}


class Notes:
    """Takes notes, each after a while, and counts them by their text; `cut` drops whoever waits."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self.seconds = 1.0
        self._waiting: set[socket.socket] = set()
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.host = f"127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Drop all connections, as a server does that is killed."""
        for each in list(self._waiting):
            each.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.cut()
        self._socket.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        received = b""
        with connection:
            try:
                while b"\r\n\r\n" not in received or not received.endswith(b"}"):
                    if not (more := connection.recv(65536)):
                        return
                    received += more
                self.taken[json.loads(received.partition(b"\r\n\r\n")[2])["text"]] += 1
                self._waiting.add(connection)
                time.sleep(self.seconds)
                head = b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nConnection: close\r\n"
                connection.sendall(head + b'Content-Length: 9\r\n\r\n{"id": 7}')
            except OSError:
                pass
            finally:
                self._waiting.discard(connection)


@dataclass
class Talk:
    """A conversation, spoken in by requests that are sent again until they are answered, as a client does."""

    madang: Madang
    id: str
    words: str

    def say(self, kind: str, **data: Any) -> None:
        frame = {"id": uuid.uuid4().hex, "type": kind, **data}

        def is_taken() -> bool:
            try:
                said = request(self.madang, "POST", f"/api/conversations/{self.id}/frames", json=frame)
            except httpx.HTTPError:
                return False
            assert said.status_code in {200, 500, 502, 503}, said.text
            return said.status_code == 200

        self.madang.await_(is_taken, f"the frame {kind} is taken")

    def events(self) -> list[dict[str, Any]]:
        try:
            found = request(self.madang, "GET", f"/api/conversations/{self.id}/events", params={"limit": 1000})
            return found.json()["data"] if found.status_code == 200 else []
        except httpx.HTTPError:
            return []

    def names(self) -> list[str]:
        return [str(each.get("name", each["type"])) for each in self.events()]

    def until(self, *names: str, count: int = 1) -> dict[str, Any]:
        """The newest event of one of these names, once there are so many."""
        found: list[dict[str, Any]] = []

        def has_come() -> bool:
            found[:] = [each for each in self.events() if each.get("name", each["type"]) in names]
            return len(found) >= count

        self.madang.await_(has_come, f"{names} of {self.words}", seconds=60)
        return found[-1]

    def to_form(self) -> None:
        self.say("message", text=f'create a note with text "{self.words}"')
        self.until("form")

    def to_approval(self) -> None:
        call_id = self.until("form")["value"]["call_id"]
        self.say("form", call_id=call_id, value={"password": CANARY})
        self.until("approval")

    def approve(self) -> None:
        self.say("approval", call_id=self.until("approval")["value"]["call_id"], decision="approve")


def request(madang: Madang, method: str, path: str, **options: Any) -> httpx.Response:
    """One request with the command line's key."""
    headers = {"authorization": f"Bearer {(madang.home / 'token').read_text().strip()}"}
    url = f"http://127.0.0.1:{madang.environment['MADANG_BACKEND_PORT']}{path}"
    return httpx.request(method, url, headers=headers, timeout=20, **options)


def talk(madang: Madang, words: str, *, model: str = "offline") -> Talk:
    """A new conversation."""
    made = request(madang, "POST", "/api/conversations", json={"model": model})
    assert made.status_code == 201, made.text
    return Talk(madang, made.json()["id"], words)


def pid_of(madang: Madang, server: str) -> int | None:
    """The process that `madang up` runs for a server."""
    assert madang.process is not None
    up = madang.process.pid
    for child in Path(f"/proc/{up}/task/{up}/children").read_text().split():
        if server in Path(f"/proc/{child}/cmdline").read_bytes().decode().split("\0"):
            return int(child)
    return None


def kill(madang: Madang, server: str) -> None:
    """Kill -9 a server, as soon as it runs: an earlier kill may not have been noticed yet, or its restart be due."""

    def is_killed() -> bool:
        pid = pid_of(madang, server)
        try:
            os.kill(pid or 0, signal.SIGKILL if pid else 0)
        except ProcessLookupError:
            return False
        return pid is not None

    madang.await_(is_killed, f"{server} is killed")


def hold(madang: Madang, server: str) -> None:
    """Stop a server from reading what it is sent."""
    pid = pid_of(madang, server)
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)


def unread_bytes(madang: Madang, server: str) -> int:
    """The most bytes of one connection that a server was sent and has not read (`rx_queue` of proc(5))."""
    port = f":{int(madang.environment[f'MADANG_{server.upper()}_PORT']):04X}"
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return max((int(row[4].partition(":")[2], 16) for row in rows if row[1].endswith(port)), default=0)


def articles(madang: Madang, title: str) -> int:
    """How many articles of this title are on the bulletin board."""
    url = f"http://127.0.0.1:{madang.environment['MADANG_BBS_PORT']}/articles"
    return len(httpx.get(url, params={"title": title}, timeout=20).json()["data"])


def await_back(madang: Madang, server: str) -> None:
    """Wait until a server answers again."""
    port = madang.environment[f"MADANG_{server.upper()}_PORT"]
    path = "/-/readyz" if server == "proxy" else "/readyz"

    def is_ready() -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{port}{path}", timeout=5).status_code == 200
        except httpx.HTTPError:
            return False

    madang.await_(is_ready, f"{server} is back")


@pytest.fixture(scope="module")
def notes() -> Iterator[Notes]:
    found = Notes()
    yield found
    found.close()


@pytest.fixture(scope="module")
def script() -> Iterator[ScriptedModel]:
    with ScriptedModel(SCRIPT, config=LlmConfig(key=KEY)) as running:
        yield running


@pytest.fixture(scope="module")
def madang(notes: Notes) -> Iterator[Madang]:
    """Madang, running, with the connector `notes`."""
    with tempfile.TemporaryDirectory(prefix="madang-") as folder:
        Path(folder).chmod(0o755)
        ports = dict(zip(PORTS, map(str, free_ports(len(PORTS))), strict=True))
        home = Path(folder) / "home"
        environment = {"PATH": os.environ["PATH"], "HOME": folder, "MADANG_HOME": str(home), **ports}
        made = Madang(home=home, environment=environment)
        made.up()
        try:
            document = Path(folder) / "openapi.json"
            document.write_text(json.dumps(DOCUMENT))
            place = ("--server", f"http://{notes.host}", "--allow-host", notes.host)
            added = made.run("connector", "add", str(document), "--name", "notes", *place)
            assert added.returncode == 0, added.stderr
            yield made
        finally:
            if made.process is not None:
                made.down()
