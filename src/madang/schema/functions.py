"""The one neutral form: what a reader of documents makes and everything after it takes.

A `FunctionSet` is all that one document offers. Its functions share `schemas`, to which their schemas point by
`#/$defs/<name>`; nothing is inlined, so a document of any size and any recursion stays as small as it was.
All values are plain JSON, so that a set is stored and read back without loss.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from madang.kit.json import JsonObject, JsonValue
from madang.types.effects import EffectClass

FunctionKind = Literal["openapi", "mcp", "application", "workflow", "python"]
Location = Literal["path", "query", "header", "cookie", "body"]
Style = Literal["simple", "label", "matrix", "form", "spaceDelimited", "pipeDelimited", "deepObject"]
BodyForm = Literal["json", "urlencoded", "multipart", "text", "binary"]
SecurityKind = Literal["apiKey", "basic", "bearer", "oauth2", "openIdConnect", "mutualTLS"]
Severity = Literal["note", "loss", "refused"]
PaginationKind = Literal["page", "offset", "cursor", "link"]

MCP_DIALECT = "mcp"
"""How the dialect of a set begins that was made of an MCP server's tools; the protocol's version follows."""


def is_mcp_dialect(dialect: str | None) -> bool:
    """Whether a set was made of an MCP server's tools."""
    return dialect is not None and dialect.partition(" ")[0] == MCP_DIALECT


@dataclass(frozen=True, kw_only=True)
class Argument:
    """One flat keyword of a function and where its value goes in the request.

    `name` is the keyword (SWL 1), `wire` the name in the document. In a body, `wire` is the property of the object,
    or empty where the whole body is this argument. `content_type` is set for a parameter with `content`.
    `is_human`: a person gives it and a model never sees it.
    """

    name: str
    location: Location
    wire: str
    schema: JsonValue
    is_required: bool = False
    description: str = ""
    style: Style = "simple"
    explode: bool = False
    allow_reserved: bool = False
    content_type: str | None = None
    is_human: bool = False
    is_deprecated: bool = False


@dataclass(frozen=True, kw_only=True)
class Body:
    """How body arguments are put together: the media type chosen, others that the document offers, and whether the
    arguments are the properties of one object (`is_flat`) or one argument is the whole body."""

    media_type: str
    form: BodyForm
    is_required: bool
    is_flat: bool
    encoding: Mapping[str, JsonValue] = field(default_factory=dict[str, JsonValue])
    other_media_types: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One declared answer: `status` is a code, a range as `4XX`, or `default`; `schema` is None where none is given;
    `headers` are the names of those that are declared, in small letters."""

    status: str
    description: str
    media_type: str | None
    schema: JsonValue
    headers: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Pagination:
    """How the list of a function comes in pages.

    `parameter` is the argument that says where to go on: the number of a page (`start` is the first), an offset, or
    a cursor; None where only the `Link` header says. `limit` is the argument for the size of a page, at most
    `limit_maximum`. `items`, `next`, `has_more` and `total` are JSON pointers into the answer, `items` empty where the
    answer is the list; None where they are not known. `next` has the cursor, or an address that holds it. Without it
    the cursor of the next page stands in the last item at `item_cursor`, or in the `Link` header.
    """

    kind: PaginationKind
    parameter: str | None = None
    start: int | None = None
    limit: str | None = None
    limit_maximum: int | None = None
    items: str | None = None
    next: str | None = None
    has_more: str | None = None
    total: str | None = None
    has_link: bool = False
    item_cursor: str | None = None
    is_declared: bool = False


@dataclass(frozen=True, kw_only=True)
class Server:
    """A base URL, perhaps with `{variables}`, each with its default and allowed values as in the document."""

    url: str
    description: str = ""
    variables: Mapping[str, JsonObject] = field(default_factory=dict[str, JsonObject])


@dataclass(frozen=True, kw_only=True)
class SecurityScheme:
    """A way to authenticate. `location` and `parameter` are for apiKey; `flows` for oauth2, as in the document."""

    name: str
    kind: SecurityKind
    description: str = ""
    location: Literal["query", "header", "cookie"] | None = None
    parameter: str | None = None
    flows: JsonObject = field(default_factory=dict[str, JsonValue])
    open_id_connect_url: str | None = None


SecurityRequirement = Mapping[str, Sequence[str]]
"""Scheme names that are needed together, each with its scopes; a function lists alternatives."""


@dataclass(frozen=True, kw_only=True)
class Function:
    """One thing that can be called.

    `name` is `group.operation` in snake case (SWL 1), unique in its set; the connector's name goes before it where
    people read it. `model_name` is flat for models: 1 to 64 of `[A-Za-z0-9_-]`, unique in its set. `result` is the
    schema of the answer of success (`True` where the document has none). `source` is the JSON pointer of the
    operation in the document. `servers` is empty where those of the set hold; `security` is the set's or the
    operation's own: alternatives, each complete, and none at all where the document asks for nothing.
    """

    name: str
    model_name: str
    kind: FunctionKind = "openapi"
    operation_id: str | None = None
    method: str
    path: str
    title: str
    description: str
    arguments: Sequence[Argument] = ()
    body: Body | None = None
    answers: Sequence[Answer] = ()
    result: JsonValue = True
    effect: EffectClass = "unsafe"
    idempotency_header: str | None = None
    check: JsonObject | None = None
    price: JsonObject | None = None
    security: Sequence[SecurityRequirement] = ()
    servers: Sequence[Server] = ()
    tags: Sequence[str] = ()
    is_deprecated: bool = False
    pagination: Pagination | None = None
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Remark:
    """What an import says about one place: a note, a loss (imported, but not all of it), or a refusal (left out)."""

    severity: Severity
    pointer: str
    code: str
    message: str


@dataclass(frozen=True, kw_only=True)
class FunctionSet:
    """All that one document offers. `found` counts its operations: every one is in `functions` or has a refusal.

    `schema_sources` has the JSON pointer of each schema that stands in the document, by its name in `schemas`; the next
    import of the document needs it to keep these names.
    """

    title: str
    description: str
    document_version: str
    dialect: str
    functions: Sequence[Function]
    schemas: Mapping[str, JsonValue]
    security_schemes: Sequence[SecurityScheme]
    servers: Sequence[Server]
    found: int
    remarks: Sequence[Remark]
    schema_sources: Mapping[str, str] = field(default_factory=dict[str, str])
