"""What the API shows of the audit trail."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AwareDatetime, Field

from madang.backend.http.models import CreatedListParameters, Time, View
from madang.storage.audit import AuditEntry, AuditFilter


class AuditParameters(CreatedListParameters):
    """The part of the trail that is wanted."""

    action: Annotated[str | None, Field(max_length=100, examples=["api_key.create"])] = None
    target: Annotated[str | None, Field(max_length=100, description="The identifier of what was changed.")] = None
    user: Annotated[str | None, Field(max_length=100, description="The identifier of who changed it.")] = None
    created_after: Annotated[AwareDatetime | None, Field(description="Not before this time.")] = None
    created_before: Annotated[AwareDatetime | None, Field(description="Before this time.")] = None

    @property
    def filter(self) -> AuditFilter:
        """The same for the store."""
        return AuditFilter(
            action=self.action,
            target=self.target,
            user=self.user,
            after=self.created_after,
            before=self.created_before,
        )


class AuditEntryView(View):
    """One change."""

    id: Annotated[str, Field(examples=["aud_0192f0c1e9f77cc2b1e1d0a7c5f0e3aa"])]
    user: str
    action: Annotated[str, Field(examples=["api_key.create"])]
    target: Annotated[str, Field(examples=["key_0192f0c1e9f77cc2b1e1d0a7c5f0e3aa"])]
    detail: Annotated[dict[str, Any], Field(examples=[{"name": "nightly import", "roles": ["member"]}])]
    created_at: Time


class AuditEntryPage(View):
    """A page of the trail."""

    data: list[AuditEntryView]
    next: str | None


def audit_entry_view(entry: AuditEntry) -> AuditEntryView:
    """An entry as the API shows it."""
    return AuditEntryView(
        id=entry.id,
        user=entry.user,
        action=entry.action,
        target=entry.target,
        detail=entry.detail,
        created_at=entry.at,
    )
