"""The agent without a model, honest about what it is: words find one function, words fill it in, the rest is asked for.

A turn has one call. The answer is a summary by the shape of the result.
"""

from __future__ import annotations

from madang.agent import events
from madang.agent.calls import Calls, connections_used
from madang.agent.history import CallStep
from madang.agent.provider import NoConnectionError, Target, get_target
from madang.agent.subagents.ports import Composer, ComposerInput, Context, Finder, FinderInput, Finding
from madang.agent.summary import Language, language_of, nothing_fits, summarise
from madang.agent.writing import TurnLog
from madang.kit.errors import UnavailableError
from madang.kit.ids import new_id


class OfflineThinker:
    """Thinks by words alone."""

    def __init__(self, log: TurnLog, calls: Calls, context: Context, *, finder: Finder, composer: Composer) -> None:
        self._log = log
        self._calls = calls
        self._context = context
        self._finder = finder
        self._composer = composer

    async def think(self) -> bool:
        """Begin the call, or say how it went."""
        turn = self._log.turn_state
        if turn.calls:
            await self._answer(turn.calls[-1])
            return True
        finding = await self._finder(FinderInput(text=turn.text), self._context)
        await self._log.write(events.found(turn.id, turn.text, finding))
        if not finding.fits:
            await self._log.say(nothing_fits([each.function for each in finding.candidates[:3]], self._language))
            return True
        return not await self._begin(finding)

    async def _begin(self, finding: Finding) -> bool:
        """Begin the call of the best candidate; false where nobody has said where to call it."""
        try:
            target = await self._target(finding)
        except NoConnectionError as error:
            await self._log.say(error.detail)
            return False
        asked = ComposerInput(
            function=target.function,
            compiled=target.compiled,
            text=self._log.turn_state.text,
            earlier=self._calls.earlier(),
        )
        composed = await self._composer(asked, self._context)
        await self._log.write(*self._calls.begin(new_id("cal"), target, composed.arguments, dict(composed.provenance)))
        return True

    async def _target(self, finding: Finding) -> Target:
        used = connections_used(list(self._log.state.calls.values()))
        async with self._context.database.begin() as db:
            best = finding.candidates[0].function
            place = self._context.conversation
            return await get_target(self._context.actor, db, best.id, preferred=used, conversation=place)

    async def _answer(self, call: CallStep) -> None:
        try:
            function = (await self._target_of(call)).function
        except UnavailableError as error:
            await self._log.say(error.detail)
        else:
            await self._log.say(summarise(function, call.state or "failed", call.result or {}, self._language))

    async def _target_of(self, call: CallStep) -> Target:
        async with self._context.database.begin() as db:
            return await get_target(
                self._context.actor,
                db,
                call.function,
                connection_id=call.connection,
                conversation=self._context.conversation,
                may_have_ended=True,
            )

    @property
    def _language(self) -> Language:
        return language_of(self._log.turn_state.text)
