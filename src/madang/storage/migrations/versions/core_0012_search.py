"""Search asks for words in names apart from words anywhere, and knows which of them are of an older making."""

from __future__ import annotations

from alembic import op

revision = "core_0012"
down_revision = "core_0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE madang.connector_version ADD COLUMN terms_version integer NOT NULL DEFAULT 0")
    op.execute("ALTER TABLE madang.connector_version ALTER COLUMN terms_version DROP DEFAULT")
    op.execute("ALTER TABLE madang.search_term ADD COLUMN named integer NOT NULL DEFAULT 0")
    op.execute(
        """
        UPDATE madang.search_term s SET named = n.functions
        FROM (
            SELECT t.connector_id, n.lexeme, count(*)::int AS functions
            FROM madang.function_terms t CROSS JOIN LATERAL unnest(ts_filter(t.terms, '{a,b}')) AS n
            GROUP BY t.connector_id, n.lexeme
        ) AS n
        WHERE s.connector_id = n.connector_id AND s.term = n.lexeme
        """
    )
    op.execute("ALTER TABLE madang.search_term ALTER COLUMN named DROP DEFAULT")
    op.execute(
        """
        CREATE INDEX ix_search_term_term ON madang.search_term (account_id, term, connector_id)
            INCLUDE (functions, named)
        """
    )
    op.execute("CREATE INDEX ix_function_terms_names ON madang.function_terms USING gin (ts_filter(terms, '{a,b}'))")


def downgrade() -> None:
    raise NotImplementedError("Madang migrates forward only; to go back, restore a backup")
