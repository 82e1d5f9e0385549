"""Whether a model is good for turns: one tiny request, and a verdict that says what to do."""

from __future__ import annotations

import time
from contextlib import aclosing

from madang.agent.model_endpoints import ModelEndpoint
from madang.agent.models import ModelWaits
from madang.agent.thinking import ModelFailedError, Spent, ToolRequest, ToolSpec, UserSaid
from madang.backend.domains.models.views import VerdictView
from madang.backend.parts import Parts
from madang.kit.actor import Actor

WAITS = ModelWaits(between_seconds=45.0, total_seconds=60.0)

_TOOL = ToolSpec(
    name="ready",
    description="Says that you are ready.",
    schema={"type": "object", "properties": {}, "additionalProperties": False},
)


async def try_model(actor: Actor, parts: Parts, endpoint: ModelEndpoint) -> VerdictView:
    """Ask the model for a tool, as turns do. A failure is a verdict, not an error."""
    started = time.monotonic()
    model = parts.models.open(actor, endpoint, waits=WAITS)
    asked = model.think(
        instructions="You are being tested.", history=[UserSaid(text="Call the tool `ready` now.")], tools=[_TOOL]
    )
    is_called, spent = False, None
    try:
        async with aclosing(asked) as thoughts:
            async for thought in thoughts:
                is_called = is_called or (isinstance(thought, ToolRequest) and thought.name == _TOOL.name)
                spent = thought if isinstance(thought, Spent) else spent
    except ModelFailedError as error:
        return _verdict(error.detail, time.monotonic() - started, None, kind=error.kind)
    # Not the time since the start: the first who asks waits for a large import.
    seconds = spent.seconds if spent else time.monotonic() - started
    if not is_called:
        text = f"{endpoint.label} answers, but asks for no tool when it is told to; turns need a model that does"
        return _verdict(text, seconds, spent, kind="tools")
    return _verdict(f"{endpoint.label} asked for the tool as it was told, in {seconds:.1f} s", seconds, spent)


def _verdict(text: str, seconds: float, spent: Spent | None, kind: str | None = None) -> VerdictView:
    return VerdictView(
        ok=kind is None,
        verdict=text,
        kind=kind,
        seconds=round(seconds, 3),
        input_tokens=spent and spent.input_tokens,
        output_tokens=spent and spent.output_tokens,
        price_micro=spent and spent.price_micro,
        currency=spent and spent.currency,
    )
