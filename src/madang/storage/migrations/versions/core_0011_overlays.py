"""Overlays of connectors: each version knows its own and where its document came from; outcomes by function."""

from __future__ import annotations

from alembic import op

revision = "core_0011"
down_revision = "core_0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE madang.connector_version ADD COLUMN overlay_key text, ADD COLUMN source_url text")
    op.execute(
        "CREATE INDEX ix_effect_account_id_function_started_at ON madang.effect (account_id, function, started_at)"
    )


def downgrade() -> None:
    raise NotImplementedError("Madang migrates forward only; to go back, restore a backup")
