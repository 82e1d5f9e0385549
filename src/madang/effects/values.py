"""What is done, how it is known where each argument came from, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from madang.catalog.values import CatalogFunction, Connection
from madang.kit.json import JsonObject, JsonValue
from madang.types.effects import EffectClass

ScopeKind = Literal["turn", "run", "call"]
ProvenanceKind = Literal["user", "form", "result", "model", "default"]
EntryState = Literal["intent", "done", "failed", "doubt"]
Decision = Literal["approve", "reject"]


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What fences effects: the one who holds the lease of the newest epoch may act, nobody else; `user` is whom for."""

    id: str
    account: str
    user: str
    kind: ScopeKind
    owner: str
    epoch: int
    lease_until: datetime


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """Where an argument came from. For `result`: the journal key of the call, its connection, and a JSON pointer."""

    kind: ProvenanceKind
    key: str | None = None
    connection: str | None = None
    path: str | None = None

    def to_json(self) -> JsonObject:
        """The form in which it is stored and shown."""
        found: dict[str, str | None] = {"kind": self.kind, "key": self.key, "connection": self.connection}
        return {name: value for name, value in (found | {"path": self.path}).items() if value is not None}


@dataclass(frozen=True, kw_only=True)
class Act:
    """One act on the world, before it is done.

    `key` is its place in the scope, the same at every replay. `arguments` are complete, the human share included:
    they live in memory only; `shown` is what is stored and shown, with that share taken out.
    """

    key: str
    function: CatalogFunction
    connection: Connection
    arguments: JsonObject = field(repr=False)
    shown: JsonObject
    provenance: Mapping[str, Provenance] = field(default_factory=dict[str, Provenance])

    @property
    def effect(self) -> EffectClass:
        """The class of the function, unless the connection says otherwise."""
        return self.connection.effect_of(self.function.function)


@dataclass(frozen=True, kw_only=True)
class Answered:
    """A complete answer of the upstream, whatever its status. `drift`: where it breaks its declared schema.

    A large value is None here and `stored` says where it lies (`effects.results`), or `not_kept` why it lies nowhere.
    `reason` are its own words for a failure, where it has such.
    """

    status: int
    media_type: str | None
    value: JsonValue
    stored: JsonObject | None = None
    not_kept: str | None = None
    drift: tuple[JsonObject, ...] = ()
    seconds: float = 0.0
    call_id: str | None = None
    retry_after_seconds: float | None = None
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class NotSent:
    """No byte went out, so nothing happened. `is_final`: trying again is no use (not granted, address refused)."""

    reason: str
    is_final: bool = False


@dataclass(frozen=True, kw_only=True)
class Unknown:
    """A byte went out and no complete answer came: it may or may not have happened."""

    reason: str
    call_id: str | None = None


Attempt = Answered | NotSent | Unknown


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A row of the journal: an act with its newest attempt. `outcome` is what the caller of the act gets.

    An outcome with an answer has `status`, `media_type`, `seconds`, and the answer as `value`; in place of a value that
    is large it has `stored`: `{id, bytes, kind, items, preview, media_type, name}` (see `effects.results.Stored`).
    """

    scope: str
    key: str
    function: str
    connection: str
    effect: EffectClass
    state: EntryState
    attempt: int
    shown: JsonObject
    provenance: JsonObject
    outcome: JsonObject | None
    started_at: datetime
    finished_at: datetime | None
