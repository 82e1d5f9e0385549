"""What the composer takes from earlier results of a conversation."""

from collections.abc import Callable

import pytest

from madang.agent.subagents.ports import Composition, EarlierResult
from madang.effects.values import Provenance
from madang.kit.json import JsonObject, JsonValue

Composing = Callable[..., Composition]

FOUND = EarlierResult(
    key="t1/c1",
    function="bbs.articles.search",
    connection="con_1",
    value={"items": [{"id": "art_1", "title": "One"}, {"id": "art_2", "title": "Two"}, {"id": "art_3"}], "next": None},
)
MADE = EarlierResult(
    key="t2/c1", function="bbs.articles.create", connection="con_1", value={"id": "art_9", "title": "Nine"}
)
ISSUES: JsonValue = [
    {"id": 900, "number": 7, "title": "Bug", "repository": {"name": "hello", "owner": {"login": "octo"}}},
    {"id": 901, "number": 8, "title": "Typo"},
]


@pytest.mark.parametrize(
    ("text", "article", "path"),
    [
        ("show me the first one", "art_1", "/items/0/id"),
        ("show the second article", "art_2", "/items/1/id"),
        ("read the last article", "art_3", "/items/2/id"),
        ("두 번째 글을 보여 줘", "art_2", "/items/1/id"),
        ("첫 번째 글", "art_1", "/items/0/id"),
        ("2번째 글을 보여 줘", "art_2", "/items/1/id"),
        ("마지막 글을 읽어 줘", "art_3", "/items/2/id"),
    ],
)
def test_an_ordinal_takes_the_item_of_a_list(text: str, article: str, path: str, composed: Composing) -> None:
    said = composed("bbs articles.get", text, [FOUND])

    assert said.arguments == {"article_id": article}
    assert said.provenance == {"article_id": Provenance(kind="result", key="t1/c1", connection="con_1", path=path)}


@pytest.mark.parametrize(
    "text",
    ["show that article", "show it", "그 글을 보여 줘", "방금 올린 글을 보여 줘", "그거 보여 줘", "이 글 보여 줘"],
)
def test_a_pronoun_takes_the_newest_thing(text: str, composed: Composing) -> None:
    said = composed("bbs articles.get", text, [MADE, FOUND])

    assert said.arguments == {"article_id": "art_9"}
    assert said.provenance["article_id"] == Provenance(kind="result", key="t2/c1", connection="con_1", path="/id")


@pytest.mark.parametrize("text", ["show that article", "그 글을 보여 줘", "show the fourth article", "네 번째 글"])
def test_of_several_things_none_is_guessed(text: str, composed: Composing) -> None:
    assert composed("bbs articles.get", text, [FOUND]).arguments == {}


@pytest.mark.parametrize("text", ["show that article", "두 번째 글을 보여 줘", "delete it"])
def test_without_an_earlier_result_nothing_is_taken(text: str, composed: Composing) -> None:
    assert composed("bbs articles.get", text).arguments == {}


def test_what_words_state_goes_before_an_earlier_result(composed: Composing) -> None:
    said = composed("bbs comments.create", 'comment "Nice" on that article by minji', [MADE])

    assert said.arguments == {"article_id": "art_9", "body": "Nice", "writer": "minji"}
    assert said.provenance["writer"] == Provenance(kind="user")
    assert said.provenance["article_id"].kind == "result"


def test_a_number_is_taken_where_the_field_is_a_number(composed: Composing) -> None:
    earlier = EarlierResult(key="t1/c1", function="github.issues.list_for_repo", connection="c", value=ISSUES)

    said = composed("github issues.create_comment", 'comment "Thanks" on the first issue', [earlier])

    assert said.arguments == {"owner": "octo", "repo": "hello", "issue_number": 7, "body": "Thanks"}


def test_another_kind_of_thing_is_not_taken(composed: Composing) -> None:
    other: JsonObject = {"id": "cus_1", "name": "Jane"}
    earlier = EarlierResult(key="t1/c1", function="stripe.customers.create", connection="c", value=other)

    assert composed("bbs articles.get", "show that article", [earlier]).arguments == {}


def test_a_title_of_an_earlier_result_is_not_copied(composed: Composing) -> None:
    said = composed("bbs articles.update", "change that article", [MADE])

    assert said.arguments == {"article_id": "art_9"}
