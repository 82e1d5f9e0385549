"""What servers stand on: a database with its newest tables, and keys. `up` does it for all, `serve` for its own."""

from __future__ import annotations

import asyncio
import dataclasses
import fcntl
import os
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from madang.cli.servers import Server
from madang.kit.errors import MadangError, UsageError
from madang.settings import Settings

if TYPE_CHECKING:
    from madang.storage.embedded import EmbeddedPostgres
    from madang.storage.keys import KeyName

WATCH_SECONDS = 2.0


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Settings with the database's address filled in, and the value of each key setting."""

    settings: Settings
    keys: Mapping[str, str] = field(repr=False)


class DatabaseEvents(Protocol):
    """What happens to the embedded PostgreSQL while it is watched."""

    def warn(self, text: str) -> None:
        """Something went wrong with it, or had and was dealt with."""
        ...

    def moved(self, url: str) -> None:
        """It was started again on another port, as its own was taken."""
        ...


@contextmanager
def single_up(home: Path) -> Iterator[None]:
    """Hold the home's lock of `up`. Raises UsageError if another `madang up` runs on it."""
    folder = home / "run"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(folder / "up.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise UsageError(f"{folder} cannot be written ({error.strerror}): set MADANG_HOME") from None
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(file, 20).decode() or "unknown"
            raise UsageError(
                f"Madang runs already on {home} (process {holder}): `madang status` shows it; stop that one first, or "
                "set MADANG_HOME to another folder"
            ) from None
        os.ftruncate(file, 0)
        os.write(file, str(os.getpid()).encode())
        yield
    finally:
        os.close(file)


@asynccontextmanager
async def prepared(settings: Settings, servers: Sequence[Server], events: DatabaseEvents) -> AsyncIterator[Ground]:
    """Database, tables and keys for `servers`, while the block runs.

    The embedded PostgreSQL is joined where the settings name no other; it is watched and started again if it ends.
    """
    keys = await asyncio.to_thread(_ensure_keys, settings, servers)
    branches = tuple(dict.fromkeys(branch for server in servers for branch in server.branches))
    if not branches:
        yield Ground(settings=settings, keys=keys)
        return
    async with _database(settings, events) as url:
        await _migrate(url, branches)
        yield Ground(settings=dataclasses.replace(settings, database_url=url), keys=keys)


@asynccontextmanager
async def _database(settings: Settings, events: DatabaseEvents) -> AsyncIterator[str]:
    if settings.database_url:
        yield settings.database_url
        return
    from madang.storage.embedded import EmbeddedPostgres

    postgres = await asyncio.to_thread(EmbeddedPostgres.join, settings.home)
    watching = asyncio.create_task(_watch(postgres, events))
    try:
        yield postgres.url
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        await asyncio.to_thread(postgres.leave)


async def _watch(postgres: EmbeddedPostgres, events: DatabaseEvents) -> None:
    """Start PostgreSQL again whenever it has ended."""
    known = postgres.url
    while True:
        await asyncio.sleep(WATCH_SECONDS)
        try:
            if not await asyncio.to_thread(postgres.ensure_running):
                continue
            events.warn("PostgreSQL had ended and was started again")
            if postgres.url != known:
                known = postgres.url
                events.moved(known)
        except MadangError as error:
            events.warn(error.detail)


async def _migrate(url: str, branches: Sequence[str]) -> None:
    from madang.storage.migrate import migrate

    await migrate(url, branches)


def _ensure_keys(settings: Settings, servers: Sequence[Server]) -> Mapping[str, str]:
    """The value of each key setting that `servers` need: as set, or of a file, which local and test mode make."""
    needed: set[KeyName] = {key for server in servers for key in server.keys}
    if not needed:
        return {}
    from madang.storage.keys import ensure_keys

    return ensure_keys(settings, needed)
