"""Acts of kind mcp: one call of a tool of an MCP server, through the proxy, and its result as a value.

What the protocol says without a status is told as the status that means the same, so that an act is judged like any
other: a tool that says no is 422, errors of JSON-RPC are by their code.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from madang.effects.executors.granting import terms_of
from madang.effects.outcomes import json_text, storable
from madang.effects.results import INLINE_BYTES, Results, result_id
from madang.effects.values import Act, Answered, Attempt, NotSent, Scope, Unknown
from madang.kit.actor import Actor
from madang.kit.errors import InvalidError, TooLargeError, UnavailableError
from madang.kit.json import JsonObject, JsonValue
from madang.net.exchange import Waits
from madang.net.grants import GrantTerms
from madang.net.mcp_client import CallAnswer, McpClient, McpFailedError, McpRefusedError
from madang.net.mcp_messages import INVALID_PARAMS, METHOD_NOT_FOUND, Session, header_value
from madang.net.mcp_transports import MAX_MESSAGE_BYTES, ProxyTransport
from madang.net.proxy_client import Call, ProxyClient
from madang.schema.mcp import tool_of
from madang.schema.tool_calls import ToolAnswer, parameter_headers, read_result, tool_arguments

TOTAL_SECONDS: Final = 3_600.0
SILENT_SECONDS: Final = 330.0
"""A little longer than the proxy waits, whose word on the call is the better one."""

MOST_SESSIONS: Final = 1_000

_REFUSED = 422
_STATUSES = {METHOD_NOT_FOUND: 404, INVALID_PARAMS: 422, -32700: 400, -32600: 400}
_FINAL = frozenset({400, 401, 403, 404, 405, 413, 422})
_MEDIA_TYPE = "application/json"


class McpExecutor:
    """Calls tools. Sessions of the older era are kept for their connection as long as the process and server last."""

    def __init__(self, proxy: ProxyClient, results: Results) -> None:
        self._proxy = proxy
        self._results = results
        self._sessions: dict[tuple[str, int], Session] = {}

    async def attempt(self, scope: Scope, act: Act) -> Attempt:
        """One call. Whatever the other side does is an Attempt."""
        started = time.monotonic()
        key = (act.connection.id, act.connection.revision)
        client = McpClient(ProxyTransport(self._proxy, _calls(scope, act)), session=self._sessions.get(key))
        try:
            await client.open()
        except McpFailedError as error:
            return NotSent(reason=f"the MCP server did not begin: {error.detail}", is_final=_is_final(error))
        except InvalidError as error:
            return NotSent(reason=error.detail, is_final=True)
        attempt = await self._call(client, scope, act, started)
        self._remember(key, client.session)
        return attempt

    def _remember(self, key: tuple[str, int], session: Session | None) -> None:
        self._sessions.pop(key, None)
        if session is not None:
            self._sessions[key] = session
        if len(self._sessions) > MOST_SESSIONS:
            self._sessions.pop(next(iter(self._sessions)))

    async def _call(self, client: McpClient, scope: Scope, act: Act, started: float) -> Attempt:
        function = act.function.function
        headers = [(name, header_value(text)) for name, text in parameter_headers(function, act.arguments)]
        try:
            answer = await client.call_tool(tool_of(function), tool_arguments(function, act.arguments), headers=headers)
        except McpRefusedError as error:
            return _refusal(error, time.monotonic() - started)
        except McpFailedError as error:
            if error.sent == "no":
                return NotSent(reason=error.detail, is_final=_is_final(error))
            return Unknown(reason=error.detail, call_id=error.call_id)
        except InvalidError as error:
            return NotSent(reason=error.detail, is_final=True)
        except TooLargeError:
            reason = f"the answer is larger than {MAX_MESSAGE_BYTES:,} bytes and was not kept; ask for less of it"
            return Answered(
                status=200, media_type=_MEDIA_TYPE, value=None, not_kept=reason, seconds=time.monotonic() - started
            )
        return await self._answered(scope, act, answer, started)

    async def _answered(self, scope: Scope, act: Act, answer: CallAnswer, started: float) -> Attempt:
        function, schemas = act.function.function, act.function.schemas
        found = await asyncio.to_thread(read_result, function, schemas, answer.result)
        kept = await self._keep(Actor(account=scope.account, user=scope.user), result_id(scope.id, act.key), found)
        return Answered(
            status=_REFUSED if found.is_refusal else 200,
            media_type=_MEDIA_TYPE if found.file is None else found.file.media_type,
            value=kept.value,
            stored=kept.stored,
            not_kept=kept.not_kept,
            drift=tuple(drift.to_json() for drift in found.drift),
            seconds=time.monotonic() - started,
            call_id=answer.call_id,
            reason=(found.words or "the tool says that it failed") if found.is_refusal else None,
        )

    async def _keep(self, actor: Actor, identifier: str, found: ToolAnswer) -> _Kept:
        """The value, or where a large one lies."""
        value = storable(found.value)
        size = len(json_text(value))
        if size <= INLINE_BYTES:
            return _Kept(value=value)
        try:
            if found.file is not None:
                stored = await self._results.keep_file(actor, identifier, found.file)
            else:
                stored = await self._results.keep_value(actor, identifier, value)
        except (TooLargeError, UnavailableError) as error:
            return _Kept(not_kept=f"the answer could not be kept: {error.detail}")
        return _Kept(stored=stored.to_json())


@dataclass(frozen=True, kw_only=True)
class _Kept:
    """What an outcome has of a value."""

    value: JsonValue = None
    stored: JsonObject | None = None
    not_kept: str | None = None


def _calls(scope: Scope, act: Act) -> _CallOf:
    waits = Waits(first_byte_seconds=SILENT_SECONDS, idle_seconds=SILENT_SECONDS, total_seconds=TOTAL_SECONDS)
    return _CallOf(scope=scope, terms=terms_of(scope, act), waits=waits)


@dataclass(frozen=True, kw_only=True)
class _CallOf:
    """Makes the call through the proxy that carries a message, under the scope's lease."""

    scope: Scope
    terms: GrantTerms
    waits: Waits

    def __call__(self, headers: Sequence[tuple[str, str]], body: bytes) -> Call:
        return Call(
            method="POST",
            path="/",
            headers=headers,
            body=body,
            lease_until=self.scope.lease_until,
            terms=self.terms,
            waits=self.waits,
        )


def _is_final(error: McpFailedError) -> bool:
    """Whether trying again is no use: the server, or the proxy, said no."""
    return error.http_status in _FINAL or isinstance(error, McpRefusedError)


def _refusal(error: McpRefusedError, seconds: float) -> Answered:
    """An error of the protocol, or an HTTP status, as an answer."""
    status = _STATUSES.get(error.error_code or 0, 500) if error.error_code is not None else error.http_status or 500
    value: JsonObject = {"message": error.detail}
    if error.error_code is not None:
        value["code"] = error.error_code
    if error.data is not None:
        value["data"] = storable(error.data)
    return Answered(
        status=status,
        media_type=_MEDIA_TYPE,
        value=value,
        seconds=seconds,
        call_id=error.call_id,
        reason=error.detail,
    )
