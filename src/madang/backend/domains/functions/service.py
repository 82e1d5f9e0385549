"""Functions: lists and search."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from madang.backend.domains.functions.views import FunctionPage, FunctionParameters, row_view
from madang.backend.parts import Parts
from madang.catalog.connectors import get_connector
from madang.catalog.functions import list_functions, summaries
from madang.catalog.search import search
from madang.kit.actor import Actor
from madang.kit.errors import FieldError, InvalidError


async def find(actor: Actor, db: AsyncSession, parts: Parts, wanted: FunctionParameters) -> FunctionPage:
    """Functions of one connector or all: ranked for a request, or in the order of their documents."""
    connector_id = None
    if wanted.connector is not None:
        connector_id = (await get_connector(actor, db, wanted.connector)).id
    if wanted.search is None:
        found = await list_functions(actor, db, wanted.page, connector_id=connector_id, containing=wanted.containing)
        return FunctionPage(data=[row_view(row) for row in found.data], next=found.next)
    for name in ("containing", "cursor"):
        if getattr(wanted, name):
            error = FieldError(pointer=f"/{name}", code="excluded", message="not together with `search`")
            raise InvalidError(
                f"{name} and search exclude each other: a search is one page, best first", errors=[error]
            )
    hits = await search(
        actor, db, wanted.search, embedder=parts.embedder, connector_id=connector_id, limit=wanted.limit
    )
    scores = {hit.function_id: hit.value for hit in hits}
    rows = await summaries(actor, db, list(scores))
    return FunctionPage(data=[row_view(row, round(scores[row.id], 4)) for row in rows], next=None)
