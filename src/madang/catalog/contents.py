"""All functions of a version with all that they share, for what is made of a whole connector."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from madang.catalog.functions import list_definitions
from madang.catalog.rows import SchemaRow
from madang.kit.actor import Actor
from madang.kit.json import JsonValue
from madang.schema.functions import Function
from madang.schema.stored import function_from_json


@dataclass(frozen=True, kw_only=True)
class Contents:
    """The functions of a version in the order of its document, and the schemas that they point to, by name."""

    functions: list[Function]
    schemas: dict[str, JsonValue]


async def read_contents(actor: Actor, db: AsyncSession, version_id: str) -> Contents:
    """What a version holds; empty where it is none of the account's."""
    definitions = await list_definitions(actor, db, version_id)
    query = (
        select(SchemaRow.name, SchemaRow.body)
        .where(SchemaRow.account_id == actor.account, SchemaRow.version_id == version_id)
        .order_by(SchemaRow.name)
    )
    found = await db.execute(query) if definitions else ()
    return Contents(
        functions=[function_from_json(definition) for definition in definitions],
        schemas={row.name: row.body for row in found},
    )
