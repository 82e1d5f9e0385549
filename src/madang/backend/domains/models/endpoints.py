"""/api/models and /api/model-providers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from madang.agent.model_endpoints import get_endpoint, list_endpoints
from madang.agent.model_providers import PROVIDERS
from madang.backend.domains.models import service, trying
from madang.backend.domains.models.views import (
    ModelBody,
    ModelChange,
    ModelPage,
    ModelView,
    ProviderPage,
    VerdictView,
    model_view,
    provider_view,
)
from madang.backend.http.models import ListParameters
from madang.backend.http.routes import SignedCall, SignedLongCall, api_router, long_router

router = api_router("/models", tag="models")
with_proxy: APIRouter = long_router("/models", tag="models")
providers: APIRouter = api_router("/model-providers", tag="models")


@providers.get("", operation_id="model_providers.list")
async def list_providers(call: SignedCall) -> ProviderPage:
    """List who offers models that can be added."""
    return ProviderPage(data=[provider_view(provider) for provider in PROVIDERS.values()], next=None)


@router.get("", operation_id="models.list")
async def list_all(call: SignedCall, query: Annotated[ListParameters, Query()]) -> ModelPage:
    """List models, oldest first."""
    found = await list_endpoints(call.actor, call.db, query.page)
    return ModelPage(data=[model_view(each) for each in found.data], next=found.next)


@router.get("/{model}", operation_id="models.get")
async def get_one(call: SignedCall, model: str) -> ModelView:
    """Get a model by its id or name."""
    return model_view(await get_endpoint(call.actor, call.db, model))


@with_proxy.post("", operation_id="models.create", status_code=201)
async def create_one(call: SignedLongCall, body: ModelBody) -> ModelView:
    """Add a model; the first one becomes the default."""
    return model_view(await service.create(call.actor, call.parts, body))


@with_proxy.patch("/{model}", operation_id="models.update")
async def change_one(call: SignedLongCall, model: str, body: ModelChange) -> ModelView:
    """Change a model; fields that are absent stay."""
    return model_view(await service.change(call.actor, call.parts, model, body))


@with_proxy.delete("/{model}", operation_id="models.delete", status_code=204)
async def remove_one(call: SignedLongCall, model: str) -> None:
    """Remove a model with its connection and its key."""
    await service.remove(call.actor, call.parts, model)


@with_proxy.post("/{model}/test", operation_id="models.test")
async def test_one(call: SignedLongCall, model: str) -> VerdictView:
    """Ask a model for one tiny thing, and say whether it is good for turns."""
    async with call.parts.database.begin() as db:
        endpoint = await get_endpoint(call.actor, db, model)
    return await trying.try_model(call.actor, call.parts, endpoint)
