"""The base of bodies, queries and views: unknown fields are refused, times have one form."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema

from madang.kit.clock import iso
from madang.kit.pages import DEFAULT_LIMIT, MAX_LIMIT, PageRequest

Time = Annotated[
    datetime,
    PlainSerializer(iso, return_type=str),
    WithJsonSchema(
        {"type": "string", "format": "date-time", "examples": ["2026-03-01T09:30:00.000Z"]}, mode="serialization"
    ),
]
"""A time in an answer: ISO 8601, UTC, milliseconds."""


class Body(BaseModel):
    """What a client sends. A field that is not declared is an error, not ignored."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class View(BaseModel):
    """What the API shows."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ListParameters(Body):
    """The part of a list that is wanted. Lists with filters derive from it."""

    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT, description="How many items a page has at most.")] = DEFAULT_LIMIT
    cursor: Annotated[str | None, Field(max_length=1000, description="`next` of the page before.")] = None

    @property
    def page(self) -> PageRequest:
        """The same for services."""
        return PageRequest(limit=self.limit, cursor=self.cursor)


class CreatedListParameters(ListParameters):
    """A list that is sorted by time of creation."""

    sort: Annotated[
        str, Field(pattern=r"^-?created_at$", description="`-` puts the newest first.", examples=["-created_at"])
    ] = "-created_at"

    @property
    def newest_first(self) -> bool:
        """Whether `sort` is descending."""
        return self.sort.startswith("-")


CreatedListQuery = Annotated[CreatedListParameters, Query()]
"""The query of a list that is sorted by time of creation and has no filters."""
