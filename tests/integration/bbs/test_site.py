"""What is not the API: front page, health, and what is refused before an operation is reached."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from madang.examples.bbs.app import create_app
from madang.examples.bbs.guard import BODY_LIMIT
from madang.settings import Settings, load_settings
from madang.storage.engine import Database

Json = dict[str, Any]
Post = Callable[..., Awaitable[Json]]
PROBLEM = "application/problem+json"
ARTICLE = {"section": "general", "writer": "sam", "title": "Hello", "body": "World", "password": "pw"}


def local(app: FastAPI) -> httpx.AsyncClient:
    """A client of the application itself, without a socket; failures come as answers."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app, raise_app_exceptions=False), base_url="http://127.0.0.1"
    )


async def test_a_person_sees_a_new_article_on_the_front_page(client: httpx.AsyncClient, post: Post) -> None:
    await post(title="Hello <b>")
    await post(section="다른 곳", title="elsewhere")
    response = await client.get("/", headers={"accept-language": "ko"})
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["content-language"] == "ko"
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert "<h2>Hello &lt;b&gt;</h2>" in response.text
    assert "다른 곳 1" in response.text
    chosen = (await client.get("/", params={"section": "다른 곳"})).text
    assert "<h2>elsewhere</h2>" in chosen
    assert "Hello" not in chosen


async def test_a_strange_section_has_a_page_too(client: httpx.AsyncClient) -> None:
    assert "No articles yet." in (await client.get("/?section=a%00b")).text
    assert (await client.get("/?section=" + "x" * 51)).status_code == 422


async def test_the_document_is_served_where_the_server_is(client: httpx.AsyncClient) -> None:
    response = await client.get("/openapi.json")
    assert response.headers["content-type"] == "application/json"
    assert response.json()["info"]["title"] == "Bulletin board"


async def test_health_says_that_it_lives_and_that_it_can_serve(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz")).json() == {"status": "ok"}
    assert (await client.get("/readyz")).json() == {"status": "ok"}


@pytest.fixture
async def app_without_database(board_settings: Settings, unused_tcp_port: int) -> AsyncIterator[FastAPI]:
    changed = {"database_url": f"postgresql://nobody:canary-secret@127.0.0.1:{unused_tcp_port}/none"}
    app = create_app(_with(board_settings, **changed))
    yield app
    await app.state.board.database.close()


async def test_without_its_database_it_lives_and_says_that_it_cannot_serve(app_without_database: FastAPI) -> None:
    async with local(app_without_database) as client:
        alive = await client.get("/healthz")
        answers = [
            await client.get("/readyz"),
            await client.get("/articles"),
            await client.post("/articles", json=ARTICLE),
        ]
    assert alive.status_code == 200
    for answer in answers:
        assert answer.status_code == 503
        assert answer.headers["content-type"] == PROBLEM
        assert answer.headers["retry-after"] == "5"
        assert answer.json()["type"] == "urn:madang:problem:unavailable"
        assert "canary-secret" not in answer.text


async def test_before_its_migration_it_cannot_serve(board_settings: Settings, database: Database) -> None:
    app = create_app(board_settings)
    async with database.begin() as session:
        await session.execute(text("ALTER SCHEMA bbs RENAME TO bbs_away"))
    try:
        async with local(app) as client:
            assert (await client.get("/readyz")).status_code == 503
    finally:
        await app.state.board.database.close()
        async with database.begin() as session:
            await session.execute(text("ALTER SCHEMA bbs_away RENAME TO bbs"))


async def test_what_was_not_committed_is_not_answered_as_done(board_settings: Settings, database: Database) -> None:
    """A commit that fails is a failure of the request, not an answer 201 that nobody can find."""
    app = create_app(board_settings)
    async with database.begin() as session:
        await session.execute(text(_REFUSE_AT_COMMIT))
    try:
        async with local(app) as client:
            answer = await client.post("/articles", json=ARTICLE)
            found = (await client.get("/articles")).json()["data"]
    finally:
        await app.state.board.database.close()
        async with database.begin() as session:
            await session.execute(text("DROP TRIGGER refuse ON bbs.article"))
            await session.execute(text("DROP FUNCTION bbs.refuse"))
    assert (answer.status_code, answer.headers["content-type"]) == (500, PROBLEM)
    assert "refused" not in answer.text
    assert found == []


_REFUSE_AT_COMMIT = """
DO $do$ BEGIN
  CREATE FUNCTION bbs.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$;
  CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON bbs.article DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION bbs.refuse();
END $do$
"""


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "169.254.169.254", ""])
async def test_a_page_that_points_its_own_name_here_gets_nothing(client: httpx.AsyncClient, host: str) -> None:
    response = await client.get("/articles", headers={"host": host})
    assert response.status_code == 403
    assert response.headers["content-type"] == PROBLEM


async def test_the_names_of_this_machine_and_those_set_are_served(board_settings: Settings) -> None:
    app = create_app(_with(board_settings, public_hosts="board.example"))
    async with local(app) as client:
        for host in ("localhost:8713", "127.0.0.1", "[::1]:1", "BOARD.example"):
            assert (await client.get("/healthz", headers={"host": host})).status_code == 200


async def test_a_form_of_a_foreign_page_is_not_taken_for_json(client: httpx.AsyncClient) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        response = await client.post(
            "/articles",
            content=b'{"section":"s","writer":"w","title":"t","body":"b","password":"p"}',
            headers={"content-type": kind},
        )
        assert response.status_code == 422
    assert (await client.get("/articles")).json()["data"] == []


async def test_a_body_over_the_limit_is_refused_whether_its_length_is_told_or_not(client: httpx.AsyncClient) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(BODY_LIMIT // 65_536 + 1):
            yield b" " * 65_536

    headers = {"content-type": "application/json"}
    for content in (b" " * (BODY_LIMIT + 1), pieces()):
        response = await client.post("/articles", content=content, headers=headers)
        assert response.status_code == 413


async def test_the_longest_text_fits_however_it_is_written(client: httpx.AsyncClient) -> None:
    escaped = "\\ud83d\\ude00" * 100_000
    body = '{"section":"s","writer":"w","title":"t","password":"p","body":"' + escaped + '"}'
    response = await client.post("/articles", content=body, headers={"content-type": "application/json"})
    assert response.status_code == 201
    assert response.json()["snapshots"][0]["body"] == "😀" * 100_000


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"nonsense",
        b"[]",
        b'{"title":',
        b'{"section":"\\ud800","writer":"w","title":"t","body":"b","password":"p"}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"title":' * 50_000,
    ],
    ids=["empty", "nonsense", "list", "cut", "surrogate", "bytes", "deep", "deeper"],
)
async def test_what_is_no_json_object_is_refused_with_a_problem(client: httpx.AsyncClient, content: bytes) -> None:
    response = await client.post("/articles", content=content, headers={"content-type": "application/json"})
    assert response.status_code in {400, 422}
    assert response.headers["content-type"] == PROBLEM


async def test_unknown_paths_and_methods_are_problems_too(client: httpx.AsyncClient) -> None:
    missing, wrong = await client.get("/nowhere"), await client.patch("/articles")
    assert (missing.status_code, missing.headers["content-type"]) == (404, PROBLEM)
    assert (wrong.status_code, wrong.headers["content-type"]) == (405, PROBLEM)
    assert "GET" in wrong.headers["allow"]


def _with(settings: Settings, **changed: str) -> Settings:
    values = {"database_url": str(settings.database_url), **changed}
    return load_settings({"MADANG_HOME": str(settings.home)}, values)
