"""Functions: listed, searched, shown whole, and as tools of models."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

PASSWORD: dict[str, Any] = {"type": "string", "format": "password"}


@pytest.fixture
async def shop(api: httpx.AsyncClient, shop: dict[str, Any], do_import: Any) -> dict[str, Any]:
    """The shop, imported, with an order to place that only a person can confirm."""
    shop["components"]["schemas"] = {
        "Order": {
            "type": "object",
            "required": ["book"],
            "properties": {"book": {"$ref": "#/components/schemas/Book"}},
        },
        "Book": {
            "type": "object",
            "properties": {"title": {"type": "string"}, "next": {"$ref": "#/components/schemas/Book"}},
        },
    }
    order: dict[str, Any] = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}}
    post = shop["paths"]["/orders"]["post"]
    post["parameters"] = [{"name": "pin", "in": "header", "required": True, "schema": PASSWORD}]
    post |= {"requestBody": order, "responses": {"201": {"description": "placed", **order}}}
    await do_import(api, document=shop, name="shop")
    return shop


async def test_functions_are_listed_in_the_order_of_the_document_and_filtered(
    api: httpx.AsyncClient, shop: Any, do_import: Any
) -> None:
    await do_import(api, document=shop, name="other")
    first = (await api.get("/api/functions", params={"connector": "shop", "limit": 1})).json()
    rest = (await api.get("/api/functions", params={"connector": "shop", "cursor": first["next"]})).json()
    filtered = (await api.get("/api/functions", params={"containing": "place an"})).json()["data"]
    assert [each["full_name"] for each in (*first["data"], *rest["data"])] == ["shop.orders.list", "shop.orders.create"]
    assert (rest["next"], rest["data"][0]["effect"], rest["data"][0]["score"]) == (None, "unsafe", None)
    assert [each["full_name"] for each in filtered] == ["shop.orders.create", "other.orders.create"]


async def test_a_search_ranks_in_english_and_korean_before_and_after_indexing(
    api: httpx.AsyncClient, shop: Any
) -> None:
    async with asyncio.timeout(60):
        while (await api.get("/api/connectors/shop")).json()["version"]["indexed_at"] is None:
            await asyncio.sleep(0.1)
    connector = (await api.get("/api/connectors/shop")).json()
    found = [
        (await api.get("/api/functions", params={"search": request})).json()["data"][0]["full_name"]
        for request in ("place an order", "주문을 넣어 줘", "show me all orders", "주문 목록을 보여 줘")
    ]
    assert (connector["functions"], connector["indexed"]) == (2, 2)
    assert found == ["shop.orders.create", "shop.orders.create", "shop.orders.list", "shop.orders.list"]


async def test_what_does_not_go_with_a_search_is_refused(api: httpx.AsyncClient) -> None:
    for other in ({"containing": "x"}, {"cursor": "x"}):
        refused = await api.get("/api/functions", params={"search": "orders", **other})
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, f"/{next(iter(other))}")


async def test_a_function_is_shown_whole_with_the_schemas_it_reaches(api: httpx.AsyncClient, shop: Any) -> None:
    whole = (await api.get("/api/functions/shop.orders.create")).json()
    by_id = (await api.get(f"/api/functions/{whole['id']}")).json()
    by_model_name = (await api.get(f"/api/functions/shop.{whole['model_name']}")).json()
    assert whole == by_id == by_model_name
    assert (whole["method"], whole["path"], whole["source"]) == ("POST", "/orders", "/paths/~1orders/post")
    assert sorted(whole["arguments"]["properties"]) == ["book", "pin"]
    assert list(whole["arguments"]["$defs"]) == ["Book"]
    assert list(whole["human"]["properties"]) == ["pin"]
    assert sorted(whole["result"]["$defs"]) == ["Book", "Order"]
    assert (whole["security"], [each["name"] for each in whole["security_schemes"]]) == ([{"key": []}], ["key"])


@pytest.mark.parametrize("dialect", ["openai", "openai-strict", "anthropic", "gemini", "mcp"])
async def test_a_tool_of_each_dialect_has_the_models_share_alone(
    api: httpx.AsyncClient, shop: Any, dialect: str
) -> None:
    tool = await api.get(f"/api/functions/shop.orders.create/dialects/{dialect}")
    words = [word in tool.text for word in ("orders_create", "book", "pin")]
    assert (tool.status_code, words) == (200, [True, True, False])


async def test_what_is_not_there_is_not_found(api: httpx.AsyncClient, shop: Any) -> None:
    assert (await api.get("/api/functions/shop.orders.nothing")).status_code == 404
    assert (await api.get("/api/functions", params={"connector": "nothing"})).status_code == 404
    assert (await api.get("/api/functions/shop.orders.create/dialects/latin")).status_code == 422
