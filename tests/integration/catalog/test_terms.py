"""Terms of an older making: made anew in the background, once, without losing what is still right."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from sqlalchemy import text

from madang.catalog.connectors import NewConnector, create_connector
from madang.catalog.indexer import Indexer
from madang.catalog.indexing import find_unindexed, index_batch
from madang.catalog.search import search
from madang.catalog.terms import find_outdated, renew_terms
from madang.catalog.version_records import TERMS_VERSION
from madang.catalog.versions import StoredDocument, store_version
from madang.kit.actor import Actor
from madang.kit.clock import FixedClock
from madang.schema.reading import read_functions
from madang.storage.engine import Database

NOW = datetime(2026, 1, 1, tzinfo=UTC)
AMY = Actor(account="acc_amy", user="usr_amy")
PATHS: dict[str, Any] = {
    "/walls": {"post": {"operationId": "paintWall", "summary": "Paint a wall", "responses": {}}},
    "/fences": {"get": {"operationId": "listFences", "summary": "List fences", "responses": {}}},
}


class Constant:
    """One vector for all texts."""

    async def passages(self, texts: Sequence[str]) -> list[list[float]]:
        return [[1.0] + [0.0] * 383 for _ in texts]

    async def query(self, text: str) -> list[float]:
        raise AssertionError(text)


@pytest.fixture
async def connector(database: Database) -> str:
    """A connector of two functions, wholly indexed."""
    data = orjson.dumps({"openapi": "3.0.3", "info": {"title": "House", "version": "1"}, "paths": PATHS})
    async with database.begin() as db:
        made = await create_connector(AMY, db, NewConnector(name="house"), now=NOW)
        document = StoredDocument(key="k", hash="h", size=len(data))
        await store_version(AMY, db, made.id, read_functions(data), document, now=NOW)
    while await index_batch(AMY, database, made.id, Constant(), now=NOW):
        pass
    return made.id


async def stored(database: Database) -> list[Any]:
    """All that search knows."""
    async with database.begin() as db:
        functions = await db.execute(
            text("SELECT function_id, act, terms::text, passage FROM madang.function_terms ORDER BY 1")
        )
        counts = await db.execute(text("SELECT term, functions, named FROM madang.search_term ORDER BY 1"))
        return [*functions.all(), *counts.all()]


async def age(database: Database, statement: str = "SELECT 1") -> None:
    """Make terms look as if an older making had made them."""
    async with database.begin() as db:
        await db.execute(text("UPDATE madang.connector_version SET terms_version = 0"))
        await db.execute(text(statement))


async def test_terms_of_an_import_are_of_the_newest_making(database: Database, connector: str) -> None:
    assert (await find_outdated(database), await renew_terms(AMY, database, connector)) == ([], False)


async def test_terms_made_anew_are_those_of_an_import(database: Database, connector: str) -> None:
    imported = await stored(database)
    await age(database, "UPDATE madang.function_terms SET terms = 'old', act = NULL")
    await age(database, "UPDATE madang.search_term SET term = term || 'old', named = 0")

    assert await find_outdated(database) == [(AMY.account, connector)]
    assert await renew_terms(AMY, database, connector)
    assert (await find_outdated(database), await stored(database)) == ([], imported)


async def test_only_functions_whose_text_changed_are_indexed_again(database: Database, connector: str) -> None:
    await age(database, "UPDATE madang.function_terms SET passage = 'old' WHERE passage LIKE 'Paint%'")
    await renew_terms(AMY, database, connector)

    assert await find_unindexed(database) == [(AMY.account, connector)]
    assert await index_batch(AMY, database, connector, Constant(), now=NOW) == 1


async def test_what_is_still_indexed_stays_so(database: Database, connector: str) -> None:
    await age(database)
    await renew_terms(AMY, database, connector)

    assert await find_unindexed(database) == []


async def test_a_stranger_renews_nothing(database: Database, connector: str) -> None:
    await age(database)

    assert not await renew_terms(Actor(account="acc_bob", user="usr_bob"), database, connector)


@pytest.mark.usefixtures("connector")
async def test_without_an_embedder_the_indexer_makes_terms_anew_and_ends(database: Database) -> None:
    await age(database, "UPDATE madang.function_terms SET terms = ''")
    await age(database, "DELETE FROM madang.search_term")

    async with asyncio.timeout(20):
        await Indexer(database, None, FixedClock(NOW)).run()

    async with database.begin() as db:
        assert len(await search(AMY, db, "paint a wall", embedder=None)) == 1


async def test_a_later_making_is_newer_than_this_one(database: Database, connector: str) -> None:
    assert await find_outdated(database, version=TERMS_VERSION + 1) == [(AMY.account, connector)]
    assert await renew_terms(AMY, database, connector, version=TERMS_VERSION + 1)
    assert await find_outdated(database, version=TERMS_VERSION + 1) == []
