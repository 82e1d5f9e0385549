from __future__ import annotations

import gzip
import json
import os
import secrets
import subprocess
import tarfile
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Connection

from madang.kit.actor import Actor
from madang.kit.clock import SystemClock
from madang.kit.errors import MadangError, UnavailableError, UsageError
from madang.settings import Settings, load_settings
from madang.storage.archive import Manifest
from madang.storage.backup import backup, check_server
from madang.storage.databases import Admin
from madang.storage.direct import connect
from madang.storage.engine import Database
from madang.storage.migrate import FOLDER, applied_heads, branch_names, heads, migrate
from madang.storage.objects import Objects
from madang.storage.restore import Names, restore, settle_rest

AMY = Actor(account="acc_amy", user="usr_amy")
BOB = Actor(account="acc_bob", user="usr_bob")
LARGE = bytes(range(256)) * 30_000


@pytest.fixture
def settings(tmp_path: Path, empty_database_url: str) -> Settings:
    return load_settings({"MADANG_HOME": str(tmp_path / "home"), "MADANG_DATABASE_URL": empty_database_url})


@pytest.fixture
def url(settings: Settings) -> str:
    assert settings.database_url is not None
    return settings.database_url


@pytest.fixture
async def filled(settings: Settings, url: str) -> Objects:
    """A database with every table, some rows of odd text, and objects of two accounts."""
    await migrate(url, branch_names())
    async with connect(url) as connection:
        await connection.execute(
            "INSERT INTO madang.job (id, account_id, user_id, kind, state, input, attempts, created_at, updated_at)"
            " SELECT 'job_' || n, 'acc_amy', 'usr_amy', '마당 \"quoted\" \\ back', 'queued', '{\"a\": [1, null]}', n, "
            "'2026-01-31T12:00:00.123456Z', '2026-01-31T12:00:00Z' FROM generate_series(1, 500) n"
        )
        await connection.execute(
            "INSERT INTO madang.audit (id, account_id, user_id, action, target, detail, at)"
            " VALUES ('aud_1', 'acc_amy', 'usr_amy', 'a.b', 't', '{}', '2026-01-31T12:00:00Z')"
        )
    objects = Objects.open(settings)
    await objects.put(AMY, "documents/one.json", b'{"a": 1}')
    await objects.put(AMY, "documents/large", LARGE)
    await objects.put(BOB, "empty", b"")
    return objects


async def everything(settings: Settings, url: str) -> dict[str, Any]:
    """All rows of all tables, all definitions, and all objects."""
    async with connect(url) as connection:
        tables = await connection.fetch(
            "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables"
            " WHERE schemaname IN ('madang', 'bbs') ORDER BY 1"
        )
        rows = {
            table["name"]: [
                row[0] for row in await connection.fetch(f"SELECT t::text FROM {table['name']} t ORDER BY t::text")
            ]
            for table in tables
        }
        definitions = await connection.fetch(
            "SELECT indexdef AS said FROM pg_indexes WHERE schemaname IN ('madang', 'bbs') UNION ALL "
            "SELECT format('%s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint"
            " WHERE connamespace IN ('madang'::regnamespace, 'bbs'::regnamespace) ORDER BY 1"
        )
    objects = Objects.open(settings)
    contents = {
        found.name: b"".join([piece async for piece in objects.stream(found.name)])
        async for found in objects.list_all()
    }
    return {"rows": rows, "definitions": [row["said"] for row in definitions], "objects": contents}


async def wipe_schemas(url: str) -> None:
    async with connect(url) as connection:
        await connection.execute("DROP SCHEMA madang CASCADE; DROP SCHEMA IF EXISTS bbs CASCADE")


async def wipe(url: str, objects: Objects) -> None:
    await wipe_schemas(url)
    for actor in (AMY, BOB):
        for name in [found.name async for found in objects.list(actor)]:
            await objects.delete(actor, name)


async def take(settings: Settings, url: str, file: Path) -> Manifest:
    return await backup(settings, url, file, SystemClock())


async def test_after_a_restore_rows_definitions_and_objects_are_what_they_were(
    settings: Settings, url: str, filled: Objects, tmp_path: Path
) -> None:
    before = await everything(settings, url)
    made = await take(settings, url, tmp_path / "b.tar.gz")
    await wipe(url, filled)

    restored = await restore(settings, url, tmp_path / "b.tar.gz")

    assert restored == made
    assert await everything(settings, url) == before
    assert (len(before["rows"]["madang.job"]), len(before["objects"])) == (500, 3)


