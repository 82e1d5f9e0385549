"""From a document's bytes to functions that are stored, found and read back."""

from datetime import UTC, datetime

import orjson
import pytest

from madang.catalog.connectors import NewConnector, create_connector, get_connector
from madang.catalog.embedding import find_embedder
from madang.catalog.functions import get_function, list_functions, summaries
from madang.catalog.indexing import find_unindexed, index_batch, index_states
from madang.catalog.reading import MAX_PARTS, Reading, read_document
from madang.catalog.search import search
from madang.catalog.values import ConnectorVersion
from madang.catalog.versions import StoredDocument, get_version, list_remarks, store_version
from madang.kit.actor import Actor
from madang.kit.errors import InvalidError, NotFoundError, UpstreamError
from madang.kit.json import JsonObject, JsonValue
from madang.kit.pages import PageRequest
from madang.storage.engine import Database

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ACTOR = Actor(account="acc_1", user="usr_1", roles=frozenset({"owner"}))
OTHER = Actor(account="acc_2", user="usr_2", roles=frozenset({"owner"}))
CLINIC: JsonObject = {
    "openapi": "3.1.0",
    "info": {"title": "Clinic", "version": "1"},
    "servers": [{"url": "https://clinic.example/v1"}],
    "paths": {
        "/pets": {
            "get": {
                "operationId": "pets.list",
                "summary": "List the pets of the clinic",
                "parameters": [{"name": "kind", "in": "query", "schema": {"$ref": "#/components/schemas/Kind"}}],
                "responses": {"200": {"description": "pets"}},
            },
            "post": {
                "operationId": "pets.create",
                "summary": "Register a pet",
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}},
                "responses": {"201": {"description": "made"}},
            },
        },
        "/appointments/{id}": {
            "delete": {
                "operationId": "appointments.cancel",
                "summary": "Cancel an appointment",
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
                "responses": {"204": {"description": "gone"}},
            }
        },
    },
    "components": {
        "schemas": {
            "Kind": {"enum": ["cat", "dog"]},
            "Pet": {
                "type": "object",
                "required": ["name"],
                "properties": {
                    "name": {"type": "string"},
                    "kind": {"$ref": "#/components/schemas/Kind"},
                    "mother": {"$ref": "#/components/schemas/Pet"},
                },
            },
            "Unused": {"type": "string"},
        }
    },
}


async def _import(database: Database, document: JsonObject = CLINIC, name: str = "clinic") -> ConnectorVersion:
    data = orjson.dumps(document)
    offered = await read_document(Reading(data=data))
    async with database.begin() as db:
        connector = await create_connector(ACTOR, db, NewConnector(name=name), now=NOW)
        stored = StoredDocument(key="documents/x", hash="x", size=len(data))
        return await store_version(ACTOR, db, connector.id, offered, stored, now=NOW)


async def test_a_document_becomes_a_version_that_accounts_for_every_operation(database: Database) -> None:
    version = await _import(database)
    async with database.begin() as db:
        connector = await get_connector(ACTOR, db, "clinic")
        assert await get_version(ACTOR, db, connector.id) == version
        listed = await list_functions(ACTOR, db, PageRequest(limit=2))
        rest = await list_functions(ACTOR, db, PageRequest(cursor=listed.next))
    assert (version.found, version.imported, version.refused, connector.title) == (3, 3, 0, "Clinic")
    names = [each.full_name for each in (*listed.data, *rest.data)]
    assert names == ["clinic.pets.list", "clinic.pets.create", "clinic.appointments.cancel"]


async def test_a_function_comes_back_with_the_schemas_that_it_reaches_and_no_others(database: Database) -> None:
    await _import(database)
    async with database.begin() as db:
        create = await get_function(ACTOR, db, "clinic.pets.create")
        cancel = await get_function(ACTOR, db, "clinic.appointments.cancel")
    assert sorted(create.schemas) == ["Kind", "Pet"]
    assert [argument.name for argument in create.function.arguments] == ["name", "kind", "mother"]
    assert (create.function.effect, cancel.function.effect, dict(cancel.schemas)) == ("unsafe", "idempotent", {})


@pytest.mark.parametrize(
    ("request_text", "name"),
    [
        ("list all pets", "clinic.pets.list"),
        ("register a new cat", "clinic.pets.create"),
        ("cancel appointment 7", "clinic.appointments.cancel"),
        ("반려동물을 등록해 줘", "clinic.pets.create"),
        ("진료 예약을 취소해 줘", "clinic.appointments.cancel"),
    ],
)
async def test_search_finds_by_words_before_anything_is_indexed(
    database: Database, request_text: str, name: str
) -> None:
    await _import(database)
    async with database.begin() as db:
        hits = await search(ACTOR, db, request_text, embedder=None)
        found = await summaries(ACTOR, db, [hit.function_id for hit in hits])
    assert found[0].full_name == name
    assert hits[0].similarity is None


