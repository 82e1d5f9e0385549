"""The tables of this room. Both are append-only; a call is changed once more, when its outcome is known."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from madang.storage.rows import Row


class CallRow(Row):
    """One mediated call. No foreign keys: what happened stays on record when what it happened to is gone."""

    __tablename__ = "call_record"
    __table_args__ = (
        Index("ix_call_record_writer", "writer", postgresql_where=text("outcome = 'pending'")),
        Index("ix_call_record_account_id_connection_id_id", "account_id", "connection_id", "id"),
    )

    account_id: Mapped[str] = mapped_column(Text, primary_key=True)
    id: Mapped[str] = mapped_column(Text, primary_key=True)
    actor: Mapped[str] = mapped_column(Text)
    purpose: Mapped[str] = mapped_column(Text)
    mode: Mapped[str] = mapped_column(Text)
    connection_id: Mapped[str] = mapped_column(Text)
    function_id: Mapped[str] = mapped_column(Text)
    method: Mapped[str] = mapped_column(Text)
    path_template: Mapped[str] = mapped_column(Text)
    run_id: Mapped[str | None] = mapped_column(Text)
    trace: Mapped[str | None] = mapped_column(Text)
    writer: Mapped[str] = mapped_column(Text)
    started_at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(Text)
    is_sent: Mapped[bool | None]
    status: Mapped[int | None]
    error: Mapped[str | None] = mapped_column(Text)
    request_bytes: Mapped[int] = mapped_column(BigInteger)
    response_bytes: Mapped[int] = mapped_column(BigInteger)
    duration_ms: Mapped[int | None]


class UsageRow(Row):
    """What one act used. `id` is that of the act (a call), so that it is counted once."""

    __tablename__ = "usage_record"

    account_id: Mapped[str] = mapped_column(Text, primary_key=True)
    id: Mapped[str] = mapped_column(Text, primary_key=True)
    actor: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    function_id: Mapped[str] = mapped_column(Text)
    version: Mapped[str | None] = mapped_column(Text)
    units: Mapped[int] = mapped_column(BigInteger)
    price_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str | None] = mapped_column(Text)
    trace: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime]
    input_tokens: Mapped[int | None] = mapped_column(BigInteger)
    output_tokens: Mapped[int | None] = mapped_column(BigInteger)
    price_micro: Mapped[int | None] = mapped_column(BigInteger)
