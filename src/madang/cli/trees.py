"""A JSON value as lines for a terminal, no higher than wanted: long lists and objects are told by their beginning."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from madang.cli.printing import cut
from madang.kit.json import JsonValue

_SHORT = 60
_DEEPEST = 24
_MEMBERS: Sequence[int] = (1_000, 100, 30, 12, 6, 3, 2, 1)


def tree_lines(value: JsonValue, *, height: int, width: int) -> list[str]:
    """The value as at most `height` lines of at most `width` places."""
    lines: list[str] = []
    for members in _MEMBERS:
        lines = list(_lines(value, members, "", "", 0))
        if len(lines) <= height:
            break
    else:
        lines = [*lines[: height - 1], f"… {len(lines) - height + 1} more lines"]
    return [cut(line, width) for line in lines]


def _lines(value: JsonValue, members: int, before: str, label: str, depth: int, after: str = "") -> Iterator[str]:
    short = _short(value)
    if short is not None or depth >= _DEEPEST or not isinstance(value, (dict, list)):
        yield f"{before}{label}{'…' if short is None else short}{after}"
        return
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    yield f"{before}{label}{opening}"
    named = value.items() if isinstance(value, dict) else (("", item) for item in value)
    for index, (name, item) in enumerate(named):
        if index == members:
            yield f"{before}  … {len(value) - members:,} more"
            break
        inner = f"{json.dumps(name, ensure_ascii=False)}: " if isinstance(value, dict) else ""
        comma = "," if index < len(value) - 1 else ""
        yield from _lines(item, members, before + "  ", inner, depth + 1, comma)
    yield f"{before}{closing}{after}"


def _short(value: JsonValue) -> str | None:
    """The value on one line where that is short, or where there is no other way."""
    if isinstance(value, (dict, list)) and (len(value) > _SHORT // 2 or any(map(_is_nested, _inner(value)))):
        return None
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHORT or not isinstance(value, (dict, list)) else None


def _inner(value: dict[str, JsonValue] | list[JsonValue]) -> list[JsonValue]:
    return list(value.values()) if isinstance(value, dict) else value


def _is_nested(value: JsonValue) -> bool:
    return isinstance(value, (dict, list)) and bool(value)
