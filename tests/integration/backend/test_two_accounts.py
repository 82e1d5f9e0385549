"""The contract of accounts: nobody sees, changes or is told of what another account has.

Walks every operation of our own OpenAPI document. Account A has things; B, another account, asks for each of them by
every operation. An operation with a parameter in its path needs a sample in SAMPLES, one with a body a body in
BODIES; without it the test fails, so that no new endpoint is left out.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select, text, update

from madang.accounts.rows import ApiKeyRow
from madang.agent.event_log import add_events
from madang.agent.events import user_message
from madang.backend.http.routes import SignedCall, api_router
from madang.catalog.connections import ConnectionFields, create_connection
from madang.catalog.connectors import NewConnector, create_connector
from madang.catalog.functions import list_functions
from madang.catalog.versions import StoredDocument, store_version
from madang.effects.results import result_id
from madang.kit.actor import Actor
from madang.kit.ids import new_id
from madang.kit.pages import PageRequest
from madang.schema.reading import read_functions
from madang.storage.jobs import enqueue

CANARY = "canary-of-account-a"
SCHEME = "scheme-of-account-a-alone"
METHODS = ("get", "put", "post", "delete", "patch")
Ids = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Side:
    """One of the two accounts: its user, a client signed in as that user, and a way to get further clients."""

    actor: Actor
    client: httpx.AsyncClient
    served: Any


Sample = Callable[[Side], Awaitable[Ids]]


async def an_api_key(side: Side) -> Ids:
    made = await side.client.post("/api/api-keys", json={"name": f"{CANARY} key"})
    return {"key_id": made.json()["id"]}


async def a_session(side: Side) -> Ids:
    link = (await side.client.post("/api/sign-in-links")).json()["url"]
    async with side.served.client(**{"user-agent": f"{CANARY} browser"}) as browser:
        await browser.get(link)
    newest = (await side.client.get("/api/sessions")).json()["data"][0]
    return {"session_id": newest["id"]}


async def a_call(side: Side) -> Ids:
    """A call in doubt, as a stop in the middle of it would leave it."""
    call_id = new_id("scp")
    values = {"id": call_id, "account": side.actor.account}
    async with side.served.database.begin() as db:
        for statement in CALL_IN_DOUBT:
            await db.execute(text(statement), values)
    return {"call_id": call_id}


async def a_result(side: Side) -> Ids:
    """A large result, as the executor keeps it."""
    identifier = result_id(new_id("scp"), "call")
    await side.served.app.state.parts.results.keep_value(side.actor, identifier, [CANARY])
    return {"result_id": identifier}


async def a_connector(side: Side) -> Ids:
    """A connector with one function, an overlay and a connection, as an import makes it."""
    data = json.dumps(DOCUMENT).encode()
    digest = hashlib.sha256(data).hexdigest()
    overlay_key = f"documents/{hashlib.sha256(OVERLAY).hexdigest()}"
    document = StoredDocument(key=f"documents/{digest}", hash=digest, size=len(data), overlay_key=overlay_key)
    await side.served.app.state.parts.objects.put(side.actor, overlay_key, OVERLAY)
    await side.served.app.state.parts.objects.put(side.actor, document.key, data)
    name = "c" + new_id("x")[-8:]
    async with side.served.database.begin() as db:
        connector = await create_connector(
            side.actor, db, NewConnector(name=name, title=CANARY), now=side.served.clock.now()
        )
        await store_version(side.actor, db, connector.id, read_functions(data), document, now=side.served.clock.now())
        fields = ConnectionFields(label=CANARY, server_url="https://a.example")
        connection = await create_connection(side.actor, db, connector.id, fields, now=side.served.clock.now())
        found = await list_functions(side.actor, db, PageRequest(limit=1), connector_id=connector.id)
        # As if indexed: what the background does meanwhile is no change by B.
        await db.execute(text("UPDATE madang.connector_version SET indexed_at = now()"))
    await side.client.put(f"/api/connections/{connection.id}/credentials/{SCHEME}", json={"value": CANARY})
    return {
        "connector": connector.id,
        "connection_id": connection.id,
        "function": found.data[0].id,
        "dialect": "openai",
        "language": "py",
        "scheme": SCHEME,
    }


async def a_proposal(side: Side) -> Ids:
    """A connector with a call whose answer its document does not declare, and what is learned from it."""
    ids = await a_connector(side)
    scope = new_id("scp")
    function = (await side.client.get(f"/api/functions/{ids['function']}")).json()["full_name"]
    values = {"id": scope, "account": side.actor.account, "function": function, "connection": ids["connection_id"]}
    async with side.served.database.begin() as db:
        for statement in DONE_CALL:
            await db.execute(text(statement), values)
    learned = (await side.client.get(f"/api/connectors/{ids['connector']}/learned")).json()
    return {**ids, "proposal": learned["hash"]}


async def a_model(side: Side) -> Ids:
    """A model that nobody serves, with a key."""
    name = f"{CANARY} {new_id('x')[-8:]}"
    body = {
        "name": name,
        "provider": "compatible",
        "model": CANARY,
        "base_url": "http://127.0.0.1:9/v1",
        "api_key": CANARY,
    }
    made = await side.client.post("/api/models", json=body)
    async with side.served.database.begin() as db:
        await db.execute(text("UPDATE madang.connector_version SET indexed_at = now()"))
    return {"model": made.json()["id"]}


async def an_import(side: Side) -> Ids:
    async with side.served.database.begin() as db:
        job = await enqueue(side.actor, db, "import", {"url": f"https://{CANARY}.example"})
        # Not yet for any worker: what happens to it meanwhile is no change by B.
        await db.execute(text("UPDATE madang.job SET attempts = 3 WHERE id = :id"), {"id": job.id})
    return {"import_id": job.id}


async def a_conversation(side: Side) -> Ids:
    """A conversation with a turn that has ended, so that no worker changes it."""
    made = (await side.client.post("/api/conversations", json={"title": CANARY})).json()
    values = {"id": new_id("trn"), "account": side.actor.account, "user": side.actor.user, "conversation": made["id"]}
    async with side.served.database.begin() as db:
        await db.execute(text(ENDED_TURN), values)
        drafts = user_message(values["id"], new_id("msg"), CANARY, "f1")
        await add_events(side.actor.account, db, made["id"], drafts, now=side.served.clock.now())
    return {"conversation_id": made["id"]}


ENDED_TURN = """
INSERT INTO madang.turn (id, account_id, conversation_id, user_id, message_id, state, is_woken, is_aborted, created_at,
    updated_at) VALUES (:id, :account, :conversation, :user, 'msg_1', 'ended', false, false, now(), now())
