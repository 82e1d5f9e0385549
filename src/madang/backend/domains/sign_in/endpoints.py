"""GET /sign-in and POST /api/sign-in-links."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from madang.backend.domains.sign_in import service
from madang.backend.domains.sign_in.views import SignInLinkView, bad_link_page
from madang.backend.http.authentication import set_session_cookie
from madang.backend.http.routes import SignedCall, api_router
from madang.backend.parts import parts_of

page = APIRouter(include_in_schema=False)
router = api_router("/sign-in-links", tag="session")


@page.get("/sign-in")
async def sign_in(request: Request, token: str = "") -> Response:
    """Use a link up, set the cookie, go to the web app. A HEAD, as some link checkers send, uses nothing up."""
    parts = parts_of(request)
    async with parts.database.begin() as db:
        agent = request.headers.get("user-agent", "")
        value = await service.use_link(db, token, user_agent=agent, now=parts.clock.now())
    headers = {"Cache-Control": "no-store"}
    if value is None:
        body = bad_link_page(request.headers.get("accept-language", ""))
        return HTMLResponse(body, status_code=403, headers={**headers, "Vary": "Accept-Language"})
    response = RedirectResponse("/", status_code=303, headers=headers)
    is_secure = request.url.scheme == "https" or parts.settings.mode == "real"
    set_session_cookie(response, parts.settings, value, is_secure=is_secure)
    return response


@router.post("", operation_id="sign_in_links.create", status_code=201)
async def create_sign_in_link(call: SignedCall, request: Request) -> SignInLinkView:
    """Make a link that signs a browser in, once, within ten minutes, as the holder of the API key.

    Only with an API key, and not in real mode.
    """
    token = await service.create_link(call.identity, call.db, mode=call.parts.settings.mode, now=call.now)
    url = f"{request.url.scheme}://{request.headers['host']}/sign-in?token={quote(token.secret)}"
    return SignInLinkView(url=url, expires_at=token.expires_at)
