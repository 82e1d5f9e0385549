"""The tables of this room."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from madang.accounts.rows import AccountRow
from madang.storage.rows import Row


class IdempotencyRow(Row):
    """The answer to a request that carried an Idempotency-Key, kept for a day.

    `key_hash` is a hash of the key and `answer` is encrypted under the key itself, so that who reads the table
    learns nothing of an answer that showed a secret once.
    """

    __tablename__ = "idempotency"
    __table_args__ = (Index("ix_idempotency_account_id_created_at", "account_id", "created_at"),)

    account_id: Mapped[str] = mapped_column(ForeignKey(AccountRow.id, ondelete="CASCADE"), primary_key=True)
    key_hash: Mapped[str] = mapped_column(Text, primary_key=True)
    request_hash: Mapped[str] = mapped_column(Text)
    status: Mapped[int]
    answer: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
