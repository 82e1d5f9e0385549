"""Reads the JSON that models write: any text gets a value, and notes say what had to be repaired.

Repaired are: code fences and prose around the value, comments, missing, extra and trailing commas, single and curly
quotes, quotes inside text, unquoted keys and words, Python's and JavaScript's literals, raw line breaks and control
characters, bad escapes, JSON encoded twice, and a tail that is cut off (what is open is closed; a key without a value
is dropped; a literal that has begun, as `tru`, is completed). NaN and infinities become null, lone surrogates U+FFFD,
and what is nested deeper than `DEPTH_LIMIT` null. Strict JSON is read by the standard reader, integers exactly.

The work is linear in the length of the text.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass

from madang.kit.json import JsonValue
from madang.schema.lenient_reader import DEPTH_LIMIT, Note, RepairingReader, add_note, join_surrogates

_CANDIDATE_LIMIT = 4
_DOUBLED_LIMIT = 3
_FENCE = re.compile(r"```[\w+-]*[^\S\n]*\n?")
_ESCAPED_OUTSIDE = re.compile(r'[\[{]\s*\\"')
_CANDIDATE = re.compile(r"""\{(?=\s*["'“}\w$/#]|\s*\Z)|\[(?=\s*["'“\[\]{\d-]|\s*\Z)""")


@dataclass(frozen=True, kw_only=True)
class Parsed:
    """What a text says. `notes` is empty for strict JSON; `is_complete` is false where the text was cut off."""

    value: JsonValue
    notes: tuple[Note, ...] = ()
    is_complete: bool = True


def parse_lenient(text: str | bytes) -> Parsed:
    """Reads any text or bytes as JSON; never raises. Each kind of repair is noted once, at its first place."""
    notes: dict[str, Note] = {}
    source = _decode(text, notes)
    value, is_complete = _read(source, notes, _DOUBLED_LIMIT)
    return Parsed(value=value, notes=tuple(notes.values()), is_complete=is_complete)


def clean_value(value: JsonValue) -> Parsed:
    """A value that was parsed elsewhere, brought within what the rest relies on: depth, finite numbers, whole text."""
    notes: dict[str, Note] = {}
    return Parsed(value=_clean(value, notes), notes=tuple(notes.values()))


def _decode(text: str | bytes, notes: dict[str, Note]) -> str:
    if isinstance(text, bytes):
        try:
            source = text.decode("utf-8")
        except UnicodeDecodeError as error:
            add_note(notes, "encoding", error.start)
            source = text.decode("utf-8", "replace")
    else:
        source = join_surrogates(text, notes)
    return source.removeprefix("\ufeff")


def _read(source: str, notes: dict[str, Note], doubled: int) -> tuple[JsonValue, bool]:
    try:
        value, is_complete = _clean(json.loads(source), notes), True
    except (ValueError, RecursionError):
        value, is_complete = _repair(source, notes)
    if doubled and isinstance(value, str) and value.lstrip()[:1] in ("{", "[", '"'):
        return _read_doubled(value, is_complete, notes, doubled)
    return value, is_complete


def _read_doubled(text: str, was_complete: bool, notes: dict[str, Note], doubled: int) -> tuple[JsonValue, bool]:
    inner_notes: dict[str, Note] = {}
    inner, is_complete = _read(text, inner_notes, doubled - 1)
    if not isinstance(inner, (dict, list)):
        return text, was_complete
    add_note(notes, "doubled", 0)
    notes.update({code: note for code, note in inner_notes.items() if code not in notes})
    return inner, is_complete and was_complete


def _clean(value: JsonValue, notes: dict[str, Note], depth: int = 0) -> JsonValue:
    """Strict JSON can still hold half surrogates, infinities (as 1e999, or NaN) and any depth."""
    if isinstance(value, str):
        return join_surrogates(value, notes, 0)
    if isinstance(value, float) and not math.isfinite(value):
        add_note(notes, "non-finite", 0)
        return None
    if not isinstance(value, (dict, list)):
        return value
    if depth >= DEPTH_LIMIT:
        add_note(notes, "depth", 0)
        return None
    if isinstance(value, list):
        return [_clean(item, notes, depth + 1) for item in value]
    return {join_surrogates(key, notes, 0): _clean(item, notes, depth + 1) for key, item in value.items()}


def _repair(source: str, notes: dict[str, Note]) -> tuple[JsonValue, bool]:
    text = source.strip()
    if not text:
        add_note(notes, "empty", 0)
        return None, True
    if _ESCAPED_OUTSIDE.match(text):
        return _repair_escaped(text, notes)
    if text[0] in "{[":
        return RepairingReader(text, 0, notes).read()
    fenced = _find_fenced(text)
    if fenced is not None:
        add_note(notes, "fence", 0)
        return _read(fenced, notes, 0)
    return _repair_prose(text, notes)


def _repair_escaped(text: str, notes: dict[str, Note]) -> tuple[JsonValue, bool]:
    """`{\\"a\\": 1}`: the inside of a JSON text without its quotes."""
    try:
        inner = json.loads(f'"{text}"', strict=False)
    except ValueError:
        return RepairingReader(text, 0, notes).read()
    add_note(notes, "doubled", 0)
    return _read(inner, notes, 0)


def _find_fenced(text: str) -> str | None:
    """The inside of the first fence that holds an object or an array."""
    position = 0
    for _ in range(_CANDIDATE_LIMIT):
        opening = _FENCE.search(text, position)
        if opening is None:
            return None
        end = text.find("```", opening.end())
        inside = text[opening.end() : end if end >= 0 else len(text)].strip()
        if inside[:1] in ("{", "["):
            # A fence inside a text of the value looks like the end: take all up to the last one.
            last = text.rfind("```")
            is_cut = end >= 0 and inside[-1] not in "}]" and last > end
            return text[opening.end() : last].strip() if is_cut else inside
        position = end + 3 if end >= 0 else len(text)
    return None


def _repair_prose(text: str, notes: dict[str, Note]) -> tuple[JsonValue, bool]:
    best: tuple[int, RepairingReader, JsonValue] | None = None
    starts = [match.start() for match, _ in zip(_CANDIDATE.finditer(text), range(_CANDIDATE_LIMIT), strict=False)]
    for start in starts:
        if best is not None and start < best[1].position:
            continue
        reader = RepairingReader(text, start, {})
        value, is_complete = reader.read()
        cost = len(reader.notes) + (0 if isinstance(value, dict) else 4) + (0 if value else 4) + (not is_complete)
        if best is None or cost < best[0]:
            best = (cost, reader, value)
    if best is None:
        return _repair_scalar(text, notes)
    _, reader, value = best
    add_note(notes, "prose", 0)
    notes.update({code: note for code, note in reader.notes.items() if code not in notes})
    return value, reader.is_complete


def _repair_scalar(text: str, notes: dict[str, Note]) -> tuple[JsonValue, bool]:
    own: dict[str, Note] = {}
    reader = RepairingReader(text, 0, own)
    value, is_complete = reader.read()
    if "unquoted" in own or "prose" in own:
        add_note(notes, "unreadable", 0)
        return text, True
    notes.update(own)
    return value, is_complete
