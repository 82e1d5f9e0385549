from datetime import UTC, datetime

import pytest

from madang.catalog.connections import (
    ConnectionFields,
    change_connection,
    create_connection,
    get_connection,
    list_connections,
    remove_connection,
)
from madang.catalog.connectors import (
    NewConnector,
    change_connector,
    create_connector,
    find_connector,
    get_connector,
    list_connectors,
    remove_connector,
)
from madang.catalog.values import Connection, Connector
from madang.kit.actor import Actor
from madang.kit.errors import ConflictError, InvalidError, NotFoundError, PreconditionError
from madang.kit.pages import PageRequest
from madang.storage.engine import Database

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ACTOR = Actor(account="acc_1", user="usr_1", roles=frozenset({"owner"}))
OTHER = Actor(account="acc_2", user="usr_2", roles=frozenset({"owner"}))


async def _connector(database: Database, name: str = "shop", actor: Actor = ACTOR) -> Connector:
    async with database.begin() as db:
        return await create_connector(actor, db, NewConnector(name=name, title="A shop"), now=NOW)


async def _connection(database: Database, connector: Connector, label: str = "default") -> Connection:
    fields = ConnectionFields(label=label, server_url="https://shop.example/v1", allowed_hosts=("127.0.0.1:8713",))
    async with database.begin() as db:
        return await create_connection(ACTOR, db, connector.id, fields, now=NOW)


async def test_a_connector_is_found_by_id_and_by_name(database: Database) -> None:
    made = await _connector(database)
    async with database.begin() as db:
        assert await get_connector(ACTOR, db, made.id) == await get_connector(ACTOR, db, "shop") == made


async def test_two_accounts_may_use_one_name_and_see_only_their_own(database: Database) -> None:
    mine, theirs = await _connector(database), await _connector(database, actor=OTHER)
    async with database.begin() as db:
        assert (await list_connectors(OTHER, db, PageRequest())).data == [theirs]
        assert await find_connector(OTHER, db, mine.id) is None
        with pytest.raises(NotFoundError):
            await remove_connector(OTHER, db, mine.id)


async def test_a_name_that_is_taken_is_a_conflict_and_the_unit_of_work_goes_on(database: Database) -> None:
    await _connector(database)
    async with database.begin() as db:
        with pytest.raises(ConflictError, match="'shop' already"):
            await create_connector(ACTOR, db, NewConnector(name="shop"), now=NOW)
        await create_connector(ACTOR, db, NewConnector(name="shop_2"), now=NOW)
    async with database.begin() as db:
        assert [each.name for each in (await list_connectors(ACTOR, db, PageRequest())).data] == ["shop_2", "shop"]


@pytest.mark.parametrize("name", ["", "Shop", "my-shop", "class", "workflow", "1shop", "x" * 41, "가게"])
async def test_a_name_that_is_no_word_of_a_workflow_is_refused(database: Database, name: str) -> None:
    with pytest.raises(InvalidError) as caught:
        await _connector(database, name)
    assert [error.pointer for error in caught.value.errors] == ["/name"]


async def test_lists_go_page_by_page_and_filter_by_text(database: Database) -> None:
    for name in ("one", "two", "three"):
        await _connector(database, name)
    async with database.begin() as db:
        first = await list_connectors(ACTOR, db, PageRequest(limit=2))
        second = await list_connectors(ACTOR, db, PageRequest(limit=2, cursor=first.next))
        filtered = await list_connectors(ACTOR, db, PageRequest(), containing="TW")
    assert [each.name for each in (*first.data, *second.data)] == ["three", "two", "one"]
    assert second.next is None
    assert [each.name for each in filtered.data] == ["two"]


async def test_a_change_that_did_not_see_the_newest_is_refused(database: Database) -> None:
    made = await _connector(database)
    async with database.begin() as db:
        changed = await change_connector(ACTOR, db, made.id, title="New", if_revision=1, now=NOW)
        assert (changed.title, changed.revision) == ("New", 2)
        with pytest.raises(PreconditionError):
            await change_connector(ACTOR, db, made.id, title="Newer", if_revision=1, now=NOW)


async def test_connections_are_listed_oldest_first_and_go_with_their_connector(database: Database) -> None:
    connector = await _connector(database)
    one, two = await _connection(database, connector), await _connection(database, connector, "test")
    async with database.begin() as db:
        assert (await list_connections(ACTOR, db, PageRequest(), connector_id=connector.id)).data == [one, two]
        assert (await remove_connection(ACTOR, db, two.id)) == two
        await remove_connector(ACTOR, db, connector.id)
    async with database.begin() as db:
        with pytest.raises(NotFoundError):
            await get_connection(ACTOR, db, one.id)


async def test_a_connection_changes_only_in_the_fields_that_are_given(database: Database) -> None:
    connection = await _connection(database, await _connector(database))
    async with database.begin() as db:
        changed = await change_connection(ACTOR, db, connection.id, {"credentials": {"key": "crd_1"}}, now=NOW)
    assert (changed.credentials, changed.server_url, changed.revision) == (
        {"key": "crd_1"},
        "https://shop.example/v1",
        2,
    )


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"label": " "}, "/label"),
        ({"server_url": "shop.example"}, "/server_url"),
        ({"server_url": "file:///etc/passwd"}, "/server_url"),
        ({"server_url": "https://user:secret@shop.example"}, "/server_url"),
        ({"allowed_hosts": ["127.0.0.1"]}, "/allowed_hosts/0"),
        ({"allowed_hosts": ["a:1", "http://b:2"]}, "/allowed_hosts/1"),
    ],
)
async def test_a_wrong_field_of_a_connection_is_pointed_at(
    database: Database, changes: dict[str, object], pointer: str
) -> None:
    connection = await _connection(database, await _connector(database))
    async with database.begin() as db:
        with pytest.raises(InvalidError) as caught:
            await change_connection(ACTOR, db, connection.id, changes, now=NOW)
    assert [error.pointer for error in caught.value.errors] == [pointer]


async def test_another_account_cannot_connect_to_my_connector(database: Database) -> None:
    connector = await _connector(database)
    fields = ConnectionFields(label="x", server_url="https://shop.example")
    async with database.begin() as db:
        with pytest.raises(NotFoundError):
            await create_connection(OTHER, db, connector.id, fields, now=NOW)
