"""Swagger 2.0: bodies that are parameters, media types by `consumes` and `produces`, arrays by `collectionFormat`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

from madang.kit.json import JsonObject, JsonValue
from madang.schema.documents.context import Context
from madang.schema.documents.media_types import by_rank, form_of
from madang.schema.documents.normal import Media, Parameter, RawParameter, RequestBody
from madang.schema.documents.paths import METHODS, RawOperation
from madang.schema.documents.places import Place
from madang.schema.documents.security import read_schemes
from madang.schema.documents.servers import swagger_servers
from madang.schema.documents.values import flag_at, list_at, text_at
from madang.schema.functions import Location, SecurityScheme, Server, Style

HOME = ("definitions",)
_STYLES: dict[str, tuple[Style, bool]] = {
    "csv": ("form", False),
    "ssv": ("spaceDelimited", False),
    "pipes": ("pipeDelimited", False),
    "multi": ("form", True),
}
_NOT_SCHEMA = frozenset(("name", "in", "required", "description", "allowEmptyValue", "collectionFormat", "schema"))
_FORMS = ("multipart", "urlencoded")


class Swagger2:
    """Reads what is particular to Swagger 2.0."""

    dialect = "swagger-2.0"
    methods = METHODS
    locations = frozenset(("path", "query", "header", "body", "formData"))

    def __init__(self, context: Context) -> None:
        self._context = context
        self._known: dict[int, Parameter] = {}

    def schemes(self) -> tuple[SecurityScheme, ...]:
        """`securityDefinitions`."""
        return read_schemes(self._context.root, "securityDefinitions", self._context.place, self._context)

    def servers(self) -> tuple[Server, ...]:
        """`host`, `basePath`, `schemes`."""
        return swagger_servers(self._context.root, self._context)

    def parameters(self, raw: RawParameter) -> Sequence[Parameter]:
        """A parameter that is not in the body."""
        if raw.location in ("body", "formData"):
            return ()
        known = self._known.get(id(raw.node))
        if known is not None and known.location == raw.location:
            return (known,)
        style, explode = self._style(raw)
        is_path = raw.location == "path"
        parameter = Parameter(
            name=raw.name,
            location=cast("Location", raw.location),
            schema=self._schema(raw),
            is_required=is_path or flag_at(raw.node, "required") is True,
            description=text_at(raw.node, "description"),
            style=style,
            explode=explode,
            is_human=flag_at(raw.node, "x-madang-human") is True,
            place=raw.place,
        )
        self._known[id(raw.node)] = parameter
        return (parameter,)

    def body(self, raw: RawOperation, parameters: Iterable[RawParameter]) -> RequestBody | None:
        """The `body` parameter, or all `formData` parameters as one object."""
        bodies = [parameter for parameter in parameters if parameter.location == "body"]
        fields = [parameter for parameter in parameters if parameter.location == "formData"]
        for extra in bodies[1:] + (fields if bodies else []):
            message = f"An operation has one body; '{extra.name}' was left out."
            self._context.remarks.loss(extra.place, "body-twice", message)
        if bodies:
            return self._whole_body(bodies[0], raw)
        return self._form(fields, raw) if fields else None

    def content(self, node: JsonObject, place: Place, raw: RawOperation) -> tuple[str | None, JsonValue]:
        """The answer's schema under the best of `produces`."""
        if node.get("schema") is None:
            return None, None
        produced = self._media_types("produces", raw) or ["application/json"]
        schema = self._context.schemas.inner(node["schema"], place, "schema")
        return by_rank((media_type, None) for media_type in produced)[0][0], schema

    def _whole_body(self, parameter: RawParameter, raw: RawOperation) -> RequestBody:
        given = parameter.node.get("schema")
        if given is None and "type" not in parameter.node:
            message = f"The body '{parameter.name}' has no schema; any value is taken."
            self._context.remarks.note(parameter.place, "body-schemaless", message)
            schema: JsonValue = True
        elif given is None:
            schema = self._schema(parameter)
        else:
            schema = self._context.schemas.inner(given, parameter.place, "schema")
        media_types = self._media_types("consumes", raw) or ["application/json"]
        return RequestBody(
            media=tuple(Media(media_type=media_type, schema=schema, encoding={}) for media_type in media_types),
            is_required=flag_at(parameter.node, "required"),
            description=text_at(parameter.node, "description"),
            place=parameter.place,
        )

    def _form(self, fields: list[RawParameter], raw: RawOperation) -> RequestBody:
        properties: JsonObject = {}
        encoding: JsonObject = {}
        required: list[JsonValue] = []
        for parameter in fields:
            properties[parameter.name] = self._field(parameter)
            if flag_at(parameter.node, "required") is True:
                required.append(parameter.name)
            if parameter.node.get("type") == "array":
                style, explode = self._style(parameter)
                encoding[parameter.name] = {"style": style, "explode": explode}
        schema: JsonObject = {"type": "object", "properties": properties}
        if required:
            schema["required"] = required
        media_types = [kind for kind in self._media_types("consumes", raw) if form_of(kind) in _FORMS]
        has_file = any(parameter.node.get("type") == "file" for parameter in fields)
        if has_file:
            media_types = [kind for kind in media_types if form_of(kind) == "multipart"] or ["multipart/form-data"]
        return RequestBody(
            media=tuple(
                Media(media_type=kind, schema=schema, encoding=encoding)
                for kind in media_types or ["application/x-www-form-urlencoded"]
            ),
            is_required=bool(required),
            description="",
            place=raw.place.child("parameters"),
        )

    def _field(self, parameter: RawParameter) -> JsonValue:
        schema = self._schema(parameter)
        description = text_at(parameter.node, "description")
        if isinstance(schema, dict) and description:
            return {**schema, "description": description}
        return schema

    def _schema(self, raw: RawParameter) -> JsonValue:
        given = raw.node.get("schema")
        if given is not None and "type" not in raw.node:
            message = "Only a body has a 'schema' in Swagger 2.0; it was used all the same."
            self._context.remarks.note(raw.place, "parameter-schema", message)
            return self._context.schemas.inner(given, raw.place, "schema")
        own = {key: value for key, value in raw.node.items() if key not in _NOT_SCHEMA}
        return self._context.schemas.read(own, raw.place) or True

    def _style(self, raw: RawParameter) -> tuple[Style, bool]:
        said = text_at(raw.node, "collectionFormat") or "csv"
        if said == "tsv" or (said not in _STYLES and raw.node.get("type") == "array"):
            message = f"The collectionFormat '{said}' cannot be sent; commas are used."
            self._context.remarks.loss(raw.place, "collection-format", message)
        style, explode = _STYLES.get(said, _STYLES["csv"])
        return ("simple", False) if raw.location in ("path", "header") else (style, explode)

    def _media_types(self, key: str, raw: RawOperation) -> list[str]:
        holder, place = (raw.node, raw.place) if key in raw.node else (self._context.root, self._context.place)
        if isinstance(holder.get(key), str):
            return [text_at(holder, key)]
        listed = list_at(holder, key, place, self._context.remarks)
        return [media_type.strip() for media_type in listed if isinstance(media_type, str) and "/" in media_type]
