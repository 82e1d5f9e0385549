"""The door: one act from intent to outcome, with retries and recovery by effect class."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol, assert_never

from madang.effects import journal
from madang.effects.leases import Lease
from madang.effects.policy import Done, Failed, InDoubt, Retry, Verdict, after_crash, judge
from madang.effects.values import Act, Answered, Attempt, Entry, EntryState, Scope
from madang.kit.actor import Actor
from madang.kit.errors import ConflictError
from madang.kit.json import JsonObject, JsonValue
from madang.storage.engine import Database


class Executor(Protocol):
    """Performs acts of one function kind. Never raises for what the other side does: that is an `Attempt`."""

    async def attempt(self, scope: Scope, act: Act) -> Attempt:
        """Do it once."""
        ...


class Door:
    """Performs acts under a scope. One door may serve many scopes at once; it holds no state between acts."""

    def __init__(
        self,
        database: Database,
        executor: Executor,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._database = database
        self._executor = executor
        self._sleep = sleep

    async def perform(self, lease: Lease, act: Act) -> Entry:
        """Do an act, or give what it came to when it was done before under the same key.

        The entry is `done`, `failed` or in `doubt`. Raises LeaseLostError where the scope was taken over; then nothing
        more may be done in it. Approval has been asked for before.
        """
        entry, is_fresh = await self._intend(lease, act)
        if not is_fresh:
            if entry.state != "intent":
                return entry
            if after_crash(entry.effect) != "repeat":
                return await self._finish(lease, entry, "doubt", {"reason": "Madang stopped during this call"})
            entry = await self._again(lease, entry, ("intent",))
        return await self._attempts(lease, act, entry)

    async def do_again(self, lease: Lease, act: Act) -> Entry:
        """Repeat an act in doubt because a person said so."""
        entry, _ = await self._intend(lease, act)
        return await self._attempts(lease, act, await self._again(lease, entry, ("doubt",)))

    async def give_up(self, lease: Lease, actor: Actor, key: str) -> Entry | None:
        """Say of an act whose performing was cut off that it is over: failed where that is harmless, else in doubt.

        None where it was never begun; the entry as it is where it has an outcome.
        """
        async with self._database.begin() as db:
            entry = await journal.find_entry(actor, db, lease.scope.id, key)
        if entry is None or entry.state != "intent":
            return entry
        state: EntryState = "failed" if entry.effect == "safe" else "doubt"
        return await self._finish(lease, entry, state, {"reason": "it was stopped while it was under way"})

    async def it_happened(self, lease: Lease, entry: Entry, result: JsonValue, actor: Actor) -> Entry:
        """Close an act in doubt with the result that a person gave."""
        outcome: JsonObject = {"value": result, "resolved_by": actor.user}
        return await self._finish(lease, entry, "done", outcome)

    async def _attempts(self, lease: Lease, act: Act, entry: Entry) -> Entry:
        while True:
            result = await self._executor.attempt(lease.scope, act)
            verdict = judge(act.effect, act.function.function.method, result, entry.attempt)
            if not isinstance(verdict, Retry):
                return await self._finish(lease, entry, _state(verdict), _outcome(verdict, result))
            await self._sleep(verdict.delay_seconds)
            entry = await self._again(lease, entry, ("intent",))

    async def _intend(self, lease: Lease, act: Act) -> tuple[Entry, bool]:
        async with self._database.begin() as db:
            return await journal.intend(db, lease.scope, act)

    async def _again(self, lease: Lease, entry: Entry, states: tuple[EntryState, ...]) -> Entry:
        async with self._database.begin() as db:
            return await journal.intend_again(db, lease.scope, entry.key, states)

    async def _finish(self, lease: Lease, entry: Entry, state: EntryState, outcome: JsonObject) -> Entry:
        async with self._database.begin() as db:
            done = await journal.finish(db, lease.scope, entry.key, entry.attempt, state, outcome)
        if done is None:
            raise ConflictError(f"the call {entry.key} was decided elsewhere meanwhile")
        return done


def _state(verdict: Done | Failed | InDoubt) -> EntryState:
    match verdict:
        case Done():
            return "done"
        case Failed():
            return "failed"
        case InDoubt():
            return "doubt"
        case _:
            assert_never(verdict)


def _outcome(verdict: Verdict, result: Attempt) -> JsonObject:
    """What the journal keeps: the answer if there was one, and the reason if it is not a success."""
    outcome: JsonObject = {}
    if isinstance(result, Answered):
        outcome |= {
            "status": result.status,
            "media_type": result.media_type,
            **_kept(result),
            "seconds": round(result.seconds, 4),
        }
        if result.drift:
            outcome["drift"] = list(result.drift)
        if result.call_id:
            outcome["call"] = result.call_id
    if isinstance(verdict, Done) and verdict.is_assumed:
        outcome["assumed"] = True
    if isinstance(verdict, Failed | InDoubt):
        outcome["reason"] = verdict.reason
    return outcome


def _kept(result: Answered) -> JsonObject:
    """The value of an answer, or what stands in its place."""
    if result.stored is not None:
        return {"stored": result.stored}
    return {"value": result.value} | ({"not_kept": result.not_kept} if result.not_kept else {})