"""

DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": CANARY, "version": "1"},
    "paths": {"/things": {"get": {"operationId": "things.list", "responses": {}}}},
    "components": {"securitySchemes": {SCHEME: {"type": "apiKey", "in": "header", "name": "X-Key"}}},
}

OVERLAY = f'{{"overlay": "1.0.0", "actions": [{{"target": "$.x", "update": "{CANARY}"}}]}}'.encode()

CALL_IN_DOUBT = (
    "INSERT INTO madang.effect_scope VALUES (:id, :account, 'call', 'backend', 1, now(), now())",
    f"""
    INSERT INTO madang.effect (scope_id, key, account_id, function, function_id, connection_id, effect, state, attempt,
        epoch, shown, provenance, started_at)
    VALUES (:id, 'call', :account, '{CANARY}', 'fn_1', 'cxn_1', 'unsafe', 'doubt', 1, 1, '{{}}', '{{}}', now())
    """,
)

DONE_CALL = (
    "INSERT INTO madang.effect_scope VALUES (:id, :account, 'call', 'backend', 1, now(), now())",
    """
    INSERT INTO madang.effect (scope_id, key, account_id, function, function_id, connection_id, effect, state, attempt,
        epoch, shown, provenance, outcome, started_at)
    VALUES (:id, 'call', :account, :function, 'fn_1', :connection, 'safe', 'done', 1, 1, '{}', '{}',
        '{"status": 200, "media_type": "application/json", "value": {"number": 1}}', now())
    """,
)

SAMPLES: Mapping[str, Sample] = {
    "/api/imports/{import_id}": an_import,
    **dict.fromkeys(
        (
            "/api/connectors/{connector}",
            "/api/connectors/{connector}/versions",
            "/api/connectors/{connector}/remarks",
            "/api/connectors/{connector}/document",
            "/api/connectors/{connector}/overlay",
            "/api/connectors/{connector}/learned",
            "/api/connectors/{connector}/types/{language}",
            "/api/functions/{function}",
            "/api/functions/{function}/dialects/{dialect}",
            "/api/connections/{connection_id}",
            "/api/connections/{connection_id}/credentials/{scheme}",
        ),
        a_connector,
    ),
    "/api/connectors/{connector}/learned/{proposal}": a_proposal,
    "/api/calls/{call_id}": a_call,
    "/api/calls/{call_id}/resolve": a_call,
    "/api/results/{result_id}": a_result,
    "/api/results/{result_id}/content": a_result,
    "/api/models/{model}": a_model,
    "/api/models/{model}/test": a_model,
    "/api/conversations/{conversation_id}": a_conversation,
    "/api/conversations/{conversation_id}/events": a_conversation,
    "/api/conversations/{conversation_id}/frames": a_conversation,
    "/api/api-keys/{key_id}": an_api_key,
    "/api/sessions/{session_id}": a_session,
}
"""By path: makes the thing that the path names and gives the values of its parameters."""

BODIES: Mapping[str, Callable[[Ids], Any]] = {
    "api_keys.create": lambda ids: {"name": "of b"},
    "documents.create": lambda ids: {},
    "imports.create": lambda ids: {"url": "https://b.example/openapi.json", "connector": ids["connector"]},
    "connectors.update": lambda ids: {"title": "of b"},
    "connections.create": lambda ids: {"connector": ids["connector"], "server_url": "https://b.example"},
    "connections.update": lambda ids: {"label": "of b"},
    "connections.set_credential": lambda ids: {"value": "of-b"},
    "calls.create": lambda ids: {"function": "notes.create", "arguments": {}},
    "calls.resolve": lambda ids: {"happened": {"id": 1}},
    "models.create": lambda ids: {"name": "of b", "provider": "openai", "model": "m", "api_key": "of-b"},
    "models.update": lambda ids: {"name": "of b", "is_default": True, "api_key": None},
    "conversations.create": lambda ids: {"title": "of b"},
    "conversations.update": lambda ids: {"title": "of b"},
    "conversations.speak": lambda ids: {"id": new_id("frm"), "type": "message", "text": "of b"},
    "preferences.update": lambda ids: {"theme": "dark"},
}
"""By operation: a valid body, from the identifiers of all of A's samples."""


