"""The door over a real database; the world behind it is a script of attempts."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from madang.catalog.values import CatalogFunction, Connection
from madang.effects.door import Door
from madang.effects.journal import list_entries
from madang.effects.leases import Lease, hold_scope
from madang.effects.scopes import LeaseLostError, claim_scope, release_scope, renew_scope
from madang.effects.values import Act, Answered, Attempt, NotSent, Provenance, Scope, Unknown
from madang.kit.actor import Actor
from madang.kit.errors import ConflictError
from madang.kit.ids import new_id
from madang.schema.functions import Function
from madang.storage.engine import Database
from madang.types.effects import EffectClass

ACTOR = Actor(account="acc_1", user="usr_1", roles=frozenset({"owner"}))
OTHER = Actor(account="acc_2", user="usr_2", roles=frozenset({"owner"}))
CREATED = Answered(status=201, media_type="application/json", value={"id": 1})
CUT = Unknown(reason="the connection broke")


class World:
    """Answers attempts as its script says and remembers how often it was asked; the last answer repeats."""

    def __init__(self, *script: Attempt | Exception) -> None:
        self._script = list(script)
        self.asked = 0

    async def attempt(self, scope: Scope, act: Act) -> Attempt:
        self.asked += 1
        step = self._script.pop(0) if len(self._script) > 1 else self._script[0]
        if isinstance(step, Exception):
            raise step
        return step


def _function(effect: EffectClass) -> CatalogFunction:
    method = "GET" if effect == "safe" else "POST"
    function = Function(
        name="articles.create",
        model_name="articles_create",
        method=method,
        path="/articles",
        title="",
        description="",
        effect=effect,
    )
    return CatalogFunction(
        id="fn_1",
        connector_id="ctr_1",
        connector="bbs",
        version=1,
        function=function,
        schemas={},
        security_schemes=(),
        servers=(),
    )


CONNECTION = Connection(
    id="cxn_1",
    connector_id="ctr_1",
    connector="bbs",
    label="default",
    server_url="http://127.0.0.1:8713",
    variables={},
    credentials={},
    allowed_hosts=(),
    effects={},
    revision=1,
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
    updated_at=datetime(2026, 1, 1, tzinfo=UTC),
)


def _act(effect: EffectClass = "unsafe", key: str = "call_1") -> Act:
    return Act(
        key=key,
        function=_function(effect),
        connection=CONNECTION,
        arguments={"title": "Hello", "password": "canary"},
        shown={"title": "Hello"},
        provenance={"title": Provenance(kind="user")},
    )


async def _claim(database: Database, scope_id: str, *, owner: str = "a") -> Scope:
    async with database.begin() as db:
        scope = await claim_scope(ACTOR, db, scope_id, "turn", owner)
    assert scope is not None
    return scope


async def _let_run_out(database: Database, scope: Scope) -> None:
    """As if the owner had been gone for longer than its lease."""
    async with database.begin() as db:
        gone = text("UPDATE madang.effect_scope SET lease_until = now() - interval '1 second' WHERE id = :id")
        await db.execute(gone, {"id": scope.id})


@pytest.fixture
async def scope(database: Database) -> Scope:
    return await _claim(database, new_id("scp"))


def _door(database: Database, world: World) -> Door:
    async def no_wait(_seconds: float) -> None:
        await asyncio.sleep(0)

    return Door(database, world, sleep=no_wait)


async def test_an_act_is_done_once_however_often_it_is_asked_for(database: Database, scope: Scope) -> None:
    world = World(CREATED)
    door = _door(database, world)
    first = await door.perform(Lease(scope), _act())
    second = await door.perform(Lease(scope), _act())
    assert (first.state, first.outcome) == (
        "done",
        {"status": 201, "media_type": "application/json", "value": {"id": 1}, "seconds": 0.0},
    )
    assert second == first
    assert world.asked == 1


async def test_the_human_share_is_in_no_row(database: Database, scope: Scope) -> None:
    await _door(database, World(CREATED)).perform(Lease(scope), _act())
    async with database.begin() as db:
        rows = (await db.execute(text("SELECT effect::text FROM madang.effect"))).scalars().all()
    assert len(rows) == 1
    assert "canary" not in rows[0]


async def test_an_unsafe_act_whose_answer_was_cut_is_in_doubt_and_not_repeated(
    database: Database, scope: Scope
) -> None:
    world = World(CUT)
    door = _door(database, world)
    assert (await door.perform(Lease(scope), _act())).state == "doubt"
    assert (await door.perform(Lease(scope), _act())).state == "doubt"
    assert world.asked == 1


async def test_a_safe_act_is_tried_three_times(database: Database, scope: Scope) -> None:
    world = World(CUT, Answered(status=503, media_type=None, value=None), CREATED)
    entry = await _door(database, world).perform(Lease(scope), _act("safe"))
    assert (entry.state, entry.attempt, world.asked) == ("done", 3, 3)


@pytest.mark.parametrize(
    ("effect", "state", "asked"),
    [
        ("safe", "done", 2),
        ("idempotent", "done", 2),
        ("keyed", "done", 2),
        ("checkable", "doubt", 1),
        ("unsafe", "doubt", 1),
    ],
)
async def test_a_crash_after_the_intent_repeats_only_what_is_harmless(
    database: Database, effect: EffectClass, state: str, asked: int
) -> None:
    scope = await _claim(database, new_id("scp"))
    world = World(RuntimeError("killed"), CREATED)
    door = _door(database, world)
    with pytest.raises(RuntimeError, match="killed"):
        await door.perform(Lease(scope), _act(effect))
    await _let_run_out(database, scope)
    taken = await _claim(database, scope.id, owner="b")
    entry = await door.perform(Lease(taken), _act(effect))
    assert (entry.state, world.asked, taken.epoch) == (state, asked, 2)


async def test_an_owner_whose_scope_was_taken_over_can_begin_nothing(database: Database) -> None:
    scope = await _claim(database, new_id("scp"))
    await _let_run_out(database, scope)
    await _claim(database, scope.id, owner="b")
    world = World(CREATED)
    with pytest.raises(LeaseLostError):
        await _door(database, world).perform(Lease(scope), _act())
    assert world.asked == 0


async def test_a_late_answer_of_the_old_owner_resolves_its_own_doubt(database: Database) -> None:
    scope = await _claim(database, new_id("scp"))
    began, arrived = asyncio.Event(), asyncio.Event()

    class Slow(World):
        async def attempt(self, scope: Scope, act: Act) -> Attempt:
            began.set()
            await arrived.wait()
            return CREATED

    late = asyncio.create_task(_door(database, Slow(CREATED)).perform(Lease(scope), _act()))
    await began.wait()
    await _let_run_out(database, scope)
    taken = await _claim(database, scope.id, owner="b")
    assert (await _door(database, World(CREATED)).perform(Lease(taken), _act())).state == "doubt"
    arrived.set()
    assert (await late).state == "done"


async def test_a_person_closes_a_doubt_with_what_happened_or_has_it_done_again(
    database: Database, scope: Scope
) -> None:
    world = World(CUT, CUT, CREATED)
    door = _door(database, world)
    first = await door.perform(Lease(scope), _act(key="one"))
    await door.perform(Lease(scope), _act(key="two"))
    closed = await door.it_happened(Lease(scope), first, {"id": 9}, ACTOR)
    again = await door.do_again(Lease(scope), _act(key="two"))
    assert (closed.state, closed.outcome) == ("done", {"value": {"id": 9}, "resolved_by": "usr_1"})
    assert (again.state, again.attempt) == ("done", 2)


async def test_only_one_of_two_claims_gets_a_scope(database: Database) -> None:
    scope_id = new_id("scp")

    async def claim(owner: str) -> Scope | None:
        async with database.begin() as db:
            return await claim_scope(ACTOR, db, scope_id, "turn", owner)

    claimed = await asyncio.gather(claim("a"), claim("b"))
    assert sorted(scope is None for scope in claimed) == [False, True]


async def test_a_lease_is_renewed_by_its_owner_and_free_when_released(database: Database) -> None:
    scope = await _claim(database, new_id("scp"))
    async with database.begin() as db:
        renewed = await renew_scope(db, scope, lease_seconds=60)
        await release_scope(db, renewed)
    assert renewed.lease_until - scope.lease_until > timedelta(seconds=25)
    assert (await _claim(database, scope.id, owner="b")).epoch == 2


async def test_another_account_sees_and_takes_nothing(database: Database, scope: Scope) -> None:
    await _door(database, World(NotSent(reason="no", is_final=True))).perform(Lease(scope), _act())
    async with database.begin() as db:
        assert await list_entries(OTHER, db, scope.id) == []
        assert await claim_scope(OTHER, db, scope.id, "turn", "x") is None
        assert [entry.state for entry in await list_entries(ACTOR, db, scope.id)] == ["failed"]


async def test_a_held_scope_is_renewed_while_it_is_held_and_free_afterwards(database: Database) -> None:
    scope_id = new_id("scp")
    async with hold_scope(ACTOR, database, scope_id, "call", "a", seconds=1.5) as lease:
        first = lease.scope.lease_until
        await asyncio.sleep(2)
        assert lease.scope.lease_until > first
        with pytest.raises(ConflictError, match="under way"):
            async with hold_scope(ACTOR, database, scope_id, "call", "b"):
                pass
    assert (await _claim(database, scope_id, owner="b")).epoch == 2
