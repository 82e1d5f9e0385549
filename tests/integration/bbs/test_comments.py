from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

Json = dict[str, Any]
Post = Callable[..., Awaitable[Json]]
MISSING = "cmt_" + "0" * 32


@pytest.fixture
async def path(post: Post) -> str:
    return f"/articles/{(await post())['id']}/comments"


async def comment(client: httpx.AsyncClient, path: str, **fields: Any) -> Json:
    response = await client.post(path, json={"writer": "minji", "body": "Welcome!", "password": "pw"} | fields)
    assert response.status_code == 201, response.text
    return response.json()


async def test_a_comment_is_kept_as_it_was_written(client: httpx.AsyncClient, path: str) -> None:
    response = await client.post(path, json={"writer": "minji", "body": "Welcome!", "password": "pw"})
    found = response.json()
    at = found["created_at"]
    assert response.headers["location"] == f"{path}/{found['id']}"
    assert found == {
        "id": found["id"],
        "article_id": path.split("/")[2],
        "writer": "minji",
        "excerpt": "Welcome!",
        "created_at": at,
        "updated_at": at,
        "snapshots": [{"format": "txt", "body": "Welcome!", "files": [], "created_at": at}],
    }
    assert (await client.get(f"{path}/{found['id']}")).json() == found


async def test_an_answer_names_the_comment_that_it_answers(client: httpx.AsyncClient, path: str) -> None:
    first = await comment(client, path)
    answer = await comment(client, path, parent_id=first["id"])
    assert answer["parent_id"] == first["id"]
    (listed,) = (await client.get(path, params={"parent_id": first["id"]})).json()["data"]
    assert listed["id"] == answer["id"]


async def test_a_parent_must_be_a_comment_of_the_same_article(client: httpx.AsyncClient, path: str, post: Post) -> None:
    elsewhere = await comment(client, f"/articles/{(await post())['id']}/comments")
    for parent in (MISSING, "nonsense", elsewhere["id"]):
        response = await client.post(path, json={"writer": "a", "body": "b", "password": "c", "parent_id": parent})
        assert response.status_code == 422
        assert [error["pointer"] for error in response.json()["errors"]] == ["/parent_id"]


async def test_an_update_adds_a_snapshot(client: httpx.AsyncClient, path: str) -> None:
    first = await comment(client, path)
    response = await client.put(f"{path}/{first['id']}", json={"body": "Bye", "format": "md", "password": "pw"})
    assert response.status_code == 200
    assert [snapshot["body"] for snapshot in response.json()["snapshots"]] == ["Welcome!", "Bye"]
    assert (await client.get(path)).json()["data"][0]["excerpt"] == "Bye"


async def test_a_wrong_password_changes_nothing(client: httpx.AsyncClient, path: str) -> None:
    first = await comment(client, path)
    answers = [
        await client.put(f"{path}/{first['id']}", json={"body": "Bye", "password": "no"}),
        await client.delete(f"{path}/{first['id']}", headers={"password": "no"}),
    ]
    assert [answer.status_code for answer in answers] == [403, 403]
    assert (await client.get(f"{path}/{first['id']}")).json() == first


async def test_a_deleted_comment_is_not_found_and_answers_to_it_stay(client: httpx.AsyncClient, path: str) -> None:
    first = await comment(client, path)
    answer = await comment(client, path, parent_id=first["id"])
    response = await client.delete(f"{path}/{first['id']}", headers={"password": "pw"})
    assert response.status_code == 200
    assert response.json()["deleted_at"] >= first["created_at"]
    gone = [
        await client.get(f"{path}/{first['id']}"),
        await client.put(f"{path}/{first['id']}", json={"body": "B", "password": "pw"}),
        await client.delete(f"{path}/{first['id']}", headers={"password": "pw"}),
    ]
    assert [found.status_code for found in gone] == [404] * 3
    assert [found["id"] for found in (await client.get(path)).json()["data"]] == [answer["id"]]


async def test_a_comment_is_not_found_under_another_article(client: httpx.AsyncClient, path: str, post: Post) -> None:
    first = await comment(client, path)
    other = f"/articles/{(await post())['id']}/comments/{first['id']}"
    assert (await client.get(other)).status_code == 404
    assert (await client.delete(other, headers={"password": "pw"})).status_code == 404
    assert (await client.get(f"{path}/{MISSING}")).status_code == 404


async def test_comments_are_listed_in_pages_oldest_first(client: httpx.AsyncClient, path: str) -> None:
    made = [(await comment(client, path, body=f"number {number}"))["id"] for number in range(5)]
    seen: list[str] = []
    cursor: str | None = None
    while True:
        params = {"limit": "2", **({"cursor": cursor} if cursor else {})}
        page = (await client.get(path, params=params)).json()
        seen += [found["id"] for found in page["data"]]
        cursor = page["next"]
        if cursor is None:
            break
    # Comments of one millisecond stand in the order of their random identifiers.
    assert sorted(seen) == sorted(made)
    assert len(seen) == 5


@pytest.mark.parametrize(
    ("params", "bodies"),
    [
        ({"writer": "MIN"}, ["welcome"]),
        ({"body": "회의"}, ["오늘 회의"]),
        ({"writer": "sam", "body": "nothing"}, []),
        ({"created_before": "2020-01-01T00:00:00Z"}, []),
        ({"created_after": "2020-01-01T09:00:00+09:00", "writer": "sam"}, ["오늘 회의"]),
    ],
)
async def test_comments_are_searched(
    client: httpx.AsyncClient, path: str, params: dict[str, str], bodies: list[str]
) -> None:
    await comment(client, path, writer="Minji", body="welcome")
    await comment(client, path, writer="sam", body="오늘 회의")
    assert [found["excerpt"] for found in (await client.get(path, params=params)).json()["data"]] == bodies
    assert (await client.get(path, params={**params, "sort": "-updated_at"})).status_code == 200


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [({"body": ""}, "/body"), ({"title": "T"}, "/title"), ({"parent_id": "x" * 300}, "/parent_id")],
)
async def test_a_wrong_field_is_refused_at_its_place(
    client: httpx.AsyncClient, path: str, fields: Json, pointer: str
) -> None:
    response = await client.post(path, json={"writer": "a", "body": "b", "password": "c"} | fields)
    assert response.status_code == 422
    assert [error["pointer"] for error in response.json()["errors"]] == [pointer]
