"""Conversations, turns, events and client frames as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from madang.kit.json import JsonObject

TurnState = Literal["ready", "running", "waiting", "ended"]
FrameKind = Literal["message", "form", "approval", "in_doubt", "abort", "lend", "unlend", "tool_result"]
LENDING: frozenset[FrameKind] = frozenset({"lend", "unlend", "tool_result"})
"""What only a session over WebSocket says: it lends for as long as it lives."""

SCHEMA_VERSION = 1
OFFLINE = "offline"
"""In place of a model: the agent that needs none."""


@dataclass(frozen=True, kw_only=True)
class Conversation:
    """A conversation of one user. `model` is the id of a model endpoint or `offline`; None is the account's default."""

    id: str
    user: str
    title: str
    model: str | None
    last_seq: int
    revision: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, kw_only=True)
class Turn:
    """What one message set off."""

    id: str
    conversation: str
    account: str
    user: str
    message: str
    state: TurnState
    is_aborted: bool


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened; `body` has all but `seq`, `id`, `schema_version` and `timestamp`."""

    conversation: str
    seq: int
    turn: str | None
    type: str
    body: JsonObject
    at: datetime

    def to_json(self, at: str) -> JsonObject:
        """The form on the wire; `at` is the time as text."""
        return {
            "type": self.type,
            "seq": self.seq,
            "id": f"{self.conversation}.{self.seq}",
            "schema_version": SCHEMA_VERSION,
            "timestamp": at,
            **self.body,
        }


@dataclass(frozen=True, kw_only=True)
class Draft:
    """An event that is about to be written."""

    type: str
    body: JsonObject
    turn: str | None = None


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What a client sent. `data` are its members but `id` and `type`."""

    id: str
    kind: FrameKind
    data: JsonObject


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """A frame that was taken. `is_repeat`: it was taken before, and nothing was done now.

    `lending` is that of a session which lends, took back or answered.
    """

    frame: str
    turn: str | None
    is_repeat: bool = False
    lending: str | None = None
