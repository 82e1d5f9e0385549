"""Functions that clients lend to a conversation: they exist for as long as their session lives.

A session is what its client calls so (`resume {session}`), whichever socket it has; a socket that is gone leaves it
GRACE_SECONDS to come back. The newest socket of a session owns it. All times are the database's.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from madang.catalog.connectors import find_connector
from madang.catalog.values import CatalogFunction, Connection
from madang.effects.outcomes import json_text
from madang.kit.actor import Actor
from madang.kit.errors import ConflictError, FieldError, InvalidError
from madang.kit.ids import is_id, new_id
from madang.kit.json import JsonValue
from madang.schema.application import ApplicationFunction
from madang.schema.application.definitions import MOST_FUNCTIONS
from madang.schema.stored import function_from_json, function_to_json

GRACE_SECONDS = 30.0
MOST_SESSIONS = 16
"""Sessions that lend to one conversation at a time."""
NAME = "app"
"""What goes before the names of functions where a client says nothing else."""
_KEPT_SECONDS = 3_600.0
"""How long the calls of a session that has ended can still be told about."""


@dataclass(frozen=True, kw_only=True)
class Lender:
    """Who lends: the client's session, and the socket that speaks for it now."""

    session: str
    owner: str


@dataclass(frozen=True, kw_only=True)
class Lent:
    """A lent function, with the session that lends it in place of a connection."""

    function: CatalogFunction
    connection: Connection
    is_alive: bool
    embedding: Sequence[float] | None = None


_FIND_LENDING = text(
    """
    SELECT id, name, alive_until > now() AS is_alive FROM madang.lending
    WHERE account_id = :account AND conversation_id = :conversation AND session = :session
    """
)

_LIVING = text(
    """
    SELECT name FROM madang.lending
    WHERE account_id = :account AND conversation_id = :conversation AND session <> :session AND alive_until > now()
    """
)

_PUT_LENDING = text(
    """
    INSERT INTO madang.lending (id, account_id, conversation_id, user_id, session, name, owner, alive_until, created_at)
    VALUES (:id, :account, :conversation, :user, :session, :name, :owner, now() + make_interval(secs => :grace), :now)
    ON CONFLICT (account_id, conversation_id, session)
        DO UPDATE SET name = excluded.name, owner = excluded.owner, alive_until = excluded.alive_until
    """
)

_SWEEP = text(
    """
    DELETE FROM madang.lending
    WHERE account_id = :account AND conversation_id = :conversation
      AND alive_until < now() - make_interval(secs => :kept)
    """
)

_PUT_FUNCTION = text(
    """
    INSERT INTO madang.lent_function (id, account_id, lending_id, wire, name, definition, schemas, created_at)
    VALUES (:id, :account, :lending, :wire, :name, CAST(:definition AS json), CAST(:schemas AS json), :now)
    ON CONFLICT (account_id, lending_id, wire)
        DO UPDATE SET name = excluded.name, definition = excluded.definition, schemas = excluded.schemas,
                      embedding = NULL
    """
)

_OWN_NAMES = text("SELECT wire, name FROM madang.lent_function WHERE lending_id = :lending AND account_id = :account")

_TAKE_BACK = text(
    """
    DELETE FROM madang.lent_function
    WHERE lending_id = :lending AND account_id = :account AND (CAST(:wires AS text[]) IS NULL OR wire = ANY(:wires))
    """
)

_TAKE_UP = text(
    """
    UPDATE madang.lending SET owner = :owner, alive_until = now() + make_interval(secs => :grace)
    WHERE account_id = :account AND conversation_id = :conversation AND session = :session AND alive_until > now()
    RETURNING id
    """
)

_RENEW = text(
    """
    UPDATE madang.lending SET alive_until = now() + make_interval(secs => :grace)
    WHERE account_id = :account AND conversation_id = :conversation AND session = :session AND owner = :owner
    RETURNING id
    """
)

