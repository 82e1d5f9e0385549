"""Connections: a way to one server of a connector, with references to credentials, never the credentials."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from madang.catalog.hosts import host_errors
from madang.catalog.mediation import notify_change
from madang.catalog.rows import ConnectionRow, ConnectorRow
from madang.catalog.schemes import check_kept, scheme_errors, stored_schemes
from madang.catalog.values import Connection
from madang.kit.actor import Actor
from madang.kit.errors import ConflictError, FieldError, InvalidError, NotFoundError, PreconditionError
from madang.kit.ids import new_id
from madang.kit.json import JsonValue
from madang.kit.pages import Page, PageRequest
from madang.schema.functions import SecurityScheme
from madang.storage.listing import page_by_id
from madang.types.effects import EffectClass


@dataclass(frozen=True, kw_only=True)
class ConnectionFields:
    """What a person sets of a connection."""

    label: str
    server_url: str
    variables: Mapping[str, JsonValue] = field(default_factory=dict[str, JsonValue])
    credentials: Mapping[str, str] = field(default_factory=dict[str, str])
    allowed_hosts: Sequence[str] = ()
    effects: Mapping[str, EffectClass] = field(default_factory=dict[str, EffectClass])
    security_schemes: Sequence[SecurityScheme] = ()


async def create_connection(
    actor: Actor, db: AsyncSession, connector_id: str, fields: ConnectionFields, *, now: datetime
) -> Connection:
    """Make a connection. Raises InvalidError for a wrong field, ConflictError for a label that is taken."""
    _check(fields)
    connector = await _connector(actor, db, connector_id)
    row = ConnectionRow(
        id=new_id("cxn"),
        account_id=actor.account,
        connector_id=connector.id,
        revision=1,
        created_at=now,
        updated_at=now,
    )
    _fill(row, fields)
    try:
        async with db.begin_nested():
            db.add(row)
    except IntegrityError:
        raise ConflictError(
            f"{connector.name} has a connection {fields.label!r} already; choose another label"
        ) from None
    return _value(row, connector.name)


async def get_connection(actor: Actor, db: AsyncSession, connection_id: str) -> Connection:
    """A connection by its id. Raises NotFoundError."""
    row, name = await _row(actor, db, connection_id)
    return _value(row, name)


async def list_connections(
    actor: Actor, db: AsyncSession, page: PageRequest, *, connector_id: str | None = None
) -> Page[Connection]:
    """The account's connections, oldest first; the first of a connector is the one used where none is named.

    Those of models are listed only where their connector is named.
    """
    query = select(ConnectionRow).where(ConnectionRow.account_id == actor.account)
    if connector_id is not None:
        query = query.where(ConnectionRow.connector_id == connector_id)
    else:
        models = select(ConnectorRow.id).where(ConnectorRow.account_id == actor.account, ConnectorRow.kind == "model")
        query = query.where(ConnectionRow.connector_id.not_in(models))
    found = await page_by_id(db, query, ConnectionRow.id, page, newest_first=False)
    names = await _names(db, {row.connector_id for row in found.data})
    return Page(data=[_value(row, names[row.connector_id]) for row in found.data], next=found.next)


async def change_connection(
    actor: Actor,
    db: AsyncSession,
    connection_id: str,
    changes: Mapping[str, Any],
    *,
    now: datetime,
    if_revision: int | None = None,
) -> Connection:
    """Change the given fields of `ConnectionFields`. Raises PreconditionError where `if_revision` is not the newest."""
    row, name = await _row(actor, db, connection_id, lock=True)
    if if_revision is not None and if_revision != row.revision:
        raise PreconditionError(f"connection {row.label} has changed meanwhile; load it again")
    before = _fields(_value(row, name))
    fields = replace(before, **changes)
    _check(fields)
    check_kept(before.security_schemes, fields.security_schemes, before.credentials)
    _fill(row, fields)
    row.revision += 1
    row.updated_at = now
    try:
        await db.flush()
    except IntegrityError:
        raise ConflictError(f"{name} has a connection {fields.label!r} already; choose another label") from None
    await notify_change(db, row.id)
    return _value(row, name)


async def set_credential(
    actor: Actor, db: AsyncSession, connection_id: str, scheme: str, reference: str | None, *, now: datetime
) -> str | None:
    """Refer to another credential for a scheme, or to none; gives the reference that stood there. Raises NotFoundError.

    The row is locked and the other schemes stay, so that changes at the same time lose nothing.
    """
    row, _ = await _row(actor, db, connection_id, lock=True)
    before = row.credentials.get(scheme)
    kept = {name: each for name, each in row.credentials.items() if name != scheme}
    row.credentials = kept if reference is None else {**kept, scheme: reference}
    row.revision += 1
    row.updated_at = now
    await notify_change(db, row.id)
    return None if before is None else str(before)


async def remove_connection(actor: Actor, db: AsyncSession, connection_id: str) -> Connection:
    """Remove a connection; gives what it was, so that its credentials can be removed too. Raises NotFoundError."""
    row, name = await _row(actor, db, connection_id, lock=True)
    gone = _value(row, name)
    await db.execute(delete(ConnectionRow).where(ConnectionRow.id == row.id))
    await notify_change(db, gone.id)
    return gone


def _check(fields: ConnectionFields) -> None:
    errors: list[FieldError] = []
    if not fields.label.strip() or len(fields.label) > 80:
        errors.append(FieldError(pointer="/label", code="length", message="1 to 80 characters"))
    errors += _check_url(fields.server_url)
    errors += host_errors(fields.allowed_hosts)
    errors += scheme_errors(fields.security_schemes)
    if errors:
        raise InvalidError("; ".join(f"{error.pointer[1:]}: {error.message}" for error in errors), errors=errors)


def _check_url(url: str) -> list[FieldError]:
    try:
        parts = urlsplit(url)
        fine = parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.username and parts.port != 0
    except ValueError:
        fine = False
    message = "an absolute http or https URL without a user name, as https://api.example.com/v1"
    return [] if fine else [FieldError(pointer="/server_url", code="url", message=message)]


async def _connector(actor: Actor, db: AsyncSession, connector_id: str) -> ConnectorRow:
    query = select(ConnectorRow).where(ConnectorRow.account_id == actor.account, ConnectorRow.id == connector_id)
    row = (await db.scalars(query)).first()
    if row is None:
        raise NotFoundError(f"there is no connector {connector_id!r}; `madang connector list` shows all")
    return row


async def _row(actor: Actor, db: AsyncSession, connection_id: str, *, lock: bool = False) -> tuple[ConnectionRow, str]:
    query = select(ConnectionRow).where(ConnectionRow.account_id == actor.account, ConnectionRow.id == connection_id)
    row = (await db.scalars(query.with_for_update() if lock else query)).first()
    if row is None:
        raise NotFoundError(f"there is no connection {connection_id!r}; `madang connection list` shows all")
    return row, (await _names(db, {row.connector_id}))[row.connector_id]


async def _names(db: AsyncSession, connector_ids: set[str]) -> dict[str, str]:
    query = select(ConnectorRow.id, ConnectorRow.name).where(ConnectorRow.id.in_(connector_ids))
    return {row.id: row.name for row in await db.execute(query)}


def _fill(row: ConnectionRow, fields: ConnectionFields) -> None:
    row.label = fields.label.strip()
    row.server_url = fields.server_url
    row.variables = dict(fields.variables)
    row.credentials = {**fields.credentials}
    row.allowed_hosts = list(fields.allowed_hosts)
    row.effects = {**fields.effects}
    row.security_schemes = [asdict(scheme) for scheme in fields.security_schemes]


def _fields(connection: Connection) -> ConnectionFields:
    return ConnectionFields(
        label=connection.label,
        server_url=connection.server_url,
        variables=connection.variables,
        credentials=connection.credentials,
        allowed_hosts=connection.allowed_hosts,
        effects=connection.effects,
        security_schemes=connection.security_schemes,
    )


def _value(row: ConnectionRow, connector: str) -> Connection:
    return Connection(
        id=row.id,
        connector_id=row.connector_id,
        connector=connector,
        label=row.label,
        server_url=row.server_url,
        variables=row.variables,
        credentials={scheme: str(reference) for scheme, reference in row.credentials.items()},
        allowed_hosts=tuple(row.allowed_hosts),
        effects=row.effects,  # pyright: ignore[reportArgumentType] - checked when it was written
        security_schemes=stored_schemes(row.security_schemes),
        revision=row.revision,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
