"""What OpenAPI 3.0, 3.1 and 3.2 have in common; each version's own module says where it differs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast, get_args

from madang.kit.json import JsonObject, JsonValue
from madang.schema.documents.context import Context
from madang.schema.documents.media_types import by_rank, essence
from madang.schema.documents.normal import Media, Parameter, RawParameter, RequestBody
from madang.schema.documents.paths import RawOperation
from madang.schema.documents.places import Place
from madang.schema.documents.querystring import read_querystring
from madang.schema.documents.security import read_schemes
from madang.schema.documents.servers import default_servers, read_servers
from madang.schema.documents.values import flag_at, object_at, text_at
from madang.schema.functions import Location, SecurityScheme, Server, Style

HOME = ("components", "schemas")
_DEFAULT_STYLE: dict[str, Style] = {"path": "simple", "query": "form", "header": "simple", "cookie": "form"}
_STYLES: Mapping[str, frozenset[str]] = {
    "path": frozenset(("simple", "label", "matrix")),
    "query": frozenset(("form", "spaceDelimited", "pipeDelimited", "deepObject")),
    "header": frozenset(("simple",)),
    "cookie": frozenset(("form",)),
}
_KNOWN_STYLES = frozenset(get_args(Style))
_OF_PARAMETERS = ("name", "in", "required", "description", "schema", "content", "style", "explode", "allowReserved")
_NOT_SCHEMA = frozenset((*_OF_PARAMETERS, "example", "examples", "deprecated", "allowEmptyValue"))
_SCHEMAS = frozenset(("schema", "itemSchema"))
_INLINE_SCHEMA = frozenset(("type", "enum", "format", "items", "oneOf", "anyOf", "allOf"))


@dataclass(frozen=True, kw_only=True)
class Rules:
    """Where versions of OpenAPI 3 differ."""

    dialect: str
    methods: frozenset[str]
    has_webhooks: bool
    locations: frozenset[str] = frozenset(("path", "query", "header", "cookie"))


class OpenApi3:
    """Reads what is particular to OpenAPI 3."""

    def __init__(self, context: Context, rules: Rules) -> None:
        self._context = context
        self._components = object_at(context.root, "components", context.place, context.remarks)
        self._known: dict[int, Parameter] = {}
        self._contents: dict[int, tuple[str | None, JsonValue]] = {}
        self.dialect = rules.dialect
        self.methods = rules.methods
        self.locations = rules.locations
        self._list_webhooks("webhooks" if rules.has_webhooks else "x-webhooks")

    def schemes(self) -> tuple[SecurityScheme, ...]:
        """`components.securitySchemes`."""
        place = self._context.place.child("components")
        return read_schemes(self._components, "securitySchemes", place, self._context)

    def servers(self) -> tuple[Server, ...]:
        """`servers`, or the place the document came from."""
        return read_servers(self._context.root, self._context.place, self._context) or default_servers(self._context)

    def parameters(self, raw: RawParameter) -> Sequence[Parameter]:
        """A parameter with style and explode written out; those that a whole query string consists of."""
        if raw.location == "querystring":
            return read_querystring(raw, self._context)
        known = self._known.get(id(raw.node))
        if known is not None and known.location == raw.location:
            return (known,)
        style = self._style(raw)
        explode = flag_at(raw.node, "explode")
        content_type, schema = self._schema(raw)
        is_path = raw.location == "path"
        parameter = Parameter(
            name=raw.name,
            location=cast("Location", raw.location),
            schema=schema,
            is_required=is_path or flag_at(raw.node, "required") is True,
            description=text_at(raw.node, "description"),
            style=style,
            explode=style in ("form", "deepObject") if explode is None else explode,
            allow_reserved=flag_at(raw.node, "allowReserved") is True,
            content_type=content_type,
            is_deprecated=flag_at(raw.node, "deprecated") is True,
            is_human=flag_at(raw.node, "x-madang-human") is True,
            place=raw.place,
        )
        self._known[id(raw.node)] = parameter
        return (parameter,)

    def body(self, raw: RawOperation, parameters: Iterable[RawParameter]) -> RequestBody | None:
        """`requestBody`, in all its media types."""
        place = raw.place.child("requestBody")
        target = self._context.references.follow(raw.node.get("requestBody"), place)
        if target is None or target.value is None:
            return None
        node, place = target.value, target.place
        if not isinstance(node, dict):
            self._context.remarks.loss(place, "wrong-type", "The body is no object; it was left out.")
            return None
        content = object_at(node, "content", place, self._context.remarks)
        if not content:
            self._context.remarks.note(place, "body-empty", "The body has no media type; it was left out.")
            return None
        return RequestBody(
            media=tuple(self._media(kind, value, place.at("content", kind)) for kind, value in content.items()),
            is_required=flag_at(node, "required"),
            description=text_at(node, "description"),
            place=place,
        )

    def content(self, node: JsonObject, place: Place, raw: RawOperation) -> tuple[str | None, JsonValue]:
        """The best media type under `content`; one with a schema before one without."""
        known = self._contents.get(id(node))
        if known is not None:
            return known
        content = object_at(node, "content", place, self._context.remarks)
        ranked = by_rank(content.items())
        with_schema = [(kind, media) for kind, media in ranked if isinstance(media, dict) and _SCHEMAS & media.keys()]
        best = next(iter(with_schema or ranked), None)
        found: tuple[str | None, JsonValue] = (None, None)
        if best is not None:
            media = self._media(best[0], best[1], place.at("content", best[0]))
            found = media.media_type, media.schema
        self._contents[id(node)] = found
        return found

    def _media(self, media_type: str, value: JsonValue, place: Place) -> Media:
        target = self._context.references.follow(value, place)
        node = target.value if target else None
        if not isinstance(node, dict) or target is None:
            if value is not None:
                self._context.remarks.loss(place, "wrong-type", "This media type is no object; its schema is unknown.")
            return Media(media_type=media_type, schema=None, encoding={})
        return Media(media_type=media_type, schema=self._media_schema(node, target.place), encoding=_encoding(node))

    def _media_schema(self, node: JsonObject, place: Place) -> JsonValue:
        """The schema of a whole content; of a stream of items, which has one for each (OpenAPI 3.2), as a list."""
        if node.get("schema") is not None:
            return self._context.schemas.inner(node["schema"], place, "schema")
        if node.get("itemSchema") is None:
            return None
        return {"type": "array", "items": self._context.schemas.inner(node["itemSchema"], place, "itemSchema")}

    def _list_webhooks(self, key: str) -> None:
        webhooks = self._context.root.get(key)
        for name in webhooks if isinstance(webhooks, dict) else ():
            message = f"The webhook '{name[:100]}' is listed, not imported: it cannot be called."
            self._context.remarks.note(self._context.place.at(key, name), "webhooks", message)

    def _schema(self, raw: RawParameter) -> tuple[str | None, JsonValue]:
        if raw.node.get("schema") is not None:
            return None, self._context.schemas.inner(raw.node["schema"], raw.place, "schema")
        content = raw.node.get("content")
        if isinstance(content, dict) and content:
            kind, value = next(iter(content.items()))
            media = self._media(kind, value, raw.place.at("content", kind))
            return essence(kind), True if media.schema is None else media.schema
        if any(key in raw.node for key in _INLINE_SCHEMA):
            message = "The schema of a parameter stands under 'schema'; what stands beside was read as one."
            self._context.remarks.note(raw.place, "parameter-schema", message)
            own = {key: value for key, value in raw.node.items() if key not in _NOT_SCHEMA}
            return None, self._context.schemas.read(own, raw.place)
        self._context.remarks.note(
            raw.place, "parameter-schemaless", f"'{raw.name}' has no schema; any value is taken."
        )
        return None, {"type": "string"} if raw.location == "path" else True

    def _style(self, raw: RawParameter) -> Style:
        said = text_at(raw.node, "style")
        default = _DEFAULT_STYLE[raw.location]
        if said in ("", default):
            return default
        if said in _STYLES[raw.location] and said in _KNOWN_STYLES:
            return cast("Style", said)
        message = f"The style '{said[:40]}' is not one of a parameter in '{raw.location}'; '{default}' is used."
        self._context.remarks.note(raw.place, "style-repaired", message)
        return default


def _encoding(node: JsonObject) -> JsonObject:
    value = node.get("encoding")
    if not isinstance(value, dict):
        return {}
    kept = ("contentType", "style", "explode", "allowReserved")
    return {
        name: {key: entry[key] for key in kept if isinstance(entry.get(key), str | bool)}
        for name, entry in value.items()
        if isinstance(entry, dict)
    }
