"""From the port's words to those of pydantic-ai. Pure; imported only when a model is asked, as the library is large."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import assert_never

from pydantic_ai.messages import (
    InstructionPart,
    ModelMessage,
    ModelRequest,
    ModelRequestPart,
    ModelResponse,
    ModelResponsePart,
    TextPart,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.tools import ToolDefinition

from madang.agent.thinking import AssistantSaid, Said, ToolRequest, ToolSaid, ToolSpec, UserSaid

_LONGEST_ID = 40
"""OpenAI refuses longer ids of calls."""


def messages_of(history: Sequence[Said]) -> list[ModelMessage]:
    """The history as messages; what was said one after the other by the same side is one of them."""
    messages: list[ModelMessage] = []
    for said in history:
        parts = _parts_of(said)
        if isinstance(said, AssistantSaid):
            answer = [part for part in parts if isinstance(part, TextPart | ToolCallPart)]
            if answer:
                messages.append(ModelResponse(parts=list[ModelResponsePart](answer)))
            continue
        asked = [part for part in parts if isinstance(part, UserPromptPart | ToolReturnPart)]
        last = messages[-1] if messages else None
        if isinstance(last, ModelRequest):
            messages[-1] = ModelRequest(parts=[*last.parts, *asked])
        else:
            messages.append(ModelRequest(parts=list[ModelRequestPart](asked)))
    return messages


def parameters_of(instructions: str, tools: Iterable[ToolSpec]) -> ModelRequestParameters:
    """Instructions and tools as parameters. Schemas stay as they are: the dialect of the vendor made them."""
    return ModelRequestParameters(
        function_tools=[
            ToolDefinition(name=tool.name, description=tool.description, parameters_json_schema=dict(tool.schema))
            for tool in tools
        ],
        instruction_parts=[InstructionPart(content=instructions)] if instructions else None,
    )


class Ids:
    """Ids of calls, made unique within an answer and the history before it: some servers repeat or forget them."""

    def __init__(self, history: Iterable[Said]) -> None:
        self._taken = {call.id for said in history if isinstance(said, AssistantSaid) for call in said.calls}

    def unique(self, wished: str) -> str:
        """The id itself where it is new, else it with a number."""
        base = wished[:_LONGEST_ID] or "call"
        found, number = base, 1
        while found in self._taken:
            number += 1
            ending = f"_{number}"
            found = base[: _LONGEST_ID - len(ending)] + ending
        self._taken.add(found)
        return found


def request_of(part: ToolCallPart, ids: Ids) -> ToolRequest:
    """A call as the port has it: its arguments as the text that the model gave."""
    arguments = part.args if isinstance(part.args, str) else part.args_as_json_str() if part.args else ""
    return ToolRequest(id=ids.unique(part.tool_call_id), name=part.tool_name, arguments=arguments)


def _parts_of(said: Said) -> Sequence[TextPart | ToolCallPart | UserPromptPart | ToolReturnPart]:
    match said:
        case UserSaid():
            return [UserPromptPart(content=said.text)]
        case AssistantSaid():
            calls = [ToolCallPart(call.name, call.arguments, call.id) for call in said.calls]
            # Anthropic refuses a text of blanks.
            return [TextPart(content=said.text), *calls] if said.text.strip() else calls
        case ToolSaid():
            outcome = "failed" if said.is_error else "success"
            return [ToolReturnPart(said.name, said.content, said.id, outcome=outcome)]
        case _:
            assert_never(said)
