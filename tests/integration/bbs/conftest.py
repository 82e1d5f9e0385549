"""The board on a real database and a real socket, and a client that holds every answer against the document."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs
import pytest
from fastapi import FastAPI

from madang.examples.bbs.app import create_app
from madang.net.serving import serve_asgi
from madang.settings import Settings, load_settings

Json = dict[str, Any]


@pytest.fixture
def board_settings(database_url: str, tmp_path: Path) -> Settings:
    return load_settings({"MADANG_HOME": str(tmp_path)}, {"database_url": database_url, "bbs_port": "0"})


@asynccontextmanager
async def serving(app: FastAPI) -> AsyncIterator[str]:
    """The base URL of the application, served on loopback."""
    stop, url = asyncio.Event(), asyncio.get_running_loop().create_future()
    task = asyncio.create_task(
        serve_asgi(app, host="127.0.0.1", port=0, server_name="bbs", ready=url.set_result, stop=stop)
    )
    await asyncio.wait({task, url}, return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        await task
    try:
        yield url.result()
    finally:
        stop.set()
        await task


@pytest.fixture
async def board_url(board_settings: Settings) -> AsyncIterator[str]:
    async with serving(create_app(board_settings)) as url:
        yield url


@pytest.fixture
async def client(board_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client that fails where an answer is not as the board's own document declares it."""
    async with httpx.AsyncClient(base_url=board_url, trust_env=False) as client:
        document = (await client.get("/openapi.json")).json()
        client.event_hooks["response"] = [checker(document)]
        yield client


def checker(document: Json) -> Callable[[httpx.Response], Awaitable[None]]:
    async def check(response: httpx.Response) -> None:
        operation = find_operation(document, response.request)
        if operation is not None:
            await response.aread()
            check_answer(document, operation, response)

    return check


def find_operation(document: Json, request: httpx.Request) -> Json | None:
    for template, path in document["paths"].items():
        pattern = re.sub(r"\{\w+\}", "[^/]+", template)
        if re.fullmatch(pattern, request.url.path):
            return path.get(request.method.lower())
    return None


def check_answer(document: Json, operation: Json, response: httpx.Response) -> None:
    declared = operation["responses"]
    answer = declared.get(str(response.status_code), declared["default"])
    media = answer["content"][response.headers["content-type"].partition(";")[0]]
    schema = {**media["schema"], "components": document["components"]}
    errors = jsonschema_rs.Draft202012Validator(schema, validate_formats=True).iter_errors(response.json())
    assert [str(error) for error in errors] == [], f"{operation['operationId']} {response.status_code}"


Post = Callable[..., Awaitable[Json]]


@pytest.fixture
def post(client: httpx.AsyncClient) -> Post:
    """Writes an article with given fields, others as in the examples, and returns what the board answered."""

    async def post(**fields: Any) -> Json:
        body = {"section": "general", "writer": "sam", "title": "Hello", "body": "World", "password": "pw"} | fields
        response = await client.post("/articles", json=body)
        assert response.status_code == 201, response.text
        return response.json()

    return post
