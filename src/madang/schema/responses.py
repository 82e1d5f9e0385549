"""An HTTP answer becomes a value: JSON as it is, text as text, bytes as a file.

Whatever comes, there is a value. Where it is not what the document declares (SWL 3: drift), that is written down beside
it: path, expected, given.
"""

from __future__ import annotations

import json
import math
import re
from codecs import getincrementaldecoder
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

from madang.kit.json import JsonObject, JsonValue
from madang.schema.describe import accepted_types, shorten
from madang.schema.functions import Answer, Function
from madang.schema.references import References, reachable
from madang.schema.validation import Validator
from madang.schema.values import FileValue, is_file_schema

_TEXT_TYPES = ("text/", "application/xml", "application/javascript", "application/yaml", "application/x-yaml")
_TEXT_SUFFIXES = ("+xml", "+yaml", "x-www-form-urlencoded")
_LINES = ("application/x-ndjson", "application/ndjson", "application/jsonl", "application/json-seq")
_EXTENDED_NAME = re.compile(r"filename\*\s*=\s*utf-8'[^']*'([^;]+)", re.IGNORECASE)
_PLAIN_NAME = re.compile(r"filename\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^;]+))", re.IGNORECASE)
_DRIFT_LIMIT = 50


@dataclass(frozen=True, kw_only=True)
class Drift:
    """One place where an answer is not what its document says."""

    path: str
    expected: str
    given: str

    def to_json(self) -> JsonObject:
        """For events and traces."""
        return {"path": self.path, "expected": self.expected, "given": self.given}


@dataclass(frozen=True, kw_only=True)
class AnswerForm:
    """What the bytes of an answer are, known from its head and its first bytes; `name` is that of a file."""

    kind: Literal["json", "text", "file"]
    media_type: str | None
    charset: str
    name: str | None


@dataclass(frozen=True, kw_only=True)
class Response:
    """An answer that was read. `file` is set where the value is a file, for callers that store its bytes elsewhere."""

    status: int
    value: JsonValue
    media_type: str | None
    drift: tuple[Drift, ...] = ()
    file: FileValue | None = None

    @property
    def is_success(self) -> bool:
        """Whether the status is of the 200s."""
        return 200 <= self.status < 300


class ResponseReader:
    """Reads the answers of one function; the schemas are compiled when they are first needed, and kept."""

    def __init__(self, function: Function, schemas: Mapping[str, JsonValue]) -> None:
        self._function = function
        self._schemas = schemas
        self._validators: dict[int, Validator] = {}

    def read(self, status: int, headers: Mapping[str, str], body: bytes) -> Response:
        """Reads an answer whose body is complete and decompressed. Never raises."""
        fields = {name.lower(): text for name, text in headers.items()}
        media_type, charset = _content_type(fields.get("content-type", ""))
        index, answer = self._declared(status, media_type)
        schema = answer.schema if answer is not None else None
        if not body:
            return Response(status=status, value=None, media_type=media_type, drift=_nothing(schema, status))
        drift: list[Drift] = []
        is_value = schema is not None and not self._takes_text(schema)
        may_be_json = is_value and body.lstrip()[:1] in (b"{", b"[") and _decodes(body)
        if self._is_file(schema) or not (may_be_json or _is_readable(media_type, body)):
            file = FileValue(name=_file_name(fields.get("content-disposition", "")), media_type=media_type, data=body)
            value: JsonValue = file.to_json()
        else:
            file = None
            value = _read(media_type, charset, body, answer, drift, is_value=is_value)
        if schema is not None and not (file is not None and self._means_bytes(answer, media_type)):
            errors = self._validator(index, schema).validate(value)
            drift += [Drift(path=error.path, expected=error.expected, given=error.given) for error in errors]
        found = tuple(drift[:_DRIFT_LIMIT])
        return Response(status=status, value=value, media_type=media_type, drift=found, file=file)

    def form_of(self, status: int, headers: Mapping[str, str], start: bytes) -> AnswerForm:
        """What an answer is that is too large to be read here, from the `start` of its body."""
        fields = {name.lower(): text for name, text in headers.items()}
        media_type, charset = _content_type(fields.get("content-type", ""))
        _, answer = self._declared(status, media_type)
        if self._is_file(answer.schema if answer else None) or not _is_readable(media_type, start):
            name = _file_name(fields.get("content-disposition", ""))
            return AnswerForm(kind="file", media_type=media_type, charset=charset, name=name)
        may_be_json = media_type is None or (answer is not None and _is_json(answer.media_type))
        is_json = _is_json(media_type) or (may_be_json and start.lstrip()[:1] in (b"{", b"["))
        kind = "json" if is_json and media_type not in _LINES else "text"
        return AnswerForm(kind=kind, media_type=media_type, charset=charset, name=None)

    def _declared(self, status: int, media_type: str | None) -> tuple[int, Answer | None]:
        """The answer declared for a status: by code, by range, or the default; of several that of the media type."""
        for wanted in (str(status), f"{status // 100}XX", "DEFAULT"):
            found = [(i, answer) for i, answer in enumerate(self._function.answers) if answer.status.upper() == wanted]
            for index, answer in found:
                if answer.media_type is not None and answer.media_type.partition(";")[0].strip().lower() == media_type:
                    return index, answer
            if found:
                return found[0]
        return -1, None

    def _is_file(self, schema: JsonValue) -> bool:
        if not isinstance(schema, dict):
            return False
        resolved = References(self._schemas).resolve(schema)
        return bool(resolved) and is_file_schema(resolved)

    def _means_bytes(self, answer: Answer | None, media_type: str | None) -> bool:
        """Whether the answer came in the declared media type and its schema is any text: documents say so of bytes."""
        if answer is None or answer.media_type is None or answer.media_type.partition(";")[0].lower() != media_type:
            return False
        return self._takes_text(answer.schema)

    def _takes_text(self, schema: JsonValue) -> bool:
        return "string" in accepted_types(schema, References(self._schemas))

    def _validator(self, index: int, schema: JsonValue) -> Validator:
        if index not in self._validators:
            definitions = reachable([schema], self._schemas)
            whole: JsonValue = schema
            if isinstance(schema, dict) and definitions:
                whole = {**schema, "$defs": definitions}
            self._validators[index] = Validator(whole, is_answer=True)
        return self._validators[index]


