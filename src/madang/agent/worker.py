"""The workers of turns: any process that serves conversations takes up whatever is ready, also what a dead one left."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from madang.agent import turns
from madang.agent.event_log import add_events
from madang.agent.events import run_error
from madang.agent.history import ConversationState
from madang.agent.loop import TurnDriver, abandon
from madang.agent.values import Turn, TurnState
from madang.agent.writing import TurnLog
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
MOST_REMEMBERED, HEAVIEST_REMEMBERED = 32, 4_000_000
"""Conversations whose state is kept between two turns, and how many characters of results one may hold."""

_FAULT = ("internal", "something failed inside Madang; the log of the backend says what")
_FAULTS_OF_DATA = frozenset({"22", "23", "42"})
"""Classes of SQLSTATE that no repetition cures: wrong data, broken constraints, wrong statements."""

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
        self._to_stop: set[str] = set()
        self._states: OrderedDict[str, ConversationState] = OrderedDict()

    async def run(self) -> None:
        """Work until cancelled."""
        async with self._bridge.subscribe("turn") as messages:
            hearing = asyncio.create_task(self._hear(messages))
            try:
                while True:
                    self._woken.clear()
                    await self._take_up_ready()
                    with suppress(TimeoutError):  # not wait_for, which forgets a cancel that comes with the event
                        async with asyncio.timeout(self._poll_seconds):
                            await self._woken.wait()
            finally:
                hearing.cancel()
                await self._let_end()

    async def _hear(self, messages: AsyncIterator[Message | Gap]) -> None:
        async for message in messages:
            self._woken.set()
            if isinstance(message, Gap):
                await self._hear_aborts()
            elif message.data.get("aborts"):
                self._stop(message.key)

    async def _hear_aborts(self) -> None:
        """Look for what a gap may have hidden."""
        try:
            async with self._database.begin() as db:
                aborted = await turns.list_aborted(db, self._working)
        except (SQLAlchemyError, OSError):
            return  # the database is down: the bridge tells another gap when it is back
        for turn_id in aborted:
            self._stop(turn_id)

    def _stop(self, turn_id: str) -> None:
        """Have a turn of this process end; one that has been taken up, and is about to be driven, as it begins."""
        if turn_id in self._driving:
            self._driving[turn_id].cancel()
        elif turn_id in self._working:
            self._to_stop.add(turn_id)

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
        self._to_stop.discard(turn_id)
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
        except Exception:  # noqa: BLE001 - a boundary: the next attempt is made after a while, and other turns go on
            _log.exception("a turn was left to be taken up again", turn=turn.id)
            await asyncio.sleep(self._poll_seconds)

    async def _drive_once(self, lease: Lease, turn: Turn) -> bool:
        """Drive the turn; whether something came in meanwhile, so that it is to be driven again."""
        async with self._database.begin() as db:
            taken = await turns.take_up(turn.account, db, turn.id)
        if taken is None:
            return False
        try:
            driver = await self._driver_of(lease, taken)
        except Exception as error:  # a boundary: a turn that cannot be driven, now or ever, says so
            if is_passing(error) and not isinstance(error, MadangError):
                raise
            _log.warning("a turn cannot be worked", turn=turn.id, exc_info=error)
            word = (error.code, error.detail) if isinstance(error, MadangError) else _FAULT
            state = await abandon(TurnLog(self._database, self._bridge, self._clock, lease, turn), *word)
        else:
            state = await self._remembering(driver, lease, taken)
        async with self._database.begin() as db:
            await turns.check_held(db, lease.scope)
            return await turns.leave(turn.account, db, turn.id, state, now=self._clock.now()) == "ready"

    async def _remembering(self, driver: TurnDriver, lease: Lease, turn: Turn) -> TurnState:
        """Drive with what is remembered of the conversation; nobody else has it meanwhile."""
        remembered = self._states.pop(turn.conversation, None)
        if remembered is not None:
            driver.remember(remembered)
        state = await self._drive(driver, lease, turn)
        if driver.state.weight <= HEAVIEST_REMEMBERED:
            self._states[turn.conversation] = driver.state
        while len(self._states) > MOST_REMEMBERED:
            self._states.popitem(last=False)
        return state

    async def _drive(self, driver: TurnDriver, lease: Lease, turn: Turn) -> TurnState:
        driving = asyncio.create_task(driver.run(is_aborted=turn.is_aborted))
        self._driving[turn.id] = driving
        if turn.id in self._to_stop:
            self._to_stop.discard(turn.id)
            driving.cancel()
        try:
            return await driving
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                driving.cancel()
                await asyncio.gather(driving, return_exceptions=True)
                raise
            return await driver.stop()
        except Exception as error:  # a boundary: what repetition does not cure is logged, and the turn says so
            if is_passing(error):
                raise
            _log.exception("a turn failed by a fault of our own", turn=turn.id)
            return await self._end_faulty(driver, lease, turn)
        finally:
            del self._driving[turn.id]

    async def _end_faulty(self, driver: TurnDriver, lease: Lease, turn: Turn) -> TurnState:
        """End a turn that met a fault; where that meets one too, with nothing but the word of it."""
        try:
            return await driver.stop(*_FAULT)
        except Exception as error:
            if is_passing(error):
                raise
            _log.exception("a turn could not be ended as it should", turn=turn.id)
        async with self._database.begin() as db:
            await turns.check_held(db, lease.scope)
            last = [run_error(turn.id, *_FAULT)]
            await add_events(turn.account, db, turn.conversation, last, now=self._clock.now())
        return "ended"

    async def _let_end(self) -> None:
        working = list(self._working.values())
        if working:
            await asyncio.wait(working, timeout=GRACE_SECONDS)
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)


def is_passing(error: Exception) -> bool:
    """Whether an error may be gone at the next attempt: a database that is down, a lease that was lost."""
    if isinstance(error, DBAPIError):
        return str(getattr(error.orig, "sqlstate", ""))[:2] not in _FAULTS_OF_DATA
    return isinstance(error, MadangError | SQLAlchemyError | OSError)
