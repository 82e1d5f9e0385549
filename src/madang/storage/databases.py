"""Whole databases of a server: made, renamed and dropped, over a connection to another database of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from urllib.parse import quote, unquote, urlsplit

import asyncpg

from madang.kit.errors import MadangError, UnavailableError, UsageError
from madang.storage import direct

OLDEST = 17  # what pg_restore of 18 sets for a restore is not known to older servers
BESIDE = ("postgres", "template1")
_PROVIDERS = {"c": ("libc", None), "i": ("icu", "ICU_LOCALE"), "b": ("builtin", "BUILTIN_LOCALE")}


def with_database(url: str, name: str) -> str:
    """The URL of another database of the same server."""
    return urlsplit(url)._replace(path=f"/{quote(name, safe='')}").geturl()


class Admin:
    """A connection beside a database, so that the database itself can be renamed."""

    def __init__(self, connection: asyncpg.Connection, database: str) -> None:
        self._connection = connection
        self.database = database

    @classmethod
    @asynccontextmanager
    async def connect(cls, url: str) -> AsyncIterator[Admin]:
        """Connect beside the database of `url`. Raises UsageError where the role may use no other database."""
        database = unquote(urlsplit(url).path.removeprefix("/"))
        name = await _find_beside(url, database)
        async with direct.connect(with_database(url, name)) as connection:
            yield cls(connection, database)

    async def check_rights(self) -> None:
        """Raises UsageError where the role may not make and rename databases, and for a server that is too old."""
        version = self._connection.get_server_version().major
        if version < OLDEST:
            raise UsageError(f"the server runs PostgreSQL {version}; a restore needs {OLDEST} or newer")
        row = await self._connection.fetchrow(
            "SELECT current_user AS role, rolsuper, rolcreatedb,"
            " (SELECT pg_has_role(datdba, 'USAGE') FROM pg_database WHERE datname = $1) AS is_owner"
            " FROM pg_roles WHERE rolname = current_user",
            self.database,
        )
        assert row is not None
        if not row["rolsuper"] and not (row["rolcreatedb"] and row["is_owner"]):
            raise UsageError(
                f"the role {row['role']} may not replace the database {self.database}; a restore makes one beside it "
                f'and renames both: ALTER ROLE "{row["role"]}" CREATEDB; '
                f'ALTER DATABASE "{self.database}" OWNER TO "{row["role"]}"'
            )

    async def exists(self, name: str) -> bool:
        """Whether the server has a database of this name."""
        return bool(await self._connection.fetchval("SELECT count(*) FROM pg_database WHERE datname = $1", name))

    async def create_like(self, model: str, name: str) -> None:
        """Make an empty database with encoding and locale of another."""
        row = await self._connection.fetchrow(
            "SELECT quote_literal(pg_encoding_to_char(encoding)) AS encoding, datlocprovider::text AS provider,"
            " quote_literal(datcollate) AS collation, quote_literal(datctype) AS ctype,"
            " quote_literal(datlocale) AS locale FROM pg_database WHERE datname = $1",
            model,
        )
        assert row is not None
        provider, option = _PROVIDERS[row["provider"]]
        locale = f" {option} {row['locale']}" if option and row["locale"] else ""
        with _errors(model):
            await self._connection.execute(
                f"CREATE DATABASE {_quoted(name)} TEMPLATE template0 ENCODING {row['encoding']}"
                f" LOCALE_PROVIDER {provider} LC_COLLATE {row['collation']} LC_CTYPE {row['ctype']}{locale}"
            )

    async def swap(self, name: str, fresh: str, old: str) -> None:
        """Call `fresh` by the name, and what had the name `old`: both, or neither."""
        with _errors(name):
            async with self._connection.transaction():
                await self._connection.execute(f"ALTER DATABASE {_quoted(name)} RENAME TO {_quoted(old)}")
                await self._connection.execute(f"ALTER DATABASE {_quoted(fresh)} RENAME TO {_quoted(name)}")

    async def drop(self, name: str) -> None:
        """Drop a database, if there is one."""
        with _errors(name):
            await self._connection.execute(f"DROP DATABASE IF EXISTS {_quoted(name)} WITH (FORCE)")


async def _find_beside(url: str, database: str) -> str:
    problem = ""
    for name in BESIDE:
        if name == database:
            continue
        try:
            async with direct.connect(with_database(url, name)):
                return name
        except MadangError as error:
            problem = error.detail
    raise UsageError(f"a restore needs to connect to the database postgres or template1 of the server: {problem}")


@contextmanager
def _errors(name: str) -> Iterator[None]:
    try:
        yield
    except asyncpg.ObjectInUseError:
        raise UsageError(f"the database {name} is in use; stop what is connected to it, then restore") from None
    except asyncpg.DiskFullError:
        raise UnavailableError("the disk of PostgreSQL is full; free some space and try again") from None
    except asyncpg.PostgresError as error:
        raise UnavailableError(f"the database {name} cannot be replaced: {error}") from None


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
