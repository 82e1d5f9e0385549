"""/api/connectors/{connector}/learned."""

from __future__ import annotations

from madang.backend.domains.imports.views import ImportView, import_view
from madang.backend.domains.learning import service
from madang.backend.domains.learning.views import LearnedView, learned_view
from madang.backend.http.routes import SignedLongCall, long_router

router = long_router("/connectors", tag="connectors")


@router.get("/{connector}/learned", operation_id="connectors.learned")
async def get_learned(call: SignedLongCall, connector: str) -> LearnedView:
    """Get schemas of undeclared answers, learned from calls."""
    return learned_view(await service.propose(call.actor, call.parts, connector))


@router.post("/{connector}/learned/{proposal}", operation_id="connectors.accept_learned", status_code=202)
async def accept_learned(call: SignedLongCall, connector: str, proposal: str) -> ImportView:
    """Accept what was learned, by the hash that was shown: a new version is imported with it."""
    return import_view(await service.accept(call.actor, call.parts, connector, proposal))
