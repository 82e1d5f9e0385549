"""The tables of the catalogue. Nothing here leaves the room: callers get the values of `catalog.values`.

Schemas and definitions are JSON, not JSONB, which forgets the order of properties: people see them in their order.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSON, JSONB, TEXT, TSVECTOR
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import UserDefinedType

from madang.kit.json import JsonObject, JsonValue
from madang.storage.rows import SCHEMA, Row

EMBEDDING_SIZE = 384


class Vector(UserDefinedType[str]):
    """pgvector's type, in its text form `[1,2,...]`; the distance is asked for in SQL."""

    cache_ok = True

    def __init__(self, size: int | str) -> None:
        self.size = int(size)

    def get_col_spec(self, **_kw: object) -> str:
        """The type's name in DDL."""
        return f"vector({self.size})"


# So that the comparison of migrations and declarations reads the type back.
cast("dict[str, Any]", ischema_names)["vector"] = Vector


def _key(table: str, column: str = "id") -> ForeignKey:
    return ForeignKey(f"{SCHEMA}.{table}.{column}", ondelete="CASCADE")


class ConnectorRow(Row):
    """A named set of functions; `current_version` is the number of its newest whole version."""

    __tablename__ = "connector"
    __table_args__ = (
        UniqueConstraint("account_id", "name"),
        CheckConstraint("kind IN ('api', 'model')", name="kind"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str]
    title: Mapped[str]
    description: Mapped[str]
    source_url: Mapped[str | None]
    allowed_hosts: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    current_version: Mapped[int | None]
    revision: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class ConnectorVersionRow(Row):
    """One import of a document; never changed afterwards."""

    __tablename__ = "connector_version"
    __table_args__ = (UniqueConstraint("account_id", "connector_id", "number"), Index(None, "connector_id"))

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str]
    connector_id: Mapped[str] = mapped_column(_key("connector"))
    number: Mapped[int]
    document_hash: Mapped[str]
    document_key: Mapped[str]
    document_bytes: Mapped[int]
    overlay_key: Mapped[str | None]
    source_url: Mapped[str | None]
    dialect: Mapped[str]
    title: Mapped[str]
    document_version: Mapped[str]
    servers: Mapped[JsonValue] = mapped_column(JSONB)
    security_schemes: Mapped[JsonValue] = mapped_column(JSONB)
    schema_sources: Mapped[JsonObject] = mapped_column(JSONB)
    found: Mapped[int]
    imported: Mapped[int]
    with_loss: Mapped[int]
    refused: Mapped[int]
    created_at: Mapped[datetime]
    indexed_at: Mapped[datetime | None]
    terms_version: Mapped[int]


class ImportRemarkRow(Row):
    """What an import said about one place of the document."""

    __tablename__ = "import_remark"

    version_id: Mapped[str] = mapped_column(_key("connector_version"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[str]
    severity: Mapped[str]
    pointer: Mapped[str]
    code: Mapped[str]
    message: Mapped[str]


class FunctionRow(Row):
    """A function of a version, with its definition as `schema.stored` writes it."""

    __tablename__ = "function"
    __table_args__ = (
        UniqueConstraint("account_id", "version_id", "name"),
        Index(None, "version_id", "position"),
        Index(None, "connector_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str]
    connector_id: Mapped[str] = mapped_column(_key("connector"))
    version_id: Mapped[str] = mapped_column(_key("connector_version"))
    position: Mapped[int]
    name: Mapped[str]
    model_name: Mapped[str]
    method: Mapped[str]
    path: Mapped[str]
    title: Mapped[str]
    effect: Mapped[str]
    is_deprecated: Mapped[bool]
    definition: Mapped[JsonObject] = mapped_column(JSON)
    refers_to: Mapped[list[str]] = mapped_column(ARRAY(TEXT))


class SchemaRow(Row):
    """A named schema of a version and the names that it refers to, so that a function loads only what it reaches."""

    __tablename__ = "function_schema"

    version_id: Mapped[str] = mapped_column(_key("connector_version"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str]
    body: Mapped[JsonValue] = mapped_column(JSON)
    refers_to: Mapped[list[str]] = mapped_column(ARRAY(TEXT))


class FunctionTermsRow(Row):
    """What a function of a current version is found by: weighted terms at once, an embedding when indexed."""

    __tablename__ = "function_terms"
    __table_args__ = (
        Index("ix_function_terms_terms", "terms", postgresql_using="gin"),
        Index("ix_function_terms_names", text("ts_filter(terms, '{a,b}')"), postgresql_using="gin"),
        Index("ix_function_terms_connector_id", "account_id", "connector_id"),
        Index(
            "ix_function_terms_embedding",
            "embedding",
            postgresql_using="hnsw",
            postgresql_with={"m": 16, "ef_construction": 64},
            postgresql_ops={"embedding": "vector_cosine_ops"},
        ),
    )

    function_id: Mapped[str] = mapped_column(_key("function"), primary_key=True)
    account_id: Mapped[str]
    connector_id: Mapped[str] = mapped_column(_key("connector"))
    act: Mapped[str | None]
    is_deprecated: Mapped[bool]
    terms: Mapped[str] = mapped_column(TSVECTOR)
    passage: Mapped[str]
    embedding: Mapped[str | None] = mapped_column(Vector(EMBEDDING_SIZE))


class TermRow(Row):
    """How many functions of a connector have a term: what makes a rare word count more than a common one. `named`: in
    how many of them it is in the name or title."""

    __tablename__ = "search_term"
    __table_args__ = (
        Index("ix_search_term_term", "account_id", "term", "connector_id", postgresql_include=["functions", "named"]),
    )

    account_id: Mapped[str] = mapped_column(primary_key=True)
    connector_id: Mapped[str] = mapped_column(_key("connector"), primary_key=True)
    term: Mapped[str] = mapped_column(primary_key=True)
    functions: Mapped[int]
    named: Mapped[int]


class ConnectionRow(Row):
    """A way to one server of a connector: where, with which credentials, and which guarded addresses it may reach."""

    __tablename__ = "connection"
    __table_args__ = (UniqueConstraint("account_id", "connector_id", "label"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str]
    connector_id: Mapped[str] = mapped_column(_key("connector"))
    label: Mapped[str]
    server_url: Mapped[str]
    variables: Mapped[JsonObject] = mapped_column(JSONB)
    credentials: Mapped[JsonObject] = mapped_column(JSONB)
    allowed_hosts: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    effects: Mapped[JsonObject] = mapped_column(JSONB)
    security_schemes: Mapped[JsonValue] = mapped_column(JSONB)
    revision: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
