"""/api/connections."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from madang.backend.domains.connections import service
from madang.backend.domains.connections.views import (
    ConnectionBody,
    ConnectionChange,
    ConnectionPage,
    ConnectionParameters,
    ConnectionView,
    CredentialBody,
    connection_view,
)
from madang.backend.http.etags import IfMatch, etag_of, expected_revision
from madang.backend.http.routes import SignedCall, SignedLongCall, api_router, long_router
from madang.catalog.connections import list_connections
from madang.catalog.connectors import get_connector

router = api_router("/connections", tag="connections")
with_proxy: APIRouter = long_router("/connections", tag="connections")


@router.get("", operation_id="connections.list")
async def list_all(call: SignedCall, query: Annotated[ConnectionParameters, Query()]) -> ConnectionPage:
    """List connections, oldest first; the first of a connector is used where none is named."""
    connector_id = None
    if query.connector is not None:
        connector_id = (await get_connector(call.actor, call.db, query.connector)).id
    found = await list_connections(call.actor, call.db, query.page, connector_id=connector_id)
    return ConnectionPage(data=[connection_view(each) for each in found.data], next=found.next)


@router.post("", operation_id="connections.create", status_code=201)
async def create_one(call: SignedCall, body: ConnectionBody, response: Response) -> ConnectionView:
    """Make a connection of a connector to a server."""
    made = await service.create(call.actor, call.db, call.parts, body)
    response.headers["ETag"] = etag_of(made.revision)
    return connection_view(made)


@with_proxy.get("/{connection_id}", operation_id="connections.get")
async def get_one(call: SignedLongCall, connection_id: str, response: Response) -> ConnectionView:
    """Get a connection with the state of its credentials."""
    found = await service.view(call.actor, call.parts, connection_id)
    response.headers["ETag"] = etag_of(found.revision)
    return found


@router.patch("/{connection_id}", operation_id="connections.update")
async def change_one(
    call: SignedCall, connection_id: str, body: ConnectionChange, response: Response, if_match: IfMatch = None
) -> ConnectionView:
    """Change a connection; fields that are absent stay."""
    revision = expected_revision(if_match)
    changed = await service.change(call.actor, call.db, call.parts, connection_id, body, revision=revision)
    response.headers["ETag"] = etag_of(changed.revision)
    return connection_view(changed)


@with_proxy.delete("/{connection_id}", operation_id="connections.delete", status_code=204)
async def remove_one(call: SignedLongCall, connection_id: str) -> None:
    """Remove a connection and its credentials."""
    await service.remove(call.actor, call.parts, connection_id)


@with_proxy.put("/{connection_id}/credentials/{scheme}", operation_id="connections.set_credential", status_code=204)
async def put_credential(call: SignedLongCall, connection_id: str, scheme: str, body: CredentialBody) -> None:
    """Set the credential of a security scheme. It is handed to the proxy and cannot be read back."""
    await service.put_credential(call.actor, call.parts, connection_id, scheme, body)


@with_proxy.delete(
    "/{connection_id}/credentials/{scheme}", operation_id="connections.delete_credential", status_code=204
)
async def remove_credential(call: SignedLongCall, connection_id: str, scheme: str) -> None:
    """Forget the credential of a security scheme."""
    await service.remove_credential(call.actor, call.parts, connection_id, scheme)
