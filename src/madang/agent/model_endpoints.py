"""Model endpoints: which models an account may ask, each by a connection; the key is the proxy's alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from madang.agent.model_providers import Provider, get_provider
from madang.agent.rows import ModelEndpointRow
from madang.catalog.connections import get_connection
from madang.catalog.values import Connection
from madang.kit.actor import Actor
from madang.kit.errors import ConflictError, FieldError, InvalidError, NotFoundError
from madang.kit.ids import new_id
from madang.kit.pages import Page, PageRequest
from madang.storage.listing import page_by_id


@dataclass(frozen=True, kw_only=True)
class ModelEndpoint:
    """A model that can be asked. `base_url`, `allowed_hosts` and `has_key` are those of its connection."""

    id: str
    name: str
    provider: Provider
    model: str
    connection_id: str
    base_url: str
    allowed_hosts: Sequence[str]
    has_key: bool
    is_default: bool
    created_at: datetime
    updated_at: datetime

    @property
    def label(self) -> str:
        """What a person calls it in a sentence."""
        host = urlsplit(self.base_url).netloc.rpartition("@")[2]
        return f"{self.model} at {host}"


@dataclass(frozen=True, kw_only=True)
class NewEndpoint:
    """What an endpoint is made from; its connection is there already."""

    name: str
    provider: str
    model: str
    connection_id: str


async def create_endpoint(actor: Actor, db: AsyncSession, new: NewEndpoint, *, now: datetime) -> ModelEndpoint:
    """Make an endpoint; where the account has no default, it is it. Raises InvalidError, ConflictError for its name."""
    provider = get_provider(new.provider)
    row = ModelEndpointRow(
        id=new_id("mdl"),
        account_id=actor.account,
        name=_checked(new.name, "name", 80),
        provider=provider.id,
        model=_checked(new.model, "model", 200),
        connection_id=new.connection_id,
        is_default=await _find_default(actor, db) is None,
        created_at=now,
        updated_at=now,
    )
    try:
        async with db.begin_nested():
            db.add(row)
    except IntegrityError as error:
        raise _conflict(error, new.name) from None
    return await _value(actor, db, row)


async def get_endpoint(actor: Actor, db: AsyncSession, id_or_name: str) -> ModelEndpoint:
    """An endpoint by its id or name. Raises NotFoundError."""
    return await _value(actor, db, await _row(actor, db, id_or_name))


async def find_endpoint(actor: Actor, db: AsyncSession, id_or_name: str | None) -> ModelEndpoint | None:
    """An endpoint by its id or name, the default without one; None where there is none."""
    row = await _find_default(actor, db) if id_or_name is None else await _find(actor, db, id_or_name)
    return None if row is None else await _value(actor, db, row)


async def list_endpoints(actor: Actor, db: AsyncSession, page: PageRequest) -> Page[ModelEndpoint]:
    """The account's endpoints, oldest first."""
    query = select(ModelEndpointRow).where(ModelEndpointRow.account_id == actor.account)
    found = await page_by_id(db, query, ModelEndpointRow.id, page, newest_first=False)
    return Page(data=[await _value(actor, db, row) for row in found.data], next=found.next)


async def change_endpoint(
    actor: Actor,
    db: AsyncSession,
    id_or_name: str,
    *,
    now: datetime,
    name: str | None = None,
    model: str | None = None,
    is_default: bool | None = None,
) -> ModelEndpoint:
    """Change what is given. Another one that was the default is it no more. Raises NotFoundError, ConflictError."""
    row = await _row(actor, db, id_or_name, lock=True)
    if is_default:
        others = update(ModelEndpointRow).where(
            ModelEndpointRow.account_id == actor.account, ModelEndpointRow.is_default, ModelEndpointRow.id != row.id
        )
        await db.execute(others.values(is_default=False, updated_at=now))
    row.name = row.name if name is None else _checked(name, "name", 80)
    row.model = row.model if model is None else _checked(model, "model", 200)
    row.is_default = row.is_default if is_default is None else is_default
    row.updated_at = now
    try:
        await db.flush()
    except IntegrityError as error:
        raise _conflict(error, name or "") from None
    return await _value(actor, db, row)


async def remove_endpoint(actor: Actor, db: AsyncSession, id_or_name: str) -> ModelEndpoint:
    """Remove an endpoint, not its connection; gives what it was. Raises NotFoundError."""
    row = await _row(actor, db, id_or_name, lock=True)
    gone = await _value(actor, db, row)
    await db.execute(delete(ModelEndpointRow).where(ModelEndpointRow.id == row.id))
    return gone


async def _find(actor: Actor, db: AsyncSession, id_or_name: str, *, lock: bool = False) -> ModelEndpointRow | None:
    query = select(ModelEndpointRow).where(
        ModelEndpointRow.account_id == actor.account,
        (ModelEndpointRow.id == id_or_name) | (ModelEndpointRow.name == id_or_name),
    )
    return (await db.scalars(query.with_for_update() if lock else query)).first()


async def _find_default(actor: Actor, db: AsyncSession) -> ModelEndpointRow | None:
    query = select(ModelEndpointRow).where(ModelEndpointRow.account_id == actor.account, ModelEndpointRow.is_default)
    return (await db.scalars(query)).first()


async def _row(actor: Actor, db: AsyncSession, id_or_name: str, *, lock: bool = False) -> ModelEndpointRow:
    row = await _find(actor, db, id_or_name, lock=lock)
    if row is None:
        raise NotFoundError(f"there is no model {id_or_name!r}; `madang model list` shows all")
    return row


def _checked(text: str, field: str, longest: int) -> str:
    stripped = text.strip()
    if not stripped or len(stripped) > longest:
        error = FieldError(pointer=f"/{field}", code="length", message=f"1 to {longest} characters")
        raise InvalidError(f"{field}: {error.message}", errors=[error])
    return stripped


def _conflict(error: IntegrityError, name: str) -> ConflictError:
    if "ix_model_endpoint_default" in str(error.orig):
        return ConflictError("another model was made the default at the same time; try again")
    return ConflictError(f"there is a model {name!r} already; choose another name")


async def _value(actor: Actor, db: AsyncSession, row: ModelEndpointRow) -> ModelEndpoint:
    connection: Connection = await get_connection(actor, db, row.connection_id)
    return ModelEndpoint(
        id=row.id,
        name=row.name,
        provider=get_provider(row.provider),
        model=row.model,
        connection_id=row.connection_id,
        base_url=connection.server_url,
        allowed_hosts=tuple(connection.allowed_hosts),
        has_key=bool(connection.credentials),
        is_default=row.is_default,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
