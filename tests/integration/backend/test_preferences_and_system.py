import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from madang.backend.app import create_app
from madang.kit.errors import UsageError
from madang.settings import load_settings


async def test_preferences_have_defaults_and_merge(api: httpx.AsyncClient) -> None:
    assert (await api.get("/api/preferences")).json() == {"language": "auto", "theme": "auto"}
    await api.patch("/api/preferences", json={"language": "ko"})
    merged = await api.patch("/api/preferences", json={"theme": "dark"})
    assert merged.json() == {"language": "ko", "theme": "dark"}
    assert (await api.get("/api/session")).json()["language"] == "ko"


async def test_a_change_of_what_changed_meanwhile_is_refused(api: httpx.AsyncClient) -> None:
    read = (await api.get("/api/preferences")).headers["etag"]
    first = await api.patch("/api/preferences", json={"theme": "dark"}, headers={"if-match": read})
    second = await api.patch("/api/preferences", json={"theme": "light"}, headers={"if-match": read})
    assert [first.status_code, second.status_code] == [200, 412]
    assert first.headers["etag"] == (await api.get("/api/preferences")).headers["etag"]
    assert (await api.get("/api/preferences")).json()["theme"] == "dark"


async def test_of_two_changes_at_the_same_time_with_one_etag_one_wins(api: httpx.AsyncClient) -> None:
    read = (await api.get("/api/preferences")).headers["etag"]
    answers = await asyncio.gather(
        *(api.patch("/api/preferences", json={"theme": "dark"}, headers={"if-match": read}) for _ in range(5))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412, 412]


@pytest.mark.parametrize("body", [{"language": "fr"}, {"theme": None}, {"colour": "red"}])
async def test_a_choice_that_there_is_not_is_refused(api: httpx.AsyncClient, body: dict[str, Any]) -> None:
    assert (await api.patch("/api/preferences", json=body)).status_code == 422


async def test_the_system_says_what_runs_here(served: Any, api: httpx.AsyncClient) -> None:
    system = (await api.get("/api/system")).json()
    database = system.pop("database")
    assert system == {
        "version": "0.1.0",
        "mode": "local",
        "home": str(served.settings.home),
        "servers": [{"name": name, "url": served.settings.url(name)} for name in ("backend", "proxy", "bbs")],
    }
    assert database["pending"] == []
    assert any(name.startswith("core_") for name in database["migrations"])
    assert database["version"][:2].isdigit()


async def test_where_the_data_is_is_not_for_members(served: Any, api: httpx.AsyncClient) -> None:
    made = (await api.post("/api/api-keys", json={"name": "x", "roles": ["member"]})).json()
    async with served.client(made["secret"]) as member:
        assert (await member.get("/api/system")).json()["home"] is None


async def test_a_server_that_has_all_it_needs_is_ready(served: Any) -> None:
    async with served.client() as anybody:
        ready = await anybody.get("/readyz")
        alive = await anybody.get("/healthz")
    assert (ready.status_code, ready.json()["detail"]) == (200, "")
    assert [check["name"] for check in ready.json()["checks"]] == ["database", "migrations", "keys", "clock"]
    assert alive.json() == {"status": "ok", "version": "0.1.0"}


async def test_a_server_without_its_key_is_not_ready_and_says_so(serve: Any) -> None:
    served = await serve(MADANG_GRANT_KEY="")
    async with served.client() as anybody:
        answer = await anybody.get("/readyz")
    assert answer.status_code == 503
    assert "MADANG_GRANT_KEY is not set" in answer.json()["detail"]


async def test_a_clock_that_is_wrong_makes_a_server_unready(served: Any) -> None:
    async with served.client() as anybody:
        for seconds, status in ((-2, 503), (0, 200), (2, 503)):
            served.clock.ahead = timedelta(seconds=seconds)
            assert (await anybody.get("/readyz")).status_code == status


async def test_a_backend_without_a_database_says_what_it_needs() -> None:
    app = create_app(load_settings({}))
    with pytest.raises(UsageError, match="MADANG_DATABASE_URL"):
        async with app.router.lifespan_context(app):
            pass


async def test_our_own_document_is_public(served: Any) -> None:
    async with served.client() as anybody:
        answer = await anybody.get("/api/openapi.json")
    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.1")
