import asyncio
import json
import queue
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from madang.kit.errors import FieldError, UsageError
from madang.net.running import recorded
from madang.net.serving import serve_asgi
from madang.sdk.client import ApiError, Client
from madang.settings import load_settings

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
PROBLEM = {
    "type": "urn:madang:problem:invalid",
    "title": "The input is not valid",
    "status": 422,
    "detail": "1 place",
    "errors": [{"pointer": "/name", "code": "missing", "message": "is missing"}],
}


async def api(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Tells what it was asked; `/pages` is a list of three pages, `/problem` refuses, `/text` is no JSON."""
    if scope["type"] == "lifespan":
        for state in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{state}.complete"})
        return
    headers = {name.decode(): value.decode() for name, value in scope["headers"]}
    query = scope["query_string"].decode()
    status, body = 200, b""
    if scope["path"] == "/pages":
        page = int(query.partition("cursor=c")[2] or 0)
        body = json.dumps({"data": [{"n": page}], "next": f"c{page + 1}" if page < 2 else None}).encode()
    elif scope["path"] == "/problem":
        status, body = 422, json.dumps(PROBLEM).encode()
    elif scope["path"] == "/text":
        body = b"<html>"
    elif scope["method"] != "DELETE":
        sent = (await receive())["body"].decode()
        told = {"method": scope["method"], "query": query, "body": sent}
        body = json.dumps(
            {**told, **{name: headers.get(name) for name in ("authorization", "idempotency-key")}}
        ).encode()
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    urls: queue.Queue[str] = queue.Queue()
    stop, loop = asyncio.Event(), asyncio.new_event_loop()
    serving = serve_asgi(api, host="127.0.0.1", port=0, server_name="api", ready=urls.put, stop=stop)
    thread = Thread(target=loop.run_until_complete, args=(serving,))
    thread.start()
    yield urls.get(timeout=10)
    loop.call_soon_threadsafe(stop.set)
    thread.join()
    loop.close()


@pytest.fixture
def client(url: str) -> Iterator[Client]:
    with Client(url, "tok") as client:
        yield client


def test_a_call_carries_the_token_and_what_it_was_given(client: Client) -> None:
    assert client.get("/x", params={"limit": 2, "cursor": None, "deep": True}) == {
        "method": "GET",
        "query": "limit=2&deep=true",
        "body": "",
        "authorization": "Bearer tok",
        "idempotency-key": None,
    }
    assert [call("/x", json={"a": "마"}) for call in (client.put, client.patch)] == [
        {"method": method, "query": "", "body": '{"a":"마"}', "authorization": "Bearer tok", "idempotency-key": None}
        for method in ("PUT", "PATCH")
    ]
    assert client.delete("/x") is None


def test_each_post_has_an_idempotency_key_of_its_own_unless_one_is_given(client: Client) -> None:
    told = [client.post("/x"), client.post("/x"), client.post("/x", idempotency_key="mine")]
    first, second, third = (answer["idempotency-key"] for answer in told if isinstance(answer, dict))
    assert first != second
    assert len(str(first)) == 36
    assert third == "mine"


def test_a_list_is_followed_to_its_end(client: Client) -> None:
    assert list(client.pages("/pages", params={"limit": 1})) == [{"n": 0}, {"n": 1}, {"n": 2}]


def test_a_problem_is_an_error_with_its_status_and_places(client: Client) -> None:
    with pytest.raises(ApiError, match="1 place") as raised:
        client.get("/problem")
    assert (raised.value.http_status, raised.value.exit_status, raised.value.problem) == (422, 1, PROBLEM)
    assert raised.value.errors == (FieldError(pointer="/name", code="missing", message="is missing"),)


def test_an_answer_that_is_no_json_is_told(client: Client) -> None:
    with pytest.raises(UsageError, match="answered no JSON"):
        client.get("/text")


def test_a_backend_that_does_not_run_is_one_line_that_says_what_to_do() -> None:
    with Client("http://127.0.0.1:9", "tok") as client, pytest.raises(UsageError) as raised:
        client.get("/x")
    assert raised.value.detail == "Madang is not running at http://127.0.0.1:9: start it with `madang up`"
    assert raised.value.exit_status == 2


def test_the_client_of_this_machine_reads_the_token_and_finds_any_free_port(tmp_path: Path, url: str) -> None:
    settings = load_settings({"MADANG_HOME": str(tmp_path), "MADANG_BACKEND_PORT": "0"})
    with pytest.raises(UsageError, match="start it with `madang up`"):
        Client.from_settings(settings)
    (tmp_path / "token").write_text("from-file\n")
    with recorded(tmp_path, "backend", url), Client.from_settings(settings) as client:
        answer = client.get("/x")
    assert isinstance(answer, dict)
    assert answer["authorization"] == "Bearer from-file"
    assert not (tmp_path / "run" / "backend.json").exists()
