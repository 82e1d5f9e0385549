"""/api/models: models with their connections and keys."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from madang.agent.thinking import ModelFailedError
from madang.fakes.llm.app import LlmConfig
from madang.fakes.llm.running import ScriptedModel

KEY = "sk-canary-9876543210"


@pytest.fixture
def script() -> Iterator[ScriptedModel]:
    with ScriptedModel(config=LlmConfig(key=KEY)) as running:
        yield running


@pytest.fixture
async def house(serve_with_proxy: Any) -> Any:
    return await serve_with_proxy()


@pytest.fixture
async def api(house: Any) -> AsyncIterator[httpx.AsyncClient]:
    async with house.client(house.token) as client:
        client.timeout = httpx.Timeout(60)  # the first model that is asked waits for a large import
        yield client


def body(script: ScriptedModel, name: str = "main", **changes: Any) -> dict[str, Any]:
    host = script.url.removeprefix("http://")
    fields = {"provider": "openai", "model": "gpt-5", "base_url": f"{script.url}/v1", "allowed_hosts": [host]}
    return {"name": name, "api_key": KEY, **fields, **changes}


async def add(api: httpx.AsyncClient, wanted: dict[str, Any]) -> dict[str, Any]:
    made = await api.post("/api/models", json=wanted)
    assert made.status_code == 201, made.text
    found: dict[str, Any] = made.json()
    return found


async def list_all(api: httpx.AsyncClient) -> list[tuple[str, bool]]:
    return [(each["name"], each["is_default"]) for each in (await api.get("/api/models")).json()["data"]]


async def test_the_first_model_is_the_default_until_another_is_made_it(
    api: httpx.AsyncClient, script: ScriptedModel
) -> None:
    first = await add(api, body(script))
    await add(api, body(script, "second", provider="anthropic", model="claude-sonnet-5"))
    assert await list_all(api) == [("main", True), ("second", False)]
    changed = await api.patch("/api/models/second", json={"is_default": True, "name": "other"})
    assert changed.status_code == 200
    assert await list_all(api) == [("main", False), ("other", True)]
    assert (await api.get(f"/api/models/{first['id']}")).json()["base_url"] == f"{script.url}/v1"
    again = await api.post("/api/models", json=body(script, "other"))
    assert (again.status_code, "choose another" in again.json()["detail"]) == (409, True)


async def test_a_model_is_tried_with_a_clear_verdict(api: httpx.AsyncClient, script: ScriptedModel) -> None:
    for vendor, model in (("openai", "gpt-5"), ("anthropic", "claude-sonnet-5")):
        await add(api, body(script, vendor, provider=vendor, model=model))
        verdict = (await api.post(f"/api/models/{vendor}/test")).json()
        assert (verdict["ok"], verdict["kind"], verdict["currency"]) == (True, None, "USD")
        assert verdict["price_micro"] > 0
        assert verdict["verdict"].startswith(f"{model} at {script.url.removeprefix('http://')} asked for the tool")
    script.play({"turns": [{"say": [{"text": "I have no tools."}]}]})
    verdict = (await api.post("/api/models/openai/test")).json()
    assert (verdict["ok"], verdict["kind"]) == (False, "tools")
    assert "asks for no tool" in verdict["verdict"]


async def test_a_wrong_key_a_closed_port_and_a_guarded_address_are_verdicts(
    api: httpx.AsyncClient, script: ScriptedModel
) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        closed = f"127.0.0.1:{listener.getsockname()[1]}"
    await add(api, body(script, "wrong", api_key="sk-wrong-123456"))
    await add(api, body(script, "closed", base_url=f"http://{closed}/v1", allowed_hosts=[closed]))
    await add(api, body(script, "guarded", allowed_hosts=[]))
    wrong, closed_port, guarded = [
        (await api.post(f"/api/models/{name}/test")).json() for name in ("wrong", "closed", "guarded")
    ]
    assert (wrong["kind"], "refuses the key" in wrong["verdict"]) == ("refused", True)
    assert (closed_port["kind"], closed_port["ok"]) == ("unreachable", False)
    assert closed in closed_port["verdict"]
    assert guarded["kind"] == "refused"
    assert "allow" in guarded["verdict"]


async def test_another_key_replaces_the_first_and_none_is_left_when_the_model_goes(
    api: httpx.AsyncClient, house: Any, script: ScriptedModel
) -> None:
    async def credentials() -> int:
        async with house.database.begin() as db:
            return int(await db.scalar(text("SELECT count(*) FROM madang.credential")))

    made = await add(api, body(script, api_key="sk-wrong-123456"))
    assert (await api.post("/api/models/main/test")).json()["ok"] is False
    await api.patch("/api/models/main", json={"api_key": KEY})
    assert (await api.post("/api/models/main/test")).json()["ok"] is True
    assert await credentials() == 1
    forgotten = (await api.patch("/api/models/main", json={"api_key": None})).json()
    assert (forgotten["has_key"], await credentials()) == (False, 0)
    await api.patch("/api/models/main", json={"api_key": KEY})
    assert (await api.delete("/api/models/main")).status_code == 204
    assert await credentials() == 0
    assert (await api.get(f"/api/connections/{made['connection']}")).status_code == 404
    assert await list_all(api) == []


async def test_models_are_no_connectors_functions_or_connections_of_lists_and_search(
    api: httpx.AsyncClient, house: Any, script: ScriptedModel
) -> None:
    made = await add(api, body(script))
    connection = (await api.get(f"/api/connections/{made['connection']}")).json()
    assert connection["connector"] == "madang_models"
    for path in ("connectors", "connections", "functions"):
        assert (await api.get(f"/api/{path}")).json()["data"] == [], path
    found = (await api.get("/api/functions", params={"search": "complete a chat answer"})).json()
    assert found["data"] == []
    async with house.database.begin() as db:
        assert await db.scalar(text("SELECT count(*) FROM madang.function_terms")) == 0


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"provider": "nobody"}, "/provider"),
        ({"provider": "compatible", "base_url": None}, "/base_url"),
        ({"base_url": "ftp://x"}, "/server_url"),
        ({"allowed_hosts": ["x"]}, "/allowed_hosts/0"),
        ({"name": " "}, "/name"),
        ({"api_key": ""}, "/api_key"),
    ],
)
async def test_a_wrong_field_is_named_and_no_key_is_left(
    api: httpx.AsyncClient, house: Any, script: ScriptedModel, changes: dict[str, Any], pointer: str
) -> None:
    answer = await api.post("/api/models", json=body(script, **changes))
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    async with house.database.begin() as db:
        assert await db.scalar(text("SELECT count(*) FROM madang.credential")) == 0


async def test_a_key_is_in_no_answer_row_or_audit_entry(
    api: httpx.AsyncClient, house: Any, script: ScriptedModel
) -> None:
    made = await add(api, body(script))
    await api.post("/api/models/main/test")
    paths = (
        "models",
        f"models/{made['id']}",
        f"connections/{made['connection']}",
        "audit-entries",
        "connectors/madang_models",
    )
    shown = [(await api.get(f"/api/{path}")).text for path in paths]
    async with house.database.begin() as db:
        names = await db.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'madang'"))
        rows = [str(row) for name in names for row in await db.scalars(text(f'SELECT t::text FROM madang."{name}" t'))]
    assert KEY not in "\n".join([*shown, *rows])
    assert "model.create" in shown[3]


async def test_a_conversation_whose_model_was_removed_is_told_so(api: httpx.AsyncClient, house: Any) -> None:
    actor, _ = await house.new_account("a")
    models = house.app.state.parts.models
    assert await models.find(actor) is None
    gone = await models.find(actor, "mdl_" + "0" * 32)
    with pytest.raises(ModelFailedError, match="was removed; choose another one"):
        await anext(gone.think(instructions="", history=[], tools=[]))


async def test_who_may_only_look_changes_no_model(house: Any, script: ScriptedModel) -> None:
    _, secret = await house.new_account("watching", "viewer")
    async with house.client(secret) as viewer:
        assert (await viewer.post("/api/models", json=body(script))).status_code == 403
        assert (await viewer.get("/api/models")).json()["data"] == []
        assert (await viewer.get("/api/model-providers")).json()["data"][0]["id"] == "openai"


async def test_two_who_add_the_first_model_at_once_share_its_connector(
    api: httpx.AsyncClient, house: Any, script: ScriptedModel
) -> None:
    made = await asyncio.gather(*(api.post("/api/models", json=body(script, f"m{i}")) for i in range(3)))
    assert {each.status_code for each in made} <= {201, 409}
    assert sum(is_default for _, is_default in await list_all(api)) == 1
    async with house.database.begin() as db:
        assert await db.scalar(text("SELECT count(*) FROM madang.connector WHERE kind = 'model'")) == 1


def test_neither_the_backend_nor_the_command_line_imports_the_library_of_models_before_one_is_asked() -> None:
    program = (
        "import sys, madang.backend.app, madang.cli.models, madang.cli.main;"
        "print(sorted({'pydantic_ai', 'openai', 'anthropic', 'genai_prices', 'httpx2'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
