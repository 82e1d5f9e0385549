"""The wire of both vendors, whole values compared."""

import json
from typing import Any

import pytest

from madang.fakes.llm.anthropic import Anthropic
from madang.fakes.llm.openai import OpenAI
from madang.fakes.llm.reading import read_script
from madang.fakes.llm.values import ModelRequest, Reply, ToolChoice
from madang.fakes.llm.wire import BadRequestError, Cut, Data, Dialect, Head, Identity, Step, Wait, play

IDENTITY = Identity(number=7, created=1_800_000_000)
Json = dict[str, Any]
VERSION = {"anthropic-version": "2023-06-01"}
TOOL = {"type": "object", "properties": {"a": {"type": "integer"}}}
BOTH = pytest.mark.parametrize("dialect", [OpenAI(), Anthropic()])


def reply(*say: dict[str, Any], **more: Any) -> Reply:
    return read_script({"turns": [{"say": list(say)} | more]}).turns[0].reply


def steps(dialect: Dialect, answer: Reply, **request: Any) -> list[Step]:
    return list(play(dialect, ModelRequest(model="m", input_tokens=5, **request), answer, IDENTITY))


def whole(dialect: Dialect, answer: Reply) -> Any:
    head, body = steps(dialect, answer)
    assert isinstance(head, Head)
    assert isinstance(body, Data)
    assert head.headers["content-length"] == str(len(body.data))
    return json.loads(body.data)


def events(dialect: Dialect, answer: Reply, **request: Any) -> list[Any]:
    """The events of a stream, those of Anthropic checked for their name, `[DONE]` as a text."""
    text = b"".join(step.data for step in steps(dialect, answer, is_stream=True, **request) if isinstance(step, Data))
    found: list[Any] = []
    for block in text.decode().removesuffix("\n\n").split("\n\n"):
        name, _, line = block.rpartition("\n")
        data = line.removeprefix("data: ")
        found.append(data if data == "[DONE]" else json.loads(data))
        assert name == (f"event: {found[-1]['type']}" if isinstance(dialect, Anthropic) else "")
    return found


CALLS = reply({"text": "On it."}, {"call": "f", "arguments": {"a": 1}, "pieces": 2}, {"call": "g"})


def test_openai_answers_a_whole_completion_with_parallel_calls() -> None:
    assert whole(OpenAI(), CALLS) == {
        "id": "chatcmpl-00000007",
        "object": "chat.completion",
        "created": 1_800_000_000,
        "model": "m",
        "service_tier": "default",
        "system_fingerprint": "fp_scripted",
        "choices": [
            {
                "index": 0,
                "message": {
                    "role": "assistant",
                    "content": "On it.",
                    "refusal": None,
                    "annotations": [],
                    "tool_calls": [
                        {
                            "id": "call_00000007_0",
                            "type": "function",
                            "function": {"name": "f", "arguments": '{"a": 1}'},
                        },
                        {"id": "call_00000007_1", "type": "function", "function": {"name": "g", "arguments": "{}"}},
                    ],
                },
                "logprobs": None,
                "finish_reason": "tool_calls",
            }
        ],
        "usage": {
            "prompt_tokens": 5,
            "completion_tokens": 4,
            "total_tokens": 9,
            "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
        },
    }


def test_openai_has_no_content_where_only_calls_are_said() -> None:
    message = whole(OpenAI(), reply({"call": "f"}))["choices"][0]["message"]
    assert message["content"] is None
    assert whole(OpenAI(), reply())["choices"][0]["message"]["content"] == ""


def test_openai_streams_calls_in_fragments_and_then_the_usage() -> None:
    chunks = events(OpenAI(), CALLS, wants_usage=True)
    assert chunks.pop() == "[DONE]"
    assert {(chunk["id"], chunk["object"], chunk["model"]) for chunk in chunks} == {
        ("chatcmpl-00000007", "chat.completion.chunk", "m")
    }
    last = chunks.pop()
    assert (last["choices"], last["usage"]["total_tokens"]) == ([], 9)
    assert all(chunk["usage"] is None for chunk in chunks)
    choices = [chunk["choices"][0] for chunk in chunks]
    assert [choice["delta"] for choice in choices] == [
        {"role": "assistant", "content": "", "refusal": None},
        {"content": "On "},
        {"content": "it."},
        _opened(0, "f"),
        {"tool_calls": [{"index": 0, "function": {"arguments": '{"a"'}}]},
        {"tool_calls": [{"index": 0, "function": {"arguments": ": 1}"}}]},
        _opened(1, "g"),
        {"tool_calls": [{"index": 1, "function": {"arguments": "{"}}]},
        {"tool_calls": [{"index": 1, "function": {"arguments": "}"}}]},
        {},
    ]
    assert [choice["finish_reason"] for choice in choices] == [None] * 9 + ["tool_calls"]


