"""What the API takes and shows of models."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field, SecretStr

from madang.agent.model_endpoints import ModelEndpoint
from madang.agent.model_providers import Provider
from madang.backend.http.models import Body, Time, View

Name = Annotated[str, Field(min_length=1, max_length=80, examples=["main"])]
ModelName = Annotated[str, Field(min_length=1, max_length=200, examples=["gpt-5"])]
Url = Annotated[str, Field(max_length=2_000, examples=["https://api.openai.com/v1"])]
Key = Annotated[SecretStr, Field(min_length=1, max_length=20_000)]
Hosts = Annotated[list[str], Field(max_length=50, description="`host:port` pairs that the address guard lets pass.")]


class ModelBody(Body):
    """A model that is wanted. The first one becomes the default."""

    model_config = ConfigDict(protected_namespaces=())

    name: Name
    provider: Annotated[str, Field(description="One of /api/model-providers.", examples=["openai"])]
    model: ModelName
    base_url: Annotated[Url | None, Field(description="The provider's where it is absent.")] = None
    api_key: Annotated[Key | None, Field(description="Handed to the proxy, and cannot be read back.")] = None
    allowed_hosts: Hosts = Field(default_factory=list[str])


class ModelChange(Body):
    """What is to be another; fields that are absent stay."""

    name: Name | None = None
    model: ModelName | None = None
    base_url: Url | None = None
    api_key: Annotated[Key | None, Field(description="Another key; null forgets the one there is.")] = None
    allowed_hosts: Hosts | None = None
    is_default: Annotated[bool | None, Field(description="True makes it the default, and another one not.")] = None


class ModelView(View):
    """A model that can be asked."""

    id: Annotated[str, Field(examples=["mdl_0192f0c1e9f77cc2b1e1d0a7c5f0e3aa"])]
    name: str
    provider: str
    provider_title: str
    model: str
    base_url: str
    allowed_hosts: list[str]
    has_key: bool
    is_default: bool
    connection: Annotated[str, Field(description="The connection by which the proxy reaches it.")]
    created_at: Time
    updated_at: Time


class ModelPage(View):
    """A page of models."""

    data: list[ModelView]
    next: str | None


class ProviderView(View):
    """Who offers models. `base_url` is null where it has to be given."""

    id: Annotated[str, Field(examples=["openai"])]
    title: Annotated[str, Field(examples=["OpenAI"])]
    base_url: str | None


class ProviderPage(View):
    """All providers."""

    data: list[ProviderView]
    next: str | None


class VerdictView(View):
    """How a model did on one tiny request. `kind` says what went wrong: refused, unreachable, cut, limited, invalid,
    timeout, or tools (it answers, but asks for no tool when it is told to)."""

    ok: bool
    verdict: Annotated[str, Field(examples=["gpt-5 at api.openai.com asked for the tool as it was told, in 0.9 s"])]
    kind: str | None
    seconds: float
    input_tokens: int | None
    output_tokens: int | None
    price_micro: Annotated[int | None, Field(description="Millionths of the currency; null where nobody knows.")]
    currency: str | None


def model_view(endpoint: ModelEndpoint) -> ModelView:
    """A model as the API shows it."""
    return ModelView(
        id=endpoint.id,
        name=endpoint.name,
        provider=endpoint.provider.id,
        provider_title=endpoint.provider.title,
        model=endpoint.model,
        base_url=endpoint.base_url,
        allowed_hosts=list(endpoint.allowed_hosts),
        has_key=endpoint.has_key,
        is_default=endpoint.is_default,
        connection=endpoint.connection_id,
        created_at=endpoint.created_at,
        updated_at=endpoint.updated_at,
    )


def provider_view(provider: Provider) -> ProviderView:
    """A provider as the API shows it."""
    return ProviderView(id=provider.id, title=provider.title, base_url=provider.base_url)
