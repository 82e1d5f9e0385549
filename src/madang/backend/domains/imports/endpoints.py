"""/api/imports."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from madang.backend.domains.imports import service
from madang.backend.domains.imports.views import ImportBody, ImportPage, ImportView, import_view
from madang.backend.http.models import CreatedListQuery
from madang.backend.http.routes import SignedCall, SignedLongCall, api_router, long_router
from madang.catalog.importing import KIND
from madang.storage.jobs import list_jobs

router = api_router("/imports", tag="connectors")
watching: APIRouter = long_router("/imports", tag="connectors")

Wait = Annotated[float, Query(ge=0, le=25, description="Answer when something has changed, or after so many seconds.")]


@router.post("", operation_id="imports.create", status_code=202)
async def create_import(call: SignedCall, body: ImportBody) -> ImportView:
    """Import a document: it becomes a connector, or a new version of one."""
    return import_view(await service.begin(call.actor, call.db, call.parts, body))


@router.get("", operation_id="imports.list")
async def list_imports(call: SignedCall, query: CreatedListQuery) -> ImportPage:
    """List imports."""
    found = await list_jobs(call.actor, call.db, KIND, query.page, newest_first=query.newest_first)
    return ImportPage(data=[import_view(job) for job in found.data], next=found.next)


@watching.get("/{import_id}", operation_id="imports.get")
async def get_import(call: SignedLongCall, import_id: str, wait_seconds: Wait = 0) -> ImportView:
    """Get an import, at once or when it has gone on."""
    found = await service.watch(
        call.actor, call.parts, import_id, wait_seconds=wait_seconds, stopping=call.stopping.is_set
    )
    return import_view(found)


@router.delete("/{import_id}", operation_id="imports.delete", status_code=204)
async def cancel_import(call: SignedCall, import_id: str) -> None:
    """Cancel an import that has not ended."""
    await service.cancel(call.actor, call.db, import_id)
