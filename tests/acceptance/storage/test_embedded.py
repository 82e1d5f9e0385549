"""The embedded PostgreSQL with real processes, signals, users and disks."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import asyncpg
import pytest

from madang.kit.errors import UnavailableError, UsageError
from madang.settings import load_settings
from madang.storage.embedded import EmbeddedPostgres, find_running_url, open_database_url
from madang.storage.postgres_files import find_pid_file
from madang.storage.postgres_process import is_running

StartUser = Callable[[], tuple[subprocess.Popen[str], str]]
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can change users and mount")


def ask(url: str, query: str) -> object:
    async def fetch() -> object:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetchval(query)
        finally:
            await connection.close()

    return asyncio.run(fetch())


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end, "it did not happen within 10 s"
        time.sleep(0.01)


def fill(file: Path) -> None:
    """Write until the disk is full."""
    with file.open("wb", buffering=0) as out, suppress(OSError):
        while out.write(b"x" * 65536) == 65536:
            pass
    assert shutil.disk_usage(file.parent).free < 65536


def data_of(home: Path) -> Path:
    return home / "data" / "postgres-18"


def test_a_new_home_gets_a_server_of_version_18_with_vectors(postgres: EmbeddedPostgres) -> None:
    assert str(ask(postgres.url, "SHOW server_version")).startswith("18")
    assert ask(postgres.url, "SELECT '[1,2]'::vector::text") == "[1,2]"
    assert ask(postgres.url, "SELECT datlocprovider::text || datlocale FROM pg_database WHERE datname = 'madang'") == (
        "bC.UTF-8"
    )


def test_it_listens_on_loopback_alone_and_wants_a_password(postgres: EmbeddedPostgres, pg_home: Path) -> None:
    assert ask(postgres.url, "SHOW listen_addresses") == "127.0.0.1"
    assert ask(postgres.url, "SHOW unix_socket_directories") == ""
    password = (pg_home / "keys" / "postgres").read_text().strip()
    with pytest.raises(asyncpg.InvalidPasswordError):
        ask(postgres.url.replace(password, "guess"), "SELECT 1")
    assert (pg_home / "keys" / "postgres").stat().st_mode & 0o777 == 0o600
    assert (pg_home / "keys").stat().st_mode & 0o777 == 0o700


@needs_root
def test_under_root_the_server_is_an_unprivileged_user_and_the_home_stays_roots(
    postgres: EmbeddedPostgres, pg_home: Path
) -> None:
    found = find_pid_file(data_of(pg_home))

    assert found is not None
    assert postgres.is_running
    lines = Path(f"/proc/{found.pid}/status").read_text().splitlines()
    ids = {line.split()[0]: line.split()[1:] for line in lines if line.startswith(("Uid:", "Gid:", "Groups:"))}
    assert "0" not in ids["Uid:"] + ids["Gid:"] + ids["Groups:"]
    assert pg_home.stat().st_uid == 0


def test_processes_share_one_server_and_the_last_stops_it(
    postgres: EmbeddedPostgres, start_user: StartUser, pg_home: Path
) -> None:
    other, url = start_user()
    assert url == postgres.url

    assert not postgres.leave()
    assert ask(url, "SELECT 1") == 1

    other.communicate("leave\n")
    assert other.returncode == 0
    assert not is_running(data_of(pg_home))
    assert find_running_url(pg_home) is None


def test_processes_that_join_at_once_get_the_same_server(start_user: StartUser, pg_home: Path) -> None:
    with EmbeddedPostgres.join(pg_home) as first:
        urls = {first.url, *(start_user()[1] for _ in range(3))}

    assert len(urls) == 1


def test_a_killed_user_holds_nothing_and_its_server_is_adopted(start_user: StartUser, pg_home: Path) -> None:
    user, url = start_user()
    before = find_pid_file(data_of(pg_home))
    user.kill()
    user.wait()

    with EmbeddedPostgres.join(pg_home) as postgres:
        assert postgres.url == url
        assert find_pid_file(data_of(pg_home)) == before

    assert not is_running(data_of(pg_home))


def test_data_and_port_outlive_a_restart(pg_home: Path) -> None:
    with EmbeddedPostgres.join(pg_home) as first:
        url = first.url
        ask(url, "CREATE TABLE kept AS SELECT 7 AS number")

    with EmbeddedPostgres.join(pg_home) as second:
        assert second.url == url
        assert ask(second.url, "SELECT number FROM kept") == 7


def test_a_killed_server_is_recovered_with_all_that_was_committed(
    postgres: EmbeddedPostgres, kill_server: Callable[[], int]
) -> None:
    url = postgres.url
    ask(url, "CREATE TABLE kept AS SELECT 7 AS number")
    pid = kill_server()
    until(lambda: not postgres.is_running)

    assert postgres.ensure_running()

    assert postgres.url == url
    assert ask(url, "SELECT number FROM kept") == 7
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)  # the child is reaped, not a zombie


def test_a_server_that_was_killed_while_a_query_ran_is_recovered(
    postgres: EmbeddedPostgres, kill_server: Callable[[], int]
) -> None:
    async def scenario() -> None:
        connection = await asyncpg.connect(postgres.url)
        query = asyncio.create_task(connection.fetchval("SELECT count(*) FROM generate_series(1, 500000000)"))
        await asyncio.sleep(0.3)
        kill_server()
        await asyncio.to_thread(until, lambda: not postgres.is_running)
        assert await asyncio.to_thread(postgres.ensure_running)
        with pytest.raises((asyncpg.PostgresError, OSError)):
            await query
        connection.terminate()

    asyncio.run(scenario())
    assert ask(postgres.url, "SELECT 1") == 1


def test_ensure_running_leaves_a_server_that_runs_alone(postgres: EmbeddedPostgres, pg_home: Path) -> None:
    before = find_pid_file(data_of(pg_home))

    assert not postgres.ensure_running()

    assert find_pid_file(data_of(pg_home)) == before


def test_a_stale_pid_file_with_a_number_that_another_process_has_now_does_not_stop_a_start(pg_home: Path) -> None:
    EmbeddedPostgres.join(pg_home).leave()
    lines = f"{os.getppid()}\n{data_of(pg_home)}\n1\n5432\n\n127.0.0.1\n  1  1\nready   \n"
    (data_of(pg_home) / "postmaster.pid").write_text(lines)

    with EmbeddedPostgres.join(pg_home) as postgres:
        assert ask(postgres.url, "SELECT 1") == 1


def test_another_port_is_taken_when_the_kept_one_is_in_use(pg_home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        (pg_home / "run").mkdir()
        (pg_home / "run" / "postgres.port").write_text(f"{taken.getsockname()[1]}\n")

        with EmbeddedPostgres.join(pg_home) as postgres:
            assert f":{taken.getsockname()[1]}/" not in postgres.url
            assert ask(postgres.url, "SELECT 1") == 1


def test_a_lost_password_is_replaced_at_the_next_start(pg_home: Path) -> None:
    with EmbeddedPostgres.join(pg_home) as first:
        before = first.url
    (pg_home / "keys" / "postgres").unlink()

    with EmbeddedPostgres.join(pg_home) as postgres:
        assert postgres.url != before
        assert ask(postgres.url, "SELECT 1") == 1


def test_an_interrupted_set_up_is_begun_anew(pg_home: Path) -> None:
    half = pg_home / "data" / "postgres-18.new-0123abcd"
    half.mkdir(parents=True)
    half.parent.chmod(0o711)
    (half / "PG_VERSION").write_text("18\n")

    with EmbeddedPostgres.join(pg_home) as postgres:
        assert ask(postgres.url, "SELECT 1") == 1

    assert [path.name for path in (pg_home / "data").iterdir()] == ["postgres-18"]


def test_a_terminal_interrupt_does_not_reach_the_server(postgres: EmbeddedPostgres, pg_home: Path) -> None:
    found = find_pid_file(data_of(pg_home))

    assert postgres.is_running
    assert found is not None
    assert os.getsid(found.pid) == found.pid != os.getsid(0)


def test_damaged_files_are_one_line_that_says_what_to_do(pg_home: Path) -> None:
    EmbeddedPostgres.join(pg_home).leave()
    control = data_of(pg_home).resolve() / "global" / "pg_control"
    control.write_bytes(b"\x00" * control.stat().st_size)

    with pytest.raises((UnavailableError, UsageError), match=r"are damaged .*madang db restore|of another version"):
        EmbeddedPostgres.join(pg_home)


def test_lost_files_are_one_line_that_says_what_to_do(pg_home: Path) -> None:
    EmbeddedPostgres.join(pg_home).leave()
    shutil.rmtree(data_of(pg_home).resolve() / "pg_wal")

    with pytest.raises(UnavailableError, match=r"are damaged .*madang db restore"):
        EmbeddedPostgres.join(pg_home)


def test_an_outside_server_is_used_as_it_is(postgres: EmbeddedPostgres, pg_home: Path) -> None:
    settings = load_settings({"MADANG_HOME": str(pg_home / "other"), "MADANG_DATABASE_URL": postgres.url})

    with open_database_url(settings) as url:
        assert url == postgres.url

    assert not (pg_home / "other").exists()


def test_without_an_outside_server_the_embedded_one_runs_for_the_block(pg_home: Path) -> None:
    with open_database_url(load_settings({"MADANG_HOME": str(pg_home)})) as url:
        assert ask(url, "SELECT 1") == 1

    assert not is_running(data_of(pg_home))


def test_a_file_in_the_way_of_the_home_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("not a folder")

    with pytest.raises(UsageError, match="is in the way of a folder"):
        EmbeddedPostgres.join(tmp_path / "home")


@needs_root
def test_a_home_that_may_not_be_written_is_one_line(short_home: Path) -> None:
    reading, writing = os.pipe()
    child = os.fork()  # not a new program: the interpreter may be where nobody else can reach it
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
            EmbeddedPostgres.join(short_home / "home")
        except Exception as error:
            os.write(writing, f"{type(error).__name__} {error}".encode())
        finally:
            os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    said = os.read(reading, 4096).decode()
    os.close(reading)

    assert said.startswith(f"UsageError {short_home}/home cannot be written (Permission denied); make it yours")


@needs_root
def test_a_home_that_the_servers_user_cannot_reach_keeps_its_data_elsewhere(short_home: Path) -> None:
    closed = short_home / "closed"
    closed.mkdir(mode=0o700)
    system = short_home / "system"

    with EmbeddedPostgres.join(closed / "home", system=system) as postgres:
        assert ask(postgres.url, "SELECT 1") == 1

    data = data_of(closed / "home")
    assert data.is_symlink()
    assert data.resolve().is_relative_to(system)
    with EmbeddedPostgres.join(closed / "home", system=system) as again:
        assert again.is_running


@pytest.fixture
def small_disk(short_home: Path) -> Iterator[Callable[[int], Path]]:
    """Mount a file system of some megabytes; skips where that is not allowed."""
    folder = short_home / "disk"
    folder.mkdir()

    def mount(megabytes: int) -> Path:
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0711", "tmpfs", folder],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
        return folder

    yield mount
    subprocess.run(["umount", folder], capture_output=True, check=False)


@needs_root
def test_a_disk_that_is_too_small_for_the_data_is_one_line_and_leaves_nothing(
    small_disk: Callable[[int], Path],
) -> None:
    home = small_disk(20)

    with pytest.raises(UnavailableError, match=r"the disk that holds .* is full; free some space and start again"):
        EmbeddedPostgres.join(home)

    assert list((home / "data").iterdir()) == []


@needs_root
def test_a_disk_that_is_full_at_the_start_is_one_line_and_space_heals_it(small_disk: Callable[[int], Path]) -> None:
    home = small_disk(90)
    with EmbeddedPostgres.join(home) as first:
        ask(first.url, "CREATE TABLE kept AS SELECT 7 AS number")
    filler = home / "filler"
    fill(filler)

    with pytest.raises(UnavailableError, match=r"the disk that holds .* is full; free some space and start again"):
        EmbeddedPostgres.join(home)

    filler.unlink()
    with EmbeddedPostgres.join(home) as again:
        assert ask(again.url, "SELECT number FROM kept") == 7


def test_a_stop_is_done_within_seconds_while_clients_are_connected(pg_home: Path) -> None:
    async def scenario(postgres: EmbeddedPostgres) -> float:
        connection = await asyncpg.connect(postgres.url)
        begin = time.monotonic()
        await asyncio.to_thread(postgres.leave)
        connection.terminate()
        return time.monotonic() - begin

    assert asyncio.run(scenario(EmbeddedPostgres.join(pg_home))) < 5


def test_a_server_that_does_not_listen_to_politeness_is_stopped_all_the_same(
    pg_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("madang.storage.postgres_process.FAST_STOP_SECONDS", 0.2)
    monkeypatch.setattr("madang.storage.postgres_process.QUICK_STOP_SECONDS", 0.2)
    postgres = EmbeddedPostgres.join(pg_home)
    found = find_pid_file(data_of(pg_home))
    assert found is not None
    os.kill(found.pid, signal.SIGSTOP)

    assert postgres.leave()

    assert not is_running(data_of(pg_home))