_LENT = """
    SELECT f.id, f.name, f.definition, f.schemas, f.embedding, f.created_at, l.id AS lending_id, l.name AS lender,
           l.alive_until > now() AS is_alive
    FROM madang.lent_function f JOIN madang.lending l ON l.id = f.lending_id
    WHERE l.account_id = :account AND l.conversation_id = :conversation
"""

_LIST = text(f"{_LENT} AND l.alive_until > now() ORDER BY f.id")

_FIND = text(
    f"""
    {_LENT} AND (f.id = :name OR l.name || '.' || f.name = :name OR (l.id = :lending AND f.name = :own))
      AND (CAST(:lending AS text) IS NULL OR l.id = :lending)
    ORDER BY l.alive_until DESC LIMIT 1
    """
)

_REMEMBER = text(
    "UPDATE madang.lent_function SET embedding = CAST(:embedding AS json) WHERE id = :id AND account_id = :account"
)


def is_lending(connection_id: str | None) -> bool:
    """Whether the connection of a call is a session that lends its function."""
    return connection_id is not None and is_id(connection_id, "lnd")


async def lend(
    actor: Actor,
    db: AsyncSession,
    conversation_id: str,
    lender: Lender,
    functions: Sequence[ApplicationFunction],
    *,
    name: str = NAME,
    now: datetime,
) -> str:
    """Lend functions, beside those that the session lends; one with the name of another takes its place. The id.

    Raises InvalidError for a name that becomes that of another, ConflictError for too many.
    """
    place = _place(actor, conversation_id, lender)
    await db.execute(_SWEEP, place | {"kept": _KEPT_SECONDS})
    known = (await db.execute(_FIND_LENDING, place)).first()
    lending_id = new_id("lnd") if known is None else known.id
    if known is not None and not known.is_alive:  # what it lent before its end is not lent any more
        await db.execute(_TAKE_BACK, {"lending": lending_id, "account": actor.account, "wires": None})
    values = {"id": lending_id, "owner": lender.owner, "user": actor.user, "grace": GRACE_SECONDS, "now": now}
    free = await _free_name(actor, db, place, name, None if known is None else known.name)
    await db.execute(_PUT_LENDING, place | values | {"name": free})
    rows = await db.execute(_OWN_NAMES, {"lending": lending_id, "account": actor.account})
    _check_names({row.wire: row.name for row in rows}, functions)
    for each in functions:
        stored = {
            "id": new_id("lfn"),
            "account": actor.account,
            "lending": lending_id,
            "wire": each.wire_name,
            "name": each.function.name,
            "definition": json_text(function_to_json(each.function)),
            "schemas": json_text(dict(each.schemas)),
        }
        await db.execute(_PUT_FUNCTION, stored | {"now": now})
    return lending_id


async def unlend(
    actor: Actor, db: AsyncSession, conversation_id: str, lender: Lender, wires: Collection[str] | None
) -> str | None:
    """Take back functions by the names that the client gave them, or all (None); the id of what lent them."""
    known = (await db.execute(_FIND_LENDING, _place(actor, conversation_id, lender))).first()
    if known is None:
        return None
    values = {"lending": known.id, "account": actor.account, "wires": None if wires is None else list(wires)}
    await db.execute(_TAKE_BACK, values)
    return known.id


async def take_up_lending(actor: Actor, db: AsyncSession, conversation_id: str, lender: Lender) -> str | None:
    """A socket of the session has come: it owns what the session lends from now on. None where that is nothing."""
    values = _place(actor, conversation_id, lender) | {"owner": lender.owner, "grace": GRACE_SECONDS}
    return (await db.execute(_TAKE_UP, values)).scalar()


