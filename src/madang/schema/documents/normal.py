"""The normal form of a document: what every reader makes, whatever the version, and what functions are built from.

All schemas in it are JSON Schema 2020-12 that point to shared ones by `#/$defs/<name>`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from madang.kit.json import JsonObject, JsonValue
from madang.schema.documents.places import Place
from madang.schema.functions import Answer, Location, SecurityRequirement, SecurityScheme, Server, Style


class RawParameter(NamedTuple):
    """A parameter's object, after its reference, with a name and a location that can be relied on."""

    node: JsonObject
    place: Place
    name: str
    location: str


class Parameter(NamedTuple):
    """A parameter with every default of its version written out."""

    name: str
    location: Location
    schema: JsonValue
    is_required: bool
    description: str
    style: Style
    explode: bool
    place: Place
    allow_reserved: bool = False
    content_type: str | None = None
    is_deprecated: bool = False
    is_human: bool = False


class Media(NamedTuple):
    """One media type of a body: `schema` is None where none is given, `encoding` is by property."""

    media_type: str
    schema: JsonValue
    encoding: JsonObject


@dataclass(frozen=True, kw_only=True)
class RequestBody:
    """A body in all its media types; `is_required` is None where the document does not say."""

    media: Sequence[Media]
    is_required: bool | None
    description: str
    name: str = "body"
    place: Place


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One method of one path, with what the path says merged in.

    `servers` is empty where the document's hold, `security` has the document's where the operation has none of its
    own. `source` is where the document lists the operation, `place` where its object stands.
    """

    method: str
    path: str
    operation_id: str | None
    summary: str
    description: str
    tags: Sequence[str]
    parameters: Sequence[Parameter]
    body: RequestBody | None
    answers: Sequence[Answer]
    security: Sequence[SecurityRequirement]
    servers: Sequence[Server]
    is_deprecated: bool
    extensions: JsonObject
    place: Place
    source: Place


@dataclass(frozen=True, kw_only=True)
class Document:
    """A whole document of any version."""

    title: str
    description: str
    version: str
    dialect: str
    operations: Sequence[Operation]
    found: int
    security_schemes: Sequence[SecurityScheme]
    servers: Sequence[Server]
