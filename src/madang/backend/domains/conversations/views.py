"""What the API takes and shows of conversations."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from madang.agent.conversations import LONGEST_TITLE
from madang.agent.frames import LONGEST_ID
from madang.agent.values import SCHEMA_VERSION, Accepted, Conversation, Event
from madang.backend.http.models import Body, ListParameters, Time, View
from madang.effects.outcomes import json_text
from madang.kit.clock import iso

Title = Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE, examples=["Articles of the week"])]
ModelId = Annotated[str, Field(max_length=64, description="A model's id or `offline`; null is the account's default.")]


class ConversationBody(Body):
    """A conversation that is to begin."""

    title: Annotated[Title | None, Field(description="Without one, that of the first message.")] = None
    model: ModelId | None = None


class ConversationChange(Body):
    """What is to change; what is absent stays."""

    title: Title | None = None
    model: ModelId | None = None


class ConversationView(View):
    """A conversation. `title` is empty before the first message."""

    id: str
    title: str
    model: str | None
    last_seq: Annotated[int, Field(description="The number of its newest event.")]
    created_at: Time
    updated_at: Time


class ConversationPage(View):
    """A page of conversations."""

    data: list[ConversationView]
    next: str | None


class ConversationParameters(ListParameters):
    """The query of the list of conversations."""

    search: Annotated[str, Field(max_length=200, description="Words in the title.")] = ""


class EventView(View):
    """An event; its other members depend on `type` (docs/flows/chat.md)."""

    model_config = View.model_config | {"extra": "allow"}

    type: str
    seq: int
    id: str
    schema_version: int = SCHEMA_VERSION
    timestamp: Time


class EventPage(View):
    """Events in order; `next` is the `after_seq` of the rest, None at the present."""

    data: list[EventView]
    next: int | None


class FrameBody(Body):
    """What a client says (docs/flows/chat.md)."""

    model_config = Body.model_config | {"extra": "allow"}

    id: Annotated[str, Field(min_length=1, max_length=LONGEST_ID, description="New for every frame.")]
    type: Literal["message", "form", "approval", "in_doubt", "abort"]


class FrameView(View):
    """A frame that was taken."""

    id: str
    ok: Literal[True] = True
    turn: str | None
    is_repeat: Annotated[bool, Field(description="It was taken before, and nothing was done now.")]


def conversation_view(conversation: Conversation) -> ConversationView:
    """A conversation as the API shows it."""
    return ConversationView(
        id=conversation.id,
        title=conversation.title,
        model=conversation.model,
        last_seq=conversation.last_seq,
        created_at=conversation.created_at,
        updated_at=conversation.updated_at,
    )


def event_json(event: Event) -> dict[str, Any]:
    """An event as every way of following shows it."""
    return event.to_json(iso(event.at))


def event_text(event: Event) -> str:
    """The same as JSON text, which long integers of arguments do not break."""
    return json_text(event_json(event))


def frame_view(accepted: Accepted) -> FrameView:
    """What a client is told of its frame."""
    return FrameView(id=accepted.frame, turn=accepted.turn, is_repeat=accepted.is_repeat)
