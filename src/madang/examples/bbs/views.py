"""What the API takes and shows, as its document describes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from madang.examples.bbs import fields, values
from madang.examples.bbs.fields import AT, LATER
from madang.kit.pages import DEFAULT_LIMIT, PageRequest

FILE: dict[str, Any] = {"name": "agenda", "extension": "pdf", "url": "https://files.example.com/agenda.pdf"}
SNAPSHOT: dict[str, Any] = {"format": "txt", "title": "Hello", "body": "World", "files": [], "created_at": AT}
ARTICLE: dict[str, Any] = {
    "id": fields.ARTICLE_ID,
    "section": "general",
    "writer": "sam",
    "title": "Hello",
    "excerpt": "World",
    "created_at": AT,
    "updated_at": AT,
}
ARTICLE_DETAIL: dict[str, Any] = {**ARTICLE, "snapshots": [SNAPSHOT]}
ARTICLE_DELETED: dict[str, Any] = {**ARTICLE, "deleted_at": LATER}
ARTICLE_PAGE: dict[str, Any] = {"data": [ARTICLE], "next": fields.CURSOR}
COMMENT_SNAPSHOT: dict[str, Any] = {"format": "txt", "body": "Welcome!", "files": [], "created_at": LATER}
COMMENT: dict[str, Any] = {
    "id": fields.COMMENT_ID,
    "article_id": fields.ARTICLE_ID,
    "writer": "minji",
    "excerpt": "Welcome!",
    "created_at": LATER,
    "updated_at": LATER,
}
COMMENT_DETAIL: dict[str, Any] = {**COMMENT, "snapshots": [COMMENT_SNAPSHOT]}
COMMENT_DELETED: dict[str, Any] = {**COMMENT, "deleted_at": "2026-11-03T00:00:00.000Z"}
COMMENT_PAGE: dict[str, Any] = {"data": [COMMENT], "next": fields.CURSOR}


class Taken(BaseModel):
    """A body or query that refuses fields it does not know, so that a misspelt one is never silently ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Shown(BaseModel):
    """A part of an answer, read from a value of the service."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


class File(BaseModel):
    """A link to a file that is kept elsewhere. The board stores the link, never the file."""

    model_config = ConfigDict(extra="forbid", from_attributes=True, frozen=True, json_schema_extra={"examples": [FILE]})

    name: fields.FileName
    extension: fields.Extension
    url: fields.Url


Files = Annotated[
    list[File],
    Field(max_length=20, description="Links to files that belong to the text, in order.", examples=[[FILE]]),
]


class Article(Shown):
    """An article as lists show it: with the title and the excerpt of its newest snapshot."""

    model_config = ConfigDict(json_schema_extra={"examples": [ARTICLE]})

    id: Annotated[str, Field(description="Identifier of the article.", examples=[fields.ARTICLE_ID])]
    section: Annotated[str, Field(description="Section of the board that it stands in.", examples=["general"])]
    writer: Annotated[str, Field(description="Name of the person who wrote it.", examples=["sam"])]
    title: Annotated[str, Field(description="Title of the newest snapshot.", examples=["Hello"])]
    excerpt: fields.Excerpt
    created_at: fields.CreatedAt
    updated_at: fields.UpdatedAt
    deleted_at: fields.DeletedAt = None


class ArticleSnapshot(Shown):
    """The content of an article as it stood from one update to the next. Snapshots are added, never changed."""

    model_config = ConfigDict(json_schema_extra={"examples": [SNAPSHOT]})

    format: fields.Format
    title: Annotated[str, Field(description="Headline at that time.", examples=["Hello"])]
    body: Annotated[str, Field(description="The whole text at that time.", examples=["World"])]
    files: Files
    created_at: fields.AddedAt


class ArticleDetail(Article):
    """An article with all its snapshots."""

    model_config = ConfigDict(json_schema_extra={"examples": [ARTICLE_DETAIL]})

    snapshots: Annotated[
        list[ArticleSnapshot],
        Field(
            min_length=1,
            description="All contents it has had, oldest first; the last one is the present one.",
            examples=[[SNAPSHOT]],
        ),
    ]


class ArticlePage(Shown):
    """A part of the list of articles."""

    model_config = ConfigDict(json_schema_extra={"examples": [ARTICLE_PAGE]})

    data: Annotated[
        list[Article], Field(description="The articles of this page, in the order asked for.", examples=[[ARTICLE]])
    ]
    next: fields.Next


class ArticleSearch(Taken):
    """Which articles, in which order, which page. Conditions are joined by "and"."""

    section: Annotated[
        fields.Term | None,
        fields.ABSENT,
        Field(description="Only articles of this section; the whole name, ignoring case.", examples=["general"]),
    ] = None
    writer: Annotated[fields.Term | None, fields.ABSENT, fields.contains("writer's name", "sam", "민지")] = None
    title: Annotated[fields.Term | None, fields.ABSENT, fields.contains("newest title", "hello")] = None
    body: Annotated[fields.Term | None, fields.ABSENT, fields.contains("newest body", "world")] = None
    text: Annotated[fields.Term | None, fields.ABSENT, fields.contains("newest title or body", "회의")] = None
    created_after: fields.CreatedAfter = None
    created_before: fields.CreatedBefore = None
    sort: Annotated[values.Sort, fields.order("Newest first by default")] = "-created_at"
    limit: fields.Limit = DEFAULT_LIMIT
    cursor: fields.Cursor = None

    def to_filter(self) -> values.ArticleFilter:
        """The conditions and the order."""
        return values.ArticleFilter(**self.model_dump(exclude={"limit", "cursor"}))

    def to_page(self) -> PageRequest:
        """Which part of the list."""
        return PageRequest(limit=self.limit, cursor=self.cursor)


class ArticleCreate(Taken):
    """A new article."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"section": "general", "writer": "sam", "title": "Hello", "body": "World", "password": "a secret"}
            ]
        }
    )

    section: fields.Section
    writer: fields.Writer
    title: fields.Title
    body: fields.Body
    password: Annotated[
        fields.Password, Field(description="Chosen now, asked for when the article is changed or deleted.")
    ]
    format: fields.Format = "txt"
    files: Files = []

    def to_draft(self) -> values.Draft:
        """The first content."""
        return values.Draft(format=self.format, title=self.title, body=self.body, files=_links(self.files))


