"""What the API shows of large results."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from madang.backend.http.models import Body, View
from madang.effects.results import MOST_MEMBERS, Stored, StoredKind
from madang.effects.slices import Kind, Slice


class ResultParameters(Body):
    """Which part of a result is wanted."""

    pointer: Annotated[str, Field(max_length=4_000, description="A JSON pointer; empty is the whole.")] = ""
    offset: Annotated[int, Field(ge=0, description="The first member that is wanted.")] = 0
    limit: Annotated[int, Field(ge=1, le=MOST_MEMBERS, description="How many members at most.")] = 100


class MemberView(View):
    """One member of what stands at the pointer."""

    key: Annotated[str, Field(description="An index or a name.")]
    pointer: Annotated[str, Field(description="Where it stands in the result.")]
    kind: Kind
    items: Annotated[int | None, Field(description="How many members it has itself, if it is a container.")]
    value: Annotated[Any, Field(description="The whole of it, or a preview.")]
    is_whole: Annotated[bool, Field(description="False: `value` is cut; ask for its pointer.")]


class ResultView(View):
    """A slice of a result. A text has pieces of 1,000 characters as members; a file is only fetched whole."""

    id: Annotated[str, Field(examples=["res_0192f0c1e9f77cc2b1e1d0a7c5f0e3aa"])]
    kind: Annotated[StoredKind, Field(description="What the whole result is.")]
    bytes: int
    media_type: str
    name: Annotated[str | None, Field(description="The name of a file.")]
    pointer: str
    here: Annotated[Kind, Field(description="What stands at the pointer.")]
    items: Annotated[int, Field(description="How many members there are at the pointer.")]
    offset: int
    members: list[MemberView]
    next: Annotated[int | None, Field(description="The offset of the next slice, if there is one.")]


def result_view(stored: Stored, found: Slice) -> ResultView:
    """A slice as the API shows it."""
    after = found.offset + len(found.members)
    return ResultView(
        id=stored.id,
        kind=stored.kind,
        bytes=stored.bytes,
        media_type=stored.media_type,
        name=stored.name,
        pointer=found.pointer,
        here=found.kind,
        items=found.items,
        offset=found.offset,
        members=[
            MemberView(
                key=member.key,
                pointer=member.pointer,
                kind=member.kind,
                items=member.items,
                value=member.value,
                is_whole=member.is_whole,
            )
            for member in found.members
        ],
        next=after if after < found.items and found.members else None,
    )
