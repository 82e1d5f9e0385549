"""The operations of the API. Each is one transaction, committed before the answer leaves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Header, Path, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from madang.examples.bbs import fields, views
from madang.examples.bbs.board import Board
from madang.examples.bbs.document import problem
from madang.examples.bbs.service import ArticleService, CommentService

Responses = dict[int | str, dict[str, Any]]

router = APIRouter()


async def _session(request: Request) -> AsyncIterator[AsyncSession]:
    board: Board = request.app.state.board
    async with board.database.begin() as session:
        yield session


Session = Annotated[AsyncSession, Depends(_session, scope="function")]


def _articles(request: Request, session: Session) -> ArticleService:
    board: Board = request.app.state.board
    return ArticleService(session, board.passwords, board.clock)


def _comments(request: Request, session: Session) -> CommentService:
    board: Board = request.app.state.board
    return CommentService(session, board.passwords, board.clock)


Articles = Annotated[ArticleService, Depends(_articles)]
Comments = Annotated[CommentService, Depends(_comments)]

ArticleId = Annotated[str, Path(description="Identifier of the article.", examples=[fields.ARTICLE_ID])]
CommentId = Annotated[str, Path(description="Identifier of the comment.", examples=[fields.COMMENT_ID])]
PasswordHeader = Annotated[
    fields.Password,
    Header(alias="password", description="The password that was chosen when it was written."),
]
"""How deleting takes the password: in a header field of its own.

