"""Scopes, the journal of effects, approvals and consents."""

from alembic import op

revision = "core_0005"
down_revision = "core_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for table in ("consent", "approval", "effect", "effect_scope"):
        op.execute(f"DROP TABLE madang.{table}")


_STATEMENTS = (
    """
    CREATE TABLE madang.effect_scope (
        id text CONSTRAINT pk_effect_scope PRIMARY KEY,
        account_id text NOT NULL,
        kind text NOT NULL,
        owner text NOT NULL,
        epoch integer NOT NULL,
        lease_until timestamptz NOT NULL,
        created_at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX ix_effect_scope_account_id_kind ON madang.effect_scope (account_id, kind)",
    """
    CREATE TABLE madang.effect (
        scope_id text NOT NULL
            CONSTRAINT fk_effect_scope_id REFERENCES madang.effect_scope ON DELETE CASCADE,
        key text NOT NULL,
        account_id text NOT NULL,
        function text NOT NULL,
        function_id text NOT NULL,
        connection_id text NOT NULL,
        effect text NOT NULL,
        state text NOT NULL,
        attempt integer NOT NULL,
        epoch integer NOT NULL,
        shown json NOT NULL,
        provenance jsonb NOT NULL,
        outcome json,
        started_at timestamptz NOT NULL,
        finished_at timestamptz,
        CONSTRAINT pk_effect PRIMARY KEY (scope_id, key)
    )
    """,
    """
    CREATE TABLE madang.approval (
        id text CONSTRAINT pk_approval PRIMARY KEY,
        account_id text NOT NULL,
        scope_id text NOT NULL
            CONSTRAINT fk_approval_scope_id REFERENCES madang.effect_scope ON DELETE CASCADE,
        key text NOT NULL,
        request jsonb NOT NULL,
        decision text,
        decided_by text,
        decided_at timestamptz,
        created_at timestamptz NOT NULL,
        CONSTRAINT uq_approval_account_id_scope_id_key UNIQUE (account_id, scope_id, key)
    )
    """,
    """
    CREATE TABLE madang.consent (
        account_id text NOT NULL,
        subject_id text NOT NULL,
        from_connection text NOT NULL,
        to_connection text NOT NULL,
        given_by text NOT NULL,
        given_at timestamptz NOT NULL,
        CONSTRAINT pk_consent PRIMARY KEY (account_id, subject_id, from_connection, to_connection)
    )
    """,
)
