"""Approvals: a question to a person before an act, answered once; and consents, which stand for later acts too."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from madang.effects.outcomes import jsonb_text
from madang.effects.values import Decision
from madang.kit.actor import Actor
from madang.kit.errors import ConflictError
from madang.kit.ids import new_id
from madang.kit.json import JsonObject

Pair = tuple[str, str]
"""A connection whose results become arguments, and the connection that they go to."""

_ASK = text(
    """
    INSERT INTO madang.approval (id, account_id, scope_id, key, request, created_at)
    VALUES (:id, :account, :scope, :key, CAST(:request AS jsonb), :now)
    ON CONFLICT (account_id, scope_id, key)
        DO UPDATE SET request = excluded.request, decision = NULL, decided_by = NULL, decided_at = NULL
    """
)

_DECIDE = text(
    """
    UPDATE madang.approval SET decision = :decision, decided_by = :user, decided_at = :now
    WHERE account_id = :account AND scope_id = :scope AND key = :key AND decision IS NULL RETURNING id
    """
)

_CONSENTED = text(
    """
    SELECT from_connection, to_connection FROM madang.consent
    WHERE account_id = :account AND subject_id = :subject AND to_connection = ANY(:targets)
    """
)

_CONSENT = text(
    """
    INSERT INTO madang.consent (account_id, subject_id, from_connection, to_connection, given_by, given_at)
    VALUES (:account, :subject, :source, :target, :user, :now) ON CONFLICT DO NOTHING
    """
)


async def ask_approval(
    actor: Actor, db: AsyncSession, scope_id: str, key: str, request: JsonObject, *, now: datetime
) -> None:
    """Put a question to the people of the account; one that was asked before under this key is asked anew."""
    values = {"id": new_id("apr"), "account": actor.account, "scope": scope_id, "key": key, "now": now}
    await db.execute(_ASK, values | {"request": jsonb_text(request)})


async def decide_approval(
    actor: Actor, db: AsyncSession, scope_id: str, key: str, decision: Decision, *, now: datetime
) -> None:
    """Answer a question. Raises ConflictError where it was answered before, or never asked."""
    values = {"account": actor.account, "scope": scope_id, "key": key, "decision": decision, "user": actor.user}
    if (await db.execute(_DECIDE, values | {"now": now})).first() is None:
        raise ConflictError("this was decided already; nothing has changed")


async def pairs_without_consent(actor: Actor, db: AsyncSession, subject_id: str, pairs: Iterable[Pair]) -> list[Pair]:
    """Those pairs of connections for which nobody has consented in this conversation or workflow."""
    wanted = sorted(set(pairs))
    if not wanted:
        return []
    values = {"account": actor.account, "subject": subject_id, "targets": [target for _, target in wanted]}
    given = {(source, target) for source, target in await db.execute(_CONSENTED, values)}
    return [pair for pair in wanted if pair not in given]


async def consent(actor: Actor, db: AsyncSession, subject_id: str, pairs: Iterable[Pair], *, now: datetime) -> None:
    """Let results of one connection become arguments over another from now on."""
    for source, target in sorted(set(pairs)):
        values = {"account": actor.account, "subject": subject_id, "source": source, "target": target}
        await db.execute(_CONSENT, values | {"user": actor.user, "now": now})
