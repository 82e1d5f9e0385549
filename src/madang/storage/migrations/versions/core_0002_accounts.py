"""Accounts, users, memberships, sign-in tokens, sessions, API keys, preferences, audit, idempotency keys."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "core_0002"
down_revision = "core_0001"
branch_labels = None
depends_on = None

SCHEMA = "madang"
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _people()
    _sign_in()
    _api_keys()
    _preferences()
    _audit()
    _idempotency()


def downgrade() -> None:
    for table in ("idempotency", "audit", "preference", "api_key", "session", "sign_in_token", "membership"):
        op.drop_table(table, schema=SCHEMA)
    op.drop_table("user", schema=SCHEMA)
    op.drop_table("account", schema=SCHEMA)


def _text(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.Text, nullable=False)


def _at(name: str, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(name, AT, nullable=nullable)


def _of_membership(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["account_id", "user_id"],
        [f"{SCHEMA}.membership.account_id", f"{SCHEMA}.membership.user_id"],
        name=f"fk_{table}_account_id_user_id",
        ondelete="CASCADE",
    )


def _people() -> None:
    op.create_table(
        "account",
        _text("id"),
        _text("name"),
        _at("created_at"),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("name", name="uq_account_name"),
        schema=SCHEMA,
    )
    op.create_table(
        "user",
        _text("id"),
        _text("name"),
        _at("created_at"),
        sa.PrimaryKeyConstraint("id", name="pk_user"),
        schema=SCHEMA,
    )
    op.create_table(
        "membership",
        _text("account_id"),
        _text("user_id"),
        sa.Column("roles", ARRAY(sa.Text), nullable=False),
        _at("created_at"),
        sa.PrimaryKeyConstraint("account_id", "user_id", name="pk_membership"),
        sa.ForeignKeyConstraint(
            ["account_id"], [f"{SCHEMA}.account.id"], name="fk_membership_account_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], [f"{SCHEMA}.user.id"], name="fk_membership_user_id", ondelete="CASCADE"),
        schema=SCHEMA,
    )
    op.create_index("ix_membership_user_id", "membership", ["user_id"], schema=SCHEMA)


def _sign_in() -> None:
    op.create_table(
        "sign_in_token",
        _text("id"),
        _text("account_id"),
        _text("user_id"),
        _text("token_hash"),
        sa.Column("roles", ARRAY(sa.Text), nullable=False),
        _at("created_at"),
        _at("expires_at"),
        _at("used_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_token"),
        sa.UniqueConstraint("token_hash", name="uq_sign_in_token_token_hash"),
        _of_membership("sign_in_token"),
        schema=SCHEMA,
    )
    op.create_table(
        "session",
        _text("id"),
        _text("account_id"),
        _text("user_id"),
        _text("value_hash"),
        sa.Column("roles", ARRAY(sa.Text), nullable=False),
        _text("user_agent"),
        _at("created_at"),
        _at("last_used_at"),
        _at("expires_at"),
        sa.PrimaryKeyConstraint("id", name="pk_session"),
        sa.UniqueConstraint("value_hash", name="uq_session_value_hash"),
        _of_membership("session"),
        schema=SCHEMA,
    )
    for table in ("sign_in_token", "session"):
        op.create_index(f"ix_{table}_account_id_user_id", table, ["account_id", "user_id"], schema=SCHEMA)


def _api_keys() -> None:
    op.create_table(
        "api_key",
        _text("id"),
        _text("account_id"),
        _text("user_id"),
        _text("kind"),
        _text("name"),
        _text("key_hash"),
        _text("hint"),
        sa.Column("roles", ARRAY(sa.Text), nullable=False),
        _at("created_at"),
        _at("last_used_at", nullable=True),
        _at("expires_at", nullable=True),
        _at("revoked_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_api_key"),
        sa.UniqueConstraint("key_hash", name="uq_api_key_key_hash"),
        _of_membership("api_key"),
        schema=SCHEMA,
    )
    op.create_index("ix_api_key_account_id_user_id", "api_key", ["account_id", "user_id"], schema=SCHEMA)


def _preferences() -> None:
    op.create_table(
        "preference",
        _text("account_id"),
        _text("user_id"),
        _text("language"),
        _text("theme"),
        sa.Column("revision", sa.Integer, nullable=False),
        _at("updated_at"),
        sa.PrimaryKeyConstraint("account_id", "user_id", name="pk_preference"),
        _of_membership("preference"),
        schema=SCHEMA,
    )


def _audit() -> None:
    op.create_table(
        "audit",
        _text("id"),
        _text("account_id"),
        _text("user_id"),
        _text("action"),
        _text("target"),
        sa.Column("detail", JSONB, nullable=False),
        _at("at"),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        schema=SCHEMA,
    )
    op.create_index("ix_audit_account_id_target", "audit", ["account_id", "target"], schema=SCHEMA)
    op.create_index("ix_audit_account_id", "audit", ["account_id"], schema=SCHEMA)


def _idempotency() -> None:
    op.create_table(
        "idempotency",
        _text("account_id"),
        _text("key_hash"),
        _text("request_hash"),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("answer", sa.LargeBinary, nullable=False),
        _at("created_at"),
        sa.PrimaryKeyConstraint("account_id", "key_hash", name="pk_idempotency"),
        sa.ForeignKeyConstraint(
            ["account_id"], [f"{SCHEMA}.account.id"], name="fk_idempotency_account_id", ondelete="CASCADE"
        ),
        schema=SCHEMA,
    )
    op.create_index("ix_idempotency_account_id_created_at", "idempotency", ["account_id", "created_at"], schema=SCHEMA)
