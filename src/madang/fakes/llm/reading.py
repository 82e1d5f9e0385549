"""A script as JSON.

    {"turns": [{"when": {"text_contains": "post", "tool_results": 0},
                "say": [{"text": "One moment."},
                        {"call": "create_article", "arguments": {"title": "Hello"}, "fault": "wrong"}]},
               {"say": [{"fail": 429, "retry_after": 1}]},
               {"say": [{"text": "Done, I think."}], "cut_after": 2},
               {"say": [{"hang": "forever"}], "times": null}],
     "otherwise": "agent"}

`when` holds `text_contains`, `text_matches` (a regular expression), `system_contains`, `result_contains` (the last tool
result), `tools` (names that must be offered), `tool_results` (how many since the last text of the user), `model` and
`stream`; text is compared without case. A turn answers once, `times` often, or with `null` any number of times. Turns
are tried in order; where none is left, `otherwise` refuses with status 400 (the default) or lets the agent answer.

`say` is a list of
- `{"text": ...}` or `{"json": ...}`;
- `{"call": NAME, "arguments": {...}}`, or `"arguments_text"` for the bare text; `id` to choose or repeat one;
  `fault`: `wrong` (each argument of another type), `broken` (the first half of the JSON) or `empty` (no text at all);
- `{"hang": SECONDS or "forever"}`: silence, for ever until the client goes;
- `{"fail": STATUS, "message": ..., "retry_after": ...}`: an error, inside the stream where something was said before.
Text and calls take `pieces` (how many, or for a text the pieces themselves) and `pause_seconds` before each.
`cut_after` drops the connection after so many pieces of text and arguments, `finish` (`stop`, `length`, `calls`,
`refused`) and `usage` (`{"input": .., "output": ..}`) replace what follows from the rest.
"""

from __future__ import annotations

import json
import re
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveInt,
    ValidationError,
    model_validator,
)
from pydantic import Tag as UnionTag

from madang.fakes.llm.pieces import split_evenly, split_words
from madang.fakes.llm.script import Script, Turn, When
from madang.fakes.llm.values import Call, Fail, Finish, Hang, Part, Reply, Text, Usage, pieces_of
from madang.kit.errors import FieldError, InvalidError
from madang.kit.json import JsonObject, JsonValue, pointer

Fault = Literal["wrong", "broken", "empty"]

_KINDS = ("text", "json", "call", "hang", "fail")
_ARGUMENT_PIECES = 3


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Said(_Strict):
    pause_seconds: NonNegativeFloat = 0.0


def _split(text: str, pieces: int | None) -> tuple[str, ...]:
    return split_words(text) if pieces is None else split_evenly(text, pieces)


class _Text(_Said):
    text: str
    pieces: PositiveInt | list[str] | None = None

    @model_validator(mode="after")
    def _pieces_are_the_text(self) -> _Text:
        if isinstance(self.pieces, list) and "".join(self.pieces) != self.text:
            raise ValueError("the pieces of a text must be the text when joined")
        return self

    def part(self) -> Part:
        pieces = tuple(self.pieces) if isinstance(self.pieces, list) else _split(self.text, self.pieces)
        return Text(pieces=pieces, pause_seconds=self.pause_seconds)


class _Json(_Said):
    json_: Any = Field(alias="json")
    pieces: PositiveInt | None = None

    def part(self) -> Part:
        return Text(
            pieces=_split(json.dumps(self.json_, ensure_ascii=False), self.pieces), pause_seconds=self.pause_seconds
        )


class _Call(_Said):
    call: str
    arguments: dict[str, Any] | None = None
    arguments_text: str | None = None
    fault: Fault | None = None
    id: str | None = None
    pieces: PositiveInt = _ARGUMENT_PIECES

    @model_validator(mode="after")
    def _has_one_kind_of_arguments(self) -> _Call:
        if self.arguments_text is not None and (self.arguments is not None or self.fault is not None):
            raise ValueError("a call has either `arguments`, with a `fault` or not, or `arguments_text`")
        return self

    def part(self) -> Part:
        text = self.arguments_text
        if text is None:
            text = _faulty(self.arguments or {}, self.fault)
        return Call(name=self.call, pieces=_split(text, self.pieces), id=self.id, pause_seconds=self.pause_seconds)


class _Hang(_Strict):
    hang: NonNegativeFloat | Literal["forever"]

    def part(self) -> Part:
        return Hang(seconds=None if self.hang == "forever" else self.hang)


