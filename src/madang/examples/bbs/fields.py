"""The fields of the API: their types, limits, descriptions and examples, each said once."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    Field,
    GetJsonSchemaHandler,
    PlainSerializer,
    SecretStr,
    StringConstraints,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from madang.examples.bbs import values
from madang.kit.clock import iso
from madang.kit.pages import MAX_LIMIT

ARTICLE_ID = "art_0192f0c1a2b37c4d8e5f60718293a4b5"
COMMENT_ID = "cmt_0192f0c20b1c7d2e8f30415263748596"
PARENT_ID = "cmt_0192f0c1f0e17a2b8c3d4e5f60718293"
CURSOR = "WyItY3JlYXRlZF9hdCIsMTc5MzU4MjQwMDAwMDAwMCwiYXJ0XzAxIl0"
AT = "2026-11-02T01:20:00.000Z"
LATER = "2026-11-02T08:45:30.250Z"

_LINE = r"^[^\x00-\x1f\x7f]*$"
_TEXT = r"^[^\x00]*$"


def _known_characters(secret: SecretStr) -> SecretStr:
    value = secret.get_secret_value()
    if not (value.isascii() and value.isprintable() and value == value.strip()):
        raise PydanticCustomError("password_characters", "letters, digits and signs of ASCII, no blank at either end")
    return secret


class _Absent:
    """Keeps null out of the document: a field that may be left out has its one type, and what is not there is absent.

    `T | None` is what it is in Python; a union with a hidden null would name its branches in the places of errors.
    """

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        found = handler(schema)
        (shown,) = [member for member in found.pop("anyOf") if member != {"type": "null"}]
        return {**shown, **found}


ABSENT = _Absent()

Password = Annotated[
    SecretStr,
    Field(
        min_length=1,
        max_length=200,
        examples=["correct horse battery staple"],
        json_schema_extra={"pattern": "^[!-~]([ -~]*[!-~])?$", "x-madang-human": True},
    ),
    AfterValidator(_known_characters),
]
"""Printable ASCII, because deleting carries it in a header field, where nothing else is safe. A person gives it."""

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, pattern=_LINE)]
Term = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_LINE)]
Time = Annotated[
    datetime,
    PlainSerializer(iso, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]

Section = Annotated[
    Line,
    Field(
        max_length=50,
        description="Section of the board to post in. A new name opens a new section.",
        examples=["general", "자유게시판"],
    ),
]
Writer = Annotated[
    Line,
    Field(max_length=100, description="Name of the person who writes, as it is shown.", examples=["sam", "민지"]),
]
Title = Annotated[Line, Field(max_length=200, description="Headline, on one line.", examples=["Hello", "첫 글입니다"])]
Body = Annotated[
    str,
    Field(
        min_length=1,
        max_length=100_000,
        pattern=_TEXT,
        description="The text itself, written as `format` says.",
        examples=["World"],
    ),
]
Format = Annotated[
    values.Format,
    Field(
        description="How the body is written: plain text, Markdown or HTML. HTML is kept as given, so treat it as "
        "untrusted when you show it.",
        examples=["txt"],
    ),
]
ParentId = Annotated[
    Term | None,
    ABSENT,
    Field(
        description="Identifier of the comment to answer, of the same article; leave out to answer the article.",
        examples=[PARENT_ID],
    ),
]

FileName = Annotated[Line, Field(max_length=255, description="File name without its extension.", examples=["agenda"])]
Extension = Annotated[
    str,
    Field(
        max_length=20,
        pattern=r"^[0-9A-Za-z]*$",
        description="Extension without the dot; empty for a file that has none.",
        examples=["pdf"],
    ),
]
Url = Annotated[
    str,
    Field(
        max_length=2_000,
        pattern=r"^https?://[^\s\x00-\x1f]+$",
        description="Where the file is, as an http or https address.",
        examples=["https://files.example.com/agenda.pdf"],
        json_schema_extra={"format": "uri"},
    ),
]

Excerpt = Annotated[
    str,
    Field(
        max_length=200, description="Beginning of the newest snapshot's body, as one line of text.", examples=["World"]
    ),
]
CreatedAt = Annotated[Time, Field(description="When it was written, in UTC.", examples=[AT])]
UpdatedAt = Annotated[Time, Field(description="When the newest snapshot was added, in UTC.", examples=[AT])]
AddedAt = Annotated[Time, Field(description="When this snapshot was added, in UTC.", examples=[AT])]
DeletedAt = Annotated[
    Time | None,
    ABSENT,
    Field(
        description="When it was deleted, in UTC. Present only in the answer to deleting: afterwards it is not found.",
        examples=[LATER],
        exclude_if=lambda at: at is None,
    ),
]
Next = Annotated[
    str | None,
    Field(description="Give this as `cursor` to get what follows; null at the end of the list.", examples=[CURSOR]),
]

CreatedAfter = Annotated[
    AwareDatetime | None,
    ABSENT,
    Field(description="Only what was written at this time or later. With an offset or Z.", examples=[AT]),
]
CreatedBefore = Annotated[
    AwareDatetime | None,
    ABSENT,
    Field(description="Only what was written before this time. With an offset or Z.", examples=[LATER]),
]
Limit = Annotated[int, Field(ge=1, le=MAX_LIMIT, description="How many items a page has at most.", examples=[20])]
Cursor = Annotated[
    Annotated[str, StringConstraints(max_length=1_000)] | None,
    ABSENT,
    Field(
        description="The `next` of the page before, with the same `sort`. Without it: the first page.",
        examples=[CURSOR],
    ),
]


def contains(what: str, *examples: str) -> Any:
    """A condition on a text."""
    return Field(description=f"Only those whose {what} contains this, ignoring case.", examples=list(examples))


def order(first: str) -> Any:
    """The order of a list."""
    return Field(
        description=f"The order: by time of writing or of the newest snapshot; `-` puts the newest first. {first}.",
        examples=["-created_at"],
    )
