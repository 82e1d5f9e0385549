"""Talking to an MCP server by streamable HTTP, in both eras of the protocol, bounded in size and time.

    client = McpClient(FetchTransport(url, allowed=hosts))          # guarded; or ProxyTransport, with a credential
    listing = await client.list_tools()
    result = await client.call_tool("create_issue", {"title": "..."})

How the bytes get there is the transport's: through the guard for an address that somebody named, through the proxy
where a credential belongs to it. What matters to a caller that must not repeat an act is in `McpFailedError.sent`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import count
from typing import Final, Literal, Protocol, cast

from madang.kit.errors import TooLargeError, UpstreamError
from madang.kit.json import JsonObject, JsonValue
from madang.net.mcp_messages import (
    HANDSHAKE,
    MODERN,
    UNSUPPORTED_VERSION,
    Events,
    Message,
    Session,
    answer_in,
    initialize,
    notification,
    parse_messages,
    progress_in,
    request,
)

Sent = Literal["yes", "no", "unknown"]
Progress = Callable[[float, float | None, str], None]
"""Told how far a call is: done, total where it is known, words."""

MOST_TOOLS: Final = 50_000
MOST_PAGES: Final = 5_000
PROBE_SECONDS: Final = 10.0
CANCEL_SECONDS: Final = 2.0

_MOST_SHOWN = 300
_TURNED_AWAY = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
_SECONDS_IN_LOOP = 1_000_000
"""Bytes of JSON that are parsed where they are; more is parsed beside the loop."""


class McpFailedError(UpstreamError):
    """The server gave no whole answer. `sent`: whether it may have seen the request; `status` of HTTP, if there is."""

    code = "mcp-failed"
    title = "The MCP server gave no usable answer"

    def __init__(self, detail: str, *, sent: Sent, http_status: int | None = None, call_id: str | None = None) -> None:
        super().__init__(detail)
        self.sent: Sent = sent
        self.http_status = http_status
        self.call_id = call_id


class McpRefusedError(McpFailedError):
    """The server understood, and said no: an error of JSON-RPC, or of HTTP (then `error_code` is None)."""

    code = "mcp-refused"
    title = "The MCP server refused"

    def __init__(
        self,
        detail: str,
        *,
        error_code: int | None,
        data: JsonValue = None,
        http_status: int | None = None,
        call_id: str | None = None,
    ) -> None:
        super().__init__(detail, sent="yes", http_status=http_status, call_id=call_id)
        self.error_code = error_code
        self.data = data


@dataclass(frozen=True, kw_only=True)
class Reply:
    """The answer to a POST: `headers` by lower-case name, the body without its coding in parts."""

    status: int
    headers: Mapping[str, str]
    parts: AsyncIterator[bytes]
    call_id: str | None = None


class Transport(Protocol):
    """Carries messages to one endpoint. Errors come as McpFailedError, as TooLargeError, or as the guard's."""

    def post(self, headers: Sequence[tuple[str, str]], body: bytes) -> AbstractAsyncContextManager[Reply]:
        """POST a message; the answer is closed with the block. Its parts may fail as this may."""
        ...


@dataclass(frozen=True, kw_only=True)
class Listing:
    """What a server says of itself and its tools, as it said it."""

    version: str
    server: JsonObject
    instructions: str
    tools: Sequence[JsonValue]


@dataclass(frozen=True, kw_only=True)
class CallAnswer:
    """The result of a call, as it came."""

    result: JsonObject
    call_id: str | None = None


@dataclass(kw_only=True)
class _Told:
    """What a server said when it was first spoken to."""

    server: JsonObject = field(default_factory=dict[str, JsonValue])
    instructions: str = ""


