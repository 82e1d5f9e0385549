from typing import Any

import pytest

from madang.fakes.llm.reading import read_script, read_script_text
from madang.fakes.llm.record import Player
from madang.fakes.llm.values import Call, Fail, Hang, ModelRequest, Reply, Text, Tool, Usage
from madang.kit.errors import InvalidError


def player(*turns: dict[str, Any], otherwise: str = "refuse") -> Player:
    return Player(read_script({"turns": list(turns), "otherwise": otherwise}))


def ask(player: Player, request: ModelRequest) -> Reply:
    received = player.receive(method="POST", path="/", query="", headers={}, body=b"{}")
    return player.answer(received, request)


def said(reply: Reply) -> str:
    return "".join(piece for part in reply.parts if isinstance(part, Text | Call) for piece in part.pieces)


def one_reply(*say: dict[str, Any], **more: Any) -> Reply:
    return read_script({"turns": [{"say": list(say)} | more]}).turns[0].reply


REQUEST = ModelRequest(
    model="m", user_text="Post an article", system_text="Be brief", tools=(Tool(name="post"), Tool(name="list"))
)


def test_turns_are_played_in_order_and_once() -> None:
    script = player({"say": [{"text": "one"}]}, {"say": [{"text": "two"}]})
    assert [said(ask(script, REQUEST)) for _ in range(2)] == ["one", "two"]
    assert script.unused == 0


def test_a_turn_may_answer_several_times_or_for_ever() -> None:
    script = player({"say": [{"text": "a"}], "times": 2}, {"say": [{"text": "b"}], "times": None})
    assert [said(ask(script, REQUEST)) for _ in range(5)] == ["a", "a", "b", "b", "b"]


def test_answers_that_nobody_asked_for_are_counted() -> None:
    script = player({"say": [], "times": 3}, {"say": [], "when": {"model": "other"}}, {"say": [], "times": None})
    ask(script, REQUEST)
    assert script.unused == 3


@pytest.mark.parametrize(
    ("when", "fits"),
    [
        ({}, True),
        ({"text_contains": "ARTICLE"}, True),
        ({"text_contains": "comment"}, False),
        ({"text_matches": "^Post .* article$"}, True),
        ({"text_matches": "^article"}, False),
        ({"system_contains": "brief"}, True),
        ({"system_contains": "long"}, False),
        ({"tools": ["post"]}, True),
        ({"tools": ["post", "delete"]}, False),
        ({"tool_results": 0}, True),
        ({"tool_results": 1}, False),
        ({"result_contains": "ok"}, False),
        ({"model": "m"}, True),
        ({"model": "n"}, False),
        ({"stream": False}, True),
        ({"stream": True}, False),
        ({"text_contains": "post", "tools": ["list"], "tool_results": 1}, False),
    ],
)
def test_a_turn_waits_for_the_request_that_it_describes(when: dict[str, Any], fits: bool) -> None:
    reply = ask(player({"when": when, "say": [{"text": "yes"}]}), REQUEST)
    assert (said(reply) == "yes") is fits


def test_results_of_tools_are_counted_and_the_last_one_is_read() -> None:
    request = ModelRequest(model="m", results=("first", "all OK"))
    assert said(ask(player({"when": {"tool_results": 2, "result_contains": "ok"}, "say": [{"text": "yes"}]}), request))
    refused = ask(player({"when": {"result_contains": "first"}, "say": [{"text": "yes"}]}), request)
    assert isinstance(refused.parts[0], Fail)


def test_a_request_without_a_turn_is_refused_with_a_status_that_is_not_retried() -> None:
    assert ask(player(), REQUEST).parts == (
        Fail(
            status=400,
            message="the script has no turn left for this request (user: 'Post an article', tool results: 0)",
        ),
    )


def test_the_agent_answers_what_the_script_leaves_to_it() -> None:
    script = player({"say": [{"text": "first"}]}, otherwise="agent")
    assert said(ask(script, REQUEST)) == "first"
    assert ask(script, REQUEST).parts == (Call(name="post", pieces=("{", "}")),)


def test_another_script_begins_anew_and_keeps_what_came_in() -> None:
    script = player({"say": [{"text": "old"}]})
    ask(script, REQUEST)
    script.play(read_script({"turns": [{"say": [{"text": "new"}]}]}))
    assert said(ask(script, REQUEST)) == "new"
    assert [received.turn for received in script.received] == [0, 0]