def _opened(index: int, name: str) -> Any:
    call = {"id": f"call_00000007_{index}", "type": "function", "function": {"name": name, "arguments": ""}}
    return {"tool_calls": [{"index": index} | call]}


def test_openai_tells_no_usage_unasked() -> None:
    chunks = events(OpenAI(), reply({"text": "Hi"}))
    assert len(chunks) == 4
    assert not any("usage" in chunk for chunk in chunks[:-1])


def test_anthropic_answers_a_whole_message_with_parallel_calls() -> None:
    assert whole(Anthropic(), CALLS) == {
        "id": "msg_00000007",
        "type": "message",
        "role": "assistant",
        "model": "m",
        "content": [
            {"type": "text", "text": "On it."},
            {"type": "tool_use", "id": "toolu_00000007_0", "name": "f", "input": {"a": 1}},
            {"type": "tool_use", "id": "toolu_00000007_1", "name": "g", "input": {}},
        ],
        "stop_reason": "tool_use",
        "stop_sequence": None,
        "usage": {
            "input_tokens": 5,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 0,
            "output_tokens": 4,
            "service_tier": "standard",
        },
    }


def test_anthropic_streams_blocks_with_their_start_deltas_and_stop() -> None:
    found = events(Anthropic(), reply({"text": "On it."}, {"call": "f", "arguments": {"a": 1}, "pieces": 2}))
    start = found.pop(0)
    assert start["type"] == "message_start"
    assert start["message"] == {
        "id": "msg_00000007",
        "type": "message",
        "role": "assistant",
        "model": "m",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {
            "input_tokens": 5,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 0,
            "output_tokens": 1,
            "service_tier": "standard",
        },
    }
    tool: Json = {"type": "tool_use", "id": "toolu_00000007_0", "name": "f", "input": {}}
    assert found == [
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "ping"},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "On "}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "it."}},
        {"type": "content_block_stop", "index": 0},
        {"type": "content_block_start", "index": 1, "content_block": tool},
        {"type": "content_block_delta", "index": 1, "delta": {"type": "input_json_delta", "partial_json": ""}},
        {"type": "content_block_delta", "index": 1, "delta": {"type": "input_json_delta", "partial_json": '{"a"'}},
        {"type": "content_block_delta", "index": 1, "delta": {"type": "input_json_delta", "partial_json": ": 1}"}},
        {"type": "content_block_stop", "index": 1},
        {
            "type": "message_delta",
            "delta": {"stop_reason": "tool_use", "stop_sequence": None},
            "usage": {"output_tokens": 4},
        },
        {"type": "message_stop"},
    ]


def test_anthropic_holds_broken_arguments_as_a_text_where_they_are_not_streamed() -> None:
    broken = reply({"call": "f", "arguments_text": "{a"}, {"call": "f", "arguments_text": ""})
    assert [block["input"] for block in whole(Anthropic(), broken)["content"]] == ["{a", {}]


@pytest.mark.parametrize(
    ("finish", "openai", "anthropic"),
    [
        (None, "stop", "end_turn"),
        ("stop", "stop", "end_turn"),
        ("length", "length", "max_tokens"),
        ("calls", "tool_calls", "tool_use"),
        ("refused", "content_filter", "refusal"),
    ],
)
def test_the_reason_to_end_is_said_in_the_words_of_the_vendor(finish: str | None, openai: str, anthropic: str) -> None:
    answer = reply({"text": "Hi"}, finish=finish)
    assert whole(OpenAI(), answer)["choices"][0]["finish_reason"] == openai
    assert events(OpenAI(), answer)[-2]["choices"][0]["finish_reason"] == openai
    assert whole(Anthropic(), answer)["stop_reason"] == anthropic
    assert events(Anthropic(), answer)[-2]["delta"]["stop_reason"] == anthropic


@BOTH
def test_ids_may_repeat_and_tools_may_be_unknown(dialect: Dialect) -> None:
    text = json.dumps(whole(dialect, reply({"call": "none_such", "id": "x"}, {"call": "f", "id": "x"})))
    assert text.count('"id": "x"') == 2
    assert '"name": "none_such"' in text


