"""/api/results."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from starlette.responses import StreamingResponse

from madang.backend.domains.results import service
from madang.backend.domains.results.views import ResultParameters, ResultView, result_view
from madang.backend.http.routes import SignedLongCall, long_router

router = long_router("/results", tag="calls")


@router.get("/{result_id}", operation_id="results.get")
async def get_slice(call: SignedLongCall, result_id: str, query: Annotated[ResultParameters, Query()]) -> ResultView:
    """Get a slice of a result that was too large for its outcome (`stored`)."""
    stored, found = await service.look(
        call.actor, call.parts, result_id, pointer=query.pointer, offset=query.offset, limit=query.limit
    )
    return result_view(stored, found)


@router.get(
    "/{result_id}/content",
    operation_id="results.get_content",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}},
)
async def get_content(call: SignedLongCall, result_id: str) -> StreamingResponse:
    """Get all of a result as a file."""
    stored, content = await service.open_content(call.actor, call.parts, result_id)
    return StreamingResponse(content, media_type="application/octet-stream", headers=service.content_headers(stored))
