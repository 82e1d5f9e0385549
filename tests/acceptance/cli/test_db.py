"""`madang db` beside real servers: a backup while they run, a wiped home brought back, a restore that is killed."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

Start = Callable[..., subprocess.Popen[bytes]]
Run = Callable[..., subprocess.CompletedProcess[str]]
Await = Callable[..., None]

pytestmark = pytest.mark.slow
FILL = """
INSERT INTO madang.account (id, name, created_at) VALUES ('acc_canary', 'canary', now());
INSERT INTO madang.audit (id, account_id, user_id, action, target, detail, at)
SELECT 'aud_' || n, 'acc_canary', 'usr_canary', 'a.b', repeat('마당 "quoted" ', 200) || md5(n::text), '{}', now()
FROM generate_series(1, 2000) n;
"""
TABLES = """
DO $$ DECLARE place text; hash text; BEGIN
  FOR place IN SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
    WHERE schemaname IN ('madang', 'bbs') ORDER BY 1
  LOOP
    EXECUTE format('SELECT count(*) || md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM %s t', place) INTO hash;
    RAISE NOTICE '% %', place, hash;
  END LOOP;
END $$
"""


@pytest.fixture
def madang(environment: dict[str, str]) -> Run:
    """Run one command to its end."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "madang.cli", *arguments],
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture
def stopped(start: Start, madang: Run, home: Path, tmp_path: Path, eventually: Await) -> Path:
    """A backup made while all servers ran; they are stopped now."""
    process = start("up")
    eventually(lambda: "is the connector bbs" in (tmp_path / "stdout").read_text(), "ready", within_seconds=90)
    indexed = madang("connector", "wait", "bbs", "--indexed")
    assert indexed.returncode == 0, indexed.stderr
    filled = madang("db", "shell", "--", "-q", "-v", "ON_ERROR_STOP=1", "-c", FILL)
    assert filled.returncode == 0, filled.stderr
    (home / "data" / "objects" / "acc_canary").mkdir(parents=True)
    (home / "data" / "objects" / "acc_canary" / "one").write_bytes(bytes(range(256)) * 20_000)
    file = tmp_path / "b.tar.gz"

    made = madang("db", "backup", str(file))
    refused = madang("db", "restore", str(file), "--force")

    assert made.returncode == 0, made.stderr
    assert (refused.returncode, refused.stderr.startswith(f"madang: Madang runs already on {home}")) == (2, True)
    process.terminate()
    assert process.wait(20) == 0
    return file


def state(madang: Run, home: Path) -> tuple[str, dict[str, str]]:
    """A hash of every table's rows, and of every object."""
    told = madang("db", "shell", "--", "-At", "-v", "ON_ERROR_STOP=1", "-c", TABLES)
    assert told.returncode == 0, told.stderr
    folder = home / "data" / "objects"
    objects = {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }
    return told.stderr, objects


def begun(home: Path) -> set[Path]:
    """The folders of new objects that restores have begun to fill."""
    return set((home / "data").glob("objects.restored-*/acc_canary"))


def is_more(home: Path, left: set[Path]) -> bool:
    return bool(begun(home) - left)


def test_a_wiped_home_comes_back_from_a_backup_that_was_made_while_servers_ran(
    stopped: Path, madang: Run, home: Path
) -> None:
    with tarfile.open(stopped) as tar:
        manifest = json.load(tar.extractfile("manifest.json") or pytest.fail("no manifest"))
        names = tar.getnames()
        content = b"".join(found.read() for entry in tar if (found := tar.extractfile(entry)) is not None)
    secrets = [path.read_text().rpartition(":")[2].strip() for path in (home / "keys").iterdir()]
    secrets.append((home / "token").read_text().strip())
    before = state(madang, home)
    shutil.rmtree(home)

    done = madang("db", "restore", str(stopped))

    assert done.returncode == 0, done.stderr
    assert "keys" in done.stderr
    assert (manifest["rows"]["madang.audit"] >= 2000, "acc_canary/one" in before[1]) == (True, True)
    assert state(madang, home) == before
    assert [name for name in names if not name.startswith("objects/")] == ["database.dump", "manifest.json"]
    assert len(secrets) >= 4
    assert [secret for secret in secrets if secret.encode() in content] == []


def test_a_killed_or_ended_restore_leaves_the_old_state_and_the_next_one_tidies_up(
    stopped: Path, start: Start, madang: Run, home: Path, eventually: Await
) -> None:
    changed = madang("db", "shell", "--", "-c", "UPDATE madang.account SET name = 'since' WHERE id = 'acc_canary'")
    assert changed.returncode == 0, changed.stderr
    (home / "data" / "objects" / "acc_canary" / "later").write_bytes(b"later")
    before = state(madang, home)

    for number, status in ((signal.SIGKILL, -9), (signal.SIGTERM, 130)):
        left = begun(home)
        process = start("db", "restore", str(stopped), "--force")
        eventually(partial(is_more, home, left), "on its way")
        os.kill(process.pid, number)
        assert process.wait(60) == status
        assert state(madang, home) == before

    done = madang("db", "restore", str(stopped), "--force")

    assert done.returncode == 0, done.stderr
    rows, objects = state(madang, home)
    assert (rows != before[0], set(objects)) == (True, {*before[1]} - {"acc_canary/later"})
    assert sorted(path.name for path in (home / "data").iterdir()) == ["objects", "postgres-18"]
    listed = madang("db", "shell", "--", "-At", "-c", "SELECT datname FROM pg_database ORDER BY 1").stdout.split()
    assert listed == ["madang", "postgres", "template0", "template1"]


def test_a_start_after_a_killed_restore_tidies_up_what_it_left(
    stopped: Path, start: Start, madang: Run, home: Path, tmp_path: Path, eventually: Await
) -> None:
    before = state(madang, home)
    process = start("db", "restore", str(stopped), "--force")
    eventually(partial(is_more, home, set()), "on its way")
    process.kill()
    process.wait(60)
    assert (home / "data" / "restore.json").exists()
    printed = len((tmp_path / "stdout").read_text())

    up = start("up")
    eventually(lambda: "sign in once" in (tmp_path / "stdout").read_text()[printed:], "ready", within_seconds=90)
    up.terminate()
    assert up.wait(60) == 0

    assert sorted(path.name for path in (home / "data").iterdir()) == ["objects", "postgres-18"]
    listed = madang("db", "shell", "--", "-At", "-c", "SELECT datname FROM pg_database ORDER BY 1").stdout.split()
    assert listed == ["madang", "postgres", "template0", "template1"]
    assert state(madang, home)[1] == before[1]
    assert "a restore that had been stopped was settled" in (tmp_path / "stderr").read_text()


def test_without_data_there_is_nothing_to_back_up_and_nothing_is_made(madang: Run, home: Path, tmp_path: Path) -> None:
    done = madang("db", "backup", str(tmp_path / "b.tar.gz"))

    assert (done.returncode, done.stderr.startswith(f"madang: there is no data in {home}")) == (2, True)
    assert not home.exists()


def test_a_file_that_exists_is_replaced_only_by_force(stopped: Path, madang: Run) -> None:
    before = stopped.read_bytes()

    refused = madang("db", "backup", str(stopped))
    assert (refused.returncode, "use --force to replace it" in refused.stderr) == (2, True)
    assert stopped.read_bytes() == before

    assert madang("db", "backup", str(stopped), "--force").returncode == 0
    assert stopped.read_bytes() != before
