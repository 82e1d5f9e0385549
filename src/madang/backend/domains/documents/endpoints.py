"""/api/documents."""

from __future__ import annotations

from fastapi import Request

from madang.backend.domains.documents.views import DocumentView
from madang.backend.http.routes import SignedLongCall, long_router
from madang.backend.permissions import require_editor
from madang.catalog.importing import MAX_DOCUMENT_BYTES, document_name
from madang.kit.ids import new_id

router = long_router("/documents", tag="connectors")

_BODY = {
    "requestBody": {
        "required": True,
        "description": "The document itself, in JSON or YAML.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.post("", operation_id="documents.create", status_code=201, openapi_extra=_BODY)
async def create_document(call: SignedLongCall, request: Request) -> DocumentView:
    """Upload a document of at most 60 MB for an import. The same bytes get the same id."""
    require_editor(call.actor)
    objects = call.parts.objects
    upload = f"uploads/{new_id('upl')}"
    try:
        stored = await objects.put(call.actor, upload, request.stream(), limit_bytes=MAX_DOCUMENT_BYTES)
        name = document_name(stored.sha256)
        if not await objects.exists(call.actor, name):
            await objects.put(call.actor, name, objects.get(call.actor, upload))
    finally:
        await objects.delete(call.actor, upload)
    return DocumentView(id=stored.sha256, bytes=stored.size, hash=stored.sha256)
