"""/api/connectors."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse

from madang.backend.domains.connectors import service
from madang.backend.domains.connectors.views import (
    ConnectorChange,
    ConnectorPage,
    ConnectorView,
    ContainingParameters,
    RemarkPage,
    RemarkParameters,
    VersionPage,
    remark_view,
    version_view,
)
from madang.backend.http.etags import IfMatch, etag_of, expected_revision
from madang.backend.http.models import ListParameters
from madang.backend.http.routes import SignedCall, SignedLongCall, api_router, long_router
from madang.catalog.connectors import get_connector, list_connectors
from madang.catalog.values import Connector
from madang.catalog.versions import get_version, list_remarks, list_versions
from madang.kit.errors import NotFoundError

router = api_router("/connectors", tag="connectors")
removing: APIRouter = long_router("/connectors", tag="connectors")


@router.get("", operation_id="connectors.list")
async def list_all(call: SignedCall, query: Annotated[ContainingParameters, Query()]) -> ConnectorPage:
    """List connectors, newest first."""
    found = await list_connectors(call.actor, call.db, query.page, containing=query.containing)
    return ConnectorPage(data=await service.views(call.actor, call.db, found.data), next=found.next)


@router.get("/{connector}", operation_id="connectors.get")
async def get_one(call: SignedCall, connector: str, response: Response) -> ConnectorView:
    """Get a connector by its id or name."""
    return await _view(call, await get_connector(call.actor, call.db, connector), response)


@router.patch("/{connector}", operation_id="connectors.update")
async def change_one(
    call: SignedCall, connector: str, body: ConnectorChange, response: Response, if_match: IfMatch = None
) -> ConnectorView:
    """Change title, description or the hosts that imports may reach."""
    revision = expected_revision(if_match)
    changed = await service.change(call.actor, call.db, call.parts, connector, body, revision=revision)
    return await _view(call, changed, response)


@removing.delete("/{connector}", operation_id="connectors.delete", status_code=204)
async def remove_one(call: SignedLongCall, connector: str) -> None:
    """Remove a connector with its connections and their credentials."""
    await service.remove(call.actor, call.parts, connector)


@router.get("/{connector}/versions", operation_id="connectors.versions")
async def list_its_versions(call: SignedCall, connector: str, query: Annotated[ListParameters, Query()]) -> VersionPage:
    """List the versions of a connector, newest first."""
    found = await get_connector(call.actor, call.db, connector)
    page = await list_versions(call.actor, call.db, found.id, query.page)
    return VersionPage(data=[version_view(each) for each in page.data], next=page.next)


@router.get("/{connector}/remarks", operation_id="connectors.remarks")
async def list_its_remarks(call: SignedCall, connector: str, query: Annotated[RemarkParameters, Query()]) -> RemarkPage:
    """List what the import of the current version said, in the order of the document."""
    found = await get_connector(call.actor, call.db, connector)
    version = await get_version(call.actor, call.db, found.id)
    page = await list_remarks(
        call.actor, call.db, version.id, query.page, severity=query.severity, containing=query.containing
    )
    return RemarkPage(data=[remark_view(each) for each in page.data], next=page.next)


@router.get("/{connector}/document", operation_id="connectors.document", response_class=StreamingResponse)
async def get_its_document(call: SignedCall, connector: str) -> StreamingResponse:
    """Get the document of the current version as it was imported."""
    found = await get_connector(call.actor, call.db, connector)
    version = await get_version(call.actor, call.db, found.id)
    return await _file(call, version.document_key, found.name, f"the document of {found.name}")


@router.get("/{connector}/overlay", operation_id="connectors.overlay", response_class=StreamingResponse)
async def get_its_overlay(call: SignedCall, connector: str) -> StreamingResponse:
    """Get the overlay that is applied to the document at each update, as it was given."""
    found = await get_connector(call.actor, call.db, connector)
    version = await get_version(call.actor, call.db, found.id)
    if version.overlay_key is None:
        raise NotFoundError(f"{found.name} has no overlay")
    return await _file(call, version.overlay_key, f"{found.name}.overlay", f"the overlay of {found.name}")


async def _file(call: SignedCall, key: str, name: str, what: str) -> StreamingResponse:
    stored = await call.parts.objects.find(call.actor, key)
    if stored is None:
        raise NotFoundError(f"{what} is not in the object store any more; import it again")
    # Never rendered by a browser: what is in a foreign document is not ours.
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Length": str(stored.size)}
    pieces = call.parts.objects.get(call.actor, key)
    return StreamingResponse(pieces, media_type="application/octet-stream", headers=headers)


async def _view(call: SignedCall, connector: Connector, response: Response) -> ConnectorView:
    response.headers["ETag"] = etag_of(connector.revision)
    return (await service.views(call.actor, call.db, [connector]))[0]
