"""What a browser would let the page next door send us."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI, WebSocket
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin


@pytest.mark.parametrize("path", ["/api/session", "/healthz", "/", "/sign-in", "/api/openapi.json"])
async def test_a_name_rebound_to_our_address_gets_nothing(served: Any, api: httpx.AsyncClient, path: str) -> None:
    answer = await api.get(path, headers={"host": "evil.example:8700"})
    assert answer.status_code == 403
    assert "MADANG_PUBLIC_HOSTS" in answer.json()["detail"]


async def test_an_operator_can_name_further_hosts(serve: Any) -> None:
    served = await serve(MADANG_PUBLIC_HOSTS="madang.example")
    async with served.client() as client:
        assert (await client.get("/healthz", headers={"host": "madang.example"})).status_code == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1"])
async def test_a_foreign_page_cannot_change_anything(browser: httpx.AsyncClient, origin: str) -> None:
    browser.headers["origin"] = origin
    answer = await browser.patch("/api/preferences", json={"theme": "dark"})
    assert answer.status_code == 403
    assert "another site" in answer.json()["detail"]


async def test_a_form_of_a_foreign_page_cannot_post(browser: httpx.AsyncClient) -> None:
    for name in ("madang-request", "origin"):
        del browser.headers[name]
    answer = await browser.post("/api/api-keys", content='{"name": "x"}', headers={"content-type": "text/plain"})
    assert answer.status_code == 403


async def test_a_foreign_page_is_given_no_permission_to_read(served: Any, api: httpx.AsyncClient) -> None:
    answer = await api.options(
        "/api/session", headers={"origin": "http://evil.example", "access-control-request-method": "GET"}
    )
    assert answer.status_code == 405
    assert not [name for name in answer.headers if name.startswith("access-control")]


async def test_a_websocket_of_a_foreign_page_is_refused_before_it_opens(serve: Any) -> None:
    opened: list[str] = []

    def configure(app: FastAPI) -> None:
        @app.websocket("/api/echo")
        async def echo(socket: WebSocket) -> None:  # pyright: ignore[reportUnusedFunction] - a route
            opened.append(socket.headers.get("origin", ""))
            await socket.accept()
            await socket.close()

    served = await serve(configure)
    url = served.url.replace("http", "ws") + "/api/echo"
    with pytest.raises(InvalidStatus) as caught:
        await connect(url, origin=Origin("http://evil.example"))
    assert caught.value.response.status_code == 403
    assert opened == []
    socket = await connect(url, origin=Origin(served.url))
    await socket.close()
    assert opened == [served.url]


async def test_every_answer_carries_the_security_headers(served: Any, api: httpx.AsyncClient) -> None:
    for path in ("/", "/api/session", "/api/gone", "/sign-in"):
        headers = (await api.get(path)).headers
        policy = headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
    assert (await api.get("/api/session")).headers["cache-control"] == "no-store"
