"""/api/preferences."""

from __future__ import annotations

from fastapi import Response

from madang.accounts.preferences import get_preferences
from madang.accounts.values import Preferences
from madang.backend.domains.preferences import service
from madang.backend.domains.preferences.views import PreferencesBody, PreferencesView
from madang.backend.http.etags import IfMatch, etag_of, expected_revision
from madang.backend.http.routes import SignedCall, api_router

router = api_router("/preferences", tag="preferences")


@router.get("", operation_id="preferences.get")
async def read_preferences(call: SignedCall, response: Response) -> PreferencesView:
    """Read what the user chose."""
    return _view(await get_preferences(call.actor, call.db), response)


@router.patch("", operation_id="preferences.update")
async def update_preferences(
    call: SignedCall, body: PreferencesBody, response: Response, if_match: IfMatch = None
) -> PreferencesView:
    """Change what the user chose; fields that are absent stay."""
    expected = expected_revision(if_match)
    return _view(await service.change(call.actor, call.db, body, expected=expected, now=call.now), response)


def _view(preferences: Preferences, response: Response) -> PreferencesView:
    response.headers["ETag"] = etag_of(preferences.revision)
    return PreferencesView(language=preferences.language, theme=preferences.theme)
