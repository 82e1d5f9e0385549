"""Messages as Anthropic writes them: requests, whole answers, events, errors."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from madang.fakes.llm.asked import asked_text, check, parse
from madang.fakes.llm.values import Call, Fail, Finish, Hang, ModelRequest, Reply, Text, Tool, ToolChoice, tokens_of
from madang.fakes.llm.wire import Data, Frame, Identity, Wait, json_bytes, waits_of
from madang.kit.json import JsonObject, JsonValue, canonical

FINISH: Mapping[Finish, str] = {
    "stop": "end_turn",
    "length": "max_tokens",
    "calls": "tool_use",
    "refused": "refusal",
}

_ERROR_TYPES: Mapping[int, str] = {
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    529: "overloaded_error",
}


class _Message(BaseModel):
    role: Literal["user", "assistant", "system"]
    content: str | list[dict[str, Any]]


class _Tool(BaseModel):
    type: Literal["custom"] | None = None
    name: Annotated[str, Field(pattern=r"^[a-zA-Z0-9_-]{1,128}$")]
    description: str = ""
    input_schema: dict[str, Any]


class _Choice(BaseModel):
    type: Literal["auto", "any", "tool", "none"]
    name: str | None = None


class _Format(BaseModel):
    type: Literal["json_schema"]
    schema_: dict[str, Any] = Field(alias="schema")


class _Output(BaseModel):
    format: _Format | None = None


class _Request(BaseModel):
    model: str
    max_tokens: Annotated[int, Field(ge=1)]
    messages: Annotated[list[_Message], Field(min_length=1)]
    system: str | list[dict[str, Any]] | None = None
    tools: list[_Tool] | None = None
    tool_choice: _Choice | None = None
    output_config: _Output | None = None
    stream: bool = False


class Anthropic:
    """The dialect of `POST /v1/messages`."""

    invalid_key = "invalid x-api-key"

    def read(self, body: object, headers: Mapping[str, str]) -> ModelRequest:
        """The neutral request. Raises BadRequestError for what the vendor refuses."""
        check("anthropic-version" in headers, "anthropic-version: header is required")
        asked = parse(_Request, body)
        _check_tools(asked)
        _check_results(asked.messages)
        last = max((i for i, m in enumerate(asked.messages) if m.role == "user" and asked_text(m.content)), default=-1)
        output = asked.output_config.format if asked.output_config else None
        return ModelRequest(
            model=asked.model,
            user_text=asked_text(asked.messages[last].content) if last >= 0 else "",
            system_text=asked_text(asked.system),
            tools=tuple(
                Tool(name=tool.name, description=tool.description, parameters=tool.input_schema)
                for tool in asked.tools or []
            ),
            choice=_choice(asked.tool_choice),
            results=tuple(
                asked_text(block.get("content"))
                for message in asked.messages[last + 1 :]
                for block in _blocks(message, "tool_result")
            ),
            output_schema=output.schema_ if output else None,
            wants_json=output is not None,
            is_stream=asked.stream,
            input_tokens=tokens_of(canonical(asked.model_dump(mode="json", include={"system", "messages", "tools"}))),
        )

    def whole(self, request: ModelRequest, reply: Reply, identity: Identity) -> JsonObject:
        """A `message`. Arguments that are no JSON stand in `input` as a text, for there is no other place for them."""
        content: list[JsonValue] = []
        calls = 0
        for part in reply.parts:
            if isinstance(part, Text):
                content.append({"type": "text", "text": "".join(part.pieces)})
            elif isinstance(part, Call):
                block = _tool_use(part, identity.call_id("toolu", part, calls), _input("".join(part.pieces)))
                content.append(block)
                calls += 1
        return {
            **_message(request, identity),
            "content": content,
            "stop_reason": FINISH[reply.get_finish()],
            "usage": _usage(request, reply),
        }

    def stream(self, request: ModelRequest, reply: Reply, identity: Identity) -> Iterator[Frame]:
        """The events from `message_start` to `message_stop`; an `error` event ends them early."""
        usage: JsonObject = {**_usage(request, reply), "output_tokens": 1}
        yield _event({"type": "message_start", "message": {**_message(request, identity), "usage": usage}})
        blocks = calls = 0
        for part in reply.parts:
            if isinstance(part, Hang):
                yield Wait(seconds=part.seconds)
                continue
            if isinstance(part, Fail):
                yield _event(self.error(part, identity))
                return
            yield from _block(part, blocks, identity.call_id("toolu", part, calls) if isinstance(part, Call) else "")
            calls += isinstance(part, Call)
            blocks += 1
        delta: JsonObject = {"stop_reason": FINISH[reply.get_finish()], "stop_sequence": None}
        output: JsonObject = {"output_tokens": reply.get_usage(request).output}
        yield _event({"type": "message_delta", "delta": delta, "usage": output})
        yield _event({"type": "message_stop"})

    def error(self, fail: Fail, identity: Identity, param: str | None = None) -> JsonObject:
        """`{"type": "error", "error": {type, message}, "request_id"}`."""
        kind = _ERROR_TYPES.get(fail.status, "api_error" if fail.status >= 500 else "invalid_request_error")
        error: JsonObject = {"type": kind, "message": fail.message}
        return {"type": "error", "error": error, "request_id": _request_id(identity)}

    def headers(self, identity: Identity) -> dict[str, str]:
        """The request id that clients show in their errors."""
        return {"request-id": _request_id(identity)}


def _check_tools(asked: _Request) -> None:
    names = [tool.name for tool in asked.tools or []]
    check(len(set(names)) == len(names), "tools: Tool names must be unique.")
    check(asked.tool_choice is None or bool(names), "tool_choice: only with tools there is a tool_choice")


def _check_results(messages: Sequence[_Message]) -> None:
    """Every tool use is answered in the next message, and nothing else is answered."""
    open_ids: set[str] = set()
    for index, message in enumerate(messages):
        answered = {str(block.get("tool_use_id")) for block in _blocks(message, "tool_result")}
        unknown, missing = answered - open_ids, open_ids - answered
        check(not unknown, f"messages.{index}: tool_result without a tool_use before it: {', '.join(sorted(unknown))}")
        check(not missing, f"messages.{index}: tool_use without a tool_result after it: {', '.join(sorted(missing))}")
        uses = _blocks(message, "tool_use")
        for use in uses:
            is_object = isinstance(use.get("input"), dict)
            check(is_object, f"messages.{index}.content.tool_use.input: Input should be a valid dictionary")
        open_ids = {str(use.get("id")) for use in uses}
    check(not open_ids, f"messages: tool_use without a tool_result after it: {', '.join(sorted(open_ids))}")


def _blocks(message: _Message, kind: str) -> list[dict[str, Any]]:
    return [block for block in message.content if isinstance(block, dict) and block.get("type") == kind]


def _choice(choice: _Choice | None) -> ToolChoice:
    if choice is None or choice.type == "auto":
        return ToolChoice()
    return ToolChoice(kind="none" if choice.type == "none" else "required", name=choice.name)


def _message(request: ModelRequest, identity: Identity) -> JsonObject:
    return {
        "id": f"msg_{identity.number:08d}",
        "type": "message",
        "role": "assistant",
        "model": request.model,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
    }


def _usage(request: ModelRequest, reply: Reply) -> JsonObject:
    usage = reply.get_usage(request)
    return {
        "input_tokens": usage.input,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
        "output_tokens": usage.output,
        "service_tier": "standard",
    }


def _tool_use(call: Call, call_id: str, value: JsonValue) -> JsonObject:
    return {"type": "tool_use", "id": call_id, "name": call.name, "input": value}


def _input(text: str) -> JsonValue:
    try:
        return json.loads(text) if text else {}
    except ValueError:
        return text


def _block(part: Text | Call, index: int, call_id: str) -> Iterator[Frame]:
    if isinstance(part, Text):
        start: JsonObject = {"type": "text", "text": ""}
    else:
        start = _tool_use(part, call_id, {})
    yield _event({"type": "content_block_start", "index": index, "content_block": start})
    if index == 0:
        yield _event({"type": "ping"})
    if isinstance(part, Call):
        yield _delta(index, part, "", is_piece=False)
    for piece, waits in waits_of(part):
        yield from waits
        yield _delta(index, part, piece, is_piece=True)
    yield _event({"type": "content_block_stop", "index": index})


def _delta(index: int, part: Text | Call, piece: str, *, is_piece: bool) -> Data:
    delta: JsonObject
    if isinstance(part, Text):
        delta = {"type": "text_delta", "text": piece}
    else:
        delta = {"type": "input_json_delta", "partial_json": piece}
    return _event({"type": "content_block_delta", "index": index, "delta": delta}, is_piece=is_piece)


def _event(value: JsonObject, *, is_piece: bool = False) -> Data:
    return Data(data=f"event: {value['type']}\n".encode() + b"data: " + json_bytes(value) + b"\n\n", is_piece=is_piece)


def _request_id(identity: Identity) -> str:
    return f"req_{identity.number:08d}"
