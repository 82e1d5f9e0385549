"""What the API takes and shows of connectors."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from pydantic import Field

from madang.backend.http.models import Body, ListParameters, Time, View
from madang.catalog.indexing import IndexState
from madang.catalog.values import Connector, ConnectorVersion
from madang.schema.functions import Remark


class ConnectorChange(Body):
    """What is to be another; fields that are absent stay."""

    title: Annotated[str | None, Field(max_length=200)] = None
    description: Annotated[str | None, Field(max_length=20_000)] = None
    allowed_hosts: Annotated[list[str] | None, Field(max_length=50)] = None


class VersionView(View):
    """One import of a document."""

    number: int
    dialect: Annotated[str, Field(examples=["openapi-3.1"])]
    title: str
    document_version: str
    document_bytes: int
    document_hash: str
    has_overlay: Annotated[bool, Field(description="Whether an overlay was applied to the document.")]
    found: Annotated[int, Field(description="Operations in the document: each is imported or refused.")]
    imported: int
    with_loss: int
    refused: int
    servers: list[dict[str, Any]]
    security_schemes: list[dict[str, Any]]
    created_at: Time
    indexed_at: Annotated[Time | None, Field(description="When all functions could be found by meaning.")]


class ConnectorView(View):
    """A connector. `version` is its current one, null before its first import is whole."""

    id: Annotated[str, Field(examples=["ctr_0192f0c1e9f77cc2b1e1d0a7c5f0e3aa"])]
    name: Annotated[str, Field(examples=["github"])]
    title: str
    description: str
    source_url: str | None
    allowed_hosts: list[str]
    current_version: Annotated[int | None, Field(description="Null before the first import is whole.")]
    functions: int
    indexed: Annotated[int, Field(description="How many of the functions can be found by meaning already.")]
    revision: int
    version: VersionView | None
    created_at: Time
    updated_at: Time


class ConnectorPage(View):
    """A page of connectors."""

    data: list[ConnectorView]
    next: str | None


class VersionPage(View):
    """A page of versions."""

    data: list[VersionView]
    next: str | None


class RemarkView(View):
    """What an import said about one place of the document."""

    severity: Literal["note", "loss", "refused"]
    pointer: str
    code: str
    message: str


class RemarkPage(View):
    """A page of remarks."""

    data: list[RemarkView]
    next: str | None


class ContainingParameters(ListParameters):
    """A list that a text filters."""

    containing: Annotated[str, Field(max_length=200, description="Only what has this text in it.")] = ""


class RemarkParameters(ContainingParameters):
    """A list of remarks."""

    severity: Annotated[Literal["note", "loss", "refused"] | None, Field(description="Only these.")] = None


def version_view(version: ConnectorVersion) -> VersionView:
    """A version as the API shows it."""
    return VersionView(
        number=version.number,
        dialect=version.dialect,
        title=version.title,
        document_version=version.document_version,
        document_bytes=version.document_bytes,
        document_hash=version.document_hash,
        has_overlay=version.overlay_key is not None,
        found=version.found,
        imported=version.imported,
        with_loss=version.with_loss,
        refused=version.refused,
        servers=[asdict(server) for server in version.servers],
        security_schemes=[asdict(scheme) for scheme in version.security_schemes],
        created_at=version.created_at,
        indexed_at=version.indexed_at,
    )


def connector_view(connector: Connector, version: ConnectorVersion | None, index: IndexState) -> ConnectorView:
    """A connector as the API shows it."""
    return ConnectorView(
        id=connector.id,
        name=connector.name,
        title=connector.title,
        description=connector.description,
        source_url=connector.source_url,
        allowed_hosts=list(connector.allowed_hosts),
        current_version=connector.current_version,
        functions=index.functions,
        indexed=index.indexed,
        revision=connector.revision,
        version=version and version_view(version),
        created_at=connector.created_at,
        updated_at=connector.updated_at,
    )


def remark_view(remark: Remark) -> RemarkView:
    """A remark as the API shows it."""
    return RemarkView(severity=remark.severity, pointer=remark.pointer, code=remark.code, message=remark.message)
