"""One call of a turn, taken from where it stands to its result or to a question to a person.

Each step ends with an event, so that whoever takes the turn over goes on with the next one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import cast

from madang.agent import events
from madang.agent.asking import form_for, is_missing_only
from madang.agent.history import GONE_OUT, CallStage, CallStep
from madang.agent.provider import Target, get_target
from madang.agent.sealing import FrameVault, forget
from madang.agent.subagents.ports import Composer, ComposerInput, Context, EarlierResult
from madang.agent.values import Draft
from madang.agent.writing import TurnLog
from madang.effects.approvals import Pair, ask_approval, consent, pairs_without_consent
from madang.effects.door import Door
from madang.effects.journal import find_entry
from madang.effects.leases import Lease
from madang.effects.policy import wants_approval
from madang.effects.proposals import Proposal, propose_prepared
from madang.effects.values import Act, Entry, Provenance, ProvenanceKind
from madang.kit.errors import InvalidError, MadangError
from madang.kit.json import JsonObject, JsonValue
from madang.schema.arguments import Prepared
from madang.schema.shares import merge
from madang.schema.validation import ArgumentError
from madang.storage.engine import Database

MOST_MENDS = 3
"""How often wrong arguments go back to the model before a person is asked."""


@dataclass(frozen=True, kw_only=True)
class CallTools:
    """What calls are made with. `mender` composes anew what a model got wrong; None where there is no model."""

    database: Database
    door: Door
    vault: FrameVault
    lease: Lease
    context: Context
    mender: Composer | None


class Calls:
    """Takes the calls of one turn further."""

    def __init__(self, log: TurnLog, tools: CallTools) -> None:
        self._log = log
        self._tools = tools
        self._targets: dict[str, Target] = {}
        self._steps: dict[CallStage, Callable[[CallStep], Awaitable[None]]] = {
            "composed": self._complete,
            "answered": self._complete,
            "ready": self._ask_or_perform,
            "decided": self._follow_decision,
            "performing": self._perform,
            "settled": self._settle,
        }

    def begin(
        self, call_id: str, target: Target, arguments: JsonObject, provenance: dict[str, Provenance]
    ) -> list[Draft]:
        """The events that begin a call. What is a person's to give is left out of the arguments."""
        self._targets[call_id] = target
        turn = self._log.turn.id
        shown = target.compiled.shares.without_human(arguments)
        start = events.call_start(turn, call_id, target.function, target.connection, target.effect)
        return [start, *events.call_arguments(turn, call_id, shown, provenance)]

    async def advance(self, call: CallStep) -> None:
        """Take a call as far as it goes without a person. What is not there any more ends it, with the reason."""
        while call.stage != "ended" and not call.waits:
            try:
                await self._steps[call.stage](call)
            except MadangError as error:
                if error.code == "lease-lost":
                    raise
                await self._end(call, "failed", {"reason": error.detail})
            call = self._log.state.calls[call.id]

    async def stop(self, call: CallStep) -> None:
        """The person wants the turn to end: what has not gone out does not, what has may have happened."""
        if call.stage == "doubt":
            return
        if call.stage == "settled" and call.decision == "happened":
            await self.advance(call)
            return
        entry = None
        if call.stage in GONE_OUT:
            entry = await self._tools.door.give_up(self._tools.lease, self._tools.context.actor, call.id)
        if entry is None:
            await self._end(call, "rejected", {"reason": "stopped"})
        else:
            await self._tell(call, entry)

    async def _complete(self, call: CallStep) -> None:
        if call.is_cancelled:
            await self._end(call, "rejected", {"reason": "the form was cancelled"})
            return
        prepared, given = await self._prepared(call)
        if not prepared.is_valid:
            await self._mend_or_ask(call, prepared)
            return
        target = await self._target(call)
        shown = target.compiled.shares.redact(prepared.arguments)
        where = self._provenance(call, shown, given)
        await self._log.write(
            *events.call_arguments(self._log.turn.id, call.id, shown, where),
            events.call_end(self._log.turn.id, call.id),
        )

    async def _mend_or_ask(self, call: CallStep, prepared: Prepared) -> None:
        target = await self._target(call)
        errors = [error for error in prepared.errors if not target.compiled.is_human_error(error)]
        can_mend = self._tools.mender is not None and call.mends < MOST_MENDS and errors and call.stage == "composed"
        if can_mend and not (call.mends and is_missing_only(errors)):
            await self._mend(call, prepared, errors)
            return
        form = form_for(target.compiled, prepared)
        if not form.schema["properties"]:
            raise InvalidError("; ".join(error.message for error in prepared.errors[:3]))
        await self._log.write(
            events.custom(
                "form",
                call.turn,
                call_id=call.id,
                schema=form.schema,
                value=form.value,
                errors=[error.to_json() for error in form.errors],
                reason=form.reason,
            )
        )

    async def _mend(self, call: CallStep, prepared: Prepared, wrong: Sequence[ArgumentError]) -> None:
        """Show the model its own arguments with what is wrong of its share, and take what it gives then."""
        target, mender = await self._target(call), self._tools.mender
        assert mender is not None
        errors: list[JsonValue] = [error.to_json() for error in wrong]
        mended = events.custom("mended", call.turn, call_id=call.id, attempt=call.mends + 1, errors=errors)
        asked = ComposerInput(
            function=target.function,
            compiled=target.compiled,
            text=self._log.turn_state.text,
            earlier=self.earlier(),
            draft=target.compiled.shares.without_human(prepared.arguments),
            feedback=target.compiled.feedback(prepared),
        )
        composed = await mender(asked, self._tools.context)
        # An answer that broke off has lost what stood in the draft: that stays, and is wrong still.
        needed = {each.name for each in target.function.function.arguments if each.is_required}
        lost = {name: each for name, each in call.arguments.items() if name in needed - composed.arguments.keys()}
        shown = target.compiled.shares.without_human({**lost, **composed.arguments})
        where = {**{name: Provenance(kind="model") for name in lost}, **composed.provenance}
        await self._log.write(mended, *events.call_arguments(call.turn, call.id, shown, where))

    async def _ask_or_perform(self, call: CallStep) -> None:
        target = await self._target(call)
        pairs = await self._open_pairs(call)
        if not wants_approval(target.effect) and not pairs:
            await self._go(call)
            return
        proposal = await self._proposal(call)
        asked = events.approval(
            call.turn,
            call.id,
            target.function,
            target.connection,
            effect=target.effect,
            shown=proposal.shown,
            provenance=call.provenance,
            request=proposal.preview(),
            pairs=pairs,
        )
        async with self._tools.database.begin() as db:
            value = cast("JsonObject", asked.body["value"])
            await ask_approval(self._tools.context.actor, db, call.turn, call.id, value, now=self._tools.context.now)
        await self._log.write(asked)

    async def _follow_decision(self, call: CallStep) -> None:
        if call.decision != "approve":
            await self._end(call, "rejected", {"reason": "rejected", "resolved_by": call.decided_by})
            return
        prepared, given = await self._prepared(call)
        if not prepared.is_valid:
            await self._mend_or_ask(call, prepared)
            return
        shown = (await self._target(call)).compiled.shares.redact(prepared.arguments)
        if shown != call.arguments:
            where = self._provenance(call, shown, given)
            await self._log.write(*events.call_arguments(call.turn, call.id, shown, where))
        async with self._tools.database.begin() as db:
            pairs = self._pairs(self._log.state.calls[call.id])
            actor = self._tools.context.actor
            await consent(actor, db, self._log.turn.conversation, pairs, now=self._tools.context.now)
        await self._go(call)

    async def _go(self, call: CallStep) -> None:
        await self._log.write(events.custom("performing", call.turn, call_id=call.id))

    async def _perform(self, call: CallStep) -> None:
        async with self._tools.database.begin() as db:
            entry = await find_entry(self._tools.context.actor, db, call.turn, call.id)
        if entry is None or entry.state == "intent":
            entry = await self._do(call, entry)
        await self._tell(call, entry)

    async def _do(self, call: CallStep, begun: Entry | None) -> Entry:
        """Make the call. One that was begun before and cannot be made any more is not just failed."""
        door, lease = self._tools.door, self._tools.lease
        try:
            act = await self._act(call)
        except MadangError as error:
            entry = begun and await door.give_up(lease, self._tools.context.actor, call.id, reason=error.detail)
            if entry is None:
                raise
            return entry
        return await door.perform(lease, act)

    async def _settle(self, call: CallStep) -> None:
        """A person said what became of a call in doubt."""
        async with self._tools.database.begin() as db:
            entry = await find_entry(self._tools.context.actor, db, call.turn, call.id)
        assert entry is not None
        if entry.state == "doubt" and call.decision == "happened":
            result = (await self._given(call))[-1][1].get("happened")
            entry = await self._tools.door.it_happened(self._tools.lease, entry, result, self._tools.context.actor)
        elif entry.state == "doubt":
            try:
                act = await self._act(call)
            except MadangError as error:  # it cannot be done again now, and nobody knows more than before
                await self._say_in_doubt(call, entry, error.detail)
                return
            entry = await self._tools.door.do_again(self._tools.lease, act)
        elif entry.state == "intent":
            entry = await self._do(call, entry)
        await self._tell(call, entry)

    async def _tell(self, call: CallStep, entry: Entry) -> None:
        outcome = entry.outcome or {}
        if entry.state == "doubt":
            await self._say_in_doubt(call, entry, str(outcome.get("reason", "nobody knows whether it happened")))
            return
        drift = (
            [events.custom("drift", call.turn, call_id=call.id, drift=outcome["drift"])] if "drift" in outcome else []
        )
        shown = {("is_assumed" if name == "assumed" else name): value for name, value in outcome.items()}
        await self._end(call, "done" if entry.state == "done" else "failed", shown, *drift)

    async def _say_in_doubt(self, call: CallStep, entry: Entry, reason: str) -> None:
        value: JsonObject = {"reason": reason, "effect": entry.effect, "function": call.function}
        await self._log.write(events.custom("in_doubt", call.turn, call_id=call.id, arguments=call.arguments, **value))

    async def _end(self, call: CallStep, state: str, outcome: JsonObject, *before: Draft) -> None:
        await self._log.write(*before, events.call_result(call.turn, call.id, state, outcome))
        async with self._tools.database.begin() as db:
            await forget(self._log.turn.account, db, call.turn, call.id)

    async def _target(self, call: CallStep) -> Target:
        if call.id not in self._targets:
            async with self._tools.database.begin() as db:
                self._targets[call.id] = await get_target(
                    self._tools.context.actor,
                    db,
                    call.function,
                    connection_id=call.connection,
                    conversation=self._log.turn.conversation,
                )
        return self._targets[call.id]

    async def _given(self, call: CallStep) -> list[tuple[str, JsonObject]]:
        async with self._tools.database.begin() as db:
            return await self._tools.vault.given(self._log.turn.account, db, call.turn, call.id)

    async def _prepared(self, call: CallStep) -> tuple[Prepared, frozenset[str]]:
        """The arguments with all that people gave, checked; and the names of what they gave."""
        compiled = (await self._target(call)).compiled
        arguments = compiled.shares.without_human(call.arguments)
        names: set[str] = set()
        for kind, value in await self._given(call):
            if kind == "approval":
                arguments = {name: each for name, each in arguments.items() if name not in value}
                value = compiled.shares.without_human({name: each for name, each in value.items() if each is not None})
            elif kind == "in_doubt" and "happened" in value:
                continue
            arguments = merge(arguments, value)
            names |= value.keys()
        return compiled.prepare(arguments), frozenset(names)

    async def _proposal(self, call: CallStep) -> Proposal:
        """The call as it would be made now. Raises ArgumentsError for what is not complete."""
        target = await self._target(call)
        prepared, _ = await self._prepared(call)
        return propose_prepared(target.function, target.compiled, target.connection, prepared)

    async def _act(self, call: CallStep) -> Act:
        return (await self._proposal(call)).to_act(call.id, _read_provenance(call.provenance))

    def earlier(self) -> list[EarlierResult]:
        """What calls of this conversation gave, newest first."""
        done = [call for call in self._log.state.calls.values() if call.state == "done" and call.result is not None]
        return [
            EarlierResult(key=call.key, function=call.function, connection=call.connection, value=_value(call.result))
            for call in reversed(done)
        ]

    async def _open_pairs(self, call: CallStep) -> list[Pair]:
        async with self._tools.database.begin() as db:
            actor = self._tools.context.actor
            return await pairs_without_consent(actor, db, self._log.turn.conversation, self._pairs(call))

    def _pairs(self, call: CallStep) -> list[Pair]:
        """Whose results went into the arguments, where that is another connection."""
        sources = {where.connection for where in _read_provenance(call.provenance).values() if where.kind == "result"}
        return [(source, call.connection) for source in sorted(filter(None, sources)) if source != call.connection]

    def _provenance(self, call: CallStep, shown: JsonObject, given: frozenset[str]) -> JsonObject:
        """Where each argument came from; what is nowhere named is a default of the document."""
        form, default = Provenance(kind="form").to_json(), Provenance(kind="default").to_json()
        return {name: form if name in given else call.provenance.get(name, default) for name in shown}


def connections_used(calls: list[CallStep]) -> list[str]:
    """The connections of earlier calls, newest first: a conversation stays with those that it has used."""
    return list({call.connection: None for call in reversed(calls)})


def _read_provenance(stored: JsonObject) -> dict[str, Provenance]:
    found: dict[str, Provenance] = {}
    for name, where in stored.items():
        if isinstance(where, dict):
            texts = {key: str(value) for key, value in where.items() if key != "kind"}
            found[name] = Provenance(kind=cast("ProvenanceKind", where["kind"]), **texts)
    return found


def _value(result: JsonObject | None) -> JsonValue:
    stored = (result or {}).get("stored")
    if isinstance(stored, dict):
        return stored.get("preview")
    return (result or {}).get("value")
