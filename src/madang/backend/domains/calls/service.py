"""Calls: each is a scope of its own with one act. The idempotency key of the request names the scope."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from madang.backend.domains.calls.views import CallBody, CallView, ResolveBody, entry_view, proposal_view
from madang.backend.parts import Parts
from madang.catalog.connections import get_connection, list_connections
from madang.catalog.functions import get_function
from madang.catalog.values import CatalogFunction, Connection
from madang.effects.journal import get_entry
from madang.effects.leases import hold_scope
from madang.effects.policy import wants_approval
from madang.effects.proposals import Proposal, propose
from madang.effects.values import Entry
from madang.kit.actor import Actor
from madang.kit.errors import ConflictError, FieldError, InvalidError
from madang.kit.ids import new_id
from madang.kit.json import JsonObject, pointer
from madang.kit.pages import PageRequest
from madang.schema.arguments import CompiledArguments, compile_arguments
from madang.schema.shares import merge

KEY = "call"
"""The journal key of a direct call: its scope has one act."""

OWNER = "backend"


async def perform(actor: Actor, parts: Parts, wanted: CallBody, idempotency_key: str | None) -> CallView:
    """Do a call, or say what stands in its way: `approval` where a person has to agree first."""
    function, connection = await _target(actor, parts, wanted.function, wanted.connection)
    compiled = compile_arguments(function.function, function.schemas)
    proposal = propose(function, compiled, connection, wanted.arguments)
    if wanted.dry_run:
        return proposal_view(proposal, "dry_run", request=proposal.preview())
    if wants_approval(proposal.effect) and not wanted.approved:
        return proposal_view(proposal, "approval")
    scope_id = _scope_id(actor, idempotency_key)
    async with hold_scope(actor, parts.database, scope_id, "call", OWNER) as lease:
        entry = await parts.door.perform(lease, proposal.to_act(KEY))
    _check_same(entry, proposal)
    return entry_view(entry)


async def get(actor: Actor, parts: Parts, call_id: str) -> CallView:
    """A call as its journal has it. Raises NotFoundError."""
    return entry_view(await _entry(actor, parts, call_id))


async def resolve(actor: Actor, parts: Parts, call_id: str, said: ResolveBody) -> CallView:
    """Close a call in doubt by what a person says. Raises ConflictError for a call that is not in doubt."""
    entry = await _entry(actor, parts, call_id)
    if entry.state != "doubt":
        raise ConflictError(f"the call is {entry.state}, not in doubt: there is nothing to decide")
    if not said.again:
        async with hold_scope(actor, parts.database, call_id, "call", OWNER) as lease:
            return entry_view(await parts.door.it_happened(lease, entry, said.happened, actor))
    function, connection = await _target(actor, parts, entry.function, entry.connection)
    compiled = compile_arguments(function.function, function.schemas)
    arguments = _with_human_share(compiled, entry.shown, said.arguments or {})
    proposal = propose(function, compiled, connection, arguments)
    async with hold_scope(actor, parts.database, call_id, "call", OWNER) as lease:
        return entry_view(await parts.door.do_again(lease, proposal.to_act(KEY)))


def _with_human_share(compiled: CompiledArguments, shown: JsonObject, given: JsonObject) -> JsonObject:
    """The kept arguments with those that a person gives again. Raises InvalidError for each that is still missing."""
    arguments = merge(compiled.shares.without_human(shown), given)
    here = set(compiled.shares.human_places(arguments))
    missing = [pointer(*place) for place in compiled.shares.human_places(shown) if place not in here]
    if missing:
        raise InvalidError(
            f"these arguments are not kept and have to be given again: {', '.join(missing)}",
            errors=[FieldError(pointer=f"/arguments{each}", code="required", message="not kept") for each in missing],
        )
    return arguments


async def _target(
    actor: Actor, parts: Parts, name: str, connection_id: str | None
) -> tuple[CatalogFunction, Connection]:
    async with parts.database.begin() as db:
        function = await get_function(actor, db, name)
        if connection_id is not None:
            connection = await get_connection(actor, db, connection_id)
        else:
            found = await list_connections(actor, db, PageRequest(limit=1), connector_id=function.connector_id)
            connection = _first(found.data, function)
    if connection.connector_id != function.connector_id:
        error = FieldError(pointer="/connection", code="connector", message=f"not a connection of {function.connector}")
        raise InvalidError(f"{connection.label} is a connection of {connection.connector}", errors=[error])
    return function, connection


def _first(connections: Sequence[Connection], function: CatalogFunction) -> Connection:
    if connections:
        return connections[0]
    raise ConflictError(
        f"{function.connector} has no connection, so nothing is known of where to call it; "
        f"make one: `madang connection add {function.connector} --label default --server URL`"
    )


async def _entry(actor: Actor, parts: Parts, call_id: str) -> Entry:
    async with parts.database.begin() as db:
        return await get_entry(actor, db, call_id, KEY)


def _scope_id(actor: Actor, idempotency_key: str | None) -> str:
    """The same for the same key of the same account, so that a repeated request finds what the first one did."""
    if idempotency_key is None:
        return new_id("scp")
    digest = hashlib.sha256(f"{actor.account}\0{idempotency_key}".encode()).hexdigest()
    return f"scp_{digest[:32]}"


def _check_same(entry: Entry, proposal: Proposal) -> None:
    if (entry.function, entry.shown) != (proposal.function.full_name, proposal.shown):
        error = FieldError(pointer="/Idempotency-Key", code="reused", message="the key belongs to another request")
        raise InvalidError("this idempotency key was used for another call; use a new one", errors=[error])
