"""The bulletin board as an ASGI application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI

from madang.examples.bbs.board import Board
from madang.examples.bbs.document import DESCRIPTION, TAGS, finish
from madang.examples.bbs.endpoints import router
from madang.examples.bbs.guard import BODY_LIMIT, BodyGuard, HostGuard, allowed_hosts
from madang.examples.bbs.passwords import Passwords
from madang.examples.bbs.problems import add_problem_handlers
from madang.examples.bbs.site import site
from madang.kit.clock import SystemClock
from madang.kit.errors import UsageError
from madang.settings import Settings
from madang.storage.engine import Database

VERSION = "1.0.0"


class _BoardApp(FastAPI):
    """FastAPI with a document worth copying."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI 3.1 document, made once."""
        if not self.openapi_schema:
            self.openapi_schema = finish(super().openapi())
        return self.openapi_schema


def create_app(settings: Settings) -> FastAPI:
    """The board on the database of the settings, whose migration branch `bbs` has to be applied.

    Raises UsageError where no database is set.
    """
    if settings.database_url is None:
        raise UsageError("the bulletin board needs a database: set MADANG_DATABASE_URL, or start it by `madang up`")
    board = Board(database=Database(settings.database_url), passwords=Passwords(), clock=SystemClock())

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await board.database.close()

    app = _BoardApp(
        title="Bulletin board",
        version=VERSION,
        description=DESCRIPTION,
        openapi_tags=TAGS,
        servers=[{"url": settings.url("bbs") if settings.bbs_port else "/", "description": "This board."}],
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    app.state.board = board
    app.include_router(router)
    app.include_router(site)
    add_problem_handlers(app)
    app.add_middleware(BodyGuard, limit=BODY_LIMIT)
    app.add_middleware(HostGuard, hosts=allowed_hosts(settings))
    return app
