"""The port of models: what a turn tells a model, and what comes back, in words of no vendor.

A model is told instructions, a history and tools; it answers with text as it comes and with requests for tools, whole.
It performs nothing. What it gives as arguments is a text that need not be JSON: whoever asked reads it leniently.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from madang.kit.errors import MadangError
from madang.kit.json import JsonObject, JsonValue
from madang.schema.dialects import DialectName, description, parameters
from madang.schema.functions import Function

FailureKind = Literal["refused", "unreachable", "cut", "limited", "invalid", "timeout"]
"""`refused`: the endpoint does not take the request or the key. `unreachable`: it is not there, or fails on its side.
`cut`: its answer broke off. `limited`: too many requests or too little credit. `invalid`: what it answered makes no
sense. `timeout`: it said nothing for too long, or took too long altogether."""


@dataclass(frozen=True, kw_only=True)
class ToolSpec:
    """A tool that the model may ask for; `schema` is the JSON Schema of its arguments, an object."""

    name: str
    description: str
    schema: JsonObject


def tool_of(function: Function, schemas: Mapping[str, JsonValue], dialect: DialectName, name: str) -> ToolSpec:
    """A function as a tool: its model share alone, in the model's dialect, under a name of the caller's."""
    return ToolSpec(
        name=name, description=description(function, dialect), schema=parameters(function, schemas, dialect)
    )


@dataclass(frozen=True, kw_only=True)
class ToolRequest:
    """The model wants a tool: `arguments` is the text that it gave, which need not be JSON; `id` is unique in an
    answer and in the history that the model was given."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, kw_only=True)
class UserSaid:
    """What a person said."""

    text: str


@dataclass(frozen=True, kw_only=True)
class AssistantSaid:
    """What a model said, and the tools that it asked for then."""

    text: str
    calls: Sequence[ToolRequest] = ()


@dataclass(frozen=True, kw_only=True)
class ToolSaid:
    """What a tool gave; `id` and `name` are those of the request."""

    id: str
    name: str
    content: str
    is_error: bool = False


Said: TypeAlias = UserSaid | AssistantSaid | ToolSaid
"""One item of a history. Each request of an AssistantSaid is answered by a ToolSaid before the next of the others."""


@dataclass(frozen=True, kw_only=True)
class TextDelta:
    """More of the text, never empty."""

    text: str


@dataclass(frozen=True, kw_only=True)
class Spent:
    """What an answer cost, the last item of every answer that ended as it should.

    `price_micro` is in millionths of the currency; None where nobody knows the price of the model.
    """

    model: str
    input_tokens: int
    output_tokens: int
    price_micro: int | None
    currency: str
    seconds: float


Thought: TypeAlias = TextDelta | ToolRequest | Spent


class ModelFailedError(MadangError):
    """The model gave no whole answer. What came before it stands as it is; nothing of it was performed."""

    status = 502
    code = "model"
    title = "The model failed"

    def __init__(self, detail: str, *, kind: FailureKind, retry_after_seconds: float | None = None) -> None:
        super().__init__(detail)
        self.kind: FailureKind = kind
        self.retry_after_seconds = retry_after_seconds


class Model(Protocol):
    """A model that can be asked."""

    @property
    def dialect(self) -> DialectName:
        """How functions are told to it as tools."""
        ...

    def think(
        self,
        *,
        instructions: str,
        history: Sequence[Said],
        tools: Sequence[ToolSpec],
        force_tool: str | None = None,
    ) -> AsyncGenerator[Thought, None]:
        """One answer: text in parts, then requests for tools, then what it cost.

        `force_tool` names the one of `tools` that the model must ask for. Raises ModelFailedError, also half-way.
        Closing the generator (`aclose`) gives up the request; so does ending the task.
        """
        ...