class ArticleUpdate(Taken):
    """The next content of an article, whole: what is left out is not taken over from the snapshot before."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"title": "Hello again", "body": "World", "password": "a secret"}]}
    )

    title: fields.Title
    body: fields.Body
    password: Annotated[fields.Password, Field(description="The password that the article was written with.")]
    format: fields.Format = "txt"
    files: Files = []

    def to_draft(self) -> values.Draft:
        """The next content."""
        return values.Draft(format=self.format, title=self.title, body=self.body, files=_links(self.files))


class Comment(Shown):
    """A comment as lists show it: with the excerpt of its newest snapshot."""

    model_config = ConfigDict(json_schema_extra={"examples": [COMMENT]})

    id: Annotated[str, Field(description="Identifier of the comment.", examples=[fields.COMMENT_ID])]
    article_id: Annotated[
        str, Field(description="Identifier of the article it is about.", examples=[fields.ARTICLE_ID])
    ]
    parent_id: Annotated[
        str | None,
        fields.ABSENT,
        Field(
            description="Identifier of the comment that it answers; absent for one that answers the article.",
            examples=[fields.PARENT_ID],
            exclude_if=lambda parent: parent is None,
        ),
    ] = None
    writer: Annotated[str, Field(description="Name of the person who wrote it.", examples=["minji"])]
    excerpt: fields.Excerpt
    created_at: fields.CreatedAt
    updated_at: fields.UpdatedAt
    deleted_at: fields.DeletedAt = None


class CommentSnapshot(Shown):
    """The content of a comment as it stood from one update to the next. Snapshots are added, never changed."""

    model_config = ConfigDict(json_schema_extra={"examples": [COMMENT_SNAPSHOT]})

    format: fields.Format
    body: Annotated[str, Field(description="The whole text at that time.", examples=["Welcome!"])]
    files: Files
    created_at: fields.AddedAt


class CommentDetail(Comment):
    """A comment with all its snapshots."""

    model_config = ConfigDict(json_schema_extra={"examples": [COMMENT_DETAIL]})

    snapshots: Annotated[
        list[CommentSnapshot],
        Field(
            min_length=1,
            description="All contents it has had, oldest first; the last one is the present one.",
            examples=[[COMMENT_SNAPSHOT]],
        ),
    ]


class CommentPage(Shown):
    """A part of the list of an article's comments."""

    model_config = ConfigDict(json_schema_extra={"examples": [COMMENT_PAGE]})

    data: Annotated[
        list[Comment], Field(description="The comments of this page, in the order asked for.", examples=[[COMMENT]])
    ]
    next: fields.Next


