"""The agent of a process, put together: what takes frames, and what works turns."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from madang.agent.calls import Calls, CallTools
from madang.agent.conversations import get_conversation
from madang.agent.loop import Thinker, TurnDriver
from madang.agent.offline import OfflineThinker
from madang.agent.sealing import CallVault, FrameVault
from madang.agent.session import Sessions
from madang.agent.subagents.ports import Context, Finder
from madang.agent.subagents.registry import MODEL_COMPOSERS, MODEL_FINDERS, OFFLINE_COMPOSERS, OFFLINE_FINDERS
from madang.agent.thinking import Model
from madang.agent.values import OFFLINE, Turn
from madang.agent.with_model import ModelThinker
from madang.agent.worker import TurnWorker
from madang.agent.writing import TurnLog
from madang.bridge.port import Bridge
from madang.catalog.embedding import Embedder
from madang.effects.door import Door
from madang.effects.leases import Lease
from madang.kit.actor import Actor
from madang.kit.clock import Clock
from madang.storage.engine import Database

ModelOf = Callable[[Actor, str | None], Awaitable[Model | None]]
"""The model of an endpoint by its id; for None the account's default, which may be none."""


@dataclass(frozen=True, kw_only=True)
class Agent:
    """What turns are worked with."""

    database: Database
    bridge: Bridge
    clock: Clock
    door: Door
    vault: FrameVault
    calls: CallVault
    embedder: Embedder | None
    model_of: ModelOf

    @property
    def sessions(self) -> Sessions:
        """What takes the frames of clients."""
        return Sessions(self.database, self.bridge, self.vault, self.clock)

    def worker(self) -> TurnWorker:
        """What works turns in this process."""
        return TurnWorker(self.database, self.bridge, self.clock, self.driver_of)

    async def driver_of(self, lease: Lease, turn: Turn) -> TurnDriver:
        """The driver of a turn that is held, by the model that its conversation has chosen."""
        actor = Actor(account=turn.account, user=turn.user)
        async with self.database.begin() as db:
            conversation = await get_conversation(actor, db, turn.conversation)
        model = None if conversation.model == OFFLINE else await self.model_of(actor, conversation.model)
        context = Context(
            actor=actor,
            database=self.database,
            embedder=self.embedder,
            now=self.clock.now().astimezone(),
            conversation=turn.conversation,
        )
        log = TurnLog(self.database, self.bridge, self.clock, lease, turn)
        tools = CallTools(
            database=self.database,
            door=self.door,
            vault=self.vault,
            lease=lease,
            context=context,
            mender=MODEL_COMPOSERS["completion"](model) if model is not None else None,
        )
        calls = Calls(log, tools)
        return TurnDriver(log, calls, _thinker(log, calls, context, model), self.database, self.clock)


def _thinker(log: TurnLog, calls: Calls, context: Context, model: Model | None) -> Thinker:
    search = OFFLINE_FINDERS["search"]
    if model is None:
        return OfflineThinker(log, calls, context, finder=search, composer=OFFLINE_COMPOSERS["words"])

    def choosing(finder: Finder) -> Finder:
        return MODEL_FINDERS["choice"](model, finder)

    return ModelThinker(log, calls, context, finder=search, choosing=choosing, model=model)
