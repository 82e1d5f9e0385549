"""/api/conversations."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Header, Query, Request, Response
from fastapi.responses import StreamingResponse

from madang.agent.conversations import (
    change_conversation,
    create_conversation,
    delete_conversation,
    get_conversation,
    list_conversations,
)
from madang.agent.event_log import list_events
from madang.agent.frames import read_frame
from madang.backend.domains.conversations import service
from madang.backend.domains.conversations.following import LAST_SEQ
from madang.backend.domains.conversations.views import (
    ConversationBody,
    ConversationChange,
    ConversationPage,
    ConversationParameters,
    ConversationView,
    EventPage,
    FrameBody,
    FrameView,
    conversation_view,
    event_text,
    frame_view,
)
from madang.backend.http.authentication import identify
from madang.backend.http.etags import IfMatch, etag_of, expected_revision
from madang.backend.http.routes import SignedCall, SignedLongCall, api_router, long_router
from madang.effects.outcomes import json_text
from madang.kit.errors import UnauthenticatedError

router = api_router("/conversations", tag="conversations")
speaking: APIRouter = long_router("/conversations", tag="conversations")

EVENT_STREAM = "text/event-stream"

_SEQ = re.compile("[0-9]{1,20}")

After = Annotated[int, Query(ge=0, le=LAST_SEQ, description="Events that follow this number.")]
Limit = Annotated[int, Query(ge=1, le=1_000, description="At most so many events; without meaning for a stream.")]
LastEventId = Annotated[str | None, Header(description="Sent by a browser that reconnects; instead of `after_seq`.")]


@router.post("", operation_id="conversations.create", status_code=201)
async def create(call: SignedCall, body: ConversationBody, response: Response) -> ConversationView:
    """Begin a conversation."""
    await service.check_model(call.actor, call.db, body.model)
    made = await create_conversation(call.actor, call.db, title=body.title, model=body.model, now=call.now)
    response.headers["ETag"] = etag_of(made.revision)
    return conversation_view(made)


@router.get("", operation_id="conversations.list")
async def list_all(call: SignedCall, query: Annotated[ConversationParameters, Query()]) -> ConversationPage:
    """List conversations, newest first."""
    found = await list_conversations(call.actor, call.db, query.page, containing=query.search)
    return ConversationPage(data=[conversation_view(each) for each in found.data], next=found.next)


@router.get("/{conversation_id}", operation_id="conversations.get")
async def get_one(call: SignedCall, conversation_id: str, response: Response) -> ConversationView:
    """Get a conversation."""
    found = await get_conversation(call.actor, call.db, conversation_id)
    response.headers["ETag"] = etag_of(found.revision)
    return conversation_view(found)


@router.patch("/{conversation_id}", operation_id="conversations.update")
async def change_one(
    call: SignedCall,
    conversation_id: str,
    body: ConversationChange,
    response: Response,
    afterwards: BackgroundTasks,
    if_match: IfMatch = None,
) -> ConversationView:
    """Give a conversation another title or model."""
    await service.check_model(call.actor, call.db, body.model)
    changed = await change_conversation(
        call.actor,
        call.db,
        conversation_id,
        title=body.title,
        model=body.model,
        sets_model="model" in body.model_fields_set,
        now=call.now,
        if_revision=expected_revision(if_match),
    )
    response.headers["ETag"] = etag_of(changed.revision)
    # Once it is committed, so that who follows the conversation finds the title.
    afterwards.add_task(call.parts.bridge.publish, "conversation", conversation_id, {"seq": changed.last_seq})
    return conversation_view(changed)


@router.delete("/{conversation_id}", operation_id="conversations.delete", status_code=204)
async def delete_one(call: SignedCall, conversation_id: str) -> None:
    """Delete a conversation with all that was said. Records of calls stay."""
    await delete_conversation(call.actor, call.db, conversation_id)


@speaking.post("/{conversation_id}/frames", operation_id="conversations.speak")
async def speak(call: SignedLongCall, conversation_id: str, body: FrameBody) -> FrameView:
    """Say something, answer a form, decide, or stop what is under way."""
    frame = read_frame(body.model_dump())
    return frame_view(await call.parts.agent.sessions.take(call.actor, conversation_id, frame))


@speaking.get(
    "/{conversation_id}/events",
    operation_id="conversations.events",
    response_model=EventPage,
    responses={200: {"content": {EVENT_STREAM: {"schema": {"type": "string"}}}}},
)
async def list_its_events(
    call: SignedLongCall,
    request: Request,
    conversation_id: str,
    after_seq: After = 0,
    limit: Limit = 200,
    last_event_id: LastEventId = None,
) -> Response:
    """Get events in order; with `Accept: text/event-stream`, those and then each as it comes."""
    after = min(int(last_event_id), LAST_SEQ) if last_event_id and _SEQ.fullmatch(last_event_id) else after_seq
    async with call.parts.database.begin() as db:
        await get_conversation(call.actor, db, conversation_id)
        if EVENT_STREAM not in request.headers.get("accept", ""):
            events = await list_events(call.actor.account, db, conversation_id, after=after, limit=limit + 1)
            more = events[limit - 1].seq if len(events) > limit else None
            data = ",".join(event_text(each) for each in events[:limit])
            return Response(f'{{"data":[{data}],"next":{json_text(more)}}}', media_type="application/json")

    async def is_still_signed_in() -> bool:
        with suppress(UnauthenticatedError):
            return bool(await identify(request))
        return False

    stream = service.event_stream(call.actor, call.parts, conversation_id, after, call.stopping, is_still_signed_in)
    return StreamingResponse(stream, media_type=EVENT_STREAM, headers={"X-Accel-Buffering": "no"})