@dataclass(frozen=True, kw_only=True)
class Operation:
    path: str
    method: str
    spec: dict[str, Any]

    @property
    def name(self) -> str:
        return self.spec["operationId"]

    @property
    def has_path_parameters(self) -> bool:
        return "{" in self.path

    @property
    def text_parameters(self) -> list[str]:
        """Query parameters into which an identifier fits."""
        return [
            parameter["name"]
            for parameter in self.spec.get("parameters", [])
            if parameter["in"] == "query" and '"string"' in str(parameter["schema"]).replace("'", '"')
        ]


@dataclass
class Walk:
    """Asks as B for what is A's, and collects every fault."""

    a: Side
    b: Side
    samples: Mapping[str, Sample]
    bodies: Mapping[str, Callable[[Ids], Any]]
    ids: Ids = field(default_factory=dict[str, str])
    faults: list[str] = field(default_factory=list[str])

    async def run(self, document: dict[str, Any]) -> list[str]:
        operations = [
            Operation(path=path, method=method, spec=item[method])
            for path, item in document["paths"].items()
            for method in METHODS
            if method in item
        ]
        covered = [operation for operation in operations if self.is_covered(operation)]
        for make in {self.samples[operation.path] for operation in covered if operation.has_path_parameters}:
            self.ids |= await make(self.a)
        before = await rows_of(self.a)
        for operation in covered:
            await self.ask(operation)
            if (now := await rows_of(self.a)) != before:
                self.faults.append(f"{operation.name} changed what is A's: {sorted(set(before) ^ set(now))}")
                before = now
        for operation in covered:
            await self.check_sample(operation)
        return self.faults

    def is_covered(self, operation: Operation) -> bool:
        missing: list[str] = []
        if operation.has_path_parameters and operation.path not in self.samples:
            missing.append("no sample in SAMPLES")
        if "requestBody" in operation.spec and operation.name not in self.bodies:
            missing.append("no body in BODIES")
        self.faults += [f"{operation.name} is not covered: {what}" for what in missing]
        return not missing

    async def ask(self, operation: Operation) -> None:
        answer = await self.send(self.b, operation, self.ids)
        if operation.has_path_parameters and answer.status_code != 404:
            self.faults.append(f"{operation.name} answers B {answer.status_code} for a thing of A, and not 404")
        self.look_at(operation, answer)
        for name in operation.text_parameters:
            for value in (*self.ids.values(), self.a.actor.user, self.a.actor.account):
                self.look_at(operation, await self.send(self.b, operation, self.ids, params={name: value}))

    def look_at(self, operation: Operation, answer: httpx.Response) -> None:
        """A refusal may repeat what was asked for; a success may not have a word of A in it."""
        # A short value is a word of the API, as the name of a dialect, and no mark of A.
        ids = [value for value in self.ids.values() if len(value) > 12]
        marks = (CANARY, self.a.actor.account, self.a.actor.user, *ids)
        seen = [mark for mark in marks if mark in answer.text]
        if answer.status_code >= 500 or (answer.is_success and seen):
            self.faults.append(f"{operation.name} answers B {answer.status_code} with {seen}")
        if not answer.is_success and CANARY in answer.text:
            self.faults.append(f"{operation.name} refuses B with a content of A")

    async def check_sample(self, operation: Operation) -> None:
        """A sample that is not there would let anything pass: its owner must get it."""
        if operation.has_path_parameters:
            ids = self.ids | await self.samples[operation.path](self.a)
            answer = await self.send(self.a, operation, ids)
            if not answer.is_success:
                self.faults.append(f"{operation.name} answers A itself {answer.status_code}: the sample is no good")

    async def send(
        self, side: Side, operation: Operation, ids: Ids, params: dict[str, str] | None = None
    ) -> httpx.Response:
        body = self.bodies[operation.name](ids) if "requestBody" in operation.spec else None
        path = operation.path.format(**ids) if operation.has_path_parameters else operation.path
        return await side.client.request(operation.method, path, json=body, params=params)


