"""Overlays of connectors: applied at the import and again at each update, reported, shown, replaced and let go."""

from __future__ import annotations

import json
from typing import Any

import httpx


def overlay(*actions: dict[str, Any], version: str = "1.0.0") -> dict[str, Any]:
    return {"overlay": version, "info": {"title": "Ours", "version": "1"}, "actions": [*actions]}


ORDERS = "$.paths['/orders']"
DESCRIBED = {"target": f"{ORDERS}.get", "update": {"summary": "See what was ordered"}}
NOWHERE = {"target": "$.paths['/gone']", "remove": True}
UNFIT = {"target": "$.info.title", "update": {"x": 1}}


async def uploaded(api: httpx.AsyncClient, document: Any) -> str:
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    return (await api.post("/api/documents", content=data)).json()["id"]


async def titles(api: httpx.AsyncClient) -> dict[str, str]:
    rows = (await api.get("/api/functions", params={"connector": "shop"})).json()["data"]
    return {row["name"]: row["title"] for row in rows}


async def test_an_overlay_is_applied_at_the_import_and_reported(
    api: httpx.AsyncClient, shop: Any, do_import: Any
) -> None:
    given = overlay(DESCRIBED, NOWHERE, UNFIT)
    done = await do_import(api, document=shop, overlay=await uploaded(api, given))
    remarks = (await api.get("/api/connectors/shop/remarks", params={"containing": "overlay"})).json()["data"]
    shown = (await api.get("/api/connectors/shop")).json()["version"]
    assert done["state"] == "succeeded", done
    assert await titles(api) == {"orders.list": "See what was ordered", "orders.create": "Place an order"}
    assert done["report"]["overlay"] == {
        "actions": 3,
        "applied": 1,
        "idle": [
            {"position": 1, "target": "$.paths['/gone']", "matched": 0, "changed": 0, "problem": ""},
            {
                "position": 2,
                "target": "$.info.title",
                "matched": 1,
                "changed": 0,
                "problem": "here is text, which an object cannot be merged into",
            },
        ],
    }
    assert [(each["code"], each["pointer"]) for each in remarks] == [
        ("overlay-unmatched", "overlay#/actions/1"),
        ("overlay-unfit", "overlay#/actions/2"),
    ]
    assert shown["has_overlay"] is True
    assert (await api.get("/api/connectors/shop/overlay")).json() == given
    assert (await api.get("/api/connectors/shop/document")).json() == shop


async def test_an_update_applies_the_overlay_again_until_another_or_none_is_wanted(
    api: httpx.AsyncClient, site: Any, shop: Any, do_import: Any
) -> None:
    url = site.url("/openapi.json")
    await do_import(api, url=url, allowed_hosts=[site.host], overlay=await uploaded(api, overlay(DESCRIBED)))
    shop["paths"]["/carts"] = {"get": {"operationId": "carts.list", "summary": "List carts", "responses": {}}}
    site.put("/openapi.json", json.dumps(shop).encode())

    again = await do_import(api, url=url, connector="shop")
    kept = await titles(api)
    other = await do_import(api, url=url, connector="shop", overlay=await uploaded(api, overlay(NOWHERE)))
    replaced = await titles(api)
    plain = await do_import(api, url=url, connector="shop", keeps_overlay=False)
    version = (await api.get("/api/connectors/shop")).json()["version"]

    assert again["report"]["overlay"] == {"actions": 1, "applied": 1, "idle": []}
    assert (kept["orders.list"], kept["carts.list"]) == ("See what was ordered", "List carts")
    assert (other["report"]["overlay"]["applied"], replaced["orders.list"]) == (0, "List orders")
    assert (plain["report"]["overlay"], version["has_overlay"], version["number"]) == (None, False, 4)
    assert (await api.get("/api/connectors/shop/overlay")).status_code == 404


async def test_a_document_that_is_taken_again_keeps_the_address_it_came_from(
    api: httpx.AsyncClient, site: Any, do_import: Any
) -> None:
    done = await do_import(api, url=site.url("/openapi.json"), allowed_hosts=[site.host])
    document = (await api.get("/api/connectors/shop")).json()["version"]["document_hash"]
    begun = await api.post("/api/imports", json={"connector": "shop", "document": document})
    found = begun.json()
    while found["state"] in {"queued", "running"}:
        found = (await api.get(f"/api/imports/{found['id']}", params={"wait_seconds": 5})).json()
    servers = (await api.get("/api/connectors/shop")).json()["version"]["servers"]
    assert (done["version"], found["state"], found["version"]) == (1, "succeeded", 2)
    assert servers[0]["url"] == site.url("/v1")


async def test_an_overlay_that_cannot_be_read_fails_the_import_in_a_sentence_and_changes_nothing(
    api: httpx.AsyncClient, shop: Any, do_import: Any
) -> None:
    await do_import(api, document=shop)
    bad = {
        "of version '2.0.0'": overlay(DESCRIBED, version="2.0.0"),
        "is no JSONPath": overlay({"target": "paths", "remove": True}),
        "cannot be read": b"{",
        "no operations": overlay({"target": "$.paths", "remove": True}),
    }
    for said, each in bad.items():
        found = await do_import(api, document=shop, connector="shop", overlay=await uploaded(api, each))
        assert found["state"] == "failed"
        assert said in found["error"]["detail"]
    assert (await api.get("/api/connectors/shop")).json()["current_version"] == 1


async def test_an_overlay_that_was_not_uploaded_is_refused_at_once(api: httpx.AsyncClient, shop: Any) -> None:
    body = {"document": await uploaded(api, shop), "overlay": "0" * 64}
    answer = await api.post("/api/imports", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/overlay")
