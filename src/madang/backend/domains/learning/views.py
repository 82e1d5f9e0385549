"""What the API takes and shows of what was learned."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from madang.backend.domains.learning.service import Proposal
from madang.backend.http.models import View
from madang.schema.learning.overlays import Learned, learned_schema


class LearnedFunctionView(View):
    """What was learned of one function."""

    name: Annotated[str, Field(description="With the connector's name before it.", examples=["shop.orders.list"])]
    pointer: Annotated[str, Field(description="Where the document has the operation.")]
    samples: Annotated[int, Field(description="How many answers were looked at, the newest.")]
    status: int
    media_type: str
    result: Annotated[dict[str, Any], Field(description="The schema; empty where the answers have nothing in common.")]


class LearnedView(View):
    """Schemas of answers that a connector's document does not declare, learned from its calls.

    The overlay has structure alone, no value of any answer. Nothing changes until it is accepted.
    """

    connector: str
    version: int
    unknown: Annotated[int, Field(description="Functions of the version that declare no answer.")]
    functions: list[LearnedFunctionView]
    overlay: Annotated[dict[str, Any] | None, Field(description="An OpenAPI Overlay; null where nothing was learned.")]
    hash: Annotated[str | None, Field(description="What stands for this very proposal when it is accepted.")]


def learned_view(proposal: Proposal) -> LearnedView:
    """A proposal as the API shows it."""
    return LearnedView(
        connector=proposal.connector.name,
        version=proposal.version.number,
        unknown=proposal.unknown,
        functions=[_function(each, proposal) for each in proposal.learned],
        overlay=proposal.document,
        hash=proposal.hash,
    )


def _function(learned: Learned, proposal: Proposal) -> LearnedFunctionView:
    return LearnedFunctionView(
        name=f"{proposal.connector.name}.{learned.function.name}",
        pointer=learned.function.source,
        samples=learned.samples,
        status=learned.status,
        media_type=learned.media_type,
        result=learned_schema(learned, proposal.version.dialect),
    )
