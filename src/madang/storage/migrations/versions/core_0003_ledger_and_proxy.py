"""Call and usage records, and sealed credentials."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "core_0003"
down_revision = "core_0002"
branch_labels = None
depends_on = None

SCHEMA = "madang"
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _calls()
    _usage()
    _credentials()


def downgrade() -> None:
    for table in ("credential", "usage_record", "call_record"):
        op.drop_table(table, schema=SCHEMA)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable)


def _calls() -> None:
    op.create_table(
        "call_record",
        *(_text(name) for name in ("account_id", "id", "actor", "purpose", "mode", "connection_id", "function_id")),
        _text("method"),
        _text("path_template"),
        _text("run_id", nullable=True),
        _text("trace", nullable=True),
        _text("writer"),
        sa.Column("started_at", AT, nullable=False),
        _text("outcome"),
        sa.Column("is_sent", sa.Boolean, nullable=True),
        sa.Column("status", sa.Integer, nullable=True),
        _text("error", nullable=True),
        sa.Column("request_bytes", sa.BigInteger, nullable=False),
        sa.Column("response_bytes", sa.BigInteger, nullable=False),
        sa.Column("duration_ms", sa.Integer, nullable=True),
        sa.PrimaryKeyConstraint("account_id", "id", name="pk_call_record"),
        schema=SCHEMA,
    )
    op.create_index(
        "ix_call_record_writer",
        "call_record",
        ["writer"],
        schema=SCHEMA,
        postgresql_where=sa.text("outcome = 'pending'"),
    )
    op.create_index(
        "ix_call_record_account_id_connection_id_id",
        "call_record",
        ["account_id", "connection_id", "id"],
        schema=SCHEMA,
    )


def _usage() -> None:
    op.create_table(
        "usage_record",
        *(_text(name) for name in ("account_id", "id", "actor", "kind", "function_id")),
        _text("version", nullable=True),
        sa.Column("units", sa.BigInteger, nullable=False),
        sa.Column("price_minor", sa.BigInteger, nullable=False),
        _text("currency", nullable=True),
        _text("trace", nullable=True),
        sa.Column("at", AT, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "id", name="pk_usage_record"),
        schema=SCHEMA,
    )


def _credentials() -> None:
    op.create_table(
        "credential",
        _text("account_id"),
        _text("ref"),
        _text("kind"),
        _text("sealed"),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("updated_at", AT, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "ref", name="pk_credential"),
        sa.ForeignKeyConstraint(
            ["account_id"], [f"{SCHEMA}.account.id"], name="fk_credential_account_id", ondelete="CASCADE"
        ),
        schema=SCHEMA,
    )
