"""A text as tokens."""

from datetime import UTC, datetime

import pytest

from madang.agent.words.korean import bare, with_particle
from madang.agent.words.reading import read

NOW = datetime(2026, 11, 26, tzinfo=UTC)


def told(text: str) -> list[tuple[str, str]]:
    return [(token.kind, token.text) for token in read(text, NOW)]


@pytest.mark.parametrize(
    "quoted", ['"X y"', "“X y”", "‘X y’", "'X y'", "«X y»", "「X y」", "『X y』", "《X y》", "`X y`", "„X y“"]
)
def test_every_style_of_quotation_is_one_token(quoted: str) -> None:
    assert told(f"title {quoted}로") == [("name", "title"), ("quoted", "X y"), ("korean", "로")]


def test_apostrophes_begin_and_end_no_quotation() -> None:
    assert told("it's sam's 'don't stop'") == [("name", "it"), ("name", "sam"), ("quoted", "don't stop")]


def test_a_mark_that_is_never_closed_begins_none() -> None:
    assert told('a "b c') == [("name", "a"), ("mark", '"'), ("name", "b"), ("name", "c")]


@pytest.mark.parametrize(
    ("text", "number", "currency"),
    [
        ("1,000", 1000, None),
        ("-3.5", -3.5, None),
        ("$20", 20, "USD"),
        ("₩10,000", 10000, "KRW"),
        ("#5", 5, None),
        ("3만", 30000, None),
        ("1.5만", 15000, None),
    ],
)
def test_numbers_are_read_with_their_currency(text: str, number: float, currency: str | None) -> None:
    (token,) = read(text, NOW)

    assert (token.number, token.currency) == (number, currency)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("octo/hello a@b.co https://x.y/z?a=b. art_019f", ["pair", "email", "url", "mark", "name"]),
        ("3개 5번", ["number", "korean", "number", "korean"]),
        ("sam이 쓴 글", ["name", "korean", "korean", "korean"]),
        ("v1.2.3 10th 4f2a-b", ["name", "number", "name", "name"]),
        ("0f8fad5b-d9cb-469f-a165-70867728950e", ["uuid"]),
    ],
)
def test_pieces_have_kinds_by_their_look(text: str, kinds: list[str]) -> None:
    assert [kind for kind, _ in told(text)] == kinds


@pytest.mark.parametrize(
    ("word", "stem"),
    [("게시판에", "게시판"), ("저장소의", "저장소"), ("회의", "회의"), ("서울에서", "서울"), ("나", "나")],
)
def test_particles_are_taken_off_where_something_is_left(word: str, stem: str) -> None:
    assert bare(word)[0] == stem


@pytest.mark.parametrize(
    ("word", "pair", "said"),
    [
        ("글", "을/를", "글을"),
        ("저장소", "을/를", "저장소를"),
        ("서울", "으로/로", "서울로"),
        ("부산", "으로/로", "부산으로"),
        ("api", "이/가", "api가"),
    ],
)
def test_particles_agree_with_the_word_before_them(word: str, pair: str, said: str) -> None:
    assert with_particle(word, pair) == said