async def renew_lending(
    actor: Actor, db: AsyncSession, conversation_id: str, lender: Lender, *, ends_now: bool = False
) -> bool:
    """The session lives for a while from now, if nothing is heard of it, or `ends_now`; false where another socket
    owns it."""
    values = _place(actor, conversation_id, lender) | {"owner": lender.owner, "grace": 0 if ends_now else GRACE_SECONDS}
    return (await db.execute(_RENEW, values)).first() is not None


async def list_lent(actor: Actor, db: AsyncSession, conversation_id: str) -> list[Lent]:
    """What living sessions lend to a conversation."""
    rows = await db.execute(_LIST, {"account": actor.account, "conversation": conversation_id})
    return [_lent(row) for row in rows]


async def find_lent(
    actor: Actor, db: AsyncSession, conversation_id: str, name: str, *, lending_id: str | None = None
) -> Lent | None:
    """A lent function by id or full name, also of a session that ended a while ago."""
    values = {"account": actor.account, "conversation": conversation_id, "name": name, "lending": lending_id}
    values["own"] = name.partition(".")[2]  # a session may have another name by now
    row = (await db.execute(_FIND, values)).first()
    return None if row is None else _lent(row)


async def remember_embeddings(actor: Actor, db: AsyncSession, vectors: Mapping[str, Sequence[float]]) -> None:
    """Keep what lent functions mean, by their ids."""
    for id_, vector in vectors.items():
        values = {"id": id_, "account": actor.account, "embedding": json.dumps([round(each, 5) for each in vector])}
        await db.execute(_REMEMBER, values)


async def _free_name(actor: Actor, db: AsyncSession, place: Mapping[str, Any], wish: str, before: str | None) -> str:
    """The name, with a number where a connector or another session has it; that of before where it is such a one."""
    taken = {*await db.scalars(_LIVING, place)}
    if len(taken) >= MOST_SESSIONS:
        raise ConflictError(f"{MOST_SESSIONS} sessions lend functions to this conversation already; close one of them")
    name, number = before if before and before.rpartition("_")[0] == wish else wish, 2
    while name in taken or await find_connector(actor, db, name) is not None:
        name, number = f"{wish}_{number}", number + 1
    return name


def _check_names(own: Mapping[str, str], functions: Sequence[ApplicationFunction]) -> None:
    lent = dict(own)
    for index, each in enumerate(functions):
        same = next(
            (wire for wire, name in lent.items() if name == each.function.name and wire != each.wire_name), None
        )
        if same is not None:
            word = f"{each.wire_name!r} is called {each.function.name}, as {same!r} is; give it another name"
            raise InvalidError(
                word, errors=[FieldError(pointer=f"/functions/{index}/name", code="taken", message=word)]
            )
        lent[each.wire_name] = each.function.name
    if len(lent) > MOST_FUNCTIONS:
        raise ConflictError(f"a session lends at most {MOST_FUNCTIONS} functions; take some back with `unlend`")


def _place(actor: Actor, conversation_id: str, lender: Lender) -> dict[str, Any]:
    return {"account": actor.account, "conversation": conversation_id, "session": lender.session}


def _lent(row: Any) -> Lent:
    function = CatalogFunction(
        id=row.id,
        connector_id=row.lending_id,
        connector=row.lender,
        version=1,
        function=function_from_json(row.definition),
        schemas=row.schemas,
        security_schemes=(),
        servers=(),
    )
    return Lent(
        function=function,
        connection=_connection(row.lending_id, row.lender, row.created_at),
        is_alive=row.is_alive,
        embedding=_vector(row.embedding),
    )


def _connection(lending_id: str, name: str, at: datetime) -> Connection:
    return Connection(
        id=lending_id,
        connector_id=lending_id,
        connector=name,
        label=name,
        server_url="",
        variables={},
        credentials={},
        allowed_hosts=(),
        effects={},
        revision=1,
        created_at=at,
        updated_at=at,
    )


def _vector(value: JsonValue) -> list[float] | None:
    return [float(each) for each in value if isinstance(each, (int, float))] if isinstance(value, list) else None
