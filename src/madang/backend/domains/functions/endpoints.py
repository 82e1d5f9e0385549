"""/api/functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from fastapi import Query

from madang.backend.domains.functions import service
from madang.backend.domains.functions.views import FunctionPage, FunctionParameters, FunctionView, function_view
from madang.backend.http.routes import SignedCall, api_router
from madang.catalog.functions import get_function
from madang.schema.dialects import DialectName, render

router = api_router("/functions", tag="functions")

DialectSegment = Literal["openai", "openai-strict", "anthropic", "gemini", "mcp"]
_DIALECTS: Final[Mapping[DialectSegment, DialectName]] = {
    "openai": "openai",
    "openai-strict": "openai_strict",
    "anthropic": "anthropic",
    "gemini": "gemini",
    "mcp": "mcp",
}


@router.get("", operation_id="functions.list")
async def list_all(call: SignedCall, query: Annotated[FunctionParameters, Query()]) -> FunctionPage:
    """List functions, or search for those that a request may mean."""
    return await service.find(call.actor, call.db, call.parts, query)


@router.get("/{function}", operation_id="functions.get")
async def get_one(call: SignedCall, function: str) -> FunctionView:
    """Get a function by its id or `connector.group.operation`, with the schemas of arguments and result."""
    return function_view(await get_function(call.actor, call.db, function))


@router.get("/{function}/dialects/{dialect}", operation_id="functions.dialect")
async def get_dialect(call: SignedCall, function: str, dialect: DialectSegment) -> dict[str, Any]:
    """Get a function as a tool of a vendor's models; without what only a person gives."""
    found = await get_function(call.actor, call.db, function)
    return render(found.function, found.schemas, _DIALECTS[dialect])
