"""Answers as a document declares them: chosen by status, made by their schema, written in their media type."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from random import Random

from madang.kit.json import JsonObject, JsonValue
from madang.schema.encoding import Pair, to_json_text
from madang.schema.examples.errors import UngeneratableError
from madang.schema.examples.generating import MISSING, Generator, Given
from madang.schema.examples.heights import Heights
from madang.schema.examples.wishes import EXAMPLES, Wishes
from madang.schema.functions import Answer, Function
from madang.schema.mock.declared import DeclaredExamples
from madang.schema.mock.typed import Types
from madang.schema.mock.wire import Outgoing
from madang.schema.references import References, rewrite
from madang.schema.values import find_file, is_file_schema

_FULL: Wishes = replace(EXAMPLES, completes=True)
_WORD = re.compile(r"[^a-z]")
_NAME = re.compile(r"[^\w.-]")
_BODILESS = frozenset({204, 205, 304})
_DEFAULT_STATUS: dict[str, int] = {"POST": 201, "DELETE": 204}


class Answers:
    """Makes the answers of functions that share schemas; the same seed and key give the same answer."""

    def __init__(self, references: References, *, seed: str, examples: DeclaredExamples | None = None) -> None:
        self._references = references
        self._types = Types(references)
        self._heights = Heights(references.schemas)
        self._seed = seed
        self._examples = examples or DeclaredExamples()

    def example(self, function: Function) -> JsonValue:
        """What the document shows as the answer of success, or None."""
        _, answer = declared_success(function)
        if answer is None:
            return None
        return next(self._examples.of(function, answer.status, answer.media_type), None)

    def make(
        self, schemas: Sequence[JsonValue], key: str, given: Given = MISSING, *, is_full: bool = False
    ) -> JsonValue:
        """A value of an answer; of what is given all that fits stays. `is_full`: with more than was given.

        Raises UngeneratableError.
        """
        # Seeds are for repetition, nothing here is secret.
        rng = Random(f"{self._seed} {key}")  # noqa: S311
        wishes = _FULL if is_full else EXAMPLES
        try:
            return Generator(self._references, rng, wishes=wishes, heights=self._heights).make(schemas, given)
        except UngeneratableError:
            opened = [_opened(schema) for schema in schemas]
            return Generator(self._open_references, rng, wishes=wishes).make(opened, given)

    @cached_property
    def _open_references(self) -> References:
        """The schemas with every object open: members of an `allOf` that are closed each for itself fit nothing, and
        such documents mean their union."""
        return References({name: _opened(schema) for name, schema in self._references.schemas.items()})

    def success(self, function: Function, key: str, given: Given = MISSING, status: int | None = None) -> Outgoing:
        """The answer of success, or that of a status of one's own. Raises UngeneratableError."""
        chosen, answer = declared_success(function) if status is None else (status, find_answer(function, status))
        headers: list[Pair] = [("Location", "/")] if 300 <= chosen < 400 else []
        if chosen in _BODILESS or chosen < 200:
            return Outgoing(status=chosen, headers=tuple(headers))
        if answer is None or answer.schema is None:
            return self._undeclared(function, chosen, answer, given, headers)
        if given is MISSING:
            given = next(self._examples.of(function, answer.status, answer.media_type), MISSING)
        return self._written(chosen, answer, self.make([answer.schema], f"{function.name} {key}", given), headers)

    def _undeclared(
        self, function: Function, status: int, answer: Answer | None, given: Given, headers: list[Pair]
    ) -> Outgoing:
        """An answer whose body the document does not describe: what is known, or none."""
        if given is MISSING and answer is not None:
            given = next(self._examples.of(function, answer.status, answer.media_type), MISSING)
        if not isinstance(given, (dict, list)):
            return Outgoing(status=status, headers=tuple(headers))
        media_type = answer.media_type if answer is not None and _is_json(answer.media_type) else "application/json"
        return _json(status, given, media_type or "application/json", headers)

    def error(self, function: Function | None, status: int, detail: str, errors: Sequence[JsonObject] = ()) -> Outgoing:
        """An error in the declared form of its status; where none is declared, a problem document (RFC 9457)."""
        problem: JsonObject = {"title": _TITLES.get(status, "Error"), "status": status, "detail": detail}
        if errors:
            problem["errors"] = [*errors]
        answer = None if function is None else find_answer(function, status)
        if function is None or answer is None or answer.schema is None or not _is_json(answer.media_type):
            return _json(status, problem, "application/problem+json", [])
        given = self._filled([answer.schema], problem, 0)
        value = self.make([answer.schema], f"{function.name} {status}", given)
        return self._written(status, answer, value, [])

    def _filled(self, schemas: Sequence[JsonValue], problem: JsonObject, depth: int) -> JsonObject:
        """What an error says, under the names that its schema has for it."""
        found: JsonObject = {}
        for name in self._types.names(schemas):
            members = self._types.member(schemas, name)
            types = self._types.accepted(members)
            word = _WORD.sub("", name.lower())
            if word in _SAYINGS and "string" in types:
                found[name] = problem["detail"]
            elif word in ("status", "statuscode", "code", "httpstatus", "errorcode"):
                found[name] = problem["status"] if "integer" in types else str(problem["status"])
            elif word == "title":
                found[name] = problem["title"]
            elif "object" in types and depth < 2 and (inner := self._filled(members, problem, depth + 1)):
                found[name] = inner
        return found

    def _written(self, status: int, answer: Answer, value: JsonValue, headers: list[Pair]) -> Outgoing:
        media_type = (answer.media_type or "application/json").replace("*/*", "application/json")
        if self._is_file(answer.schema):
            kind = "application/octet-stream" if "*" in (answer.media_type or "*") else media_type
            kind = "application/octet-stream" if _is_json(kind) else kind
            return _sent(status, _bytes(value), kind, headers)
        if _is_json(media_type) or "*" in media_type:
            return _json(status, value, media_type if "*" not in media_type else "application/json", headers)
        if isinstance(value, str):
            return _sent(status, value.encode("utf-8", "replace"), media_type, headers)
        if "xml" in media_type:
            return _sent(status, to_xml(value).encode("utf-8", "replace"), media_type, headers)
        return _sent(status, to_json_text(value).encode("utf-8", "replace"), media_type, headers)

    def _is_file(self, schema: JsonValue) -> bool:
        resolved = self._references.resolve(schema)
        return bool(resolved) and is_file_schema(resolved)


