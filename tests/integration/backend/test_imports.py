"""Imports on real servers: what becomes of good documents, and what is said of bad ones."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from madang.catalog.importing import MAX_DOCUMENT_BYTES


async def test_a_url_becomes_a_connector_with_a_connection_to_its_server(
    api: httpx.AsyncClient, site: Any, shop: Any, do_import: Any
) -> None:
    done = await do_import(api, url=site.url("/openapi.json"), allowed_hosts=[site.host])
    connector = (await api.get(f"/api/connectors/{done['connector']['id']}")).json()
    connection = (await api.get("/api/connections", params={"connector": "shop"})).json()["data"][0]
    assert (done["state"], done["report"]) == (
        "succeeded",
        {"found": 2, "imported": 2, "with_loss": 0, "refused": 0, "overlay": None},
    )
    assert done["allowed_hosts"] == [site.host]
    assert (connector["name"], connector["current_version"], connector["functions"]) == ("shop", 1, 2)
    assert (connection["id"], connection["label"]) == (done["connection"], "default")
    assert (connection["server_url"], connection["allowed_hosts"]) == (site.url("/v1"), [site.host])
    assert (await api.get("/api/connectors/shop/document")).json() == shop


async def test_the_same_document_uploaded_twice_is_one_and_makes_two_names(
    api: httpx.AsyncClient, shop: Any, do_import: Any
) -> None:
    data = json.dumps(shop).encode()
    first, second = [(await api.post("/api/documents", content=data)).json() for _ in range(2)]
    names = [(await do_import(api, document=data))["connector"]["name"] for _ in range(2)]
    assert (first, first["bytes"], first["id"]) == (second, len(data), first["hash"])
    assert names == ["shop", "shop_2"]


async def test_imports_of_the_same_document_at_the_same_time_get_different_names(
    api: httpx.AsyncClient, shop: Any, do_import: Any
) -> None:
    found = await asyncio.gather(*(do_import(api, document=shop) for _ in range(3)))
    assert sorted(each["connector"]["name"] for each in found) == ["shop", "shop_2", "shop_3"]


async def test_a_second_version_keeps_names_and_connections(
    api: httpx.AsyncClient, site: Any, shop: Any, do_import: Any
) -> None:
    first = await do_import(api, url=site.url("/openapi.json"), allowed_hosts=[site.host])
    shop["paths"]["/orders"]["put"] = {"operationId": "orders.replace", "responses": {}}
    shop["paths"] = {"/carts": {"get": {"operationId": "carts.list", "responses": {}}}, **shop["paths"]}
    site.put("/openapi.json", json.dumps(shop).encode())
    # The hosts that the connector may reach need not be said again.
    done = await do_import(api, url=site.url("/openapi.json"), connector="shop")
    rows = (await api.get("/api/functions", params={"connector": "shop"})).json()["data"]
    versions = (await api.get("/api/connectors/shop/versions")).json()["data"]
    connections = (await api.get("/api/connections")).json()["data"]
    assert (done["version"], [each["number"] for each in versions]) == (2, [2, 1])
    assert [row["name"] for row in rows] == ["carts.list", "orders.list", "orders.create", "orders.replace"]
    assert (done["connection"], [each["id"] for each in connections]) == (None, [first["connection"]])


async def test_references_are_followed_on_the_same_server_and_elsewhere_only_when_asked(
    api: httpx.AsyncClient, site: Any, shop: Any, do_import: Any
) -> None:
    there = f"http://localhost:{site.port}/parts.json#/Order"
    body = {"content": {"application/json": {"schema": {"$ref": "parts.json#/Order"}}}}
    shop["paths"]["/orders"]["post"]["requestBody"] = body
    shop["paths"]["/orders"]["get"]["responses"] = {
        "200": {"description": "", "content": {"application/json": {"schema": {"$ref": there}}}}
    }
    site.put("/openapi.json", json.dumps(shop).encode())
    site.put("/parts.json", b'{"Order": {"type": "object", "properties": {"book": {"type": "string"}}}}')
    hosts = [site.host, f"localhost:{site.port}"]
    near = await do_import(api, url=site.url("/openapi.json"), allowed_hosts=hosts, name="near")
    far = await do_import(api, url=site.url("/openapi.json"), allowed_hosts=hosts, name="far", other_origins=True)
    argument = (await api.get("/api/functions/near.orders.create")).json()["arguments"]["properties"]
    remarks = (await api.get("/api/connectors/near/remarks", params={"severity": "loss"})).json()["data"]
    assert "book" in argument
    assert (near["report"]["with_loss"], far["report"]["with_loss"]) == (1, 0)
    assert "other origins" in remarks[0]["message"]


async def test_the_bytes_that_are_there_are_told_while_a_document_is_fetched(
    api: httpx.AsyncClient, site: Any, shop: Any
) -> None:
    whole = asyncio.Event()
    data = json.dumps(shop).encode()

    async def slow(writer: asyncio.StreamWriter) -> None:
        writer.write(
            f"HTTP/1.1 200 OK\r\nContent-Length: {len(data)}\r\nConnection: close\r\n\r\n".encode() + data[:100]
        )
        await writer.drain()
        await whole.wait()
        writer.write(data[100:])

    site.pages["/slow"] = slow
    found = (await api.post("/api/imports", json={"url": site.url("/slow"), "allowed_hosts": [site.host]})).json()
    seen: list[Any] = []
    while found["state"] in {"queued", "running"}:
        found = (await api.get(f"/api/imports/{found['id']}", params={"wait_seconds": 5})).json()
        seen.append(found["progress"])
        if seen[-1] == {"stage": "fetching", "done": 100, "total": len(data)}:
            whole.set()
    assert (found["state"], whole.is_set()) == ("succeeded", True)


async def break_off(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{")


@pytest.mark.parametrize(
    ("answer", "part"),
    [
        ({"body": b"", "status": 404}, "answered 404"),
        ({"body": b"{ not json"}, "line 2, column 1"),
        ({"body": b"<!doctype html><title>Sign in</title>"}, "HTML"),
        ({"body": b"[1, 2]"}, "object"),
        ({"body": b'{"openapi": "3.0.0", "info": {"title": "\\ud800"}}'}, "line 1, column"),
        ({"body": b'{"openapi": "3.0.0", "info": {}, "paths": {}}'}, "no operations"),
        ({"body": b'{"hello": 1}'}, "openapi"),
        ({"body": b"a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n" + b"d: *c\n" * 3}, "openapi"),
        (
            {"body": gzip.compress(b"0" * (MAX_DOCUMENT_BYTES + 1)), "headers": "Content-Encoding: gzip\r\n"},
            f"larger than {MAX_DOCUMENT_BYTES:,} bytes",
        ),
        ({"body": b"", "status": 302, "headers": "Location: http://169.254.169.254/latest\r\n"}, "169.254.169.254"),
        ({"body": b"", "status": 302, "headers": "Location: http://127.0.0.1:1/\r\n"}, "--allow-host 127.0.0.1:1"),
    ],
    ids=["404", "syntax", "html", "list", "surrogate", "empty", "other", "aliases", "bomb", "metadata", "loopback"],
)
async def test_what_cannot_be_imported_is_one_clear_problem_and_leaves_nothing(
    api: httpx.AsyncClient, site: Any, do_import: Any, answer: dict[str, Any], part: str
) -> None:
    site.put("/bad", **answer)
    done = await do_import(api, url=site.url("/bad"), allowed_hosts=[site.host])
    assert done["state"] == "failed"
    assert part in done["error"]["detail"]
    assert (await api.get("/api/connectors")).json()["data"] == []


async def test_a_server_that_breaks_off_is_a_problem(api: httpx.AsyncClient, site: Any, do_import: Any) -> None:
    site.pages["/cut"] = break_off
    done = await do_import(api, url=site.url("/cut"), allowed_hosts=[site.host])
    assert (done["state"], "in the middle of its answer" in done["error"]["detail"]) == ("failed", True)


async def test_a_server_that_is_not_there_is_a_problem(api: httpx.AsyncClient, do_import: Any) -> None:
    done = await do_import(api, url="http://127.0.0.1:1/openapi.json", allowed_hosts=["127.0.0.1:1"])
    assert (done["state"], done["error"]["status"], "127.0.0.1:1" in done["error"]["detail"]) == ("failed", 502, True)


async def test_a_loopback_address_needs_to_be_allowed_and_says_how(
    api: httpx.AsyncClient, site: Any, do_import: Any
) -> None:
    done = await do_import(api, url=site.url("/openapi.json"))
    assert (done["state"], done["error"]["status"], site.heads) == ("failed", 403, [])
    assert f"--allow-host {site.host}" in done["error"]["detail"]


async def test_characters_that_cannot_be_stored_do_not_fail_an_import(
    api: httpx.AsyncClient, shop: Any, do_import: Any
) -> None:
    shop["paths"]["/orders"]["get"]["summary"] = "List\u0000 orders"
    shop["paths"]["/orders"]["get"]["description"] = "See C:\\u0000."
    shop["info"]["description"] = "a\u0000b"
    done = await do_import(api, document=json.dumps(shop).encode())
    row = (await api.get("/api/functions/shop.orders.list")).json()
    assert (done["state"], done["error"]) == ("succeeded", None)
    assert (row["title"], row["description"]) == ("List\ufffd orders", "See C:\\u0000.")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"url": "https://a.example/x", "document": "0" * 64}, 422),
        ({"url": "file:///etc/passwd"}, 422),
        ({"document": "0" * 64}, 422),
        ({"document": "../" + "0" * 61}, 422),
        ({"url": "https://a.example/x", "connector": "nothing"}, 404),
        ({"url": "https://a.example/x", "connector": "nothing", "name": "shop"}, 422),
        ({"url": "https://a.example/x", "name": "No Name"}, 422),
        ({"url": "https://a.example/x", "allowed_hosts": ["localhost"]}, 422),
        ({"url": "https://a.example/x", "server": "shop.example"}, 422),
        ({"url": "https://a.example/x", "surprise": 1}, 422),
    ],
)
async def test_a_request_that_can_come_to_nothing_is_refused_at_once(
    api: httpx.AsyncClient, body: dict[str, Any], status: int
) -> None:
    assert (await api.post("/api/imports", json=body)).status_code == status


async def test_a_name_that_is_taken_is_refused_at_once(api: httpx.AsyncClient, shop: Any, do_import: Any) -> None:
    await do_import(api, document=shop, name="books")
    refused = await api.post("/api/imports", json={"url": "https://a.example/x", "name": "books"})
    assert (refused.status_code, "`madang connector update books`" in refused.json()["detail"]) == (409, True)


@pytest.mark.parametrize("is_announced", [True, False])
async def test_a_document_over_the_limit_is_refused_with_the_limit(api: httpx.AsyncClient, is_announced: bool) -> None:
    async def parts() -> AsyncIterator[bytes]:
        for _ in range(MAX_DOCUMENT_BYTES // 1_000_000 + 1):
            yield b"0" * 1_000_000

    content = b"0" * (MAX_DOCUMENT_BYTES + 1) if is_announced else parts()
    refused = await api.post("/api/documents", content=content, timeout=30)
    assert refused.status_code == 413
    assert f"{MAX_DOCUMENT_BYTES:,}" in refused.json()["detail"]


async def test_imports_are_listed_and_one_that_has_ended_cannot_be_cancelled(
    api: httpx.AsyncClient, shop: Any, do_import: Any
) -> None:
    done = await do_import(api, document=shop)
    listed = (await api.get("/api/imports")).json()["data"]
    refused = await api.delete(f"/api/imports/{done['id']}")
    assert (listed, refused.status_code) == ([done], 409)


async def test_an_import_that_waits_for_its_server_can_be_cancelled(api: httpx.AsyncClient, site: Any) -> None:
    asked = asyncio.Event()

    async def never(writer: asyncio.StreamWriter) -> None:
        asked.set()
        await asyncio.sleep(30)

    site.pages["/never"] = never
    begun = (await api.post("/api/imports", json={"url": site.url("/never"), "allowed_hosts": [site.host]})).json()
    await asyncio.wait_for(asked.wait(), 10)
    cancelled = await api.delete(f"/api/imports/{begun['id']}")
    shown = (await api.get(f"/api/imports/{begun['id']}")).json()
    assert (cancelled.status_code, shown["state"]) == (204, "cancelled")
