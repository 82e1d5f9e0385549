"""The tables of the board, in a schema of their own.

An article or a comment is a small row that changes; its content is in snapshots, which are only ever added. `revision`
is the number of the newest snapshot. What is searched stands apart, as `texts.fold` makes it, for the newest only.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import DateTime, ForeignKey, Index, MetaData, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from madang.kit.json import JsonObject
from madang.storage.rows import NAMING

SCHEMA = "bbs"

_ALIVE = text("deleted_at IS NULL")


class BoardRow(DeclarativeBase):
    """The base of the board's rows. The board has no accounts, so no table has an `account_id`."""

    metadata = MetaData(schema=SCHEMA, naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text,
        datetime: DateTime(timezone=True),
        list[JsonObject]: JSONB,
    }


class ArticleRow(BoardRow):
    """An article without its content."""

    __tablename__ = "article"
    __table_args__ = (
        Index("ix_article_created_at_id", "created_at", "id", postgresql_where=_ALIVE),
        Index("ix_article_updated_at_id", "updated_at", "id", postgresql_where=_ALIVE),
        Index("ix_article_folded_section", "folded_section", "created_at", "id", postgresql_where=_ALIVE),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    section: Mapped[str]
    folded_section: Mapped[str]
    writer: Mapped[str]
    folded_writer: Mapped[str]
    password_hash: Mapped[str]
    revision: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


class ArticleSnapshotRow(BoardRow):
    """The content of an article at one time. Never changed, never deleted."""

    __tablename__ = "article_snapshot"

    article_id: Mapped[str] = mapped_column(ForeignKey(ArticleRow.id), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    format: Mapped[str]
    title: Mapped[str]
    body: Mapped[str]
    excerpt: Mapped[str]
    files: Mapped[list[JsonObject]]
    created_at: Mapped[datetime]


class ArticleTextRow(BoardRow):
    """The newest title and body of an article for search.

    `pairs` are the pairs of neighbouring characters in either. An index over them finds the few articles that can
    contain a text, in any language and from two characters on; which of them do is then read from the texts.
    """

    __tablename__ = "article_text"
    __table_args__ = (Index("ix_article_text_pairs", "pairs", postgresql_using="gin"),)

    article_id: Mapped[str] = mapped_column(ForeignKey(ArticleRow.id), primary_key=True)
    title: Mapped[str]
    body: Mapped[str]
    pairs: Mapped[list[str]] = mapped_column(ARRAY(Text))


class CommentRow(BoardRow):
    """A comment without its content."""

    __tablename__ = "comment"
    __table_args__ = (
        Index("ix_comment_article_id_created_at", "article_id", "created_at", "id", postgresql_where=_ALIVE),
        Index("ix_comment_article_id_updated_at", "article_id", "updated_at", "id", postgresql_where=_ALIVE),
        Index("ix_comment_parent_id", "parent_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    article_id: Mapped[str] = mapped_column(ForeignKey(ArticleRow.id))
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("bbs.comment.id"))
    writer: Mapped[str]
    folded_writer: Mapped[str]
    password_hash: Mapped[str]
    revision: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


class CommentSnapshotRow(BoardRow):
    """The content of a comment at one time. Never changed, never deleted. The comments of one article are few enough to
    be searched without an index of their texts."""

    __tablename__ = "comment_snapshot"

    comment_id: Mapped[str] = mapped_column(ForeignKey(CommentRow.id), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    format: Mapped[str]
    body: Mapped[str]
    folded_body: Mapped[str]
    excerpt: Mapped[str]
    files: Mapped[list[JsonObject]]
    created_at: Mapped[datetime]
