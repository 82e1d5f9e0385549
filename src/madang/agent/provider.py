"""The connector provider: which functions an account may use, over which connections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy.ext.asyncio import AsyncSession

from madang.agent.lending import find_lent, is_lending
from madang.catalog.connections import get_connection, list_connections
from madang.catalog.functions import get_function
from madang.catalog.values import CatalogFunction, Connection
from madang.kit.actor import Actor
from madang.kit.errors import ConflictError, UnavailableError
from madang.kit.pages import PageRequest
from madang.schema.arguments import CompiledArguments, compile_arguments
from madang.types.effects import EffectClass


class NoConnectionError(ConflictError):
    """A connector that nobody has said where to call."""

    code = "no-connection"
    title = "There is no connection"


@dataclass(frozen=True, kw_only=True)
class Target:
    """A function with the connection to call it over."""

    function: CatalogFunction
    connection: Connection

    @cached_property
    def compiled(self) -> CompiledArguments:
        """Its arguments, ready to check; made once."""
        return compile_arguments(self.function.function, self.function.schemas)

    @property
    def effect(self) -> EffectClass:
        """The class of the function, unless the connection says otherwise."""
        return self.connection.effect_of(self.function.function)


async def get_target(
    actor: Actor,
    db: AsyncSession,
    name: str,
    *,
    connection_id: str | None = None,
    preferred: Sequence[str] = (),
    conversation: str | None = None,
    may_have_ended: bool = False,
) -> Target:
    """A function by id or full name, over the connection named, else one of `preferred`, else its connector's first.

    One that a session lends to the `conversation` comes first. Raises NotFoundError, NoConnectionError where the
    connector has none, and UnavailableError where the session of a call has ended, unless it `may_have_ended`.
    """
    if conversation is not None and (connection_id is None or is_lending(connection_id)):
        lent = await find_lent(actor, db, conversation, name, lending_id=connection_id)
        if lent is not None and (lent.is_alive or may_have_ended):
            return Target(function=lent.function, connection=lent.connection)
        if is_lending(connection_id):
            raise UnavailableError(
                f"{name} was lent by an application whose session has ended; open the application again"
            )
    function = await get_function(actor, db, name)
    if connection_id is not None:
        return Target(function=function, connection=await get_connection(actor, db, connection_id))
    found = await list_connections(actor, db, PageRequest(limit=100), connector_id=function.connector_id)
    if not found.data:
        raise NoConnectionError(
            f"{function.connector} has no connection, so nothing is known of where to call it; "
            f"make one: `madang connection add {function.connector} --label default --server URL`"
        )
    ids = {connection.id: connection for connection in found.data}
    chosen = next((ids[each] for each in preferred if each in ids), found.data[0])
    return Target(function=function, connection=chosen)
