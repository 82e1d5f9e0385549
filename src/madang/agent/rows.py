"""The tables of the agent: conversations, their events, the frames of clients, turns, what clients lend; models.

Bodies of events are JSON, not JSONB, so that arguments and answers are shown in the order in which they came.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import BIGINT, JSON
from sqlalchemy.orm import Mapped, mapped_column

from madang.kit.json import JsonObject, JsonValue
from madang.storage.rows import SCHEMA, Row


def _conversation_key() -> ForeignKey:
    return ForeignKey(f"{SCHEMA}.conversation.id", ondelete="CASCADE")


class ConversationRow(Row):
    """A conversation. `last_seq` is that of its newest event; who adds events locks this row."""

    __tablename__ = "conversation"
    __table_args__ = (Index(None, "account_id", "user_id", "id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str]
    user_id: Mapped[str]
    title: Mapped[str]
    is_titled: Mapped[bool]
    model: Mapped[str | None]
    last_seq: Mapped[int] = mapped_column(BIGINT)
    revision: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class TurnRow(Row):
    """What one message set off. `is_woken`: something came in while it ran, so it is looked at again."""

    __tablename__ = "turn"
    __table_args__ = (
        CheckConstraint("state IN ('ready', 'running', 'waiting', 'ended')", name="state"),
        Index(None, "conversation_id", "id"),
        Index("ix_turn_open", "id", postgresql_where=text("state IN ('ready', 'running')")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str]
    conversation_id: Mapped[str] = mapped_column(_conversation_key())
    user_id: Mapped[str]
    message_id: Mapped[str]
    state: Mapped[str]
    is_woken: Mapped[bool]
    is_aborted: Mapped[bool]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class EventRow(Row):
    """Something that happened. `seq` is gapless within a conversation."""

    __tablename__ = "conversation_event"

    conversation_id: Mapped[str] = mapped_column(_conversation_key(), primary_key=True)
    seq: Mapped[int] = mapped_column(BIGINT, primary_key=True, autoincrement=False)
    account_id: Mapped[str]
    turn_id: Mapped[str | None]
    type: Mapped[str]
    body: Mapped[JsonObject] = mapped_column(JSON)
    created_at: Mapped[datetime]


class FrameRow(Row):
    """What a client sent, once by its own id. `sealed` holds what a person gave, until the call is over."""

    __tablename__ = "conversation_frame"
    __table_args__ = (Index(None, "turn_id", "call_id"),)

    conversation_id: Mapped[str] = mapped_column(_conversation_key(), primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str]
    user_id: Mapped[str]
    kind: Mapped[str]
    digest: Mapped[str]
    turn_id: Mapped[str | None]
    call_id: Mapped[str | None]
    sealed: Mapped[str | None]
    created_at: Mapped[datetime]
    position: Mapped[int] = mapped_column(BIGINT, Identity(always=True))


class LendingRow(Row):
    """A session that lends functions, alive for as long as its client is heard; `owner` is the socket it has now."""

    __tablename__ = "lending"
    __table_args__ = (UniqueConstraint("account_id", "conversation_id", "session"), Index(None, "conversation_id"))

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str]
    conversation_id: Mapped[str] = mapped_column(_conversation_key())
    user_id: Mapped[str]
    session: Mapped[str]
    name: Mapped[str]
    owner: Mapped[str]
    alive_until: Mapped[datetime]
    created_at: Mapped[datetime]


class LentFunctionRow(Row):
    """A function that a session lends; `wire` is its name as the client gave it."""

    __tablename__ = "lent_function"
    __table_args__ = (UniqueConstraint("account_id", "lending_id", "wire"), Index(None, "lending_id"))

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str]
    lending_id: Mapped[str] = mapped_column(ForeignKey(f"{SCHEMA}.lending.id", ondelete="CASCADE"))
    wire: Mapped[str]
    name: Mapped[str]
    definition: Mapped[JsonObject] = mapped_column(JSON)
    schemas: Mapped[JsonObject] = mapped_column(JSON)
    embedding: Mapped[JsonValue] = mapped_column(JSON, nullable=True)
    created_at: Mapped[datetime]


class LentCallRow(Row):
    """A call that a client is asked to make. `sealed` are its arguments and `answer` what came of it, until it is over.

    `asked` may still be `withdrawn`; what is `delivered` is `answered`, and `taken` by who waits for it, or `missed`.
    """

    __tablename__ = "lent_call"
    __table_args__ = (
        CheckConstraint(
            "state IN ('asked', 'withdrawn', 'delivered', 'missed', 'answered', 'taken')",
            name="state",
        ),
        Index(None, "lending_id"),
    )

    scope_id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str]
    lending_id: Mapped[str] = mapped_column(ForeignKey(f"{SCHEMA}.lending.id", ondelete="CASCADE"))
    wire: Mapped[str]
    state: Mapped[str]
    sealed: Mapped[str | None]
    answer: Mapped[JsonValue] = mapped_column(JSON, nullable=True)
    asked_at: Mapped[datetime]
    deadline_at: Mapped[datetime | None]


class ModelEndpointRow(Row):
    """A model that turns may ask, by its connection of kind `model`. One of an account at most is the default."""

    __tablename__ = "model_endpoint"
    __table_args__ = (
        UniqueConstraint("account_id", "name"),
        Index("ix_model_endpoint_default", "account_id", unique=True, postgresql_where=text("is_default")),
        Index(None, "connection_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str]
    name: Mapped[str]
    provider: Mapped[str]
    model: Mapped[str]
    connection_id: Mapped[str] = mapped_column(ForeignKey(f"{SCHEMA}.connection.id", ondelete="CASCADE"))
    is_default: Mapped[bool]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
