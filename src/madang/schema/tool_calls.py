"""Calls of MCP tools: what arguments go out, as which headers too, and what value comes back. Pure."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from madang.kit.json import JsonObject, JsonValue
from madang.schema.documents.tool_schemas import HEADER_KEY
from madang.schema.functions import Argument, Function
from madang.schema.references import reachable
from madang.schema.responses import Drift
from madang.schema.validation import Validator
from madang.schema.values import FileValue, find_file

_MOST_DRIFT = 50
_MOST_WORDS = 2_000


@dataclass(frozen=True, kw_only=True)
class ToolAnswer:
    """The value of a call. `is_refusal`: the tool says that it did not work, and why in `words`.

    `file` is set where the value is one file, for callers that store its bytes elsewhere.
    """

    value: JsonValue
    words: str = ""
    is_refusal: bool = False
    drift: tuple[Drift, ...] = ()
    file: FileValue | None = None


def tool_arguments(function: Function, arguments: Mapping[str, JsonValue]) -> JsonObject:
    """The member `arguments` of a call. A file stands there as the base64 of its bytes."""
    given = [(argument, arguments[argument.name]) for argument in function.arguments if argument.name in arguments]
    if function.body is not None and not function.body.is_flat:
        whole = _plain(given[0][1]) if given else {}
        return whole if isinstance(whole, dict) else {}
    return {argument.wire: _plain(value) for argument, value in given}


def parameter_headers(function: Function, arguments: Mapping[str, JsonValue]) -> list[tuple[str, str]]:
    """The `Mcp-Param-*` headers (2026-07-28) of a call, their values as texts: for the caller to encode."""
    return [
        (f"Mcp-Param-{name}", text)
        for argument in function.arguments
        if argument.name in arguments
        for name, text in _headers_in(argument, arguments[argument.name])
    ]


def read_result(function: Function, schemas: Mapping[str, JsonValue], result: JsonObject) -> ToolAnswer:
    """The value of a result: what is structured, else the content, one by one where there is more than one.

    A text that is a JSON object or array is that value, as servers write it so that a model may read it. Where the
    value is not what the tool declares, that is written beside it. Never raises.
    """
    blocks = [block for block in _list(result.get("content")) if isinstance(block, dict)]
    words = "\n".join(text for block in blocks if (text := _text_of(block)))[:_MOST_WORDS]
    if result.get("resultType") == "input_required":
        words = "the tool asks for more input in the middle of a call, which is not answered here"
        return ToolAnswer(value=words, words=words, is_refusal=True)
    values = [_value_of(block) for block in blocks]
    value = values[0] if len(values) == 1 else values if values else None
    if result.get("isError") is True:
        structured = result.get("structuredContent")
        return ToolAnswer(value=value if structured is None else structured, words=words, is_refusal=True)
    if "structuredContent" in result and result["structuredContent"] is not None:
        value = result["structuredContent"]
    file = find_file(value)
    return ToolAnswer(
        value=value,
        words=words,
        drift=_drift(function, schemas, value),
        file=file if file is not None and file.data is not None else None,
    )


def _plain(value: JsonValue) -> JsonValue:
    file = find_file(value)
    if file is not None and file.data is not None:
        return base64.b64encode(file.data).decode("ascii")
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else value


def _headers_in(argument: Argument, value: JsonValue) -> Iterator[tuple[str, str]]:
    """Headers of an argument and of the properties in it, whose schemas say so without a reference between."""
    waiting: list[tuple[JsonValue, JsonValue]] = [(argument.schema, value)]
    while waiting:
        schema, found = waiting.pop()
        if not isinstance(schema, dict):
            continue
        name, properties = schema.get(HEADER_KEY), schema.get("properties")
        if isinstance(name, str) and isinstance(found, bool | int | float | str):
            yield name, ("true" if found else "false") if isinstance(found, bool) else str(found)
        if isinstance(properties, dict) and isinstance(found, dict):
            waiting.extend((member, found[key]) for key, member in properties.items() if key in found)


def _value_of(block: JsonObject) -> JsonValue:
    """The value of one block of content."""
    kind = block.get("type")
    if kind == "text":
        return _json_or_text(_text_of(block))
    if kind in ("image", "audio"):
        return _file(block, "data", None)
    resource = block.get("resource")
    if kind == "resource" and isinstance(resource, dict):
        text = resource.get("text")
        return text if isinstance(text, str) else _file(resource, "blob", _name_of(resource.get("uri")))
    return {key: value for key, value in block.items() if key not in ("_meta", "annotations", "icons")}


def _text_of(block: JsonObject) -> str:
    text = block.get("text")
    return text if block.get("type") == "text" and isinstance(text, str) else ""


def _json_or_text(text: str) -> JsonValue:
    if text.lstrip()[:1] not in ("{", "["):
        return text
    try:
        return cast("JsonValue", json.loads(text, parse_constant=_refuse_constant))
    except (ValueError, RecursionError):
        return text


def _refuse_constant(name: str) -> float:
    raise ValueError(name)


def _file(block: JsonObject, key: str, name: str | None) -> JsonValue:
    """A file; what is no base64 stays as it came."""
    data, media_type = block.get(key), block.get("mimeType")
    try:
        content = base64.b64decode(data, validate=True) if isinstance(data, str) else None
    except (binascii.Error, ValueError):
        content = None
    if content is None:
        return block
    return FileValue(name=name, media_type=media_type if isinstance(media_type, str) else None, data=content).to_json()


def _name_of(uri: JsonValue) -> str | None:
    last = str(uri).partition("?")[0].rpartition("/")[2] if isinstance(uri, str) else ""
    return last[:255] or None


def _drift(function: Function, schemas: Mapping[str, JsonValue], value: JsonValue) -> tuple[Drift, ...]:
    if not isinstance(function.result, dict) or not function.result:
        return ()
    definitions = reachable([function.result], schemas)
    whole: JsonObject = {**function.result, "$defs": definitions} if definitions else function.result
    errors = Validator(whole, is_answer=True).validate(value)
    return tuple(Drift(path=each.path, expected=each.expected, given=each.given) for each in errors[:_MOST_DRIFT])


def _list(value: JsonValue) -> Sequence[JsonValue]:
    return value if isinstance(value, list) else ()
