"""/api/session and /api/sessions."""

from __future__ import annotations

from fastapi import Response

from madang import __version__
from madang.accounts.people import get_names
from madang.accounts.preferences import get_preferences
from madang.accounts.sign_in import list_sessions
from madang.backend.domains.session import service
from madang.backend.domains.session.views import (
    BrowserSessionPage,
    NamedView,
    SessionView,
    browser_session_view,
)
from madang.backend.http.authentication import clear_session_cookie
from madang.backend.http.models import CreatedListQuery
from madang.backend.http.routes import SignedCall, api_router

current = api_router("/session", tag="session")
router = api_router("/sessions", tag="session")


@current.get("", operation_id="session.get")
async def get_session(call: SignedCall) -> SessionView:
    """Say who is signed in: account, user, roles, and what this installation is."""
    names = await get_names(call.actor, call.db)
    preferences = await get_preferences(call.actor, call.db)
    return SessionView(
        account=NamedView(id=call.actor.account, name=names.account),
        user=NamedView(id=call.actor.user, name=names.user),
        roles=sorted(call.actor.roles),
        mode=call.parts.settings.mode,
        version=__version__,
        language=preferences.language,
    )


@current.delete("", operation_id="session.delete", status_code=204)
async def delete_session(call: SignedCall, response: Response) -> None:
    """Sign this browser out."""
    await service.end_current(call.identity, call.db, now=call.now)
    clear_session_cookie(response, call.parts.settings)


@router.get("", operation_id="sessions.list")
async def list_browser_sessions(call: SignedCall, query: CreatedListQuery) -> BrowserSessionPage:
    """List the browsers in which the user is signed in."""
    found = await list_sessions(call.actor, call.db, query.page, now=call.now, newest_first=query.newest_first)
    views = [browser_session_view(session, current=call.identity.credential) for session in found.data]
    return BrowserSessionPage(data=views, next=found.next)


@router.delete("/{session_id}", operation_id="sessions.delete", status_code=204)
async def delete_browser_session(call: SignedCall, session_id: str) -> None:
    """Sign one of the user's browsers out."""
    await service.end(call.actor, call.db, session_id, now=call.now)
