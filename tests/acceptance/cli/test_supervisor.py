"""The supervisor over real processes of tiny servers (tiny_servers.py)."""

import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

TINY = (str(Path(__file__).parent / "tiny_servers.py"),)
Up = Callable[[], subprocess.Popen[bytes]]
Await = Callable[..., None]


def get(environment: dict[str, str], server: str, path: str) -> str:
    port = environment[f"MADANG_{server.upper()}_PORT"]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=2) as answer:
        return answer.read().decode()


def find_pid(environment: dict[str, str], server: str) -> int | None:
    try:
        return int(get(environment, server, "/pid"))
    except OSError:
        return None


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text() if Path(f"/proc/{pid}").exists() else True


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def are_ports_free(environment: dict[str, str]) -> bool:
    for name, port in environment.items():
        if name.endswith("_PORT"):
            with socket.socket() as sock:
                if sock.connect_ex(("127.0.0.1", int(port))) == 0:
                    return False
    return True


@pytest.fixture
def up(start: Callable[..., subprocess.Popen[bytes]], tmp_path: Path, eventually: Await) -> Up:
    def run() -> subprocess.Popen[bytes]:
        process = start("up", program=TINY)
        eventually(lambda: "ready in" in (tmp_path / "stdout").read_text(), "ready")
        return process

    return run


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_servers_in_order_and_leaves_nothing(
    up: Up, environment: dict[str, str], home: Path, number: signal.Signals
) -> None:
    process = up()
    pids = children(process.pid)
    process.send_signal(number)
    assert process.wait(10) == 0
    assert (home / "ended").read_text().split() == ["backend", "proxy", "bbs"]
    assert not any(is_alive(pid) for pid in pids)
    assert are_ports_free(environment)
    assert len(pids) == 3


def test_the_table_shows_where_each_server_is(up: Up, environment: dict[str, str], tmp_path: Path) -> None:
    up()
    lines = (tmp_path / "stdout").read_text().splitlines()
    assert [line.split()[:3] for line in lines[1:4]] == [
        [name, f"http://127.0.0.1:{environment[f'MADANG_{name.upper()}_PORT']}", "up"]
        for name in ("bbs", "proxy", "backend")
    ]


def test_each_server_is_given_its_own_keys_and_nothing_of_the_rest(
    up: Up, environment: dict[str, str], home: Path
) -> None:
    environment["AWS_SECRET_ACCESS_KEY"] = "canary-of-the-shell"
    home.mkdir()
    (home / "madang.toml").write_text('journal_key = "canary-of-the-file"\n')
    up()
    told = {server: get(environment, server, "/environment") for server in ("bbs", "backend")}
    keys = {name: (home / "keys" / name).read_text() for name in ("credential_key", "grant_key")}
    assert "canary" not in "".join(told.values())
    assert keys["grant_key"] in told["backend"]
    assert keys["grant_key"] not in told["bbs"]
    assert keys["credential_key"] not in "".join(told.values())


def test_a_killed_server_is_started_again(up: Up, environment: dict[str, str], eventually: Await) -> None:
    up()
    first = int(get(environment, "backend", "/pid"))
    os.kill(first, signal.SIGKILL)
    eventually(lambda: find_pid(environment, "backend") not in {None, first}, "another backend", within_seconds=10)


def test_a_server_that_hangs_is_killed_and_started_again(
    up: Up, environment: dict[str, str], eventually: Await
) -> None:
    up()
    first = int(get(environment, "bbs", "/pid"))
    with pytest.raises((TimeoutError, ConnectionError)):
        get(environment, "bbs", "/hang")
    eventually(lambda: find_pid(environment, "bbs") not in {None, first}, "another bbs", within_seconds=15)
    assert not is_alive(first)


