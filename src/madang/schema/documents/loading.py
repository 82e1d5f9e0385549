"""Bytes to a JSON value: JSON where it is JSON, YAML otherwise, and a clear sentence where it is neither."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import NoReturn, cast

import orjson

from madang.kit.errors import InvalidError, TooLargeError
from madang.kit.json import JsonValue
from madang.schema.documents.limits import STANDARD, Limits
from madang.schema.documents.yaml_text import parse_yaml

_JSON_FOR_SURE = re.compile(rb'\s*(\{\s*["}]|\[)')
_MARKUP = re.compile(r"\s*<(!doctype|html|\?xml|wadl|definitions)", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """A document's value and what was noticed while it was read, a sentence each."""

    value: JsonValue
    notes: tuple[str, ...] = ()


def load_document(data: bytes, limits: Limits = STANDARD) -> JsonValue:
    """The JSON value of a JSON or YAML text. Keys of YAML are text as written; dates and `on` stay text.

    Raises:
        InvalidError: the bytes are neither; the message has line and column.
        TooLargeError: more bytes, depth or YAML aliases than the limits allow.
    """
    return load(data, limits).value


def load(data: bytes, limits: Limits = STANDARD) -> Loaded:
    """As `load_document`, with what was noticed."""
    if len(data) > limits.document_bytes:
        raise TooLargeError(
            f"The document has {len(data):,} bytes; at most {limits.document_bytes:,} are read. Split it, or leave out "
            "examples and operations that are not needed."
        )
    data = _as_utf8(data)
    if _JSON_FOR_SURE.match(data):
        return _load_json(data)
    text = _text(data)
    if not text.strip():
        raise InvalidError("The document is empty. Give a Swagger 2.0 or OpenAPI 3 document in JSON or YAML.")
    if _MARKUP.match(text):
        raise InvalidError(
            "This is a page of HTML or XML, not an OpenAPI document. Use the address of the document itself, which "
            "often ends in openapi.json, swagger.json or openapi.yaml."
        )
    document = parse_yaml(text, limits)
    return Loaded(value=document.value, notes=document.notes)


def _as_utf8(data: bytes) -> bytes:
    if data.startswith(b"\xef\xbb\xbf"):
        return data[3:]
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace").encode()
    return data


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise InvalidError(
            f"The document is not UTF-8 text: byte {error.start + 1} is 0x{data[error.start]:02x}. Save it as UTF-8."
        ) from error


def _load_json(data: bytes) -> Loaded:
    try:
        return Loaded(value=orjson.loads(data))
    except orjson.JSONDecodeError as error:
        return _load_loose_json(_text(data), error)


def _load_loose_json(text: str, strict: orjson.JSONDecodeError) -> Loaded:
    """Control characters inside strings are common in real documents and harmless; nothing else is forgiven."""
    try:
        value = cast("JsonValue", json.loads(text, strict=False, parse_constant=_refuse_constant))
        orjson.dumps(value)
    except (ValueError, RecursionError, TypeError):
        raise InvalidError(
            f"The document is not valid JSON at line {strict.lineno}, column {strict.colno}: {strict.msg}."
        ) from strict
    return Loaded(value=value, notes=("Strings of this JSON hold control characters that should be escaped.",))


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
