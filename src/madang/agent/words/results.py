"""The shape of a result: the rows of a list, what names a thing, and what else of it tells something. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass
from datetime import date, datetime

from madang.agent.words.fields import words_of
from madang.agent.words.tables import word_set
from madang.kit.json import JsonObject, JsonValue
from madang.schema.values import find_file

Path = tuple[str | int, ...]

_LISTS = (
    "items",
    "results",
    "data",
    "value",
    "values",
    "list",
    "entries",
    "records",
    "hits",
    "edges",
    "rows",
    "content",
)
_WRAPPERS = ("data", "result", "response", "payload", "value", "body")
_OUTER = ("attributes", "snippet", "properties", "fields", "commit", "data", "node", "resource")
_NAMES = (
    "title", "name", "displayName", "display_name", "full_name", "fullName", "summary", "subject", "headline", "label",
    "login", "username", "user_name", "nickname", "email", "symbol", "text", "message", "question", "key", "slug",
    "path",
)  # fmt: skip
_IDENTITIES = ("number", "id", "uuid", "uid", "_id", "sha", "iid", "key", "code", "reference", "order_id", "gid")
_TOTALS = ("total_count", "totalCount", "total", "totalResults", "total_results", "totalItems", "count", "total_items")
_FIRST = ("status", "state", "section", "category", "type", "amount", "price", "total", "currency", "date", "due_on")
_NOT_TELLING = word_set(
    "url uri href link links html self node etag object api permalink avatar gravatar sha hash md5 checksum cursor "
    "next previous revision livemode password secret token key credential kid"
)
_SECRET = re.compile(
    r"passw(or)?d|passphrase|secret|token|api_?key|credential|private_?key|(^|_)(pin|cvv|cvc|otp|ssn)(_|$)",
    re.IGNORECASE,
)
_DEPTH_LIMIT = 3
_TEXT_LIMIT = 120
_TELLING = 6


@dataclass(frozen=True, kw_only=True)
class Rows:
    """A list inside a result: where, what is in it, and how many there are in all where the result says so."""

    path: Path
    items: list[JsonValue]
    total: int | None = None


def find_rows(value: JsonValue, path: Path = ()) -> Rows | None:
    """The list that a result is or holds: under a name that lists have, or the only list in it; None for one thing."""
    if isinstance(value, list):
        return Rows(path=path, items=value)
    if not isinstance(value, dict) or len(path) >= _DEPTH_LIMIT or _identity_key(value) or "title" in value:
        return None
    key = _list_key(value)
    if key is not None:
        inner = find_rows(value[key], (*path, key))
        return None if inner is None else Rows(path=inner.path, items=inner.items, total=inner.total or _total(value))
    inner_keys = [name for name, item in value.items() if isinstance(item, dict)]
    if len(inner_keys) == 1 and len(value) <= 2:
        return find_rows(value[inner_keys[0]], (*path, inner_keys[0]))
    return None


def _list_key(value: JsonObject) -> str | None:
    held = [key for key, item in value.items() if isinstance(item, list)]
    named = [key for key in _LISTS if key in held]
    objects = [key for key in held if _is_of_objects(value[key])]
    if named or len(objects) == 1:
        return named[0] if named else objects[0]
    return held[0] if len(held) == 1 and len(value) <= 4 else None


def _is_of_objects(value: JsonValue) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _total(value: JsonObject) -> int | None:
    found = next((value[key] for key in _TOTALS if key in value), None)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def unwrapped(value: JsonValue) -> JsonValue:
    """One thing without the envelope around it, as `{"data": {"task": {...}}}`."""
    for _ in range(_DEPTH_LIMIT):
        if not isinstance(value, dict) or _identity_key(value):
            return value
        inner = [key for key, item in value.items() if isinstance(item, dict) and item]
        is_envelope = len(inner) == 1 and (inner[0] in _WRAPPERS or len(value) == 1 or set(value) <= {inner[0], "ok"})
        if not is_envelope:
            return value
        value = value[inner[0]]
    return value


def name_of(item: JsonValue) -> str:
    """What a person would call a thing: its title or name; nothing where it has none."""
    if not isinstance(item, dict):
        return ""
    for holder in (item, *(item[key] for key in _OUTER if isinstance(item.get(key), dict))):
        for key in _NAMES:
            text = holder.get(key) if isinstance(holder, dict) else None
            if isinstance(text, str) and text.strip() and not _SECRET.search(key):
                return text
    return ""


def identity_of(item: JsonValue) -> str:
    """What a thing is found by: `#5` for a number, else its id; nothing where it has none."""
    key = _identity_key(item) if isinstance(item, dict) else None
    if key is None or not isinstance(item, dict):
        return ""
    return f"#{item[key]}" if key in ("number", "iid") else str(item[key])


def _identity_key(item: JsonObject) -> str | None:
    return next((key for key in _IDENTITIES if isinstance(item.get(key), (str, int)) and item[key] != ""), None)


def telling(item: JsonObject, hidden: Set[str], limit: int = _TELLING) -> Iterator[tuple[str, JsonValue]]:
    """Members that tell something of a thing, the most telling first: plain values, no secrets, links or hashes."""
    shown = {name_of(item), identity_of(item), identity_of(item).removeprefix("#")}
    order = sorted(item, key=lambda key: _FIRST.index(key) if key in _FIRST else len(_FIRST))
    for key in order:
        if limit <= 0:
            return
        value = item[key]
        if key not in hidden and _tells(key, value) and str(value) not in shown:
            limit -= 1
            yield key, value


def _tells(key: str, value: JsonValue) -> bool:
    words = words_of(key)
    if (
        is_secret(key)
        or not words
        or any(word in _NOT_TELLING for word in words)
        or words[-1] in ("id", "ids", "at_ms")
    ):
        return False
    if value is None or value == "" or isinstance(value, dict) or find_file(value) is not None:
        return False
    if isinstance(value, list):
        return 0 < len(value) <= 8 and all(isinstance(each, (str, int, float)) for each in value)
    return not (isinstance(value, str) and ("://" in value or len(value) > 4 * _TEXT_LIMIT))


def is_secret(key: str) -> bool:
    """Whether what stands under this name is never repeated."""
    return _SECRET.search(key) is not None


def find_message(value: JsonValue, depth: int = 0) -> str:
    """What an API said in a failure: `detail` of a problem document, `message`, `error` and their like."""
    if isinstance(value, str):
        text = value.strip()
        return "" if text.startswith("<") or not text else text
    if isinstance(value, list):
        return next(filter(None, (find_message(each, depth + 1) for each in value[:3])), "") if depth < 4 else ""
    if not isinstance(value, dict) or depth >= 4:
        return ""
    keys = ("detail", "message", "error_description", "msg", "error_message", "errorMessage", "error", "description")
    keys += ("errors", "status_message", "reason", "fault", "faultstring", "title", "code", "Message")
    for key in keys:
        found = find_message(value.get(key), depth + 1) if key in value else ""
        if found:
            return found
    return ""


def find_places(value: JsonValue) -> list[tuple[str, str]]:
    """Wrong places that an API names in a failure, and what it says of each."""
    errors = value.get("errors") if isinstance(value, dict) else None
    found: list[tuple[str, str]] = []
    for error in errors if isinstance(errors, list) else ():
        if isinstance(error, dict):
            place = next((error[key] for key in ("pointer", "field", "path", "param", "loc") if key in error), None)
            message = find_message({key: item for key, item in error.items() if key != "field"})
            if isinstance(place, str) and message and not is_secret(place):
                found.append((place.strip("/").replace("/", ".") or place, message))
    return found


def read_time(text: str) -> date | datetime | None:
    """A day or time that a text is, or None."""
    if len(text) < 8 or not text[:4].isdecimal() or text[4] != "-":
        return None
    try:
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError:
        return None
