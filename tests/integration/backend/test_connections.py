"""Connections: their credentials are at the proxy or nowhere, and nothing is half done."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import httpx
import pytest
from sqlalchemy import text

SCHEMES: dict[str, Any] = {
    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "basic": {"type": "http", "scheme": "basic"},
    "bearer": {"type": "http", "scheme": "bearer"},
    "oauth": {
        "type": "oauth2",
        "flows": {"clientCredentials": {"tokenUrl": "https://shop.example/token", "scopes": {"read": ""}}},
    },
    "cert": {"type": "mutualTLS"},
}
CANARY = "canary-of-the-credential"


@pytest.fixture
def shop(shop: dict[str, Any]) -> dict[str, Any]:
    """The shop with a scheme of each kind."""
    shop["openapi"] = "3.1.0"
    shop["components"]["securitySchemes"] = SCHEMES
    return shop


@pytest.fixture
async def with_proxy(serve_with_proxy: Any) -> AsyncIterator[tuple[Any, httpx.AsyncClient]]:
    """A backend with a proxy, and a client of it."""
    served = await serve_with_proxy()
    async with served.client(served.token) as client:
        yield served, client


async def a_connection(api: httpx.AsyncClient, do_import: Any, shop: Any) -> str:
    done = await do_import(api, document=shop, server="https://shop.example/v1")
    return f"/api/connections/{done['connection']}"


async def rows(served: Any, query: str) -> list[Any]:
    async with served.database.begin() as db:
        return [tuple(row) for row in await db.execute(text(query))]


async def test_a_credential_reaches_the_server_and_can_be_read_nowhere(
    with_proxy: Any, site: Any, do_import: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    served, api = with_proxy
    site.put("/v1/orders", b"[]", headers="Content-Type: application/json\r\n")
    done = await do_import(api, url=site.url("/openapi.json"), allowed_hosts=[site.host])
    path = f"/api/connections/{done['connection']}"
    put = await api.put(f"{path}/credentials/key", json={"value": CANARY}, headers={"idempotency-key": "once"})
    shown = await api.get(path)
    called = await api.post("/api/calls", json={"function": "shop.orders.list", "arguments": {}})
    trail = await api.get("/api/audit-entries")
    gone = [(await api.delete(f"{path}/credentials/key")).status_code for _ in range(2)]
    assert (put.status_code, called.json()["state"], gone) == (204, "done", [204, 404])
    assert f"X-Key: {CANARY}" in site.heads[-1]
    assert [(each["scheme"], each["is_set"]) for each in shown.json()["credentials"]] == [("key", True)]
    assert [each["is_set"] for each in (await api.get(path)).json()["credentials"]] == [False]
    assert CANARY not in shown.text + called.text + trail.text
    assert "credential.set" in trail.text
    tables = await rows(served, "SELECT table_name FROM information_schema.tables WHERE table_schema = 'madang'")
    for (table,) in tables:
        assert CANARY not in str(await rows(served, f'SELECT to_jsonb(t)::text FROM madang."{table}" t')), table
    out, err = capfd.readouterr()
    assert CANARY not in out + err


@pytest.mark.parametrize(
    ("scheme", "body", "kind"),
    [
        ("key", {"value": "k"}, "apiKey"),
        ("basic", {"username": "sam", "password": "p"}, "basic"),
        ("bearer", {"token": "t"}, "bearer"),
        ("oauth", {"client_id": "c", "client_secret": "s", "scopes": ["read"]}, "oauth2"),
        ("oauth", {"token": "t"}, "bearer"),
    ],
)
async def test_each_kind_of_scheme_takes_its_own_credential(
    with_proxy: Any, shop: Any, do_import: Any, scheme: str, body: dict[str, Any], kind: str
) -> None:
    served, api = with_proxy
    path = await a_connection(api, do_import, shop)
    assert (await api.put(f"{path}/credentials/{scheme}", json=body)).status_code == 204
    assert await rows(served, "SELECT kind FROM madang.credential") == [(kind,)]


@pytest.mark.parametrize(
    ("scheme", "body", "status"),
    [
        ("key", {"token": CANARY}, 422),
        ("key", {"value": CANARY, "token": CANARY}, 422),
        ("key", {}, 422),
        ("key", {"value": CANARY + "\n"}, 422),
        ("key", {"value": {"a": CANARY}}, 422),
        ("basic", {"username": "a:b", "password": CANARY}, 422),
        ("basic", {"password": CANARY}, 422),
        ("cert", {"value": CANARY}, 409),
        ("unknown", {"value": CANARY}, 404),
    ],
)
async def test_a_credential_that_does_not_fit_is_refused_without_repeating_it(
    with_proxy: Any, shop: Any, do_import: Any, scheme: str, body: dict[str, Any], status: int
) -> None:
    served, api = with_proxy
    path = await a_connection(api, do_import, shop)
    refused = await api.put(f"{path}/credentials/{scheme}", json=body)
    assert (refused.status_code, CANARY in refused.text) == (status, False)
    assert await rows(served, "SELECT ref FROM madang.credential") == []


async def test_a_credential_that_replaces_another_leaves_nothing_of_it(
    with_proxy: Any, shop: Any, do_import: Any
) -> None:
    served, api = with_proxy
    path = await a_connection(api, do_import, shop)
    await api.put(f"{path}/credentials/key", json={"value": "first"})
    await api.put(f"{path}/credentials/bearer", json={"token": "other"})
    await api.put(f"{path}/credentials/key", json={"value": "second"})
    [(kept,)] = await rows(served, "SELECT credentials FROM madang.connection")
    assert sorted(kept.values()) == [
        ref for (ref,) in await rows(served, "SELECT ref FROM madang.credential ORDER BY 1")
    ]
    assert sorted(kept) == ["bearer", "key"]


async def test_credentials_that_are_set_at_the_same_time_are_all_kept(
    with_proxy: Any, shop: Any, do_import: Any
) -> None:
    served, api = with_proxy
    path = await a_connection(api, do_import, shop)
    wanted = {"key": {"value": "v"}, "bearer": {"token": "t"}, "basic": {"username": "u", "password": "p"}}
    answers = await asyncio.gather(
        *(api.put(f"{path}/credentials/{scheme}", json=body) for scheme, body in wanted.items())
    )
    [(kept,)] = await rows(served, "SELECT credentials FROM madang.connection")
    assert ([each.status_code for each in answers], sorted(kept)) == ([204] * 3, sorted(wanted))


async def test_without_the_proxy_a_credential_is_refused_and_nothing_is_written(
    served: Any, api: httpx.AsyncClient, shop: Any, do_import: Any
) -> None:
    path = await a_connection(api, do_import, shop)
    refused = await api.put(f"{path}/credentials/key", json={"value": CANARY})
    assert (refused.status_code, "proxy" in refused.json()["detail"]) == (503, True)
    assert CANARY not in refused.text
    assert await rows(served, "SELECT credentials FROM madang.connection") == [({},)]
    assert [each["is_set"] for each in (await api.get(path)).json()["credentials"]] == [False] * 5


async def test_without_the_proxy_connections_are_shown_and_removed(
    served: Any, api: httpx.AsyncClient, shop: Any, do_import: Any
) -> None:
    path = await a_connection(api, do_import, shop)
    await rows(served, """UPDATE madang.connection SET credentials = '{"key": "crd_1"}' RETURNING id""")
    shown = (await api.get(path)).json()["credentials"]
    removed = await api.delete(path)
    assert [(each["scheme"], each["set_at"]) for each in shown if each["is_set"]] == [("key", None)]
    assert (removed.status_code, (await api.get(path)).status_code) == (204, 404)


async def test_a_connection_is_made_listed_and_changed(api: httpx.AsyncClient, shop: Any, do_import: Any) -> None:
    first = await a_connection(api, do_import, shop)
    shop["servers"] = [{"url": "https://{region}.shop.example", "variables": {"region": {"default": "eu"}}}]
    await do_import(api, document=shop, connector="shop")
    made = await api.post("/api/connections", json={"connector": "shop", "label": "second"})
    path = f"/api/connections/{made.json()['id']}"
    changed = await api.patch(
        path,
        json={"effects": {"orders.create": "idempotent"}, "allowed_hosts": ["10.0.0.7:80"]},
        headers={"if-match": made.headers["etag"]},
    )
    late = await api.patch(path, json={"label": "third"}, headers={"if-match": made.headers["etag"]})
    listed = (await api.get("/api/connections", params={"connector": "shop"})).json()["data"]
    assert (made.status_code, made.json()["server_url"]) == (201, "https://eu.shop.example")
    assert (changed.json()["label"], changed.json()["effects"]) == ("second", {"orders.create": "idempotent"})
    assert late.status_code == 412
    assert [each["id"] for each in listed] == [first.rpartition("/")[2], made.json()["id"]]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"connector": "shop"}, 422),
        ({"connector": "shop", "server_url": "https://a.example"}, 409),
        ({"connector": "shop", "label": "x", "server_url": "ftp://a.example"}, 422),
        ({"connector": "shop", "label": "x", "server_url": "https://u:p@a.example"}, 422),
        ({"connector": "shop", "label": "x", "server_url": "https://a.example", "allowed_hosts": ["a"]}, 422),
        ({"connector": "shop", "label": "x", "server_url": "https://a.example", "effects": {"a.b": "good"}}, 422),
        ({"connector": "nothing", "server_url": "https://a.example"}, 404),
    ],
)
async def test_a_connection_that_cannot_be_is_refused(
    api: httpx.AsyncClient, shop: Any, do_import: Any, body: dict[str, Any], status: int
) -> None:
    await a_connection(api, do_import, shop)
    assert (await api.post("/api/connections", json=body)).status_code == status


async def test_every_change_of_a_connection_is_told_to_the_proxies(
    with_proxy: Any, database_url: str, shop: Any, do_import: Any
) -> None:
    _, api = with_proxy
    heard: list[Any] = []

    def hear(*told: Any) -> None:
        heard.append(told[-1])

    listener = await asyncpg.connect(database_url)
    await listener.add_listener("madang_catalog", hear)
    try:
        path = await a_connection(api, do_import, shop)
        heard.clear()
        await api.put(f"{path}/credentials/key", json={"value": "v"})
        await api.delete(f"{path}/credentials/key")
        await api.patch(path, json={"label": "other"})
        await api.delete(path)
        async with asyncio.timeout(5):
            while len(heard) < 4:
                await asyncio.sleep(0.01)
    finally:
        await listener.close()
    assert heard == [path.rpartition("/")[2]] * 4