class McpClient:
    """One server. `session` is one that was agreed on before; a session that the server forgot is begun anew."""

    def __init__(self, transport: Transport, *, session: Session | None = None) -> None:
        self.session = session
        self._transport = transport
        self._told = _Told()
        self._ids = count(1)

    async def open(self) -> Session:
        """Agree on a version, if that has not been done. Raises McpFailedError, McpRefusedError."""
        if self.session is None:
            try:
                self.session = await self._probe() or await self._initialize()
            except TooLargeError as error:
                raise McpFailedError(error.detail, sent="yes") from None
        return self.session

    async def list_tools(self, progress: Callable[[int], None] | None = None) -> Listing:
        """All tools over all pages. Raises as `open` does, and TooLargeError for a server that never ends."""
        session = await self.open()
        tools: list[JsonValue] = []
        cursors: set[str] = set()
        params: JsonObject = {}
        while True:
            answer = await self._ask(request(session, "tools/list", params, number=next(self._ids)))
            result = _result_of(answer, "tools/list")
            page, cursor = result.get("tools"), result.get("nextCursor")
            if not isinstance(page, list):
                raise McpFailedError("its answer to tools/list has no list of tools", sent="yes")
            tools += page
            if progress:
                progress(len(tools))
            if not isinstance(cursor, str) or not cursor:
                break
            if cursor in cursors or len(cursors) >= MOST_PAGES or len(tools) > MOST_TOOLS:
                raise TooLargeError(f"its list of tools has no end: {len(tools):,} tools on {len(cursors) + 1:,} pages")
            cursors.add(cursor)
            params = {"cursor": cursor}
        return Listing(
            version=session.version, server=self._told.server, instructions=self._told.instructions, tools=tools
        )

    async def call_tool(
        self,
        name: str,
        arguments: JsonObject,
        *,
        headers: Sequence[tuple[str, str]] = (),
        progress: Progress | None = None,
    ) -> CallAnswer:
        """Call a tool. `headers` are the `Mcp-Param-*` ones, sent in the era that has them.

        Raises McpRefusedError for an error, McpFailedError for no whole answer; its `sent` is about this call alone.
        """
        session = await self.open()
        try:
            return await self._call(session, name, arguments, headers, progress)
        except McpRefusedError as error:
            # That is how a server says that it has forgotten the session; it has not looked at the call.
            if session.id is None or error.http_status != HTTPStatus.NOT_FOUND:
                raise
        self.session = None
        try:
            session = await self.open()
        except McpFailedError as error:
            error.sent = "no"
            raise
        return await self._call(session, name, arguments, headers, progress)

    async def _call(
        self,
        session: Session,
        name: str,
        arguments: JsonObject,
        headers: Sequence[tuple[str, str]],
        progress: Progress | None,
    ) -> CallAnswer:
        params: JsonObject = {"name": name, "arguments": arguments}
        message = request(session, "tools/call", params, number=next(self._ids), token=True)
        if session.is_modern and headers:
            message = Message(headers=[*message.headers, *headers], body=message.body, id=message.id)
        try:
            answer = await self._ask(message, progress)
        except (asyncio.CancelledError, TimeoutError):
            await self._cancel(session, message)
            raise
        return CallAnswer(result=_result_of(answer, "tools/call"), call_id=answer.call_id)

    async def _cancel(self, session: Session, message: Message) -> None:
        """Tell a server of the older era; in the newer one the end of the connection says it."""
        if session.is_modern:
            return
        params: JsonObject = {"requestId": message.id, "reason": "the caller gave up"}
        with suppress(McpFailedError, TimeoutError):
            async with asyncio.timeout(CANCEL_SECONDS):
                await self._tell(notification(session, "notifications/cancelled", params))

    async def _probe(self) -> Session | None:
        """Ask as the newer era does; None where nothing speaks for a server of it."""
        session = Session(version=MODERN)
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                answer = await self._ask(request(session, "server/discover", {}, number=next(self._ids)))
            result = _result_of(answer, "server/discover")
        except TimeoutError:
            return None
        except McpRefusedError as error:
            if error.http_status in _TURNED_AWAY:
                raise
            _check_versions(error)
            return None
        except McpFailedError as error:
            if error.sent == "no":
                raise
            return None
        versions = result.get("supportedVersions")
        if not isinstance(versions, list) or MODERN not in versions:
            return None
        self._hear(result, _meta_of(result).get("io.modelcontextprotocol/serverInfo"))
        return session

    async def _initialize(self) -> Session:
        try:
            answer = await self._ask(initialize(number=next(self._ids)))
        except McpRefusedError as error:
            if error.error_code is None and error.http_status in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED):
                detail = f"there is no MCP server at this address: it answered {error.http_status}"
                raise McpRefusedError(detail, error_code=None, http_status=error.http_status) from None
            raise
        result = _result_of(answer, "initialize")
        version = result.get("protocolVersion")
        if version not in HANDSHAKE:
            raise McpFailedError(
                f"it speaks version {str(version)[:40]!r} of the protocol, which is not known", sent="yes"
            )
        self._hear(result, result.get("serverInfo"))
        session = Session(version=str(version), id=answer.session_id)
        await self._tell(notification(session, "notifications/initialized"))
        return session

    def _hear(self, result: JsonObject, server: JsonValue) -> None:
        instructions = result.get("instructions")
        self._told = _Told(
            server=server if isinstance(server, dict) else {},
            instructions=instructions if isinstance(instructions, str) else "",
        )

    async def _tell(self, message: Message) -> None:
        async with self._transport.post(message.headers, message.body) as reply:
            if reply.status >= HTTPStatus.BAD_REQUEST:
                raise await _refusal(reply)

    async def _ask(self, message: Message, progress: Progress | None = None) -> _Answer:
        async with self._transport.post(message.headers, message.body) as reply:
            kind = reply.headers.get("content-type", "").partition(";")[0].strip().lower()
            if reply.status != HTTPStatus.OK:
                raise await _refusal(reply)
            if kind == "text/event-stream":
                found = await _stream(reply, message, progress)
            else:
                found = answer_in(await _messages(reply), message.id or 0)
            if found is None:
                raise McpFailedError("its answer ended without a result", sent="yes", call_id=reply.call_id)
            return _Answer(message=found, session_id=reply.headers.get("mcp-session-id"), call_id=reply.call_id)


