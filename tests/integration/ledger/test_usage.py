"""Call records: the same one any number of times, in any order, counts once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from madang.kit.actor import Actor
from madang.kit.ids import new_id
from madang.kit.pages import PageRequest
from madang.ledger.usage import (
    CallFilter,
    CallRecord,
    UsageRecord,
    close_writer,
    count_units,
    list_calls,
    list_usage,
    record_calls,
    record_usage,
)
from madang.storage.engine import Database

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ME = Actor(account="acc_1", user="usr_1")


def _call(**changes: Any) -> CallRecord:
    call = CallRecord(
        id=new_id("call"), account="acc_1", actor="usr_1", purpose="run", mode="live", connection="cxn_1", function="f",
        method="GET", path_template="/a/{b}", writer="prx_1", started_at=NOW,
    )  # fmt: skip
    return replace(call, **changes)


async def _state(database: Database) -> tuple[dict[str, str], set[str]]:
    async with database.begin() as db:
        calls = await list_calls(ME, db, CallFilter(), PageRequest())
        usage = await list_usage(ME, db, PageRequest())
    return {call.id: call.outcome for call in calls.data}, {entry.id for entry in usage.data}


PENDING = _call()
DONE = replace(PENDING, outcome="answered", is_sent=True, status=200)


@pytest.mark.parametrize("order", list(permutations([PENDING, DONE, DONE])))
@pytest.mark.parametrize("in_one_batch", [True, False], ids=["one batch", "one by one"])
async def test_order_and_repetition_change_nothing(
    database: Database, order: tuple[CallRecord, ...], in_one_batch: bool
) -> None:
    for batch in [order] if in_one_batch else [[record] for record in order]:
        async with database.begin() as db:
            await record_calls(db, batch)
    assert await _state(database) == ({DONE.id: "answered"}, {DONE.id})


async def test_only_what_was_or_may_have_been_sent_is_used(database: Database) -> None:
    records = [
        _call(),
        _call(outcome="failed", is_sent=False),
        _call(outcome="failed", is_sent=True),
        _call(outcome="cut", is_sent=True),
        _call(outcome="unknown"),
    ]
    async with database.begin() as db:
        await record_calls(db, records)
    assert (await _state(database))[1] == {record.id for record in records[2:]}


async def test_the_calls_of_a_dead_process_are_unknown_until_their_outcome_arrives(database: Database) -> None:
    mine, other = _call(), _call(writer="prx_2")
    async with database.begin() as db:
        await record_calls(db, [mine, other])
    async with database.begin() as db:
        assert await close_writer(db, "prx_1") == 1
        assert await close_writer(db, "prx_1") == 0
    assert await _state(database) == ({other.id: "pending", mine.id: "unknown"}, {mine.id})
    async with database.begin() as db:
        await record_calls(db, [mine])
        await record_calls(db, [replace(mine, outcome="cut", is_sent=True, status=200)])
        await record_calls(db, [replace(mine, outcome="failed", is_sent=False)])
    assert await _state(database) == ({other.id: "pending", mine.id: "cut"}, {mine.id})


async def test_a_call_comes_back_as_it_was_written(database: Database) -> None:
    call = _call(
        run="run_1", trace="t", outcome="cut", is_sent=True, status=200, error="upstream", request_bytes=2**40,
        response_bytes=3, duration_ms=4,
    )  # fmt: skip
    async with database.begin() as db:
        await record_calls(db, [call])
        found = await list_calls(ME, db, CallFilter(run="run_1", outcome="cut", connection="cxn_1"), PageRequest())
        missing = await list_calls(ME, db, CallFilter(run="run_2"), PageRequest())
    assert (list(found.data), list(missing.data)) == ([call], [])


async def test_an_account_sees_and_counts_its_own_alone(database: Database) -> None:
    async with database.begin() as db:
        await record_calls(db, [_call(outcome="answered", started_at=NOW + timedelta(hours=n)) for n in range(5)])
        await record_calls(db, [_call(outcome="answered", account="acc_2")])
        counts = [
            await count_units(actor, db, after=NOW + timedelta(hours=1), before=NOW + timedelta(hours=4))
            for actor in (ME, Actor(account="acc_2", user="usr_1"))
        ]
        usage = await list_usage(Actor(account="acc_2", user="usr_1"), db, PageRequest())
    assert (counts, len(usage.data)) == ([3, 0], 1)


async def test_many_records_go_in_batches(database: Database) -> None:
    records = [_call(outcome="answered", is_sent=True) for _ in range(1_201)]
    async with database.begin() as db:
        await record_calls(db, records)
        assert await count_units(ME, db, after=NOW, before=NOW + timedelta(seconds=1)) == 1_201
        await record_calls(db, [])


async def test_an_answer_of_a_model_is_used_once_and_its_tokens_are_no_calls(database: Database) -> None:
    answer = UsageRecord(
        id=new_id("usg"), account="acc_1", actor="usr_1", kind="model", function="mdl_1", version="gpt-5", units=12,
        price_minor=0, currency="USD", trace=None, at=NOW, input_tokens=10, output_tokens=2, price_micro=33,
    )  # fmt: skip
    async with database.begin() as db:
        await record_usage(db, answer)
        await record_usage(db, answer)
        await record_calls(db, [DONE])
        found = await list_usage(ME, db, PageRequest())
        later = NOW + timedelta(hours=1)
        calls = await count_units(ME, db, after=NOW, before=later)
        tokens = await count_units(ME, db, after=NOW, before=later, kind="model")
    assert answer in found.data
    assert (len(found.data), calls, tokens) == (2, 1, 12)
