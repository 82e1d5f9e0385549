"""Messages, as Anthropic speaks. Imported only when such a model is asked."""

from __future__ import annotations

import anthropic
import httpx2
from pydantic_ai.models import Model
from pydantic_ai.models.anthropic import AnthropicModel
from pydantic_ai.providers.anthropic import AnthropicProvider
from pydantic_ai.settings import ModelSettings

from madang.agent.model_request import Asked

MAX_TOKENS = 16_000
"""How much a model may write: it must be told, and its own maximum is a bill that nobody wants."""


def open_model(client: httpx2.AsyncClient, asked: Asked) -> Model:
    """The library's model, with the grant in place of a key."""
    sdk = anthropic.AsyncAnthropic(base_url=asked.url, auth_token=asked.grant, http_client=client, max_retries=0)
    provider = AnthropicProvider(anthropic_client=sdk)
    return AnthropicModel(asked.model, provider=provider, settings=ModelSettings(max_tokens=MAX_TOKENS))
