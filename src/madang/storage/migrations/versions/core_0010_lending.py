"""Lending: functions that a session's client lends, and the calls of them that it is asked to make."""

from __future__ import annotations

from alembic import op

revision = "core_0010"
down_revision = "core_0009"
branch_labels = None
depends_on = None

_LENDING = """
CREATE TABLE madang.lending (
    id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    session TEXT NOT NULL,
    name TEXT NOT NULL,
    owner TEXT NOT NULL,
    alive_until TIMESTAMPTZ NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT pk_lending PRIMARY KEY (id),
    CONSTRAINT uq_lending_account_id_conversation_id_session UNIQUE (account_id, conversation_id, session),
    CONSTRAINT fk_lending_conversation_id FOREIGN KEY (conversation_id)
        REFERENCES madang.conversation (id) ON DELETE CASCADE
)
"""

_FUNCTION = """
CREATE TABLE madang.lent_function (
    id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    lending_id TEXT NOT NULL,
    wire TEXT NOT NULL,
    name TEXT NOT NULL,
    definition JSON NOT NULL,
    schemas JSON NOT NULL,
    embedding JSON,
    created_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT pk_lent_function PRIMARY KEY (id),
    CONSTRAINT uq_lent_function_account_id_lending_id_wire UNIQUE (account_id, lending_id, wire),
    CONSTRAINT fk_lent_function_lending_id FOREIGN KEY (lending_id) REFERENCES madang.lending (id) ON DELETE CASCADE
)
"""

_CALL = """
CREATE TABLE madang.lent_call (
    scope_id TEXT NOT NULL,
    key TEXT NOT NULL,
    account_id TEXT NOT NULL,
    lending_id TEXT NOT NULL,
    wire TEXT NOT NULL,
    state TEXT NOT NULL,
    sealed TEXT,
    answer JSON,
    asked_at TIMESTAMPTZ NOT NULL,
    deadline_at TIMESTAMPTZ,
    CONSTRAINT pk_lent_call PRIMARY KEY (scope_id, key),
    CONSTRAINT ck_lent_call_state
        CHECK (state IN ('asked', 'withdrawn', 'delivered', 'missed', 'answered', 'taken')),
    CONSTRAINT fk_lent_call_lending_id FOREIGN KEY (lending_id) REFERENCES madang.lending (id) ON DELETE CASCADE
)
"""


def upgrade() -> None:
    op.execute(_LENDING)
    op.execute(_FUNCTION)
    op.execute(_CALL)
    op.execute("CREATE INDEX ix_lending_conversation_id ON madang.lending (conversation_id)")
    op.execute("CREATE INDEX ix_lent_function_lending_id ON madang.lent_function (lending_id)")
    op.execute("CREATE INDEX ix_lent_call_lending_id ON madang.lent_call (lending_id)")


def downgrade() -> None:
    raise NotImplementedError("Madang migrates forward only; to go back, restore a backup")
