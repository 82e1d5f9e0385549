"""Security schemes that a connection declares itself, for documents that declare none."""

from __future__ import annotations

from alembic import op

revision = "core_0007"
down_revision = "core_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE madang.connection ADD COLUMN security_schemes jsonb NOT NULL DEFAULT '[]'")


def downgrade() -> None:
    raise NotImplementedError("Madang migrates forward only; to go back, restore a backup")
