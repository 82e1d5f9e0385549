"""What was created is listed, got, changed and deleted as one thing."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from madang.schema.functions import FunctionSet
from madang.schema.responses import read_response

Client = Any


def test_what_was_created_is_got_listed_changed_and_deleted(client: Client) -> None:
    created = client.json("POST", "/pets", {"name": "Rex", "kind": "dog"}, status=201)
    assert (created["id"], created["name"], created["kind"]) == (1, "Rex", "dog")
    assert client.json("GET", "/pets/1") == created
    assert client.json("GET", "/pets")["data"] == [created]

    renamed = client.json("PATCH", "/pets/1", {"name": "Max"})
    assert renamed == {**created, "name": "Max"}
    assert client.json("GET", "/pets/1") == renamed
    assert client.json("GET", "/pets")["data"] == [renamed]

    assert client.send("DELETE", "/pets/1").status == 204
    gone = client.send("GET", "/pets/1")
    assert (gone.status, json.loads(gone.body)) == (404, {"code": 404, "message": "/pets/1 was deleted"})
    assert client.json("GET", "/pets")["data"] == []
    assert client.json("POST", "/pets", {"name": "Tom"}, status=201)["id"] == 2


def test_replacing_drops_what_was_not_sent_and_keeps_what_cannot_be_sent(client: Client) -> None:
    created = client.json("POST", "/pets", {"name": "Rex", "kind": "dog", "owner": {"name": "Kim"}}, status=201)

    replaced = client.json("PUT", "/pets/1", {"name": "Tom"})

    assert {**created, "name": "Tom"}.items() >= replaced.items()
    assert (replaced["name"], "kind" in replaced, replaced["id"]) == ("Tom", False, 1)
    assert client.json("GET", "/pets/1") == replaced


def test_a_change_goes_into_members_of_members(client: Client) -> None:
    client.json("POST", "/pets", {"name": "Rex", "owner": {"name": "Kim", "city": "Seoul"}}, status=201)

    changed = client.json("PATCH", "/pets/1", {"owner": {"city": "Busan"}})

    assert changed["owner"] == {"name": "Kim", "city": "Busan"}


def test_replacing_what_is_not_there_creates_it(client: Client) -> None:
    assert client.json("PUT", "/pets/77", {"name": "Tom"})["id"] == 77
    assert [pet["id"] for pet in client.json("GET", "/pets")["data"]] == [77]


def test_an_untouched_collection_is_listed_with_made_resources_that_can_be_got(client: Client) -> None:
    listed = client.json("GET", "/pets")

    assert [pet["id"] for pet in listed["data"]] == [1, 2, 3]
    assert listed["total"] == 3
    for pet in listed["data"]:
        assert client.json("GET", f"/pets/{pet['id']}") == pet
    assert client.send("GET", "/pets/4").status == 404


def test_what_is_got_before_anything_else_is_made_and_stays(client: Client) -> None:
    pet = client.json("GET", "/pets/42")

    assert pet["id"] == 42
    assert client.json("GET", "/pets/42") == pet
    assert pet in client.json("GET", "/pets")["data"]


def test_pages_follow_the_cursor_to_the_end(client: Client) -> None:
    names = [f"pet {number}" for number in range(5)]
    for name in names:
        client.json("POST", "/pets", {"name": name}, status=201)

    found: list[str] = []
    cursor = ""
    for _ in range(3):
        page = client.json("GET", f"/pets?limit=2&cursor={cursor}")
        found += [pet["name"] for pet in page["data"]]
        assert page["total"] == 5
        cursor = page["next_cursor"]

    assert (found, cursor) == (names, None)


def test_numbered_pages_of_a_plain_list(client: Client) -> None:
    for reason in ("a", "b", "c"):
        client.json(
            "POST", "/pets/1/visits", {"id": f"{reason * 8}-0000-4000-8000-000000000000", "reason": reason}, status=201
        )

    assert [visit["reason"] for visit in client.json("GET", "/pets/1/visits?page=2&per_page=2")] == ["c"]
    assert client.json("GET", "/pets/1/visits?page=3&per_page=2") == []


def test_nested_resources_belong_to_what_is_above_them(client: Client) -> None:
    visit = client.json(
        "POST", "/pets/1/visits", {"reason": "cough", "id": "a" * 8 + "-0000-4000-8000-000000000000"}, status=201
    )

    assert client.json("GET", "/pets/1/visits") == [visit]
    assert visit not in client.json("GET", "/pets/2/visits")
    assert client.json("GET", f"/pets/1/visits/{visit['id']}") == visit
    client.send("DELETE", "/pets/1")
    assert client.send("GET", f"/pets/1/visits/{visit['id']}").status == 404


def test_ids_have_the_type_and_format_of_their_schema(client: Client, shop: FunctionSet) -> None:
    function = next(each for each in shop.functions if each.operation_id == "listVisits")

    outgoing = client.send("GET", "/pets/1/visits")
    response = read_response(function, shop.schemas, outgoing.status, dict(outgoing.headers), outgoing.body)

    assert response.drift == ()
    assert isinstance(response.value, list)
    assert len(response.value) == 3


def test_a_resource_alone_is_remembered_too(client: Client) -> None:
    before = client.json("GET", "/settings")

    client.json("PATCH", "/settings", {"theme": "dark"})

    assert client.json("GET", "/settings") == {**before, "theme": "dark"}


def test_the_same_seed_and_requests_give_the_same_answers(make_client: Callable[..., Client]) -> None:
    def played(seed: str) -> list[Any]:
        client = make_client(seed=seed)
        return [client.json("GET", "/pets"), client.json("POST", "/pets", {"name": "Rex"}, status=201)]

    assert played("one") == played("one")
    assert played("one") != played("two")


def test_the_state_before_a_request_is_not_touched(client: Client) -> None:
    client.json("POST", "/pets", {"name": "Rex"}, status=201)
    before = client.state

    client.send("DELETE", "/pets/1")

    assert [*before.at("/pets").items] == ["1"]
    assert [*client.state.at("/pets").items] == []
