"""The items of a list by all parts that hold for it: how many, and what each has to fit."""

from __future__ import annotations

from collections.abc import Sequence

from madang.kit.json import JsonObject, JsonValue

MOST_ITEMS = 1_000


def item_counts(parts: Sequence[JsonObject]) -> tuple[int, int]:
    """The least and the most items."""
    low = max((bound for part in parts if isinstance(bound := part.get("minItems"), int)), default=0)
    high = min((bound for part in parts if isinstance(bound := part.get("maxItems"), int)), default=MOST_ITEMS)
    for part in parts:
        firsts = part.get("prefixItems")
        if isinstance(firsts, list) and part.get("items") is False:
            high = min(high, len(firsts))
    return max(low, _contained(parts)), high


def item_schemas(parts: Sequence[JsonObject], index: int) -> list[JsonValue]:
    """All that an item has to fit; the first ones are those that a list must contain."""
    found: list[JsonValue] = []
    for part in parts:
        firsts = part.get("prefixItems")
        first_schemas = firsts if isinstance(firsts, list) else []
        if index < len(first_schemas):
            found.append(first_schemas[index])
        elif "items" in part:
            found.append(part["items"])
    if index < _contained(parts):
        found += [part["contains"] for part in parts if "contains" in part]
    return found


def _contained(parts: Sequence[JsonObject]) -> int:
    counts = [part.get("minContains", 1) for part in parts if "contains" in part]
    return max((count for count in counts if isinstance(count, int)), default=0)
