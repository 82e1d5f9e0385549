"""The finder by a model: search finds candidates, the model chooses one of them, or says that none does it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import aclosing

from madang.agent.subagents.ports import Candidate, Context, Finder, FinderInput, Finding
from madang.agent.thinking import Model, ModelFailedError, ToolRequest, ToolSpec, UserSaid
from madang.kit.json import JsonValue
from madang.schema.lenient import parse_lenient

NONE = "none"
TEXT_CHARACTERS = 8_000

INSTRUCTIONS = """\
You choose which function does what a person asks: call the tool `choose`, once, and say nothing else.
Choose the number of the function that does it, or "none" where none of them does."""

_NUMBER = re.compile(r"\d{1,3}")


class ModelFinder:
    """Finds by another finder, and lets a model choose."""

    def __init__(self, model: Model, finder: Finder) -> None:
        self._model = model
        self._finder = finder

    async def __call__(self, asked: FinderInput, context: Context) -> Finding:
        """The candidates, the chosen one first. Where the model fails, or chooses nothing, search has the word."""
        found = await self._finder(asked, context)
        if not found.candidates:
            return found
        try:
            chosen = await self._choose(asked.text, found.candidates)
        except ModelFailedError:
            return found
        return _chosen(found, chosen)

    async def _choose(self, text: str, candidates: Sequence[Candidate]) -> str | None:
        """What the model says, None for nothing."""
        listed = "\n".join(
            f"{number}. {each.function.full_name}: {each.function.title} ({each.function.method} {each.function.path})"
            for number, each in enumerate(candidates, start=1)
        )
        thoughts = self._model.think(
            instructions=INSTRUCTIONS,
            history=[UserSaid(text=f"The person says:\n{text[:TEXT_CHARACTERS]}\n\nFunctions:\n{listed}")],
            tools=[_tool(len(candidates))],
            force_tool="choose",
        )
        said: str | None = None
        async with aclosing(thoughts):
            async for thought in thoughts:
                if isinstance(thought, ToolRequest) and said is None:
                    said = thought.arguments
        return said


def _tool(count: int) -> ToolSpec:
    numbers: list[JsonValue] = [*(str(number) for number in range(1, count + 1)), NONE]
    return ToolSpec(
        name="choose",
        description="Choose the function that does it.",
        schema={
            "type": "object",
            "properties": {"function": {"type": "string", "enum": numbers}},
            "required": ["function"],
            "additionalProperties": False,
        },
    )


def _chosen(found: Finding, said: str | None) -> Finding:
    value = parse_lenient(said or "").value
    choice = str(value.get("function", "")) if isinstance(value, dict) else ""
    if choice.strip().lower() == NONE:
        return Finding(candidates=found.candidates, fits=False)
    number = _NUMBER.search(choice)
    index = int(number[0]) - 1 if number else -1
    if not 0 <= index < len(found.candidates):
        return found
    best = found.candidates[index]
    rest = [each for each in found.candidates if each is not best]
    return Finding(candidates=[best, *rest], fits=True)