A body of DELETE has no meaning that everybody agrees on (RFC 9110, 9.3.5) and is dropped on many ways; a query string
stands in logs and histories. The name is that of the property of the other writes, so callers have one argument.
"""

FORBIDDEN = problem(
    "The password is wrong. Nothing was changed.",
    403,
    "forbidden",
    "Wrong password",
    "the password does not match this article; use the one it was written with",
    ("/password", "wrong_password", "does not match"),
)
NOT_FOUND = problem(
    "There is no such article or comment, or it was deleted.",
    404,
    "not-found",
    "Not found",
    "there is no such article, or it was deleted; articles.search lists those that are there",
)
TOO_LARGE = problem(
    "The body has more bytes than the board takes.",
    413,
    "too-large",
    "Too large",
    "the body is over 2097152 bytes; send less",
)
INVALID = problem(
    "The request breaks the rules of this document; `errors` says where.",
    422,
    "invalid",
    "The input is not valid",
    "the request is wrong at /limit; see errors",
    ("/limit", "less_than_equal", "Input should be less than or equal to 200"),
)
INVALID_BODY = problem(
    "The request breaks the rules of this document; `errors` says where.",
    422,
    "invalid",
    "The input is not valid",
    "the request is wrong at /body; see errors",
    ("/body", "missing", "must be given"),
)
OTHER = problem(
    "Any other failure, as 503 when the database is away.",
    503,
    "unavailable",
    "Not available now",
    "the board cannot reach its database now; try again soon",
)

READ: Responses = {422: INVALID, "default": OTHER}
CREATE: Responses = {413: TOO_LARGE, 422: INVALID_BODY, "default": OTHER}
FOUND: Responses = {404: NOT_FOUND, "default": OTHER}
UPDATE: Responses = {403: FORBIDDEN, 404: NOT_FOUND, **CREATE}
DELETE: Responses = {403: FORBIDDEN, 404: NOT_FOUND, **READ}
UNSAFE = {"x-madang-effect": "unsafe"}


def _answers(status: int, description: str, example: object, failures: Responses) -> Responses:
    content = {"application/json": {"example": example}}
    return {status: {"description": description, "content": content}, **failures}


@router.get(
    "/articles",
    operation_id="articles.search",
    tags=["articles"],
    summary="Search articles",
    description="List articles that meet all given conditions; without any, all articles. Texts are compared without "
    "case, against the newest snapshot.",
    responses=_answers(200, "A page of articles.", views.ARTICLE_PAGE, READ),
)
async def search_articles(articles: Articles, query: Annotated[views.ArticleSearch, Query()]) -> views.ArticlePage:
    """A page of articles."""
    return views.ArticlePage.model_validate(await articles.search(query.to_filter(), query.to_page()))


@router.post(
    "/articles",
    operation_id="articles.create",
    tags=["articles", "files"],
    summary="Post an article",
    description="Write a new article in a section of the board. Its password is needed to change or delete it.",
    status_code=201,
    responses=_answers(201, "The article, with its first snapshot.", views.ARTICLE_DETAIL, CREATE),
)
async def create_article(
    articles: Articles, article: Annotated[views.ArticleCreate, Body()], response: Response
) -> views.ArticleDetail:
    """The new article."""
    created = await articles.create(
        article.section, article.writer, article.to_draft(), article.password.get_secret_value()
    )
    response.headers["Location"] = f"/articles/{created.id}"
    return views.ArticleDetail.model_validate(created)


@router.get(
    "/articles/{article_id}",
    operation_id="articles.get",
    tags=["articles", "files"],
    summary="Read an article",
    description="One article with all its snapshots, the whole text of each.",
    responses=_answers(200, "The article.", views.ARTICLE_DETAIL, FOUND),
)
async def get_article(articles: Articles, article_id: ArticleId) -> views.ArticleDetail:
    """One article."""
    return views.ArticleDetail.model_validate(await articles.get(article_id))


@router.put(
    "/articles/{article_id}",
    operation_id="articles.update",
    tags=["articles", "files"],
    summary="Change an article",
    description="Give an article a new title and body. This adds a snapshot each time, also when nothing differs; "
    "section and writer stay.",
    responses=_answers(200, "The article, with the new snapshot as its last.", views.ARTICLE_DETAIL, UPDATE),
    openapi_extra=UNSAFE,
)
async def update_article(
    articles: Articles, article_id: ArticleId, article: Annotated[views.ArticleUpdate, Body()]
) -> views.ArticleDetail:
    """The changed article."""
    updated = await articles.update(article_id, article.to_draft(), article.password.get_secret_value())
    return views.ArticleDetail.model_validate(updated)


@router.delete(
    "/articles/{article_id}",
    operation_id="articles.delete",
    tags=["articles"],
    summary="Delete an article",
    description="Take an article and its comments off the board. It is not found afterwards.",
    responses=_answers(200, "The article as it was, with `deleted_at`.", views.ARTICLE_DELETED, DELETE),
)
async def delete_article(articles: Articles, article_id: ArticleId, password: PasswordHeader) -> views.Article:
    """The deleted article."""
    return views.Article.model_validate(await articles.delete(article_id, password.get_secret_value()))


@router.get(
    "/articles/{article_id}/comments",
    operation_id="comments.search",
    tags=["comments"],
    summary="Search comments",
    description="List comments of an article that meet all given conditions; without any, all its comments.",
    responses=_answers(200, "A page of comments.", views.COMMENT_PAGE, {404: NOT_FOUND, **READ}),
)
async def search_comments(
    comments: Comments, article_id: ArticleId, query: Annotated[views.CommentSearch, Query()]
) -> views.CommentPage:
    """A page of comments."""
    found = await comments.search(article_id, query.to_filter(), query.to_page())
    return views.CommentPage.model_validate(found)


@router.post(
    "/articles/{article_id}/comments",
    operation_id="comments.create",
    tags=["comments", "files"],
    summary="Comment on an article",
    description="Write a comment about an article, or an answer to another comment of it.",
    status_code=201,
    responses=_answers(201, "The comment, with its first snapshot.", views.COMMENT_DETAIL, {404: NOT_FOUND, **CREATE}),
)
async def create_comment(
    comments: Comments, article_id: ArticleId, comment: Annotated[views.CommentCreate, Body()], response: Response
) -> views.CommentDetail:
    """The new comment."""
    created = await comments.create(
        article_id, comment.writer, comment.parent_id, comment.to_draft(), comment.password.get_secret_value()
    )
    response.headers["Location"] = f"/articles/{article_id}/comments/{created.id}"
    return views.CommentDetail.model_validate(created)


@router.get(
    "/articles/{article_id}/comments/{comment_id}",
    operation_id="comments.get",
    tags=["comments", "files"],
    summary="Read a comment",
    description="One comment with all its snapshots, the whole text of each.",
    responses=_answers(200, "The comment.", views.COMMENT_DETAIL, FOUND),
)
async def get_comment(comments: Comments, article_id: ArticleId, comment_id: CommentId) -> views.CommentDetail:
    """One comment."""
    return views.CommentDetail.model_validate(await comments.get(article_id, comment_id))


@router.put(
    "/articles/{article_id}/comments/{comment_id}",
    operation_id="comments.update",
    tags=["comments", "files"],
    summary="Change a comment",
    description="Give a comment a new body. This adds a snapshot each time, also when nothing differs.",
    responses=_answers(200, "The comment, with the new snapshot as its last.", views.COMMENT_DETAIL, UPDATE),
    openapi_extra=UNSAFE,
)
async def update_comment(
    comments: Comments, article_id: ArticleId, comment_id: CommentId, comment: Annotated[views.CommentUpdate, Body()]
) -> views.CommentDetail:
    """The changed comment."""
    password = comment.password.get_secret_value()
    updated = await comments.update(article_id, comment_id, comment.to_draft(), password)
    return views.CommentDetail.model_validate(updated)


@router.delete(
    "/articles/{article_id}/comments/{comment_id}",
    operation_id="comments.delete",
    tags=["comments"],
    summary="Delete a comment",
    description="Take a comment off the board. Answers to it stay. It is not found afterwards.",
    responses=_answers(200, "The comment as it was, with `deleted_at`.", views.COMMENT_DELETED, DELETE),
)
async def delete_comment(
    comments: Comments, article_id: ArticleId, comment_id: CommentId, password: PasswordHeader
) -> views.Comment:
    """The deleted comment."""
    return views.Comment.model_validate(await comments.delete(article_id, comment_id, password.get_secret_value()))
