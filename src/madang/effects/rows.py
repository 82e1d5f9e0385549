"""The tables of effects: scopes, the journal, approvals, consents.

Arguments and outcomes are JSON, not JSONB, so that a person sees an answer in the order in which it came.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.orm import Mapped, mapped_column

from madang.kit.json import JsonObject, JsonValue
from madang.storage.rows import SCHEMA, Row


def _scope_key() -> ForeignKey:
    return ForeignKey(f"{SCHEMA}.effect_scope.id", ondelete="CASCADE")


class ScopeRow(Row):
    """The lease of a turn, a run or a direct call. `epoch` rises with every take-over."""

    __tablename__ = "effect_scope"
    __table_args__ = (Index(None, "account_id", "kind"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str]
    kind: Mapped[str]
    owner: Mapped[str]
    epoch: Mapped[int]
    lease_until: Mapped[datetime]
    created_at: Mapped[datetime]


class EffectRow(Row):
    """An act: written as intent and committed before the first byte goes out, then its outcome."""

    __tablename__ = "effect"
    __table_args__ = (Index(None, "account_id", "function", "started_at"),)

    scope_id: Mapped[str] = mapped_column(_scope_key(), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str]
    function: Mapped[str]
    function_id: Mapped[str]
    connection_id: Mapped[str]
    effect: Mapped[str]
    state: Mapped[str]
    attempt: Mapped[int]
    epoch: Mapped[int]
    shown: Mapped[JsonObject] = mapped_column(JSON)
    provenance: Mapped[JsonObject]
    outcome: Mapped[JsonValue] = mapped_column(JSON, nullable=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class ApprovalRow(Row):
    """A question to a person before an act, and the answer."""

    __tablename__ = "approval"
    __table_args__ = (UniqueConstraint("account_id", "scope_id", "key"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str]
    scope_id: Mapped[str] = mapped_column(_scope_key())
    key: Mapped[str]
    request: Mapped[JsonObject]
    decision: Mapped[str | None]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class ConsentRow(Row):
    """That results of one connection may become arguments over another, within a conversation or a workflow."""

    __tablename__ = "consent"

    account_id: Mapped[str] = mapped_column(primary_key=True)
    subject_id: Mapped[str] = mapped_column(primary_key=True)
    from_connection: Mapped[str] = mapped_column(primary_key=True)
    to_connection: Mapped[str] = mapped_column(primary_key=True)
    given_by: Mapped[str]
    given_at: Mapped[datetime]
