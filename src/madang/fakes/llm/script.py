"""Scripts: which turn answers a request. Decisions only; how a script is written is in `reading`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from madang.fakes.llm.agent import answer
from madang.fakes.llm.values import Fail, ModelRequest, Reply


@dataclass(frozen=True, kw_only=True)
class When:
    """What a request has to be for a turn; what is not given does not matter."""

    text_contains: str | None = None
    text_matches: re.Pattern[str] | None = None
    system_contains: str | None = None
    result_contains: str | None = None
    tools: frozenset[str] = frozenset()
    tool_results: int | None = None
    model: str | None = None
    stream: bool | None = None

    def fits(self, request: ModelRequest) -> bool:
        """Whether the request is such a one."""
        return (
            _within(self.text_contains, request.user_text)
            and _within(self.system_contains, request.system_text)
            and _within(self.result_contains, request.results[-1] if request.results else "")
            and (self.text_matches is None or self.text_matches.search(request.user_text) is not None)
            and self.tools <= {tool.name for tool in request.tools}
            and self.tool_results in {None, len(request.results)}
            and self.model in {None, request.model}
            and self.stream in {None, request.is_stream}
        )


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One answer and how many requests it may answer; None is any number."""

    reply: Reply
    when: When = When()
    times: int | None = 1


@dataclass(frozen=True, kw_only=True)
class Script:
    """Turns in the order in which they are tried, and what happens when none is left that fits."""

    turns: tuple[Turn, ...] = ()
    otherwise: Literal["refuse", "agent"] = "refuse"


DEFAULT_SCRIPT = Script(otherwise="agent")
"""No turns: the agent of `agent` answers everything."""


def find_turn(script: Script, uses: Sequence[int], request: ModelRequest) -> int | None:
    """The first turn that fits and is not used up; `uses` counts the answers of each turn so far."""
    for index, turn in enumerate(script.turns):
        if (turn.times is None or uses[index] < turn.times) and turn.when.fits(request):
            return index
    return None


def reply_to(script: Script, index: int | None, request: ModelRequest) -> Reply:
    """The reply of a turn; without a turn the agent's, or an error that clients do not retry."""
    if index is not None:
        return script.turns[index].reply
    if script.otherwise == "agent":
        return answer(request)
    text = request.user_text[:80]
    message = f"the script has no turn left for this request (user: {text!r}, tool results: {len(request.results)})"
    return Reply(parts=(Fail(status=400, message=message),))


def _within(wanted: str | None, text: str) -> bool:
    return wanted is None or wanted.lower() in text.lower()
