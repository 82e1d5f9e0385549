"""What holds for every request: problems, sizes, transactions."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from sqlalchemy import text

from madang.backend.http.routes import SignedCall, api_router

TRACE = "0af7651916cd43dd8448eb211c80319c"


def faulty() -> APIRouter:
    """Routes that fail in ways in which a route may fail."""
    router = api_router("/faulty", tag="system")

    @router.post("/late", operation_id="faulty.late", status_code=201)
    async def late(call: SignedCall) -> dict[str, str]:  # pyright: ignore[reportUnusedFunction] - a route
        """Write something that the database refuses only when it is committed."""
        await call.db.execute(text("INSERT INTO madang.late_parent VALUES (1) ON CONFLICT DO NOTHING"))
        await call.db.execute(text("INSERT INTO madang.late VALUES (1), (1)"))
        return {"done": "yes"}

    @router.post("/broken", operation_id="faulty.broken")
    async def broken(call: SignedCall) -> dict[str, str]:  # pyright: ignore[reportUnusedFunction] - a route
        """Fail after a write."""
        await call.db.execute(text("INSERT INTO madang.late_parent VALUES (2)"))
        raise ValueError("hunter2")

    return router


@pytest.fixture
async def broken(serve: Any) -> AsyncIterator[httpx.AsyncClient]:
    def configure(app: FastAPI) -> None:
        app.include_router(faulty())

    served = await serve(configure)
    async with served.database.begin() as db:
        await db.execute(text("CREATE TABLE madang.late_parent (id int PRIMARY KEY)"))
        await db.execute(text("CREATE TABLE madang.late (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)"))
    async with served.client(served.token) as client:
        yield client
    async with served.database.begin() as db:
        left = [(await db.execute(text(f"SELECT * FROM madang.{name}"))).all() for name in ("late", "late_parent")]
        await db.execute(text("DROP TABLE madang.late, madang.late_parent"))
    assert left == [[], []]


async def test_a_commit_that_fails_is_a_problem_and_not_a_success(broken: httpx.AsyncClient) -> None:
    answer = await broken.post("/api/faulty/late")
    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:madang:problem:conflict"


async def test_a_commit_that_fails_leaves_no_answer_for_the_same_key(broken: httpx.AsyncClient) -> None:
    answers = [await broken.post("/api/faulty/late", headers={"idempotency-key": "k"}) for _ in range(2)]
    assert [(answer.status_code, "idempotency-replayed" in answer.headers) for answer in answers] == [(409, False)] * 2


async def test_a_fault_of_ours_shows_a_trace_and_nothing_else(broken: httpx.AsyncClient) -> None:
    answer = await broken.post("/api/faulty/broken", headers={"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"})
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["trace"] == TRACE
    assert "hunter2" not in answer.text
    assert "Traceback" not in answer.text


async def test_a_body_over_the_limit_is_refused_whole_or_in_chunks(api: httpx.AsyncClient) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(30):
            yield b" " * 10_000

    json = {"content-type": "application/json"}
    whole = await api.post("/api/api-keys", content=b" " * 300_000, headers=json)
    parts = await api.post("/api/api-keys", content=chunks(), headers=json)
    assert [whole.status_code, parts.status_code] == [413, 413]
    assert {answer.json()["type"] for answer in (whole, parts)} == {"urn:madang:problem:too-large"}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/api/gone", 404), ("PUT", "/api/api-keys", 405), ("POST", "/gone", 405), ("GET", "/assets/gone.js", 404)],
)
async def test_what_is_not_there_is_a_problem(api: httpx.AsyncClient, method: str, path: str, status: int) -> None:
    answer = await api.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(answer.json()) == {"type", "title", "status", "detail", "trace"}


async def test_a_wrong_method_is_told_the_right_ones(api: httpx.AsyncClient) -> None:
    assert (await api.put("/api/api-keys")).headers["allow"] == "GET, POST"


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'{"name": 1}', b"\xff", b'{"name": "' + b"x" * 101 + b'"}']
)
async def test_a_body_that_is_not_what_was_asked_for_is_refused(api: httpx.AsyncClient, body: bytes) -> None:
    answer = await api.post("/api/api-keys", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("name", [r"a\u0000b", r"a\ud800b"])
async def test_text_that_the_database_cannot_hold_is_refused(api: httpx.AsyncClient, name: str) -> None:
    json = {"content-type": "application/json"}
    answer = await api.post("/api/api-keys", content=f'{{"name": "{name}"}}', headers=json)
    assert answer.status_code == 422
