"""Shows a model its own JSON with the errors beside the wrong places, as comments it can read and repair from."""

from __future__ import annotations

import json
from collections.abc import Container, Sequence
from dataclasses import dataclass, field

from madang.kit.json import JsonValue, unpointer
from madang.schema.describe import shorten
from madang.schema.validation import ArgumentError

SIZE_LIMIT = 8000
"""Characters of a feedback text, the sentences around the JSON included."""

_ERRORS_SHOWN = 20
_ERRORS_OF_ONE = 8
_CLEAN_SHOWN = 30
_CLEAN_WIDTH = 160
_MESSAGE_WIDTH = 300
_DEPTH_LIMIT = 64
_ARROW = "// ←"


@dataclass(kw_only=True)
class _Place:
    """The errors at one place and, by segment, below it."""

    errors: list[ArgumentError] = field(default_factory=list[ArgumentError])
    below: dict[str, _Place] = field(default_factory=dict[str, "_Place"])


def annotate(value: JsonValue, errors: Sequence[ArgumentError], *, limit: int = SIZE_LIMIT) -> str:
    """The value as indented JSON with `// ← expected ..., given ...` beside what is wrong.

    Missing members are lines of their own. What is right is shown short, and long lists only around the errors. The
    caller takes care that neither value nor errors hold a secret.
    """
    root = _Place()
    shown = _chosen(errors)
    for error in shown:
        place = root
        for segment in unpointer(error.path)[:_DEPTH_LIMIT]:
            place = place.below.setdefault(segment, _Place())
        place.errors.append(error)
    lines: list[str] = []
    _write(lines, value, root, "", "", "")
    if len(errors) > len(shown):
        lines.append(f"// and {len(errors) - len(shown)} more errors")
    return _fit(lines, limit)


def _chosen(errors: Sequence[ArgumentError]) -> list[ArgumentError]:
    """The errors that are shown: of one list or object only the first few, so that they do not hide the others."""
    chosen: list[ArgumentError] = []
    counts: dict[str, int] = {}
    for error in errors:
        parent = error.path.rpartition("/")[0]
        counts[parent] = counts.get(parent, 0) + 1
        if counts[parent] <= (_ERRORS_SHOWN if not parent else _ERRORS_OF_ONE):
            chosen.append(error)
    return chosen[:_ERRORS_SHOWN]


def _fit(lines: list[str], limit: int) -> str:
    size, kept = 0, list[str]()
    for line in lines:
        size += len(line) + 1
        if size > limit - 40:
            kept.append("// … the rest is not shown")
            break
        kept.append(line)
    return "\n".join(kept)


def _write(lines: list[str], value: JsonValue, place: _Place, indent: str, label: str, comma: str) -> None:
    comment = _comment(place.errors)
    if not place.below or not isinstance(value, (dict, list)):
        lines.append(f"{indent}{label}{shorten(value, _CLEAN_WIDTH)}{comma}{comment}")
        lines.extend(f"{indent}{_ARROW} below: {words}" for words in _messages(place) if place.below)
        return
    opening, closing = ("{", "}") if isinstance(value, dict) else ("[", "]")
    lines.append(f"{indent}{label}{opening}{comment}")
    if isinstance(value, dict):
        _write_members(lines, list(value.items()), place, indent + "  ")
        lines.extend(_missing(value.keys(), place, indent + "  "))
    else:
        _write_items(lines, value, place, indent + "  ")
    lines.append(f"{indent}{closing}{comma}")


def _write_members(lines: list[str], members: list[tuple[str, JsonValue]], place: _Place, indent: str) -> None:
    clean = 0
    for index, (key, item) in enumerate(members):
        inner = place.below.get(key)
        comma = "," if index < len(members) - 1 else ""
        label = f"{json.dumps(shorten(key, 120)[1:-1] if len(key) > 120 else key, ensure_ascii=False)}: "
        if inner is not None:
            _write(lines, item, inner, indent, label, comma)
            continue
        clean += 1
        if clean <= _CLEAN_SHOWN:
            lines.append(f"{indent}{label}{shorten(item, _CLEAN_WIDTH)}{comma}")
    if clean > _CLEAN_SHOWN:
        lines.append(f"{indent}// … {clean - _CLEAN_SHOWN} more members without errors")


def _write_items(lines: list[str], items: list[JsonValue], place: _Place, indent: str) -> None:
    shown = 0
    for index, item in enumerate(items):
        inner = place.below.get(str(index))
        if inner is None:
            continue
        if index > shown:
            lines.append(f"{indent}// … {index - shown} items without errors")
        _write(lines, item, inner, indent, "", "," if index < len(items) - 1 else "")
        shown = index + 1
    if shown < len(items):
        lines.append(f"{indent}// … {len(items) - shown} items without errors")


def _missing(present: Container[str], place: _Place, indent: str) -> list[str]:
    return [
        f"{indent}// {json.dumps(name, ensure_ascii=False)}: ← missing, expected {_cut(error.expected)}"
        for name, inner in place.below.items()
        if name not in present
        for error in inner.errors[:1]
    ]


def _messages(place: _Place) -> list[str]:
    found = [_cut(error.message) for error in place.errors]
    for inner in place.below.values():
        found += _messages(inner)
    return found[:5]


def _comment(errors: Sequence[ArgumentError]) -> str:
    if not errors:
        return ""
    return f" {_ARROW} " + "; ".join(_words(error) for error in errors[:3])


def _words(error: ArgumentError) -> str:
    hint = f" {error.message[error.message.rindex(' (') + 1 :]}" if error.message.endswith(")") else ""
    if error.code == "unknown":
        return _cut("not known here" + hint)
    return _cut(f"expected {error.expected}, given {error.given}") + hint


def _cut(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _MESSAGE_WIDTH else words[: _MESSAGE_WIDTH - 1] + "…"
