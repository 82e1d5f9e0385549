"""An agent over a real database: its thinker follows a plan, and the world behind it is a function of the act."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from madang.agent.calls import Calls, CallTools
from madang.agent.conversations import create_conversation
from madang.agent.event_log import list_events
from madang.agent.frames import read_frame
from madang.agent.loop import TurnDriver
from madang.agent.provider import get_target
from madang.agent.sealing import FrameVault
from madang.agent.session import Sessions
from madang.agent.subagents.ports import Context
from madang.agent.values import Accepted, Event, Turn
from madang.agent.worker import TurnWorker
from madang.agent.writing import TurnLog
from madang.bridge.memory import MemoryBridge
from madang.catalog.connections import ConnectionFields, create_connection
from madang.catalog.connectors import NewConnector, create_connector
from madang.catalog.versions import StoredDocument, store_version
from madang.effects.door import Door
from madang.effects.leases import Lease
from madang.effects.values import Act, Answered, Attempt, Provenance, Scope
from madang.kit.actor import Actor
from madang.kit.ids import new_id
from madang.schema.reading import read_functions
from madang.storage.engine import Database
from madang.storage.keys import parse_keys

ACTOR = Actor(account="acc_1", user="usr_1", roles=frozenset({"owner"}))
NOW = datetime(2026, 1, 1, tzinfo=UTC)
SECRET = "canary-password"
CREATED = Answered(status=201, media_type="application/json", value={"id": 7, "text": "hello"})
DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Notes", "version": "1"},
    "paths": {
        "/notes": {
            "post": {
                "operationId": "notes.create",
                "summary": "Create a note",
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/New"}}}},
                "responses": {"201": {"description": "made"}},
            }
        },
        "/notes/{id}": {
            "get": {
                "operationId": "notes.get",
                "summary": "Get a note",
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
                "responses": {"200": {"description": "it"}},
            }
        },
    },
    "components": {
        "schemas": {
            "New": {
                "type": "object",
                "required": ["text", "password"],
                "properties": {
                    "text": {"type": "string", "maxLength": 20},
                    "tags": {"type": "array", "items": {"type": "string"}},
                    "password": {"type": "string", "format": "password", "minLength": 4},
                },
            }
        }
    },
}

Reply = Callable[[Act], Awaitable[Attempt]]


async def made(_act: Act) -> Attempt:
    return CREATED


@dataclass
class World:
    """Performs acts as `reply` says and remembers them. `entered` is set while one is under way."""

    reply: Reply = made
    acts: list[Act] = field(default_factory=list[Act])
    entered: asyncio.Event = field(default_factory=asyncio.Event)

    async def attempt(self, scope: Scope, act: Act) -> Attempt:
        self.acts.append(act)
        self.entered.set()
        return await self.reply(act)

    async def hang(self, _act: Act) -> Attempt:
        """A reply that never comes."""
        await asyncio.Event().wait()
        raise AssertionError


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A call of the plan; `sources` names the connections whose results arguments are from."""

    function: str = "notes.notes.create"
    arguments: dict[str, Any] = field(default_factory=dict[str, Any])
    sources: dict[str, str] = field(default_factory=dict[str, str])


class PlannedThinker:
    """Begins the calls of a plan one after the other, then says a word; a fault in the plan is raised."""

    def __init__(self, log: TurnLog, calls: Calls, context: Context, plan: list[Planned | Exception]) -> None:
        self._log = log
        self._calls = calls
        self._context = context
        self._plan = plan

    async def think(self) -> bool:
        begun = len(self._log.turn_state.calls)
        if begun == len(self._plan):
            await self._log.say("done")
            return True
        planned = self._plan[begun]
        if isinstance(planned, Exception):
            raise planned
        async with self._context.database.begin() as db:
            target = await get_target(self._context.actor, db, planned.function)
        where = {
            name: Provenance(kind="result", key="trn_0/cal_0", connection=planned.sources[name], path="/text")
            if name in planned.sources
            else Provenance(kind="user")
            for name in planned.arguments
        }
        await self._log.write(*self._calls.begin(new_id("cal"), target, dict(planned.arguments), where))
        return False


