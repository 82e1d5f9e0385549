"""Who asks: an API key in `Authorization: Bearer`, or the cookie that a sign-in link has set."""

from __future__ import annotations

from typing import Final

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from madang.accounts.api_keys import find_identity_by_api_key
from madang.accounts.sign_in import find_identity_by_session
from madang.accounts.values import Identity
from madang.backend.http.guard import SAFE_METHODS
from madang.backend.parts import parts_of
from madang.kit.errors import ForbiddenError, UnauthenticatedError
from madang.settings import Settings

REQUEST_HEADER: Final = "Madang-Request"
_COOKIE_SECONDS: Final = 400 * 24 * 3600
"""The longest that browsers keep a cookie. When a session ends is decided by the server, which renews it by use."""


def cookie_name(settings: Settings) -> str:
    """The session cookie's name. It holds the port, because browsers share cookies among the ports of a host."""
    return f"madang_session_{settings.backend_port}"


async def identify(connection: HTTPConnection) -> Identity:
    """Who sent a request or opened a WebSocket. Raises UnauthenticatedError.

    Runs in a transaction of its own, so that noting the time of use never waits for, or is lost with, the request.
    """
    parts = parts_of(connection)
    key, cookie = _bearer(connection), connection.cookies.get(cookie_name(parts.settings))
    identity = None
    if key is not None or cookie is not None:
        async with parts.database.begin() as db:
            now = parts.clock.now()
            if key is not None:
                identity = await find_identity_by_api_key(db, key, now=now)
            elif cookie is not None:
                identity = await find_identity_by_session(db, cookie, now=now)
    if identity is None:
        what = "the API key is unknown, revoked or expired" if key is not None else "nobody is signed in"
        raise UnauthenticatedError(f"{what}; `madang sign-in` prints a link that signs a browser in")
    return identity


def check_intent(request: Request, identity: Identity) -> None:
    """Raise ForbiddenError for a change by cookie without the header that a foreign page cannot set."""
    if identity.kind == "session" and request.method not in SAFE_METHODS and request.headers.get(REQUEST_HEADER) != "1":
        raise ForbiddenError(f"a change by cookie needs the header {REQUEST_HEADER}: 1")


def set_session_cookie(response: Response, settings: Settings, value: str, *, is_secure: bool) -> None:
    """Sign the browser in."""
    response.set_cookie(
        cookie_name(settings),
        value,
        max_age=_COOKIE_SECONDS,
        path="/",
        secure=is_secure,
        httponly=True,
        samesite="strict",
    )


def clear_session_cookie(response: Response, settings: Settings) -> None:
    """Sign the browser out."""
    response.delete_cookie(cookie_name(settings), path="/", httponly=True, samesite="strict")


def _bearer(connection: HTTPConnection) -> str | None:
    scheme, _, value = connection.headers.get("authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else None
