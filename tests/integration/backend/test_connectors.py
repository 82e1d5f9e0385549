"""Connectors: looked at, changed by who saw the newest, removed with all they have."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from sqlalchemy import text


async def count(served: Any, table: str) -> int:
    async with served.database.begin() as db:
        return (await db.execute(text(f"SELECT count(*) FROM madang.{table}"))).scalar_one()


async def test_a_connector_is_shown_with_its_version_by_id_and_by_name(
    api: httpx.AsyncClient, shop: Any, do_import: Any
) -> None:
    done = await do_import(api, document=shop)
    by_name = (await api.get("/api/connectors/shop")).json()
    by_id = (await api.get(f"/api/connectors/{done['connector']['id']}")).json()
    version = by_name["version"]
    assert by_name == by_id | {"indexed": by_name["indexed"], "version": version}
    assert (by_name["title"], by_name["source_url"], by_name["current_version"]) == ("The Shop API", None, 1)
    assert (version["dialect"], version["document_version"], version["found"]) == ("openapi-3.0", "2", 2)
    assert version["servers"] == [{"url": "/v1", "description": "", "variables": {}}]
    assert [(each["name"], each["kind"]) for each in version["security_schemes"]] == [("key", "apiKey")]


async def test_connectors_are_listed_in_pages_and_filtered_by_name_and_title(
    api: httpx.AsyncClient, shop: Any, do_import: Any
) -> None:
    for name in ("one", "two", "three"):
        await do_import(api, document=shop, name=name)
    shop["info"]["title"] = "100% Books"
    await do_import(api, document=shop, name="books")
    first = (await api.get("/api/connectors", params={"limit": 3})).json()
    rest = (await api.get("/api/connectors", params={"limit": 3, "cursor": first["next"]})).json()
    by_name = (await api.get("/api/connectors", params={"containing": "WO"})).json()["data"]
    by_title = (await api.get("/api/connectors", params={"containing": "%"})).json()["data"]
    assert [each["name"] for each in (*first["data"], *rest["data"])] == ["books", "three", "two", "one"]
    assert ([each["name"] for each in by_name], [each["name"] for each in by_title]) == (["two"], ["books"])


async def test_remarks_are_filtered_by_severity_and_text(api: httpx.AsyncClient, shop: Any, do_import: Any) -> None:
    shop["paths"]["/orders"]["get"]["parameters"] = [{"$ref": "#/components/parameters/Missing"}]
    shop["paths"]["/orders"]["put"] = "nothing"
    done = await do_import(api, document=shop)
    everything = (await api.get("/api/connectors/shop/remarks")).json()["data"]
    losses = (await api.get("/api/connectors/shop/remarks", params={"severity": "loss"})).json()["data"]
    refusals = (await api.get("/api/connectors/shop/remarks", params={"containing": "orders/PUT"})).json()["data"]
    assert done["report"] == {"found": 3, "imported": 2, "with_loss": 1, "refused": 1, "overlay": None}
    assert len(everything) > 1
    assert [each["pointer"] for each in losses] == ["/paths/~1orders/get/parameters/0"]
    assert [each["severity"] for each in refusals] == ["refused"]
    assert (await api.get("/api/connectors/shop/remarks", params={"severity": "bad"})).status_code == 422


async def test_a_change_needs_the_newest_revision_and_stays_out_of_what_is_absent(
    api: httpx.AsyncClient, shop: Any, do_import: Any
) -> None:
    await do_import(api, document=shop)
    etag = (await api.get("/api/connectors/shop")).headers["etag"]
    first = await api.patch("/api/connectors/shop", json={"title": "Mine"}, headers={"if-match": etag})
    second = await api.patch("/api/connectors/shop", json={"title": "Yours"}, headers={"if-match": etag})
    hosts = await api.patch("/api/connectors/shop", json={"allowed_hosts": ["10.0.0.7:80"]})
    trail = (await api.get("/api/audit-entries", params={"action": "connector.change"})).json()["data"]
    assert (first.status_code, second.status_code) == (200, 412)
    assert (hosts.json()["title"], hosts.json()["allowed_hosts"]) == ("Mine", ["10.0.0.7:80"])
    assert [each["detail"] for each in trail] == [{"allowed_hosts": ["10.0.0.7:80"]}]


@pytest.mark.parametrize("body", [{"allowed_hosts": ["10.0.0.7"]}, {"name": "other"}, {"title": "x" * 201}])
async def test_a_change_that_cannot_be_is_refused(
    api: httpx.AsyncClient, shop: Any, do_import: Any, body: dict[str, Any]
) -> None:
    await do_import(api, document=shop)
    assert (await api.patch("/api/connectors/shop", json=body)).status_code == 422


async def test_a_connector_goes_with_all_it_has_and_its_credentials(
    serve_with_proxy: Any, shop: Any, do_import: Any
) -> None:
    served = await serve_with_proxy()
    async with served.client(served.token) as api:
        done = await do_import(api, document=shop, server="https://shop.example")
        await api.put(f"/api/connections/{done['connection']}/credentials/key", json={"value": "k"})
        kept = await count(served, "credential")
        removed = await api.delete("/api/connectors/shop")
        again = await api.delete("/api/connectors/shop")
    assert (kept, removed.status_code, again.status_code) == (1, 204, 404)
    tables = ("connection", "credential", "function", "function_schema", "function_terms", "search_term")
    assert [await count(served, table) for table in tables] == [0] * len(tables)


async def test_a_connector_is_removed_although_the_proxy_is_away(
    api: httpx.AsyncClient, shop: Any, do_import: Any
) -> None:
    await do_import(api, document=shop, server="https://shop.example")
    assert (await api.delete("/api/connectors/shop")).status_code == 204


async def test_in_real_mode_who_is_no_administrator_allows_no_hosts_and_a_viewer_changes_nothing(
    serve: Any, shop: Any, site: Any, do_import: Any
) -> None:
    served = await serve(MADANG_MODE="real")
    _, owner_key = await served.new_account("theirs")
    _, member_key = await served.new_account("members", "member")
    _, viewer_key = await served.new_account("viewers", "viewer")
    async with (
        served.client(owner_key) as owner,
        served.client(member_key) as member,
        served.client(viewer_key) as viewer,
    ):
        inside = {"url": site.url("/openapi.json"), "allowed_hosts": [site.host]}
        done = await do_import(owner, **inside)
        own = await do_import(member, document=shop, server="https://shop.example")
        allowing = [
            await member.post("/api/imports", json=inside),
            await member.patch("/api/connectors/shop", json={"allowed_hosts": [site.host]}),
            await member.patch(f"/api/connections/{own['connection']}", json={"allowed_hosts": [site.host]}),
            await member.post(
                "/api/connections", json={"connector": "shop", "label": "x", "allowed_hosts": [site.host]}
            ),
        ]
        looking = [
            await viewer.post("/api/documents", content=b"{}"),
            await viewer.post("/api/imports", json={"url": "https://a.example/x"}),
        ]
        looked = await viewer.get("/api/connectors")
    assert (done["state"], own["state"]) == ("succeeded", "succeeded")
    assert [each.status_code for each in (*allowing, *looking)] == [403] * 6
    assert looked.status_code == 200
