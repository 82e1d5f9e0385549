"""One running Madang for all tests of this folder, and its command line."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.ports import free_ports

PORTS = ("MADANG_BACKEND_PORT", "MADANG_PROXY_PORT", "MADANG_BBS_PORT")
_PROGRAM = (sys.executable, "-m", "madang.cli")
_READY_SECONDS = 90


@dataclass(kw_only=True)
class Madang:
    """A home with its ports, and `madang up` on it while `process` is set."""

    home: Path
    environment: dict[str, str] = field(repr=False)
    process: subprocess.Popen[bytes] | None = None

    def run(self, *arguments: str, stdin: str | bytes = "") -> subprocess.CompletedProcess[str]:
        """One command to its end, without a terminal."""
        given = stdin.encode() if isinstance(stdin, str) else stdin
        done = subprocess.run(
            [*_PROGRAM, *arguments], env=self.environment, input=given, capture_output=True, timeout=120
        )
        return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())

    def json(self, *arguments: str) -> Any:
        """What a command that succeeds prints, parsed."""
        done = self.run(*arguments)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def at_terminal(self, *arguments: str, answers: Mapping[str, str]) -> tuple[int, str]:
        """One command at a terminal: exit status and all that was shown. Each answer is typed once its text is."""
        controller, terminal = pty.openpty()
        process = subprocess.Popen(
            [*_PROGRAM, *arguments], env=self.environment, stdin=terminal, stdout=terminal, stderr=terminal
        )
        os.close(terminal)
        shown, waiting, end = "", dict(answers), time.monotonic() + 60
        while time.monotonic() < end:
            if not select.select([controller], [], [], 1)[0]:
                if not waiting:  # the end of input is lost where it comes before the prompt
                    os.write(controller, b"\x04")
                continue
            try:
                shown += os.read(controller, 65536).decode(errors="replace")
            except OSError:
                break
            for text in [text for text in waiting if text in shown]:
                os.write(controller, f"{waiting.pop(text)}\n".encode())
        os.close(controller)
        return process.wait(10), shown

    def interrupted(self, *arguments: str, when: Callable[[], object]) -> subprocess.CompletedProcess[str]:
        """One command that gets Ctrl-C once something holds."""
        process = subprocess.Popen(
            [*_PROGRAM, *arguments],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.await_(when, "the moment for Ctrl-C")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
        return subprocess.CompletedProcess(process.args, process.returncode, out.decode(), err.decode())

    @staticmethod
    def free_port() -> str:
        """A port of loopback that nobody listens on."""
        return str(free_ports(1)[0])

    def up(self) -> None:
        """Start all servers and wait until the bulletin board is a connector, or has been dealt with."""
        out = self.home.parent / "stdout"
        before = len(self.printed())
        with out.open("ab") as stdout, (self.home.parent / "stderr").open("ab") as stderr:
            self.process = subprocess.Popen(
                [*_PROGRAM, "up"], env=self.environment, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr
            )
        self.await_(lambda: "sign in once" in self.printed()[before:], "ready")

    def down(self) -> int:
        """Stop all servers; the exit status."""
        assert self.process is not None
        process, self.process = self.process, None
        process.send_signal(signal.SIGTERM)
        try:
            return process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            raise

    def printed(self) -> str:
        """What `madang up` printed, all starts together."""
        path = self.home.parent / "stdout"
        return path.read_text() if path.exists() else ""

    def log(self) -> str:
        """The log of all servers."""
        return (self.home.parent / "stderr").read_text()

    def await_(self, holds: Callable[[], object], what: str, *, seconds: float = _READY_SECONDS) -> None:
        """Wait until something holds; fails with the log."""
        end = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > end:
                pytest.fail(f"not within {seconds} s: {what}\n{self.printed()}\n{self.log()[-5000:]}")
            time.sleep(0.05)

    @property
    def board(self) -> str:
        """The URL of the bulletin board."""
        return f"http://127.0.0.1:{self.environment['MADANG_BBS_PORT']}"


@pytest.fixture(scope="module")
def madang() -> Iterator[Madang]:
    """Madang, running; the bulletin board is its connector."""
    with tempfile.TemporaryDirectory(prefix="madang-") as folder:
        Path(folder).chmod(0o755)
        home = Path(folder) / "home"
        ports = dict(zip(PORTS, map(str, free_ports(len(PORTS))), strict=True))
        environment = {"PATH": os.environ["PATH"], "HOME": folder, "MADANG_HOME": str(home), **ports}
        made = Madang(home=home, environment=environment)
        made.up()
        made.await_(lambda: "the bulletin board is the connector bbs" in made.printed(), "the first steps")
        try:
            yield made
        finally:
            if made.process is not None:
                made.down()
