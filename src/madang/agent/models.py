"""Models as turns ask them: through the proxy, with a grant in place of the key, and every answer in the ledger.

    models = Models(proxy_url, signer, database, clock)
    model = await models.find(actor, name)         # None: offline
    async for thought in model.think(...): ...

The library that speaks to vendors takes seconds to import, so it is imported when a model is asked for the first time,
beside the event loop.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from madang.agent.model_endpoints import ModelEndpoint, find_endpoint
from madang.agent.model_providers import Wire
from madang.agent.model_request import Asked
from madang.agent.thinking import Model, ModelFailedError, Said, Spent, Thought, ToolSpec
from madang.kit.actor import Actor
from madang.kit.clock import Clock
from madang.kit.ids import new_id
from madang.ledger.usage import UsageRecord, record_usage
from madang.net.grants import GrantSigner, GrantTerms
from madang.schema.dialects import DialectName
from madang.storage.engine import Database

if TYPE_CHECKING:
    from madang.agent.model_stream import OpenModel, Vendors

_VENDORS: Final[dict[Wire, str]] = {
    "openai": "madang.agent.model_openai",
    "anthropic": "madang.agent.model_anthropic",
}


@dataclass(frozen=True, kw_only=True)
class ModelWaits:
    """How long nothing may come from a model, and how long an answer may take: less than its grant is good for."""

    between_seconds: float = 180.0
    total_seconds: float = 840.0


class Models:
    """The models of all accounts, for one process; close it at the end."""

    def __init__(
        self,
        proxy_url: str,
        signer: GrantSigner,
        database: Database,
        clock: Clock,
        *,
        waits: ModelWaits | None = None,
    ) -> None:
        self._proxy_url = proxy_url
        self._signer = signer
        self._database = database
        self._clock = clock
        self._waits = waits or ModelWaits()
        self._vendors: Vendors | None = None
        self._libraries: dict[Wire, asyncio.Task[tuple[Any, Any]]] = {}

    async def find(self, actor: Actor, id_or_name: str | None = None) -> Model | None:
        """A model by the id or name of its endpoint, by default the account's default; None where that is none.

        One that is named and was removed meanwhile is a model that fails, so that a turn says so and ends.
        """
        async with self._database.begin() as db:
            endpoint = await find_endpoint(actor, db, id_or_name)
        if endpoint is None:
            return None if id_or_name is None else RemovedModel()
        return self.open(actor, endpoint)

    def open(self, actor: Actor, endpoint: ModelEndpoint, *, waits: ModelWaits | None = None) -> Model:
        """The model of an endpoint, for an actor."""
        self.warm(endpoint)
        model = ProxiedModel(self, actor, endpoint, waits or self._waits)
        return MeteredModel(model, actor, endpoint, self._database, self._clock)

    def grant(self, actor: Actor, connection_id: str) -> str:
        """A grant for one request: it ends when no answer to it is waited for any more."""
        terms = GrantTerms(
            account=actor.account, actor=actor.user, connection=connection_id, functions=None, purpose="model"
        )
        return self._signer.sign(terms)

    def url(self, connection_id: str) -> str:
        """Where the proxy serves a connection."""
        return f"{self._proxy_url.rstrip('/')}/{connection_id}"

    def warm(self, endpoint: ModelEndpoint) -> None:
        """Begin to import what this model needs, so that who asks first does not wait for it."""
        if endpoint.provider.wire not in self._libraries:
            self._libraries[endpoint.provider.wire] = asyncio.create_task(_import(endpoint.provider.wire))

    async def library(self, endpoint: ModelEndpoint) -> tuple[Vendors, OpenModel]:
        """What asks the model of an endpoint."""
        self.warm(endpoint)
        stream, vendor = await asyncio.shield(self._libraries[endpoint.provider.wire])
        vendors: Vendors = self._vendors or stream.Vendors()
        self._vendors = vendors
        return vendors, vendor.open_model

    async def close(self) -> None:
        """End all connections."""
        await asyncio.gather(*self._libraries.values(), return_exceptions=True)
        if self._vendors is not None:
            await self._vendors.close()
            self._vendors = None


class RemovedModel:
    """What is left of a model that a conversation has chosen and a person has removed."""

    @property
    def dialect(self) -> DialectName:
        """As good as any: nothing is said to it."""
        return "openai"

    async def think(
        self,
        *,
        instructions: str,
        history: Sequence[Said],
        tools: Sequence[ToolSpec],
        force_tool: str | None = None,
    ) -> AsyncGenerator[Thought, None]:
        """Raises ModelFailedError."""
        del instructions, history, tools, force_tool
        raise ModelFailedError("the model of this conversation was removed; choose another one for it", kind="refused")
        yield  # what makes this a generator


class ProxiedModel:
    """A model behind the proxy."""

    def __init__(self, models: Models, actor: Actor, endpoint: ModelEndpoint, waits: ModelWaits) -> None:
        self._models = models
        self._actor = actor
        self._endpoint = endpoint
        self._waits = waits

    @property
    def dialect(self) -> DialectName:
        """How functions are told to it as tools."""
        return self._endpoint.provider.dialect

    async def think(
        self,
        *,
        instructions: str,
        history: Sequence[Said],
        tools: Sequence[ToolSpec],
        force_tool: str | None = None,
    ) -> AsyncGenerator[Thought, None]:
        """One answer; see `Model.think`."""
        endpoint = self._endpoint
        vendors, open_model = await self._models.library(endpoint)
        asked = Asked(
            provider=endpoint.provider,
            model=endpoint.model,
            label=endpoint.label,
            url=self._models.url(endpoint.connection_id),
            endpoint_url=endpoint.base_url,
            grant=self._models.grant(self._actor, endpoint.connection_id),
            instructions=instructions,
            history=history,
            tools=tools,
            force_tool=force_tool,
            between_seconds=self._waits.between_seconds,
            total_seconds=self._waits.total_seconds,
        )
        async with aclosing(vendors.answer(asked, open_model)) as answer:
            async for thought in answer:
                yield thought


class MeteredModel:
    """A model whose answers are written to the ledger before the caller hears what they cost."""

    def __init__(self, model: Model, actor: Actor, endpoint: ModelEndpoint, database: Database, clock: Clock) -> None:
        self._model = model
        self._actor = actor
        self._endpoint = endpoint
        self._database = database
        self._clock = clock

    @property
    def dialect(self) -> DialectName:
        """How functions are told to it as tools."""
        return self._model.dialect

    async def think(
        self,
        *,
        instructions: str,
        history: Sequence[Said],
        tools: Sequence[ToolSpec],
        force_tool: str | None = None,
    ) -> AsyncGenerator[Thought, None]:
        """One answer; see `Model.think`."""
        asked = self._model.think(instructions=instructions, history=history, tools=tools, force_tool=force_tool)
        async with aclosing(asked) as answer:
            async for thought in answer:
                if isinstance(thought, Spent):
                    await self._record(thought)
                yield thought

    async def _record(self, spent: Spent) -> None:
        record = UsageRecord(
            id=new_id("usg"),
            account=self._actor.account,
            actor=self._actor.user,
            kind="model",
            function=self._endpoint.id,
            version=spent.model,
            units=spent.input_tokens + spent.output_tokens,
            price_minor=0,
            currency=spent.currency,
            trace=None,
            at=self._clock.now(),
            input_tokens=spent.input_tokens,
            output_tokens=spent.output_tokens,
            price_micro=spent.price_micro,
        )
        async with self._database.begin() as db:
            await record_usage(db, record)


async def _import(wire: Wire) -> tuple[Any, Any]:
    """The modules that a wire needs, imported beside the event loop."""
    return await asyncio.to_thread(_import_now, wire)


def _import_now(wire: Wire) -> tuple[Any, Any]:
    modules = import_module("madang.agent.model_stream"), import_module(_VENDORS[wire])
    # Hundreds of thousands of objects that stay: no collection, the one at the end of the process least of all, is to
    # look through them again and again.
    gc.freeze()
    return modules
