"""OpenAPI 3.2's parameter that is the whole query string: an object whose properties become arguments of the query."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

from madang.kit.json import JsonObject, JsonValue
from madang.schema.documents.context import Context
from madang.schema.documents.media_types import form_of
from madang.schema.documents.normal import Parameter, RawParameter
from madang.schema.documents.places import Place
from madang.schema.documents.values import flag_at, text_at
from madang.schema.functions import Style

_STYLES = ("form", "spaceDelimited", "pipeDelimited", "deepObject")


def read_querystring(raw: RawParameter, context: Context) -> Sequence[Parameter]:
    """The arguments of a query string that is a form; nothing, and a loss, where it is written in another way."""
    found = list(_parameters(raw, context))
    if not found:
        message = f"The query string '{raw.name}' is no form with properties, and cannot be sent; it was left out."
        context.remarks.loss(raw.place, "parameter-querystring", message)
    return found


def _parameters(raw: RawParameter, context: Context) -> Iterator[Parameter]:
    content = raw.node.get("content")
    for kind, value in content.items() if isinstance(content, dict) else ():
        media = context.references.follow(value, raw.place.at("content", kind))
        if form_of(kind) != "urlencoded" or media is None or not isinstance(media.value, dict):
            continue
        schema = context.references.follow(media.value.get("schema"), media.place.child("schema"))
        if schema is not None and isinstance(schema.value, dict):
            encoding = media.value.get("encoding")
            yield from _fields(schema.value, schema.place, encoding if isinstance(encoding, dict) else {}, raw, context)
            return


def _fields(
    schema: JsonObject, place: Place, encoding: JsonObject, raw: RawParameter, context: Context
) -> Iterator[Parameter]:
    properties, required = schema.get("properties"), schema.get("required")
    needed: list[JsonValue] = required if isinstance(required, list) and flag_at(raw.node, "required") is True else []
    for name, member in properties.items() if isinstance(properties, dict) else ():
        entry = encoding.get(name)
        said = entry if isinstance(entry, dict) else {}
        style = text_at(said, "style")
        explode = flag_at(said, "explode")
        yield Parameter(
            name=name,
            location="query",
            schema=context.schemas.inner(member, place.child("properties"), name),
            is_required=name in needed,
            description="",
            style=cast("Style", style) if style in _STYLES else "form",
            explode=style in ("", "form", "deepObject") if explode is None else explode,
            place=place.at("properties", name),
        )
