"""Answers that the journal has: only those of success, in JSON, of the account's own calls, the newest first."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import text

from madang.effects.samples import Sample, count_samples, list_samples
from madang.kit.actor import Actor
from madang.kit.json import JsonObject
from madang.storage.engine import Database

JSON = "application/json"
INSERT = (
    "INSERT INTO madang.effect_scope VALUES (:id, :account, 'call', 'backend', 1, now(), now())",
    """
    INSERT INTO madang.effect (scope_id, key, account_id, function, function_id, connection_id, effect, state, attempt,
        epoch, shown, provenance, outcome, started_at)
    VALUES (:id, 'call', :account, :function, 'fn_1', :connection, 'safe', :state, 1, 1, '{}', '{}',
        CAST(:outcome AS json), now() + make_interval(secs => :number))
    """,
)


def actor(account: str) -> Actor:
    return Actor(account=account, user="usr_1", roles=frozenset({"owner"}))


async def journal(database: Database, *outcomes: Any, **changes: Any) -> None:
    """Acts in this order, done over `cxn_1` unless said otherwise."""
    async with database.begin() as db:
        number = (await db.execute(text("SELECT count(*) FROM madang.effect"))).scalar_one()
        for outcome in outcomes:
            number += 1
            values = {"account": "acc_a", "function": "notes.list", "connection": "cxn_1", "state": "done", **changes}
            written = {**values, "id": f"scp_{number}", "number": number, "outcome": json.dumps(outcome)}
            for statement in INSERT:
                await db.execute(text(statement), written)


async def listed(database: Database, *, most: int = 50) -> list[Sample]:
    async with database.begin() as db:
        return await list_samples(actor("acc_a"), db, "notes.list", ["cxn_1"], most=most)


def answered(value: Any, **more: Any) -> dict[str, Any]:
    return {"status": 200, "media_type": "application/json; charset=utf-8", "value": value, **more}


async def test_answers_of_success_in_json_are_samples_and_nothing_else_is(database: Database) -> None:
    stored: JsonObject = {"id": "res_1", "kind": "array", "bytes": 300_000}
    await journal(
        database,
        answered(1),
        answered(2, status=201, media_type="application/problem+json"),
        answered([3], media_type=None),
        {"status": 200, "media_type": JSON, "stored": stored},
        answered("text", media_type="text/plain"),
        answered("text", media_type=None),
        answered(4, status=404),
        answered(5, assumed=True),
        answered(None, not_kept="too large"),
        {"status": 200, "media_type": JSON, "stored": {"id": "res_2", "kind": "binary"}},
        {"value": 6, "resolved_by": "usr_1"},
        None,
    )
    await journal(database, answered(7), state="failed")
    assert await listed(database) == [
        Sample(status=200, media_type=JSON, value=None, stored=stored),
        Sample(status=200, media_type=JSON, value=[3]),
        Sample(status=201, media_type="application/problem+json", value=2),
        Sample(status=200, media_type=JSON, value=1),
    ]


async def test_acts_of_other_accounts_connections_and_functions_are_left_alone(database: Database) -> None:
    await journal(database, answered(1), answered(2))
    await journal(database, answered(3), account="acc_b")
    await journal(database, answered(4), connection="cxn_2")
    await journal(database, answered(5), answered(6), answered(7), function="notes.find")
    async with database.begin() as db:
        counts = await count_samples(actor("acc_a"), db, ["notes.list", "notes.find", "notes.gone"], ["cxn_1"])
    assert list(counts.items()) == [("notes.find", 3), ("notes.list", 2)]
    assert [sample.value for sample in await listed(database, most=1)] == [2]
