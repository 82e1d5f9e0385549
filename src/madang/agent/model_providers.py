"""Who offers models, and how each is spoken to. A table: another vendor is another row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from madang.kit.errors import FieldError, InvalidError
from madang.schema.dialects import DialectName

Wire = Literal["openai", "anthropic"]
"""`openai`: chat completions below the base URL, a bearer key. `anthropic`: messages at `/v1/messages`, `x-api-key`."""


@dataclass(frozen=True, kw_only=True)
class Provider:
    """A vendor. `base_url` is None where a person must give it, `prices` its name in the price list, `dialect` how its
    models want tools to be told."""

    id: str
    title: str
    wire: Wire
    base_url: str | None = None
    prices: str | None = None
    dialect: DialectName = "openai"


_ALL = (
    Provider(id="openai", title="OpenAI", wire="openai", base_url="https://api.openai.com/v1", prices="openai"),
    Provider(
        id="anthropic",
        title="Anthropic",
        wire="anthropic",
        base_url="https://api.anthropic.com",
        prices="anthropic",
        dialect="anthropic",
    ),
    Provider(
        id="google",
        title="Google Gemini",
        wire="openai",
        base_url="https://generativelanguage.googleapis.com/v1beta/openai",
        prices="google",
        dialect="gemini",
    ),
    Provider(
        id="openrouter",
        title="OpenRouter",
        wire="openai",
        base_url="https://openrouter.ai/api/v1",
        prices="openrouter",
    ),
    Provider(id="groq", title="Groq", wire="openai", base_url="https://api.groq.com/openai/v1", prices="groq"),
    Provider(id="mistral", title="Mistral", wire="openai", base_url="https://api.mistral.ai/v1", prices="mistral"),
    Provider(id="deepseek", title="DeepSeek", wire="openai", base_url="https://api.deepseek.com", prices="deepseek"),
    Provider(id="xai", title="xAI", wire="openai", base_url="https://api.x.ai/v1", prices="x-ai"),
    Provider(id="together", title="Together", wire="openai", base_url="https://api.together.xyz/v1", prices="together"),
    Provider(
        id="fireworks",
        title="Fireworks",
        wire="openai",
        base_url="https://api.fireworks.ai/inference/v1",
        prices="fireworks",
    ),
    Provider(id="cerebras", title="Cerebras", wire="openai", base_url="https://api.cerebras.ai/v1", prices="cerebras"),
    Provider(id="ollama", title="Ollama", wire="openai", base_url="http://127.0.0.1:11434/v1"),
    Provider(id="compatible", title="OpenAI-compatible", wire="openai"),
)
PROVIDERS: Mapping[str, Provider] = {provider.id: provider for provider in _ALL}


def get_provider(provider_id: str) -> Provider:
    """A provider by its id. Raises InvalidError that names all."""
    provider = PROVIDERS.get(provider_id)
    if provider is None:
        message = f"one of {', '.join(PROVIDERS)}"
        raise InvalidError(
            f"there is no provider {provider_id!r}: it must be {message} "
            "(`compatible` is any server that speaks as OpenAI does)",
            errors=[FieldError(pointer="/provider", code="provider", message=message)],
        )
    return provider


def split_setting(text: str) -> tuple[str, str]:
    """`provider:model` as it stands in MADANG_MODEL. Raises InvalidError."""
    provider, _, model = text.partition(":")
    if not model.strip():
        raise InvalidError(f"{text!r} is no model: write provider:model, as openai:gpt-5")
    return get_provider(provider.strip()).id, model.strip()
