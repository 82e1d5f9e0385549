"""What a model is told of a conversation: the turns as it would have had them itself, newest last, within a budget."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from madang.agent.brief import brief
from madang.agent.history import CallStep, FoundStep, SpentStep, TextStep, TurnState
from madang.agent.thinking import AssistantSaid, Said, ToolRequest, ToolSaid, UserSaid
from madang.effects.outcomes import json_text
from madang.kit.json import JsonObject

FIND = "find_functions"
"""The tool by which a model looks for others."""
MOST_CHARACTERS = 60_000
RESULT_CHARACTERS = 8_000
LONGEST_NAME = 64

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_-]")


def tool_name(full_name: str) -> str:
    """A function's name as a tool: flat, at most 64 of `[A-Za-z0-9_-]`, the same wherever it is told."""
    flat = _NOT_IN_NAMES.sub("_", full_name.replace(".", "-"))
    if len(flat) <= LONGEST_NAME:
        return flat
    return f"{flat[: LONGEST_NAME - 9]}_{hashlib.sha256(full_name.encode()).hexdigest()[:8]}"


def recount(turns: Iterable[TurnState]) -> list[Said]:
    """What was said and done, oldest first. `turns` are newest first; those that no longer fit are left out whole."""
    told: list[list[Said]] = []
    left = MOST_CHARACTERS
    for turn in turns:
        said = recount_turn(turn)
        left -= sum(len(_text_of(each)) for each in said)
        if told and left < 0:
            break
        told.append(said)
    return [each for said in reversed(told) for each in said]


def recount_turn(turn: TurnState) -> list[Said]:
    """One turn: the person's words, then what was said and called, call by call with what it gave."""
    said: list[Said] = [UserSaid(text=turn.text)]
    round_ = _Round()
    for step in turn.steps:
        match step:
            case TextStep():
                if step.is_whole:
                    round_ = round_.ended_if_called(said)
                    round_.text += step.text
            case SpentStep():
                round_ = round_.ended_if_called(said)
            case CallStep():
                round_.calls.append(step)
            case FoundStep():
                if step.call_id is not None:
                    round_.calls.append(step)
    round_.end(said)
    return said


@dataclass
class _Round:
    """One answer of the assistant with the calls that it asked for."""

    text: str = ""
    calls: list[CallStep | FoundStep] = field(default_factory=list["CallStep | FoundStep"])

    def ended_if_called(self, said: list[Said]) -> _Round:
        if not self.calls:
            return self
        self.end(said)
        return _Round()

    def end(self, said: list[Said]) -> None:
        if self.text or self.calls:
            said.append(AssistantSaid(text=self.text, calls=[_request(call) for call in self.calls]))
            said += [_result(call) for call in self.calls]


def _request(call: CallStep | FoundStep) -> ToolRequest:
    if isinstance(call, FoundStep):
        arguments: JsonObject = {"query": call.query}
        return ToolRequest(id=call.call_id or "", name=FIND, arguments=json_text(arguments))
    return ToolRequest(id=call.id, name=tool_name(call.function), arguments=json_text(call.arguments))


def _result(call: CallStep | FoundStep) -> ToolSaid:
    if isinstance(call, FoundStep):
        names: Sequence[str] = [tool_name(each) for each in call.functions]
        found = "These are tools now: " + ", ".join(names) if names else "Nothing was found."
        content = (
            found if call.fits or not names else f"Nothing fits well. The nearest are tools now: {', '.join(names)}"
        )
        return ToolSaid(id=call.call_id or "", name=FIND, content=content)
    outcome = {"state": call.state or "waiting for a person", **(call.result or {})}
    content = brief(outcome, RESULT_CHARACTERS)
    return ToolSaid(id=call.id, name=tool_name(call.function), content=content, is_error=call.state != "done")


def _text_of(said: Said) -> str:
    match said:
        case UserSaid():
            return said.text
        case AssistantSaid():
            return said.text + "".join(call.arguments for call in said.calls)
        case ToolSaid():
            return said.content