@BOTH
@pytest.mark.parametrize("is_stream", [True, False])
def test_an_error_in_the_first_place_is_a_status_with_the_header_to_come_back(
    dialect: Dialect, is_stream: bool
) -> None:
    head, body = steps(dialect, reply({"fail": 429, "retry_after": 2, "message": "slow"}), is_stream=is_stream)
    assert isinstance(head, Head)
    assert isinstance(body, Data)
    assert (head.status, head.headers["retry-after"]) == (429, "2")
    assert json.loads(body.data)["error"]["message"] == "slow"


@pytest.mark.parametrize(
    ("status", "openai", "anthropic"),
    [
        (400, ("invalid_request_error", None), "invalid_request_error"),
        (401, ("invalid_request_error", "invalid_api_key"), "authentication_error"),
        (429, ("rate_limit_exceeded", "rate_limit_exceeded"), "rate_limit_error"),
        (500, ("server_error", None), "api_error"),
        (529, ("server_error", None), "overloaded_error"),
    ],
)
def test_errors_have_the_body_of_the_vendor(status: int, openai: tuple[str, str | None], anthropic: str) -> None:
    answer = reply({"fail": status, "message": "no"})
    kind, code = openai
    assert whole(OpenAI(), answer) == {"error": {"message": "no", "type": kind, "param": None, "code": code}}
    assert whole(Anthropic(), answer) == {
        "type": "error",
        "error": {"type": anthropic, "message": "no"},
        "request_id": "req_00000007",
    }


@BOTH
def test_an_error_after_the_first_piece_stands_in_the_stream_and_ends_it(dialect: Dialect) -> None:
    found = events(dialect, reply({"text": "Hi"}, {"fail": 529, "message": "no"}, {"text": "never"}))
    assert found[-1]["error"]["message"] == "no"
    assert "never" not in json.dumps(found)


@BOTH
def test_a_hang_is_a_wait_at_its_place(dialect: Dialect) -> None:
    answer = reply({"hang": 1}, {"text": "a b", "pause_seconds": 0.5}, {"hang": "forever"})
    found = [step for step in steps(dialect, answer, is_stream=True) if not isinstance(step, Data) or step.is_piece]
    assert [step.seconds if isinstance(step, Wait) else type(step) for step in found] == [
        1,
        Head,
        0.5,
        Data,
        0.5,
        Data,
        None,
    ]
    waits = [step.seconds for step in steps(dialect, answer) if isinstance(step, Wait)]
    assert waits == [1, 1.0, None]


@BOTH
@pytest.mark.parametrize("after", [0, 1, 3])
def test_a_cut_comes_after_so_many_pieces(dialect: Dialect, after: int) -> None:
    found = steps(dialect, reply({"text": "a b"}, {"call": "f", "pieces": 2}, cut_after=after), is_stream=True)
    assert isinstance(found[-1], Cut)
    assert sum(isinstance(step, Data) and step.is_piece for step in found) == after


@BOTH
def test_a_whole_answer_is_cut_in_its_middle(dialect: Dialect) -> None:
    head, body, cut = steps(dialect, reply({"text": "a b"}, cut_after=1))
    assert isinstance(head, Head)
    assert isinstance(body, Data)
    assert isinstance(cut, Cut)
    assert len(body.data) == int(head.headers["content-length"]) // 2


