"""The door: one act from intent to outcome, with retries and recovery by effect class."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import assert_never

from madang.effects import journal
from madang.effects.asking import Asker
from madang.effects.checks import CannotTell, DidNotHappen, Happened
from madang.effects.executors.port import Executor, Recalling
from madang.effects.leases import Lease
from madang.effects.policy import (
    MAX_ATTEMPTS,
    Done,
    Failed,
    InDoubt,
    Retry,
    Verdict,
    after_crash,
    delays_of_checks,
    judge,
)
from madang.effects.values import Act, Answered, Attempt, Entry, EntryState
from madang.kit.actor import Actor
from madang.kit.errors import ConflictError
from madang.kit.json import JsonObject, JsonValue
from madang.storage.engine import Database

_STOPPED = "Madang stopped during this call"


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
        self._asker = Asker(database, executor)
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
            if (told := await self._recall(lease, act)) is not None:
                return await self._attempts(lease, act, entry, told)
            match after_crash(entry.effect):
                case "doubt":
                    return await self._conclude(lease, entry, "doubt", _STOPPED)
                case "ask":
                    decided = await self._check(lease, act, entry, _STOPPED)
                    if decided is not None:
                        return decided
                case "repeat":
                    pass
            entry = await self._again(lease, entry, ("intent",))
        return await self._attempts(lease, act, entry)

    async def do_again(self, lease: Lease, act: Act) -> Entry:
        """Repeat an act in doubt because a person said so."""
        entry, _ = await self._intend(lease, act)
        return await self._attempts(lease, act, await self._again(lease, entry, ("doubt",)))

    async def give_up(
        self, lease: Lease, actor: Actor, key: str, *, reason: str = "it was stopped while it was under way"
    ) -> Entry | None:
        """Say of an act whose performing was cut off that it is over: failed where that is harmless, else in doubt.

        None where it was never begun; the entry as it is where it has an outcome.
        """
        async with self._database.begin() as db:
            entry = await journal.find_entry(actor, db, lease.scope.id, key)
        if entry is None or entry.state != "intent":
            return entry
        state: EntryState = "failed" if entry.effect == "safe" else "doubt"
        return await self._conclude(lease, entry, state, reason)

    async def it_happened(self, lease: Lease, entry: Entry, result: JsonValue, actor: Actor) -> Entry:
        """Close an act in doubt with the result that a person gave."""
        outcome: JsonObject = {"value": result, "resolved_by": actor.user}
        return await self._finish(lease, entry, "done", outcome)

    async def _recall(self, lease: Lease, act: Act) -> Attempt | None:
        """What became of an attempt whose worker died, where its executor can tell."""
        executor = self._executor
        return await executor.recall(lease.scope, act) if isinstance(executor, Recalling) else None

    async def _attempts(self, lease: Lease, act: Act, entry: Entry, told: Attempt | None = None) -> Entry:
        """Attempt after attempt to an end; of the first, `told` is what became of it."""
        while True:
            result = await self._executor.attempt(lease.scope, act) if told is None else told
            told = None
            verdict = judge(act.effect, act.function.function.method, result, entry.attempt)
            if isinstance(verdict, InDoubt) and verdict.ask_first:
                decided = await self._check(lease, act, entry, verdict.reason)
                if decided is not None:
                    return decided
            elif isinstance(verdict, Retry):
                await self._sleep(verdict.delay_seconds)
            else:
                return await self._finish(lease, entry, _state(verdict), _outcome(verdict, result))
            entry = await self._again(lease, entry, ("intent",))

    async def _check(self, lease: Lease, act: Act, entry: Entry, doubt: str) -> Entry | None:
        """Ask whether an act happened, until it shows or can no more: its end, or None where it is to be done again."""
        async with self._database.begin() as db:
            age_seconds = await journal.age_of(db, lease.scope, entry.key)
        told = await self._asker.ask(lease.scope, act)
        for delay_seconds in delays_of_checks(age_seconds):
            if isinstance(told, Happened) or (isinstance(told, CannotTell) and not told.is_passing):
                break
            await self._sleep(delay_seconds)
            told = await self._asker.ask(lease.scope, act)
        match told:
            case Happened():
                return await self._finish(lease, entry, "done", _checked(told))
            case CannotTell():
                return await self._conclude(lease, entry, "doubt", f"{doubt}; {told.reason}")
            case DidNotHappen() if entry.attempt >= MAX_ATTEMPTS:
                reason = f"{doubt}, {entry.attempt} times; it does not show that it happened"
                return await self._conclude(lease, entry, "failed", reason)
            case DidNotHappen():
                return None
            case _:
                assert_never(told)

    async def _intend(self, lease: Lease, act: Act) -> tuple[Entry, bool]:
        async with self._database.begin() as db:
            return await journal.intend(db, lease.scope, act)

    async def _again(self, lease: Lease, entry: Entry, states: tuple[EntryState, ...]) -> Entry:
        async with self._database.begin() as db:
            return await journal.intend_again(db, lease.scope, entry.key, states)

    async def _conclude(self, lease: Lease, entry: Entry, state: EntryState, reason: str) -> Entry:
        """Close an act that nobody performs any more; an answer that came late, and was written meanwhile, stands."""
        try:
            return await self._finish(lease, entry, state, {"reason": reason})
        except ConflictError:
            owner = Actor(account=lease.scope.account, user=lease.scope.user)
            async with self._database.begin() as db:
                return await journal.get_entry(owner, db, lease.scope.id, entry.key)

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


def _checked(told: Happened) -> JsonObject:
    """The outcome of an act that a read shows: what the read has of it, which is not what the act would answer."""
    return {"value": told.value, "assumed": True, "checked_by": told.by}


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
