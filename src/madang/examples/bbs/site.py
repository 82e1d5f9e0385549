"""What is not the API: the front page for people, and the two questions of a supervisor."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse

from madang.examples.bbs.endpoints import Articles
from madang.examples.bbs.page import CONTENT_SECURITY_POLICY, choose_language, render_page
from madang.examples.bbs.values import ArticleFilter
from madang.kit.pages import PageRequest

SECTIONS = 30
ARTICLES = 30

site = APIRouter(include_in_schema=False)


@site.get("/", response_class=HTMLResponse)
async def show_front_page(
    request: Request, articles: Articles, section: Annotated[str | None, Query(max_length=50)] = None
) -> HTMLResponse:
    """Sections and the newest articles."""
    wanted = ArticleFilter(section=section and section.replace("\0", ""))
    overview = await articles.overview(wanted, PageRequest(limit=ARTICLES), SECTIONS)
    language = choose_language(request.headers.get("accept-language", ""))
    return HTMLResponse(
        render_page(overview, section=section, language=language),
        headers={
            "Content-Security-Policy": CONTENT_SECURITY_POLICY,
            "Content-Language": language,
            "Vary": "Accept-Language",
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        },
    )


@site.get("/healthz")
async def is_alive() -> dict[str, str]:
    """The process lives."""
    return {"status": "ok"}


@site.get("/readyz")
async def is_ready(articles: Articles) -> dict[str, str]:
    """The database is there and migrated; else 503."""
    await articles.check()
    return {"status": "ok"}