def test_openai_requests_are_read() -> None:
    call = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{broken"}}
    body: Json = {
        "model": "m",
        "messages": [
            {"role": "system", "content": "Be brief"},
            {"role": "user", "content": "Earlier"},
            {"role": "assistant", "content": "Yes"},
            {"role": "user", "content": [{"type": "text", "text": "Go"}, {"type": "image_url", "image_url": {}}]},
            {"role": "assistant", "content": None, "tool_calls": [call, call]},
            {"role": "tool", "tool_call_id": "c1", "content": "bad"},
            {"role": "tool", "tool_call_id": "c1", "content": [{"type": "text", "text": "good"}]},
        ],
        "tools": [{"type": "function", "function": {"name": "f", "description": "F", "parameters": TOOL}}],
        "tool_choice": {"type": "function", "function": {"name": "f"}},
        "response_format": {"type": "json_schema", "json_schema": {"name": "o", "schema": TOOL}},
        "stream": True,
        "stream_options": {"include_usage": True},
        "temperature": 0.5,
    }
    asked = OpenAI().read(body, {})
    assert (asked.user_text, asked.system_text, asked.results) == ("Go", "Be brief", ("bad", "good"))
    assert [(tool.name, tool.description, tool.parameters) for tool in asked.tools] == [("f", "F", TOOL)]
    assert asked.choice == ToolChoice(kind="required", name="f")
    assert (asked.output_schema, asked.wants_json, asked.is_stream, asked.wants_usage) == (TOOL, True, True, True)


def test_anthropic_requests_are_read() -> None:
    use: Json = {"type": "tool_use", "id": "t1", "name": "f", "input": {}}
    body: Json = {
        "model": "m",
        "max_tokens": 10,
        "system": [{"type": "text", "text": "Be brief"}],
        "messages": [
            {"role": "user", "content": "Go"},
            {"role": "assistant", "content": [use]},
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1", "content": "done"}]},
        ],
        "tools": [{"name": "f", "description": "F", "input_schema": TOOL}],
        "tool_choice": {"type": "any"},
        "output_config": {"format": {"type": "json_schema", "schema": TOOL}},
        "stream": True,
    }
    asked = Anthropic().read(body, VERSION)
    assert (asked.user_text, asked.system_text, asked.results) == ("Go", "Be brief", ("done",))
    assert [(tool.name, tool.description, tool.parameters) for tool in asked.tools] == [("f", "F", TOOL)]
    assert asked.choice == ToolChoice(kind="required")
    assert (asked.output_schema, asked.wants_json, asked.is_stream) == (TOOL, True, True)


HELLO: Json = {"role": "user", "content": "Hello"}
CALLED = {
    "role": "assistant",
    "tool_calls": [{"id": "c", "type": "function", "function": {"name": "f", "arguments": ""}}],
}
USED: Json = {"role": "assistant", "content": [{"type": "tool_use", "id": "t", "name": "f", "input": {}}]}


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"messages": []}, "messages"),
        ({"model": None}, "model"),
        ({"messages": [{"role": "user"}]}, "messages.[0].content"),
        ({"messages": [HELLO, CALLED]}, "messages"),
        ({"messages": [HELLO, CALLED, HELLO]}, "messages.[2]"),
        ({"messages": [{"role": "tool", "tool_call_id": "x", "content": "y"}]}, "messages.[0].role"),
        ({"tools": [{"type": "function", "function": {"name": "a b"}}]}, "tools.0.function.name"),
        ({"stream_options": {"include_usage": True}}, "stream_options"),
        ({"tool_choice": "required"}, "tool_choice"),
        ({"response_format": {"type": "json_schema"}}, "response_format.json_schema"),
    ],
)
def test_openai_refuses_what_the_vendor_refuses(changes: dict[str, Any], param: str) -> None:
    with pytest.raises(BadRequestError) as raised:
        OpenAI().read({"model": "m", "messages": [HELLO]} | changes, {})
    assert raised.value.param == param
    assert raised.value.fail.status == 400


REFUSED: list[tuple[Json, str]] = [
    ({"max_tokens": None}, "max_tokens: "),
    ({"messages": [HELLO, USED]}, "tool_use without a tool_result"),
    ({"messages": [HELLO, USED, HELLO]}, "messages.2: tool_use without a tool_result"),
    (
        {"messages": [{"role": "user", "content": [{"type": "tool_result", "tool_use_id": "x"}]}]},
        "messages.0: tool_result without a tool_use",
    ),
    ({"tools": [{"name": "f", "input_schema": {}}] * 2}, "unique"),
    ({"tools": [{"name": "f"}]}, "tools.0.input_schema"),
    ({"tool_choice": {"type": "any"}}, "tool_choice"),
]


@pytest.mark.parametrize(("changes", "message"), REFUSED)
def test_anthropic_refuses_what_the_vendor_refuses(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(BadRequestError, match=message):
        Anthropic().read({"model": "m", "max_tokens": 1, "messages": [HELLO]} | changes, VERSION)


def test_anthropic_refuses_arguments_that_are_no_object() -> None:
    used = {"role": "assistant", "content": [{"type": "tool_use", "id": "t", "name": "f", "input": "{a"}]}
    done = {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t", "content": "no"}]}
    with pytest.raises(BadRequestError, match="valid dictionary"):
        Anthropic().read({"model": "m", "max_tokens": 1, "messages": [HELLO, used, done]}, VERSION)


def test_anthropic_wants_its_version() -> None:
    with pytest.raises(BadRequestError, match="anthropic-version"):
        Anthropic().read({"model": "m", "max_tokens": 1, "messages": [HELLO]}, {})
