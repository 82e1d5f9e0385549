"""Acts of kind application: the client that lends the function is asked to run it, and its answer is waited for.

Nothing is done before the client has been told, and it is told once an attempt. What becomes of it then is known only
by its answer: a session that ends before that leaves the outcome unknown, as a connection does that breaks. The worker
may die meanwhile: the next one waits for the same answer.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress

from madang.agent.lent_calls import Look, ask_call, end_call, look_at_call, take_answer
from madang.agent.sealing import CallVault
from madang.bridge.port import Bridge, Gap, Message
from madang.effects.outcomes import storable
from madang.effects.values import Act, Answered, Attempt, NotSent, Scope, Unknown
from madang.kit.json import JsonObject, JsonValue
from madang.schema.application.definitions import MEDIA_TYPE, wire_arguments, wire_name
from madang.schema.references import reachable
from madang.schema.responses import Drift
from madang.schema.validation import Validator
from madang.storage.engine import Database

CALL_SECONDS = 60.0
"""How long a client may take to run a function, and how long it may take to be told of it."""
LOOK_SECONDS = 1.0
"""How long a hint that was lost is waited for."""
MOST_DRIFT = 20
DONE, REFUSED = 200, 422
"""In place of an HTTP status: the client gave a value, or an error."""


class ApplicationExecutor:
    """Asks the session that lends a function to run it."""

    def __init__(
        self, database: Database, bridge: Bridge, vault: CallVault, *, call_seconds: float = CALL_SECONDS
    ) -> None:
        self._database = database
        self._bridge = bridge
        self._vault = vault
        self._call_seconds = call_seconds

    async def attempt(self, scope: Scope, act: Act) -> Attempt:
        """Ask once. An answer to an earlier attempt that came too late for it is the answer of this one."""
        if scope.kind != "turn":
            reason = f"{act.function.full_name} is lent to a conversation; it cannot be called from elsewhere"
            return NotSent(reason=reason, is_final=True)
        async with self._bridge.subscribe("lending", act.connection.id) as hints:
            await self._ask(scope, act)
            return await self._wait(scope, act, hints)

    async def recall(self, scope: Scope, act: Act) -> Attempt | None:
        """Wait on for the answer to what a worker asked that has died; what it never asked was not done."""
        async with self._bridge.subscribe("lending", act.connection.id) as hints:
            async with self._database.begin() as db:
                look = await look_at_call(db, scope, act)
                if look is None or look.state == "withdrawn":
                    return NotSent(reason="Madang stopped before the application was told")
                if look.state == "taken":
                    await end_call(db, scope, act, "taken", "answered")
                elif look.state == "missed" and not look.is_late:
                    await end_call(db, scope, act, "missed", "delivered")
                elif look.state == "missed":
                    return None
            return await self._wait(scope, act, hints)

    async def _ask(self, scope: Scope, act: Act) -> None:
        function = act.function.function
        arguments = wire_arguments(function, act.arguments)
        async with self._database.begin() as db:
            await ask_call(db, scope, act, wire_name(function), arguments, self._vault)
        await self._bridge.publish("lending", act.connection.id, {})

    async def _wait(self, scope: Scope, act: Act, hints: AsyncIterator[Message | Gap]) -> Attempt:
        """Until the call is answered, or nobody will answer it."""
        started = time.monotonic()
        coming = asyncio.ensure_future(anext(hints, None))
        try:
            while True:
                ended = await self._look(scope, act, started)
                if ended is not None:
                    return ended
                await asyncio.wait([coming], timeout=LOOK_SECONDS)
                if coming.done() and coming.result() is not None:
                    coming = asyncio.ensure_future(anext(hints, None))
                elif coming.done():  # the bridge has ended with its process; the table still tells
                    await asyncio.sleep(LOOK_SECONDS)
        except asyncio.CancelledError:
            await asyncio.shield(self._give_up(scope, act))
            raise
        finally:
            coming.cancel()
            with suppress(asyncio.CancelledError):
                await coming

    async def _look(self, scope: Scope, act: Act, started: float) -> Attempt | None:
        """What became of the call; None while it may still be answered."""
        async with self._database.begin() as db:
            look = await look_at_call(db, scope, act)
            if look is None or look.state in {"withdrawn", "taken", "missed"}:
                return NotSent(reason=_ended(act), is_final=True)
            if look.state == "answered":
                answer = await take_answer(db, scope, act)
                return None if answer is None else _answered(act, answer, time.monotonic() - started)
            reason = self._why_not(act, look)
            if reason is None:
                return None
            if look.state == "asked":
                is_ours = await end_call(db, scope, act, "asked", "withdrawn")
                return NotSent(reason=reason, is_final=True) if is_ours else None
            return Unknown(reason=reason) if await end_call(db, scope, act, "delivered", "missed") else None

    def _why_not(self, act: Act, look: Look) -> str | None:
        """Why a call is not waited for any longer."""
        name = act.function.full_name
        if look.state == "delivered":
            if look.is_late:
                return f"the application did not say within {self._call_seconds:.0f} s what became of {name}"
            return None if look.is_alive else f"the application's session ended before it said what became of {name}"
        if not look.is_lent:
            return f"the application took {name} back before it was told of the call"
        if not look.is_alive:
            return _ended(act)
        return (
            f"the application could not be told of {name} in time" if look.waited_seconds > self._call_seconds else None
        )

    async def _give_up(self, scope: Scope, act: Act) -> None:
        """Nobody waits any more: what was not delivered is not."""
        async with self._database.begin() as db:
            if not await end_call(db, scope, act, "asked", "withdrawn"):
                await end_call(db, scope, act, "delivered", "missed")


def _ended(act: Act) -> str:
    return f"{act.function.full_name} was lent by an application whose session has ended; open the application again"


def _answered(act: Act, answer: JsonObject, seconds: float) -> Answered:
    if "error" in answer:
        said = str(answer["error"])
        return Answered(
            status=REFUSED, media_type=None, value=None, seconds=seconds, reason=f"the application said: {said}"
        )
    value = storable(answer.get("value"))
    return Answered(status=DONE, media_type=MEDIA_TYPE, value=value, drift=_drift(act, value), seconds=seconds)


def _drift(act: Act, value: JsonValue) -> tuple[JsonObject, ...]:
    """Where the value is not what the definition says of results."""
    schema = act.function.function.result
    whole: JsonValue = schema
    if isinstance(schema, dict) and (definitions := reachable([schema], act.function.schemas)):
        whole = {**schema, "$defs": definitions}
    errors = Validator(whole, is_answer=True).validate(value)
    return tuple(
        Drift(path=error.path, expected=error.expected, given=error.given).to_json() for error in errors[:MOST_DRIFT]
    )
