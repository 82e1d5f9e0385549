from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from madang.examples.bbs.rows import SCHEMA, BoardRow
from madang.storage.engine import Database


def differences(connection: Connection) -> list[Any]:
    """What separates the migrated schema of the board from its declarations."""

    def is_ours(name: str | None, kind: str, _parents: Any) -> bool:
        return kind != "schema" or name == SCHEMA

    options = {"include_schemas": True, "include_name": is_ours, "compare_type": True}
    return compare_metadata(MigrationContext.configure(connection, opts=options), BoardRow.metadata)


async def test_the_migration_makes_the_tables_that_are_declared(database: Database) -> None:
    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []
