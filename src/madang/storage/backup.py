"""Backup: database and objects together, without keys, while Madang runs or not.

The database is read from one snapshot and the objects after it. A row is written after its object, so every object
that the snapshot names is there, unless it is deleted while the backup is made.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import asyncpg

from madang import __version__
from madang.kit.clock import Clock, iso
from madang.kit.errors import NotFoundError, UsageError
from madang.settings import Settings
from madang.storage.archive import (
    DATABASE,
    OBJECTS,
    ArchiveWriter,
    Manifest,
    create_archive,
)
from madang.storage.direct import connect
from madang.storage.migrate import applied_heads
from madang.storage.objects import Objects
from madang.storage.postgres_files import MAJOR, disk_errors
from madang.storage.postgres_tools import dump

# Every schema that a part of Madang owns; those that exist are kept.
SCHEMAS = ("madang", "bbs", "payments", "dbos")


async def backup(settings: Settings, url: str, file: Path, clock: Clock) -> Manifest:
    """Write a backup to `file`, replacing what was there once it is whole. Returns what it holds.

    Raises UsageError for a database that was never migrated and a folder that cannot be written.
    """
    with create_archive(file) as archive, disk_errors(file), _workspace(file.parent) as work:
        async with _snapshot(url) as (connection, snapshot):
            heads = await applied_heads(connection)
            if not heads:
                raise UsageError("the database is empty: there is nothing to back up; `madang up` sets it up")
            schemas = await find_schemas(connection)
            rows = await count_rows(connection, schemas)
            await asyncio.to_thread(dump, url, schemas, snapshot, work / DATABASE)
        await asyncio.to_thread(archive.add, DATABASE, work / DATABASE)
        (work / DATABASE).unlink()
        await _add_objects(archive, Objects.open(settings), work / "object")
        manifest = Manifest(
            madang=__version__,
            created_at=iso(clock.now()),
            heads=heads,
            schemas=schemas,
            rows=rows,
            parts=tuple(archive.parts),
        )
        await asyncio.to_thread(archive.close, manifest)
    return manifest


@asynccontextmanager
async def _snapshot(url: str) -> AsyncIterator[tuple[asyncpg.Connection, str]]:
    """A connection in a transaction, and the name by which pg_dump sees the same state."""
    async with connect(url) as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        check_server(connection.get_server_version().major)
        yield connection, str(await connection.fetchval("SELECT pg_export_snapshot()"))


async def find_schemas(connection: asyncpg.Connection) -> tuple[str, ...]:
    """Madang's schemas that are in the database."""
    found = await connection.fetch("SELECT nspname FROM pg_namespace WHERE nspname = ANY($1)", list(SCHEMAS))
    return tuple(sorted(str(row["nspname"]) for row in found))


async def count_rows(connection: asyncpg.Connection, schemas: Sequence[str]) -> dict[str, int]:
    """The number of rows of every table, but that of the migrations."""
    tables = await connection.fetch(
        "SELECT schemaname || '.' || tablename AS name, format('%I.%I', schemaname, tablename) AS quoted"
        " FROM pg_tables WHERE schemaname = ANY($1) AND tablename <> 'alembic_version' ORDER BY 1",
        list(schemas),
    )
    return {
        str(table["name"]): int(await connection.fetchval(f"SELECT count(*) FROM {table['quoted']}"))  # noqa: S608 - quoted by the server
        for table in tables
    }


async def _add_objects(archive: ArchiveWriter, objects: Objects, spool: Path) -> None:
    """Add every object by way of a file, as a tar wants to know sizes first. One deleted meanwhile is left out."""
    async for found in objects.list_all():
        try:
            with spool.open("wb") as out:
                async for piece in objects.stream(found.name):
                    out.write(piece)
        except NotFoundError:
            continue
        await asyncio.to_thread(archive.add, OBJECTS + found.name, spool)


def check_server(version: int) -> None:
    """Raises UsageError for a server that is newer than the client programs."""
    if version > MAJOR:
        raise UsageError(
            f"the server runs PostgreSQL {version}, but the client programs of this Madang are of {MAJOR}; use a "
            "Madang that comes with newer ones"
        )


@contextmanager
def _workspace(folder: Path) -> Iterator[Path]:
    """A folder for large files beside where they end up, removed at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    name = tempfile.mkdtemp(prefix=f".madang-{os.getpid()}-{secrets.token_hex(2)}-", dir=folder)
    try:
        yield Path(name)
    finally:
        shutil.rmtree(name, ignore_errors=True)
