"""The finder without a model, over real tables: what is named, what is meant, and that nothing may fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from madang.agent.subagents.finder_search import find_by_search
from madang.agent.subagents.ports import Context, FinderInput, Finding
from madang.catalog.connectors import NewConnector, create_connector
from madang.catalog.embedding import Embedder
from madang.catalog.indexing import index_batch
from madang.catalog.versions import StoredDocument, store_version
from madang.kit.actor import Actor
from madang.schema.reading import read_functions
from madang.storage.engine import Database

NOW = datetime(2026, 1, 1, tzinfo=UTC)
AMY = Actor(account="acc_amy", user="usr_amy")
OPERATIONS: Mapping[str, Mapping[str, str]] = {
    "chat": {
        "GET /channels": "List channels",
        "POST /channels": "Create a channel",
        "POST /channels/{id}/archive": "Archive a channel",
        "POST /messages": "Send a message",
    },
    "code": {
        "GET /repos": "List repositories",
        "GET /repos/{id}/issues": "List repository issues",
        "POST /repos/{id}/issues": "Create an issue",
        "POST /issues/{id}/labels": "Add labels to an issue",
        "POST /messages": "Send a message",
    },
}


class Alike:
    """An embedder to which texts with the word `pupil` and those with `Archive` mean the same."""

    async def passages(self, texts: Sequence[str]) -> list[list[float]]:
        return [self._vector("Archive" in text) for text in texts]

    async def query(self, text: str) -> list[float]:
        return self._vector("pupil" in text)

    def _vector(self, is_alike: bool) -> list[float]:
        return [1.0, 0.0, *[0.0] * 382] if is_alike else [0.0, 1.0, *[0.0] * 382]


async def store(database: Database, name: str, operations: Mapping[str, str]) -> str:
    paths: dict[str, Any] = {}
    for operation, summary in operations.items():
        method, path = operation.split()
        paths.setdefault(path, {})[method.lower()] = {"summary": summary, "responses": {}}
    data = orjson.dumps({"openapi": "3.0.3", "info": {"title": name, "version": "1"}, "paths": paths})
    async with database.begin() as db:
        connector = await create_connector(AMY, db, NewConnector(name=name), now=NOW)
        document = StoredDocument(key="k", hash="h", size=len(data))
        await store_version(AMY, db, connector.id, read_functions(data), document, now=NOW)
    return connector.id


async def find(database: Database, text: str, *, embedder: Embedder | None = None) -> Finding:
    context = Context(actor=AMY, database=database, embedder=embedder, now=NOW)
    return await find_by_search(FinderInput(text=text), context)


@pytest.fixture
async def connectors(database: Database) -> list[str]:
    return [await store(database, name, operations) for name, operations in OPERATIONS.items()]


@pytest.mark.usefixtures("connectors")
@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("list the issues of repo x", "List repository issues"),
        ("x 저장소 이슈 목록", "List repository issues"),
        ("이슈에 라벨 추가", "Add labels to an issue"),
        ("make a channel called list", "Create a channel"),
        ("채널을 보관해 줘", "Archive a channel"),
    ],
)
async def test_the_best_candidate_does_what_was_asked(database: Database, text: str, title: str) -> None:
    finding = await find(database, text)
    assert (finding.candidates[0].function.title, finding.fits) == (title, True)


@pytest.mark.usefixtures("connectors")
@pytest.mark.parametrize("text", ["bake a chocolate cake", "고양이 밥을 줘", "hello", "", "12 34"])
async def test_nothing_fits_what_no_function_speaks_of(database: Database, text: str) -> None:
    assert not (await find(database, text)).fits


@pytest.mark.usefixtures("connectors")
@pytest.mark.parametrize("name", ["chat", "code"])
async def test_a_connector_that_is_named_goes_before_another_that_could_do_it_too(
    database: Database, name: str
) -> None:
    finding = await find(database, f"send a message in {name}")
    assert finding.candidates[0].function.connector == name


async def test_what_shares_no_word_is_found_by_its_meaning(database: Database, connectors: list[str]) -> None:
    for connector in connectors:
        while await index_batch(AMY, database, connector, Alike(), now=NOW):
            pass
    finding = await find(database, "pupil", embedder=Alike())
    assert [each.function.title for each in finding.candidates] == ["Archive a channel"]


async def test_a_stranger_finds_nothing(database: Database, connectors: list[str]) -> None:
    stranger = Actor(account="acc_bob", user="usr_bob")
    context = Context(actor=stranger, database=database, embedder=None, now=NOW)
    finding = await find_by_search(FinderInput(text="list channels", connector_id=connectors[0]), context)
    assert finding == Finding(candidates=[], fits=False)
