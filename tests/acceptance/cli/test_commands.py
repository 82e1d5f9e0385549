"""The command line on the servers that there are, with the embedded PostgreSQL."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

Start = Callable[..., subprocess.Popen[bytes]]
Run = Callable[..., subprocess.CompletedProcess[str]]
Await = Callable[..., None]

pytestmark = pytest.mark.slow


@pytest.fixture
def madang(environment: dict[str, str]) -> Run:
    """Run one command to its end."""

    def run(*arguments: str, program: tuple[str, ...] = ("-m", "madang.cli")) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *program, *arguments], env=environment, capture_output=True, text=True, timeout=60
        )

    return run


@pytest.fixture
def up(start: Start, tmp_path: Path, eventually: Await) -> Callable[[], subprocess.Popen[bytes]]:
    def run() -> subprocess.Popen[bytes]:
        process = start("up")
        eventually(lambda: "sign in once" in (tmp_path / "stdout").read_text(), "ready", within_seconds=90)
        return process

    return run


def postmaster(home: Path) -> int:
    return int((home / "data" / "postgres-18" / "postmaster.pid").read_text().split()[0])


def open_link(url: str) -> tuple[int, str]:
    """Status and cookie of a sign-in link, as a browser sees them before it follows the redirect."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    connection.request("GET", f"{parts.path}?{parts.query}")
    answer = connection.getresponse()
    cookie = answer.headers["Set-Cookie"]
    connection.close()
    return answer.status, cookie or ""


def server_pids(home: Path) -> list[int]:
    return [int(json.loads(path.read_text())["pid"]) for path in (home / "run").glob("*.json")]


def is_alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def servers(madang: Run) -> dict[str, str]:
    told = json.loads(madang("status", "--json").stdout)
    return {server["name"]: server["state"] for server in told["servers"]}


def test_up_runs_everything_and_ends_without_a_trace(
    up: Callable[[], subprocess.Popen[bytes]],
    madang: Run,
    environment: dict[str, str],
    home: Path,
    tmp_path: Path,
    eventually: Await,
) -> None:
    process = up()
    shown = madang("status")
    assert shown.returncode == 0
    assert "the embedded PostgreSQL is up" in shown.stdout
    assert set(servers(madang).values()) == {"up"}

    first = madang("sign-in").stdout.strip()
    second = json.loads(madang("sign-in", "--json").stdout)["url"]
    assert first != second
    status, cookie = open_link(first)
    assert (status, "HttpOnly" in cookie) == (303, True)

    processes = [postmaster(home), *server_pids(home)]
    process.terminate()
    assert process.wait(10) == 0
    assert [pid for pid in processes if is_alive(pid)] == []
    assert len(processes) >= 3
    assert madang("status").returncode == 2
    log = (tmp_path / "stderr").read_text()
    secrets = [
        first.partition("token=")[2],
        cookie.partition("=")[2].split(";")[0],
        (home / "token").read_text().strip(),
        *(p.read_text().rpartition(":")[2].strip() for p in home.glob("keys/*")),
    ]
    assert [secret for secret in secrets if secret in log] == []


def test_a_killed_backend_and_a_killed_database_come_back(
    up: Callable[[], subprocess.Popen[bytes]], madang: Run, home: Path, eventually: Await
) -> None:
    up()
    backend = json.loads((home / "run" / "backend.json").read_text())["pid"]
    os.kill(backend, signal.SIGKILL)
    eventually(
        lambda: (
            json.loads((home / "run" / "backend.json").read_text())["pid"] != backend
            and set(servers(madang).values()) == {"up"}
        ),
        "another backend",
    )
    database = postmaster(home)
    os.kill(database, signal.SIGKILL)
    eventually(
        lambda: (
            json.loads(madang("status", "--json").stdout)["database"] == {"kind": "embedded", "state": "up"}
            and postmaster(home) != database
            and set(servers(madang).values()) == {"up"}
        ),
        "another database",
    )


def test_servers_follow_the_database_to_another_port(
    up: Callable[[], subprocess.Popen[bytes]], madang: Run, home: Path, eventually: Await
) -> None:
    up()
    port = int((home / "run" / "postgres.port").read_text())
    before = set(server_pids(home))
    os.kill(postmaster(home), signal.SIGKILL)
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        eventually(lambda: has_taken(taken, port), "the port is free", within_seconds=5)
        eventually(
            lambda: not before & set(server_pids(home)) and set(servers(madang).values()) == {"up"}, "servers anew"
        )
    assert int((home / "run" / "postgres.port").read_text()) != port