def test_every_kind_of_saying_is_read() -> None:
    reply = one_reply(
        {"text": "Hello my friend", "pause_seconds": 0.5},
        {"text": "ab", "pieces": ["a", "b"]},
        {"json": {"이름": 1}, "pieces": 1},
        {"call": "post", "arguments": {"a": 1}, "pieces": 2, "id": "x"},
        {"call": "post", "arguments_text": "{'a': 1}", "pieces": 1},
        {"hang": 2},
        {"hang": "forever"},
        {"fail": 429, "message": "slow", "retry_after": 1.5},
        finish="length",
        usage={"input": 10, "output": 20},
    )
    assert reply == Reply(
        parts=(
            Text(pieces=("Hello ", "my ", "friend"), pause_seconds=0.5),
            Text(pieces=("a", "b")),
            Text(pieces=('{"이름": 1}',)),
            Call(name="post", pieces=('{"a"', ": 1}"), id="x"),
            Call(name="post", pieces=("{'a': 1}",)),
            Hang(seconds=2),
            Hang(seconds=None),
            Fail(status=429, message="slow", retry_after="1.5"),
        ),
        finish="length",
        usage=Usage(input=10, output=20),
    )


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (None, '{"a": 1, "b": "x", "c": [2], "d": {}}'),
        ("wrong", '{"a": [1], "b": ["x"], "c": "wrong", "d": "wrong"}'),
        ("broken", '{"a": 1, "b": "x",'),
        ("empty", ""),
    ],
)
def test_a_fault_spoils_the_arguments_of_a_call(fault: str | None, text: str) -> None:
    arguments: dict[str, Any] = {"a": 1, "b": "x", "c": [2], "d": {}}
    assert said(one_reply({"call": "f", "arguments": arguments, "fault": fault})) == text


WRONG: list[tuple[Any, str, str]] = [
    ([], "", "valid dictionary"),
    ({"turn": []}, "/turn", "not permitted"),
    ({"turns": [{}]}, "/turns/0/say", "required"),
    ({"turns": [{"say": [{"shout": "x"}]}]}, "/turns/0/say/0", "text, json, call, hang or fail"),
    ({"turns": [{"say": [{"text": 1}]}]}, "/turns/0/say/0/text", "valid string"),
    ({"turns": [{"say": [{"text": "abc", "pieces": ["a"]}]}]}, "/turns/0/say/0", "when joined"),
    ({"turns": [{"say": [{"call": "f", "fault": "odd"}]}]}, "/turns/0/say/0/fault", "wrong"),
    ({"turns": [{"say": [{"call": "f", "arguments_text": "", "fault": "empty"}]}]}, "/turns/0/say/0", "either"),
    ({"turns": [{"say": [{"fail": 200}]}]}, "/turns/0/say/0/fail", "greater than or equal to 400"),
    ({"turns": [{"say": [], "when": {"text_matches": "("}}]}, "/turns/0/when/text_matches", "regular expression"),
    ({"turns": [{"say": [{"text": "a b"}], "cut_after": 3}]}, "/turns/0", "it has 2"),
    ({"turns": [{"say": [], "times": 0}]}, "/turns/0/times", "greater than 0"),
]


@pytest.mark.parametrize(("script", "pointer", "message"), WRONG)
def test_what_is_wrong_in_a_script_is_pointed_at(script: Any, pointer: str, message: str) -> None:
    with pytest.raises(InvalidError) as raised:
        read_script(script)
    assert raised.value.errors[0].pointer == pointer
    assert message in raised.value.errors[0].message
    assert message in raised.value.detail


def test_a_script_that_is_not_json_is_refused() -> None:
    with pytest.raises(InvalidError, match="not JSON"):
        read_script_text("{turns")


def test_a_key_is_kept_apart_and_shown_by_its_end_only() -> None:
    script = player()
    headers = {"authorization": "Bearer secret-canary-1234", "cookie": "a=b", "user-agent": "x"}
    long = script.receive(method="POST", path="/p", query="", headers=headers, body=b"not json")
    short = script.receive(method="POST", path="/p", query="", headers={"x-api-key": "abcdefg"}, body=b"{}")
    assert long.to_json() == {
        "number": 1,
        "method": "POST",
        "path": "/p",
        "query": "",
        "headers": {"user-agent": "x"},
        "has_key": True,
        "key_end": "1234",
        "body": "not json",
        "turn": None,
        "status": None,
    }
    assert "secret" not in repr(long)
    assert (short.to_json()["has_key"], short.to_json()["key_end"]) == (True, None)
