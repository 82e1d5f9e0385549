"""The tables of this room."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from madang.storage.rows import SCHEMA, Row

_MEMBERSHIP = (f"{SCHEMA}.membership.account_id", f"{SCHEMA}.membership.user_id")


def _membership() -> ForeignKeyConstraint:
    """What proves an identity goes when the membership goes."""
    return ForeignKeyConstraint(("account_id", "user_id"), _MEMBERSHIP, ondelete="CASCADE")


class AccountRow(Row):
    """An account: it owns everything. `name` is the handle, unique on this installation."""

    __tablename__ = "account"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text, unique=True)
    created_at: Mapped[datetime]


class UserRow(Row):
    """A person, who may be a member of several accounts."""

    __tablename__ = "user"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class MembershipRow(Row):
    """Which roles a user has in an account."""

    __tablename__ = "membership"
    __table_args__ = (Index("ix_membership_user_id", "user_id"),)

    account_id: Mapped[str] = mapped_column(ForeignKey(AccountRow.id, ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey(UserRow.id, ondelete="CASCADE"), primary_key=True)
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_at: Mapped[datetime]


class SignInTokenRow(Row):
    """A one-time token, good until `expires_at` or until `used_at` is set. `roles` bounds the session it opens."""

    __tablename__ = "sign_in_token"
    __table_args__ = (_membership(), Index("ix_sign_in_token_account_id_user_id", "account_id", "user_id"))

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    account_id: Mapped[str] = mapped_column(Text)
    user_id: Mapped[str] = mapped_column(Text)
    token_hash: Mapped[str] = mapped_column(Text, unique=True)
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SessionRow(Row):
    """A browser that is signed in. `expires_at` slides with use."""

    __tablename__ = "session"
    __table_args__ = (_membership(), Index("ix_session_account_id_user_id", "account_id", "user_id"))

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    account_id: Mapped[str] = mapped_column(Text)
    user_id: Mapped[str] = mapped_column(Text)
    value_hash: Mapped[str] = mapped_column(Text, unique=True)
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text))
    user_agent: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class ApiKeyRow(Row):
    """An API key. `hint` is its last four characters; `kind` tells the command line's own key from those of users."""

    __tablename__ = "api_key"
    __table_args__ = (_membership(), Index("ix_api_key_account_id_user_id", "account_id", "user_id"))

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    account_id: Mapped[str] = mapped_column(Text)
    user_id: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    key_hash: Mapped[str] = mapped_column(Text, unique=True)
    hint: Mapped[str] = mapped_column(Text)
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class PreferenceRow(Row):
    """What a user chose for the pages. `revision` counts changes and is the ETag."""

    __tablename__ = "preference"
    __table_args__ = (_membership(),)

    account_id: Mapped[str] = mapped_column(Text, primary_key=True)
    user_id: Mapped[str] = mapped_column(Text, primary_key=True)
    language: Mapped[str] = mapped_column(Text)
    theme: Mapped[str] = mapped_column(Text)
    revision: Mapped[int]
    updated_at: Mapped[datetime]
