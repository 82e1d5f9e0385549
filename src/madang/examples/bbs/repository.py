"""Where articles and comments are kept: all SQL of the board."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, TypeAlias, cast

from sqlalchemy import ColumnElement, RowMapping, Select, and_, exists, func, insert, or_, select, true, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from madang.examples.bbs.paging import cut, write_cursor
from madang.examples.bbs.rows import ArticleRow, ArticleSnapshotRow, ArticleTextRow, CommentRow, CommentSnapshotRow
from madang.examples.bbs.texts import excerpt, fold, pairs
from madang.examples.bbs.values import (
    Article,
    ArticleFilter,
    Comment,
    CommentFilter,
    Draft,
    File,
    Format,
    Section,
    Snapshot,
    Sort,
)
from madang.kit.json import JsonObject
from madang.kit.pages import Page, PageRequest

_Anything: TypeAlias = Select[*tuple[Any, ...]]
_Anchor: TypeAlias = "type[ArticleRow] | type[CommentRow]"


class ArticleRepository:
    """Articles and their snapshots, in one unit of work. Deleted articles are as if they were not there."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def search(self, wanted: ArticleFilter, page: PageRequest) -> Page[Article]:
        """Articles that match, each with its newest snapshot, by one query."""
        at = ArticleRow.created_at if wanted.sort.endswith("created_at") else ArticleRow.updated_at
        query = _articles().where(*_article_conditions(wanted))
        rows = (await self._session.execute(cut(query, at, ArticleRow.id, wanted.sort, page))).mappings().all()
        articles = [_to_article(row) for row in rows[: page.limit]]
        return Page(data=articles, next=_next(articles, wanted.sort, has_more=len(rows) > page.limit))

    async def find(self, article_id: str) -> Article | None:
        """An article with its newest snapshot."""
        row = (await self._session.execute(_articles().where(ArticleRow.id == article_id))).mappings().one_or_none()
        return None if row is None else _to_article(row)

    async def snapshots(self, article_id: str) -> Sequence[Snapshot]:
        """All snapshots of an article, oldest first."""
        query = (
            select(ArticleSnapshotRow)
            .where(ArticleSnapshotRow.article_id == article_id)
            .order_by(ArticleSnapshotRow.number)
        )
        return [_to_snapshot(row, row.title) for row in await self._session.scalars(query)]

    async def add(self, article: Article, draft: Draft, password_hash: str) -> None:
        """Keep a new article with its first snapshot."""
        row = {
            "section": article.section,
            "folded_section": fold(article.section),
            **_authorship(article, password_hash),
        }
        await self._session.execute(insert(ArticleRow).values(row))
        await self._add_snapshot(article.id, 1, draft, article.created_at)

    async def revise(self, article_id: str, draft: Draft, at: datetime) -> bool:
        """Add a snapshot; False where the article has been deleted meanwhile."""
        number = await _revise(self._session, ArticleRow, article_id, at)
        if number is not None:
            await self._add_snapshot(article_id, number, draft, at)
        return number is not None

    async def find_password_hash(self, article_id: str) -> str | None:
        """The hash that a password is checked against."""
        return await _find_password_hash(self._session, ArticleRow, article_id)

    async def delete(self, article_id: str, at: datetime) -> bool:
        """Mark as deleted; False where it was already."""
        return await _delete(self._session, ArticleRow, article_id, at)

    async def sections(self, limit: int) -> Sequence[Section]:
        """The sections with the most articles."""
        count = func.count()
        query = (
            select(func.min(ArticleRow.section), count)
            .where(ArticleRow.deleted_at.is_(None))
            .group_by(ArticleRow.folded_section)
            .order_by(count.desc(), ArticleRow.folded_section)
            .limit(limit)
        )
        return [Section(name=name, articles=articles) for name, articles in await self._session.execute(query)]

    async def check(self) -> None:
        """Read from the tables, to see that they are there."""
        await self._session.execute(select(ArticleRow.id).limit(1))

    async def _add_snapshot(self, article_id: str, number: int, draft: Draft, at: datetime) -> None:
        row = {"article_id": article_id, "number": number, "title": draft.title, **_content(draft, at)}
        await self._session.execute(insert(ArticleSnapshotRow).values(row))
        searched = searched_text(draft)
        keep = upsert(ArticleTextRow).values(article_id=article_id, **searched)
        await self._session.execute(keep.on_conflict_do_update(index_elements=["article_id"], set_=searched))


