"""Connectors: changes of what they may reach, and removals, are in the audit trail."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from madang.backend.domains.connectors.views import ConnectorChange, ConnectorView, connector_view
from madang.backend.parts import Parts
from madang.backend.permissions import require_editor, require_for_hosts
from madang.catalog import connectors
from madang.catalog.connections import list_connections
from madang.catalog.indexing import IndexState, index_states
from madang.catalog.values import Connector
from madang.catalog.versions import current_versions
from madang.kit.actor import Actor
from madang.kit.pages import MAX_LIMIT, PageRequest
from madang.storage import audit

_NOTHING = IndexState(functions=0, indexed=0)


async def views(actor: Actor, db: AsyncSession, found: Sequence[Connector]) -> list[ConnectorView]:
    """Connectors with their current versions and how much of them is indexed: two queries, however many."""
    ids = [connector.id for connector in found]
    versions = await current_versions(actor, db, ids)
    states = await index_states(actor, db, ids)
    return [connector_view(each, versions.get(each.id), states.get(each.id, _NOTHING)) for each in found]


async def change(
    actor: Actor, db: AsyncSession, parts: Parts, id_or_name: str, wanted: ConnectorChange, *, revision: int | None
) -> Connector:
    """Change a connector."""
    require_editor(actor)
    if wanted.allowed_hosts is not None:
        known = (await connectors.get_connector(actor, db, id_or_name)).allowed_hosts
        require_for_hosts(actor, parts.settings, wanted.allowed_hosts, known)
    now = parts.clock.now()
    found = await connectors.change_connector(
        actor,
        db,
        id_or_name,
        title=wanted.title,
        description=wanted.description,
        allowed_hosts=wanted.allowed_hosts,
        if_revision=revision,
        now=now,
    )
    if wanted.allowed_hosts is not None:
        await audit.record(actor, db, "connector.change", found.id, {"allowed_hosts": [*wanted.allowed_hosts]}, now=now)
    return found


async def remove(actor: Actor, parts: Parts, id_or_name: str) -> None:
    """Remove a connector with its connections, then their credentials at the proxy."""
    require_editor(actor)
    async with parts.database.begin() as db:
        found = await connectors.get_connector(actor, db, id_or_name)
        references: list[str] = []
        cursor: str | None = None
        while True:
            page = await list_connections(actor, db, PageRequest(limit=MAX_LIMIT, cursor=cursor), connector_id=found.id)
            references += [reference for each in page.data for reference in each.credentials.values()]
            cursor = page.next
            if cursor is None:
                break
        await connectors.remove_connector(actor, db, found.id)
        await audit.record(actor, db, "connector.remove", found.id, {"name": found.name}, now=parts.clock.now())
    await parts.credentials.forget(actor, references)
