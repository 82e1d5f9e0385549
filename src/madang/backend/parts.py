"""What the backend is made of, for every request handler to reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from starlette.requests import HTTPConnection

from madang.agent.models import Models
from madang.agent.running import Agent
from madang.backend.credentials import ProxyCredentials
from madang.bridge.port import Bridge
from madang.catalog.embedding import Embedder
from madang.effects.door import Door
from madang.effects.results import Results
from madang.kit.clock import Clock
from madang.net.proxy_client import ProxyClient
from madang.settings import Settings
from madang.storage.engine import Database
from madang.storage.objects import Objects


@dataclass(frozen=True, kw_only=True)
class Parts:
    """Made when the server starts, closed when it stops."""

    settings: Settings
    database: Database
    clock: Clock
    proxy: ProxyClient
    door: Door
    credentials: ProxyCredentials
    models: Models
    objects: Objects
    results: Results
    embedder: Embedder | None
    bridge: Bridge
    agent: Agent


def parts_of(connection: HTTPConnection) -> Parts:
    """The parts of the application that answers this request or WebSocket."""
    return cast("Parts", connection.app.state.parts)
