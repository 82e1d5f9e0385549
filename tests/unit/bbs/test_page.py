from datetime import UTC, datetime

import pytest

from madang.examples.bbs.page import choose_language, render_page
from madang.examples.bbs.service import Overview
from madang.examples.bbs.values import Article, Section
from madang.kit.pages import Page

AT = datetime(2026, 11, 2, 1, 20, tzinfo=UTC)


def article(**given: str) -> Article:
    texts = {"id": "art_1", "section": "general", "writer": "sam", "title": "Hello", "excerpt": "World"} | given
    return Article(
        id=texts["id"],
        section=texts["section"],
        writer=texts["writer"],
        title=texts["title"],
        excerpt=texts["excerpt"],
        created_at=AT,
        updated_at=AT,
    )


def overview(*articles: Article, more: str | None = None) -> Overview:
    sections = [Section(name="general", articles=2), Section(name="자유 & <b>", articles=1)]
    return Overview(sections=sections, articles=Page(data=articles, next=more))


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        ("ko-KR,ko;q=0.9,en;q=0.8", "ko"),
        ("en-US,en;q=0.9,ko;q=0.8", "en"),
        ("fr", "en"),
        ("", "en"),
        ("ko;q=0", "en"),
        ("ko;q=much", "en"),
    ],
)
def test_the_language_is_the_one_that_the_browser_wants_more(accept: str, language: str) -> None:
    assert choose_language(accept) == language


def test_the_page_shows_who_wrote_what_where_and_when() -> None:
    html = render_page(overview(article()), section=None, language="en")
    for part in ("<h2>Hello</h2>", "sam · general", "<p>World</p>", 'datetime="2026-11-02T01:20:00.000Z"'):
        assert part in html
    assert '<a href="/" aria-current="page">All</a>' in html


def test_no_text_of_a_writer_becomes_markup() -> None:
    attack = "\"'><script>alert(1)</script>"
    html = render_page(
        overview(article(title=attack, writer=attack, section=attack, excerpt=attack, id=attack)),
        section=None,
        language="en",
    )
    assert "<script" not in html
    assert "자유 &amp; &lt;b&gt; 1" in html
    assert 'href="/?section=%EC%9E%90%EC%9C%A0%20%26%20%3Cb%3E"' in html


def test_the_page_speaks_korean() -> None:
    html = render_page(overview(), section="general", language="ko")
    assert '<html lang="ko">' in html
    assert "아직 글이 없습니다." in html
    assert '<a href="/?section=general" aria-current="page">general 2</a>' in html


def test_the_page_says_when_it_does_not_show_all() -> None:
    note = "Only the newest articles are shown."
    assert note in render_page(overview(article(), more="next"), section=None, language="en")
    assert note not in render_page(overview(article()), section=None, language="en")
