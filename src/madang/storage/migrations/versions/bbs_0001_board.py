"""The tables of the bulletin board, in the schema `bbs`."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "bbs_0001"
down_revision = None
branch_labels = ("bbs",)
depends_on = None

SCHEMA = "bbs"
ALIVE = sa.text("deleted_at IS NULL")


def upgrade() -> None:
    op.execute("CREATE SCHEMA IF NOT EXISTS bbs")
    _articles()
    _comments()


def downgrade() -> None:
    for table in ("comment_snapshot", "comment", "article_text", "article_snapshot", "article"):
        op.drop_table(table, schema=SCHEMA)
    op.execute("DROP SCHEMA bbs")


def _articles() -> None:
    op.create_table(
        "article",
        _text("id"),
        _text("section"),
        _text("folded_section"),
        *_authorship(),
        sa.PrimaryKeyConstraint("id", name="pk_article"),
        schema=SCHEMA,
    )
    _index("article", "created_at_id", "created_at", "id")
    _index("article", "updated_at_id", "updated_at", "id")
    _index("article", "folded_section", "folded_section", "created_at", "id")
    op.create_table(
        "article_snapshot",
        _text("article_id"),
        sa.Column("number", sa.Integer, nullable=False),
        _text("format"),
        _text("title"),
        *_content(),
        sa.PrimaryKeyConstraint("article_id", "number", name="pk_article_snapshot"),
        sa.ForeignKeyConstraint(["article_id"], ["bbs.article.id"], name="fk_article_snapshot_article_id"),
        schema=SCHEMA,
    )
    op.create_table(
        "article_text",
        _text("article_id"),
        _text("title"),
        _text("body"),
        sa.Column("pairs", ARRAY(sa.Text), nullable=False),
        sa.PrimaryKeyConstraint("article_id", name="pk_article_text"),
        sa.ForeignKeyConstraint(["article_id"], ["bbs.article.id"], name="fk_article_text_article_id"),
        schema=SCHEMA,
    )
    op.create_index("ix_article_text_pairs", "article_text", ["pairs"], schema=SCHEMA, postgresql_using="gin")


def _comments() -> None:
    op.create_table(
        "comment",
        _text("id"),
        _text("article_id"),
        sa.Column("parent_id", sa.Text, nullable=True),
        *_authorship(),
        sa.PrimaryKeyConstraint("id", name="pk_comment"),
        sa.ForeignKeyConstraint(["article_id"], ["bbs.article.id"], name="fk_comment_article_id"),
        sa.ForeignKeyConstraint(["parent_id"], ["bbs.comment.id"], name="fk_comment_parent_id"),
        schema=SCHEMA,
    )
    _index("comment", "article_id_created_at", "article_id", "created_at", "id")
    _index("comment", "article_id_updated_at", "article_id", "updated_at", "id")
    op.create_index("ix_comment_parent_id", "comment", ["parent_id"], schema=SCHEMA)
    op.create_table(
        "comment_snapshot",
        _text("comment_id"),
        sa.Column("number", sa.Integer, nullable=False),
        _text("format"),
        *_content(),
        _text("folded_body"),
        sa.PrimaryKeyConstraint("comment_id", "number", name="pk_comment_snapshot"),
        sa.ForeignKeyConstraint(["comment_id"], ["bbs.comment.id"], name="fk_comment_snapshot_comment_id"),
        schema=SCHEMA,
    )


def _authorship() -> list[sa.Column[object]]:
    return [
        _text("writer"),
        _text("folded_writer"),
        _text("password_hash"),
        sa.Column("revision", sa.Integer, nullable=False),
        _at("created_at"),
        _at("updated_at"),
        _at("deleted_at", nullable=True),
    ]


def _content() -> list[sa.Column[object]]:
    return [
        _text("body"),
        _text("excerpt"),
        sa.Column("files", JSONB, nullable=False),
        _at("created_at"),
    ]


def _text(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Text, nullable=False)


def _at(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _index(table: str, name: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{name}", table, list(columns), schema=SCHEMA, postgresql_where=ALIVE)
