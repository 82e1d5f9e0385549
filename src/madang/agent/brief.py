"""A JSON value cut down to fit a context: the first items, the beginnings of texts, and a note of what is left out."""

from __future__ import annotations

from madang.effects.outcomes import json_text
from madang.kit.json import JsonValue

_STEPS = ((50, 2_000), (20, 500), (10, 200), (5, 100), (2, 60))
"""Items of a list or members of an object, and characters of a text, tried in this order."""
_DEEPEST = 12


def brief(value: JsonValue, limit: int) -> str:
    """The value as JSON text of at most `limit` characters."""
    text = json_text(value)
    for items, characters in _STEPS:
        if len(text) <= limit:
            return text
        text = json_text(_cut(value, items, characters, 0))
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _cut(value: JsonValue, items: int, characters: int, depth: int) -> JsonValue:
    if isinstance(value, str):
        return value if len(value) <= characters else f"{value[:characters]}… ({len(value):,} characters)"
    if depth >= _DEEPEST:
        return "…" if isinstance(value, dict | list) else value
    if isinstance(value, list):
        kept = [_cut(each, items, characters, depth + 1) for each in value[:items]]
        return kept if len(value) <= items else [*kept, f"… {len(value) - items:,} more"]
    if isinstance(value, dict):
        names = list(value)[:items]
        kept = {name: _cut(value[name], items, characters, depth + 1) for name in names}
        return kept if len(value) <= items else {**kept, "…": f"{len(value) - items:,} more"}
    return value
