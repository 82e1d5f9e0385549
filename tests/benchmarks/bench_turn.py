"""What a turn costs beside what it waits for: real processes, an API that answers at once, a scripted model that does.

A turn is timed from the message to RUN_FINISHED over a WebSocket. Without a model it finds, composes, makes one safe
call and sums up; with the scripted one it asks twice and makes the same call in between. Prints medians; writes nothing
outside of a temporary folder.
"""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from websockets.sync.client import connect

from madang.fakes.llm.app import LlmConfig
from madang.fakes.llm.running import ScriptedModel

TURNS, WARM = 60, 5
KEY = "sk-bench-1"
WORDS = "list all notes"
DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Notes", "version": "1"},
    "paths": {"/notes": {"get": {"operationId": "listNotes", "summary": "List all notes", "responses": {}}}},
}
SCRIPT: dict[str, Any] = {
    "turns": [
        {"when": {"tool_results": 0}, "say": [{"call": "notes-notes-list", "arguments": {}}], "times": None},
        {"say": [{"text": "There is one note.", "pieces": 2}], "times": None},
    ]
}
_ANSWER = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 25\r\n\r\n[{"id":1,"text":"hello"}]'


PAUSE_SECONDS = 0.2
"""A session takes 60 frames in 10 s."""


def main() -> None:
    """Measure and print."""
    with ScriptedModel(SCRIPT, config=LlmConfig(key=KEY)) as script, _other() as host, _running() as house:
        document = house.home.parent / "openapi.json"
        document.write_text(json.dumps(DOCUMENT))
        there = ("--server", f"http://{host}", "--allow-host", host)
        house.command("connector", "add", str(document), "--name", "notes", *there)
        place = ("--url", f"{script.url}/v1", "--allow-host", script.url.removeprefix("http://"))
        house.command("model", "add", "openai:scripted-1", *place, stdin=KEY)
        for what, model in (("without a model", "offline"), ("with the scripted model", "openai:scripted-1")):
            before = house.cpu_seconds()
            times = house.turns(model)
            cpu = (house.cpu_seconds() - before) / (WARM + TURNS)
            print(
                f"a turn with one safe call, {what}: p50 {statistics.median(times) * 1e3:.0f} ms, "
                f"p95 {sorted(times)[int(len(times) * 0.95)] * 1e3:.0f} ms; CPU of backend and proxy {cpu * 1e3:.0f} ms"
            )
    print(f"load {os.getloadavg()[0]:.1f}")


class _House:
    """A running Madang."""

    def __init__(self, home: Path, environment: dict[str, str], process: int) -> None:
        self.home = home
        self._process = process
        self.environment = environment

    def command(self, *arguments: str, stdin: str = "") -> None:
        subprocess.run(
            [sys.executable, "-m", "madang.cli", *arguments],
            env=self.environment,
            input=stdin.encode(),
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def cpu_seconds(self) -> float:
        """What all servers of `madang up` have used, the database not counted."""
        children = Path(f"/proc/{self._process}/task/{self._process}/children").read_text().split()
        ticks = [Path(f"/proc/{child}/stat").read_text().rpartition(") ")[2].split()[11:13] for child in children]
        return sum(int(each) for pair in ticks for each in pair) / os.sysconf("SC_CLK_TCK")

    def turns(self, model: str) -> list[float]:
        """Seconds of turns in one conversation, the first ones left out."""
        place = f"127.0.0.1:{self.environment['MADANG_BACKEND_PORT']}"
        headers = {"authorization": f"Bearer {(self.home / 'token').read_text().strip()}"}
        made = httpx.post(f"http://{place}/api/conversations", json={"model": model}, headers=headers).json()["id"]
        url = f"ws://{place}/api/conversations/{made}/session"
        times: list[float] = []
        with connect(url, additional_headers=headers, compression=None) as session:
            session.send(json.dumps({"id": "r", "type": "resume", "after_seq": 0}))
            for _ in range(WARM + TURNS):
                begun = time.perf_counter()
                session.send(json.dumps({"id": uuid.uuid4().hex, "type": "message", "text": WORDS}))
                seen = set[str]()
                while "RUN_FINISHED" not in seen:
                    event = json.loads(session.recv(timeout=60))
                    seen.add(event["type"])
                    if event["type"] == "RUN_ERROR":
                        raise RuntimeError(event["message"])
                times.append(time.perf_counter() - begun)
                time.sleep(PAUSE_SECONDS)
                if "TOOL_CALL_RESULT" not in seen:
                    raise RuntimeError("a turn without its call")
        return times[WARM:]


@contextmanager
def _running() -> Iterator[_House]:
    with tempfile.TemporaryDirectory(prefix="madang-") as folder:
        Path(folder).chmod(0o755)
        sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(3)]
        names = ("MADANG_BACKEND_PORT", "MADANG_PROXY_PORT", "MADANG_BBS_PORT")
        ports = {name: str(each.getsockname()[1]) for name, each in zip(names, sockets, strict=True)}
        for each in sockets:
            each.close()
        home = Path(folder) / "home"
        environment = {"PATH": os.environ["PATH"], "HOME": folder, "MADANG_HOME": str(home), **ports}
        printed = Path(folder) / "stdout"
        with printed.open("wb") as out, (Path(folder) / "stderr").open("wb") as err:
            command = [sys.executable, "-m", "madang.cli", "up"]
            up = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        try:
            end = time.monotonic() + 120
            while "sign in once" not in printed.read_text():
                if time.monotonic() > end:
                    raise RuntimeError((Path(folder) / "stderr").read_text()[-2_000:])
                time.sleep(0.1)
            yield _House(home, environment, up.pid)
        finally:
            up.terminate()
            up.wait(30)


@contextmanager
def _other() -> Iterator[str]:
    """An API that answers every request at once; its host and port."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=64)

    def serve(connection: socket.socket) -> None:
        with connection:
            while b"\r\n\r\n" in connection.recv(65536):
                connection.sendall(_ANSWER)

    def accept() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    yield f"127.0.0.1:{listening.getsockname()[1]}"
    listening.close()


if __name__ == "__main__":
    main()