class _Fail(_Strict):
    fail: Annotated[int, Field(ge=400, le=599)]
    message: str = "The script says that this fails."
    retry_after: str | int | float | None = None

    def part(self) -> Part:
        after = None if self.retry_after is None else str(self.retry_after)
        return Fail(status=self.fail, message=self.message, retry_after=after)


def _kind(value: Any) -> str | None:
    if not isinstance(value, dict):
        return None
    return next((kind for kind in _KINDS if kind in value), None)


_Say: TypeAlias = Annotated[
    Annotated[_Text, UnionTag("text")]
    | Annotated[_Json, UnionTag("json")]
    | Annotated[_Call, UnionTag("call")]
    | Annotated[_Hang, UnionTag("hang")]
    | Annotated[_Fail, UnionTag("fail")],
    Discriminator(
        _kind, custom_error_type="say", custom_error_message="must be an object with text, json, call, hang or fail"
    ),
]


class _When(_Strict):
    text_contains: str | None = None
    text_matches: re.Pattern[str] | None = None
    system_contains: str | None = None
    result_contains: str | None = None
    tools: frozenset[str] = frozenset()
    tool_results: NonNegativeInt | None = None
    model: str | None = None
    stream: bool | None = None


class _Usage(_Strict):
    input: NonNegativeInt
    output: NonNegativeInt


class _Turn(_Strict):
    when: _When = _When()
    times: PositiveInt | None = 1
    say: list[_Say]
    finish: Finish | None = None
    usage: _Usage | None = None
    cut_after: NonNegativeInt | None = None

    @model_validator(mode="after")
    def _has_the_pieces_to_cut(self) -> _Turn:
        count = len(pieces_of(self.parts()))
        if self.cut_after is not None and (self.cut_after > count or not count):
            raise ValueError(f"cannot be cut after {self.cut_after} pieces: it has {count}")
        return self

    def parts(self) -> tuple[Part, ...]:
        return tuple(say.part() for say in self.say)

    def turn(self) -> Turn:
        usage = Usage(input=self.usage.input, output=self.usage.output) if self.usage else None
        reply = Reply(parts=self.parts(), finish=self.finish, usage=usage, cut_after=self.cut_after)
        return Turn(reply=reply, when=When(**dict(self.when)), times=self.times)


class _Script(_Strict):
    turns: list[_Turn] = Field(default_factory=list[_Turn])
    otherwise: Literal["refuse", "agent"] = "refuse"


def read_script(value: object) -> Script:
    """The script that a JSON value describes. Raises InvalidError that points at every wrong place."""
    try:
        script = _Script.model_validate(value)
    except ValidationError as error:
        wrong = [
            FieldError(pointer=_place(item["loc"]), code=item["type"], message=item["msg"]) for item in error.errors()
        ]
        first = "; ".join(f"{item.pointer or '/'}: {item.message}" for item in wrong[:3])
        raise InvalidError(f"this is not a script: {first}", errors=wrong) from None
    return Script(turns=tuple(turn.turn() for turn in script.turns), otherwise=script.otherwise)


def read_script_text(text: str | bytes) -> Script:
    """The script of a file or a body. Raises InvalidError, also for what is not JSON."""
    try:
        value = json.loads(text)
    except ValueError as error:
        raise InvalidError(f"the script is not JSON: {error}") from None
    return read_script(value)


def _place(location: tuple[int | str, ...]) -> str:
    """Without the name of the kind that stands after an index of `say`."""
    kept = [part for index, part in enumerate(location) if index == 0 or not _is_kind(location, index)]
    return pointer(*kept)


def _is_kind(location: tuple[int | str, ...], index: int) -> bool:
    return index >= 2 and location[index - 2] == "say" and location[index] in _KINDS


def _faulty(arguments: JsonObject, fault: Fault | None) -> str:
    text = json.dumps(arguments, ensure_ascii=False)
    if fault == "empty":
        return ""
    if fault == "broken":
        return text[: len(text) // 2]
    if fault == "wrong":
        return json.dumps({name: _other_type(value) for name, value in arguments.items()}, ensure_ascii=False)
    return text


def _other_type(value: JsonValue) -> JsonValue:
    """A value that no schema of the right one takes: a list for a plain value, a text for a list or an object."""
    return "wrong" if isinstance(value, list | dict) else [value]
