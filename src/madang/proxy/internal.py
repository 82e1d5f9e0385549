"""What the proxy answers itself: health, and credentials for grants of purpose `internal`."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Protocol

import orjson

from madang.kit.clock import iso
from madang.kit.errors import MadangError, NotFoundError, TooLargeError
from madang.kit.json import JsonObject
from madang.logs import get_logger
from madang.net.grants import Grant
from madang.net.http1 import Header
from madang.proxy.credentials import Credentials, check_ref, read_credential
from madang.proxy.incoming import Incoming
from madang.proxy.policy import INTERNAL, find_health
from madang.proxy.problems import BadRequestError, NotGrantedError
from madang.proxy.relay import CONTINUE

LARGEST_BODY = 64 * 1024

Reply = tuple[int, "JsonObject | None"]
Ready = Callable[[], Awaitable[JsonObject]]
"""Says what the proxy can do; its member `ready` decides on the status."""

_CREDENTIAL = re.compile(rb"/-/credentials/([^/?]+)")
_log = get_logger("proxy")


class Asker(Protocol):
    """The client's connection, as an answer of our own needs it."""

    def write(self, data: bytes) -> None:
        """Send bytes to the client."""
        ...

    def answer(self, status: int, headers: list[Header], body: bytes) -> None:
        """Send a whole answer, and finish."""
        ...

    def answer_problem(self, error: MadangError, call_id: str, *, sent: bool) -> None:
        """Answer by an error, and finish."""
        ...


class InternalRoutes:
    """The routes under `/-/`, and the two health checks at the root."""

    def __init__(self, credentials: Credentials, verify: Callable[[Incoming], Grant], ready: Ready) -> None:
        self._credentials = credentials
        self._verify = verify
        self._ready = ready

    async def reply(self, incoming: Incoming, body: bytes) -> Reply:
        """Status and JSON for a request. Raises MadangError."""
        health = find_health(incoming.method, incoming.target)
        if health == "healthz":
            return 200, {"status": "ok"}
        if health == "readyz":
            state = await self._ready()
            return (200 if state["ready"] else 503), state
        found = _CREDENTIAL.fullmatch(incoming.target)
        if found is None:
            raise NotFoundError("there is no such page under /-/")
        grant = self._verify(incoming)
        if grant.purpose != "internal" or grant.connection != INTERNAL:
            raise NotGrantedError("this needs a grant of purpose internal")
        ref = found[1].decode("latin-1")
        check_ref(ref)
        return await self._reply_credential(incoming.method, grant.account, ref, body)

    async def _reply_credential(self, method: bytes, account: str, ref: str, body: bytes) -> Reply:
        if method == b"PUT":
            is_new = await self._credentials.put(account, ref, read_credential(body))
            _log.info("credential kept", account=account, ref=ref, new=is_new)
            return (201 if is_new else 204), ({"ref": ref} if is_new else None)
        if method == b"DELETE":
            if not await self._credentials.delete(account, ref):
                raise NotFoundError("there is no such credential")
            return 204, None
        if method == b"GET":
            status = await self._credentials.find_status(account, ref)
            if status is None:
                raise NotFoundError("there is no such credential")
            times = {"created_at": iso(status.created_at), "updated_at": iso(status.updated_at)}
            return 200, {"ref": status.ref, "kind": status.kind, **times}
        raise BadRequestError("a credential is put, read (its status) or deleted: PUT, GET, DELETE")


class OwnAnswer:
    """The work on a request that the proxy answers itself."""

    def __init__(self, incoming: Incoming, client: Asker, routes: InternalRoutes, call_id: str) -> None:
        self.call_id = call_id
        self._incoming = incoming
        self._client = client
        self._routes = routes
        self._parts: list[bytes] = []
        self._size = 0
        self._is_whole = asyncio.Event()
        self._error: MadangError | None = None
        self._loop = asyncio.get_running_loop()
        self._deadline = self._loop.time() + 30.0
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin."""
        self._task = self._loop.create_task(self._run())

    def abort(self) -> None:
        """The client has gone."""
        if self._task:
            self._task.cancel()

    def check_time(self, now: float) -> None:
        """Give up a body that does not come."""
        if now > self._deadline and not self._is_whole.is_set():
            self._error = BadRequestError("the body of the request does not come")
            self._is_whole.set()

    def pause_answer(self) -> None:
        """Our answers are small: nothing to hold back."""

    def resume_answer(self) -> None:
        """Our answers are small: nothing was held back."""

    async def _run(self) -> None:
        try:
            if self._incoming.expects_continue and not self._incoming.is_whole:
                self._client.write(CONTINUE)
            self._incoming.take(self._add, self._is_whole.set)
            await self._is_whole.wait()
            if self._error:
                raise self._error
            status, value = await self._routes.reply(self._incoming, b"".join(self._parts))
        except MadangError as error:
            self._client.answer_problem(error, self.call_id, sent=False)
        except Exception:  # noqa: BLE001 - the boundary of a request
            _log.exception("a request failed inside the proxy", call=self.call_id)
            failure = MadangError("the proxy failed; its log says why")
            self._client.answer_problem(failure, self.call_id, sent=False)
        else:
            headers: list[Header] = [(b"Cache-Control", b"no-store"), (b"Madang-Call", self.call_id.encode())]
            if value is not None:
                headers.append((b"Content-Type", b"application/json"))
            self._client.answer(status, headers, b"" if value is None else orjson.dumps(value))

    def _add(self, data: bytes) -> None:
        self._size += len(data)
        if self._size > LARGEST_BODY:
            self._error = TooLargeError(f"the body is larger than {LARGEST_BODY:,} bytes")
            self._is_whole.set()
        else:
            self._parts.append(data)