async def test_a_restored_database_is_at_its_heads_and_needs_no_migration(
    settings: Settings, url: str, filled: Objects, tmp_path: Path
) -> None:
    await take(settings, url, tmp_path / "b.tar.gz")
    await wipe(url, filled)
    await restore(settings, url, tmp_path / "b.tar.gz")

    assert await migrate(url, branch_names()) == ()
    async with connect(url) as connection:
        assert await applied_heads(connection) == tuple(sorted(heads(branch_names())))


async def test_the_manifest_says_what_the_backup_holds(
    settings: Settings, url: str, filled: Objects, tmp_path: Path
) -> None:
    made = await take(settings, url, tmp_path / "b.tar.gz")

    assert (made.rows["madang.job"], made.rows["madang.audit"], made.rows["madang.account"]) == (500, 1, 0)
    assert made.schemas == ("bbs", "madang")
    assert sorted(part.name for part in made.objects) == [
        "objects/acc_amy/documents/large",
        "objects/acc_amy/documents/one.json",
        "objects/acc_bob/empty",
    ]


async def test_a_backup_holds_no_keys_and_is_for_its_owner_alone(
    settings: Settings, url: str, filled: Objects, tmp_path: Path
) -> None:
    settings.keys.mkdir(parents=True)
    (settings.keys / "credential").write_text("canary-key")

    await take(settings, url, tmp_path / "b.tar.gz")

    assert b"canary-key" not in gzip.decompress((tmp_path / "b.tar.gz").read_bytes())
    assert (tmp_path / "b.tar.gz").stat().st_mode & 0o777 == 0o600


def fails(_program: str) -> Path:
    return Path("/bin/false")


async def test_a_backup_that_fails_leaves_the_former_one_and_no_scraps(
    settings: Settings, url: str, filled: Objects, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "b.tar.gz").write_text("the former one")
    monkeypatch.setattr("madang.storage.postgres_tools.tool", fails)

    with pytest.raises(UnavailableError, match="pg_dump failed"):
        await take(settings, url, folder / "b.tar.gz")

    assert [path.name for path in folder.iterdir()] == ["b.tar.gz"]
    assert (folder / "b.tar.gz").read_text() == "the former one"


