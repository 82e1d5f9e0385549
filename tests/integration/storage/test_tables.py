"""The migrations say what the tables are; every room's declarations say the same."""

from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, Connection, MetaData, inspect
from sqlalchemy.engine.interfaces import ReflectedCheckConstraint

import madang
from madang.storage.engine import Database
from madang.storage.rows import SCHEMA, Row

# Tables of the whole installation, which belong to no account.
INFRASTRUCTURE: frozenset[str] = frozenset({"alembic_version"})
# The row that an account is, and people, who may belong to several.
WITHOUT_OWNER: frozenset[str] = frozenset({"account", "user"})
# Looked up before the account is known: by the hash of a secret, or by the name that an account signs in with.
GLOBAL_KEYS: frozenset[str] = frozenset(
    {"account.name", "api_key.key_hash", "session.value_hash", "sign_in_token.token_hash"}
)


def declared() -> list[MetaData]:
    """The metadata of every `rows.py` in the package."""
    found: dict[int, MetaData] = {}
    for module in walk_packages(madang.__path__, "madang."):
        if module.name.endswith(".rows"):
            for value in vars(import_module(module.name)).values():
                metadata = getattr(value, "metadata", None)
                if isinstance(metadata, MetaData):
                    found[id(metadata)] = metadata
    return list(found.values())


def differences(connection: Connection) -> list[Any]:
    metadata = declared()
    schemas = {table.schema for each in metadata for table in each.tables.values()}

    def is_ours(name: str | None, kind: str, _parents: Any) -> bool:
        if kind == "schema":
            return name in schemas
        return name not in INFRASTRUCTURE

    context = MigrationContext.configure(
        connection,
        opts={
            "include_schemas": True,
            "include_name": is_ours,
            "compare_type": True,
            "version_table_schema": SCHEMA,
            "target_metadata": metadata,
        },
    )
    return list(compare_metadata(context, metadata))  # pyright: ignore[reportArgumentType] - takes several, says one


def primary_keys_and_checks(connection: Connection) -> tuple[dict[str, Any], dict[str, Any]]:
    """What alembic does not compare: primary keys, and the names of checks; as declared and as migrated."""
    inspector = inspect(connection)
    said: dict[str, Any] = {}
    is_so: dict[str, Any] = {}
    for metadata in declared():
        for table in metadata.tables.values():
            said[table.fullname] = (
                [column.name for column in table.primary_key],
                sorted(str(each.name) for each in table.constraints if isinstance(each, CheckConstraint)),
            )
            checks: list[ReflectedCheckConstraint] = inspector.get_check_constraints(table.name, schema=table.schema)
            is_so[table.fullname] = (
                inspector.get_pk_constraint(table.name, schema=table.schema)["constrained_columns"],
                sorted(str(check["name"]) for check in checks),
            )
    return said, is_so


@pytest.mark.filterwarnings("ignore:Did not recognize type 'vector'")
async def test_the_migrated_database_is_what_all_rooms_declare(database: Database) -> None:
    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_primary_keys_and_checks_are_what_all_rooms_declare(database: Database) -> None:
    async with database.engine.connect() as connection:
        said, is_so = await connection.run_sync(primary_keys_and_checks)

    assert said == is_so


async def test_every_table_belongs_to_an_account(database: Database) -> None:
    async with database.engine.connect() as connection:
        rows = await connection.exec_driver_sql(
            "SELECT t.tablename FROM pg_tables t WHERE t.schemaname = 'madang' AND NOT EXISTS ("
            " SELECT 1 FROM pg_attribute a WHERE a.attrelid = format('%I.%I', t.schemaname, t.tablename)::regclass"
            " AND a.attname = 'account_id' AND a.attnotnull)"
        )
        assert {row[0] for row in rows} - INFRASTRUCTURE <= WITHOUT_OWNER


async def test_unique_keys_begin_with_the_account(database: Database) -> None:
    async with database.engine.connect() as connection:
        rows = await connection.exec_driver_sql(
            "SELECT format('%s.%s', c.relname, a.attname) FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid"
            " JOIN pg_namespace n ON n.oid = c.relnamespace"
            " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = x.indkey[0]"
            " WHERE n.nspname = 'madang' AND x.indisunique AND NOT x.indisprimary AND a.attname <> 'account_id'"
        )
        assert {row[0] for row in rows} == GLOBAL_KEYS


def test_declarations_are_found_in_every_room_that_has_some() -> None:
    names = {table.fullname for metadata in declared() for table in metadata.tables.values()}

    assert {"madang.account", "madang.audit"} <= names
    assert Row.metadata in declared()
