"""Chat completions as OpenAI writes them: requests, whole answers, chunks, errors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from madang.fakes.llm.asked import asked_text, check, parse
from madang.fakes.llm.values import (
    Call,
    Fail,
    Finish,
    Hang,
    ModelRequest,
    Reply,
    Text,
    Tool,
    ToolChoice,
    pieces_of,
    tokens_of,
)
from madang.fakes.llm.wire import Data, Frame, Identity, Wait, json_bytes, waits_of
from madang.kit.json import JsonObject, JsonValue, canonical

FINISH: Mapping[Finish, str] = {"stop": "stop", "length": "length", "calls": "tool_calls", "refused": "content_filter"}

_FINGERPRINT = "fp_scripted"
_ERROR_TYPES: Mapping[int, tuple[str, str | None]] = {
    401: ("invalid_request_error", "invalid_api_key"),
    404: ("invalid_request_error", "not_found"),
    429: ("rate_limit_exceeded", "rate_limit_exceeded"),
}


class _CalledFunction(BaseModel):
    name: str
    arguments: str


class _ToolCall(BaseModel):
    id: str
    type: Literal["function"]
    function: _CalledFunction


class _Message(BaseModel):
    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: str | list[dict[str, Any]] | None = None
    tool_calls: list[_ToolCall] | None = None
    tool_call_id: str | None = None


class _Function(BaseModel):
    name: Annotated[str, Field(pattern=r"^[a-zA-Z0-9_-]{1,64}$")]
    description: str | None = None
    parameters: dict[str, Any] | None = None


class _Tool(BaseModel):
    type: Literal["function"]
    function: _Function


class _Named(BaseModel):
    name: str


class _NamedChoice(BaseModel):
    type: Literal["function"]
    function: _Named


class _Schema(BaseModel):
    name: str
    schema_: dict[str, Any] | None = Field(default=None, alias="schema")


class _Format(BaseModel):
    type: Literal["text", "json_object", "json_schema"]
    json_schema: _Schema | None = None


class _StreamOptions(BaseModel):
    include_usage: bool = False


class _Request(BaseModel):
    model: str
    messages: Annotated[list[_Message], Field(min_length=1)]
    tools: Annotated[list[_Tool], Field(min_length=1)] | None = None
    tool_choice: Literal["none", "auto", "required"] | _NamedChoice | None = None
    response_format: _Format | None = None
    stream: bool | None = None
    stream_options: _StreamOptions | None = None


class OpenAI:
    """The dialect of `POST /v1/chat/completions`."""

    invalid_key = "Incorrect API key provided. Give the one that this server was started with."

    def read(self, body: object, headers: Mapping[str, str]) -> ModelRequest:
        """The neutral request. Raises BadRequestError for what the vendor refuses."""
        asked = parse(_Request, body)
        _check_results(asked.messages)
        _check_options(asked)
        last = max((i for i, message in enumerate(asked.messages) if message.role == "user"), default=-1)
        tools = [tool.function for tool in asked.tools or []]
        output = asked.response_format
        return ModelRequest(
            model=asked.model,
            user_text=asked_text(asked.messages[last].content) if last >= 0 else "",
            system_text="\n".join(asked_text(m.content) for m in asked.messages if m.role in {"system", "developer"}),
            tools=tuple(
                Tool(name=tool.name, description=tool.description or "", parameters=tool.parameters or {})
                for tool in tools
            ),
            choice=_choice(asked.tool_choice),
            results=tuple(asked_text(m.content) for m in asked.messages[last + 1 :] if m.role == "tool"),
            output_schema=output.json_schema.schema_ if output and output.json_schema else None,
            wants_json=output is not None and output.type != "text",
            is_stream=bool(asked.stream),
            wants_usage=asked.stream_options is not None and asked.stream_options.include_usage,
            input_tokens=tokens_of(canonical(asked.model_dump(mode="json", include={"messages", "tools"}))),
        )

    def whole(self, request: ModelRequest, reply: Reply, identity: Identity) -> JsonObject:
        """A `chat.completion`."""
        texts = [part for part in reply.parts if isinstance(part, Text)]
        calls = [part for part in reply.parts if isinstance(part, Call)]
        content = "".join(pieces_of(tuple(texts))) if texts or not calls else None
        message: JsonObject = {"role": "assistant", "content": content, "refusal": None, "annotations": []}
        if calls:
            message["tool_calls"] = [
                _call(call, identity.call_id("call", call, index), "".join(call.pieces))
                for index, call in enumerate(calls)
            ]
        choice: JsonObject = {
            "index": 0,
            "message": message,
            "logprobs": None,
            "finish_reason": FINISH[reply.get_finish()],
        }
        usage = _usage(request, reply)
        return {**_envelope(request, identity, "chat.completion"), "choices": [choice], "usage": usage}

    def stream(self, request: ModelRequest, reply: Reply, identity: Identity) -> Iterator[Frame]:
        """`chat.completion.chunk` events and the closing `[DONE]`, which does not come after an error."""
        envelope = _envelope(request, identity, "chat.completion.chunk")
        if request.wants_usage:
            envelope["usage"] = None
        has_text = any(isinstance(part, Text) for part in reply.parts)
        opening: JsonObject = {"role": "assistant", "content": "" if has_text else None, "refusal": None}
        yield _chunk(envelope, opening)
        calls = 0
        for part in reply.parts:
            if isinstance(part, Text):
                for piece, waits in waits_of(part):
                    yield from waits
                    yield _chunk(envelope, {"content": piece}, is_piece=True)
            elif isinstance(part, Call):
                yield from _stream_call(envelope, part, identity.call_id("call", part, calls), calls)
                calls += 1
            elif isinstance(part, Hang):
                yield Wait(seconds=part.seconds)
            else:
                yield _event(self.error(part, identity))
                return
        yield _chunk(envelope, {}, finish=FINISH[reply.get_finish()])
        if request.wants_usage:
            yield _event({**envelope, "choices": [], "usage": _usage(request, reply)})
        yield Data(data=b"data: [DONE]\n\n")

    def error(self, fail: Fail, identity: Identity, param: str | None = None) -> JsonObject:
        """`{"error": {message, type, param, code}}`."""
        kind, code = _ERROR_TYPES.get(
            fail.status, ("server_error" if fail.status >= 500 else "invalid_request_error", None)
        )
        return {"error": {"message": fail.message, "type": kind, "param": param, "code": code}}

    def headers(self, identity: Identity) -> dict[str, str]:
        """The request id that clients show in their errors."""
        return {"x-request-id": f"req_{identity.number:08d}"}


def _check_results(messages: Sequence[_Message]) -> None:
    """Every call is answered right after it, and nothing else is answered."""
    open_ids: set[str] = set()
    answered: set[str] = set()
    for index, message in enumerate(messages):
        place = f"messages.[{index}]"
        if message.role == "tool":
            known = message.tool_call_id in open_ids | answered
            check(known, f"{place}: a tool message must answer a tool call of the message before it", f"{place}.role")
            open_ids.discard(str(message.tool_call_id))
            answered.add(str(message.tool_call_id))
            continue
        check(not open_ids, f"{place}: these tool calls have no answer: {', '.join(sorted(open_ids))}", place)
        open_ids, answered = {call.id for call in message.tool_calls or []}, set()
        has_content = message.content is not None or (message.role == "assistant" and bool(message.tool_calls))
        check(has_content, f"{place}: content must be a text or a list of parts", f"{place}.content")
    check(not open_ids, f"these tool calls have no answer: {', '.join(sorted(open_ids))}", "messages")


def _check_options(asked: _Request) -> None:
    check(asked.stream_options is None or bool(asked.stream), "only a stream takes stream_options", "stream_options")
    check(asked.tool_choice is None or bool(asked.tools), "only with tools there is a tool_choice", "tool_choice")
    output = asked.response_format
    has_schema = output is None or output.type != "json_schema" or output.json_schema is not None
    check(has_schema, "response_format: json_schema is missing", "response_format.json_schema")


def _choice(choice: str | _NamedChoice | None) -> ToolChoice:
    if isinstance(choice, _NamedChoice):
        return ToolChoice(kind="required", name=choice.function.name)
    return ToolChoice(kind="none" if choice == "none" else "required" if choice == "required" else "auto")


def _envelope(request: ModelRequest, identity: Identity, kind: str) -> JsonObject:
    return {
        "id": f"chatcmpl-{identity.number:08d}",
        "object": kind,
        "created": identity.created,
        "model": request.model,
        "service_tier": "default",
        "system_fingerprint": _FINGERPRINT,
    }


def _usage(request: ModelRequest, reply: Reply) -> JsonObject:
    usage = reply.get_usage(request)
    return {
        "prompt_tokens": usage.input,
        "completion_tokens": usage.output,
        "total_tokens": usage.input + usage.output,
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
    }


def _call(call: Call, call_id: str, arguments: str) -> JsonObject:
    return {"id": call_id, "type": "function", "function": {"name": call.name, "arguments": arguments}}


def _stream_call(envelope: JsonObject, call: Call, call_id: str, index: int) -> Iterator[Frame]:
    opening: list[JsonValue] = [{"index": index} | _call(call, call_id, "")]
    yield _chunk(envelope, {"tool_calls": opening})
    for piece, waits in waits_of(call):
        yield from waits
        fragment: list[JsonValue] = [{"index": index, "function": {"arguments": piece}}]
        yield _chunk(envelope, {"tool_calls": fragment}, is_piece=True)


def _chunk(envelope: JsonObject, delta: JsonObject, *, finish: str | None = None, is_piece: bool = False) -> Data:
    choice: JsonObject = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    return _event({**envelope, "choices": [choice]}, is_piece=is_piece)


def _event(value: JsonObject, *, is_piece: bool = False) -> Data:
    return Data(data=b"data: " + json_bytes(value) + b"\n\n", is_piece=is_piece)
