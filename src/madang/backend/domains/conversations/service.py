"""Conversations: models that exist, and events as a stream."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing

from sqlalchemy.ext.asyncio import AsyncSession

from madang.agent.model_endpoints import find_endpoint
from madang.agent.values import OFFLINE, Conversation
from madang.backend.domains.conversations.following import Live, follow
from madang.backend.domains.conversations.views import event_text
from madang.backend.parts import Parts
from madang.kit.actor import Actor
from madang.kit.errors import FieldError, InvalidError, NotFoundError

BEAT_SECONDS = 15.0
"""A comment so often keeps a quiet stream open."""


async def check_model(actor: Actor, db: AsyncSession, model_id: str | None) -> None:
    """Raise InvalidError for a model that is not there."""
    if model_id in {None, OFFLINE} or await find_endpoint(actor, db, model_id) is not None:
        return
    error = FieldError(pointer="/model", code="unknown", message="no such model")
    raise InvalidError(f"there is no model {model_id!r}; `madang model list` shows all", errors=[error])


async def warm_model(actor: Actor, db: AsyncSession, parts: Parts, conversation: Conversation) -> None:
    """Begin to load what the conversation's model needs: who opens it is about to speak."""
    if conversation.model != OFFLINE:
        endpoint = await find_endpoint(actor, db, conversation.model)
        if endpoint is not None:
            parts.models.warm(endpoint)


async def event_stream(
    actor: Actor,
    parts: Parts,
    conversation_id: str,
    after: int,
    stopping: asyncio.Event,
    is_still_signed_in: Callable[[], Awaitable[bool]],
) -> AsyncIterator[bytes]:
    """The events as server-sent events; a comment says when the past is told.

    Ends when the server stops, when the conversation is deleted, and a while after its reader has signed out.
    """
    stopped = asyncio.ensure_future(stopping.wait())
    checked_at = time.monotonic()
    async with aclosing(follow(actor, parts.database, parts.bridge, conversation_id, after)) as pieces:
        coming = asyncio.ensure_future(anext(pieces, None))
        try:
            while not stopped.done():
                await asyncio.wait([coming, stopped], timeout=BEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
                if time.monotonic() - checked_at >= BEAT_SECONDS:
                    checked_at = time.monotonic()
                    if not await is_still_signed_in():
                        return
                if not coming.done():
                    yield b":\n\n"
                    continue
                if isinstance(coming.exception(), NotFoundError) or (piece := coming.result()) is None:
                    return
                coming = asyncio.ensure_future(anext(pieces, None))
                if isinstance(piece, Live):
                    yield b": live %d\n\n" % piece.seq
                    continue
                yield b"".join(
                    b"id: %d\nevent: %b\ndata: %b\n\n" % (each.seq, each.type.encode(), event_text(each).encode())
                    for each in piece
                )
        finally:
            for task in (coming, stopped):
                task.cancel()
            await asyncio.gather(coming, stopped, return_exceptions=True)
