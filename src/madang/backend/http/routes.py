"""The routes under /api: signed in, meant, in one transaction that is committed before the answer leaves.

    router = api_router("/things", tag="things")

    @router.get("", operation_id="things.list")
    async def list_things(call: SignedCall, query: ListQuery) -> ThingsView: ...

A route of such a router cannot be reached without an identity. FastAPI sends the answer after this handler returns,
so a commit that fails is a problem and never a 200.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Request, Response
from fastapi.routing import APIRoute
from sqlalchemy.ext.asyncio import AsyncSession

from madang.accounts.values import Identity
from madang.backend.http.authentication import check_intent, identify
from madang.backend.http.idempotency import HEADER as IDEMPOTENCY_HEADER
from madang.backend.http.idempotency import answer_once
from madang.backend.parts import Parts, parts_of
from madang.kit.actor import Actor
from madang.kit.errors import FieldError, InvalidError
from madang.kit.json import pointer
from madang.net.serving import STOPPING


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request of somebody who is signed in: who, in which transaction, with which parts."""

    identity: Identity
    db: AsyncSession
    parts: Parts

    @property
    def actor(self) -> Actor:
        """Who acts, and for which account."""
        return self.identity.actor

    @property
    def now(self) -> datetime:
        """The time now."""
        return self.parts.clock.now()


def _call_of(request: Request) -> Call:
    return cast("Call", request.state.call)


SignedCall = Annotated[Call, Depends(_call_of)]
"""The parameter by which an endpoint gets its `Call`."""


class ApiRoute(APIRoute):
    """A route that opens the unit of work around FastAPI's own handler."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's handler within identity, intent, idempotency and transaction."""
        handle = super().get_route_handler()
        has_query = bool(self.dependant.query_params)

        async def handle_in_transaction(request: Request) -> Response:
            parts = parts_of(request)
            identity = await identify(request)
            check_intent(request, identity)
            if not has_query:
                _refuse_query(request)
            async with parts.database.begin() as db:
                call = Call(identity=identity, db=db, parts=parts)
                request.state.call = call
                return await answer_once(request, identity, db, handle, now=call.now)

        return handle_in_transaction


@dataclass(frozen=True, kw_only=True)
class LongCall:
    """A request that waits for other servers: it holds no transaction, and opens short ones of its own.

    One that waits for something to happen answers when `stopping` is set: the server is about to end.
    """

    identity: Identity
    parts: Parts
    idempotency_key: str | None
    stopping: asyncio.Event

    @property
    def actor(self) -> Actor:
        """Who acts, and for which account."""
        return self.identity.actor


def _long_call_of(request: Request) -> LongCall:
    return cast("LongCall", request.state.call)


SignedLongCall = Annotated[LongCall, Depends(_long_call_of)]
"""The parameter by which an endpoint of a `long_router` gets its `LongCall`."""


class LongRoute(APIRoute):
    """A route within identity and intent only. What it does must be idempotent by the key of the request itself."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's handler within identity and intent."""
        handle = super().get_route_handler()
        has_query = bool(self.dependant.query_params)

        async def handle_without_transaction(request: Request) -> Response:
            identity = await identify(request)
            check_intent(request, identity)
            if not has_query:
                _refuse_query(request)
            key = request.headers.get(IDEMPOTENCY_HEADER)
            request.state.call = LongCall(
                identity=identity,
                parts=parts_of(request),
                idempotency_key=key,
                stopping=request.scope.get(STOPPING) or asyncio.Event(),
            )
            return await handle(request)

        return handle_without_transaction


def long_router(path: str, *, tag: str) -> APIRouter:
    """As `api_router`, for requests that wait for other servers."""
    return APIRouter(prefix=f"/api{path}", tags=[tag], route_class=LongRoute)


def api_router(path: str, *, tag: str) -> APIRouter:
    """A router for the noun at `/api` + `path`; everything on it needs an identity."""
    return APIRouter(prefix=f"/api{path}", tags=[tag], route_class=ApiRoute)


def _refuse_query(request: Request) -> None:
    if request.query_params:
        raise InvalidError(
            "this operation takes no query parameters",
            errors=[
                FieldError(pointer=pointer(name), code="unknown", message="no such parameter")
                for name in request.query_params
            ],
        )
