"""What stands in a conversation, folded from its events. Pure: the same events give the same state everywhere.

A turn is its message and its steps in order: what was found, what was said, what was called. Whoever takes a turn over
knows from this alone what is next.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from madang.agent.values import Event
from madang.kit.json import JsonObject, JsonValue

CallStage = Literal[
    "composed", "form", "answered", "ready", "approval", "decided", "performing", "doubt", "settled", "ended"
]
"""`composed`, `answered`, `ready`, `decided`, `performing` and `settled` are for a worker to go on with; `form`,
`approval` and `doubt` wait for a person."""

WAITING: frozenset[CallStage] = frozenset({"form", "approval", "doubt"})
GONE_OUT: frozenset[CallStage] = frozenset({"performing", "doubt", "settled"})
"""In these, the call may have been made."""


@dataclass(kw_only=True)
class TextStep:
    """Something the assistant said. One that is neither whole nor cut was left by a worker that died."""

    message_id: str
    text: str = ""
    is_whole: bool = False
    is_cut: bool = False


@dataclass(kw_only=True)
class FoundStep:
    """What the finder said; `call_id` is set where a model asked for it."""

    query: str
    fits: bool
    functions: list[str]
    call_id: str | None = None


@dataclass(kw_only=True)
class SpentStep:
    """One answer of a model ended here."""

    model: str


@dataclass(kw_only=True)
class CallStep:
    """A call, from its composing to its result. `arguments` are those shown: without what only a person gives."""

    id: str
    turn: str
    function: str
    connection: str
    effect: str
    stage: CallStage = "composed"
    arguments: JsonObject = field(default_factory=dict[str, JsonValue])
    provenance: JsonObject = field(default_factory=dict[str, JsonValue])
    mends: int = 0
    decision: str | None = None
    decided_by: str | None = None
    is_cancelled: bool = False
    state: str | None = None
    result: JsonObject | None = None

    @property
    def waits(self) -> bool:
        """Whether a person has to say something first."""
        return self.stage in WAITING

    @property
    def key(self) -> str:
        """How other turns refer to its result."""
        return f"{self.turn}/{self.id}"


Step: TypeAlias = "TextStep | FoundStep | SpentStep | CallStep"


@dataclass(kw_only=True)
class TurnState:
    """A turn; `error` is the code of one that did not end well."""

    id: str
    text: str
    is_started: bool = False
    is_ended: bool = False
    error: str | None = None
    steps: list[Step] = field(default_factory=list["Step"])

    @property
    def calls(self) -> list[CallStep]:
        """Its calls in order."""
        return [step for step in self.steps if isinstance(step, CallStep)]

    @property
    def open_calls(self) -> list[CallStep]:
        """Those without a result."""
        return [call for call in self.calls if call.stage != "ended"]

    @property
    def calls_not_gone_out(self) -> list[CallStep]:
        """Open ones of which nothing can have happened yet."""
        return [call for call in self.open_calls if call.stage not in GONE_OUT]

    @property
    def texts_left(self) -> list[TextStep]:
        """Those that a worker was saying when it died."""
        return [step for step in self.steps if isinstance(step, TextStep) and not step.is_whole and not step.is_cut]

    @property
    def found(self) -> list[FoundStep]:
        """What was looked for."""
        return [step for step in self.steps if isinstance(step, FoundStep)]


@dataclass(kw_only=True)
class ConversationState:
    """All turns in order. `seq` is that of the last event that was folded; `weight` counts characters of results."""

    title: str = ""
    seq: int = 0
    weight: int = 0
    turns: dict[str, TurnState] = field(default_factory=dict[str, TurnState])
    calls: dict[str, CallStep] = field(default_factory=dict[str, CallStep])
    messages: dict[str, TextStep] = field(default_factory=dict[str, TextStep])

    def add(self, events: Iterable[Event]) -> None:
        """Fold further events."""
        for event in events:
            handle = _BY_TYPE.get(event.type)
            if handle is not None:
                handle(self, event.turn, event.body)
            self.seq = event.seq

    def turns_before(self, turn_id: str) -> list[TurnState]:
        """The turns that came before one, newest first."""
        ids = list(self.turns)
        return [self.turns[each] for each in reversed(ids[: ids.index(turn_id)])]


def fold(events: Iterable[Event]) -> ConversationState:
    """The state that events lead to."""
    state = ConversationState()
    state.add(events)
    return state


Body: TypeAlias = Mapping[str, Any]


def _text_started(state: ConversationState, turn: str | None, body: Body) -> None:
    step = TextStep(message_id=body["messageId"])
    state.messages[step.message_id] = step
    if turn is None:
        return
    if body["role"] == "user":
        state.turns[turn] = TurnState(id=turn, text="")
        state.turns[turn].steps = []
    elif turn in state.turns:
        state.turns[turn].steps.append(step)


def _text_went_on(state: ConversationState, turn: str | None, body: Body) -> None:
    step = state.messages[body["messageId"]]
    step.text += body["delta"]
    found = state.turns.get(turn or "")
    if found is not None and step not in found.steps:
        found.text = step.text


def _text_ended(state: ConversationState, _turn: str | None, body: Body) -> None:
    step = state.messages[body["messageId"]]
    step.is_cut = bool(body.get("isCut"))
    step.is_whole = not step.is_cut


def _run_started(state: ConversationState, turn: str | None, _body: Body) -> None:
    if turn in state.turns:
        state.turns[turn].is_started = True


def _run_ended(state: ConversationState, turn: str | None, body: Body) -> None:
    if turn in state.turns:
        state.turns[turn].is_ended = True
        state.turns[turn].error = body.get("code")


def _call_started(state: ConversationState, turn: str | None, body: Body) -> None:
    assert turn is not None
    call = CallStep(
        id=body["toolCallId"],
        turn=turn,
        function=body["toolCallName"],
        connection=body["connection"]["id"],
        effect=body["effect"],
    )
    state.calls[call.id] = call
    state.turns[turn].steps.append(call)


def _call_is_whole(state: ConversationState, _turn: str | None, body: Body) -> None:
    state.calls[body["toolCallId"]].stage = "ready"


def _call_ended(state: ConversationState, _turn: str | None, body: Body) -> None:
    call = state.calls[body["toolCallId"]]
    call.stage = "ended"
    call.state = body["state"]
    state.weight += len(body["content"])
    call.result = json.loads(body["content"])  # orjson rounds long integers


def _custom(state: ConversationState, turn: str | None, body: Body) -> None:
    handle = _BY_NAME.get(body["name"])
    if handle is not None:
        handle(state, turn, body["value"])


def _titled(state: ConversationState, _turn: str | None, value: Body) -> None:
    state.title = value["title"]


def _found(state: ConversationState, turn: str | None, value: Body) -> None:
    assert turn is not None
    functions = [each["function"] for each in value["candidates"]]
    step = FoundStep(query=value["text"], fits=value["fits"], functions=functions, call_id=value.get("call_id"))
    state.turns[turn].steps.append(step)


def _spent(state: ConversationState, turn: str | None, value: Body) -> None:
    assert turn is not None
    state.turns[turn].steps.append(SpentStep(model=value["model"]))


def _composed(state: ConversationState, _turn: str | None, value: Body) -> None:
    call = state.calls[value["call_id"]]
    call.arguments, call.provenance = value["arguments"], value["provenance"]


def _mended(state: ConversationState, _turn: str | None, value: Body) -> None:
    state.calls[value["call_id"]].mends = value["attempt"]


def _to(stage: CallStage) -> Callable[[ConversationState, str | None, Body], None]:
    def change(state: ConversationState, _turn: str | None, value: Body) -> None:
        call = state.calls[value["call_id"]]
        call.stage = stage
        call.decision = value.get("decision", call.decision)
        call.decided_by = value.get("by", call.decided_by)
        call.is_cancelled = bool(value.get("cancelled", call.is_cancelled))

    return change


_BY_TYPE: Mapping[str, Callable[[ConversationState, str | None, Body], None]] = {
    "TEXT_MESSAGE_START": _text_started,
    "TEXT_MESSAGE_CONTENT": _text_went_on,
    "TEXT_MESSAGE_END": _text_ended,
    "RUN_STARTED": _run_started,
    "RUN_FINISHED": _run_ended,
    "RUN_ERROR": _run_ended,
    "TOOL_CALL_START": _call_started,
    "TOOL_CALL_END": _call_is_whole,
    "TOOL_CALL_RESULT": _call_ended,
    "CUSTOM": _custom,
}

_BY_NAME: Mapping[str, Callable[[ConversationState, str | None, Body], None]] = {
    "title": _titled,
    "found": _found,
    "usage": _spent,
    "arguments": _composed,
    "mended": _mended,
    "form": _to("form"),
    "form_answered": _to("answered"),
    "approval": _to("approval"),
    "approval_answered": _to("decided"),
    "performing": _to("performing"),
    "in_doubt": _to("doubt"),
    "in_doubt_answered": _to("settled"),
}
