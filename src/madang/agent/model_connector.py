"""The connector that model endpoints are connections of: made once an account, from our own document, by the import."""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from madang.agent.model_providers import Wire
from madang.catalog.connectors import NewConnector, create_connector, list_connectors
from madang.catalog.importing import document_name
from madang.catalog.reading import Reading, read_document
from madang.catalog.values import Connector
from madang.catalog.versions import StoredDocument, find_current, store_version
from madang.kit.actor import Actor
from madang.kit.errors import ConflictError
from madang.kit.pages import PageRequest
from madang.storage.engine import Database
from madang.storage.objects import Objects

NAME: Final = "madang_models"
SCHEMES: Final[dict[Wire, str]] = {"openai": "bearer", "anthropic": "x_api_key"}
"""The security scheme of the document by which a key goes into a call."""

_TRIES: Final = 100


async def ensure_connector(actor: Actor, database: Database, objects: Objects, *, now: datetime) -> str:
    """The id of the account's connector of models; it is made, or brought to our newest document, where it is not."""
    data = _document()
    digest = hashlib.sha256(data).hexdigest()
    async with database.begin() as db:
        found = await _find(actor, db)
        version = await find_current(actor, db, found.id) if found else None
    if found is not None and version is not None and version.document_hash == digest:
        return found.id
    offered = await read_document(Reading(data=data))
    if not await objects.exists(actor, document_name(digest)):
        await objects.put(actor, document_name(digest), data)
    document = StoredDocument(key=document_name(digest), hash=digest, size=len(data))
    async with database.begin() as db:
        # Whoever comes at the same time waits for the row that is locked by its version, or finds the name taken.
        connector = await _find(actor, db) or await _create(actor, db, now=now)
        await store_version(actor, db, connector.id, offered, document, now=now)
    return connector.id


async def _find(actor: Actor, db: AsyncSession) -> Connector | None:
    found = await list_connectors(actor, db, PageRequest(limit=1), kind="model")
    return found.data[0] if found.data else None


async def _create(actor: Actor, db: AsyncSession, *, now: datetime) -> Connector:
    """The connector, under another name where a person has given ours to one of theirs."""
    for number in range(_TRIES):
        name = NAME if number == 0 else f"{NAME}_{number + 1}"
        try:
            return await create_connector(actor, db, NewConnector(name=name, kind="model"), now=now)
        except ConflictError:
            if (found := await _find(actor, db)) is not None:
                return found
    raise ConflictError(f"there are {_TRIES} connectors called {NAME}; rename one of them")


@cache
def _document() -> bytes:
    return files("madang.agent").joinpath("model_api.json").read_bytes()