class CommentRepository:
    """Comments and their snapshots, in one unit of work. Deleted comments are as if they were not there."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def search(self, article_id: str, wanted: CommentFilter, page: PageRequest) -> Page[Comment]:
        """Comments of an article that match, each with its newest snapshot."""
        at = CommentRow.created_at if wanted.sort.endswith("created_at") else CommentRow.updated_at
        query = _comments().where(CommentRow.article_id == article_id, *_comment_conditions(wanted))
        rows = (await self._session.execute(cut(query, at, CommentRow.id, wanted.sort, page))).mappings().all()
        comments = [_to_comment(row) for row in rows[: page.limit]]
        return Page(data=comments, next=_next(comments, wanted.sort, has_more=len(rows) > page.limit))

    async def find(self, article_id: str, comment_id: str) -> Comment | None:
        """A comment of this article with its newest snapshot."""
        query = _comments().where(CommentRow.article_id == article_id, CommentRow.id == comment_id)
        row = (await self._session.execute(query)).mappings().one_or_none()
        return None if row is None else _to_comment(row)

    async def snapshots(self, comment_id: str) -> Sequence[Snapshot]:
        """All snapshots of a comment, oldest first."""
        query = (
            select(CommentSnapshotRow)
            .where(CommentSnapshotRow.comment_id == comment_id)
            .order_by(CommentSnapshotRow.number)
        )
        return [_to_snapshot(row, "") for row in await self._session.scalars(query)]

    async def add(self, comment: Comment, draft: Draft, password_hash: str) -> None:
        """Keep a new comment with its first snapshot."""
        row = {
            "article_id": comment.article_id,
            "parent_id": comment.parent_id,
            **_authorship(comment, password_hash),
        }
        await self._session.execute(insert(CommentRow).values(row))
        await self._add_snapshot(comment.id, 1, draft, comment.created_at)

    async def revise(self, comment_id: str, draft: Draft, at: datetime) -> bool:
        """Add a snapshot; False where the comment has been deleted meanwhile."""
        number = await _revise(self._session, CommentRow, comment_id, at)
        if number is not None:
            await self._add_snapshot(comment_id, number, draft, at)
        return number is not None

    async def find_password_hash(self, comment_id: str) -> str | None:
        """The hash that a password is checked against."""
        return await _find_password_hash(self._session, CommentRow, comment_id)

    async def delete(self, comment_id: str, at: datetime) -> bool:
        """Mark as deleted; False where it was already."""
        return await _delete(self._session, CommentRow, comment_id, at)

    async def _add_snapshot(self, comment_id: str, number: int, draft: Draft, at: datetime) -> None:
        row = {"comment_id": comment_id, "number": number, **_content(draft, at), "folded_body": fold(draft.body)}
        await self._session.execute(insert(CommentSnapshotRow).values(row))


def searched_text(draft: Draft) -> dict[str, Any]:
    """The columns of an article's newest text that search reads."""
    title, body = fold(draft.title), fold(draft.body)
    return {"title": title, "body": body, "pairs": pairs(title, body)}


def _articles() -> _Anything:
    newest = and_(
        ArticleSnapshotRow.article_id == ArticleRow.id,
        ArticleSnapshotRow.number == ArticleRow.revision,
    )
    return (
        select(
            ArticleRow.id,
            ArticleRow.section,
            ArticleRow.writer,
            ArticleSnapshotRow.title,
            ArticleSnapshotRow.excerpt,
            ArticleRow.created_at,
            ArticleRow.updated_at,
        )
        .join(ArticleSnapshotRow, newest)
        .where(ArticleRow.deleted_at.is_(None))
    )


def _comments() -> _Anything:
    newest = and_(
        CommentSnapshotRow.comment_id == CommentRow.id,
        CommentSnapshotRow.number == CommentRow.revision,
    )
    return (
        select(
            CommentRow.id,
            CommentRow.article_id,
            CommentRow.parent_id,
            CommentRow.writer,
            CommentSnapshotRow.excerpt,
            CommentRow.created_at,
            CommentRow.updated_at,
        )
        .join(CommentSnapshotRow, newest)
        .where(CommentRow.deleted_at.is_(None))
    )


