"""Asking a connector's read whether an act happened, before a person is asked."""

from __future__ import annotations

from madang.catalog.functions import find_operation
from madang.catalog.values import CatalogFunction
from madang.effects.checks import CannotTell, Check, FillError, Told, check_of, filled, named, told_by
from madang.effects.executors.port import Executor
from madang.effects.proposals import Proposal, propose
from madang.effects.values import Act, Scope
from madang.kit.actor import Actor
from madang.kit.errors import InvalidError
from madang.schema.arguments import compile_arguments
from madang.storage.engine import Database


class Asker:
    """Makes the checks of acts. The read is safe, goes out as any call does, and is in no journal."""

    def __init__(self, database: Database, executor: Executor) -> None:
        self._database = database
        self._executor = executor

    async def ask(self, scope: Scope, act: Act) -> Told:
        """Whether the act happened, as far as its connector can tell now."""
        check = check_of(act.function.function)
        if check is None:
            return CannotTell(reason="the connector names no read that tells")
        read = await self._read_of(scope, act, check)
        if read is None:
            return CannotTell(reason=f"the connector has no operation {check.operation!r} to ask")
        try:
            match = filled(check.match, act.function.function, act.arguments)
            proposal = _proposal(act, read, check)
        except (FillError, InvalidError) as error:
            return CannotTell(reason=f"{read.full_name} cannot be asked: {error}")
        if proposal.effect != "safe":
            return CannotTell(reason=f"{read.full_name} is {proposal.effect}, and only a read is asked")
        answer = await self._executor.attempt(scope, proposal.to_act(f"{act.key}?"))
        return told_by(answer, match, read.full_name)

    async def _read_of(self, scope: Scope, act: Act, check: Check) -> CatalogFunction | None:
        actor = Actor(account=scope.account, user=scope.user, roles=frozenset())
        async with self._database.begin() as db:
            return await find_operation(actor, db, act.function.connector_id, check.operation)


def _proposal(act: Act, read: CatalogFunction, check: Check) -> Proposal:
    """The read with its arguments. Raises FillError, and ArgumentsError where they are not valid."""
    arguments = named(filled(check.arguments, act.function.function, act.arguments), read.function)
    compiled = compile_arguments(read.function, read.schemas)
    return propose(read, compiled, act.connection, arguments)
