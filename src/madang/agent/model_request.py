"""What is asked of a model, as far as it is known before the vendor's library is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from madang.agent.model_providers import Provider
from madang.agent.thinking import Said, ToolSpec


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request. `url` is the proxy's for the connection, `label` what a person calls the model.

    `between_seconds` is how long nothing may come, `total_seconds` how long all of it may take.
    """

    provider: Provider
    model: str
    label: str
    url: str
    endpoint_url: str
    grant: str = field(repr=False)
    instructions: str
    history: Sequence[Said]
    tools: Sequence[ToolSpec]
    force_tool: str | None
    between_seconds: float
    total_seconds: float