async def test_a_database_without_tables_has_nothing_to_back_up(settings: Settings, url: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nothing to back up"):
        await take(settings, url, tmp_path / "b.tar.gz")

    assert not (tmp_path / "b.tar.gz").exists()


async def test_a_database_with_rows_is_replaced_only_by_force(
    settings: Settings, url: str, filled: Objects, tmp_path: Path
) -> None:
    before = await everything(settings, url)
    await take(settings, url, tmp_path / "b.tar.gz")
    async with connect(url) as connection:
        await connection.execute("DELETE FROM madang.job WHERE attempts > 10; ALTER TABLE madang.audit ADD extra int")
    await filled.put(AMY, "later", b"x")

    with pytest.raises(UsageError, match=r"the database is not empty .*--force"):
        await restore(settings, url, tmp_path / "b.tar.gz")
    await restore(settings, url, tmp_path / "b.tar.gz", is_forced=True)

    assert await everything(settings, url) == before


async def test_objects_alone_are_replaced_only_by_force(
    settings: Settings, url: str, filled: Objects, tmp_path: Path
) -> None:
    await take(settings, url, tmp_path / "b.tar.gz")
    await wipe(url, filled)
    await filled.put(AMY, "left", b"x")

    with pytest.raises(UsageError, match=r"the object store is not empty \(it has acc_amy/left\)"):
        await restore(settings, url, tmp_path / "b.tar.gz")


async def test_a_database_in_use_is_not_replaced(settings: Settings, url: str, filled: Objects, tmp_path: Path) -> None:
    await take(settings, url, tmp_path / "b.tar.gz")

    async with connect(url):
        with pytest.raises(UsageError, match=r"the database is in use \(1 connections\); stop Madang first"):
            await restore(settings, url, tmp_path / "b.tar.gz", is_forced=True)


async def databases(url: str) -> set[str]:
    """Those that a restore into this one could have made; other workers share the server."""
    query = "SELECT datname FROM pg_database WHERE starts_with(datname, current_database())"
    async with connect(url) as connection:
        return {str(row["datname"]) for row in await connection.fetch(query)}


async def test_a_restore_that_fails_late_leaves_everything_as_it_was(
    settings: Settings, url: str, filled: Objects, tmp_path: Path
) -> None:
    made = await take(settings, url, tmp_path / "b.tar.gz")
    _edited_manifest(rows={**made.rows, "madang.job": 501})(tmp_path / "b.tar.gz")
    await filled.put(AMY, "later", b"x")
    before, had = await everything(settings, url), await databases(url)

    with pytest.raises(UsageError, match=r"does not give back the rows of madang\.job"):
        await restore(settings, url, tmp_path / "b.tar.gz", is_forced=True)

    assert await everything(settings, url) == before
    assert await databases(url) == had
    assert [path.name for path in settings.data.iterdir()] == ["objects"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount")
async def test_where_the_objects_cannot_change_place_the_database_changes_back(
    settings: Settings, url: str, filled: Objects, tmp_path: Path
) -> None:
    await take(settings, url, tmp_path / "b.tar.gz")
    place = settings.data / "objects"
    if subprocess.run(["mount", "-t", "tmpfs", "none", str(place)], check=False).returncode != 0:
        pytest.skip("this machine does not let root mount")
    try:
        await filled.put(AMY, "later", b"x")
        before, had = await everything(settings, url), await databases(url)
        with pytest.raises(UsageError, match="cannot change place"):
            await restore(settings, url, tmp_path / "b.tar.gz", is_forced=True)
        assert await everything(settings, url) == before
        assert await databases(url) == had
    finally:
        subprocess.run(["umount", str(place)], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount")
async def test_a_full_disk_is_one_line_and_leaves_nothing_on_it(
    settings: Settings, url: str, filled: Objects, tmp_path: Path
) -> None:
    small = tmp_path / "small"
    small.mkdir()
    await filled.put(AMY, "random", os.urandom(2_000_000))
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(small)], check=False).returncode != 0:
        pytest.skip("this machine does not let root mount")
    try:
        with pytest.raises(UnavailableError, match="full; free some space"):
            await take(settings, url, small / "b.tar.gz")
        assert list(small.iterdir()) == []
    finally:
        subprocess.run(["umount", str(small)], check=True)


async def test_a_database_that_holds_things_of_others_is_not_replaced(
    settings: Settings, url: str, filled: Objects, tmp_path: Path
) -> None:
    await take(settings, url, tmp_path / "b.tar.gz")
    async with connect(url) as connection:
        await connection.execute("CREATE SCHEMA other; CREATE VIEW other.jobs AS SELECT 1 AS one")

    with pytest.raises(UsageError, match=r"also holds other\.jobs, which is not Madang's"):
        await restore(settings, url, tmp_path / "b.tar.gz", is_forced=True)


async def test_a_role_that_may_not_make_databases_is_told_what_it_needs(
    settings: Settings, url: str, filled: Objects, tmp_path: Path
) -> None:
    await take(settings, url, tmp_path / "b.tar.gz")
    role = f"weak_{secrets.token_hex(4)}"
    async with connect(url) as connection:
        await connection.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'weak'")
    parts = urlsplit(url)
    weak = parts._replace(netloc=f"{role}:weak@{parts.hostname}:{parts.port}").geturl()
    try:
        with pytest.raises(UsageError, match=f'ALTER ROLE "{role}" CREATEDB'):
            await restore(settings, weak, tmp_path / "b.tar.gz", is_forced=True)
    finally:
        async with connect(url) as connection:
            await connection.execute(f"DROP ROLE {role}")


async def test_a_backup_of_an_older_madang_is_brought_to_the_newest_tables(
    settings: Settings, url: str, tmp_path: Path
) -> None:
    await _migrate_to(url, "core_0005")
    await take(settings, url, tmp_path / "b.tar.gz")
    await wipe_schemas(url)

    await restore(settings, url, tmp_path / "b.tar.gz")

    async with connect(url) as connection:
        assert await applied_heads(connection) == heads(["core"])
        assert await connection.fetchval("SELECT count(*) FROM madang.job") == 0


async def _migrate_to(url: str, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")

    def run(connection: Connection) -> None:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)

    async with connect(url) as connection:
        await connection.execute("CREATE SCHEMA madang")
    database = Database(url, pooled=False)
    async with database.engine.begin() as connection:
        await connection.run_sync(run)
    await database.close()


async def _killed_restore(settings: Settings, url: str, *, has_swapped: bool) -> None:
    """What a restore leaves that is killed: before the databases changed names, or between them and the folders."""
    async with Admin.connect(url) as admin:
        names = Names.of(admin.database)
        (settings.data / "restore.json").write_text(json.dumps(asdict(names)))
        await admin.create_like(names.database, names.fresh_database)
        (settings.data / names.fresh_objects / "acc_amy").mkdir(parents=True)
        (settings.data / names.fresh_objects / "acc_amy" / "new").write_bytes(b"new")
        if has_swapped:
            await admin.swap(names.database, names.fresh_database, names.old_database)


@pytest.mark.parametrize("has_swapped", [False, True])
async def test_what_a_killed_restore_left_is_settled(
    settings: Settings, url: str, filled: Objects, *, has_swapped: bool
) -> None:
    before, had = await everything(settings, url), await databases(url)
    await _killed_restore(settings, url, has_swapped=has_swapped)

    had_something = [await settle_rest(settings, url) for _ in range(2)]

    assert had_something == [True, False]
    assert await databases(url) == had
    assert [path.name for path in settings.data.iterdir()] == ["objects"]
    if has_swapped:
        assert [found.name async for found in filled.list_all()] == ["acc_amy/new"]
    else:
        assert await everything(settings, url) == before


def test_a_server_newer_than_the_client_programs_is_one_line() -> None:
    check_server(18)
    with pytest.raises(UsageError, match=r"the server runs PostgreSQL 19, but the client programs .* are of 18"):
        check_server(19)


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-2000])