OWNED = """
SELECT table_name FROM information_schema.columns WHERE table_schema = 'madang' AND column_name = 'account_id'
"""


async def rows_of(side: Side) -> list[str]:
    """Every row of the schema that belongs to an account, whichever room wrote it."""
    async with side.served.database.begin() as db:
        queries = [
            "SELECT 'account', to_jsonb(t)::text FROM madang.account t WHERE id = :id",
            *(
                f"SELECT '{name}', to_jsonb(t)::text FROM madang.\"{name}\" t WHERE account_id = :id"
                for name in await db.scalars(text(OWNED))
            ),
        ]
        found = await db.execute(text(" UNION ALL ".join(queries)), {"id": side.actor.account})
        return sorted(f"{table} {row}" for table, row in found)


@pytest.fixture
async def sides(serve_with_proxy: Any) -> Any:
    async def make(configure: Callable[[FastAPI], None] | None = None) -> tuple[Side, Side]:
        served = await serve_with_proxy(configure)
        found: list[Side] = []
        for name in (CANARY, "other"):
            actor, secret = await served.new_account(name)
            found.append(Side(actor=actor, client=served.client(secret), served=served))
        clients.extend(side.client for side in found)
        return found[0], found[1]

    clients: list[httpx.AsyncClient] = []
    yield make
    for client in clients:
        await client.aclose()


