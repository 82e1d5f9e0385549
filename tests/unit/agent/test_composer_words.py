"""What the composer without a model takes from words, over functions of real documents, and what it never takes."""

import json
import re
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from madang.agent.subagents.composer_words import compose
from madang.agent.subagents.ports import Composition
from madang.effects.values import Provenance
from madang.kit.json import JsonObject
from madang.schema.arguments import CompiledArguments
from madang.schema.functions import Function

Composing = Callable[..., Composition]
CREATE = "bbs articles.create"
NOW = datetime(2026, 11, 26, 11, 30, tzinfo=timezone(timedelta(hours=9)))


def cases() -> Iterator[tuple[str, str, JsonObject]]:
    function = ""
    for line in (Path(__file__).parent / "stated.txt").read_text("utf-8").splitlines():
        heading = re.fullmatch(r"\[(.+)\]", line)
        if heading:
            function = heading[1]
        elif line and not line.startswith("#"):
            text, _, arguments = line.rpartition(" => ")
            yield function, text, json.loads(arguments)


@pytest.mark.parametrize(("function", "text", "arguments"), [pytest.param(*each, id=each[1]) for each in cases()])
def test_words_state_these_arguments_and_no_others(
    function: str, text: str, arguments: JsonObject, composed: Composing
) -> None:
    assert composed(function, text).arguments == arguments


def test_the_table_has_enough_of_both_languages() -> None:
    texts = [text for _, text, _ in cases()]
    korean = [text for text in texts if re.search("[가-힣]", text)]

    assert len(texts) >= 140
    assert len(korean) >= 50


def test_what_words_say_comes_from_the_user(composed: Composing) -> None:
    said = composed(CREATE, 'Post an article titled "Hello" by sam')

    assert said.provenance == {"title": Provenance(kind="user"), "writer": Provenance(kind="user")}


@pytest.mark.parametrize(
    "text",
    [
        "post it with password hunter2 by sam",
        "비밀번호 hunter2로 글을 올려 줘",
        "password: hunter2, title: Hello",
        'password="hunter2"',
        '{"title": "Hello", "password": "hunter2"}',
        "the password is hunter2",
        "비밀번호는 hunter2",
    ],
)
def test_what_only_a_person_gives_is_never_taken_and_fills_no_other_argument(text: str, composed: Composing) -> None:
    said = composed(CREATE, text)

    assert "hunter2" not in json.dumps(said.arguments)


def test_a_secret_that_is_not_marked_but_write_only_is_not_taken(composed: Composing) -> None:
    assert composed("petstore booking.create", "card pin 1234, 2 guests").arguments == {"guests": 2}


def test_json_that_is_no_object_of_arguments_is_only_text(composed: Composing) -> None:
    said = composed("github issues.create", 'open an issue in octo/hello titled "Bug" with body \'{"a": [1]}\'')

    assert said.arguments == {"owner": "octo", "repo": "hello", "title": "Bug", "body": '{"a": [1]}'}


def test_json_whose_keys_are_arguments_is_taken_as_given(composed: Composing) -> None:
    said = composed(
        "github issues.create", 'do it: {"owner": "octo", "repo": "hello", "title": 5, "labels": ["a"]} now'
    )

    assert said.arguments == {"owner": "octo", "repo": "hello", "title": 5, "labels": ["a"]}


@pytest.mark.parametrize(
    "piece",
    [
        "«",
        "'a ",
        '"',
        "{",
        '{"a":',
        "1,",
        "a.b@",
        "가a",
        "title: ",
        "오전 3시 ",
        "last ",
        "the ",
        "저장소 x ",
        "그 만든 ",
    ],
)
def test_a_text_four_times_as_long_takes_no_more_than_about_four_times(piece: str, composed: Composing) -> None:
    def once(text: str) -> float:
        started = time.process_time()
        composed("github issues.list_for_repo", text)
        return time.process_time() - started

    def seconds(length: int) -> float:
        """The best of three: what else the process does, as collecting garbage, is not meant."""
        return min(once(piece * (length // len(piece))) for _ in range(3))

    assert seconds(6_000) < 10 * seconds(1_500) + 0.1


def test_a_quotation_of_100_kb_is_one_value(composed: Composing) -> None:
    body = "by sam to section news " * 4_500

    said = composed(CREATE, f'Post an article titled "Long" with body "{body}" to general')

    assert said.arguments == {"title": "Long", "body": body, "section": "general"}


@pytest.mark.parametrize(("function", "text"), [pytest.param(*each[:2], id=each[1]) for each in cases()])
def test_what_is_taken_fits_the_schema_but_for_what_is_missing(
    function: str, text: str, composed: Composing, function_named: Callable[[str], tuple[Function, CompiledArguments]]
) -> None:
    errors = function_named(function)[1].validate(composed(function, text).arguments)

    assert [error for error in errors if error.code != "required"] == []


@pytest.mark.parametrize("text", ["github에서 사용자 정보를 보여 줘", "show a profile on GitHub"])
def test_the_name_of_the_connector_is_no_value(
    text: str, function_named: Callable[[str], tuple[Function, CompiledArguments]]
) -> None:
    function, compiled = function_named("github users.get_by_username")

    assert compose(function, compiled, text, now=NOW, connector="github").arguments == {}
