"""What sub-agents are asked and what they answer: `async (input, context) -> output`. None calls a function.

- A *finder* says which functions a request may mean, or that nothing fits.
- A *composer* fills in a function's arguments, as far as they are known, and says where each came from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from madang.catalog.embedding import Embedder
from madang.catalog.values import CatalogFunction, FunctionSummary
from madang.effects.values import Provenance
from madang.kit.actor import Actor
from madang.kit.json import JsonObject, JsonValue
from madang.schema.arguments import CompiledArguments
from madang.storage.engine import Database


@dataclass(frozen=True, kw_only=True)
class Context:
    """What every sub-agent may use. `now` has the time zone of the person, so that "tomorrow" is theirs.

    With a `conversation` the functions that clients lend to it are among those of the account.
    """

    actor: Actor
    database: Database
    embedder: Embedder | None
    now: datetime
    conversation: str | None = None


@dataclass(frozen=True, kw_only=True)
class FinderInput:
    """Which functions may do this? `connector_id` looks in one connector only."""

    text: str
    limit: int = 10
    connector_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A function that the request may mean. `coverage` and `similarity` are those of `catalog.search.Hit`."""

    function: FunctionSummary
    coverage: float
    similarity: float | None


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Candidates, best first. Where `fits` is false they are only the nearest: nothing does what was asked."""

    candidates: Sequence[Candidate]
    fits: bool


@dataclass(frozen=True, kw_only=True)
class EarlierResult:
    """What an earlier call of the conversation gave: its journal key (`<turn>/<call>`), connection and value."""

    key: str
    function: str
    connection: str
    value: JsonValue


@dataclass(frozen=True, kw_only=True)
class ComposerInput:
    """Fill in this function for these words. `earlier` is newest first.

    `draft` is what a model gave for it and `feedback` what was wrong with that; without them nothing was tried yet.
    """

    function: CatalogFunction
    compiled: CompiledArguments
    text: str
    earlier: Sequence[EarlierResult] = ()
    draft: str | JsonValue = None
    feedback: str | None = None


@dataclass(frozen=True, kw_only=True)
class Composition:
    """Arguments as far as they are known, never any of the human share, and by argument name where each came from.

    What is required and not here is asked for. They may still break the schema: whoever calls checks.
    """

    arguments: JsonObject
    provenance: Mapping[str, Provenance] = field(default_factory=dict[str, Provenance])


class Finder(Protocol):
    """Finds functions for a request."""

    async def __call__(self, asked: FinderInput, context: Context) -> Finding:
        """Look among the functions of the actor's account."""
        ...


class Composer(Protocol):
    """Fills in arguments."""

    async def __call__(self, asked: ComposerInput, context: Context) -> Composition:
        """Take what the words, and earlier results, state."""
        ...
