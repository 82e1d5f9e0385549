import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from madang.backend.http.routes import SignedCall, api_router


def with_key(key: str) -> dict[str, str]:
    return {"idempotency-key": key}


async def names(api: httpx.AsyncClient) -> list[str]:
    return [item["name"] for item in (await api.get("/api/api-keys")).json()["data"]]


async def test_the_same_request_gets_the_same_answer_and_is_done_once(api: httpx.AsyncClient) -> None:
    first, again = [await api.post("/api/api-keys", json={"name": "a"}, headers=with_key("k")) for _ in range(2)]
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert first.headers["content-type"] == again.headers["content-type"]
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert await names(api) == ["a", "command line"]


async def test_another_body_under_the_same_key_is_refused(api: httpx.AsyncClient) -> None:
    await api.post("/api/api-keys", json={"name": "a"}, headers=with_key("k"))
    other = await api.post("/api/api-keys", json={"name": "b"}, headers=with_key("k"))
    elsewhere = await api.post("/api/sign-in-links", headers=with_key("k"))
    assert [other.status_code, elsewhere.status_code] == [422, 422]
    assert other.json()["errors"][0]["pointer"] == "/Idempotency-Key"
    assert await names(api) == ["a", "command line"]


async def test_a_request_that_failed_may_be_repeated_with_its_key(api: httpx.AsyncClient) -> None:
    assert (await api.post("/api/api-keys", json={"name": ""}, headers=with_key("k"))).status_code == 422
    assert (await api.post("/api/api-keys", json={"name": "a"}, headers=with_key("k"))).status_code == 201


async def test_an_answer_is_kept_for_a_day(served: Any, api: httpx.AsyncClient) -> None:
    await api.post("/api/api-keys", json={"name": "a"}, headers=with_key("k"))
    served.clock.ahead = timedelta(hours=24, seconds=1)
    later = await api.post("/api/api-keys", json={"name": "a"}, headers=with_key("k"))
    assert "idempotency-replayed" not in later.headers
    assert await names(api) == ["a", "a", "command line"]


async def test_a_key_belongs_to_its_account(served: Any, api: httpx.AsyncClient) -> None:
    await api.post("/api/api-keys", json={"name": "a"}, headers=with_key("k"))
    _, secret = await served.new_account("acme")
    async with served.client(secret) as other:
        answer = await other.post("/api/api-keys", json={"name": "a"}, headers=with_key("k"))
    assert answer.status_code == 201
    assert "idempotency-replayed" not in answer.headers


@pytest.mark.parametrize("key", ["", "a b", "x" * 256])
async def test_a_key_in_a_wrong_form_is_refused(api: httpx.AsyncClient, key: str) -> None:
    assert (await api.post("/api/api-keys", json={"name": "a"}, headers=with_key(key))).status_code == 422


async def test_while_the_first_is_under_way_a_second_is_told_so(serve: Any) -> None:
    entered, leave = asyncio.Event(), asyncio.Event()
    router = api_router("/slow", tag="system")

    @router.post("", operation_id="slow.create")
    async def slow(call: SignedCall) -> dict[str, str]:  # pyright: ignore[reportUnusedFunction] - a route
        """Take as long as the test wants."""
        entered.set()
        await leave.wait()
        return {"at": str(call.now)}

    def configure(app: FastAPI) -> None:
        app.include_router(router)

    served = await serve(configure)
    async with served.client(served.token) as api:
        first = asyncio.create_task(api.post("/api/slow", headers=with_key("k")))
        await entered.wait()
        second = await api.post("/api/slow", headers=with_key("k"))
        leave.set()
        done = await first
        third = await api.post("/api/slow", headers=with_key("k"))
    assert [second.status_code, done.status_code] == [409, 200]
    assert third.content == done.content


async def test_of_many_at_the_same_time_one_is_done(api: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(
        *(api.post("/api/api-keys", json={"name": "a"}, headers=with_key("k")) for _ in range(8))
    )
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert await names(api) == ["a", "command line"]


async def test_answers_of_past_days_are_cleared_away(served: Any, api: httpx.AsyncClient) -> None:
    await api.post("/api/api-keys", json={"name": "a"}, headers=with_key("old"))
    served.clock.ahead = timedelta(hours=25)
    await api.post("/api/api-keys", json={"name": "b"}, headers=with_key("new"))
    async with served.database.begin() as db:
        assert (await db.scalar(text("SELECT count(*) FROM madang.idempotency"))) == 1
