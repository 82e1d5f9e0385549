"""A real PostgreSQL: one embedded server for the session, shared by all workers, and a database for each worker."""

import asyncio
import fcntl
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from madang.storage.embedded import EmbeddedPostgres
from madang.storage.engine import Database
from madang.storage.migrate import branch_names, migrate

TEMPLATE = "template_madang"
# Rows are deleted, not truncated: with few rows that is several times quicker. Replica role: no triggers, no checks.
EMPTY = """
DO $$ DECLARE place record; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR place IN SELECT schemaname, tablename FROM pg_tables
    WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND tablename <> 'alembic_version'
  LOOP EXECUTE format('DELETE FROM %I.%I', place.schemaname, place.tablename); END LOOP;
END $$
"""


@pytest.fixture(scope="session")
def worker_database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A database of this worker alone, with the newest tables of all branches."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", f"{os.getpid():x}")[:12]
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    home = Path(tempfile.gettempdir()) / f"mdg-run-{run}"
    with _alone(home):
        home.mkdir(mode=0o711, exist_ok=True)
        postgres = EmbeddedPostgres.join(home)
        url = asyncio.run(_create_database(postgres.url, f"test_{worker}"))
    yield url
    with _alone(home) as lock:
        if postgres.leave():
            shutil.rmtree(home)
            lock.unlink()


@pytest.fixture
async def database_url(worker_database_url: str) -> str:
    """The URL of a database with the newest tables and no rows."""
    connection = await asyncpg.connect(worker_database_url)
    try:
        await connection.execute(EMPTY)
    finally:
        await connection.close()
    return worker_database_url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """The database as rooms use it, without a pool."""
    found = Database(database_url, pooled=False)
    yield found
    await found.close()


@pytest.fixture
async def empty_database_url(worker_database_url: str) -> AsyncIterator[str]:
    """The URL of a database that was never migrated; dropped after the test."""
    name = f"{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}_empty"
    connection = await asyncpg.connect(worker_database_url)
    try:
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        yield _with_database(worker_database_url, name)
        await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await connection.close()


async def _create_database(url: str, name: str) -> str:
    """Make the template once, by whichever worker comes first (the caller holds the lock), and a copy of it."""
    connection = await asyncpg.connect(url)
    try:
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", TEMPLATE):
            await connection.execute(f"CREATE DATABASE {TEMPLATE} TEMPLATE template0")
        await migrate(_with_database(url, TEMPLATE), branch_names())
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    finally:
        await connection.close()
    return _with_database(url, name)


def _with_database(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()


@contextmanager
def _alone(home: Path) -> Iterator[Path]:
    """Hold a lock beside the folder, so that no worker joins while another removes it. Yields the lock file."""
    path = home.with_name(f"{home.name}.lock")
    while True:
        with path.open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            # The holder before us may have removed the file: then our lock is on nothing, and we take the new one.
            if path.exists() and path.stat().st_ino == os.fstat(file.fileno()).st_ino:
                yield path
                return