class CommentSearch(Taken):
    """Which comments of an article, in which order, which page. Conditions are joined by "and"."""

    parent_id: Annotated[
        fields.Term | None,
        fields.ABSENT,
        Field(description="Only answers to this comment.", examples=[fields.PARENT_ID]),
    ] = None
    writer: Annotated[fields.Term | None, fields.ABSENT, fields.contains("writer's name", "minji", "민지")] = None
    body: Annotated[fields.Term | None, fields.ABSENT, fields.contains("newest body", "welcome")] = None
    created_after: fields.CreatedAfter = None
    created_before: fields.CreatedBefore = None
    sort: Annotated[values.Sort, fields.order("Oldest first by default")] = "created_at"
    limit: fields.Limit = DEFAULT_LIMIT
    cursor: fields.Cursor = None

    def to_filter(self) -> values.CommentFilter:
        """The conditions and the order."""
        return values.CommentFilter(**self.model_dump(exclude={"limit", "cursor"}))

    def to_page(self) -> PageRequest:
        """Which part of the list."""
        return PageRequest(limit=self.limit, cursor=self.cursor)


class CommentCreate(Taken):
    """A new comment."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"writer": "minji", "body": "Welcome!", "password": "a secret"}]}
    )

    writer: fields.Writer
    body: fields.Body
    password: Annotated[
        fields.Password, Field(description="Chosen now, asked for when the comment is changed or deleted.")
    ]
    parent_id: fields.ParentId = None
    format: fields.Format = "txt"
    files: Files = []

    def to_draft(self) -> values.Draft:
        """The first content."""
        return values.Draft(format=self.format, body=self.body, files=_links(self.files))


class CommentUpdate(Taken):
    """The next content of a comment, whole: what is left out is not taken over from the snapshot before."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"body": "Welcome, sam!", "password": "a secret"}]})

    body: fields.Body
    password: Annotated[fields.Password, Field(description="The password that the comment was written with.")]
    format: fields.Format = "txt"
    files: Files = []

    def to_draft(self) -> values.Draft:
        """The next content."""
        return values.Draft(format=self.format, body=self.body, files=_links(self.files))


def _links(files: Sequence[File]) -> list[values.File]:
    return [values.File(name=file.name, extension=file.extension, url=file.url) for file in files]


class ProblemError(Shown):
    """One wrong place in a request."""

    pointer: Annotated[
        str,
        Field(
            description="JSON pointer (RFC 6901) into the body, or `/` and the name of a parameter; empty: the whole.",
            examples=["/title"],
        ),
    ]
    code: Annotated[str, Field(description="Stable word for programs.", examples=["string_too_long"])]
    message: Annotated[
        str, Field(description="Sentence for people.", examples=["String should have at most 200 characters"])
    ]


def _without_default(schema: dict[str, Any]) -> None:
    schema.pop("default", None)


_PROBLEM_ERROR = {"pointer": "/title", "code": "missing", "message": "must be given"}


class Problem(Shown):
    """Why a request was refused or failed (RFC 9457)."""

    type: Annotated[str, Field(description="Stable kind of problem.", examples=["urn:madang:problem:invalid"])]
    title: Annotated[str, Field(description="The kind in words.", examples=["The input is not valid"])]
    status: Annotated[int, Field(ge=400, le=599, description="The HTTP status again.", examples=[422])]
    detail: Annotated[
        str,
        Field(
            description="What is wrong here, and what to do.",
            examples=["the request is wrong at /title; see errors"],
        ),
    ]
    errors: Annotated[
        list[ProblemError] | None,
        fields.ABSENT,
        Field(
            description="Every wrong place, where places can be named.",
            examples=[[_PROBLEM_ERROR]],
            json_schema_extra=_without_default,
        ),
    ] = None
