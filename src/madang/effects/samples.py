"""Answers of success that the journal has, for who wants to know what functions give back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from madang.kit.actor import Actor
from madang.kit.json import JsonObject, JsonValue

_COUNT = text(
    """
    SELECT function, count(*) AS count FROM madang.effect
    WHERE account_id = :account AND function = ANY(:functions) AND connection_id = ANY(:connections) AND state = 'done'
    GROUP BY function ORDER BY count(*) DESC, function
    """
)

_LIST = text(
    """
    SELECT outcome FROM madang.effect
    WHERE account_id = :account AND function = :function AND connection_id = ANY(:connections) AND state = 'done'
    ORDER BY started_at DESC LIMIT :most
    """
)


@dataclass(frozen=True, kw_only=True)
class Sample:
    """An answer: its value, or where a large one lies (`effects.results`)."""

    status: int
    media_type: str
    value: JsonValue = field(repr=False)
    stored: JsonObject | None = field(default=None, repr=False)


async def count_samples(
    actor: Actor, db: AsyncSession, functions: Sequence[str], connections: Sequence[str]
) -> dict[str, int]:
    """How many acts of each function over these connections are done, the most first; `functions` by full name."""
    values = {"account": actor.account, "functions": [*functions], "connections": [*connections]}
    return {str(function): int(count) for function, count in await db.execute(_COUNT, values)}


async def list_samples(
    actor: Actor, db: AsyncSession, function: str, connections: Sequence[str], *, most: int
) -> list[Sample]:
    """The newest answers of success in JSON; what a person or a check told in place of an answer is none."""
    values = {"account": actor.account, "function": function, "connections": [*connections], "most": most}
    found = [_sample(outcome) for (outcome,) in await db.execute(_LIST, values)]
    return [sample for sample in found if sample is not None]


def _sample(outcome: JsonValue) -> Sample | None:
    if not isinstance(outcome, dict) or outcome.get("assumed") or outcome.get("not_kept"):
        return None
    status, stored = outcome.get("status"), outcome.get("stored")
    value = outcome.get("value")
    essence = _media_type(outcome.get("media_type"), isinstance(value, dict | list) or isinstance(stored, dict))
    if not isinstance(status, int) or not 200 <= status < 300 or essence is None:
        return None
    if isinstance(stored, dict):
        is_json = stored.get("kind") in ("array", "object")
        return Sample(status=status, media_type=essence, value=None, stored=stored) if is_json else None
    return Sample(status=status, media_type=essence, value=value) if "value" in outcome else None


def _media_type(said: JsonValue, is_read: bool) -> str | None:
    """The media type without parameters where it is JSON, also where the server says none and it was read as JSON."""
    if not isinstance(said, str):
        return "application/json" if is_read else None
    essence = said.partition(";")[0].strip().lower()
    return essence if essence == "application/json" or essence.endswith("+json") else None