def read_response(
    function: Function, schemas: Mapping[str, JsonValue], status: int, headers: Mapping[str, str], body: bytes
) -> Response:
    """`ResponseReader(function, schemas).read(...)`, where nothing is to be kept."""
    return ResponseReader(function, schemas).read(status, headers, body)


def _content_type(text: str) -> tuple[str | None, str]:
    """The media type in lower case and the charset, UTF-8 where none is named."""
    media_type, *parameters = text.split(";")
    charset = "utf-8"
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            charset = value.strip().strip('"') or charset
    return media_type.strip().lower() or None, charset


def _is_json(media_type: str | None) -> bool:
    return media_type is not None and (media_type.endswith(("/json", "+json")) or media_type in _LINES)


def _is_readable(media_type: str | None, body: bytes) -> bool:
    """Whether the body is text of some kind; without a media type, whether it looks so."""
    if media_type is None:
        return b"\x00" not in body[:1024] and _decodes(body)
    return _is_json(media_type) or media_type.startswith(_TEXT_TYPES) or media_type.endswith(_TEXT_SUFFIXES)


def _decodes(body: bytes) -> bool:
    try:
        getincrementaldecoder("utf-8")().decode(body)  # of a part, the last character may be cut
    except UnicodeDecodeError:
        return False
    return True


def _nothing(schema: JsonValue, status: int) -> tuple[Drift, ...]:
    is_declared = isinstance(schema, dict) and bool(schema)
    if not is_declared or status in (204, 205, 304) or not 200 <= status < 300:
        return ()
    return (Drift(path="", expected="a body", given="nothing"),)


def _read(
    media_type: str | None, charset: str, body: bytes, answer: Answer | None, drift: list[Drift], *, is_value: bool
) -> JsonValue:
    """The value of a text. `is_value`: the schema takes no text, so that JSON under another name is JSON."""
    text = _decode(body, charset, drift)
    if media_type in _LINES:
        return [_parse(line, drift) for line in text.replace("\x1e", "").splitlines() if line.strip()]
    if _is_json(media_type):
        return _parse(text, drift)
    wants_json = answer is not None and _is_json(answer.media_type)
    may_be_json = (media_type is None or wants_json) and text.lstrip()[:1] in ("{", "[")
    if may_be_json or is_value:
        unread: list[Drift] = []
        value = _parse(text, unread)
        if not unread:
            is_told = media_type is not None and wants_json
            drift += [Drift(path="", expected="application/json", given=str(media_type))] if is_told else []
            return value
    if wants_json and media_type is not None:
        drift.append(Drift(path="", expected="application/json", given=media_type))
    return text


def _decode(body: bytes, charset: str, drift: list[Drift]) -> str:
    try:
        return body.decode("utf-8-sig" if charset.lower() in ("utf-8", "utf8") else charset)
    except (UnicodeDecodeError, LookupError, ValueError):
        drift.append(Drift(path="", expected=f"text in {charset[:40]}", given="bytes that are not"))
        return body.decode("utf-8", "replace")


def _parse(text: str, drift: list[Drift]) -> JsonValue:
    """JSON, integers exactly; what is broken stays text. JSON has no NaN, so one is broken too."""
    try:
        value: JsonValue = json.loads(text, parse_constant=_refuse_constant, parse_float=_read_float)
    except (ValueError, RecursionError):
        drift.append(Drift(path="", expected="JSON", given=shorten(text)))
        return text
    return value


def _refuse_constant(name: str) -> float:
    raise ValueError(name)


def _read_float(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _file_name(disposition: str) -> str | None:
    """The last segment of the name that the server gives (RFC 6266: the extended form first); a path is cut off."""
    extended, plain = _EXTENDED_NAME.search(disposition), _PLAIN_NAME.search(disposition)
    if extended is not None:
        name = unquote(extended.group(1))
    elif plain is not None:
        name = re.sub(r"\\(.)", r"\1", plain.group(1)) if plain.group(1) else plain.group(2) or ""
    else:
        return None
    return re.split(r"[/\\]", name.strip())[-1][:255] or None
