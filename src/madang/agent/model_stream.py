"""One streamed request to a model through the proxy, by pydantic-ai. Imported only when a model is asked.

The SDKs of the vendors are larger still: each is imported by a module of its own (`model_openai`, `model_anthropic`).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, aclosing
from typing import TypeAlias

import httpx2
from pydantic_ai.direct import model_request_stream
from pydantic_ai.messages import (
    ModelResponseStreamEvent,
    PartDeltaEvent,
    PartEndEvent,
    PartStartEvent,
    TextPart,
    TextPartDelta,
    ToolCallPart,
)
from pydantic_ai.models import Model, StreamedResponse
from pydantic_ai.settings import ModelSettings

from madang.agent.model_failures import KNOWN, failure_of
from madang.agent.model_messages import Ids, messages_of, parameters_of, request_of
from madang.agent.model_prices import CURRENCY, Tokens, price_micro
from madang.agent.model_request import Asked
from madang.agent.model_transport import open_client
from madang.agent.thinking import ModelFailedError, Spent, TextDelta, Thought, ToolRequest
from madang.logs import get_logger

_log = get_logger("agent")
for _name in ("httpx2", "httpcore2", "openai", "anthropic", "pydantic_ai"):
    # They log each request, with what was said in it at level debug; the proxy has its record.
    logging.getLogger(_name).setLevel(logging.WARNING)

MAX_ANSWER_CHARACTERS = 2_000_000
_LONGEST_NAME = 200


OpenModel: TypeAlias = Callable[[httpx2.AsyncClient, Asked], Model]
"""Makes the library's model of a vendor. Its SDK gets the grant where it would take a key from the environment."""


class Vendors:
    """Requests to the vendors of models, over one client for the proxy; close it at the end."""

    def __init__(self) -> None:
        self._client = open_client()

    async def close(self) -> None:
        """End all connections."""
        await self._client.aclose()

    async def answer(self, asked: Asked, open_model: OpenModel) -> AsyncGenerator[Thought, None]:
        """The answer to a request. Raises ModelFailedError, and nothing else."""
        started = time.monotonic()
        try:
            async with AsyncExitStack() as stack:
                waits = _Waits(asked, started)
                opening = model_request_stream(
                    open_model(self._client, asked),
                    messages_of(asked.history),
                    model_settings=_settings(asked),
                    model_request_parameters=parameters_of(asked.instructions, asked.tools),
                )
                async with asyncio.timeout(waits.next()):
                    stream = await stack.enter_async_context(opening)
                async with aclosing(_thoughts(stream, asked, waits)) as thoughts:
                    async for thought in thoughts:
                        yield thought
                yield _spent(stream, asked, time.monotonic() - started)
        except ModelFailedError:
            raise
        except Exception as error:  # noqa: BLE001 - as below
            # The boundary to a library that reads what a foreign server sends. Its errors hold the request, and with it
            # the grant: they go no further.
            if not isinstance(error, KNOWN):
                _log.warning("an answer of a model could not be read", model=asked.label, reason=type(error).__name__)
            raise failure_of(error, asked.label) from None


class _Waits:
    """How long the next wait may take."""

    def __init__(self, asked: Asked, started: float) -> None:
        self._between = asked.between_seconds
        self._end = started + asked.total_seconds

    def next(self) -> float:
        return max(0.0, min(self._between, self._end - time.monotonic()))


async def _thoughts(
    stream: StreamedResponse, asked: Asked, waits: _Waits
) -> AsyncGenerator[TextDelta | ToolRequest, None]:
    """Text as it comes; requests for tools when all has come, as half of them is nothing to act on."""
    ids, calls, size = Ids(asked.history), list[ToolCallPart](), 0
    events = aiter(stream)
    while True:
        async with asyncio.timeout(waits.next()):
            event = await anext(events, None)
        if event is None:
            break
        if isinstance(event, PartEndEvent) and isinstance(event.part, ToolCallPart):
            calls.append(event.part)
        size += _size(event)
        if size > MAX_ANSWER_CHARACTERS:
            raise ModelFailedError(f"{asked.label} answers without an end; the request was given up", kind="invalid")
        if text := _text(event):
            yield TextDelta(text=text)
    _check_end(stream, asked.label)
    for call in calls:
        yield request_of(call, ids)


def _text(event: ModelResponseStreamEvent) -> str:
    if isinstance(event, PartStartEvent) and isinstance(event.part, TextPart):
        return event.part.content
    if isinstance(event, PartDeltaEvent) and isinstance(event.delta, TextPartDelta):
        return event.delta.content_delta
    return ""


def _size(event: ModelResponseStreamEvent) -> int:
    if isinstance(event, PartDeltaEvent):
        return len(str(getattr(event.delta, "content_delta", None) or getattr(event.delta, "args_delta", None) or ""))
    return 0


def _check_end(stream: StreamedResponse, label: str) -> None:
    """Raise ModelFailedError for an answer that did not end as it should."""
    match stream.finish_reason:
        case "stop" | "tool_call":
            return
        case "length":
            raise ModelFailedError(f"{label} stopped in the middle: its answer is longer than it may be", kind="cut")
        case "content_filter":
            raise ModelFailedError(f"{label} will not answer this: the endpoint's filter stopped it", kind="refused")
        case _:
            raise ModelFailedError(f"the answer of {label} broke off; try again", kind="cut")


def _spent(stream: StreamedResponse, asked: Asked, seconds: float) -> Spent:
    usage = stream.usage
    model = (stream.model_name or asked.model)[:_LONGEST_NAME]
    return Spent(
        model=model,
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        price_micro=price_micro(
            Tokens(
                input=usage.input_tokens,
                output=usage.output_tokens,
                cache_read=usage.cache_read_tokens,
                cache_write=usage.cache_write_tokens,
            ),
            models=(model, asked.model),
            provider=asked.provider.prices,
            url=asked.endpoint_url,
        ),
        currency=CURRENCY,
        seconds=seconds,
    )


def _settings(asked: Asked) -> ModelSettings:
    settings = ModelSettings()
    if asked.force_tool is not None:
        settings["tool_choice"] = [asked.force_tool]
    return settings
