"""The front page as HTML, for people: sections and the newest articles, to read only. Pure.

No script and nothing from elsewhere; every text of a writer is escaped, the body is shown as its excerpt.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from html import escape
from typing import Literal
from urllib.parse import quote

from madang.examples.bbs.service import Overview
from madang.examples.bbs.values import Article, Section
from madang.kit.clock import iso

Language = Literal["ko", "en"]

STYLE = """
:root { color-scheme: light dark; --ink: #1d2025; --soft: #5c636e; --line: #e2e5ea; --ground: #fbfbfa;
  --card: #ffffff; --accent: #2a5bd0; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaee; --soft: #9aa2ae; --line: #2e333b; --ground: #15171a;
  --card: #1c1f24; --accent: #8fb2ff; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink);
  word-break: keep-all; font: 16px/1.6 system-ui, -apple-system, "Noto Sans KR", "Apple SD Gothic Neo", sans-serif; }
main { max-width: 44rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; }
h2 { font-size: 1.05rem; margin: 0; overflow-wrap: anywhere; }
p { margin: 0; overflow-wrap: anywhere; }
a { color: var(--accent); }
.soft { color: var(--soft); font-size: .9rem; }
nav { display: flex; flex-wrap: wrap; gap: .5rem; margin: 1.5rem 0; }
nav a { padding: .25rem .75rem; border: 1px solid var(--line); border-radius: 1rem; text-decoration: none;
  overflow-wrap: anywhere; }
nav a[aria-current] { border-color: var(--accent); font-weight: 600; }
article { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem;
  margin: 0 0 .75rem; display: grid; gap: .25rem; }
footer { margin-top: 2rem; }
""".strip()

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; img-src data:; style-src 'sha256-"
    + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    + "'"
)

_WORDS: Mapping[Language, Mapping[str, str]] = {
    "ko": {
        "title": "게시판",
        "about": "글과 댓글을 담는 예제 API입니다. 이 화면은 읽기만 합니다.",
        "all": "전체",
        "sections": "게시판 구역",
        "empty": "아직 글이 없습니다.",
        "more": "최근 글만 보입니다. 나머지는 API로 찾을 수 있습니다.",
        "document": "OpenAPI 문서",
    },
    "en": {
        "title": "Bulletin board",
        "about": "An example API with articles and comments. This page is for reading only.",
        "all": "All",
        "sections": "Sections",
        "empty": "No articles yet.",
        "more": "Only the newest articles are shown. The API finds the rest.",
        "document": "OpenAPI document",
    },
}


def choose_language(accept: str) -> Language:
    """Korean or English by an Accept-Language field (RFC 9110, 12.5.4); English where neither is wanted more."""
    weights: dict[str, float] = {}
    for part in accept.split(","):
        tag, _, parameter = part.partition(";")
        primary = tag.strip().lower().partition("-")[0]
        weights[primary] = max(weights.get(primary, 0.0), _weight(parameter))
    return "ko" if weights.get("ko", 0.0) > weights.get("en", 0.0) else "en"


def render_page(overview: Overview, *, section: str | None, language: Language) -> str:
    """The whole page; `section` is the one that is chosen."""
    words = _WORDS[language]
    articles = "\n".join(_article(article) for article in overview.articles.data)
    more = f'<p class="soft">{words["more"]}</p>' if overview.articles.next else ""
    return f"""<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{words["title"]}</title>
<link rel="icon" href="data:,">
<style>{STYLE}</style>
</head>
<body>
<main>
<h1>{words["title"]}</h1>
<p class="soft">{words["about"]}</p>
<nav aria-label="{words["sections"]}">
{_link("/", words["all"], is_current=section is None)}
{_sections(overview, section)}
</nav>
{articles or f"<p>{words['empty']}</p>"}
{more}
<footer class="soft"><a href="/openapi.json">{words["document"]}</a></footer>
</main>
</body>
</html>
"""


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def _sections(overview: Overview, chosen: str | None) -> str:
    return "\n".join(_section(section, chosen) for section in overview.sections)


def _section(section: Section, chosen: str | None) -> str:
    href = f"/?section={quote(section.name, safe='')}"
    return _link(href, f"{section.name} {section.articles}", is_current=section.name == chosen)


def _link(href: str, text: str, *, is_current: bool) -> str:
    current = ' aria-current="page"' if is_current else ""
    return f'<a href="{escape(href)}"{current}>{escape(text)}</a>'


def _article(article: Article) -> str:
    at = iso(article.created_at)
    return f"""<article id="{escape(article.id)}">
<h2>{escape(article.title)}</h2>
<p class="soft">{escape(article.writer)} · {escape(article.section)} ·
<time datetime="{at}">{article.created_at:%Y-%m-%d %H:%M} UTC</time></p>
<p>{escape(article.excerpt)}</p>
</article>"""
