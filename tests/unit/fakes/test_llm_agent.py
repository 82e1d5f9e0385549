import json
from dataclasses import replace
from typing import Any

import pytest

from madang.fakes.llm.agent import answer, arguments_from
from madang.fakes.llm.values import Call, ModelRequest, Reply, Text, Tool, ToolChoice

ARTICLE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "title": {"type": "string"},
        "body": {"type": "string"},
        "section": {"type": "string"},
        "page_size": {"type": "integer"},
        "pinned": {"type": "boolean"},
    },
    "required": ["title", "body"],
}
TOOLS = (
    Tool(name="articles_create", description="Write an article to a section", parameters=ARTICLE),
    Tool(name="listComments", description="댓글 목록을 조회"),
)


def asked(text: str, **changes: Any) -> ModelRequest:
    return replace(ModelRequest(model="m", user_text=text, tools=TOOLS), **changes)


def called(reply: Reply) -> tuple[str, Any] | None:
    part = reply.parts[0]
    return (part.name, json.loads("".join(part.pieces))) if isinstance(part, Call) else None


def told(reply: Reply) -> str:
    part = reply.parts[0]
    assert isinstance(part, Text)
    return "".join(part.pieces)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Please create something", "articles_create"),
        ("Write to the section", "articles_create"),
        ("list all comments", "listComments"),
        ("댓글을 목록으로 보여 줘", "listComments"),
        ("What is the weather?", None),
        ("write", None),
    ],
)
def test_the_tool_whose_words_are_in_the_text_is_called(text: str, name: str | None) -> None:
    call = called(answer(asked(text)))
    assert (call[0] if call else None) == name


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ('titled "Hello" with body "World"', {"title": "Hello", "body": "World"}),
        ("title: Hello there, body=World; page size: 20", {"title": "Hello there", "body": "World", "page_size": 20}),
        ("write “Hello” and 'World' please", {"title": "Hello", "body": "World"}),
        ('"World" as body: "it", section: news', {"title": "World", "body": "it", "section": "news"}),
        ("pinned: true, page_size: many", {"pinned": True, "page_size": "many"}),
        ("it's what you'd call nothing", {}),
    ],
)
def test_arguments_are_what_the_text_states(text: str, arguments: dict[str, Any]) -> None:
    assert arguments_from(text, ARTICLE) == arguments


def test_a_result_is_told() -> None:
    assert told(answer(asked("create", results=("first", "all done")))) == "Result: all done"


def test_nothing_that_fits_is_said_so() -> None:
    assert told(answer(asked("What is the weather?"))) == "No tool fits. You said: What is the weather?"


def test_the_choice_of_the_request_is_followed() -> None:
    assert called(answer(asked("create", choice=ToolChoice(kind="none")))) is None
    assert called(answer(asked("weather", choice=ToolChoice(kind="required")))) == ("articles_create", {})
    named = ToolChoice(kind="required", name="listComments")
    assert called(answer(asked("create", choice=named))) == ("listComments", {})


def test_json_is_answered_where_json_is_wanted() -> None:
    reply = answer(asked("title: Hello", tools=(), wants_json=True, output_schema=ARTICLE))
    assert json.loads(told(reply)) == {"title": "Hello"}
