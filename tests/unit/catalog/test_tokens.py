import pytest

from madang.catalog.tokens import stem, tokenize


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("issues/listForRepo", ["issue", "list", "for", "repo"]),
        ("HTTPServer2", ["http", "server", "2"]),
        ("created_at-Café", ["created", "at", "cafe"]),
        ("저장소 목록", ["저장소", "저장", "장소", "목록"]),
        ("x저장소API", ["x", "저장소", "저장", "장소", "api"]),
        ("検索", ["検索"]),
        ("ｌｉｓｔ", ["list"]),
        ("", []),
    ],
)
def test_text_is_cut_into_the_parts_of_words_and_syllables(text: str, tokens: list[str]) -> None:
    assert tokenize(text) == tokens


@pytest.mark.parametrize(
    ("word", "expected"),
    [("repositories", "repository"), ("classes", "class"), ("boxes", "box"), ("status", "status"), ("has", "has")],
)
def test_plurals_lose_their_ending(word: str, expected: str) -> None:
    assert stem(word) == expected


def test_a_text_without_end_costs_only_its_first_4000_characters() -> None:
    assert len(tokenize("word " * 100_000)) == 800
