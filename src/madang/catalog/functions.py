"""Functions of current versions: lists, and one with all that it reaches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from madang.catalog.rows import ConnectorRow, ConnectorVersionRow, FunctionRow
from madang.catalog.values import CatalogFunction, FunctionSummary
from madang.catalog.versions import version_value
from madang.kit.actor import Actor
from madang.kit.errors import NotFoundError
from madang.kit.json import JsonValue
from madang.kit.pages import Page, PageRequest, decode_cursor, encode_cursor
from madang.schema.stored import function_from_json

_SUMMARY = (
    FunctionRow.id,
    FunctionRow.connector_id,
    ConnectorRow.name.label("connector"),
    FunctionRow.name,
    FunctionRow.model_name,
    FunctionRow.method,
    FunctionRow.path,
    FunctionRow.title,
    FunctionRow.effect,
    FunctionRow.is_deprecated,
    FunctionRow.position,
)


def _current() -> Any:
    """Functions joined with their connector and its current version."""
    return (
        select(*_SUMMARY)
        .join(ConnectorVersionRow, ConnectorVersionRow.id == FunctionRow.version_id)
        .join(ConnectorRow, ConnectorRow.id == FunctionRow.connector_id)
        .where(ConnectorRow.current_version == ConnectorVersionRow.number)
    )


async def list_functions(
    actor: Actor, db: AsyncSession, page: PageRequest, *, connector_id: str | None = None, containing: str = ""
) -> Page[FunctionSummary]:
    """Functions by connector and order in the document; `containing` filters by name, path and title.

    Those of models are listed only where their connector is named.
    """
    query = _current().where(FunctionRow.account_id == actor.account)
    if connector_id is not None:
        query = query.where(FunctionRow.connector_id == connector_id)
    else:
        query = query.where(ConnectorRow.kind != "model")
    if containing:
        query = query.where(
            FunctionRow.name.icontains(containing, autoescape=True)
            | FunctionRow.path.icontains(containing, autoescape=True)
            | FunctionRow.title.icontains(containing, autoescape=True)
        )
    if page.cursor is not None:
        connector, position = decode_cursor(page.cursor, 2)
        query = query.where(
            (FunctionRow.connector_id > str(connector))
            | ((FunctionRow.connector_id == str(connector)) & (FunctionRow.position > int(position or 0)))
        )
    ordered = query.order_by(FunctionRow.connector_id, FunctionRow.position).limit(page.limit + 1)
    found = (await db.execute(ordered)).mappings().all()
    rows = found[: page.limit]
    more = encode_cursor(rows[-1]["connector_id"], rows[-1]["position"]) if len(found) > page.limit else None
    return Page(data=[_summary(row) for row in rows], next=more)


async def summaries(actor: Actor, db: AsyncSession, function_ids: Sequence[str]) -> list[FunctionSummary]:
    """The summaries of some functions of current versions, in the order of the ids; missing ones are left out."""
    query = _current().where(FunctionRow.account_id == actor.account, FunctionRow.id.in_(function_ids))
    found = {row["id"]: _summary(row) for row in (await db.execute(query)).mappings()}
    return [found[function_id] for function_id in function_ids if function_id in found]


async def get_function(actor: Actor, db: AsyncSession, id_or_name: str) -> CatalogFunction:
    """A function of a current version by its id, `connector.group.operation`, or `connector.model_name`.

    Raises NotFoundError, with what to do.
    """
    connector, _, name = id_or_name.partition(".")
    query = (
        select(FunctionRow, ConnectorRow.name, ConnectorVersionRow)
        .join(ConnectorVersionRow, ConnectorVersionRow.id == FunctionRow.version_id)
        .join(ConnectorRow, ConnectorRow.id == FunctionRow.connector_id)
        .where(FunctionRow.account_id == actor.account, ConnectorRow.current_version == ConnectorVersionRow.number)
        .where(
            (FunctionRow.id == id_or_name)
            | ((ConnectorRow.name == connector) & ((FunctionRow.name == name) | (FunctionRow.model_name == name)))
        )
        .order_by(FunctionRow.name != name)
    )
    found = (await db.execute(query)).first()
    if found is None:
        raise NotFoundError(f"there is no function {id_or_name!r}; `madang functions --search TEXT` finds its name")
    return await _whole(db, found)


async def find_operation(actor: Actor, db: AsyncSession, connector_id: str, operation: str) -> CatalogFunction | None:
    """A function of a connector's current version by its operationId in the document, or by its name; or None."""
    operation_id = FunctionRow.definition["operation_id"].as_string()
    query = (
        select(FunctionRow, ConnectorRow.name, ConnectorVersionRow)
        .join(ConnectorVersionRow, ConnectorVersionRow.id == FunctionRow.version_id)
        .join(ConnectorRow, ConnectorRow.id == FunctionRow.connector_id)
        .where(FunctionRow.account_id == actor.account, ConnectorRow.current_version == ConnectorVersionRow.number)
        .where(FunctionRow.connector_id == connector_id, (operation_id == operation) | (FunctionRow.name == operation))
        .order_by((operation_id == operation).desc(), FunctionRow.position)
    )
    found = (await db.execute(query)).first()
    return None if found is None else await _whole(db, found)


async def _whole(db: AsyncSession, found: Any) -> CatalogFunction:
    row, connector_name, version = found
    value = version_value(version)
    return CatalogFunction(
        id=row.id,
        connector_id=row.connector_id,
        connector=connector_name,
        version=version.number,
        function=function_from_json(row.definition),
        schemas=await _reached(db, row),
        security_schemes=value.security_schemes,
        servers=value.servers,
    )


async def list_definitions(actor: Actor, db: AsyncSession, version_id: str) -> list[JsonValue]:
    """The stored definitions of all functions of a version, in the order of the document."""
    query = (
        select(FunctionRow.definition)
        .where(FunctionRow.account_id == actor.account, FunctionRow.version_id == version_id)
        .order_by(FunctionRow.position)
    )
    return list((await db.scalars(query)).all())


_REACHED = text(
    """
    WITH RECURSIVE reached(name) AS (
        SELECT unnest(f.refers_to) FROM madang.function f WHERE f.id = :function
        UNION
        SELECT unnest(s.refers_to) FROM madang.function_schema s JOIN reached r ON r.name = s.name
        WHERE s.version_id = :version
    )
    SELECT s.name, s.body FROM madang.function_schema s JOIN reached USING (name) WHERE s.version_id = :version
    """
)


async def _reached(db: AsyncSession, row: FunctionRow) -> dict[str, JsonValue]:
    """The schemas that a function refers to, directly and through others, in one query."""
    found = await db.execute(_REACHED, {"function": row.id, "version": row.version_id})
    return dict(sorted((name, body) for name, body in found))


def _summary(row: Any) -> FunctionSummary:
    return FunctionSummary(
        id=row["id"],
        connector_id=row["connector_id"],
        connector=row["connector"],
        name=row["name"],
        model_name=row["model_name"],
        method=row["method"],
        path=row["path"],
        title=row["title"],
        effect=row["effect"],
        is_deprecated=row["is_deprecated"],
    )
