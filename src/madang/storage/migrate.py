"""Bring a database to the newest tables: hand-written Alembic revisions, run under an advisory lock.

One tree with a branch per owner of a schema: `core` (schema `madang`), and one for each part with a schema of its
own. A process names the branches that it uses. All that is missing runs in one transaction, so a failure leaves the
database as it was. Many processes may start at once: one migrates, the others wait and find nothing to do.

Mostly there is nothing to do, and then neither Alembic nor SQLAlchemy is imported: a third of a second of each start.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg

from madang.kit.errors import UsageError
from madang.storage.addresses import SCHEMA, asyncpg_url
from madang.storage.direct import connect, masked

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory
    from sqlalchemy.engine import Connection

FOLDER = Path(__file__).parent / "migrations"
LOCK = 0x6D6164616E67  # the advisory lock of all migrations: "madang" as a number


async def migrate(url: str, branches: Sequence[str] = ("core",)) -> tuple[str, ...]:
    """Run what is missing up to the heads of `branches`; returns the revisions that ran, oldest first.

    Raises UsageError for a database that a newer Madang has migrated, or that lacks the extension pgvector, and the
    errors of `madang.storage.direct.connect` for one that cannot be reached.
    """
    if not await pending(url, branches):
        return ()
    async with _locked(url) as connection:
        missing = _missing(await _applied(connection), branches, url)
        if missing:
            await connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
            await _upgrade(url, branches)
        return missing


async def pending(url: str, branches: Sequence[str] = ("core",)) -> tuple[str, ...]:
    """The revisions of `branches` that the database lacks, oldest first. Empty means ready. Changes nothing."""
    async with connect(url) as connection:
        applied = await _applied(connection)
    return () if _is_newest(applied, branches) else _missing(applied, branches, url)


async def applied_heads(connection: asyncpg.Connection) -> tuple[str, ...]:
    """The newest applied revision of each branch, sorted; empty for a database that was never migrated."""
    return tuple(sorted(await _applied(connection)))


def heads(branches: Sequence[str]) -> tuple[str, ...]:
    """The newest revision of each of `branches` that this code knows. Raises UsageError for an unknown branch."""
    scripts = _scripts()
    known = branch_names()
    for branch in branches:
        if branch not in known:
            raise UsageError(f"there is no migration branch {branch!r}; there are {', '.join(known)}")
    return tuple(str(scripts.get_revision(f"{branch}@head").revision) for branch in branches)


def branch_names() -> tuple[str, ...]:
    """The names of all branches that this code knows, sorted."""
    scripts = _scripts()
    return tuple(sorted(label for base in scripts.get_bases() for label in scripts.get_revision(base).branch_labels))


def knows(revision: str) -> bool:
    """Whether this code has the revision."""
    return revision in {script.revision for script in _scripts().walk_revisions()}


def newest_by_name() -> dict[str, str]:
    """The newest revision of each branch, by the names of the files: `core_0001_schema.py` is `core_0001`."""
    names = sorted("_".join(path.stem.split("_")[:2]) for path in (FOLDER / "versions").glob("*_[0-9]*_*.py"))
    return {name.rpartition("_")[0]: name for name in names}


def _is_newest(applied: frozenset[str], branches: Sequence[str]) -> bool:
    """Whether all that was applied is known, and each branch is at its end; told without reading a revision."""
    newest = newest_by_name()
    return applied <= set(newest.values()) and all(newest.get(branch) in applied for branch in branches)


@cache
def _scripts() -> ScriptDirectory:
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


async def _applied(connection: asyncpg.Connection) -> frozenset[str]:
    try:
        rows = await connection.fetch(f"SELECT version_num FROM {SCHEMA}.alembic_version")  # noqa: S608 - a constant
    except (asyncpg.UndefinedTableError, asyncpg.InvalidSchemaNameError):
        return frozenset()
    return frozenset(str(row["version_num"]) for row in rows)


def _missing(applied: frozenset[str], branches: Sequence[str], url: str) -> tuple[str, ...]:
    """The revisions between `applied` and the heads of `branches`, oldest first."""
    if unknown := sorted(revision for revision in applied if not knows(revision)):
        raise UsageError(
            f"the database at {masked(url)} is newer than this Madang (it has {', '.join(unknown)}); "
            "install the newer version, or restore a backup made by this one"
        )
    done = _up_to(tuple(applied)) if applied else []
    return tuple(revision for revision in reversed(_up_to(heads(branches))) if revision not in done)


def _up_to(revisions: tuple[str, ...]) -> list[str]:
    return [str(script.revision) for script in _scripts().iterate_revisions(revisions, "base")]


@asynccontextmanager
async def _locked(url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection that holds the migration lock; PostgreSQL frees it when the connection ends, however it ends."""
    async with connect(url) as connection:
        await connection.execute("SELECT pg_advisory_lock($1)", LOCK)
        yield connection


async def _upgrade(url: str, branches: Sequence[str]) -> None:
    from sqlalchemy.exc import DBAPIError
    from sqlalchemy.ext.asyncio import create_async_engine
    from sqlalchemy.pool import NullPool

    engine = create_async_engine(asyncpg_url(url), poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_run, branches)
    except DBAPIError as error:
        if "vector" in str(error.orig) and "extension" in str(error.orig):
            raise UsageError(
                f"the server of {masked(url)} has no extension `vector`; install pgvector there, and let the user "
                "create extensions or create it once yourself"
            ) from None
        raise
    finally:
        await engine.dispose()


def _run(connection: Connection, branches: Sequence[str]) -> None:
    from alembic import command

    config = _config()
    config.attributes["connection"] = connection
    for branch in branches:
        command.upgrade(config, f"{branch}@head")
