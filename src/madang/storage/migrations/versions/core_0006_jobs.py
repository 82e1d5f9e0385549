"""Long work that workers claim."""

from __future__ import annotations

from alembic import op

revision = "core_0006"
down_revision = "core_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE madang.job (
            id TEXT NOT NULL,
            account_id TEXT NOT NULL,
            user_id TEXT NOT NULL,
            kind TEXT NOT NULL,
            state TEXT NOT NULL,
            input JSONB NOT NULL,
            progress JSONB,
            result JSONB,
            error JSONB,
            attempts INTEGER NOT NULL,
            lease_until TIMESTAMPTZ,
            created_at TIMESTAMPTZ NOT NULL,
            updated_at TIMESTAMPTZ NOT NULL,
            CONSTRAINT pk_job PRIMARY KEY (id),
            CONSTRAINT ck_job_state CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled'))
        )
        """
    )
    op.execute("CREATE INDEX ix_job_account_id_id ON madang.job (account_id, id)")
    op.execute("CREATE INDEX ix_job_open ON madang.job (kind, id) WHERE state IN ('queued', 'running')")


def downgrade() -> None:
    raise NotImplementedError("Madang migrates forward only; to go back, restore a backup")
