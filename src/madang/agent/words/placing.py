"""Values of flat fields put back into nested arguments."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from madang.agent.words.fields import Path
from madang.kit.json import JsonObject, JsonValue


def place_values(values: Iterable[tuple[Path, JsonValue]]) -> JsonObject:
    """Arguments with each value at its path; 0 in a path is the one item of a list."""
    arguments: JsonObject = {}
    for path, value in values:
        _place(arguments, path, value)
    return arguments


def _place(arguments: JsonObject, path: Path, value: JsonValue) -> None:
    holder: JsonValue = arguments
    for segment, following in pairwise(path):
        empty: JsonValue = [] if isinstance(following, int) else {}
        if isinstance(holder, dict):
            holder = holder.setdefault(str(segment), empty)
        elif isinstance(holder, list):
            if not holder:
                holder.append(empty)
            holder = holder[0]
    if isinstance(holder, dict):
        holder[str(path[-1])] = value
