"""How a request is read: its verb, what it is about, what are values, and what is only polite."""

from __future__ import annotations

import pytest

from madang.catalog.queries import READING, read_query


@pytest.mark.parametrize(
    ("text", "acts"),
    [
        ("please delete the label", {"delete"}),
        ("can you add a label", {"create"}),
        ("which branches are there", READING),
        ("latest release of the project", READING),
        ("list orders", {"list"}),
        ("주문 목록", {"list"}),
        ("주문을 삭제해 줘", {"delete"}),
        ("새 글을 올려 주세요", {"create"}),
        ("추가한 라벨이 뭐야?", READING),
        ("octocat을 팔로우하는 사람들", READING),
    ],
)
def test_the_verb_of_a_request_stands_first_in_english_and_last_in_korean(text: str, acts: set[str]) -> None:
    assert read_query(text).acts == acts


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("add a label to issue 12", "label"),
        ("list the issues of repo x of owner y", "issue"),
        ("이슈 12에 라벨을 추가해 줘", "라벨"),
        ("프로젝트의 작업 목록", "작업"),
        ("게시판에 글을 올려 줘", "글"),
    ],
)
def test_what_the_verb_is_about_is_told_from_where_and_to_whom(text: str, about: str) -> None:
    assert read_query(text).object == about


@pytest.mark.parametrize(
    "text", ["stop web1", "stop sub_42", "stop 1Z999", 'stop "the music"', "stop kim@example.com", "stop 20%"]
)
def test_identifiers_numbers_and_quotations_are_values(text: str) -> None:
    query = read_query(text)
    assert ([concept.word for concept in query.concepts], query.is_particular) == (["stop"], True)


def test_technical_words_with_digits_are_words() -> None:
    assert not read_query("list oauth2 clients").is_particular


def test_what_something_is_called_is_a_value() -> None:
    assert "recipe" not in read_query("make a category called Recipes").tokens


def test_a_word_right_after_a_noun_may_be_a_name_and_one_after_an_article_may_not() -> None:
    names = {concept.word: concept.may_be_name for concept in read_query("fork the repo acme").concepts}
    assert names == {"fork": False, "repo": False, "acme": True}


def test_latin_words_in_a_korean_request_may_be_names() -> None:
    names = {concept.word: concept.may_be_name for concept in read_query("acme 저장소를 지워 줘").concepts}
    assert names == {"acme": True, "저장소": False}


def test_a_korean_request_is_embedded_in_english_as_far_as_its_words_are_known() -> None:
    assert read_query("서울 날씨를 보여 줘").text == "show 서울 weather"


def test_several_words_that_only_mean_it_together_are_several_concepts() -> None:
    assert [concept.word for concept in read_query("공기질").concepts] == ["air", "quality"]


def test_a_translation_stands_for_the_word_and_counts_less_than_it() -> None:
    (concept,) = read_query("저장소").concepts
    assert (concept.tokens["저장소"], concept.tokens["repository"]) == (1.0, 0.9)


def test_other_forms_of_a_word_and_words_near_it_count_less() -> None:
    tokens = read_query("translate").concepts[0].tokens
    assert (tokens["translate"], tokens["translation"]) == (1.0, 0.8)


def test_small_talk_has_nothing_to_search_for() -> None:
    assert read_query("who is it?").tokens == frozenset()


@pytest.mark.parametrize(("text", "is_plural"), [("show me the articles", True), ("show the article", False)])
def test_a_request_tells_whether_it_is_about_several(text: str, is_plural: bool) -> None:
    assert read_query(text).is_plural is is_plural


@pytest.mark.parametrize("text", ["feed the cat at noon", "please feed my cat"])
def test_a_word_before_an_article_is_a_verb_though_it_is_none_that_is_known(text: str) -> None:
    query = read_query(text)
    assert (query.object, query.acts) == ("cat", frozenset())


def test_a_small_word_before_an_article_is_no_verb() -> None:
    query = read_query("in the channel")
    assert (query.object, query.acts) == ("channel", READING)


def test_how_long_something_lasts_says_nothing_of_the_function() -> None:
    assert [concept.word for concept in read_query("알림을 30분 동안 꺼 줘").concepts] == ["알림", "꺼"]


def test_adjusting_is_setting() -> None:
    assert "set" in read_query("볼륨을 40으로 맞춰 줘").tokens
