import unicodedata

import pytest

from madang.examples.bbs.texts import EXCERPT_LENGTH, excerpt, fold, pairs


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hello", "hELLO"),
        ("Straße", "STRASSE"),
        ("한글", unicodedata.normalize("NFD", "한글")),
        ("Café", unicodedata.normalize("NFD", "CAFÉ")),
    ],
)
def test_texts_that_a_reader_takes_for_the_same_are_compared_as_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_an_excerpt_is_one_line_of_limited_length() -> None:
    assert excerpt("  two\n\n  words\t", "txt") == "two words"
    long = excerpt("가나다 " * 200, "md")
    assert len(long) <= EXCERPT_LENGTH
    assert long.endswith("…")


def test_an_excerpt_of_html_is_what_a_browser_would_show() -> None:
    body = "<style>p{}</style><p>a &lt;b&gt;</p><script>steal()</script><p>c<br>d</p>"
    assert excerpt(body, "html") == "a <b> c d"


def test_tags_of_a_plain_text_stay_because_they_are_text() -> None:
    assert excerpt("use <b>", "txt") == "use <b>"


@pytest.mark.parametrize("body", ["<", "<p", "<!--", "<![CDATA[", "</script", "&#xFFFFFFFF;", "<script>" * 50])
def test_broken_html_has_an_excerpt_too(body: str) -> None:
    assert len(excerpt(body, "html")) <= EXCERPT_LENGTH


def test_what_contains_a_text_contains_all_its_pairs() -> None:
    assert pairs("회의 안내", "abab") == [" 안", "ab", "ba", "안내", "의 ", "회의"]
    assert pairs("a", "") == []
