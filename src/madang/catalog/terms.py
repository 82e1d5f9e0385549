"""What functions of current versions are found by, as it is stored: written by an import, made anew after an update.

Terms are made by code that changes (tokenizer, lexicon, fields). Those that an older `TERMS_VERSION` made are made anew
from the stored functions, connector by connector in the background, so that connectors of before are found by the
newest words without an import. An embedding stays where its text does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import delete, text
from sqlalchemy.ext.asyncio import AsyncSession

from madang.catalog.indexing import merge_terms
from madang.catalog.rows import FunctionTermsRow, TermRow
from madang.catalog.version_records import TERMS_VERSION, FoundTerms, VersionPlace, find_terms
from madang.kit.actor import Actor
from madang.schema.stored import function_from_json
from madang.storage.engine import Database

_TERM_COLUMNS = ("account_id", "connector_id", "term", "functions", "named")


async def copy_records(
    db: AsyncSession, row: type[Any], columns: Sequence[str], records: Sequence[tuple[Any, ...]]
) -> None:
    """COPY records into the table of `row`, inside the unit of work."""
    if not records:
        return
    raw = await (await db.connection()).get_raw_connection()
    driver: Any = raw.driver_connection
    await driver.copy_records_to_table(
        row.__tablename__, schema_name=row.__table__.schema, columns=list(columns), records=records
    )


_INSERT = text(
    """
    INSERT INTO madang.function_terms
        (function_id, account_id, connector_id, act, is_deprecated, terms, passage)
    SELECT f.id, :account, :connector, f.act, f.deprecated, CAST(f.terms AS tsvector), f.passage
    FROM unnest(CAST(:ids AS text[]), CAST(:acts AS text[]), CAST(:deprecated AS boolean[]),
                CAST(:terms AS text[]), CAST(:passages AS text[])) AS f(id, act, deprecated, terms, passage)
    """
)


async def replace_terms(actor: Actor, db: AsyncSession, connector_id: str, terms: FoundTerms) -> None:
    """The terms of a new version in place of the former one's, so that search knows current versions only."""
    await db.execute(delete(FunctionTermsRow).where(FunctionTermsRow.connector_id == connector_id))
    await db.execute(_INSERT, {"account": actor.account, "connector": connector_id, **terms.columns})
    await _replace_counts(actor, db, connector_id, terms)
    await merge_terms(db)


async def _replace_counts(actor: Actor, db: AsyncSession, connector_id: str, terms: FoundTerms) -> None:
    await db.execute(delete(TermRow).where(TermRow.connector_id == connector_id))
    records = [(actor.account, connector_id, term, *counts) for term, counts in terms.counts.items()]
    await copy_records(db, TermRow, _TERM_COLUMNS, records)


_OUTDATED = text(
    """
    SELECT c.account_id, c.id FROM madang.connector c
    JOIN madang.connector_version v ON v.connector_id = c.id AND v.number = c.current_version
    WHERE v.terms_version < :version AND c.kind <> 'model' ORDER BY v.created_at
    """
)

_TAKE = text(
    """
    SELECT c.name, v.id AS version_id, v.title FROM madang.connector c
    JOIN madang.connector_version v ON v.connector_id = c.id AND v.number = c.current_version
    WHERE c.id = :connector AND c.account_id = :account AND v.terms_version < :version
    FOR UPDATE OF c, v SKIP LOCKED
    """
)

_DEFINITIONS = text(
    "SELECT id, definition::text FROM madang.function WHERE version_id = :version_id AND account_id = :account"
)

_RENEW = text(
    """
    UPDATE madang.function_terms t SET
        act = f.act, is_deprecated = f.deprecated, terms = CAST(f.terms AS tsvector), passage = f.passage,
        embedding = CASE WHEN t.passage = f.passage THEN t.embedding END
    FROM unnest(CAST(:ids AS text[]), CAST(:acts AS text[]), CAST(:deprecated AS boolean[]),
                CAST(:terms AS text[]), CAST(:passages AS text[])) AS f(id, act, deprecated, terms, passage)
    WHERE t.function_id = f.id
    """
)

_FINISH = text(
    """
    UPDATE madang.connector_version v SET terms_version = :version, indexed_at = CASE WHEN NOT EXISTS (
        SELECT 1 FROM madang.function_terms t WHERE t.connector_id = v.connector_id AND t.embedding IS NULL
    ) THEN v.indexed_at END
    WHERE v.id = :version_id
    """
)


async def find_outdated(database: Database, *, version: int = TERMS_VERSION) -> list[tuple[str, str]]:
    """Account and connector wherever the current version's terms are of an older making, oldest first; for the worker
    that serves all accounts."""
    async with database.begin() as db:
        return [(row.account_id, row.id) for row in await db.execute(_OUTDATED, {"version": version})]


async def renew_terms(actor: Actor, database: Database, connector_id: str, *, version: int = TERMS_VERSION) -> bool:
    """Make the terms of a connector anew. False where they are new already, or another process is at it."""
    async with database.begin() as db:
        place = {"connector": connector_id, "account": actor.account, "version": version}
        found = (await db.execute(_TAKE, place)).one_or_none()
        if found is None:
            return False
        rows = (await db.execute(_DEFINITIONS, {"version_id": found.version_id, "account": actor.account})).all()
        whose = VersionPlace(
            account=actor.account, connector_id=connector_id, connector=found.name, version_id=found.version_id
        )
        terms = await asyncio.to_thread(_terms, whose, [(id_, definition) for id_, definition in rows], found.title)
        await db.execute(_RENEW, dict(terms.columns))
        await _replace_counts(actor, db, connector_id, terms)
        await db.execute(_FINISH, {"version": version, "version_id": found.version_id})
        await merge_terms(db)
    return True


def _terms(place: VersionPlace, definitions: Sequence[tuple[str, str]], title: str) -> FoundTerms:
    functions = [(id_, function_from_json(orjson.loads(definition))) for id_, definition in definitions]
    return find_terms(place, functions, title)
