"""What may be done on the board, and by whom: who knows the password of a text may change or delete it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from madang.examples.bbs.passwords import Passwords
from madang.examples.bbs.repository import ArticleRepository, CommentRepository
from madang.examples.bbs.texts import excerpt
from madang.examples.bbs.values import (
    Article,
    ArticleDetail,
    ArticleFilter,
    Comment,
    CommentDetail,
    CommentFilter,
    Draft,
    Section,
)
from madang.kit.clock import Clock
from madang.kit.errors import FieldError, ForbiddenError, InvalidError, NotFoundError
from madang.kit.ids import is_id, new_id
from madang.kit.pages import Page, PageRequest


class WrongPasswordError(ForbiddenError):
    """The password is not the one that the article or comment was written with."""

    title = "Wrong password"

    def __init__(self, what: str) -> None:
        super().__init__(
            f"the password does not match this {what}; use the one it was written with",
            errors=[FieldError(pointer="/password", code="wrong_password", message="does not match")],
        )


@dataclass(frozen=True, kw_only=True)
class Overview:
    """What the front page shows."""

    sections: Sequence[Section]
    articles: Page[Article]


class ArticleService:
    """Articles, in the unit of work of one request."""

    def __init__(self, session: AsyncSession, passwords: Passwords, clock: Clock) -> None:
        self._articles = ArticleRepository(session)
        self._passwords = passwords
        self._clock = clock

    async def search(self, wanted: ArticleFilter, page: PageRequest) -> Page[Article]:
        """Articles that match, each with the title and excerpt of its newest snapshot."""
        return await self._articles.search(wanted, page)

    async def get(self, article_id: str) -> ArticleDetail:
        """An article with all its snapshots. Raises NotFoundError, also for a deleted one."""
        article = await self.get_head(article_id)
        return ArticleDetail(**asdict(article), snapshots=await self._articles.snapshots(article_id))

    async def get_head(self, article_id: str) -> Article:
        """An article without its snapshots. Raises NotFoundError, also for a deleted one."""
        article = await self._articles.find(article_id) if is_id(article_id, "art") else None
        if article is None:
            raise _no_article()
        return article

    async def create(self, section: str, writer: str, draft: Draft, password: str) -> ArticleDetail:
        """A new article."""
        password_hash = await self._passwords.hash(password)
        at = _now(self._clock)
        article = Article(
            id=new_id("art", at_ms=_milliseconds(at)),
            section=section,
            writer=writer,
            title=draft.title,
            excerpt=excerpt(draft.body, draft.format),
            created_at=at,
            updated_at=at,
        )
        await self._articles.add(article, draft, password_hash)
        return await self.get(article.id)

    async def update(self, article_id: str, draft: Draft, password: str) -> ArticleDetail:
        """Add a snapshot. Raises NotFoundError and WrongPasswordError."""
        await self._check(article_id, password)
        if not await self._articles.revise(article_id, draft, _now(self._clock)):
            raise _no_article()
        return await self.get(article_id)

    async def delete(self, article_id: str, password: str) -> Article:
        """Take an article with its comments off the board; the rows stay. Raises NotFoundError, WrongPasswordError."""
        article = await self.get_head(article_id)
        await self._check(article_id, password)
        at = _now(self._clock)
        if not await self._articles.delete(article_id, at):
            raise _no_article()
        return replace(article, deleted_at=at)

    async def overview(self, wanted: ArticleFilter, page: PageRequest, sections: int) -> Overview:
        """The largest sections, and articles."""
        return Overview(
            sections=await self._articles.sections(sections), articles=await self._articles.search(wanted, page)
        )

    async def check(self) -> None:
        """Raise what the database raises where the tables cannot be read."""
        await self._articles.check()

    async def _check(self, article_id: str, password: str) -> None:
        password_hash = await self._articles.find_password_hash(article_id) if is_id(article_id, "art") else None
        if password_hash is None:
            raise _no_article()
        if not await self._passwords.is_right(password, password_hash):
            raise WrongPasswordError("article")


class CommentService:
    """Comments of articles, in the unit of work of one request. Without their article they are not found."""

    def __init__(self, session: AsyncSession, passwords: Passwords, clock: Clock) -> None:
        self._articles = ArticleService(session, passwords, clock)
        self._comments = CommentRepository(session)
        self._passwords = passwords
        self._clock = clock

    async def search(self, article_id: str, wanted: CommentFilter, page: PageRequest) -> Page[Comment]:
        """Comments that match, each with the excerpt of its newest snapshot. Raises NotFoundError for the article."""
        await self._articles.get_head(article_id)
        return await self._comments.search(article_id, wanted, page)

    async def get(self, article_id: str, comment_id: str) -> CommentDetail:
        """A comment with all its snapshots. Raises NotFoundError, also for a deleted comment or article."""
        comment = await self._get_head(article_id, comment_id)
        return CommentDetail(**asdict(comment), snapshots=await self._comments.snapshots(comment_id))

    async def create(
        self, article_id: str, writer: str, parent_id: str | None, draft: Draft, password: str
    ) -> CommentDetail:
        """A new comment. Raises NotFoundError for the article, InvalidError for a parent that is not there."""
        await self._articles.get_head(article_id)
        if parent_id is not None and await self._find(article_id, parent_id) is None:
            raise InvalidError(
                "parent_id names no comment of this article",
                errors=[FieldError(pointer="/parent_id", code="not_found", message="no comment of this article")],
            )
        password_hash = await self._passwords.hash(password)
        at = _now(self._clock)
        comment = Comment(
            id=new_id("cmt", at_ms=_milliseconds(at)),
            article_id=article_id,
            parent_id=parent_id,
            writer=writer,
            excerpt=excerpt(draft.body, draft.format),
            created_at=at,
            updated_at=at,
        )
        await self._comments.add(comment, draft, password_hash)
        return await self.get(article_id, comment.id)

    async def update(self, article_id: str, comment_id: str, draft: Draft, password: str) -> CommentDetail:
        """Add a snapshot. Raises NotFoundError and WrongPasswordError."""
        await self._get_head(article_id, comment_id)
        await self._check(comment_id, password)
        if not await self._comments.revise(comment_id, draft, _now(self._clock)):
            raise _no_comment()
        return await self.get(article_id, comment_id)

    async def delete(self, article_id: str, comment_id: str, password: str) -> Comment:
        """Take a comment off the board; answers to it stay. Raises NotFoundError and WrongPasswordError."""
        comment = await self._get_head(article_id, comment_id)
        await self._check(comment_id, password)
        at = _now(self._clock)
        if not await self._comments.delete(comment_id, at):
            raise _no_comment()
        return replace(comment, deleted_at=at)

    async def _get_head(self, article_id: str, comment_id: str) -> Comment:
        await self._articles.get_head(article_id)
        comment = await self._find(article_id, comment_id)
        if comment is None:
            raise _no_comment()
        return comment

    async def _find(self, article_id: str, comment_id: str) -> Comment | None:
        return await self._comments.find(article_id, comment_id) if is_id(comment_id, "cmt") else None

    async def _check(self, comment_id: str, password: str) -> None:
        password_hash = await self._comments.find_password_hash(comment_id)
        if password_hash is None:
            raise _no_comment()
        if not await self._passwords.is_right(password, password_hash):
            raise WrongPasswordError("comment")


def _now(clock: Clock) -> datetime:
    """The time in whole milliseconds, as answers show it, so that a shown time finds what it was shown for."""
    at = clock.now()
    return at.replace(microsecond=at.microsecond // 1_000 * 1_000)


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1_000)


def _no_article() -> NotFoundError:
    return NotFoundError("there is no such article, or it was deleted; articles.search lists those that are there")


def _no_comment() -> NotFoundError:
    return NotFoundError(
        "there is no such comment of this article, or it was deleted; comments.search lists those that are there"
    )
