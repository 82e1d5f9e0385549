"""What the API takes and shows of connections."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, SecretStr

from madang.backend.credentials import CredentialStatus
from madang.backend.http.models import Body, ListParameters, Time, View
from madang.catalog.schemes import MOST_SCHEMES
from madang.catalog.values import Connection
from madang.schema.functions import SecurityScheme
from madang.types.effects import EffectClass

Url = Annotated[str, Field(max_length=2_000, examples=["https://api.example.com/v1"])]
Label = Annotated[str, Field(min_length=1, max_length=80, examples=["default"])]
Secret = Annotated[SecretStr, Field(min_length=1, max_length=20_000)]
Hosts = Annotated[list[str], Field(max_length=50, description="`host:port` pairs that the address guard lets pass.")]


class SchemeBody(Body):
    """A security scheme of the connection, applied to each function whose document asks for nothing."""

    name: Annotated[str, Field(min_length=1, max_length=80, examples=["bearer"])]
    kind: Literal["apiKey", "basic", "bearer"]
    location: Annotated[Literal["header", "query", "cookie"] | None, Field(description="Of an apiKey.")] = None
    parameter: Annotated[
        str | None, Field(max_length=80, description="The name there, of an apiKey.", examples=["X-Api-Key"])
    ] = None

    def to_scheme(self) -> SecurityScheme:
        """The same for services."""
        return SecurityScheme(name=self.name, kind=self.kind, location=self.location, parameter=self.parameter)


Schemes = Annotated[
    list[SchemeBody], Field(max_length=MOST_SCHEMES, description="For functions whose document asks for nothing.")
]


class ConnectionBody(Body):
    """A connection that is wanted."""

    connector: Annotated[str, Field(description="The id or name of its connector.")]
    label: Label = "default"
    server_url: Annotated[Url | None, Field(description="The document's first server where it is absent.")] = None
    variables: dict[str, Any] = Field(default_factory=dict[str, Any])
    allowed_hosts: Hosts = Field(default_factory=list[str])
    effects: Annotated[dict[str, EffectClass], Field(description="Other effect classes, by function name.")] = Field(
        default_factory=dict[str, EffectClass]
    )
    security_schemes: Schemes = Field(default_factory=list[SchemeBody])


class ConnectionChange(Body):
    """What is to be another; fields that are absent stay."""

    label: Label | None = None
    server_url: Url | None = None
    variables: dict[str, Any] | None = None
    allowed_hosts: Hosts | None = None
    effects: dict[str, EffectClass] | None = None
    security_schemes: Annotated[
        Schemes | None, Field(description="In place of those so far; one with a credential stays as it is.")
    ] = None


class ConnectionParameters(ListParameters):
    """A list of connections."""

    connector: Annotated[str | None, Field(description="Only those of a connector, by id or name.")] = None


class CredentialBody(Body):
    """A credential; which fields are needed depends on the kind of the security scheme.

    `value` for apiKey, `username` and `password` for basic, `token` for bearer, `client_id` and `client_secret` for
    oauth2 (client credentials).
    """

    model_config = ConfigDict(str_strip_whitespace=False)

    value: Secret | None = None
    username: Annotated[str | None, Field(max_length=1_000)] = None
    password: Secret | None = None
    token: Secret | None = None
    client_id: Annotated[str | None, Field(max_length=1_000)] = None
    client_secret: Secret | None = None
    token_url: Annotated[Url | None, Field(description="The document's where it is absent.")] = None
    scopes: Annotated[list[str] | None, Field(max_length=100)] = None


class CredentialView(View):
    """Whether a security scheme has a credential; the credential itself is never shown."""

    scheme: str
    kind: Annotated[str, Field(description="apiKey, basic, bearer, oauth2, openIdConnect or mutualTLS.")]
    description: str
    is_own: Annotated[bool, Field(description="The connection declares it, not the document.")]
    is_set: bool
    set_at: str | None


class SchemeView(View):
    """A security scheme that a connection declares itself."""

    name: str
    kind: str
    location: str | None
    parameter: str | None


class ConnectionView(View):
    """A connection. `credentials` only where one connection is asked for."""

    id: Annotated[str, Field(examples=["cxn_0192f0c1e9f77cc2b1e1d0a7c5f0e3aa"])]
    connector: str
    connector_id: str
    label: str
    server_url: str
    variables: dict[str, Any]
    allowed_hosts: list[str]
    effects: dict[str, EffectClass]
    security_schemes: list[SchemeView]
    credentials: list[CredentialView] | None
    revision: int
    created_at: Time
    updated_at: Time


class ConnectionPage(View):
    """A page of connections."""

    data: list[ConnectionView]
    next: str | None


def connection_view(connection: Connection, credentials: list[CredentialView] | None = None) -> ConnectionView:
    """A connection as the API shows it."""
    return ConnectionView(
        id=connection.id,
        connector=connection.connector,
        connector_id=connection.connector_id,
        label=connection.label,
        server_url=connection.server_url,
        variables=connection.variables,
        allowed_hosts=list(connection.allowed_hosts),
        effects=dict(connection.effects),
        security_schemes=[
            SchemeView(name=each.name, kind=each.kind, location=each.location, parameter=each.parameter)
            for each in connection.security_schemes
        ],
        credentials=credentials,
        revision=connection.revision,
        created_at=connection.created_at,
        updated_at=connection.updated_at,
    )


def credential_view(scheme: SecurityScheme, status: CredentialStatus | None, *, is_own: bool) -> CredentialView:
    """The state of one security scheme."""
    return CredentialView(
        scheme=scheme.name,
        kind=scheme.kind,
        description=scheme.description,
        is_own=is_own,
        is_set=status is not None,
        set_at=status.set_at if status else None,
    )
