"""Learning from calls of another server: proposed, accepted by its hash, and kept at every update."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import orjson
import pytest

CANARY = "canary-of-a-person"
PERSON = f"{CANARY}@mail.example"
DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Notes", "version": "1"},
    "paths": {
        "/notes": {"get": {"operationId": "notes.list", "responses": {"200": {"description": "The notes"}}}},
        "/told": {
            "get": {
                "operationId": "notes.told",
                "responses": {
                    "200": {"description": "", "content": {"application/json": {"schema": {"type": "object"}}}}
                },
            }
        },
        "/never": {"get": {"operationId": "notes.never", "responses": {"200": {"description": ""}}}},
    },
}


@pytest.fixture
async def api(serve_with_proxy: Any) -> Any:
    served = await serve_with_proxy()
    async with served.client(served.token) as client:
        yield client


Answering = Callable[[str, Any], None]


@pytest.fixture
def answers(site: Any) -> Answering:
    """Lets the other server answer a path with a JSON value."""

    def put(path: str, value: Any) -> None:
        site.put(path, orjson.dumps(value), headers="Content-Type: application/json; charset=utf-8\r\n")

    return put


async def add(api: httpx.AsyncClient, site: Any, do_import: Any, **more: Any) -> None:
    server = {"server": site.url(""), "allowed_hosts": [site.host]}
    done = await do_import(api, document=DOCUMENT, name="notes", **server, **more)
    assert done["state"] == "succeeded", done


async def call(api: httpx.AsyncClient, name: str) -> dict[str, Any]:
    answer = await api.post("/api/calls", json={"function": f"notes.{name}", "arguments": {}}, timeout=60)
    assert answer.json().get("state") == "done", answer.text
    return answer.json()["outcome"]


async def accepted(api: httpx.AsyncClient, proposal: str) -> dict[str, Any]:
    begun = await api.post(f"/api/connectors/notes/learned/{proposal}")
    assert begun.status_code == 202, begun.text
    found = begun.json()
    while found["state"] in {"queued", "running"}:
        found = (await api.get(f"/api/imports/{found['id']}", params={"wait_seconds": 5})).json()
    return found


async def uploaded(api: httpx.AsyncClient, document: Any) -> str:
    return (await api.post("/api/documents", content=json.dumps(document).encode())).json()["id"]


async def test_what_calls_have_shown_is_proposed_and_becomes_a_version_when_it_is_accepted(
    api: httpx.AsyncClient, site: Any, answers: Answering, do_import: Any
) -> None:
    described = {"target": "$.paths['/notes'].get", "update": {"summary": "All notes"}}
    mine = {"overlay": "1.0.0", "info": {"title": "Mine", "version": "1"}, "actions": [described]}
    await add(api, site, do_import, overlay=await uploaded(api, mine))
    answers("/told", {"x": CANARY})
    await call(api, "notes.told")
    before = (await api.get("/api/connectors/notes/learned")).json()
    for number in range(3):
        answers("/notes", [{"id": number, "text": CANARY, "at": f"2026-01-0{number + 1}T10:00:00Z", "by": {PERSON: 1}}])
        await call(api, "notes.list")
    shown = (await api.get("/api/connectors/notes/learned")).json()
    stale = await api.post("/api/connectors/notes/learned/" + "0" * 64)
    done = await accepted(api, shown["hash"])
    again = (await api.get("/api/connectors/notes/learned")).json()
    function = (await api.get("/api/functions/notes.notes.list")).json()

    assert (before["unknown"], before["functions"], before["overlay"], before["hash"]) == (2, [], None, None)
    assert [(each["name"], each["samples"], each["status"]) for each in shown["functions"]] == [
        ("notes.notes.list", 3, 200)
    ]
    assert shown["functions"][0]["result"] == {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {
                "id": {"type": "integer"},
                "text": {"type": "string"},
                "at": {"type": "string", "format": "date-time"},
                "by": {"type": "object", "additionalProperties": {"type": "integer"}},
            },
            "required": ["id", "text", "at", "by"],
        },
    }
    assert CANARY not in json.dumps(shown)
    assert stale.status_code == 409
    assert (done["state"], done["version"]) == ("succeeded", 2), done
    assert done["report"]["overlay"] == {"actions": 3, "applied": 3, "idle": []}
    assert (again["unknown"], again["functions"], again["hash"]) == (1, [], None)
    assert function["title"] == "All notes"
    assert function["result"]["items"]["required"] == ["id", "text", "at", "by"]

    updated = await do_import(api, document=DOCUMENT, connector="notes")
    assert (updated["version"], updated["report"]["overlay"]["applied"]) == (3, 3)
    assert (await api.get("/api/functions/notes.notes.list")).json()["result"] == function["result"]


async def test_large_answers_and_only_those_of_the_connectors_own_connections_are_learned_from(
    api: httpx.AsyncClient, site: Any, answers: Answering, do_import: Any
) -> None:
    await add(api, site, do_import)
    answers("/notes", [{"id": number, "text": CANARY * 10} for number in range(3_000)])
    outcome = await call(api, "notes.list")
    shown = (await api.get("/api/connectors/notes/learned")).json()
    await api.delete("/api/connectors/notes")
    await add(api, site, do_import)
    fresh = (await api.get("/api/connectors/notes/learned")).json()

    assert outcome["stored"] is not None
    assert shown["functions"][0]["result"]["items"]["properties"] == {
        "id": {"type": "integer"},
        "text": {"type": "string"},
    }
    assert (fresh["unknown"], fresh["functions"]) == (2, [])
