import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text


@pytest.fixture
async def link(api: httpx.AsyncClient) -> str:
    return (await api.post("/api/sign-in-links")).json()["url"]


async def test_a_link_signs_a_browser_in_and_leads_to_the_app(served: Any, link: str) -> None:
    async with served.client() as browser:
        answer = await browser.get(link)
        session = (await browser.get("/api/session")).json()
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=strict", "Path=/"))
    assert "Secure" not in cookie
    assert "no-store" in answer.headers["cache-control"]
    assert session["account"]["name"] == "local"
    assert session["roles"] == ["owner"]


async def test_a_link_works_once(served: Any, link: str) -> None:
    async with served.client() as first, served.client() as second:
        assert (await first.get(link)).status_code == 303
        again = await second.get(link, headers={"accept-language": "ko-KR"})
    assert again.status_code == 403
    assert "set-cookie" not in again.headers
    assert "madang sign-in" in again.text
    assert 'lang="ko"' in again.text


async def test_of_two_uses_at_the_same_time_exactly_one_wins(served: Any, api: httpx.AsyncClient) -> None:
    for _ in range(5):
        link = (await api.post("/api/sign-in-links")).json()["url"]
        async with served.client() as browser:
            answers = await asyncio.gather(*(browser.get(link) for _ in range(6)))
        assert sorted(answer.status_code for answer in answers) == [303, 403, 403, 403, 403, 403]


async def test_a_link_is_too_old_after_ten_minutes(served: Any, link: str) -> None:
    served.clock.ahead = timedelta(seconds=601)
    async with served.client() as browser:
        assert (await browser.get(link)).status_code == 403


@pytest.mark.parametrize("query", ["", "?token=", "?token=nonsense"])
async def test_a_link_that_nobody_made_is_a_page_that_says_how_to_get_one(served: Any, query: str) -> None:
    async with served.client() as browser:
        answer = await browser.get(f"/sign-in{query}")
    assert answer.status_code == 403
    assert answer.headers["content-type"].startswith("text/html")
    assert "madang sign-in" in answer.text


async def test_looking_at_a_link_without_opening_it_leaves_it_good(served: Any, link: str) -> None:
    async with served.client() as browser:
        await browser.head(link)
        assert (await browser.get(link)).status_code == 303


async def test_a_browser_cannot_multiply_itself(browser: httpx.AsyncClient) -> None:
    answer = await browser.post("/api/sign-in-links")
    assert answer.status_code == 403
    assert "madang sign-in" in answer.json()["detail"]


async def test_a_link_of_a_weaker_key_opens_a_weaker_session(served: Any, api: httpx.AsyncClient) -> None:
    secret = (await api.post("/api/api-keys", json={"name": "weak", "roles": ["viewer"]})).json()["secret"]
    async with served.client(secret) as weak, served.client() as browser:
        link = (await weak.post("/api/sign-in-links")).json()["url"]
        await browser.get(link)
        assert (await browser.get("/api/session")).json()["roles"] == ["viewer"]


async def test_real_mode_has_no_sign_in_links_and_no_token_file(serve: Any) -> None:
    real = await serve(MADANG_MODE="real")
    assert not (real.settings.home / "token").exists()
    _, secret = await real.new_account("acme")
    async with real.client(secret) as client:
        answer = await client.post("/api/sign-in-links")
    assert answer.status_code == 403
    assert "real mode" in answer.json()["detail"]


async def test_no_secret_is_stored_as_it_is(served: Any, api: httpx.AsyncClient, browser: httpx.AsyncClient) -> None:
    made = await api.post("/api/api-keys", json={"name": "new"}, headers={"idempotency-key": "k1"})
    link = (await api.post("/api/sign-in-links", headers={"idempotency-key": "k2"})).json()["url"]
    secrets = [served.token, made.json()["secret"], link.partition("token=")[2], *browser.cookies.values()]
    stored = await everything(served.database)
    assert "command line" in stored
    assert [secret for secret in secrets if secret in stored] == []


async def everything(database: Any) -> str:
    async with database.begin() as db:
        tables = (await db.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'madang'"))).all()
        rows = [(await db.execute(text(f'SELECT * FROM madang."{table}"'))).all() for table in tables]
    return str(rows)
