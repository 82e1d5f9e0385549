"""The base of all table declarations. Each room declares its own rows in its `rows.py` and returns none to a caller.

The truth about tables is the migrations; a test compares the migrated database with all declarations.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, DateTime, Index, MetaData, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from madang.kit.json import JsonObject
from madang.storage import addresses

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

SCHEMA = addresses.SCHEMA


class Row(DeclarativeBase):
    """The base of rows in the schema `madang`. Text is `TEXT`, time is `TIMESTAMPTZ`, JSON is `JSONB`."""

    metadata = MetaData(schema=SCHEMA, naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text(),
        datetime: DateTime(timezone=True),
        JsonObject: JSONB,
    }


class AuditRow(Row):
    """One change of a setting, a credential or a permission. It outlives the user and what was changed."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_account_id_target", "account_id", "target"),)

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    account_id: Mapped[str] = mapped_column(Text, index=True)
    user_id: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    target: Mapped[str] = mapped_column(Text)
    detail: Mapped[JsonObject] = mapped_column(JSONB)
    at: Mapped[datetime]


class JobRow(Row):
    """Long work: asked for by a user, claimed by a worker under a lease. `attempts` fences: each claim raises it."""

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')", name="state"),
        Index("ix_job_account_id_id", "account_id", "id"),
        Index("ix_job_open", "kind", "id", postgresql_where=text("state IN ('queued', 'running')")),
    )

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    account_id: Mapped[str] = mapped_column(Text)
    user_id: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    input: Mapped[JsonObject] = mapped_column(JSONB)
    progress: Mapped[JsonObject] = mapped_column(JSONB, nullable=True)
    result: Mapped[JsonObject] = mapped_column(JSONB, nullable=True)
    error: Mapped[JsonObject] = mapped_column(JSONB, nullable=True)
    attempts: Mapped[int]
    lease_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
