"""What the events of a conversation come to for somebody at a terminal: turns, calls, and what a person is asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from madang.cli.answers import inner, text
from madang.kit.json import JsonObject, JsonValue

DONE, FAILED, WAITING = 0, 1, 3

AskKind = Literal["form", "approval", "in_doubt"]
_ASKS: Mapping[str, AskKind] = {"form": "form", "approval": "approval", "in_doubt": "in_doubt"}


@dataclass(frozen=True, kw_only=True)
class Ask:
    """Something that a person has to say; `seq` tells it from an earlier one about the same call."""

    kind: AskKind
    call: str
    seq: int
    value: JsonObject


@dataclass(kw_only=True)
class Call:
    """A call. `arguments` are those that are shown; `ask` is set while it waits for a person."""

    id: str
    turn: str
    start: JsonObject
    arguments: JsonObject = field(default_factory=dict[str, JsonValue])
    provenance: JsonObject = field(default_factory=dict[str, JsonValue])
    ask: Ask | None = None
    is_settling: bool = False
    state: str = ""
    result: JsonObject | None = None

    @property
    def function(self) -> str:
        """The full name of what is called."""
        return text(self.start, "toolCallName")


@dataclass(kw_only=True)
class Turn:
    """What one message set off. Without a model one that only looked for a function has come to nothing."""

    id: str
    is_ended: bool = False
    error: str | None = None
    has_looked: bool = False
    has_model: bool = False
    calls: list[Call] = field(default_factory=list[Call])

    @property
    def asks(self) -> list[Ask]:
        """What a person is asked now."""
        return [call.ask for call in self.calls if call.ask is not None]

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes, unless a person says what became of a call in doubt."""
        return self.is_ended and not any(call.is_settling for call in self.calls)

    @property
    def status(self) -> int:
        """The exit status that says how it went."""
        if not self.is_ended or self.asks:
            return WAITING
        is_fruitless = self.has_looked and not self.has_model and not self.calls
        if self.error is not None or is_fruitless:
            return FAILED
        return DONE if not self.calls or self.calls[-1].state == "done" else FAILED


class Reading:
    """The conversation so far."""

    def __init__(self) -> None:
        self.title = ""
        self.turns: dict[str, Turn] = {}
        self.calls: dict[str, Call] = {}

    @property
    def open_turns(self) -> list[Turn]:
        """Turns of which more is to come, or that wait for a person."""
        return [turn for turn in self.turns.values() if not turn.is_over or turn.asks]

    @property
    def asks(self) -> list[Ask]:
        """What a person is asked now, oldest first."""
        return [ask for turn in self.turns.values() for ask in turn.asks]

    @property
    def status(self) -> int:
        """The exit status of all: of the last turn, where none is open."""
        return WAITING if self.open_turns else [DONE, *(turn.status for turn in self.turns.values())][-1]

    def add(self, event: JsonObject) -> None:
        """Take one event further into account; what is not known changes nothing."""
        handle = _BY_TYPE.get(text(event, "type"))
        if handle is not None:
            handle(self, event)

    def call_of(self, event: JsonObject) -> Call | None:
        """The call that an event is about."""
        return self.calls.get(text(event, "toolCallId") or text(inner(event, "value"), "call_id"))

    def turn_of(self, event: JsonObject) -> str | None:
        """The turn that an event belongs to, where it says so itself or through its call."""
        call = self.call_of(event)
        said = text(event, "turn") or text(event, "runId") or text(inner(event, "value"), "turn")
        return call.turn if call else said or None


def _text_started(reading: Reading, event: JsonObject) -> None:
    if text(event, "role") == "user":
        turn = text(event, "turn")
        reading.turns[turn] = Turn(id=turn)


def _ended(reading: Reading, event: JsonObject) -> None:
    turn = reading.turns.get(text(event, "runId"))
    if turn is not None:
        turn.is_ended = True
        turn.error = text(event, "code") or None


def _call_started(reading: Reading, event: JsonObject) -> None:
    turn = reading.turns.get(text(event, "turn"))
    if turn is not None:
        call = Call(id=text(event, "toolCallId"), turn=turn.id, start=event)
        reading.calls[call.id] = call
        turn.calls.append(call)


def _call_ended(reading: Reading, event: JsonObject) -> None:
    call = reading.call_of(event)
    if call is not None:
        call.state, call.ask, call.is_settling = text(event, "state"), None, False
        content = json.loads(text(event, "content"))
        call.result = content if isinstance(content, dict) else {}


def _custom(reading: Reading, event: JsonObject) -> None:
    name, value = text(event, "name"), inner(event, "value")
    if name == "title":
        reading.title = text(value, "title")
    elif name in ("found", "usage"):
        turn = reading.turns.get(text(value, "turn"))
        if turn is not None:
            turn.has_looked = True
            turn.has_model = turn.has_model or name == "usage"
    call = reading.call_of(event)
    if call is not None:
        _change_call(call, name, value, event)


def _change_call(call: Call, name: str, value: JsonObject, event: JsonObject) -> None:
    if name == "arguments":
        call.arguments, call.provenance = inner(value, "arguments"), inner(value, "provenance")
    elif name in _ASKS:
        seq = event.get("seq")
        call.ask = Ask(kind=_ASKS[name], call=call.id, seq=seq if isinstance(seq, int) else 0, value=value)
        call.is_settling = False
    elif name.removesuffix("_answered") in _ASKS:
        call.ask = None
        call.is_settling = name == "in_doubt_answered"


_BY_TYPE: Mapping[str, Callable[[Reading, JsonObject], None]] = {
    "TEXT_MESSAGE_START": _text_started,
    "RUN_FINISHED": _ended,
    "RUN_ERROR": _ended,
    "TOOL_CALL_START": _call_started,
    "TOOL_CALL_RESULT": _call_ended,
    "CUSTOM": _custom,
}