def test_a_server_that_does_not_end_is_killed_within_the_limit(
    up: Up, environment: dict[str, str], home: Path, tmp_path: Path
) -> None:
    process = up()
    (home / "backend-stubborn").touch()
    (home / "bbs-stubborn").touch()
    started = time.monotonic()
    process.terminate()
    assert process.wait(10) == 0
    assert time.monotonic() - started < 6
    assert are_ports_free(environment)
    assert "backend did not stop in time and was killed" in (tmp_path / "stderr").read_text()


def test_servers_end_by_themselves_when_the_supervisor_is_killed(
    up: Up, environment: dict[str, str], home: Path, eventually: Await
) -> None:
    process = up()
    pids = children(process.pid)
    process.kill()
    process.wait()
    eventually(lambda: not any(is_alive(pid) for pid in pids), "all ended", within_seconds=10)
    assert sorted((home / "ended").read_text().split()) == ["backend", "bbs", "proxy"]
    assert are_ports_free(environment)


def test_after_a_killed_supervisor_the_next_one_starts(up: Up, tmp_path: Path, eventually: Await) -> None:
    process = up()
    process.kill()
    process.wait()
    (tmp_path / "stdout").write_text("")
    process = up()
    process.terminate()
    assert process.wait(10) == 0


def test_a_second_supervisor_on_the_same_home_says_so(
    up: Up, start: Callable[..., subprocess.Popen[bytes]], tmp_path: Path, home: Path
) -> None:
    first = up()
    (tmp_path / "stderr").write_text("")
    second = start("up", program=TINY)
    assert second.wait(10) == 2
    (line,) = [line for line in (tmp_path / "stderr").read_text().splitlines() if line.startswith("madang: ")]
    assert line.startswith(f"madang: Madang runs already on {home} (process {first.pid})")


def test_a_setting_that_a_server_refuses_ends_it_with_one_line(
    start: Callable[..., subprocess.Popen[bytes]], home: Path, tmp_path: Path
) -> None:
    home.mkdir()
    (home / "bad-setting").touch()
    assert start("up", program=TINY).wait(20) == 2
    assert (tmp_path / "stderr").read_text().splitlines()[-1] == (
        "madang: bbs cannot start: MADANG_TINY is not what it must be"
    )


def test_a_bad_setting_is_one_line(
    start: Callable[..., subprocess.Popen[bytes]], environment: dict[str, str], tmp_path: Path
) -> None:
    environment["MADANG_BACKEND_PORT"] = "many"
    assert start("up", program=TINY).wait(20) == 2
    (line,) = (tmp_path / "stderr").read_text().splitlines()
    assert line == "madang: MADANG_BACKEND_PORT: must be a port number from 0 to 65535 (0: any free port)"


def test_a_server_that_crashes_is_tried_again_while_the_others_work(
    start: Callable[..., subprocess.Popen[bytes]],
    environment: dict[str, str],
    home: Path,
    eventually: Await,
    tmp_path: Path,
) -> None:
    home.mkdir()
    (home / "crash").touch()
    start("up", program=TINY)
    eventually(lambda: (tmp_path / "stderr").read_text().count("bbs ended") >= 2, "two tries")
    eventually(lambda: find_pid(environment, "backend"), "the backend")
    assert 'error="RuntimeError: a fault of its own (tiny_servers.py:' in (tmp_path / "stderr").read_text()
    (home / "crash").unlink()
    eventually(lambda: find_pid(environment, "bbs"), "the bulletin board")


def test_the_log_can_be_json_in_every_line_and_holds_no_secret(
    up: Up, environment: dict[str, str], tmp_path: Path, home: Path
) -> None:
    environment["MADANG_LOG_FORMAT"] = "json"
    process = up()
    process.terminate()
    process.wait(10)
    text = (tmp_path / "stderr").read_text()
    events = [json.loads(line) for line in text.splitlines()]
    assert {(event["server"], event["event"]) for event in events} >= {
        ("bbs", "begins"),
        ("bbs", "a plain line"),
        ("up", "backend is ready"),
    }
    assert "canary" not in text
    assert (home / "keys" / "grant_key").read_text().split(":")[1] not in text
