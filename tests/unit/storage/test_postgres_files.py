from pathlib import Path

import pytest

from madang.kit.errors import UnavailableError, UsageError
from madang.storage.postgres_files import PidFile, Places, ServerUser, check_data, parse_pid_file
from madang.storage.postgres_process import explain

DATA = Path("/home/someone/data/postgres-18")
LOG = Path("/home/someone/logs/postgres.log")


def places(tmp_path: Path) -> Places:
    (tmp_path / "data").mkdir()
    return Places(home=tmp_path)


def test_a_pid_file_tells_process_port_and_readiness() -> None:
    text = "4711\n/data\n1764000000\n5432\n\n127.0.0.1\n  1234  5\nready   \n"

    found = parse_pid_file(text)

    assert found == PidFile(pid=4711, port=5432, status="ready")
    assert PidFile(pid=4711, status="ready").is_ready


def test_a_pid_file_of_a_server_that_begins_is_not_ready() -> None:
    found = parse_pid_file("4711\n/data\n1764000000\n5432\n\n127.0.0.1\n  1234  5\nstarting\n")

    assert found is not None
    assert not found.is_ready


@pytest.mark.parametrize("text", ["", "\n", "nonsense\n", "-4711\n/data\n"])
def test_a_pid_file_that_is_cut_short_or_nonsense_is_none(text: str) -> None:
    assert parse_pid_file(text) is None


def test_a_home_without_data_has_nothing_to_start_on(tmp_path: Path) -> None:
    assert not check_data(places(tmp_path))


def test_data_of_this_version_is_started_on(tmp_path: Path) -> None:
    home = places(tmp_path)
    home.data.mkdir()
    (home.data / "PG_VERSION").write_text("18\n")

    assert check_data(home)


@pytest.mark.parametrize("version", ["17", "19"])
def test_data_of_another_version_is_refused_with_what_to_do(tmp_path: Path, version: str) -> None:
    home = places(tmp_path)
    home.data.mkdir()
    (home.data / "PG_VERSION").write_text(f"{version}\n")

    with pytest.raises(
        UsageError, match=rf"PostgreSQL {version}, but this Madang runs PostgreSQL 18.*madang db backup"
    ):
        check_data(home)


def test_a_folder_of_another_version_is_not_passed_over_for_an_empty_database(tmp_path: Path) -> None:
    home = places(tmp_path)
    (tmp_path / "data" / "postgres-17").mkdir()

    with pytest.raises(UsageError, match="holds data of PostgreSQL 17"):
        check_data(home)


def test_a_data_folder_without_version_is_damaged(tmp_path: Path) -> None:
    home = places(tmp_path)
    home.data.mkdir()

    with pytest.raises(UnavailableError, match=r"is damaged \(PG_VERSION cannot be read\)"):
        check_data(home)


def test_a_link_to_data_that_is_gone_is_not_replaced_by_an_empty_database(tmp_path: Path) -> None:
    home = places(tmp_path)
    home.data.symlink_to(tmp_path / "gone")

    with pytest.raises(UsageError, match=r"is a link to .*gone, which is gone"):
        check_data(home)


def test_a_user_enters_only_what_all_folders_above_let_it_enter(tmp_path: Path) -> None:
    inner = tmp_path / "closed" / "open"
    inner.mkdir(parents=True)
    inner.chmod(0o755)
    inner.parent.chmod(0o700)

    assert not ServerUser(uid=65533, gid=65533).can_enter(inner)
    assert ServerUser().can_enter(inner)


@pytest.mark.parametrize(
    ("said", "error", "line"),
    [
        (
            'initdb: error: could not write file "x": No space left on device',
            UnavailableError,
            "the disk that holds /home/someone/data/postgres-18 is full; free some space and start again",
        ),
        (
            "12:00 UTC [7] LOG:  starting\n12:00 UTC [7] PANIC:  could not locate a valid checkpoint record at 0/1\n",
            UnavailableError,
            "the database files in /home/someone/data/postgres-18 are damaged (could not locate a valid checkpoint "
            "record at 0/1); move the folder away and restore a backup with `madang db restore`",
        ),
        (
            'FATAL:  data directory "/d" has wrong ownership\nHINT:  be the owner',
            UsageError,
            'PostgreSQL may not use /home/someone/data/postgres-18 (data directory "/d" has wrong ownership); give the '
            "folder back to its user",
        ),
        (
            "FATAL:  could not create shared memory segment: Cannot allocate memory",
            UnavailableError,
            "PostgreSQL gets no shared memory from the system (could not create shared memory segment: Cannot allocate "
            "memory); see /home/someone/logs/postgres.log",
        ),
        (
            'FATAL:  unrecognized configuration parameter "colour" in file "/d/postgresql.conf" line 3',
            UnavailableError,
            'PostgreSQL does not start (unrecognized configuration parameter "colour" in file "/d/postgresql.conf" '
            "line 3); see /home/someone/logs/postgres.log",
        ),
        ("", UnavailableError, "PostgreSQL does not start (it said nothing); see /home/someone/logs/postgres.log"),
    ],
)
def test_what_postgresql_said_becomes_one_line(said: str, error: type[Exception], line: str) -> None:
    found = explain(said, DATA, LOG)

    assert type(found) is error
    assert found.detail == line