async def test_no_operation_gives_one_account_what_is_anothers(sides: Any) -> None:
    a, b = await sides()
    walk = Walk(a=a, b=b, samples=SAMPLES, bodies=BODIES)
    document = a.served.app.openapi()
    assert await walk.run(document) == []
    assert set(walk.ids) == {name for path in document["paths"] for name in re.findall(r"\{(\w+)\}", path)}


def leaky(app: FastAPI) -> None:
    """Operations that forget the account, each in its own way."""
    router = api_router("/leaky", tag="system")

    @router.get("", operation_id="leaky.list")
    async def list_all(call: SignedCall) -> dict[str, Any]:  # pyright: ignore[reportUnusedFunction] - a route
        """Show everybody's."""
        return {"data": [*(await call.db.scalars(select(ApiKeyRow.name)))], "next": None}

    @router.get("/{key_id}", operation_id="leaky.get")
    async def get_any(call: SignedCall, key_id: str) -> dict[str, Any]:  # pyright: ignore[reportUnusedFunction] - a route
        """Show anybody's."""
        return {"name": await call.db.scalar(select(ApiKeyRow.name).where(ApiKeyRow.id == key_id))}

    @router.delete("/{key_id}", operation_id="leaky.delete", status_code=204)
    async def change_any(call: SignedCall, key_id: str) -> None:  # pyright: ignore[reportUnusedFunction] - a route
        """Change anybody's."""
        await call.db.execute(update(ApiKeyRow).where(ApiKeyRow.id == key_id).values(hint="gone"))

    @router.get("/by/filter", operation_id="leaky.filter")
    async def filter_any(call: SignedCall, user: str = "") -> dict[str, Any]:  # pyright: ignore[reportUnusedFunction] - a route
        """Show whoever's is asked for."""
        return {"data": [*(await call.db.scalars(select(ApiKeyRow.name).where(ApiKeyRow.user_id == user)))]}

    @router.patch("/{thing_id}/new", operation_id="leaky.new")
    async def nobody_covers(call: SignedCall, thing_id: str, body: dict[str, str]) -> None:  # pyright: ignore[reportUnusedFunction] - a route
        """Be forgotten by the test."""

    app.include_router(router)


async def test_the_walk_finds_operations_that_forget_the_account_or_are_forgotten(sides: Any) -> None:
    a, b = await sides(leaky)
    walk = Walk(a=a, b=b, samples={**SAMPLES, "/api/leaky/{key_id}": an_api_key}, bodies=BODIES)
    faults = "\n".join(await walk.run(a.served.app.openapi()))
    assert "leaky.list answers B 200" in faults
    assert "leaky.get answers B 200 for a thing of A" in faults
    assert "leaky.delete changed what is A's" in faults
    assert "leaky.filter answers B 200" in faults
    assert "leaky.new is not covered: no sample in SAMPLES" in faults
    assert "leaky.new is not covered: no body in BODIES" in faults
    assert all(line.startswith("leaky.") for line in faults.splitlines())


async def test_the_walk_finds_a_sample_that_is_none(sides: Any) -> None:
    async def nothing(side: Side) -> Ids:
        return {"key_id": "key_" + "0" * 32}

    a, b = await sides()
    walk = Walk(a=a, b=b, samples={**SAMPLES, "/api/api-keys/{key_id}": nothing}, bodies=BODIES)
    assert await walk.run(a.served.app.openapi()) == ["api_keys.delete answers A itself 404: the sample is no good"]
