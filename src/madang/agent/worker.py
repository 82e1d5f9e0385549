"""The workers of turns: any process that serves conversations takes up whatever is ready, also what a dead one left."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

from sqlalchemy.exc import SQLAlchemyError

from madang.agent import turns
from madang.agent.loop import TurnDriver
from madang.agent.values import Turn, TurnState
from madang.bridge.port import Bridge, Gap, Message
from madang.effects.leases import Lease, hold_scope
from madang.kit.actor import Actor
from madang.kit.clock import Clock
from madang.kit.errors import ConflictError, MadangError
from madang.logs import get_logger
from madang.storage.engine import Database

CONCURRENCY = 16
LEASE_SECONDS = 12.0
"""How long a turn rests when its worker died. The grants of its calls live no longer."""
POLL_SECONDS = 2.0
GRACE_SECONDS = 3.0
"""How long calls that are under way may take to end when the process stops."""

DriverOf = Callable[[Lease, Turn], Awaitable[TurnDriver]]
"""Makes the driver of a turn that is held."""

_log = get_logger("agent")


class TurnWorker:
    """Takes up turns until `run` is cancelled; then gives those that are under way a moment to end."""

    def __init__(
        self,
        database: Database,
        bridge: Bridge,
        clock: Clock,
        driver_of: DriverOf,
        *,
        concurrency: int = CONCURRENCY,
        lease_seconds: float = LEASE_SECONDS,
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        self._database = database
        self._bridge = bridge
        self._clock = clock
        self._driver_of = driver_of
        self._concurrency = concurrency
        self._lease_seconds = lease_seconds
        self._poll_seconds = poll_seconds
        self._woken = asyncio.Event()
        self._working: dict[str, asyncio.Task[None]] = {}
        self._driving: dict[str, asyncio.Task[TurnState]] = {}

    async def run(self) -> None:
        """Work until cancelled."""
        async with self._bridge.subscribe("turn") as messages:
            hearing = asyncio.create_task(self._hear(messages))
            try:
                while True:
                    self._woken.clear()
                    await self._take_up_ready()
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._woken.wait(), self._poll_seconds)
            finally:
                hearing.cancel()
                await self._let_end()

    async def _hear(self, messages: AsyncIterator[Message | Gap]) -> None:
        async for message in messages:
            self._woken.set()
            if isinstance(message, Message) and message.data.get("aborts") and message.key in self._driving:
                self._driving[message.key].cancel()

    async def _take_up_ready(self) -> None:
        free = self._concurrency - len(self._working)
        if free <= 0:
            return
        try:
            async with self._database.begin() as db:
                ready = await turns.list_ready(db, limit=self._concurrency * 2)
        except (SQLAlchemyError, OSError) as error:
            _log.warning("turns wait for the database", reason=type(error).__name__)
            return
        for turn in [turn for turn in ready if turn.id not in self._working][:free]:
            task = asyncio.create_task(self._work(turn))
            self._working[turn.id] = task
            task.add_done_callback(lambda _, id_=turn.id: self._is_done(id_))

    def _is_done(self, turn_id: str) -> None:
        del self._working[turn_id]
        self._woken.set()

    async def _work(self, turn: Turn) -> None:
        """Hold a turn and drive it until it waits or ends. A boundary: what goes wrong here is logged."""
        actor = Actor(account=turn.account, user=turn.user)
        try:
            async with hold_scope(
                actor, self._database, turn.id, "turn", "backend", seconds=self._lease_seconds
            ) as lease:
                while await self._drive_once(lease, turn):
                    pass
        except ConflictError:  # somebody else has it
            await asyncio.sleep(0)
        except (SQLAlchemyError, OSError, MadangError) as error:
            _log.warning("a turn was left to be taken up again", turn=turn.id, reason=str(error))
            await asyncio.sleep(self._poll_seconds)

    async def _drive_once(self, lease: Lease, turn: Turn) -> bool:
        """Drive the turn; whether something came in meanwhile, so that it is to be driven again."""
        async with self._database.begin() as db:
            taken = await turns.take_up(turn.account, db, turn.id)
        if taken is None:
            return False
        state = await self._drive(await self._driver_of(lease, taken), taken)
        async with self._database.begin() as db:
            await turns.check_held(db, lease.scope)
            return await turns.leave(turn.account, db, turn.id, state, now=self._clock.now()) == "ready"

    async def _drive(self, driver: TurnDriver, turn: Turn) -> TurnState:
        if turn.is_aborted:
            return await driver.stop()
        driving = asyncio.create_task(driver.run())
        self._driving[turn.id] = driving
        try:
            return await driving
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                driving.cancel()
                await asyncio.gather(driving, return_exceptions=True)
                raise
            return await driver.stop()
        except (MadangError, SQLAlchemyError, OSError):
            raise
        except Exception:  # noqa: BLE001 - a boundary: logged, and the turn says so
            _log.exception("a turn failed by a fault of our own", turn=turn.id)
            return await driver.fail("internal", "something failed inside Madang; the log of the backend says what")
        finally:
            del self._driving[turn.id]

    async def _let_end(self) -> None:
        working = list(self._working.values())
        if working:
            await asyncio.wait(working, timeout=GRACE_SECONDS)
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)
