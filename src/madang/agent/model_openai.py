"""Chat completions: OpenAI and all that speak as it does. Imported only when such a model is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import httpx2
import openai
from pydantic_ai.models import Model
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.profiles.openai import OpenAIModelProfile
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

from madang.agent.model_request import Asked

_NOT_FROM_ENVIRONMENT = {"OpenAI-Organization": openai.Omit(), "OpenAI-Project": openai.Omit()}


def open_model(client: httpx2.AsyncClient, asked: Asked) -> Model:
    """The library's model, with the grant in place of a key."""
    sdk = openai.AsyncOpenAI(
        base_url=asked.url,
        api_key=asked.grant,
        http_client=client,
        max_retries=0,
        default_headers=cast("Mapping[str, str]", _NOT_FROM_ENVIRONMENT),
    )
    provider = (
        OpenAIProvider(openai_client=sdk)
        if asked.provider.id == "openai"
        else OpenAICompatibleProvider(asked.provider.id, openai_client=sdk)
    )
    # An answer without a reason for its end was cut by something in between.
    profile = OpenAIModelProfile(openai_chat_streaming_requires_finish_reason=True, json_schema_transformer=None)
    return OpenAIChatModel(asked.model, provider=provider, profile=profile)
