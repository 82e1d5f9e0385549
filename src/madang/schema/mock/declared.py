"""Examples that a document declares beside a schema: in the media type of an answer. They are looked up when they are
wanted; the normal form does not carry them."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

from madang.kit.json import JsonObject, JsonValue, unpointer
from madang.schema.functions import Function

_MOST_STEPS = 20


class DeclaredExamples:
    """The examples of one document; without a document there are none."""

    def __init__(self, document: JsonValue = None) -> None:
        self._document = document

    def of(self, function: Function, status: str, media_type: str | None) -> Iterator[JsonValue]:
        """The examples of an answer in its media type, in document order."""
        if self._document is None:
            return
        operation = self._object(self._at(function.source))
        answer = self._object(self._object(operation.get("responses")).get(status))
        of_swagger = self._object(answer.get("examples"))
        if media_type is not None and media_type in of_swagger:
            yield of_swagger[media_type]
        media = self._object(self._object(answer.get("content")).get(media_type or ""))
        if "example" in media:
            yield media["example"]
        for each in self._object(media.get("examples")).values():
            example = self._object(each)
            if "value" in example:
                yield example["value"]

    def _object(self, value: JsonValue) -> JsonObject:
        """An object, through local references; an empty one for anything else."""
        for _ in range(_MOST_STEPS):
            reference = value.get("$ref") if isinstance(value, dict) else None
            if not isinstance(reference, str) or not reference.startswith("#"):
                break
            value = self._at(unquote(reference[1:]))
        return value if isinstance(value, dict) else {}

    def _at(self, pointer: str) -> JsonValue:
        value = self._document
        try:
            segments = unpointer(pointer)
        except ValueError:
            return None
        for segment in segments:
            value = _step(value, segment)
        return value


def _step(value: JsonValue, segment: str) -> JsonValue:
    if isinstance(value, list):
        return value[int(segment)] if segment.isdecimal() and int(segment) < len(value) else None
    return value.get(segment) if isinstance(value, dict) else None
