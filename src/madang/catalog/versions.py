"""Versions of connectors: storing what a document offers, and reading it back.

Everything of a version is written in one transaction by COPY, as GitHub's document alone has 1,200 functions and 1,000
schemas; what it is found by replaces the former version's, so that search knows current versions only.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from madang.catalog.mediation import notify_change
from madang.catalog.rows import (
    ConnectorRow,
    ConnectorVersionRow,
    FunctionRow,
    ImportRemarkRow,
    SchemaRow,
)
from madang.catalog.terms import copy_records, replace_terms
from madang.catalog.values import ConnectorVersion
from madang.catalog.version_records import (
    FUNCTION_COLUMNS,
    REMARK_COLUMNS,
    SCHEMA_COLUMNS,
    TERMS_VERSION,
    VersionPlace,
    count_with_loss,
    records_of,
)
from madang.kit.actor import Actor
from madang.kit.errors import NotFoundError
from madang.kit.ids import new_id
from madang.kit.pages import Page, PageRequest, decode_cursor, encode_cursor
from madang.schema.functions import FunctionSet, Remark, SecurityScheme, Server, Severity
from madang.storage.listing import page_by_id


@dataclass(frozen=True, kw_only=True)
class StoredDocument:
    """The document of a version as it lies in the object store, and with it the overlay that was applied to it."""

    key: str
    hash: str
    size: int
    overlay_key: str | None = None
    source_url: str | None = None


async def store_version(
    actor: Actor,
    db: AsyncSession,
    connector_id: str,
    offered: FunctionSet,
    document: StoredDocument,
    *,
    now: datetime,
) -> ConnectorVersion:
    """Store a document's functions as the connector's newest version and make it current. Raises NotFoundError."""
    connector = await _connector(actor, db, connector_id)
    row = _version_row(actor, connector, offered, document, now=now)
    row.number = await _next_number(db, connector)
    db.add(row)
    connector.current_version = row.number
    connector.title = connector.title or offered.title
    connector.description = connector.description or offered.description[:2_000]
    connector.updated_at = now
    await db.flush()
    place = VersionPlace(account=actor.account, connector_id=connector.id, connector=connector.name, version_id=row.id)
    # Seconds of CPU for a large document: beside the requests that this process answers, not before them.
    records = await asyncio.to_thread(records_of, offered, place)
    await copy_records(db, FunctionRow, FUNCTION_COLUMNS, records.functions)
    await copy_records(db, SchemaRow, SCHEMA_COLUMNS, records.schemas)
    await copy_records(db, ImportRemarkRow, REMARK_COLUMNS, records.remarks)
    if connector.kind != "model":  # endpoints of models are no answer to "who can do this?"
        await replace_terms(actor, db, connector.id, records.terms)
    await notify_change(db, connector.id)
    return version_value(row)


async def get_version(actor: Actor, db: AsyncSession, connector_id: str, number: int | None = None) -> ConnectorVersion:
    """A version by its number, the current one by default. Raises NotFoundError."""
    query = (
        select(ConnectorVersionRow)
        .join(ConnectorRow, ConnectorRow.id == ConnectorVersionRow.connector_id)
        .where(ConnectorVersionRow.account_id == actor.account, ConnectorVersionRow.connector_id == connector_id)
        .where(ConnectorVersionRow.number == (ConnectorRow.current_version if number is None else number))
    )
    row = (await db.scalars(query)).first()
    if row is None:
        wanted = "no whole version yet" if number is None else f"no version {number}"
        raise NotFoundError(f"connector {connector_id!r} has {wanted}")
    return version_value(row)


async def find_current(actor: Actor, db: AsyncSession, connector_id: str) -> ConnectorVersion | None:
    """The current version, or None before the first import is whole."""
    try:
        return await get_version(actor, db, connector_id)
    except NotFoundError:
        return None


async def current_versions(actor: Actor, db: AsyncSession, connector_ids: Sequence[str]) -> dict[str, ConnectorVersion]:
    """The current versions of some connectors, by connector."""
    query = (
        select(ConnectorVersionRow)
        .join(ConnectorRow, ConnectorRow.id == ConnectorVersionRow.connector_id)
        .where(ConnectorVersionRow.account_id == actor.account, ConnectorRow.id.in_(connector_ids))
        .where(ConnectorVersionRow.number == ConnectorRow.current_version)
    )
    return {row.connector_id: version_value(row) for row in await db.scalars(query)}


async def list_versions(actor: Actor, db: AsyncSession, connector_id: str, page: PageRequest) -> Page[ConnectorVersion]:
    """The versions of a connector, newest first."""
    query = select(ConnectorVersionRow).where(
        ConnectorVersionRow.account_id == actor.account, ConnectorVersionRow.connector_id == connector_id
    )
    found = await page_by_id(db, query, ConnectorVersionRow.id, page)
    return Page(data=[version_value(row) for row in found.data], next=found.next)


async def list_remarks(
    actor: Actor,
    db: AsyncSession,
    version_id: str,
    page: PageRequest,
    *,
    severity: Severity | None = None,
    containing: str = "",
) -> Page[Remark]:
    """The remarks of an import, in the order of the document; `containing` filters by place, code and message."""
    query = (
        select(ImportRemarkRow)
        .where(ImportRemarkRow.account_id == actor.account, ImportRemarkRow.version_id == version_id)
        .order_by(ImportRemarkRow.position)
        .limit(page.limit + 1)
    )
    if severity is not None:
        query = query.where(ImportRemarkRow.severity == severity)
    if containing:
        query = query.where(
            ImportRemarkRow.pointer.icontains(containing, autoescape=True)
            | ImportRemarkRow.code.icontains(containing, autoescape=True)
            | ImportRemarkRow.message.icontains(containing, autoescape=True)
        )
    if page.cursor is not None:
        query = query.where(ImportRemarkRow.position > int(decode_cursor(page.cursor, 1)[0] or 0))
    found = (await db.scalars(query)).all()
    rows = found[: page.limit]
    more = encode_cursor(rows[-1].position) if len(found) > page.limit else None
    return Page(data=[_remark(row) for row in rows], next=more)


def _remark(row: ImportRemarkRow) -> Remark:
    return Remark(
        severity=row.severity,  # pyright: ignore[reportArgumentType] - written by us
        pointer=row.pointer,
        code=row.code,
        message=row.message,
    )


async def _connector(actor: Actor, db: AsyncSession, connector_id: str) -> ConnectorRow:
    query = select(ConnectorRow).where(ConnectorRow.account_id == actor.account, ConnectorRow.id == connector_id)
    row = (await db.scalars(query.with_for_update())).first()
    if row is None:
        raise NotFoundError(f"there is no connector {connector_id!r}; it may have been removed during the import")
    return row


async def _next_number(db: AsyncSession, connector: ConnectorRow) -> int:
    query = select(func.max(ConnectorVersionRow.number)).where(ConnectorVersionRow.connector_id == connector.id)
    return ((await db.execute(query)).scalar() or 0) + 1


def _version_row(
    actor: Actor, connector: ConnectorRow, offered: FunctionSet, document: StoredDocument, *, now: datetime
) -> ConnectorVersionRow:
    refused = sum(remark.severity == "refused" for remark in offered.remarks)
    return ConnectorVersionRow(
        id=new_id("ver"),
        account_id=actor.account,
        connector_id=connector.id,
        document_hash=document.hash,
        document_key=document.key,
        document_bytes=document.size,
        overlay_key=document.overlay_key,
        source_url=document.source_url,
        dialect=offered.dialect,
        title=offered.title,
        document_version=offered.document_version,
        servers=[asdict(server) for server in offered.servers],
        security_schemes=[asdict(scheme) for scheme in offered.security_schemes],
        schema_sources={**offered.schema_sources},
        found=offered.found,
        imported=len(offered.functions),
        with_loss=count_with_loss(offered),
        refused=refused,
        created_at=now,
        terms_version=TERMS_VERSION,
    )


def version_value(row: ConnectorVersionRow) -> ConnectorVersion:
    """The value of a row."""
    servers: Any = row.servers
    schemes: Any = row.security_schemes
    return ConnectorVersion(
        id=row.id,
        connector_id=row.connector_id,
        number=row.number,
        document_hash=row.document_hash,
        document_key=row.document_key,
        document_bytes=row.document_bytes,
        overlay_key=row.overlay_key,
        source_url=row.source_url,
        dialect=row.dialect,
        title=row.title,
        document_version=row.document_version,
        servers=tuple(Server(**server) for server in servers),
        security_schemes=tuple(SecurityScheme(**scheme) for scheme in schemes),
        schema_sources={name: str(source) for name, source in row.schema_sources.items()},
        found=row.found,
        imported=row.imported,
        with_loss=row.with_loss,
        refused=row.refused,
        created_at=row.created_at,
        indexed_at=row.indexed_at,
    )
