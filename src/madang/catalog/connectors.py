"""Connectors: make, find, list, change, remove. The import of a document is in `catalog.versions`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from madang.catalog.hosts import check_hosts
from madang.catalog.mediation import notify_change
from madang.catalog.names import check_name
from madang.catalog.rows import ConnectorRow
from madang.catalog.values import Connector, ConnectorKind
from madang.kit.actor import Actor
from madang.kit.errors import ConflictError, NotFoundError, PreconditionError
from madang.kit.ids import new_id
from madang.kit.pages import Page, PageRequest
from madang.storage.listing import page_by_id


@dataclass(frozen=True, kw_only=True)
class NewConnector:
    """What a connector is made from; functions come with its first version."""

    name: str
    title: str = ""
    description: str = ""
    source_url: str | None = None
    allowed_hosts: Sequence[str] = ()
    kind: ConnectorKind = "api"


async def create_connector(actor: Actor, db: AsyncSession, new: NewConnector, *, now: datetime) -> Connector:
    """Make a connector. Raises InvalidError for its name, ConflictError where the account has one of that name."""
    now = now
    row = ConnectorRow(
        id=new_id("ctr"),
        account_id=actor.account,
        name=check_name(new.name),
        kind=new.kind,
        title=new.title,
        description=new.description,
        source_url=new.source_url,
        allowed_hosts=list(new.allowed_hosts),
        current_version=None,
        revision=1,
        created_at=now,
        updated_at=now,
    )
    try:
        async with db.begin_nested():
            db.add(row)
    except IntegrityError:
        raise ConflictError(
            f"there is a connector {new.name!r} already; choose another name, or update that one"
        ) from None
    return _value(row)


async def get_connector(actor: Actor, db: AsyncSession, id_or_name: str) -> Connector:
    """A connector by its id or name. Raises NotFoundError."""
    return _value(await _row(actor, db, id_or_name))


async def find_connector(actor: Actor, db: AsyncSession, id_or_name: str) -> Connector | None:
    """A connector by its id or name, or None."""
    try:
        return await get_connector(actor, db, id_or_name)
    except NotFoundError:
        return None


async def list_connectors(
    actor: Actor, db: AsyncSession, page: PageRequest, *, containing: str = "", kind: ConnectorKind = "api"
) -> Page[Connector]:
    """The account's connectors of a kind, newest first; `containing` filters by name and title."""
    query = select(ConnectorRow).where(ConnectorRow.account_id == actor.account, ConnectorRow.kind == kind)
    if containing:
        query = query.where(
            ConnectorRow.name.icontains(containing, autoescape=True)
            | ConnectorRow.title.icontains(containing, autoescape=True)
        )
    found = await page_by_id(db, query, ConnectorRow.id, page)
    return Page(data=[_value(row) for row in found.data], next=found.next)


async def change_connector(
    actor: Actor,
    db: AsyncSession,
    id_or_name: str,
    *,
    now: datetime,
    title: str | None = None,
    description: str | None = None,
    allowed_hosts: Sequence[str] | None = None,
    if_revision: int | None = None,
) -> Connector:
    """Change what is given. Raises PreconditionError where `if_revision` is not the newest."""
    check_hosts(allowed_hosts or ())
    row = await _row(actor, db, id_or_name, lock=True)
    if if_revision is not None and if_revision != row.revision:
        raise PreconditionError(f"connector {row.name} has changed meanwhile; load it again")
    row.title = row.title if title is None else title
    row.description = row.description if description is None else description
    row.allowed_hosts = row.allowed_hosts if allowed_hosts is None else list(allowed_hosts)
    row.revision += 1
    row.updated_at = now
    return _value(row)


async def remove_connector(actor: Actor, db: AsyncSession, id_or_name: str) -> Connector:
    """Remove a connector with all that belongs to it; gives what it was. Raises NotFoundError."""
    row = await _row(actor, db, id_or_name, lock=True)
    gone = _value(row)
    await db.execute(delete(ConnectorRow).where(ConnectorRow.id == row.id))
    await notify_change(db, gone.id)
    return gone


async def _row(actor: Actor, db: AsyncSession, id_or_name: str, *, lock: bool = False) -> ConnectorRow:
    query = select(ConnectorRow).where(
        ConnectorRow.account_id == actor.account,
        (ConnectorRow.id == id_or_name) | (ConnectorRow.name == id_or_name),
    )
    row = (await db.scalars(query.with_for_update() if lock else query)).first()
    if row is None:
        raise NotFoundError(f"there is no connector {id_or_name!r}; `madang connector list` shows all")
    return row


def _value(row: ConnectorRow) -> Connector:
    return Connector(
        id=row.id,
        name=row.name,
        kind=row.kind,  # pyright: ignore[reportArgumentType] - written by us
        title=row.title,
        description=row.description,
        source_url=row.source_url,
        allowed_hosts=tuple(row.allowed_hosts),
        current_version=row.current_version,
        revision=row.revision,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
