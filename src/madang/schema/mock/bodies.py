"""Bodies of requests as the values that were sent: JSON, forms of both kinds, texts and bytes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote_plus

from madang.kit.json import JsonObject, JsonValue
from madang.schema.encoding import find_style
from madang.schema.functions import Body
from madang.schema.mock.styles import ABSENT, Absent, Schemas, Styles, json_or_text
from madang.schema.mock.typed import Types
from madang.schema.mock.wire import Incoming, pairs_of
from madang.schema.references import References
from madang.schema.values import FileValue, is_file_schema

_PARAMETER = re.compile(r';\s*([\w*-]+)\s*=\s*(?:"([^"]*)"|([^;"]*))')
_MOST_PARTS = 10_000


class BodyError(Exception):
    """A body that cannot be read: why."""


@dataclass(frozen=True, kw_only=True)
class Field:
    """One part of a form."""

    name: str
    file_name: str | None
    media_type: str | None
    content: bytes


class BodyReader:
    """Reads bodies by the schemas of what is in them."""

    def __init__(self, references: References) -> None:
        self._references = references
        self._types = Types(references)
        self._styles = Styles(self._types)

    def read(
        self, body: Body, incoming: Incoming, schema_of: Callable[[str], Schemas], names: list[str], whole: Schemas
    ) -> JsonValue | Absent:
        """The value of a body. `names` are the fields of a form and `schema_of` gives their schemas; `whole` are those
        of a body that is one value. Raises BodyError."""
        if not incoming.body and not incoming.media_type:
            return ABSENT
        if body.form == "json":
            return _json(incoming.body)
        if body.form == "urlencoded" and whole and "object" not in self._types.accepted(whole):
            return self._types.value(_text(incoming.body), whole)
        if body.form == "urlencoded":
            return self._form(body.encoding, _text(incoming.body), schema_of, names)
        if body.form == "multipart":
            return self._multipart(body.encoding, incoming, schema_of)
        return self._raw(incoming, whole, is_text=body.form == "text")

    def _raw(self, incoming: Incoming, whole: Schemas, *, is_text: bool) -> JsonValue:
        if is_text and not self._is_file(whole):
            return self._types.value(_text(incoming.body), whole)
        return FileValue(media_type=incoming.media_type or None, data=incoming.body).to_json()

    def _form(
        self,
        encoding: Mapping[str, JsonValue],
        text: str,
        schema_of: Callable[[str], Schemas],
        names: list[str],
    ) -> JsonValue:
        pairs = pairs_of(text)
        first_words = {unquote_plus(name): unquote_plus(name).partition("[")[0] for name, _ in pairs}
        wanted = dict.fromkeys([*names, *(name for name in first_words if name not in names)])
        found: JsonObject = {}
        for name in wanted:
            rules = encoding.get(name)
            style = find_style(rules) if isinstance(rules, dict) else None
            explode = not isinstance(rules, dict) or rules.get("explode", style in ("form", "deepObject")) is True
            schemas = schema_of(name)
            is_json = isinstance(rules, dict) and "json" in str(rules.get("contentType"))
            is_object = "object" in self._types.accepted(schemas) and not self._types.is_free(schemas)
            if style is None and (is_json or is_object):
                value = self._json_field(name, pairs, schemas)
            else:
                value = self._styles.query(name, pairs, style or "form", explode or style is None, schemas, names)
            if not isinstance(value, Absent) and (name in names or schemas or name == first_words.get(name)):
                found[name] = value
        return found

    def _json_field(self, name: str, pairs: list[tuple[str, str]], schemas: Schemas) -> JsonValue | Absent:
        own = [unquote_plus(text) for key, text in pairs if unquote_plus(key) == name]
        if not own:
            return ABSENT
        if len(own) == 1 and own[0][:1] in ("{", "["):
            value = json_or_text(own[0])
            is_item = isinstance(value, dict) and "object" not in self._types.accepted(schemas)
            return [value] if is_item else value
        return self._styles.query(name, pairs, "form", True, schemas)

    def _multipart(
        self, encoding: Mapping[str, JsonValue], incoming: Incoming, schema_of: Callable[[str], Schemas]
    ) -> JsonValue:
        by_name: dict[str, list[Field]] = {}
        for part in read_parts(incoming):
            by_name.setdefault(part.name, []).append(part)
        found: JsonObject = {}
        for name, parts in by_name.items():
            schemas = schema_of(name)
            types = self._types.accepted(schemas)
            rules = encoding.get(name)
            is_json_list = "array" in types and isinstance(rules, dict) and "json" in str(rules.get("contentType"))
            is_list = "array" in types and not self._types.is_free(schemas) and not is_json_list
            if is_list and (len(parts) > 1 or not types & {"string", "integer", "number", "boolean", "object"}):
                items = [self._field(part, self._types.items(schemas, index)) for index, part in enumerate(parts)]
                found[name] = items
            else:
                found[name] = self._field(parts[-1], schemas)
        return found

    def _field(self, part: Field, schemas: Schemas) -> JsonValue:
        if part.file_name is not None or self._is_file(schemas):
            return FileValue(name=part.file_name, media_type=part.media_type, data=part.content).to_json()
        text = _text(part.content)
        if part.media_type is not None and "json" in part.media_type:
            return json_or_text(text)
        return self._types.value(text, schemas)

    def _is_file(self, schemas: Schemas) -> bool:
        return any(is_file_schema(part) for part in self._types.parts(schemas) if part)


def read_parts(incoming: Incoming) -> list[Field]:
    """The parts of a `multipart` body (RFC 7578). Raises BodyError."""
    _, parameters = _parameters(incoming.header("content-type") or "")
    boundary = parameters.get("boundary")
    if not boundary:
        raise BodyError("the body has no boundary: its Content-Type must be multipart/form-data; boundary=...")
    pieces = (b"\r\n" + incoming.body).split(b"\r\n--" + boundary.encode("utf-8", "replace"), _MOST_PARTS)
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):
        raise BodyError("the body does not end with its boundary")
    return [_part(piece) for piece in pieces[1:-1]]


def _part(piece: bytes) -> Field:
    head, separator, content = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    if not separator:
        raise BodyError("a part has no empty line after its headers")
    headers: dict[str, str] = {}
    for line in head.decode("utf-8", "replace").split("\r\n"):
        name, _, text = line.partition(":")
        headers[name.strip().lower()] = text.strip()
    _, parameters = _parameters(headers.get("content-disposition", ""))
    if "name" not in parameters:
        raise BodyError("a part has no name in its Content-Disposition")
    file_name = parameters.get("filename")
    return Field(
        name=_unescape(parameters["name"]),
        file_name=None if file_name is None else _unescape(file_name),
        media_type=headers.get("content-type"),
        content=content,
    )


def _unescape(name: str) -> str:
    """The three characters that would end a quoted name, as browsers escape them."""
    return name.replace("%22", '"').replace("%0D", "\r").replace("%0A", "\n")


def _parameters(header: str) -> tuple[str, dict[str, str]]:
    kind, _, rest = header.partition(";")
    found = {name.lower(): quoted or plain.strip() for name, quoted, plain in _PARAMETER.findall(";" + rest)}
    return kind.strip().lower(), found


def _json(body: bytes) -> JsonValue:
    try:
        value: JsonValue = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BodyError(f"the body is not JSON: {error}") from None
    return value


def _text(body: bytes) -> str:
    return body.decode("utf-8", "replace")