_SAYINGS = frozenset(
    ("message", "detail", "details", "description", "error", "errormessage", "errordescription", "msg", "reason")
)
_TITLES = {
    400: "Bad request",
    401: "Not signed in",
    404: "Not found",
    405: "Not allowed here",
    409: "Conflict",
    422: "The input is not valid",
    429: "Too many requests",
    500: "Failed",
    503: "Not available",
}


def _opened(schema: JsonValue) -> JsonValue:
    def change(inner: JsonObject) -> JsonValue:
        return {key: value for key, value in inner.items() if not (key in _CLOSING and value is False)}

    return rewrite(schema, change)


_CLOSING = ("additionalProperties", "unevaluatedProperties")


def declared_success(function: Function) -> tuple[int, Answer | None]:
    """The status of success and what is declared for it: of several the one that says most."""
    good = sorted((each for each in function.answers if each.status.startswith("2")), key=_status_of)
    usual = _DEFAULT_STATUS.get(function.method.upper(), 200)
    exact = next((each for each in good if each.status == str(usual)), None)
    if exact is not None and (exact.schema is not None or usual == 204):
        return usual, exact
    described = next((each for each in good if each.schema is not None), good[0] if good else None)
    if described is not None:
        return _status_of(described), described
    default = next((each for each in function.answers if each.status == "default"), None)
    moved = next((each for each in function.answers if each.status.startswith("3")), None)
    if default is None and moved is not None:
        return int(moved.status.replace("XX", "02")), moved
    return (200, default) if default is not None else (usual, None)


def find_answer(function: Function, status: int) -> Answer | None:
    """What is declared for a status: by its code, its range, or by default."""
    for wanted in (str(status), f"{status // 100}XX", "default"):
        found = next((each for each in function.answers if each.status == wanted), None)
        if found is not None:
            return found
    return None


def declares(function: Function, status: int) -> bool:
    """Whether a status is declared by its own code."""
    return any(each.status == str(status) for each in function.answers)


def to_xml(value: JsonValue, name: str = "answer") -> str:
    """A value as elements by the names of its members."""
    tag = _NAME.sub("_", name) or "item"
    if isinstance(value, dict):
        inner = "".join(to_xml(item, key) for key, item in value.items())
    elif isinstance(value, list):
        return (
            "".join(to_xml(item, name) for item in value) if name != "answer" else f"<answer>{_items(value)}</answer>"
        )
    else:
        text = value if isinstance(value, str) else to_json_text(value)
        inner = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<{tag}>{inner}</{tag}>"


def _items(values: Sequence[JsonValue]) -> str:
    return "".join(to_xml(value, "item") for value in values)


def _status_of(answer: Answer) -> int:
    return int(answer.status.replace("XX", "00"))


def _is_json(media_type: str | None) -> bool:
    kind = (media_type or "").partition(";")[0].strip().lower()
    return media_type is None or kind.endswith(("/json", "+json"))


def _bytes(value: JsonValue) -> bytes:
    """Bytes of a file, never none: a made or shown text as it is."""
    file = find_file(value)
    data = file.data if file is not None else str(value or "").encode("utf-8", "replace")
    return data or b"mock"


def _json(status: int, value: JsonValue, media_type: str, headers: list[Pair]) -> Outgoing:
    return _sent(status, to_json_text(value).encode("utf-8", "replace"), media_type, headers)


def _sent(status: int, body: bytes, media_type: str, headers: list[Pair]) -> Outgoing:
    return Outgoing(status=status, headers=(("Content-Type", media_type), *headers), body=body)


def said(headers: Mapping[str, str], outgoing: Outgoing) -> Outgoing:
    """The same answer with more headers."""
    return replace(outgoing, headers=(*outgoing.headers, *headers.items()))
