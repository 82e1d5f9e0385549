"""`madang db` as a person runs it, on the embedded PostgreSQL of a home."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from madang.kit.actor import Actor
from madang.settings import Settings, load_settings
from madang.storage.direct import connect
from madang.storage.embedded import EmbeddedPostgres, find_running_url
from madang.storage.migrate import branch_names, migrate
from madang.storage.objects import Objects

AMY = Actor(account="acc_amy", user="usr_amy")


def madang(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "madang.cli", "db", *arguments],
        env={"PATH": os.environ["PATH"], "HOME": str(home), "MADANG_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


async def fill(settings: Settings, url: str) -> None:
    await migrate(url, branch_names())
    async with connect(url) as connection:
        await connection.execute("INSERT INTO madang.account (id, name, created_at) VALUES ('acc_amy', 'amy', now())")
    await Objects.open(settings).put(AMY, "documents/one", b"hello")


@pytest.fixture
def home(pg_home: Path) -> Path:
    """A home with one account and one object, at rest."""
    with EmbeddedPostgres.join(pg_home) as postgres:
        asyncio.run(fill(load_settings({"MADANG_HOME": str(pg_home)}), postgres.url))
    return pg_home


def test_the_url_of_a_server_that_does_not_run_is_one_line_and_status_2(home: Path) -> None:
    done = madang(home, "url")

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == (
        f"madang: PostgreSQL does not run for {home}; start Madang with `madang up`, or use `madang db shell`\n"
    )


def test_the_url_of_a_running_server_reaches_it(home: Path) -> None:
    with EmbeddedPostgres.join(home) as postgres:
        assert madang(home, "url").stdout == postgres.url + "\n"
        assert json.loads(madang(home, "url", "--json").stdout) == {"url": postgres.url}


def test_a_shell_asks_the_database_and_leaves_nothing_running(home: Path) -> None:
    done = madang(home, "shell", "--", "-At", "-c", "SELECT name FROM madang.account")

    assert (done.returncode, done.stdout) == (0, "amy\n"), done.stderr
    assert find_running_url(home) is None


def test_a_backup_is_restored_in_another_home(home: Path) -> None:
    file = home / "b.tar.gz"
    made = madang(home, "backup", str(file))
    assert (made.returncode, made.stdout.splitlines()[0].startswith(f"{file}: 1 rows, 1 objects, ")) == (0, True), made
    assert "keys" in made.stderr

    other = home / "other"
    done = madang(other, "restore", str(file), "--json")

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["objects"] == 1
    assert madang(other, "shell", "--", "-At", "-c", "SELECT name FROM madang.account").stdout == "amy\n"
    assert (other / "data" / "objects" / "acc_amy" / "documents" / "one").read_bytes() == b"hello"


def test_a_backup_is_made_while_madang_runs_but_a_restore_wants_it_stopped(home: Path) -> None:
    file = home / "b.tar.gz"

    async def with_a_client(url: str) -> tuple[subprocess.CompletedProcess[str], subprocess.CompletedProcess[str]]:
        async with connect(url):
            made = await asyncio.to_thread(madang, home, "backup", str(file), "--json")
            return made, await asyncio.to_thread(madang, home, "restore", str(file), "--force")

    with EmbeddedPostgres.join(home) as postgres:
        made, refused = asyncio.run(with_a_client(postgres.url))

    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout)["rows"]["madang.account"] == 1
    assert refused.returncode == 2
    assert "the database is in use (1 connections); stop Madang first" in refused.stderr


def test_a_filled_database_is_not_replaced_without_force(home: Path) -> None:
    file = home / "b.tar.gz"
    assert madang(home, "backup", str(file)).returncode == 0

    refused = madang(home, "restore", str(file))
    forced = madang(home, "restore", str(file), "--force")

    assert refused.returncode == 2
    assert refused.stderr.startswith("madang: the database is not empty (madang.account has 1 rows)")
    assert forced.returncode == 0, forced.stderr


def test_a_backup_has_an_ending_that_says_what_it_is(home: Path) -> None:
    done = madang(home, "backup", str(home / "b.zip"))

    assert done.returncode == 2
    assert "a backup is a .tar.gz" in done.stderr
