"""Search over real tables: bounded work where every function matches, the same order after every import."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from math import cos, radians, sin
from typing import Any

import orjson
from sqlalchemy import text

from madang.catalog.connectors import NewConnector, create_connector
from madang.catalog.functions import summaries
from madang.catalog.indexing import index_batch
from madang.catalog.search import search
from madang.catalog.versions import StoredDocument, store_version
from madang.kit.actor import Actor
from madang.schema.reading import read_functions
from madang.storage.engine import Database

NOW = datetime(2026, 1, 1, tzinfo=UTC)
AMY = Actor(account="acc_amy", user="usr_amy")


class Near:
    """An embedder to which the texts of `crowd` are a little nearer to what is asked than all others."""

    async def passages(self, texts: Sequence[str]) -> list[list[float]]:
        return [self._vector(each) for each in texts]

    def _vector(self, text: str) -> list[float]:
        number = re.search(r"crowd (\d+)", text)
        angle = radians(0.4 * int(number[1]) if number else 25)
        return [cos(angle), sin(angle), *[0.0] * 382]

    async def query(self, text: str) -> list[float]:
        return [1.0, 0.0, *[0.0] * 382]


async def store(database: Database, name: str, titles: Sequence[str]) -> str:
    paths: dict[str, Any] = {
        f"/{number}": {"get": {"operationId": f"at{number}", "summary": title, "responses": {}}}
        for number, title in enumerate(titles)
    }
    data = orjson.dumps({"openapi": "3.0.3", "info": {"title": name, "version": "1"}, "paths": paths})
    async with database.begin() as db:
        connector = await create_connector(AMY, db, NewConnector(name=name), now=NOW)
        document = StoredDocument(key="k", hash="h", size=len(data))
        await store_version(AMY, db, connector.id, read_functions(data), document, now=NOW)
    return connector.id


async def titles_of(database: Database, request: str, **options: Any) -> list[str]:
    async with database.begin() as db:
        hits = await search(AMY, db, request, embedder=None, **options)
        return [each.title for each in await summaries(AMY, db, [hit.function_id for hit in hits])]


async def test_the_one_that_all_words_name_is_found_among_thousands_that_have_each_of_them(database: Database) -> None:
    crowd = [f"Paint the {colour} wall" for colour in ("red", "blue", "green") for _ in range(500)]
    fences = [f"Mend the {colour} fence" for colour in ("red", "blue", "green") for _ in range(500)]
    await store(database, "house", [*crowd, "Paint the red fence", *fences])

    assert (await titles_of(database, "paint the red fence", limit=2))[0] == "Paint the red fence"


async def test_functions_that_score_alike_come_shortest_name_first_and_then_by_name(database: Database) -> None:
    await store(database, "one", ["Weather of a city in detail", "Weather of a town", "Weather of a city"])

    assert await titles_of(database, "weather", limit=3) == [
        "Weather of a city",
        "Weather of a town",
        "Weather of a city in detail",
    ]


async def test_one_connector_is_searched_by_its_own_words_alone(database: Database) -> None:
    await store(database, "one", ["Weather of a city"])
    two = await store(database, "two", ["Weather of a town"])

    assert await titles_of(database, "weather", connector_id=two) == ["Weather of a town"]


async def test_new_terms_are_in_their_indexes_at_once(database: Database) -> None:
    await store(database, "one", [f"Weather of city {number}" for number in range(50)])

    async with database.begin() as db:
        pages = await db.scalar(text("SELECT gin_clean_pending_list('madang.ix_function_terms_terms')"))

    assert pages == 0


async def test_meaning_is_found_in_one_connector_where_all_of_another_are_nearer(database: Database) -> None:
    crowd = await store(database, "crowd", [f"crowd {number}" for number in range(60)])
    quiet = await store(database, "quiet", ["Sing a song"])
    for connector_id in (crowd, quiet):
        while await index_batch(AMY, database, connector_id, Near(), now=NOW):
            pass
    async with database.begin() as db:
        # So that the index of vectors is used, as it is where there are many.
        await db.execute(text("SET LOCAL enable_sort = off"))
        hits = await search(AMY, db, "hum something", embedder=Near(), connector_id=quiet)

    assert len(hits) == 1
