"""Conversations: their events, the frames of clients, and turns."""

from __future__ import annotations

from alembic import op

revision = "core_0008"
down_revision = "core_0007"
branch_labels = None
depends_on = None


_CONVERSATION = """
CREATE TABLE madang.conversation (
    id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    title TEXT NOT NULL,
    is_titled BOOLEAN NOT NULL,
    model TEXT,
    last_seq BIGINT NOT NULL,
    revision INTEGER NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT pk_conversation PRIMARY KEY (id)
)
"""

_TURN = """
CREATE TABLE madang.turn (
    id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    state TEXT NOT NULL,
    is_woken BOOLEAN NOT NULL,
    is_aborted BOOLEAN NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT pk_turn PRIMARY KEY (id),
    CONSTRAINT fk_turn_conversation_id FOREIGN KEY (conversation_id)
        REFERENCES madang.conversation (id) ON DELETE CASCADE,
    CONSTRAINT ck_turn_state CHECK (state IN ('ready', 'running', 'waiting', 'ended'))
)
"""

_EVENT = """
CREATE TABLE madang.conversation_event (
    conversation_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    account_id TEXT NOT NULL,
    turn_id TEXT,
    type TEXT NOT NULL,
    body JSON NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT pk_conversation_event PRIMARY KEY (conversation_id, seq),
    CONSTRAINT fk_conversation_event_conversation_id FOREIGN KEY (conversation_id)
        REFERENCES madang.conversation (id) ON DELETE CASCADE
)
"""

_FRAME = """
CREATE TABLE madang.conversation_frame (
    conversation_id TEXT NOT NULL,
    id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    digest TEXT NOT NULL,
    turn_id TEXT,
    call_id TEXT,
    sealed TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    position BIGINT GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT pk_conversation_frame PRIMARY KEY (conversation_id, id),
    CONSTRAINT fk_conversation_frame_conversation_id FOREIGN KEY (conversation_id)
        REFERENCES madang.conversation (id) ON DELETE CASCADE
)
"""


def upgrade() -> None:
    op.execute(_CONVERSATION)
    op.execute("CREATE INDEX ix_conversation_account_id_user_id_id ON madang.conversation (account_id, user_id, id)")
    op.execute(_TURN)
    op.execute("CREATE INDEX ix_turn_conversation_id_id ON madang.turn (conversation_id, id)")
    op.execute("CREATE INDEX ix_turn_open ON madang.turn (id) WHERE state IN ('ready', 'running')")
    op.execute(_EVENT)
    op.execute(_FRAME)
    op.execute("CREATE INDEX ix_conversation_frame_turn_id_call_id ON madang.conversation_frame (turn_id, call_id)")


def downgrade() -> None:
    raise NotImplementedError("Madang migrates forward only; to go back, restore a backup")
