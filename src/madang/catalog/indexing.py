"""Background indexing: embeddings for functions that have none yet, in small batches, after every import.

Any number of processes may index at once: a batch is locked with SKIP LOCKED while its vectors are made, and a process
that dies gives its batch back with its transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from madang.catalog.embedding import Embedder, to_text
from madang.kit.actor import Actor
from madang.storage.engine import Database

BATCH = 32


@dataclass(frozen=True, kw_only=True)
class IndexState:
    """How much of a connector is indexed."""

    functions: int
    indexed: int


_TAKE = text(
    """
    SELECT function_id, passage FROM madang.function_terms
    WHERE connector_id = :connector AND account_id = :account AND embedding IS NULL
    ORDER BY function_id LIMIT :limit FOR UPDATE SKIP LOCKED
    """
)

_SET = text(
    """
    UPDATE madang.function_terms t SET embedding = CAST(f.embedding AS vector)
    FROM unnest(CAST(:ids AS text[]), CAST(:embeddings AS text[])) AS f(id, embedding)
    WHERE t.function_id = f.id
    """
)

_MERGE = text(
    """
    SELECT gin_clean_pending_list('madang.ix_function_terms_terms'),
        gin_clean_pending_list('madang.ix_function_terms_names')
    """
)

_FINISH = text(
    """
    UPDATE madang.connector_version v SET indexed_at = :now
    FROM madang.connector c
    WHERE c.id = :connector AND c.account_id = :account AND v.connector_id = c.id AND v.number = c.current_version
      AND v.indexed_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM madang.function_terms t WHERE t.connector_id = c.id AND t.embedding IS NULL)
    """
)

_STATE = text(
    """
    SELECT connector_id, count(*)::int AS functions, count(embedding)::int AS indexed FROM madang.function_terms
    WHERE connector_id = ANY(:connectors) AND account_id = :account GROUP BY connector_id
    """
)

_UNINDEXED = text(
    """
    SELECT v.account_id, v.connector_id FROM madang.connector_version v
    JOIN madang.connector c ON c.id = v.connector_id AND c.current_version = v.number
    WHERE v.indexed_at IS NULL ORDER BY v.created_at
    """
)


async def index_batch(
    actor: Actor, database: Database, connector_id: str, embedder: Embedder, *, now: datetime, limit: int = BATCH
) -> int:
    """Index up to `limit` functions of a connector; 0 when none is left, and then its version is marked as indexed."""
    place = {"connector": connector_id, "account": actor.account}
    async with database.begin() as db:
        rows = (await db.execute(_TAKE, place | {"limit": limit})).all()
        if rows:
            vectors = await embedder.passages([row.passage for row in rows])
            ids = [row.function_id for row in rows]
            await db.execute(_SET, {"ids": ids, "embeddings": [to_text(vector) for vector in vectors]})
            await merge_terms(db)
        else:
            await db.execute(_FINISH, place | {"now": now})
    return len(rows)


async def merge_terms(db: AsyncSession) -> None:
    """Put the newest terms into their indexes. PostgreSQL keeps them in a list at first, which every search reads whole
    until the table is vacuumed: after a large import, that is 2.5 ms beside 3.5 ms."""
    await db.execute(_MERGE)


async def index_states(actor: Actor, db: AsyncSession, connector_ids: Sequence[str]) -> dict[str, IndexState]:
    """How many functions the current versions of some connectors have, and how many are indexed, by connector."""
    rows = await db.execute(_STATE, {"connectors": list(connector_ids), "account": actor.account})
    return {row.connector_id: IndexState(functions=row.functions, indexed=row.indexed) for row in rows}


async def find_unindexed(database: Database) -> list[tuple[str, str]]:
    """Account and connector of every current version that is not wholly indexed, oldest first; for the worker that
    serves all accounts."""
    async with database.begin() as db:
        return [(row.account_id, row.connector_id) for row in await db.execute(_UNINDEXED)]
