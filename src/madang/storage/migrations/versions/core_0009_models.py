"""Models: endpoints as connections of a connector of their own kind, and what their answers cost."""

from __future__ import annotations

from alembic import op

revision = "core_0009"
down_revision = "core_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        ALTER TABLE madang.connector
            ADD COLUMN kind TEXT NOT NULL DEFAULT 'api',
            ADD CONSTRAINT ck_connector_kind CHECK (kind IN ('api', 'model'))
        """
    )
    op.execute(
        """
        CREATE TABLE madang.model_endpoint (
            id TEXT NOT NULL,
            account_id TEXT NOT NULL,
            name TEXT NOT NULL,
            provider TEXT NOT NULL,
            model TEXT NOT NULL,
            connection_id TEXT NOT NULL,
            is_default BOOLEAN NOT NULL,
            created_at TIMESTAMPTZ NOT NULL,
            updated_at TIMESTAMPTZ NOT NULL,
            CONSTRAINT pk_model_endpoint PRIMARY KEY (id),
            CONSTRAINT uq_model_endpoint_account_id_name UNIQUE (account_id, name),
            CONSTRAINT fk_model_endpoint_connection_id FOREIGN KEY (connection_id)
                REFERENCES madang.connection (id) ON DELETE CASCADE
        )
        """
    )
    op.execute("CREATE UNIQUE INDEX ix_model_endpoint_default ON madang.model_endpoint (account_id) WHERE is_default")
    op.execute("CREATE INDEX ix_model_endpoint_connection_id ON madang.model_endpoint (connection_id)")
    op.execute(
        """
        ALTER TABLE madang.usage_record
            ADD COLUMN input_tokens BIGINT,
            ADD COLUMN output_tokens BIGINT,
            ADD COLUMN price_micro BIGINT
        """
    )


def downgrade() -> None:
    raise NotImplementedError("Madang migrates forward only; to go back, restore a backup")