def _article_conditions(wanted: ArticleFilter) -> list[ColumnElement[bool]]:
    conditions = _written_between(ArticleRow, wanted.created_after, wanted.created_before)
    if wanted.section is not None:
        conditions.append(ArticleRow.folded_section == fold(wanted.section))
    if wanted.writer is not None:
        conditions.append(ArticleRow.folded_writer.contains(fold(wanted.writer), autoescape=True))
    title, body = ArticleTextRow.title, ArticleTextRow.body
    for term, columns in ((wanted.title, (title,)), (wanted.body, (body,)), (wanted.text, (title, body))):
        if term is not None:
            conditions.append(_has_text(fold(term), columns))
    return conditions


def _has_text(folded: str, columns: Sequence[InstrumentedAttribute[str]]) -> ColumnElement[bool]:
    """One of the columns contains the text. The pairs narrow it down by the index, a single character has none."""
    contains = or_(*(column.contains(folded, autoescape=True) for column in columns))
    possible = ArticleTextRow.pairs.contains(pairs(folded)) if len(folded) > 1 else true()
    return exists().where(ArticleTextRow.article_id == ArticleRow.id, possible, contains)


def _comment_conditions(wanted: CommentFilter) -> list[ColumnElement[bool]]:
    conditions = _written_between(CommentRow, wanted.created_after, wanted.created_before)
    if wanted.parent_id is not None:
        conditions.append(CommentRow.parent_id == wanted.parent_id)
    if wanted.writer is not None:
        conditions.append(CommentRow.folded_writer.contains(fold(wanted.writer), autoescape=True))
    if wanted.body is not None:
        conditions.append(CommentSnapshotRow.folded_body.contains(fold(wanted.body), autoescape=True))
    return conditions


def _written_between(row: _Anchor, after: datetime | None, before: datetime | None) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if after is not None:
        conditions.append(row.created_at >= after)
    if before is not None:
        conditions.append(row.created_at < before)
    return conditions


def _next(items: Sequence[Article] | Sequence[Comment], sort: Sort, *, has_more: bool) -> str | None:
    if not has_more:
        return None
    last = items[-1]
    return write_cursor(last.created_at if sort.endswith("created_at") else last.updated_at, last.id, sort)


async def _find_password_hash(session: AsyncSession, row: _Anchor, key: str) -> str | None:
    return await session.scalar(select(row.password_hash).where(row.id == key, row.deleted_at.is_(None)))


async def _revise(session: AsyncSession, row: _Anchor, key: str, at: datetime) -> int | None:
    """Count a revision up; of two writers at once the second one waits here, so numbers have no gap and no clash."""
    statement = (
        update(row)
        .where(row.id == key, row.deleted_at.is_(None))
        .values(revision=row.revision + 1, updated_at=func.greatest(row.updated_at, at))
        .returning(row.revision)
    )
    return await session.scalar(statement)


async def _delete(session: AsyncSession, row: _Anchor, key: str, at: datetime) -> bool:
    statement = update(row).where(row.id == key, row.deleted_at.is_(None)).values(deleted_at=at).returning(row.id)
    return await session.scalar(statement) is not None


def _authorship(of: Article | Comment, password_hash: str) -> dict[str, Any]:
    return {
        "id": of.id,
        "writer": of.writer,
        "folded_writer": fold(of.writer),
        "password_hash": password_hash,
        "revision": 1,
        "created_at": of.created_at,
        "updated_at": of.updated_at,
    }


def _content(draft: Draft, at: datetime) -> dict[str, Any]:
    return {
        "format": draft.format,
        "body": draft.body,
        "excerpt": excerpt(draft.body, draft.format),
        "files": [asdict(file) for file in draft.files],
        "created_at": at,
    }


def _to_article(row: RowMapping) -> Article:
    return Article(**row)


def _to_comment(row: RowMapping) -> Comment:
    return Comment(**row)


def _to_snapshot(row: ArticleSnapshotRow | CommentSnapshotRow, title: str) -> Snapshot:
    return Snapshot(
        format=cast("Format", row.format),
        title=title,
        body=row.body,
        files=[_to_file(file) for file in row.files],
        created_at=row.created_at,
    )


def _to_file(file: JsonObject) -> File:
    return File(name=str(file["name"]), extension=str(file["extension"]), url=str(file["url"]))
