"""What the API shows of sessions."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from madang.accounts.values import BrowserSession, Language
from madang.backend.http.models import Time, View
from madang.kit.actor import Role
from madang.settings import Mode


class NamedView(View):
    """An identifier with the name that belongs to it."""

    id: str
    name: str


class SessionView(View):
    """Who is signed in, to what."""

    account: Annotated[NamedView, Field(examples=[{"id": "acc_0192f0c1e9f77cc2b1e1d0a7c5f0e3aa", "name": "local"}])]
    user: Annotated[NamedView, Field(examples=[{"id": "usr_0192f0c1e9f77cc2b1e1d0a7c5f0e3ab", "name": "local"}])]
    roles: Annotated[list[Role], Field(examples=[["owner"]])]
    mode: Mode
    version: Annotated[str, Field(examples=["0.1.0"])]
    language: Annotated[Language, Field(description="The user's choice; `auto` follows the browser.")]


class BrowserSessionView(View):
    """A browser that is signed in."""

    id: Annotated[str, Field(examples=["ses_0192f0c1e9f77cc2b1e1d0a7c5f0e3aa"])]
    user_agent: Annotated[str, Field(examples=["Mozilla/5.0 (X11; Linux x86_64)"])]
    is_current: Annotated[bool, Field(description="Whether this request came by it.")]
    created_at: Time
    last_used_at: Time
    expires_at: Time


class BrowserSessionPage(View):
    """A page of browser sessions."""

    data: list[BrowserSessionView]
    next: str | None


def browser_session_view(session: BrowserSession, *, current: str) -> BrowserSessionView:
    """A session as the API shows it."""
    return BrowserSessionView(
        id=session.id,
        user_agent=session.user_agent,
        is_current=session.id == current,
        created_at=session.created_at,
        last_used_at=session.last_used_at,
        expires_at=session.expires_at,
    )
