"""What the API shows of this installation."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from madang.backend.http.models import View
from madang.settings import Mode


class ServerView(View):
    """One of our servers."""

    name: Annotated[str, Field(examples=["proxy"])]
    url: Annotated[str, Field(examples=["http://127.0.0.1:8701"])]


class DatabaseView(View):
    """The database."""

    version: Annotated[str, Field(examples=["18.4"])]
    migrations: Annotated[list[str], Field(description="The newest revision of each branch.")]
    pending: Annotated[list[str], Field(description="Revisions that are still to run.")]


class SystemView(View):
    """This installation."""

    version: Annotated[str, Field(examples=["0.1.0"])]
    mode: Mode
    home: Annotated[str | None, Field(description="The data folder; only for owners and administrators, locally.")]
    servers: list[ServerView]
    database: DatabaseView


class HealthView(View):
    """The process lives."""

    status: Literal["ok"] = "ok"
    version: str


class CheckView(View):
    """One thing that a ready server needs."""

    name: Literal["database", "migrations", "keys", "clock"]
    is_ok: bool
    detail: str


class ReadinessView(View):
    """Whether the server can serve, and if not, why."""

    status: Literal["ready", "not ready"]
    version: str
    detail: Annotated[str, Field(description="The first thing that is missing.")]
    checks: list[CheckView]
