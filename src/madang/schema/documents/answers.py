"""Declared answers: statuses put right, the best media type of each, its schema."""

from __future__ import annotations

import re
from collections.abc import Callable

from madang.kit.json import JsonObject, JsonValue
from madang.schema.documents.context import Context
from madang.schema.documents.paths import RawOperation
from madang.schema.documents.places import Place
from madang.schema.documents.values import kind_of, text_at
from madang.schema.functions import Answer

Content = Callable[[JsonObject, Place], tuple[str | None, JsonValue]]
"""From a response's object to its best media type and that type's schema."""

_STATUS = re.compile(r"[1-5](?:\d\d|XX)\Z")
_STATUS_INSIDE = re.compile(r"(?<!\d)[1-5]\d\d(?!\d)")


def read_answers(raw: RawOperation, context: Context, content: Content) -> tuple[Answer, ...]:
    """The answers of one operation, in document order."""
    found: dict[str, Answer] = {}
    place = raw.place.child("responses")
    for key, value in _responses(raw, context).items():
        if key.startswith("x-"):
            continue
        here = place.child(key)
        status = _status(key, here, context)
        target = context.references.follow(value, here)
        if status is None or target is None:
            continue
        node = target.value
        if not isinstance(node, dict):
            message = f"Here is {kind_of(node)} where an answer belongs; it was read as one without a body."
            context.remarks.note(here, "answer-repaired", message)
            said: JsonObject = {"description": node} if isinstance(node, str) else {}
            node = said
        media_type, schema = content(node, target.place)
        description = text_at(node, "description") or text_at(node, "summary")
        answer = Answer(
            status=status, description=description, media_type=media_type, schema=schema, headers=_headers(node)
        )
        found.setdefault(status, answer)
    return tuple(found.values())


def result_of(answers: tuple[Answer, ...]) -> JsonValue:
    """The schema of success: of the lowest 2xx that has one, else of `2XX`, else, where no success is declared, of
    `default`; null where success is said to have no content; `True` where nothing is known."""
    good = sorted((answer for answer in answers if answer.status.startswith("2")), key=lambda answer: answer.status)
    for answer in good or [answer for answer in answers if answer.status == "default"]:
        if answer.schema is not None:
            return answer.schema
    if good and all(answer.status in ("204", "205") for answer in good):
        return {"type": "null"}
    return True


def _headers(node: JsonObject) -> tuple[str, ...]:
    headers = node.get("headers")
    return tuple(name.lower() for name in headers) if isinstance(headers, dict) else ()


def _responses(raw: RawOperation, context: Context) -> JsonObject:
    place = raw.place.child("responses")
    if raw.node.get("responses") is None:
        context.remarks.note(raw.place, "answers-missing", "No answers are declared; any answer is taken.")
        return {}
    target = context.references.follow(raw.node["responses"], place)
    if target is not None and isinstance(target.value, dict):
        return target.value
    context.remarks.loss(place, "wrong-type", "The answers are no object; they were left out.")
    return {}


def _status(key: str, place: Place, context: Context) -> str | None:
    if _STATUS.match(key):
        return key
    status = key.strip().lower()
    if status == "default":
        return status
    status = status.upper().rstrip(".")
    inside = _STATUS_INSIDE.search(status)
    repaired = status if _STATUS.match(status) else inside.group() if inside else None
    if repaired is None:
        context.remarks.loss(place, "status-invalid", f"'{key[:60]}' is no status; this answer was left out.")
    else:
        context.remarks.note(place, "status-repaired", f"'{key[:60]}' was read as status {repaired}.")
    return repaired
