import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from madang.storage.engine import Database

Json = dict[str, Any]
Post = Callable[..., Awaitable[Json]]
FILE = {"name": "agenda", "extension": "pdf", "url": "https://files.example.com/agenda.pdf"}
MISSING = "art_" + "0" * 32


async def test_an_article_is_kept_as_it_was_written(client: httpx.AsyncClient) -> None:
    body = {"section": " 자유 ", "writer": "민지", "title": "첫 글", "body": "안녕\n하세요", "password": "p w"}
    response = await client.post("/articles", json={**body, "format": "md", "files": [FILE]})
    article = response.json()
    assert response.status_code == 201
    assert response.headers["location"] == f"/articles/{article['id']}"
    at = article["created_at"]
    assert article == {
        "id": article["id"],
        "section": "자유",
        "writer": "민지",
        "title": "첫 글",
        "excerpt": "안녕 하세요",
        "created_at": at,
        "updated_at": at,
        "snapshots": [
            {"format": "md", "title": "첫 글", "body": "안녕\n하세요", "files": [FILE], "created_at": at},
        ],
    }
    assert (await client.get(response.headers["location"])).json() == article


async def test_an_update_adds_a_snapshot_and_changes_none(client: httpx.AsyncClient, post: Post) -> None:
    article = await post(files=[FILE])
    change = {"title": "Hello again", "body": "<p>World</p>", "format": "html", "password": "pw"}
    response = await client.put(f"/articles/{article['id']}", json=change)
    updated = response.json()
    assert response.status_code == 200
    assert updated["snapshots"][0] == article["snapshots"][0]
    assert [snapshot["title"] for snapshot in updated["snapshots"]] == ["Hello", "Hello again"]
    assert updated["snapshots"][1]["files"] == []
    assert (updated["title"], updated["excerpt"]) == ("Hello again", "World")
    assert (updated["created_at"], updated["section"]) == (article["created_at"], "general")
    assert updated["updated_at"] >= article["updated_at"]
    (listed,) = (await client.get("/articles")).json()["data"]
    assert listed == {name: value for name, value in updated.items() if name != "snapshots"}


async def test_updates_at_the_same_time_each_add_one(client: httpx.AsyncClient, post: Post) -> None:
    article = await post()
    path = f"/articles/{article['id']}"
    changes = [{"title": f"T{number}", "body": "B", "password": "pw"} for number in range(8)]
    answers = await asyncio.gather(*(client.put(path, json=change) for change in changes))
    assert {answer.status_code for answer in answers} == {200}
    titles = [snapshot["title"] for snapshot in (await client.get(path)).json()["snapshots"]]
    assert titles[0] == "Hello"
    assert sorted(titles[1:]) == [f"T{number}" for number in range(8)]


async def test_a_deleted_article_is_found_by_nobody_and_kept(
    client: httpx.AsyncClient, post: Post, database: Database
) -> None:
    article = await post()
    path = f"/articles/{article['id']}"
    await client.post(f"{path}/comments", json={"writer": "min", "body": "hi", "password": "pw"})
    response = await client.delete(path, headers={"Password": "pw"})
    assert response.status_code == 200
    assert response.json()["deleted_at"] >= article["created_at"]
    answers = [
        await client.get(path),
        await client.put(path, json={"title": "T", "body": "B", "password": "pw"}),
        await client.delete(path, headers={"password": "pw"}),
        await client.get(f"{path}/comments"),
        await client.post(f"{path}/comments", json={"writer": "min", "body": "hi", "password": "pw"}),
    ]
    assert [answer.status_code for answer in answers] == [404] * 5
    assert {answer.json()["type"] for answer in answers} == {"urn:madang:problem:not-found"}
    assert (await client.get("/articles")).json() == {"data": [], "next": None}
    async with database.begin() as session:
        assert await session.scalar(text("SELECT count(*) FROM bbs.article_snapshot")) == 1


@pytest.mark.parametrize("article_id", [MISSING, "art_1", "cmt_" + "0" * 32, "a%00b", "%ED%95%9C"])
async def test_an_article_that_never_was_is_not_found(client: httpx.AsyncClient, article_id: str) -> None:
    response = await client.get(f"/articles/{article_id}")
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"


