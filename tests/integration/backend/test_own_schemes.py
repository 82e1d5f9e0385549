"""Documents that ask for no credential although their server wants one: the connection declares the scheme itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

CANARY = "canary-of-the-token"
BEARER = {"name": "bearer", "kind": "bearer"}
APP = {"name": "app", "kind": "apiKey", "location": "query", "parameter": "app"}


@pytest.fixture
def silent(shop: dict[str, Any]) -> dict[str, Any]:
    """The shop's document without a word on credentials, but for placing an order."""
    del shop["security"]
    shop["paths"]["/orders"]["post"]["security"] = [{"key": []}]
    return shop


@pytest.fixture
async def with_proxy(serve_with_proxy: Any) -> AsyncIterator[tuple[Any, httpx.AsyncClient]]:
    """A backend with a proxy, and a client of it."""
    served = await serve_with_proxy()
    async with served.client(served.token) as client:
        yield served, client


@pytest.fixture
async def connection(with_proxy: Any, site: Any, do_import: Any, silent: dict[str, Any]) -> str:
    """The path of a connection to a site that has this document."""
    _, api = with_proxy
    site.put("/v1/orders", b"[]", headers="Content-Type: application/json\r\n")
    done = await do_import(api, document=silent, server=site.url("/v1"), allowed_hosts=[site.host])
    return f"/api/connections/{done['connection']}"


async def list_orders(api: httpx.AsyncClient) -> str:
    called = await api.post("/api/calls", json={"function": "shop.orders.list", "arguments": {}})
    assert called.json().get("state") == "done", called.text
    return called.text


async def test_a_credential_goes_with_each_function_whose_document_asks_for_nothing(
    with_proxy: Any, site: Any, connection: str
) -> None:
    _, api = with_proxy
    changed = await api.patch(connection, json={"security_schemes": [BEARER, APP]})
    await api.put(f"{connection}/credentials/bearer", json={"token": CANARY})
    await api.put(f"{connection}/credentials/app", json={"value": "id"})

    answer = await list_orders(api)
    shown = (await api.get(connection)).json()

    assert changed.status_code == 200, changed.text
    assert f"Authorization: Bearer {CANARY}\r\n" in site.heads[-1]
    assert site.heads[-1].startswith("GET /v1/orders?app=id ")
    assert [(each["scheme"], each["is_own"], each["is_set"]) for each in shown["credentials"]] == [
        ("key", False, False),
        ("bearer", True, True),
        ("app", True, True),
    ]
    assert CANARY not in answer


async def test_a_function_whose_document_asks_for_another_credential_gets_none_of_it(
    with_proxy: Any, site: Any, connection: str
) -> None:
    _, api = with_proxy
    await api.patch(connection, json={"security_schemes": [BEARER]})
    await api.put(f"{connection}/credentials/bearer", json={"token": CANARY})

    wanted: dict[str, Any] = {"function": "shop.orders.create", "arguments": {}, "approved": True}
    called = await api.post("/api/calls", json=wanted)

    assert called.json()["state"] == "done"
    assert "authorization" not in site.heads[-1].lower()


async def test_a_scheme_goes_only_after_its_credential(with_proxy: Any, site: Any, connection: str) -> None:
    _, api = with_proxy
    await api.patch(connection, json={"security_schemes": [BEARER]})
    await api.put(f"{connection}/credentials/bearer", json={"token": CANARY})

    refused = await api.patch(connection, json={"security_schemes": []})
    await api.delete(f"{connection}/credentials/bearer")
    done = await api.patch(connection, json={"security_schemes": []})
    await list_orders(api)

    assert (refused.status_code, "has a credential" in refused.json()["detail"]) == (409, True)
    assert (done.status_code, done.json()["security_schemes"]) == (200, [])
    assert "authorization" not in site.heads[-1].lower()


async def test_a_scheme_of_the_document_is_not_declared_again(with_proxy: Any, connection: str) -> None:
    _, api = with_proxy

    refused = await api.patch(connection, json={"security_schemes": [{**BEARER, "name": "key"}]})

    assert (refused.status_code, [each["pointer"] for each in refused.json()["errors"]]) == (
        422,
        ["/security_schemes/0/name"],
    )


async def test_a_connection_is_made_with_its_schemes(with_proxy: Any, connection: str) -> None:
    _, api = with_proxy
    body = {"connector": "shop", "label": "second", "server_url": "https://shop.example"}

    made = await api.post("/api/connections", json={**body, "security_schemes": [APP]})
    wrong = await api.post("/api/connections", json={**body, "security_schemes": [{"name": "x", "kind": "oauth2"}]})

    assert (made.status_code, made.json()["security_schemes"]) == (201, [APP])
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/security_schemes/0/kind")


async def test_a_scheme_that_is_nowhere_is_refused_with_what_to_do(with_proxy: Any, connection: str) -> None:
    _, api = with_proxy

    refused = await api.put(f"{connection}/credentials/bearer", json={"token": CANARY})

    assert refused.status_code == 404
    assert "--scheme bearer" in refused.json()["detail"]
    assert CANARY not in refused.text
