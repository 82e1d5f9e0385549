"""The answer of the agent without a model, by the shape of the result: plain Markdown without links or images. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from datetime import date, datetime

from madang.agent.words.fields import words_of
from madang.agent.words.korean import is_hangul, with_particle
from madang.agent.words.results import (
    find_message,
    find_places,
    find_rows,
    identity_of,
    name_of,
    read_time,
    telling,
    unwrapped,
)
from madang.agent.words.sentences import SENTENCES, Language
from madang.catalog.values import CatalogFunction, FunctionSummary
from madang.kit.json import JsonObject, JsonValue
from madang.schema.functions import Function
from madang.schema.values import find_file

__all__ = ["Language", "language_of", "nothing_fits", "summarise"]

MOST_ROWS = 5
_NAME_LIMIT = 80
_VALUE_LIMIT = 120
_TEXT_LIMIT = 600
_LETTERS_LIMIT = 4000
_SPECIAL = re.compile(r"([\\`*_\[\]<>|~#!])")
_SLOT = re.compile(r"\{(\w+)(?::([^}]+))?\}")
_UNITS = ("B", "kB", "MB", "GB")
_ADVISED = (401, 403, 404, 429)
_REASONS = {"rejected": "rejected", "the form was cancelled": "cancelled", "stopped": "stopped"}


def language_of(text: str) -> Language:
    """Korean where a text has Hangul outside of quotations, or nothing but it; English otherwise."""
    beginning = text[:_LETTERS_LIMIT]
    bare = re.sub(r"\"[^\"]*\"|“[^”]*”|「[^」]*」|『[^』]*』", " ", beginning)
    words = bare if any(character.isalpha() for character in bare) else beginning
    return "ko" if any(is_hangul(character) for character in words) else "en"


def summarise(function: CatalogFunction, state: str, outcome: JsonObject, language: Language) -> str:
    """How a call went, from its state (`done`, `failed`, `rejected`, `invalid`, `doubt`) and outcome."""
    if state == "done":
        return _Summary(function, language).done(outcome)
    if state == "failed":
        return _failed(function, outcome, language)
    reason = outcome.get("reason")
    if state == "doubt":
        return _say("doubt", language, reason=_sentence(reason))
    key = _REASONS.get(reason, "rejected") if isinstance(reason, str) else "rejected"
    return _say("invalid" if state == "invalid" else key, language)


def nothing_fits(nearest: Sequence[FunctionSummary], language: Language) -> str:
    """That nothing fits, and what is nearest."""
    if not nearest:
        return _say("nothing_at_all", language)
    return "\n\n".join([_say("nothing_fits", language), _functions(nearest)])


class _Summary:
    """The summary of what one function gave."""

    def __init__(self, function: CatalogFunction, language: Language) -> None:
        self._function = function.function
        self._language: Language = language
        self._hidden: Set[str] = frozenset(
            name
            for argument in function.function.arguments
            if argument.is_human
            for name in (argument.name, argument.wire)
        )

    def done(self, outcome: JsonObject) -> str:
        lines: list[str] = []
        stored, reason = outcome.get("stored"), outcome.get("not_kept")
        if isinstance(stored, dict):
            lines = self._stored(stored)
        elif reason:
            lines = [_say("not_kept", self._language, reason=_sentence(reason))]
        else:
            lines = self._value(outcome.get("value"))
        if outcome.get("is_assumed") is True:
            lines.append(_say("assumed", self._language))
        return "\n\n".join(lines)

    def _stored(self, stored: JsonObject) -> list[str]:
        size = _size(stored.get("bytes"))
        items = stored.get("items")
        if isinstance(items, int):
            size += f", {_say('items', self._language, count=f'{items:,}')}"
        preview = stored.get("preview")
        if stored.get("kind") == "binary" or preview in (None, "", [], {}):
            return [_say("stored_blind", self._language, size=size)]
        total = items if isinstance(items, int) and stored.get("kind") == "array" else None
        return [_say("stored", self._language, size=size), *self._value(preview, is_preview=True, total=total)]

    def _value(self, value: JsonValue, *, is_preview: bool = False, total: int | None = None) -> list[str]:
        if value is None or value == "":
            return [self._nothing()]
        file = find_file(value)
        if file is not None:
            known = [part for part in (file.name, file.media_type) if part]
            known += [_size(len(file.data))] if file.data is not None else []
            return [_say("file", self._language, name=_escaped(", ".join(known)) or "?")]
        rows = find_rows(value)
        if rows is not None:
            return self._rows(rows.items, total or rows.total, is_preview=is_preview)
        if isinstance(value, str) and ("\n" in value or len(value) > _VALUE_LIMIT):
            return [_say("text", self._language), _quoted(value)] if not is_preview else [_quoted(value)]
        if not isinstance(value, dict):
            return [_say("value", self._language, value=self._plain(value))]
        return self._one(value, is_preview=is_preview)

    def _nothing(self) -> str:
        kind = _kind_of(self._function)
        return (
            _say(f"{kind}_unnamed", self._language)
            if kind in ("deleted", "updated")
            else _say("nothing", self._language)
        )

    def _rows(self, items: list[JsonValue], total: int | None, *, is_preview: bool) -> list[str]:
        if not items:
            return [_say("empty", self._language)]
        shown = items[:MOST_ROWS]
        lines = "\n".join(f"- {self._row(item)}" for item in shown)
        count = max(total or 0, len(items)) if is_preview else len(items)
        is_part = total is not None and total > len(items) and not is_preview
        key = "found_of" if is_part else "found"
        head = _say(key, self._language, count=f"{count:,}", total=f"{total or count:,}")
        left = count - len(shown)
        tail = [_say("more", self._language, count=f"{left:,}")] if left > 0 else []
        return [*([] if is_preview else [head]), lines, *tail]

    def _row(self, item: JsonValue) -> str:
        if not isinstance(item, dict):
            return self._plain(item) if not isinstance(item, list) else f"{len(item):,}"
        thing = unwrapped(item)
        named = self._named(thing)
        if named:
            return named
        members = thing if isinstance(thing, dict) else {}
        parts = [f"{_label(key)}: {self._plain(value)}" for key, value in telling(members, self._hidden, limit=3)]
        return ", ".join(parts) or "…"

    def _one(self, value: JsonObject, *, is_preview: bool) -> list[str]:
        thing = unwrapped(value)
        if not isinstance(thing, dict):
            return [_say("value", self._language, value=self._plain(thing))]
        kind = _kind_of(self._function)
        named = self._named(thing)
        head = _say(kind if named else f"{kind}_unnamed", self._language, name=named)
        lines = [f"- {_label(key)}: {self._plain(each)}" for key, each in telling(thing, self._hidden)]
        return [*([] if is_preview else [head]), *(["\n".join(lines)] if lines else [])] or [head]

    def _named(self, item: JsonValue) -> str:
        """`**Hello** (art_1)`, as much of it as there is."""
        name, identity = name_of(item), identity_of(item)
        bold = f"**{_escaped(_shortened(name, _NAME_LIMIT))}**" if name else ""
        if not identity or identity == name:
            return bold
        code = _code(identity) if len(identity) <= _NAME_LIMIT else ""
        return f"{bold} ({code})" if bold and code else bold or code

    def _plain(self, value: JsonValue) -> str:
        if isinstance(value, bool):
            return SENTENCES["yes" if value else "no"][self._language]
        if isinstance(value, int):
            return f"{value:,}" if abs(value) >= 10_000 else str(value)
        if isinstance(value, float):
            return f"{value:,.10g}"
        if isinstance(value, list):
            return ", ".join(self._plain(each) for each in value)
        text = str(value)
        moment = read_time(text)
        if moment is not None:
            return _time(moment, self._language)
        return _code(text) if "://" in text or "www." in text else _escaped(_shortened(text, _VALUE_LIMIT))


def _kind_of(function: Function) -> str:
    """What a call did, by its method and path: a POST to a list creates, one to a verb is merely done."""
    method = function.method.upper()
    if method in ("GET", "HEAD", "QUERY", "OPTIONS") or function.effect == "safe":
        return "one"
    if method == "DELETE":
        return "deleted"
    if method in ("PUT", "PATCH"):
        return "updated"
    last = function.path.rstrip("/").rpartition("/")[2]
    verbs = {"create", "add", "insert", "new", "post", "register"}
    is_creating = bool(verbs & {*words_of(function.name), *function.title.lower().split()[:1]})
    return "created" if is_creating or (last.endswith("s") and "." not in last) else "done"


def _failed(function: CatalogFunction, outcome: JsonObject, language: Language) -> str:
    status, reason = outcome.get("status"), outcome.get("reason")
    if not isinstance(status, int):
        key = "not_called" if reason else "not_called_silent"
        return _say(key, language, reason=_sentence(reason))
    stored = outcome.get("stored")
    said = outcome.get("value", stored.get("preview") if isinstance(stored, dict) else None)
    message = _sentence(_shortened(find_message(said), _TEXT_LIMIT))
    connector = _escaped(function.connector)
    key = "failed" if message else "failed_silent"
    lines = [_say(key, language, connector=connector, status=str(status), message=message)]
    places = [f"- {_code(place)}: {_escaped(_shortened(text, _VALUE_LIMIT))}" for place, text in find_places(said)[:3]]
    if places:
        lines.append("\n".join(places))
    advice = status if status in _ADVISED else 500 if status >= 500 else None
    if advice is not None:
        lines.append(_say(f"advice_{advice}", language, connector=connector))
    return "\n\n".join(lines)


def _functions(functions: Sequence[FunctionSummary]) -> str:
    return "\n".join(
        f"- {_code(each.full_name)}: {_escaped(_shortened(each.title, _NAME_LIMIT))}" for each in functions
    )


def _say(key: str, language: Language, **slots: str) -> str:
    """A sentence with its slots filled in, in Korean with particles that agree."""

    def fill(match: re.Match[str]) -> str:
        text = slots.get(match[1], "")
        return with_particle(text, match[2]) if match[2] and text else text

    return _SLOT.sub(fill, SENTENCES[key][language])


def _sentence(text: JsonValue) -> str:
    """A text as a sentence: escaped, on one line, with a full stop."""
    plain = _escaped(_shortened(str(text or ""), _TEXT_LIMIT))
    return plain if not plain or plain[-1] in ".!?…" else f"{plain}."


def _label(key: str) -> str:
    return _escaped(" ".join(words_of(key)) or key)


def _shortened(text: str, limit: int) -> str:
    line = " ".join(text[: 4 * limit].split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _escaped(text: str) -> str:
    """Text that Markdown shows as it is; what would become a link is code."""
    escaped = _SPECIAL.sub(r"\\\1", text)
    return re.sub(r"\b(?:[a-z]{2,10}://|www\.)[^\s\\]{1,200}", lambda found: _code(found[0]), escaped)


def _code(text: str) -> str:
    return "`" + text.replace("`", "'").replace("\n", " ") + "`"


def _quoted(text: str) -> str:
    """The beginning of a text as a quotation."""
    lines = text[:_TEXT_LIMIT].strip().splitlines()[:12]
    is_cut = len(text.strip()) > len("\n".join(lines))
    return "\n".join(f"> {_escaped(line)}" for line in lines) + (" …" if is_cut else "")


def _size(count: JsonValue) -> str:
    if not isinstance(count, int):
        return "?"
    size, unit = float(count), 0
    while size >= 1000 and unit < len(_UNITS) - 1:
        size, unit = size / 1000, unit + 1
    return f"{size:.0f} {_UNITS[unit]}" if unit == 0 else f"{size:.1f} {_UNITS[unit]}"


def _time(moment: date | datetime, language: Language) -> str:
    day = (
        f"{moment.year}년 {moment.month}월 {moment.day}일"
        if language == "ko"
        else f"{moment:%B} {moment.day}, {moment.year}"
    )
    if not isinstance(moment, datetime):
        return day
    zone = moment.utcoffset()
    name = "" if zone is None else " UTC" if not zone else f" UTC{moment:%z}"
    return f"{day} {moment:%H:%M}{name}"