async def test_a_wrong_password_changes_nothing(client: httpx.AsyncClient, post: Post) -> None:
    article = await post()
    path = f"/articles/{article['id']}"
    answers = [
        await client.put(path, json={"title": "T", "body": "B", "password": "PW"}),
        await client.delete(path, headers={"password": "pw2"}),
    ]
    for answer in answers:
        assert answer.status_code == 403
        assert answer.json()["errors"] == [
            {"pointer": "/password", "code": "wrong_password", "message": "does not match"}
        ]
    assert (await client.get(path)).json() == article


async def test_passwords_are_kept_as_argon2id_and_shown_nowhere(
    client: httpx.AsyncClient, post: Post, database: Database, capfd: pytest.CaptureFixture[str]
) -> None:
    canary = "canary-7f1c"
    article = await post(password=canary)
    path = f"/articles/{article['id']}"
    wrong = {"title": "", "body": "B", "password": canary, "unheard": 1}
    answers = [
        await client.get(path),
        await client.put(path, json=wrong),
        await client.put(path, content=f'{{"password": "{canary}",', headers={"content-type": "application/json"}),
        await client.delete(path, headers={b"password": f"{canary} é".encode()}),
    ]
    assert [answer.status_code for answer in answers] == [200, 422, 422, 422]
    assert all(canary not in answer.text for answer in answers)
    printed = capfd.readouterr()
    assert canary not in printed.out + printed.err
    async with database.begin() as session:
        kept = str(await session.scalar(text("SELECT password_hash FROM bbs.article")))
        rows = str((await session.execute(text("SELECT * FROM bbs.article JOIN bbs.article_snapshot ON true"))).all())
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert canary not in rows


WRONG: list[tuple[Json, str, str]] = [
    ({"title": ""}, "/title", "string_too_short"),
    ({"title": "   "}, "/title", "string_too_short"),
    ({"title": "x" * 201}, "/title", "string_too_long"),
    ({"title": "two\nlines"}, "/title", "string_pattern_mismatch"),
    ({"title": None}, "/title", "string_type"),
    ({"section": "x" * 51}, "/section", "string_too_long"),
    ({"writer": ""}, "/writer", "string_too_short"),
    ({"body": ""}, "/body", "string_too_short"),
    ({"body": "x" * 100_001}, "/body", "string_too_long"),
    ({"body": "a\0b"}, "/body", "string_pattern_mismatch"),
    ({"format": "rtf"}, "/format", "literal_error"),
    ({"password": ""}, "/password", "too_short"),
    ({"password": "비밀"}, "/password", "password_characters"),
    ({"password": " pw"}, "/password", "password_characters"),
    ({"password": 1}, "/password", "string_type"),
    ({"unheard": 1}, "/unheard", "extra_forbidden"),
    ({"files": [FILE] * 21}, "/files", "too_long"),
    ({"files": [{**FILE, "url": "javascript:alert(1)"}]}, "/files/0/url", "string_pattern_mismatch"),
    ({"files": [FILE, {**FILE, "size": 1}]}, "/files/1/size", "extra_forbidden"),
    ({"files": [{"name": "a", "extension": ""}]}, "/files/0/url", "missing"),
]


@pytest.mark.parametrize(("fields", "pointer", "code"), WRONG)
async def test_a_wrong_field_is_refused_at_its_place(
    client: httpx.AsyncClient, fields: Json, pointer: str, code: str
) -> None:
    body = {"section": "general", "writer": "sam", "title": "Hello", "body": "World", "password": "pw"} | fields
    response = await client.post("/articles", json=body)
    assert response.status_code == 422
    assert [(error["pointer"], error["code"]) for error in response.json()["errors"]] == [(pointer, code)]
    assert (await client.get("/articles")).json()["data"] == []


async def test_all_wrong_places_are_named_at_once(client: httpx.AsyncClient) -> None:
    response = await client.post("/articles", json={"title": "", "format": "rtf"})
    assert sorted(error["pointer"] for error in response.json()["errors"]) == [
        "/body",
        "/format",
        "/password",
        "/section",
        "/title",
        "/writer",
    ]


async def test_deleting_without_a_password_is_refused(client: httpx.AsyncClient, post: Post) -> None:
    article = await post()
    response = await client.delete(f"/articles/{article['id']}")
    assert response.status_code == 422
    assert response.json()["errors"] == [{"pointer": "/password", "code": "missing", "message": "must be given"}]
