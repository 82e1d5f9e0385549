import asyncio
from collections.abc import Awaitable
from datetime import timedelta
from typing import Any

import httpx

from madang.accounts.local import ensure_local, ensure_token_file
from madang.kit.clock import iso


async def new_key(api: httpx.AsyncClient, **fields: Any) -> dict[str, Any]:
    answer = await api.post("/api/api-keys", json={"name": "test", **fields})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def status_of(served: Any, secret: str) -> int:
    async with served.client(secret) as client:
        return (await client.get("/api/session")).status_code


async def test_a_key_is_shown_once_and_then_by_its_end(served: Any, api: httpx.AsyncClient) -> None:
    made = await new_key(api, roles=["member"])
    listed = (await api.get("/api/api-keys")).json()["data"][0]
    assert made["secret"].startswith("mdg_")
    assert made["secret"].endswith(made["hint"])
    assert listed == {name: value for name, value in made.items() if name != "secret"}
    async with served.client(made["secret"]) as client:
        assert (await client.get("/api/session")).json()["roles"] == ["member"]


async def test_a_revoked_key_stops_at_once(served: Any, api: httpx.AsyncClient) -> None:
    made = await new_key(api)
    assert await status_of(served, made["secret"]) == 200
    assert (await api.delete(f"/api/api-keys/{made['id']}")).status_code == 204
    assert await status_of(served, made["secret"]) == 401
    assert made["id"] not in (await api.get("/api/api-keys")).text
    assert (await api.delete(f"/api/api-keys/{made['id']}")).status_code == 404


async def test_a_key_stops_when_it_expires(served: Any, api: httpx.AsyncClient) -> None:
    made = await new_key(api, expires_at=iso(served.clock.now() + timedelta(hours=1)))
    assert await status_of(served, made["secret"]) == 200
    served.clock.ahead = timedelta(hours=1, seconds=1)
    assert await status_of(served, made["secret"]) == 401


async def test_a_key_cannot_expire_in_the_past(api: httpx.AsyncClient) -> None:
    answer = await api.post("/api/api-keys", json={"name": "x", "expires_at": "2001-01-01T00:00:00Z"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/expires_at"


async def test_last_use_is_noted(served: Any, api: httpx.AsyncClient) -> None:
    made = await new_key(api)
    assert made["last_used_at"] is None
    await status_of(served, made["secret"])
    assert (await api.get("/api/api-keys")).json()["data"][0]["last_used_at"] is not None


async def test_nobody_makes_a_key_that_may_more_than_they(served: Any, api: httpx.AsyncClient) -> None:
    made = await new_key(api, roles=["member"])
    async with served.client(made["secret"]) as member:
        assert (await member.post("/api/api-keys", json={"name": "up", "roles": ["owner"]})).status_code == 403
        own = await new_key(member)
        assert own["roles"] == ["member"]


async def test_a_member_sees_and_revokes_only_own_keys(served: Any) -> None:
    _, secret = await served.new_account("acme", "member")
    async with served.client(secret) as member:
        mine = await new_key(member)
        listed = (await member.get("/api/api-keys")).json()["data"]
    assert [item["name"] for item in listed] == ["test", "key of acme"]
    assert listed[0]["id"] == mine["id"]


async def test_unknown_fields_and_wrong_values_are_pointed_at(api: httpx.AsyncClient) -> None:
    answer = await api.post("/api/api-keys", json={"nmae": "x", "roles": ["emperor"]})
    assert answer.status_code == 422
    assert {(error["pointer"], error["code"]) for error in answer.json()["errors"]} == {
        ("/name", "required"),
        ("/nmae", "unknown"),
        ("/roles/0", "literal-error"),
    }


async def test_changes_of_keys_are_in_the_audit_trail_without_secrets(api: httpx.AsyncClient) -> None:
    made = await new_key(api, roles=["viewer"])
    await api.delete(f"/api/api-keys/{made['id']}")
    trail = await api.get("/api/audit-entries", params={"target": made["id"]})
    entries = trail.json()["data"]
    assert [(entry["action"], entry["detail"]) for entry in entries] == [
        ("api_key.revoke", {"name": "test"}),
        ("api_key.create", {"name": "test", "roles": ["viewer"], "expires_at": None}),
    ]
    assert made["secret"] not in trail.text


async def test_the_audit_trail_is_filtered_and_not_for_members(served: Any, api: httpx.AsyncClient) -> None:
    made = await new_key(api, roles=["member"])
    everything = (await api.get("/api/audit-entries", params={"action": "api_key.create"})).json()["data"]
    later = {"created_after": iso(served.clock.now() + timedelta(days=1))}
    assert [entry["target"] for entry in everything] == [made["id"]]
    assert (await api.get("/api/audit-entries", params=later)).json()["data"] == []
    async with served.client(made["secret"]) as member:
        assert (await member.get("/api/audit-entries")).status_code == 403


async def test_the_command_lines_token_is_made_once_and_kept_private(served: Any) -> None:
    path = served.settings.home / "token"
    before = path.read_text()
    path.chmod(0o644)
    owner = await ensure_local(served.database, served.clock)
    await ensure_token_file(served.database, served.clock, owner, served.settings.home)
    assert path.read_text() == before
    assert path.stat().st_mode & 0o777 == 0o600


async def test_a_lost_token_is_replaced_and_the_old_one_revoked(served: Any) -> None:
    path = served.settings.home / "token"
    for content in (None, "mdg_from_another_database\n"):
        old = served.token
        path.unlink()
        if content is not None:
            path.write_text(content)
        owner = await ensure_local(served.database, served.clock)
        await ensure_token_file(served.database, served.clock, owner, served.settings.home)
        assert await status_of(served, served.token) == 200
        assert await status_of(served, old) == 401


async def test_two_backends_that_start_at_once_share_account_and_token(serve: Any) -> None:
    starting: list[Awaitable[Any]] = [serve(), serve()]
    sessions: list[Any] = []
    keys: list[Any] = []
    for served in await asyncio.gather(*starting):
        async with served.client(served.token) as client:
            sessions.append((await client.get("/api/session")).json())
            keys = (await client.get("/api/api-keys")).json()["data"]
    assert sessions[0] == sessions[1]
    assert [key["kind"] for key in keys] == ["command_line"]
