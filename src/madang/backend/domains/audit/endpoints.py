"""/api/audit-entries."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from madang.backend.domains.audit import service
from madang.backend.domains.audit.views import AuditEntryPage, AuditParameters, audit_entry_view
from madang.backend.http.routes import SignedCall, api_router

router = api_router("/audit-entries", tag="audit")


@router.get("", operation_id="audit_entries.list")
async def list_audit_entries(call: SignedCall, query: Annotated[AuditParameters, Query()]) -> AuditEntryPage:
    """List changes of settings, credentials and permissions. For owners and administrators."""
    found = await service.find_entries(call.actor, call.db, query.filter, query.page, newest_first=query.newest_first)
    return AuditEntryPage(data=[audit_entry_view(entry) for entry in found.data], next=found.next)