@dataclass(kw_only=True)
class Stage:
    """One conversation with what works its turns; `plans` are by the words of the message."""

    database: Database
    bridge: MemoryBridge
    world: World
    vault: FrameVault
    conversation: str
    plans: dict[str, list[Planned | Exception]] = field(default_factory=dict[str, list[Planned | Exception]])
    refusal: Exception | None = None

    @property
    def sessions(self) -> Sessions:
        return Sessions(self.database, self.bridge, self.vault, FixedClock())

    async def driver_of(self, lease: Lease, turn: Turn) -> TurnDriver:
        if self.refusal is not None:
            raise self.refusal
        context = Context(actor=ACTOR, database=self.database, embedder=None, now=NOW)
        log = TurnLog(self.database, self.bridge, FixedClock(), lease, turn)
        tools = CallTools(
            database=self.database,
            door=Door(self.database, self.world),
            vault=self.vault,
            lease=lease,
            context=context,
            mender=None,
        )
        calls = Calls(log, tools)
        thinker = PlannedThinker(log, calls, context, self.plans.get(await self.words(turn), []))
        return TurnDriver(log, calls, thinker, self.database, FixedClock())

    async def words(self, turn: Turn) -> str:
        said = [each.body for each in await self.events() if each.type == "TEXT_MESSAGE_CONTENT"]
        return str(next(each["delta"] for each in said if each["messageId"] == turn.message))

    @asynccontextmanager
    async def working(self, *, lease_seconds: float = 12.0) -> AsyncIterator[TurnWorker]:
        """A worker, while the block runs."""
        worker = TurnWorker(
            self.database,
            self.bridge,
            FixedClock(),
            self.driver_of,
            lease_seconds=lease_seconds,
            poll_seconds=0.05,
        )
        task = asyncio.create_task(worker.run())
        try:
            yield worker
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def say(self, words: str, *plan: Planned | Exception) -> Accepted:
        """A message that sets off a plan."""
        if plan:
            self.plans[words] = list(plan)
        return await self.frame("message", text=words)

    async def frame(self, kind: str, *, id: str | None = None, actor: Actor = ACTOR, **data: Any) -> Accepted:  # noqa: A002
        frame = read_frame({"id": id or new_id("frm"), "type": kind, **data})
        return await self.sessions.take(actor, self.conversation, frame)

    async def events(self) -> list[Event]:
        async with self.database.begin() as db:
            return await list_events(ACTOR.account, db, self.conversation)

    async def names(self) -> list[str]:
        """What happened, by the names of events, without the parts of texts and the title."""
        found = [name_of(each) for each in await self.events()]
        return [name for name in found if not name.startswith("TEXT_MESSAGE") and name != "title"]

    async def until(self, name: str, count: int = 1) -> Event:
        """The event of this name, once there are so many of them."""
        for _ in range(300):
            found = [each for each in await self.events() if name_of(each) == name]
            if len(found) >= count:
                return found[-1]
            await asyncio.sleep(0.01)
        errors = [each.body for each in await self.events() if each.type == "RUN_ERROR"]
        raise AssertionError(f"no {name} among {await self.names()}: {errors}")

    async def asked(self, name: str, count: int = 1) -> dict[str, Any]:
        """The value of the question that is asked, once it is and its turn rests."""
        value = (await self.until(name, count)).body["value"]
        await self.rests()
        assert isinstance(value, dict)
        return value

    async def rests(self) -> None:
        """Wait until no turn is worked."""
        for _ in range(1_000):
            if set(await self.turn_states()) <= {"waiting", "ended"}:
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"turns are {await self.turn_states()}")

    async def turn_states(self) -> list[str]:
        async with self.database.begin() as db:
            return [*await db.scalars(text("SELECT state FROM madang.turn ORDER BY id"))]

    async def sealed(self) -> int:
        """How many frames still hold what a person gave."""
        async with self.database.begin() as db:
            query = text("SELECT count(*) FROM madang.conversation_frame WHERE sealed IS NOT NULL")
            return (await db.execute(query)).scalar_one()

    async def journal(self) -> list[tuple[str, int]]:
        async with self.database.begin() as db:
            rows = await db.execute(text("SELECT state, attempt FROM madang.effect ORDER BY started_at"))
            return [(row.state, row.attempt) for row in rows]

    async def result(self, count: int = 1) -> tuple[str, dict[str, Any]]:
        """State and content of the newest result."""
        body = (await self.until("TOOL_CALL_RESULT", count)).body
        return str(body["state"]), json.loads(str(body["content"]))

    async def left_performing(self) -> None:
        """A turn whose worker ended during its call: an intent without outcome, and no lease."""
        self.world.reply = self.world.hang
        async with self.working():
            await self.say("make", Planned(arguments={"text": "hello"}))
            asked = await self.asked("form")
            await self.frame("form", call_id=asked["call_id"], value={"password": SECRET})
            asked = await self.asked("approval")
            await self.frame("approval", call_id=asked["call_id"], decision="approve")
            await self.world.entered.wait()
        self.world.reply = made


class FixedClock:
    def now(self) -> datetime:
        return NOW


def name_of(event: Event) -> str:
    return str(event.body["name"]) if event.type == "CUSTOM" else event.type


async def connect(database: Database, name: str) -> str:
    """A connector with a connection; the connection's id."""
    data = json.dumps(DOCUMENT).encode()
    async with database.begin() as db:
        connector = await create_connector(ACTOR, db, NewConnector(name=name), now=NOW)
        stored = StoredDocument(key="x", hash="x", size=len(data))
        await store_version(ACTOR, db, connector.id, read_functions(data), stored, now=NOW)
        fields = ConnectionFields(label="default", server_url="https://notes.example")
        return (await create_connection(ACTOR, db, connector.id, fields, now=NOW)).id


@pytest.fixture
async def stage(database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    """A conversation over the connector `notes`; a worker that is ended leaves what it does at once."""
    monkeypatch.setattr("madang.agent.worker.GRACE_SECONDS", 0.01)
    database = Database(database_url)
    await connect(database, "notes")
    async with database.begin() as db:
        conversation = await create_conversation(ACTOR, db, title=None, model=None, now=NOW)
    vault = FrameVault(parse_keys("k1:" + "A" * 43, name="journal_key"))
    yield Stage(database=database, bridge=MemoryBridge(), world=World(), vault=vault, conversation=conversation.id)
    await database.close()
