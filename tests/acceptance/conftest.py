"""Real processes of Madang in a home of their own, on free ports; whatever a test leaves running is ended."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

PORTS = ("MADANG_BACKEND_PORT", "MADANG_PROXY_PORT", "MADANG_BBS_PORT")
Start = Callable[..., subprocess.Popen[bytes]]
Await = Callable[..., None]


@pytest.fixture
def home() -> Iterator[Path]:
    """A home that every user may reach, so that PostgreSQL keeps its data there and not in a system folder."""
    with tempfile.TemporaryDirectory(prefix="madang-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder) / "home"


@pytest.fixture
def environment(home: Path) -> dict[str, str]:
    """The environment of a person with nothing set but a home and free ports."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in PORTS]
    ports = {name: str(sock.getsockname()[1]) for name, sock in zip(PORTS, sockets, strict=True)}
    for sock in sockets:
        sock.close()
    return {"PATH": os.environ["PATH"], "HOME": str(home.parent), "MADANG_HOME": str(home), **ports}


@pytest.fixture
def start(environment: dict[str, str], tmp_path: Path) -> Iterator[Start]:
    """Start `madang` with arguments, or another Python `program`; stdout and stderr go to files of these names."""
    started: list[subprocess.Popen[bytes]] = []

    def run(*arguments: str, program: tuple[str, ...] = ("-m", "madang.cli")) -> subprocess.Popen[bytes]:
        with (tmp_path / "stdout").open("ab") as out, (tmp_path / "stderr").open("ab") as err:
            process = subprocess.Popen(
                [sys.executable, *program, *arguments],
                env=environment,
                stdout=out,
                stderr=err,
                stdin=subprocess.DEVNULL,
            )
        started.append(process)
        return process

    yield run
    for process in started:
        process.terminate()
    for process in started:
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture
def eventually(tmp_path: Path) -> Await:
    """Wait until something holds; fails with what the processes printed."""

    def wait(holds: Callable[[], object], what: str, *, within_seconds: float = 30) -> None:
        end = time.monotonic() + within_seconds
        while not holds():
            if time.monotonic() > end:
                printed = "\n".join((tmp_path / name).read_text() for name in ("stdout", "stderr"))
                pytest.fail(f"not within {within_seconds} s: {what}\n{printed}")
            time.sleep(0.05)

    return wait
