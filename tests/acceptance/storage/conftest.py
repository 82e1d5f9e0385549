"""PostgreSQL in homes of their own; whatever a test leaves running is stopped."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from madang.storage.embedded import EmbeddedPostgres
from madang.storage.postgres_files import SYSTEM, find_pid_file
from madang.storage.postgres_process import stop

User = subprocess.Popen[str]

# A user of the server in another process: says the URL, then waits for a line on stdin and leaves.
PROGRAM = """
import sys
from pathlib import Path
from madang.storage.embedded import EmbeddedPostgres
with EmbeddedPostgres.join(Path(sys.argv[1])) as postgres:
    print(postgres.url, flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def pg_home(short_home: Path) -> Iterator[Path]:
    yield short_home
    data = short_home / "data" / "postgres-18"
    if (data / "postmaster.pid").exists():
        stop(data.resolve())
    if data.is_symlink() and data.resolve().is_relative_to(SYSTEM):
        shutil.rmtree(data.resolve().parent)


@pytest.fixture
def postgres(pg_home: Path) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres.join(pg_home) as found:
        yield found


@pytest.fixture
def start_user(pg_home: Path) -> Iterator[Callable[[], tuple[User, str]]]:
    """Start another process that joins; returns it with the URL that it got."""
    started: list[User] = []

    def start() -> tuple[User, str]:
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(pg_home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        started.append(process)
        assert process.stdout is not None
        return process, process.stdout.readline().strip()

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def kill_server(pg_home: Path) -> Callable[[], int]:
    """Kill the postmaster as the system would when memory is short; returns its process id."""

    def kill() -> int:
        found = find_pid_file(pg_home / "data" / "postgres-18")
        assert found is not None
        os.kill(found.pid, signal.SIGKILL)
        return found.pid

    return kill
