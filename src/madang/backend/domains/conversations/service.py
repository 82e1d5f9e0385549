"""Conversations: models that exist, and events as a stream."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from madang.agent.model_endpoints import find_endpoint
from madang.agent.values import OFFLINE
from madang.backend.domains.conversations.following import Live, follow
from madang.backend.domains.conversations.views import event_json
from madang.backend.parts import Parts
from madang.kit.actor import Actor
from madang.kit.errors import FieldError, InvalidError

BEAT_SECONDS = 15.0
"""A comment so often keeps a quiet stream open."""


async def check_model(actor: Actor, db: AsyncSession, model_id: str | None) -> None:
    """Raise InvalidError for a model that is not there."""
    if model_id in {None, OFFLINE} or await find_endpoint(actor, db, model_id) is not None:
        return
    error = FieldError(pointer="/model", code="unknown", message="no such model")
    raise InvalidError(f"there is no model {model_id!r}; `madang model list` shows all", errors=[error])


async def event_stream(
    actor: Actor, parts: Parts, conversation_id: str, after: int, stopping: asyncio.Event
) -> AsyncIterator[bytes]:
    """The events as server-sent events; a comment says when the past is told. Ends when the server stops."""
    stopped = asyncio.ensure_future(stopping.wait())
    async with aclosing(follow(actor, parts.database, parts.bridge, conversation_id, after)) as pieces:
        coming = asyncio.ensure_future(anext(pieces))
        try:
            while not stopped.done():
                await asyncio.wait([coming, stopped], timeout=BEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
                if not coming.done():
                    yield b":\n\n"
                    continue
                piece = coming.result()
                coming = asyncio.ensure_future(anext(pieces))
                if isinstance(piece, Live):
                    yield b": live %d\n\n" % piece.seq
                    continue
                yield b"".join(
                    b"id: %d\nevent: %b\ndata: %b\n\n" % (each.seq, each.type.encode(), orjson.dumps(event_json(each)))
                    for each in piece
                )
        finally:
            for task in (coming, stopped):
                task.cancel()
            await asyncio.gather(coming, stopped, return_exceptions=True)