@dataclass(frozen=True, kw_only=True)
class _Answer:
    """An answer to a request: with `result`, or with `error`."""

    message: JsonObject
    session_id: str | None
    call_id: str | None


def _result_of(answer: _Answer, method: str) -> JsonObject:
    """The result. Raises McpRefusedError for an error."""
    error = answer.message.get("error")
    if isinstance(error, dict):
        raise _refused(error, call_id=answer.call_id)
    result = answer.message.get("result")
    if not isinstance(result, dict):
        raise McpFailedError(f"its answer to {method} is no object", sent="yes", call_id=answer.call_id)
    return result


def _refused(error: JsonObject, *, call_id: str | None, http_status: int | None = None) -> McpRefusedError:
    code, said = error.get("code"), error.get("message")
    number = code if isinstance(code, int) and not isinstance(code, bool) else 0
    words = said.strip()[:_MOST_SHOWN] if isinstance(said, str) and said.strip() else f"error {number}"
    return McpRefusedError(words, error_code=number, data=error.get("data"), http_status=http_status, call_id=call_id)


async def _refusal(reply: Reply) -> McpRefusedError:
    """What a status other than 200 says; a body that is a JSON-RPC error says it better."""
    with suppress(ValueError, McpFailedError, TooLargeError):
        for message in parse_messages(await _read(reply)):
            error = message.get("error")
            if isinstance(error, dict):
                return _refused(error, call_id=reply.call_id, http_status=reply.status)
    words = f"it answered {reply.status}"
    location = reply.headers.get("location")
    if 300 <= reply.status < 400 and location:
        words = f"it redirects to {location[:_MOST_SHOWN]}, which is not followed: give the address itself"
    if reply.status == HTTPStatus.UNAUTHORIZED:
        words = "it wants a credential (401)"
    return McpRefusedError(words, error_code=None, http_status=reply.status, call_id=reply.call_id)


async def _stream(reply: Reply, message: Message, progress: Progress | None) -> JsonObject | None:
    """The answer in a stream of events; what comes before it is progress, or not for us."""
    events = Events()
    async for part in reply.parts:
        for data in events.feed(part):
            try:
                said = parse_messages(data)
            except ValueError:
                raise McpFailedError("an event of its answer is no JSON", sent="yes", call_id=reply.call_id) from None
            for each in said if progress else ():
                if (told := progress_in(each)) and progress:
                    progress(*told)
            if found := answer_in(said, message.id or 0):
                return found
    return None


async def _messages(reply: Reply) -> list[JsonObject]:
    body = await _read(reply)
    try:
        if len(body) > _SECONDS_IN_LOOP:
            return await asyncio.to_thread(parse_messages, body)
        return parse_messages(body)
    except ValueError:
        words = "its answer is no JSON" if body else "its answer is empty"
        raise McpFailedError(words, sent="yes", http_status=reply.status, call_id=reply.call_id) from None


async def _read(reply: Reply) -> bytes:
    return b"".join([part async for part in reply.parts])


def _check_versions(error: McpRefusedError) -> None:
    """Raise for a server that knows the newer era only, and no version of it that we do."""
    if error.error_code != UNSUPPORTED_VERSION or not isinstance(error.data, dict):
        return
    supported = error.data.get("supported")
    if isinstance(supported, list) and supported and not set(HANDSHAKE) & {str(each) for each in supported}:
        words = ", ".join(str(each) for each in supported)[:_MOST_SHOWN]
        detail = f"it speaks {words} only; known here are {MODERN} and {', '.join(HANDSHAKE)}"
        raise McpRefusedError(detail, error_code=error.error_code, http_status=error.http_status)


def _meta_of(result: JsonObject) -> JsonObject:
    meta = result.get("_meta")
    return cast("JsonObject", meta) if isinstance(meta, dict) else {}