def _nonsense(file: Path) -> None:
    file.write_bytes(b"nonsense" * 1000)


def _rewrite(file: Path, change: Callable[[str, bytes], tuple[str, bytes] | None]) -> None:
    """Write the archive anew with changed parts."""
    with tarfile.open(file) as tar:
        parts = [(entry.name, found.read()) for entry in tar if (found := tar.extractfile(entry)) is not None]
    with tarfile.open(file, "w:gz") as tar:
        for changed in (change(name, content) for name, content in parts):
            if changed is not None:
                entry = tarfile.TarInfo(changed[0])
                entry.size = len(changed[1])
                tar.addfile(entry, BytesIO(changed[1]))


def _changed(end: str, part: tuple[str, bytes] | None) -> Callable[[Path], None]:
    """Replace the part whose name ends so, or leave it out."""
    return lambda file: _rewrite(file, lambda name, content: part if name.endswith(end) else (name, content))


def _edited_manifest(**changes: Any) -> Callable[[Path], None]:
    def change(name: str, content: bytes) -> tuple[str, bytes]:
        if name == "manifest.json":
            content = json.dumps({**json.loads(content), **changes}).encode()
        return name, content

    return lambda file: _rewrite(file, change)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (_cut, "is no backup of Madang, or was cut short"),
        (_nonsense, "is no backup of Madang, or was cut short"),
        (Path.unlink, "there is no file"),
        (
            _changed("one.json", ("objects/acc_amy/documents/one.json", b'{"a": 2}')),
            "is damaged: objects/acc_amy/documents/one.json is not what the manifest says",
        ),
        (_changed("database.dump", None), "is damaged: database.dump is not what the manifest says"),
        (_changed("manifest.json", None), "it has no manifest that can be read"),
        (_changed("empty", ("../out", b"")), "is damaged: objects/acc_bob/empty is not what the manifest says"),
        (_edited_manifest(heads=["core_9999"], madang="9.9"), r"was made by a newer Madang \(9.9, with core_9999\)"),
        (_edited_manifest(format=2), "was made by a newer Madang"),
        (_edited_manifest(schemas=["pg_catalog"]), "holds the schema 'pg_catalog', which is not Madang's"),
    ],
)
async def test_a_file_that_is_not_a_whole_backup_is_refused_before_anything_changes(
    settings: Settings,
    url: str,
    filled: Objects,
    tmp_path: Path,
    damage: Callable[[Path], object],
    message: str,
) -> None:
    before = await everything(settings, url)
    await take(settings, url, tmp_path / "b.tar.gz")
    damage(tmp_path / "b.tar.gz")

    with pytest.raises(UsageError, match=message):
        await restore(settings, url, tmp_path / "b.tar.gz", is_forced=True)

    assert await everything(settings, url) == before


async def test_a_backup_is_one_moment_while_others_write(
    settings: Settings, url: str, filled: Objects, tmp_path: Path
) -> None:
    async def during(act: Callable[[], Awaitable[Manifest]]) -> Manifest:
        async with connect(url) as writer:
            transaction = writer.transaction()
            await transaction.start()
            await writer.execute("DELETE FROM madang.job")
            made = await act()
            await transaction.commit()
            return made

    made = await during(lambda: take(settings, url, tmp_path / "b.tar.gz"))
    await restore(settings, url, tmp_path / "b.tar.gz", is_forced=True)

    assert made.rows["madang.job"] == 500
    assert len((await everything(settings, url))["rows"]["madang.job"]) == 500


async def test_a_folder_that_is_not_there_is_one_line(settings: Settings, url: str, filled: Objects) -> None:
    with pytest.raises(MadangError, match="as its folder is not there"):
        await take(settings, url, Path("/nowhere/b.tar.gz"))
