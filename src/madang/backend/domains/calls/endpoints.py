"""/api/calls."""

from __future__ import annotations

from madang.backend.domains.calls import service
from madang.backend.domains.calls.views import CallBody, CallView, ResolveBody
from madang.backend.http.routes import SignedLongCall, long_router

router = long_router("/calls", tag="calls")


@router.post("", operation_id="calls.create")
async def create_call(call: SignedLongCall, body: CallBody) -> CallView:
    """Call a function. A call that is not safe answers `approval` until it comes with `approved`."""
    return await service.perform(call.actor, call.parts, body, call.idempotency_key)


@router.get("/{call_id}", operation_id="calls.get")
async def get_call(call: SignedLongCall, call_id: str) -> CallView:
    """Get a call as the journal has it."""
    return await service.get(call.actor, call.parts, call_id)


@router.post("/{call_id}/resolve", operation_id="calls.resolve")
async def resolve_call(call: SignedLongCall, call_id: str, body: ResolveBody) -> CallView:
    """Decide a call in doubt: it happened, with this result, or it is done again."""
    return await service.resolve(call.actor, call.parts, call_id, body)
