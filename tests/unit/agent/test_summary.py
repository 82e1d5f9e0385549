"""What the answer without a model says, whole texts, in English and Korean."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from madang.agent.summary import (
    Language,
    language_of,
    nothing_fits,
    summarise,
)
from madang.catalog.values import CatalogFunction, FunctionSummary
from madang.kit.json import JsonObject, JsonValue
from madang.schema.arguments import CompiledArguments
from madang.schema.functions import Function

Named = Callable[[str], tuple[Function, CompiledArguments]]

ARTICLE: JsonObject = {
    "id": "art_1",
    "section": "general",
    "writer": "sam",
    "title": "Hello",
    "body": "World",
    "created_at": "2026-11-26T02:05:00.123Z",
    "url": "https://example.com/art_1",
    "password": "hunter2",
    "files": [],
}


def catalog_function(function: Function, connector: str = "bbs") -> CatalogFunction:
    return CatalogFunction(
        id="fn_1",
        connector_id="con_1",
        connector=connector,
        version=1,
        function=function,
        schemas={},
        security_schemes=(),
        servers=(),
    )


@pytest.fixture
def says(function_named: Named) -> Callable[..., str]:
    def say(name: str, value: JsonValue, language: Language = "en", *, state: str = "done", **more: JsonValue) -> str:
        function = catalog_function(function_named(name)[0], name.partition(" ")[0])
        outcome: JsonObject = {"status": 200, "media_type": "application/json", "value": value, **more}
        return summarise(function, state, outcome, language)

    return say


Says = Callable[..., str]


def test_a_created_thing_is_told_by_its_name_id_and_telling_members(says: Says) -> None:
    assert says("bbs articles.create", ARTICLE) == (
        "Created **Hello** (`art_1`).\n\n"
        "- section: general\n- writer: sam\n- body: World\n- created at: November 26, 2026 02:05 UTC"
    )


def test_the_same_in_korean_with_the_particle_of_the_name(says: Says) -> None:
    assert says("bbs articles.create", ARTICLE, "ko") == (
        "**Hello** (`art_1`)를 만들었습니다.\n\n"
        "- section: general\n- writer: sam\n- body: World\n- created at: 2026년 11월 26일 02:05 UTC"
    )


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("공지", "**공지** (`1`)를 만들었습니다."),
        ("회의록", "**회의록** (`1`)을 만들었습니다."),
        ("Team", "**Team** (`1`)을 만들었습니다."),
        ("password", "**password** (`1`)를 만들었습니다."),
        ("3", "**3** (`1`)을 만들었습니다."),
        ("2", "**2** (`1`)를 만들었습니다."),
    ],
)
def test_korean_particles_agree_with_what_is_before_them(name: str, said: str, says: Says) -> None:
    assert says("bbs articles.create", {"id": 1, "title": name}, "ko") == said


def test_a_list_says_how_many_and_names_the_first(says: Says) -> None:
    items: list[JsonValue] = [{"id": f"art_{n}", "title": f"T{n}", "body": "x"} for n in range(1, 1008)]

    assert says("bbs articles.search", {"items": items, "next": None}) == (
        "1,007 found:\n\n- **T1** (`art_1`)\n- **T2** (`art_2`)\n- **T3** (`art_3`)\n- **T4** (`art_4`)\n"
        "- **T5** (`art_5`)\n\n1,002 more."
    )
    assert says("bbs articles.search", {"items": items[:2]}, "ko") == (
        "2건입니다.\n\n- **T1** (`art_1`)\n- **T2** (`art_2`)"
    )


def test_a_page_says_how_many_there_are_in_all(says: Says) -> None:
    page: JsonObject = {
        "total_count": 4200,
        "incomplete_results": False,
        "items": [{"id": 1, "full_name": "octo/hello"}],
    }

    assert says("github search.repos", page) == "1 of 4,200:\n\n- **octo/hello** (`1`)"
    assert says("github search.repos", page, "ko") == "모두 4,200건 중 1건입니다.\n\n- **octo/hello** (`1`)"


def test_numbers_of_issues_stand_as_people_write_them(says: Says) -> None:
    assert (
        says("github issues.list_for_repo", [{"id": 9, "number": 5, "title": "Bug"}]) == "1 found:\n\n- **Bug** (`#5`)"
    )


@pytest.mark.parametrize("value", [[], {"items": []}, {"data": [], "paging": {}}])
def test_an_empty_list_is_said_to_be_empty(value: JsonValue, says: Says) -> None:
    assert says("bbs articles.search", value) == "Nothing was found: the list is empty."
    assert says("bbs articles.search", value, "ko") == "찾은 것이 없습니다. 빈 목록입니다."


def test_things_without_a_name_are_told_by_their_members(says: Says) -> None:
    rows: JsonValue = [{"amount": 12500, "currency": "krw"}, {"amount": 3, "currency": "usd"}]

    assert says("stripe v1.get_charges", rows) == (
        "2 found:\n\n- amount: 12,500, currency: krw\n- amount: 3, currency: usd"
    )


def test_one_thing_inside_an_envelope_is_found(says: Says) -> None:
    value: JsonObject = {"data": {"user": {"login": "octocat", "id": 1, "followers": 20000, "node_id": "MDQ="}}}

    assert says("github users.get_by_username", value) == "**octocat** (`1`)\n\n- followers: 20,000"


@pytest.mark.parametrize(
    ("value", "english", "korean"),
    [
        (12345, "The answer is 12,345.", "답은 12,345입니다."),
        (True, "The answer is yes.", "답은 예입니다."),
        (2.5, "The answer is 2.5.", "답은 2.5입니다."),
        ("pong", "The answer is pong.", "답은 pong입니다."),
        ("2026-11-03", "The answer is November 3, 2026.", "답은 2026년 11월 3일입니다."),
        ("one\ntwo", "The answer is text:\n\n> one\n> two", "답은 글입니다.\n\n> one\n> two"),
    ],
)
def test_plain_values_are_told_as_they_are(value: JsonValue, english: str, korean: str, says: Says) -> None:
    assert says("bbs articles.get", value) == english
    assert says("bbs articles.get", value, "ko") == korean


def test_a_file_is_told_by_name_kind_and_size(says: Says) -> None:
    file: JsonObject = {"$file": {"name": "a.pdf", "media_type": "application/pdf", "data": "aGVsbG8="}}

    assert says("bbs articles.get", file) == "The answer is a file: a.pdf, application/pdf, 5 B."


@pytest.mark.parametrize(
    ("name", "english", "korean"),
    [
        ("bbs articles.delete", "Deleted.", "삭제했습니다."),
        ("bbs articles.update", "Updated.", "바꿨습니다."),
        ("docker container.logs", "Done. The answer has no content.", "했습니다. 응답에 내용은 없습니다."),
    ],
)
def test_no_content_says_what_was_done(name: str, english: str, korean: str, says: Says) -> None:
    assert says(name, None) == english
    assert says(name, None, "ko") == korean


def test_a_failure_says_what_the_api_said_and_where(says: Says) -> None:
    problem: JsonObject = {
        "type": "urn:problem:invalid",
        "title": "Invalid",
        "detail": "The article is not valid",
        "errors": [{"pointer": "/section", "code": "too-long", "message": "at most 50 characters"}],
    }

    assert says("bbs articles.create", problem, state="failed", status=422) == (
        "bbs refused it with status 422: The article is not valid.\n\n- `section`: at most 50 characters"
    )
    assert says("bbs articles.create", problem, "ko", state="failed", status=422) == (
        "bbs가 상태 422로 거절했습니다: The article is not valid.\n\n- `section`: at most 50 characters"
    )


@pytest.mark.parametrize(
    ("status", "value", "said"),
    [
        (
            404,
            {"message": "Not Found", "documentation_url": "https://x"},
            "github refused it with status 404: Not Found.",
        ),
        (401, {"error": {"message": "No such key", "type": "x"}}, "github refused it with status 401: No such key."),
        (400, {"errors": [{"detail": "bad"}, {"detail": "worse"}]}, "github refused it with status 400: bad."),
        (500, "<html><body>Oops</body></html>", "github refused it with status 500 and did not say why."),
        (429, None, "github refused it with status 429 and did not say why."),
    ],
)
def test_the_message_of_a_failure_is_found_in_any_usual_place(
    status: int, value: JsonValue, said: str, says: Says
) -> None:
    assert says("github issues.create", value, state="failed", status=status).splitlines()[0] == said


def test_a_failure_of_the_server_advises_to_try_later(says: Says) -> None:
    assert says("github issues.create", None, "ko", state="failed", status=503) == (
        "github가 상태 503으로 거절했고, 까닭은 말하지 않았습니다.\n\ngithub 쪽의 장애입니다. 나중에 다시 해 보세요."
    )


@pytest.mark.parametrize(
    ("state", "outcome", "english", "korean"),
    [
        ("failed", {"reason": "the address was refused"}, "It was not done: the address was refused.",
         "하지 못했습니다: the address was refused."),
        ("rejected", {"reason": "rejected"}, "Nothing was called: it was rejected.",
         "거절되어 아무것도 부르지 않았습니다."),
        ("rejected", {"reason": "the form was cancelled"}, "Nothing was called: the form was cancelled.",
         "양식이 취소되어 아무것도 부르지 않았습니다."),
        ("invalid", {}, "Nothing was called: the arguments are not valid.", "인수가 맞지 않아 부르지 않았습니다."),
        ("doubt", {"reason": "the answer was cut off"},
         "Nobody knows whether this happened: the answer was cut off. Say whether it did, or have it done again.",
         "이 일이 일어났는지 알 수 없습니다: the answer was cut off. 일어났는지 알려 주거나, 다시 하게 해 주세요."),
    ],
)  # fmt: skip
def test_other_ends_say_what_became_of_it(
    state: str, outcome: JsonObject, english: str, korean: str, function_named: Named
) -> None:
    function = catalog_function(function_named("bbs articles.create")[0])

    assert summarise(function, state, outcome, "en") == english
    assert summarise(function, state, outcome, "ko") == korean


def test_a_large_result_says_how_large_and_shows_its_beginning(function_named: Named) -> None:
    function = catalog_function(function_named("bbs articles.search")[0])
    stored: JsonObject = {
        "id": "res_1", "bytes": 10_240_000, "kind": "array", "items": 5000,
        "preview": [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}], "media_type": "application/json", "name": None,
    }  # fmt: skip

    assert summarise(function, "done", {"status": 200, "stored": stored}, "en") == (
        "The answer is large (10.2 MB, 5,000 items) and is kept whole. Its beginning:\n\n"
        "- **a** (`1`)\n- **b** (`2`)\n\n4,998 more."
    )
    assert summarise(function, "done", {"status": 200, "stored": stored}, "ko").startswith(
        "답이 커서(10.2 MB, 항목 5,000개) 통째로 보관했습니다."
    )


def test_a_result_that_counts_as_done_says_so(says: Says) -> None:
    assert says("bbs articles.update", None, is_assumed=True) == (
        "Updated.\n\nIt counts as done, as the check after it showed or a person said."
    )


def test_what_a_result_says_becomes_no_link_image_or_markup(says: Says) -> None:
    text = says(
        "bbs articles.create",
        {"id": "1", "title": "![x](http://evil.example/a.png) <b>", "body": "see https://evil.example/x [y](z)"},
    )

    assert "](" not in text.replace("\\](", "")
    assert "<b>" not in text.replace("\\<b\\>", "")
    assert "`http://evil.example/a.png)`" in text or "`http://evil.example/a.png`" in text


@pytest.mark.parametrize(
    "value",
    [
        ARTICLE,
        [{"password": "hunter2"}],
        {"items": [{"name": "x", "api_key": "hunter2", "token": "hunter2"}]},
        {"credential": "hunter2"},
        {"client_secret": "hunter2", "status": "ok"},
    ],
)
def test_secrets_of_a_result_are_not_repeated(value: JsonValue, says: Says) -> None:
    assert "hunter2" not in says("bbs articles.create", value)


def test_what_only_a_person_gives_is_not_repeated_under_its_own_name(function_named: Named) -> None:
    function = function_named("bbs articles.create")[0]
    marked = replace(function, arguments=[replace(each, is_human=each.name == "writer") for each in function.arguments])

    text = summarise(catalog_function(marked), "done", {"status": 200, "value": ARTICLE}, "en")

    assert "sam" not in text


def summary(name: str, title: str) -> FunctionSummary:
    return FunctionSummary(
        id="f", connector_id="c", connector="bbs", name=name, model_name=name, method="GET", path="/", title=title,
        effect="safe", is_deprecated=False,
    )  # fmt: skip


def test_nothing_fits_names_the_nearest() -> None:
    nearest = [summary("articles.search", "Search articles"), summary("articles.get", "Read an article")]

    assert nothing_fits(nearest, "en") == (
        "No function does this. The nearest are:\n\n- `bbs.articles.search`: Search articles\n"
        "- `bbs.articles.get`: Read an article"
    )
    assert nothing_fits([], "ko") == "이 일을 하는 기능이 없습니다. 그런 커넥터를 추가하거나, 다른 말로 해 보세요."


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("list the issues of repo x", "en"),
        ("이슈 목록을 보여 줘", "ko"),
        ('post an article titled "안녕"', "en"),
        ('general 게시판에 제목 "Hello"', "ko"),
        ('"안녕"', "ko"),
        ("", "en"),
        ("123", "en"),
    ],
)
def test_the_language_is_that_of_the_words_around_quotations(text: str, language: str) -> None:
    assert language_of(text) == language
