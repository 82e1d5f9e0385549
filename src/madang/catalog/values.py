"""What the catalogue tells its callers: connectors, versions, functions and connections as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from madang.kit.json import JsonObject, JsonValue
from madang.schema.functions import Function, SecurityScheme, Server
from madang.types.effects import EffectClass

ConnectorKind = Literal["api", "model"]
"""`model`: endpoints of models. It is ours, stays out of lists and searches, and only the agent calls it."""


@dataclass(frozen=True, kw_only=True)
class Connector:
    """A named set of functions. `current_version` is None until its first import is whole."""

    id: str
    name: str
    kind: ConnectorKind
    title: str
    description: str
    source_url: str | None
    allowed_hosts: Sequence[str]
    current_version: int | None
    revision: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, kw_only=True)
class ConnectorVersion:
    """One import. Of the `found` operations each is `imported` (`with_loss` counts some of these) or `refused`.

    `overlay_key` is the object with the overlay that was applied to the document, `source_url` where it came from.
    """

    id: str
    connector_id: str
    number: int
    document_hash: str
    document_key: str
    document_bytes: int
    overlay_key: str | None
    source_url: str | None
    dialect: str
    title: str
    document_version: str
    servers: Sequence[Server]
    security_schemes: Sequence[SecurityScheme]
    schema_sources: Mapping[str, str]
    found: int
    imported: int
    with_loss: int
    refused: int
    created_at: datetime
    indexed_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class FunctionSummary:
    """A row of a list of functions; `score` only where the list answers a search."""

    id: str
    connector_id: str
    connector: str
    name: str
    model_name: str
    method: str
    path: str
    title: str
    effect: EffectClass
    is_deprecated: bool
    score: float | None = None

    @property
    def full_name(self) -> str:
        """The name that people write: connector, group, operation."""
        return f"{self.connector}.{self.name}"


@dataclass(frozen=True, kw_only=True)
class CatalogFunction:
    """A function with all that is needed to describe, check and call it; `schemas` are those that it reaches."""

    id: str
    connector_id: str
    connector: str
    version: int
    function: Function
    schemas: Mapping[str, JsonValue]
    security_schemes: Sequence[SecurityScheme]
    servers: Sequence[Server]

    @property
    def full_name(self) -> str:
        """The name that people write: connector, group, operation."""
        return f"{self.connector}.{self.function.name}"


@dataclass(frozen=True, kw_only=True)
class Connection:
    """A way to one server of a connector.

    `credentials` maps a security scheme to the reference that the proxy gave; `allowed_hosts` are `host:port` pairs
    that the address guard lets pass; `effects` overrides effect classes by function name; `security_schemes` are those
    that it declares itself, for functions whose document asks for none.
    """

    id: str
    connector_id: str
    connector: str
    label: str
    server_url: str
    variables: JsonObject
    credentials: Mapping[str, str]
    allowed_hosts: Sequence[str]
    effects: Mapping[str, EffectClass]
    security_schemes: Sequence[SecurityScheme] = ()
    revision: int
    created_at: datetime
    updated_at: datetime

    def effect_of(self, function: Function) -> EffectClass:
        """The class of a function, unless this connection says otherwise."""
        return self.effects.get(function.name, function.effect)
