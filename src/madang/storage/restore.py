"""Restore: database and objects of a backup in place of those that are there, whole or not at all.

Everything is made beside what is there: a new database and a new folder of objects. Then the databases change names
in one transaction, and the folders after it. A note in the data folder says what is under way, so that what a killed
restore left is settled by the next: finished if the databases had changed names, taken away if not. In a bucket
nothing can change place at once: there objects are added before the databases change, and none is replaced or removed.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

import asyncpg

from madang.kit.actor import Actor
from madang.kit.errors import MadangError, UsageError
from madang.settings import Settings
from madang.storage.archive import DATABASE, OBJECTS, PIECE_BYTES, Manifest, read_manifest, read_parts
from madang.storage.backup import SCHEMAS, count_rows, find_schemas
from madang.storage.databases import Admin, with_database
from madang.storage.direct import connect
from madang.storage.migrate import branch_names, knows, migrate
from madang.storage.objects import Objects, local_store
from madang.storage.postgres_files import RESTORE_NOTE, disk_errors, write_private
from madang.storage.postgres_tools import run_scripts, to_script

RESTORER = "restore"
BUSY_SECONDS = 2.0


@dataclass(frozen=True, kw_only=True)
class Names:
    """What a restore makes and puts aside: databases, and folders below the data folder."""

    database: str
    fresh_database: str
    old_database: str
    fresh_objects: str
    old_objects: str
    work: str

    @classmethod
    def of(cls, database: str) -> Names:
        """Names that nothing has yet."""
        mark = secrets.token_hex(4)
        return cls(
            database=database,
            fresh_database=f"{database[:12]}_restored_{mark}",
            old_database=f"{database[:12]}_before_{mark}",
            fresh_objects=f"objects.restored-{mark}",
            old_objects=f"objects.before-{mark}",
            work=f"restore-{mark}",
        )


async def restore(settings: Settings, url: str, file: Path, *, is_forced: bool = False) -> Manifest:
    """Replace database and objects by those of a backup, brought to the newest tables. Returns what it held.

    The caller keeps Madang from starting meanwhile. Raises UsageError for a file that is no whole backup or of a newer
    Madang, for a database that is in use, holds other things, or has rows (unless `is_forced`), and for missing rights.
    """
    manifest = await asyncio.to_thread(read_manifest, file)
    _refuse_newer(manifest, file)
    settings.data.mkdir(parents=True, exist_ok=True)
    with disk_errors(settings.data):
        async with Admin.connect(url) as admin:
            await admin.check_rights()
            await settle(settings, admin)
            await _refuse_target(settings, url, is_forced=is_forced)
            await _replace(settings, url, file, manifest, admin)
    return manifest


async def settle_rest(settings: Settings, url: str) -> bool:
    """Settle what a killed restore left, before Madang starts; whether there was something. Raises UsageError.

    The caller keeps other restores and starts away meanwhile.
    """
    if not (settings.data / RESTORE_NOTE).exists():
        return False
    with disk_errors(settings.data):
        async with Admin.connect(url) as admin:
            await settle(settings, admin)
    return True


async def settle(settings: Settings, admin: Admin) -> None:
    """Finish a restore that was killed after the databases changed names, or take away what an earlier one left."""
    note = settings.data / RESTORE_NOTE
    try:
        names = Names(**json.loads(note.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return
    except (ValueError, TypeError):
        raise UsageError(f"{note} cannot be read; remove it, and what an earlier restore left beside it") from None
    if names.database != admin.database:
        raise UsageError(
            f"a restore of the database {names.database} was not finished; run it again with the former "
            f"MADANG_DATABASE_URL, or remove {note}"
        )
    if await admin.exists(names.old_database):
        swap_folders(settings.data, names)
    await _tidy(settings, names, admin)


async def _replace(settings: Settings, url: str, file: Path, manifest: Manifest, admin: Admin) -> None:
    names = Names.of(admin.database)
    write_private(settings.data / RESTORE_NOTE, json.dumps(asdict(names)))
    try:
        await admin.create_like(names.database, names.fresh_database)
        work = settings.data / names.work
        work.mkdir(mode=0o700)
        await _fill(settings, file, manifest, names, work / DATABASE)
        await _fill_database(with_database(url, names.fresh_database), manifest, work)
        shutil.rmtree(work)
        await asyncio.to_thread(os.sync)
        await admin.swap(names.database, names.fresh_database, names.old_database)
        try:
            swap_folders(settings.data, names)
        except OSError as error:
            await admin.swap(names.database, names.old_database, names.fresh_database)
            raise UsageError(
                f"{settings.data / 'objects'} cannot change place ({error.strerror}), so all stays as it was; it must "
                "be an ordinary folder, not a mount"
            ) from None
    finally:
        await _tidy(settings, names, admin)


async def _tidy(settings: Settings, names: Names, admin: Admin) -> None:
    """Drop what is not, or no longer, in its place. What cannot be dropped now is dropped by the next restore."""
    for name in (names.work, names.fresh_objects, names.old_objects):
        shutil.rmtree(settings.data / name, ignore_errors=True)
    with suppress(MadangError):
        await admin.drop(names.fresh_database)
        await admin.drop(names.old_database)
        (settings.data / RESTORE_NOTE).unlink(missing_ok=True)


async def _fill(settings: Settings, file: Path, manifest: Manifest, names: Names, dumped: Path) -> None:
    """Take the archive apart: the dump to a file, objects to their new folder or to the bucket."""
    is_local = settings.storage_url is None
    objects = Objects(local_store(settings.data / names.fresh_objects)) if is_local else Objects.open(settings)
    hashes = {part.name: part.sha256 for part in manifest.parts}
    for entry, content in read_parts(file):
        if entry.name == DATABASE:
            with dumped.open("wb") as out:
                await asyncio.to_thread(shutil.copyfileobj, content, out, PIECE_BYTES)
        elif entry.name.startswith(OBJECTS):
            account, _, name = entry.name.removeprefix(OBJECTS).partition("/")
            actor = Actor(account=account, user=RESTORER)
            if not is_local and await objects.exists(actor, name):
                await _refuse_other(objects, actor, name, hashes[entry.name])
            else:
                await objects.put(actor, name, _pieces(content))


async def _refuse_other(objects: Objects, actor: Actor, name: str, sha256: str) -> None:
    digest = hashlib.sha256()
    async for piece in objects.get(actor, name):
        digest.update(piece)
    if digest.hexdigest() != sha256:
        raise UsageError(
            f"the bucket holds another {actor.account}/{name} than the backup; set MADANG_STORAGE_URL to an empty place"
        )


async def _pieces(content: IO[bytes]) -> AsyncIterator[bytes]:
    while piece := await asyncio.to_thread(content.read, PIECE_BYTES):
        yield piece


async def _fill_database(url: str, manifest: Manifest, work: Path) -> None:
    script = work / "restore.sql"
    await asyncio.to_thread(to_script, work / DATABASE, script)
    async with connect(url) as connection:
        await connection.execute("CREATE EXTENSION IF NOT EXISTS vector SCHEMA public")
    await asyncio.to_thread(run_scripts, url, [script])
    async with connect(url) as connection:
        found = await count_rows(connection, manifest.schemas)
    if wrong := sorted(dict(found.items() ^ manifest.rows.items())):
        raise UsageError(f"the backup does not give back the rows of {wrong[0]} that it counts; use another backup")
    # A revision is called by its branch and a number; a part of Madang that the backup lacks is set up when it starts.
    had = {head.rpartition("_")[0] for head in manifest.heads}
    await migrate(url, [branch for branch in branch_names() if branch in had])
    async with connect(url) as connection:
        await connection.execute("ANALYZE")


def swap_folders(data: Path, names: Names) -> None:
    """Put the new objects in place of the old; goes on where it was stopped, and undoes what it cannot finish."""
    place, fresh, old = data / "objects", data / names.fresh_objects, data / names.old_objects
    if not fresh.exists():
        return
    if place.exists():
        place.rename(old)
    try:
        fresh.rename(place)
    except OSError:
        if old.exists():
            old.rename(place)
        raise


def _refuse_newer(manifest: Manifest, file: Path) -> None:
    if unknown := [head for head in manifest.heads if not knows(head)]:
        raise UsageError(
            f"{file} was made by a newer Madang ({manifest.madang}, with {', '.join(unknown)}); "
            "restore it with that one"
        )
    if foreign := [schema for schema in manifest.schemas if schema not in SCHEMAS]:
        raise UsageError(f"{file} holds the schema {foreign[0]!r}, which is not Madang's: it will not be replaced")


async def _refuse_target(settings: Settings, url: str, *, is_forced: bool) -> None:
    async with connect(url) as connection:
        await _refuse_in_use(connection)
        await _refuse_foreign(connection)
        rows = {} if is_forced else await count_rows(connection, await find_schemas(connection))
    if filled := [name for name, count in rows.items() if count]:
        raise UsageError(
            f"the database is not empty ({filled[0]} has {rows[filled[0]]} rows); make a backup of it, "
            "then use --force to replace it"
        )
    if is_forced:
        return
    async for found in Objects.open(settings).list_all():
        raise UsageError(f"the object store is not empty (it has {found.name}); use --force to replace it")


async def _refuse_in_use(connection: asyncpg.Connection) -> None:
    """Refuse while others are connected; those that are just leaving are waited for."""
    others = 0
    for _ in range(10):
        others = await connection.fetchval(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        if not others:
            return
        await asyncio.sleep(BUSY_SECONDS / 10)
    raise UsageError(f"the database is in use ({others} connections); stop Madang first, then restore")


async def _refuse_foreign(connection: asyncpg.Connection) -> None:
    """The whole database changes place, so nothing of others may be in it. What an extension brought is no one's."""
    foreign = await connection.fetchval(
        "SELECT quote_ident(n.nspname) || '.' || quote_ident(o.name) FROM ("
        " SELECT oid, 'pg_class'::regclass AS class, relnamespace AS space, relname AS name FROM pg_class UNION ALL"
        " SELECT oid, 'pg_proc'::regclass, pronamespace, proname FROM pg_proc) o JOIN pg_namespace n ON n.oid = o.space"
        " WHERE n.nspname <> ALL($1) AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'"
        " AND NOT EXISTS (SELECT 1 FROM pg_depend d"
        "  WHERE d.classid = o.class AND d.objid = o.oid AND d.deptype = 'e') LIMIT 1",
        list(SCHEMAS),
    )
    if foreign:
        raise UsageError(
            f"the database also holds {foreign}, which is not Madang's and would be lost; restore into a database of "
            "its own"
        )