async def test_indexing_adds_what_words_cannot_find(database: Database) -> None:
    embedder = find_embedder()
    if embedder is None:
        pytest.skip("this platform has no offline embeddings")
    version = await _import(database)
    assert await find_unindexed(database) == [("acc_1", version.connector_id)]
    while await index_batch(ACTOR, database, version.connector_id, embedder, now=NOW, limit=2):
        pass
    async with database.begin() as db:
        state = (await index_states(ACTOR, db, [version.connector_id]))[version.connector_id]
        hits = await search(ACTOR, db, "I will not come to see the veterinarian on Monday", embedder=embedder)
        indexed = await get_version(ACTOR, db, version.connector_id)
    assert (state.functions, state.indexed, indexed.indexed_at) == (3, 3, NOW)
    assert all(hit.similarity is not None for hit in hits)
    assert await find_unindexed(database) == []


async def test_a_new_version_replaces_what_search_finds(database: Database) -> None:
    first = await _import(database)
    paths = CLINIC["paths"]
    assert isinstance(paths, dict)
    smaller: JsonObject = {**CLINIC, "paths": {"/pets": paths["/pets"]}}
    offered = await read_document(Reading(data=orjson.dumps(smaller)))
    async with database.begin() as db:
        stored = StoredDocument(key="documents/y", hash="y", size=1)
        second = await store_version(ACTOR, db, first.connector_id, offered, stored, now=NOW)
        assert await search(ACTOR, db, "cancel appointment", embedder=None) == []
        with pytest.raises(NotFoundError):
            await get_function(ACTOR, db, "clinic.appointments.cancel")
        assert (await get_version(ACTOR, db, first.connector_id, 1)).imported == 3
    assert (second.number, second.imported) == (2, 2)


async def test_another_account_finds_and_reads_nothing(database: Database) -> None:
    version = await _import(database)
    async with database.begin() as db:
        assert await search(OTHER, db, "list all pets", embedder=None) == []
        assert (await list_functions(OTHER, db, PageRequest())).data == []
        assert (await list_remarks(OTHER, db, version.id, PageRequest())).data == []
        with pytest.raises(NotFoundError):
            await get_function(OTHER, db, "clinic.pets.list")


async def test_what_is_no_document_is_one_clear_error(database: Database) -> None:
    with pytest.raises(InvalidError):
        await read_document(Reading(data=b"{ not json"))


async def test_only_so_many_other_documents_are_asked_for_whether_they_are_there_or_not() -> None:
    parameters: list[JsonValue] = [{"$ref": f"part{number}.json"} for number in range(MAX_PARTS + 20)]
    paths: JsonObject = {"/a": {"get": {"parameters": parameters, "responses": {}}}}
    asked: list[str] = []

    async def fetch(url: str) -> bytes:
        asked.append(url)
        raise UpstreamError("not there")

    data = orjson.dumps({"openapi": "3.0.3", "paths": paths})
    found = await read_document(Reading(data=data, source_url="https://docs.example/api.json", fetch=fetch))

    assert len(asked) == len(set(asked)) == MAX_PARTS
    told = [remark.message for remark in found.remarks if remark.code == "ref-unreachable"]
    assert len(told) == MAX_PARTS + 20
    assert f"at most {MAX_PARTS} documents of 50,000,000 bytes together are fetched" in told[-1]


async def test_parts_of_the_same_origin_are_fetched_and_others_are_losses() -> None:
    document: JsonObject = {
        "openapi": "3.0.3",
        "info": {"title": "x", "version": "1"},
        "paths": {
            "/a": {"get": {"parameters": [{"$ref": "parts.json#/page"}], "responses": {}}},
            "/b": {"get": {"parameters": [{"$ref": "https://elsewhere.example/p.json#/page"}], "responses": {}}},
        },
    }
    asked: list[str] = []

    async def fetch(url: str) -> bytes:
        asked.append(url)
        if url != "https://docs.example/v1/parts.json":
            raise UpstreamError("not there")
        return orjson.dumps({"page": {"name": "page", "in": "query", "schema": {"type": "integer"}}})

    reading = Reading(data=orjson.dumps(document), source_url="https://docs.example/v1/api.json", fetch=fetch)
    found = await read_document(reading)
    by_path = {function.path: [argument.name for argument in function.arguments] for function in found.functions}
    assert asked == ["https://docs.example/v1/parts.json"]
    assert by_path == {"/a": ["page"], "/b": []}
    assert any("other origins" in remark.message for remark in found.remarks if remark.severity == "loss")
