"""/api/system, /healthz and /readyz."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from madang import __version__
from madang.backend.domains.system import service
from madang.backend.domains.system.views import HealthView, ReadinessView, SystemView
from madang.backend.http.routes import SignedCall, api_router
from madang.backend.parts import parts_of

router = api_router("/system", tag="system")
health = APIRouter(tags=["system"])


@router.get("", operation_id="system.get")
async def get_system(call: SignedCall) -> SystemView:
    """Describe this installation: version, mode, servers, database."""
    return await service.describe(call.actor, call.db, call.parts)


@health.get("/healthz", operation_id="health.live")
async def get_health() -> HealthView:
    """Say that the process lives."""
    return HealthView(version=__version__)


@health.get("/readyz", operation_id="health.ready", responses={503: {"model": ReadinessView}})
async def get_readiness(request: Request, response: Response) -> ReadinessView:
    """Say whether the server can serve: database, migrations, keys, clock."""
    readiness = await service.check_readiness(parts_of(request))
    response.status_code = 200 if readiness.status == "ready" else 503
    response.headers["Cache-Control"] = "no-store"
    return readiness
