"""`madang account` on a real database: real mode begins with an account and a key that a command makes."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from madang.sdk.client import Client
from madang.settings import load_settings


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str


Run = Callable[..., Awaitable[Ended]]


@pytest.fixture
def madang(database_url: str, tmp_path: Path) -> Run:
    """Runs a command in real mode on the test's database: `await madang("account", "list")`."""
    environment = {
        "PATH": os.environ["PATH"],
        "MADANG_HOME": str(tmp_path / "home"),
        "MADANG_DATABASE_URL": database_url,
        "MADANG_MODE": "real",
    }

    async def run(*arguments: str) -> Ended:
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "madang.cli", *arguments, env=environment, stdout=pipe, stderr=pipe
        )
        out, err = await process.communicate()
        return Ended(status=process.returncode or 0, out=out.decode(), err=err.decode())

    return run


async def test_the_first_account_gets_a_key_that_opens_real_mode(madang: Run, serve: Any) -> None:
    made = await madang("account", "create", "shop", "--user", "Sam")
    real = await serve(MADANG_MODE="real")

    async with real.client(made.out.strip()) as client:
        session = (await client.get("/api/session")).json()
        entries = (await client.get("/api/audit-entries")).json()["data"]

    assert (made.status, made.out[:4]) == (0, "mdg_")
    assert "Sam owns the account shop" in made.err
    assert (session["account"]["name"], session["user"]["name"]) == ("shop", "Sam")
    assert [(each["action"], each["detail"]["by"]) for each in entries] == [
        ("api_key.create", "operator"),
        ("account.create", "operator"),
    ]


async def test_a_second_account_is_made_only_where_that_is_said(madang: Run) -> None:
    await madang("account", "create", "shop")
    refused = await madang("account", "create", "other")
    made = await madang("account", "create", "other", "--another", "--json")
    taken = await madang("account", "create", "other", "--another")
    listed = json.loads((await madang("account", "list", "--json")).out)

    assert refused.status == 1
    assert refused.err.startswith("madang: there is an account already (shop): `madang account key shop`")
    assert {"account", "id", "user", "key"} == set(json.loads(made.out))
    assert (taken.status, taken.err) == (1, "madang: there is an account other already\n")
    assert [(each["name"], each["owner"]) for each in listed] == [("shop", "shop"), ("other", "other")]


async def test_a_lost_key_is_replaced_by_a_new_one(madang: Run, serve: Any) -> None:
    first = await madang("account", "create", "shop")
    second = await madang("account", "key", "shop")
    missing = await madang("account", "key", "nobody")
    real = await serve(MADANG_MODE="real")

    for key in (first.out.strip(), second.out.strip()):
        async with real.client(key) as client:
            assert (await client.get("/api/session")).status_code == 200
    assert first.out != second.out
    assert (missing.status, missing.out) == (1, "")


async def test_a_key_that_is_saved_is_used_by_the_commands_and_never_replaced(
    madang: Run, serve: Any, tmp_path: Path
) -> None:
    saved = await madang("account", "create", "shop", "--save")
    again = await madang("account", "key", "shop", "--save")
    real = await serve(MADANG_MODE="real")
    path = tmp_path / "home" / "token"

    def name_of_account() -> Any:
        port = real.url.rpartition(":")[2]
        settings = load_settings({"MADANG_HOME": str(path.parent), "MADANG_BACKEND_PORT": port})
        with Client.from_settings(settings) as client:
            session: Any = client.get("/api/session")
            return session["account"]["name"]

    assert (saved.status, saved.out, path.stat().st_mode & 0o777) == (0, "", 0o600)
    assert await asyncio.to_thread(name_of_account) == "shop"
    assert (again.status, "holds a key already" in again.err) == (2, True)


@pytest.mark.parametrize("name", ["Shop", "a b", "-x", "x" * 41])
async def test_a_name_that_cannot_be_is_one_line(madang: Run, name: str) -> None:
    refused = await madang("account", "create", "--", name)

    assert (refused.status, refused.err.count("\n")) == (2, 1)
    assert "cannot name an account" in refused.err


async def test_two_at_once_make_one_first_account(madang: Run) -> None:
    ended = await asyncio.gather(madang("account", "create", "one"), madang("account", "create", "two"))

    assert sorted(each.status for each in ended) == [0, 1]
