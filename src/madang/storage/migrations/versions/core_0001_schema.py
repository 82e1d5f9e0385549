"""The schema that all tables of the core live in, and the vector type for search."""

from __future__ import annotations

from alembic import op

revision = "core_0001"
down_revision = None
branch_labels = ("core",)
depends_on = None


def upgrade() -> None:
    op.execute("CREATE SCHEMA IF NOT EXISTS madang")
    op.execute("CREATE EXTENSION IF NOT EXISTS vector SCHEMA public")


def downgrade() -> None:
    raise NotImplementedError("Madang migrates forward only; to go back, restore a backup")
