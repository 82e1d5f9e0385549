"""What the API shows of sign-in links, and the page for a link that is no good."""

from __future__ import annotations

import re
from typing import Annotated, Final

from pydantic import Field

from madang.backend.http.models import Time, View


class SignInLinkView(View):
    """A link that signs a browser in once."""

    url: Annotated[str, Field(examples=["http://127.0.0.1:8700/sign-in?token=..."])]
    expires_at: Time


_WORDS: Final = {
    "en": (
        "This sign-in link is no good",
        "A link works once and for ten minutes; this one was used, is too old, or is not complete.",
        "For a new one, run this in a terminal on the machine that Madang runs on:",
    ),
    "ko": (
        "이 로그인 링크는 쓸 수 없습니다",
        "링크는 한 번만, 10분 동안만 쓸 수 있습니다. 이미 사용했거나, 만료되었거나, 주소가 잘렸습니다.",
        "새 링크를 받으려면 Madang이 실행 중인 컴퓨터의 터미널에서 다음을 실행하세요.",
    ),
}


def bad_link_page(accept_language: str) -> str:
    """A small page in Korean or English, whichever the browser prefers."""
    language = preferred_language(accept_language)
    title, reason, remedy = _WORDS[language]
    return f"""\
<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>{title} - Madang</title></head>
<body><h1>{title}</h1><p>{reason}</p><p>{remedy}</p><pre><code>madang sign-in</code></pre></body></html>
"""


def preferred_language(accept_language: str) -> str:
    """`ko` or `en` by an Accept-Language header (RFC 9110, 12.5.4); `en` where it names neither."""
    best, weight = "en", 0.0
    for part in accept_language.lower().split(","):
        match = re.fullmatch(r"\s*([a-z]{2})(?:-[\w-]+)?\s*(?:;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?\s*", part)
        if match and match[1] in _WORDS and float(match[2] or 1) > weight:
            best, weight = match[1], float(match[2] or 1)
    return best