def has_taken(sock: socket.socket, port: int) -> bool:
    try:
        sock.bind(("127.0.0.1", port))
    except OSError:
        return False
    sock.listen()
    return True


def test_after_a_killed_supervisor_everything_can_be_started_and_stopped(
    up: Callable[[], subprocess.Popen[bytes]], madang: Run, home: Path, tmp_path: Path, eventually: Await
) -> None:
    process = up()
    process.kill()
    process.wait()
    eventually(lambda: set(servers(madang).values()) == {"down"}, "the servers have ended", within_seconds=15)
    (tmp_path / "stdout").write_text("")
    process = up()
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 0
    assert json.loads(madang("status", "--json").stdout)["database"]["state"] == "down"


def test_serve_runs_one_server_on_any_free_port(
    start: Start, madang: Run, environment: dict[str, str], tmp_path: Path, eventually: Await
) -> None:
    process = start("serve", "bbs", "--port", "0", "--log-format", "json")
    eventually(lambda: "bbs: http://" in (tmp_path / "stdout").read_text(), "an address", within_seconds=60)
    url = (tmp_path / "stdout").read_text().split()[-1]
    assert urllib.request.urlopen(f"{url}/readyz", timeout=5).status == 200
    environment["MADANG_BBS_PORT"] = "0"
    told = json.loads(madang("status", "--json").stdout)
    assert [(server["url"], server["state"]) for server in told["servers"] if server["name"] == "bbs"] == [(url, "up")]
    process.terminate()
    assert process.wait(10) == 0
    for line in (tmp_path / "stderr").read_text().splitlines():
        json.loads(line)


@pytest.mark.parametrize(
    ("arguments", "variables", "expected"),
    [
        (["serve", "nope"], {}, "madang: there is no server 'nope'; there are "),
        (["serve", "bbs"], {"MADANG_MODE": "real"}, "madang: bbs is for tests and trials: MADANG_MODE=real refuses it"),
        (["serve", "bbs", "--port", "x"], {}, "madang: MADANG_BBS_PORT: must be a port number"),
        (["up", "--log-format", "xml"], {}, "madang: MADANG_LOG_FORMAT: must be one of text, json"),
        (["up"], {"MADANG_MODE": "real"}, "madang: MADANG_"),
        (["up"], {"MADANG_DATABASE_URL": "mysql://x"}, "madang: the database at x has a URL that cannot be used"),
        (["up"], {"MADANG_HOME": "/proc/nowhere"}, "madang: /proc/nowhere/run cannot be written"),
        (["sign-in"], {}, "madang: Madang is not running at http://127.0.0.1:"),
        (["sign-in"], {"MADANG_MODE": "real"}, "madang: MADANG_MODE=real has no sign-in link"),
    ],
)
def test_wrong_use_is_one_line_and_status_2(
    madang: Run, environment: dict[str, str], arguments: list[str], variables: dict[str, str], expected: str
) -> None:
    environment.update(variables)
    done = madang(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(expected)
    assert done.stderr.count("\n") == 1


def test_a_port_in_use_ends_up_with_one_line(madang: Run, environment: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        environment["MADANG_BACKEND_PORT"] = str(taken.getsockname()[1])
        done = madang("up")
    assert done.returncode == 2
    assert done.stderr.startswith(
        f"madang: port {environment['MADANG_BACKEND_PORT']} on 127.0.0.1 is in use: stop the "
    )
    assert done.stderr.endswith(f"pid {os.getpid()}), or set MADANG_BACKEND_PORT\n")
    assert done.stderr.count("\n") == 1


def test_a_reader_that_goes_away_is_met_quietly(environment: dict[str, str]) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "madang.cli", "config", "--json"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.wait(10) == 1
    assert process.stderr.read() == b""
    process.stderr.close()


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["status"], ["config"], ["completion", "bash"]])
def test_quick_commands_import_nothing_heavy(madang: Run, arguments: list[str]) -> None:
    program = (
        "import sys; from madang.cli.main import run; run(sys.argv[1:]);"
        "print(*sorted({name.split('.')[0] for name in sys.modules}), sep=',', file=sys.stderr)"
    )
    loaded = set(madang(*arguments, program=("-c", program)).stderr.strip().split(","))
    assert (
        loaded & {"sqlalchemy", "alembic", "asyncpg", "fastapi", "pydantic", "uvicorn", "httpx", "cryptography"}
        == set()
    )
    assert "madang" in loaded
