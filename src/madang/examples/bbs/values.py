"""What the board is about, as values: the service takes and gives these, and nothing of HTTP or SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Format = Literal["txt", "md", "html"]
Sort = Literal["created_at", "-created_at", "updated_at", "-updated_at"]


@dataclass(frozen=True, kw_only=True)
class File:
    """A link to a file that is kept elsewhere."""

    name: str
    extension: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What a writer hands in: the content of the next snapshot. `title` is empty for a comment."""

    format: Format
    title: str = ""
    body: str
    files: Sequence[File] = ()


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """The content as it stood from `created_at` until the next snapshot. `title` is empty for a comment."""

    format: Format
    title: str
    body: str
    files: Sequence[File]
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Article:
    """An article with the title and the excerpt of its newest snapshot."""

    id: str
    section: str
    writer: str
    title: str
    excerpt: str
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class ArticleDetail(Article):
    """An article with all its snapshots, oldest first."""

    snapshots: Sequence[Snapshot]


@dataclass(frozen=True, kw_only=True)
class Comment:
    """A comment with the excerpt of its newest snapshot; `parent_id` is the comment that it answers."""

    id: str
    article_id: str
    parent_id: str | None
    writer: str
    excerpt: str
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class CommentDetail(Comment):
    """A comment with all its snapshots, oldest first."""

    snapshots: Sequence[Snapshot]


@dataclass(frozen=True, kw_only=True)
class ArticleFilter:
    """Which articles, and in which order. None means any; texts match anywhere, ignoring case, a section whole."""

    section: str | None = None
    writer: str | None = None
    title: str | None = None
    body: str | None = None
    text: str | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None
    sort: Sort = "-created_at"


@dataclass(frozen=True, kw_only=True)
class CommentFilter:
    """Which comments of an article, and in which order. None means any."""

    parent_id: str | None = None
    writer: str | None = None
    body: str | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None
    sort: Sort = "created_at"


@dataclass(frozen=True, kw_only=True)
class Section:
    """A section that has articles, and how many."""

    name: str
    articles: int
