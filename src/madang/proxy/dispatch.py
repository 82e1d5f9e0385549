"""From a request to a plan: who may call what, where it goes, and what is put in. Nothing is sent here."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from madang.kit.clock import Clock
from madang.kit.errors import InvalidError, MadangError, NotFoundError, TooLargeError
from madang.ledger.usage import CallRecord
from madang.net.grants import Grant, GrantError, GrantVerifier
from madang.net.guard import Target, parse_url
from madang.net.http1 import Header, check_header, head_bytes
from madang.net.pool import PoolKey
from madang.proxy.connections import Connections, ConnectionView, FunctionView
from madang.proxy.credentials import Credentials
from madang.proxy.headers import body_headers, request_headers
from madang.proxy.incoming import Incoming
from madang.proxy.injection import NO_EDITS, Edits, choose_requirement, cookie_header, edit_query, edits_for
from madang.proxy.limits import CallLimits, Limits, limits_of
from madang.proxy.matching import Routes
from madang.proxy.mcp import MOST_BYTES, check_head, handshake_view, read_message
from madang.proxy.oauth import TokenRequest, Tokens, check_token_error, token_request
from madang.proxy.policy import (
    Epochs,
    RequestTarget,
    check_connection,
    check_function,
    find_bearer,
    find_trace,
    split_target,
)

ReadBody = Callable[[int], Awaitable[bytes]]
"""Gives the body of the request, of at most so many bytes; it is passed on all the same."""

_MOST_PREPARED = 1_000
_BYTES_IN_LOOP = 64 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """A call that may be made: where, with which head, by whose grant, and how it is recorded."""

    grant: Grant
    key: PoolKey
    head: bytes = field(repr=False)
    limits: CallLimits
    record: CallRecord
    is_repeatable: bool
    token_requests: Sequence[TokenRequest]


@dataclass(frozen=True, kw_only=True)
class _Prepared:
    """What follows from a connection alone, made once for each view of it."""

    view: ConnectionView
    routes: Routes
    tools: Mapping[str, FunctionView]
    servers: Mapping[str, Target]
    constants: Sequence[Header]
    keys: Mapping[str, PoolKey]


class Dispatcher:
    """Makes plans. Needs no database for a grant; the rest comes from memory once it has been asked for."""

    def __init__(
        self,
        *,
        verifier: GrantVerifier,
        connections: Connections,
        credentials: Credentials,
        tokens: Tokens,
        clock: Clock,
        limits: Limits,
        writer: str,
    ) -> None:
        self._verifier = verifier
        self._connections = connections
        self._credentials = credentials
        self._tokens = tokens
        self._clock = clock
        self._limits = limits
        self._writer = writer
        self._epochs = Epochs()
        self._prepared: dict[str, _Prepared] = {}

    def verify(self, incoming: Incoming) -> Grant:
        """The grant of a request. Raises GrantError."""
        token = find_bearer(incoming.headers)
        if token is None:
            raise GrantError("the request needs one header Authorization: Bearer with a grant")
        return self._verifier.verify(token)

    def recheck(self, grant: Grant) -> None:
        """Check a grant once more, right before the first byte goes out. Raises GrantError, StaleEpochError."""
        self._verifier.recheck(grant)
        self._epochs.check(grant)

    def forget_tokens(self, plan: Plan) -> None:
        """The other server answered 401: an access token that was put in is not used again."""
        for request in plan.token_requests:
            self._tokens.forget(request)

    async def plan(self, incoming: Incoming, call_id: str, read_body: ReadBody) -> Plan:
        """The plan for a request. Raises the errors of `madang.proxy.problems`, before anything is sent."""
        target = split_target(incoming.target)
        grant = self.verify(incoming)
        check_connection(grant, target.connection)
        self._epochs.check(grant)
        prepared = await self._prepare(target.connection, grant.account)
        view = prepared.view
        if view.is_mcp:
            function = await _find_tool(prepared, grant, incoming, target, read_body)
        else:
            function = _find_route(prepared, grant, incoming, target)
        limits = limits_of(self._limits, view.overrides, grant.purpose)
        if incoming.framing.length > limits.max_request_bytes:
            raise TooLargeError(f"the body is larger than {limits.max_request_bytes:,} bytes")
        edits, token_requests = await self._edits(view, function)
        url = function.server_url or view.server_url
        return Plan(
            grant=grant,
            key=prepared.keys[url],
            head=_head(incoming, None if view.is_mcp else target, prepared.servers[url], edits, prepared.constants),
            limits=limits,
            record=self._record(grant, function, incoming, call_id),
            is_repeatable=function.effect == "safe",
            token_requests=token_requests,
        )

    async def _prepare(self, connection_id: str, account: str) -> _Prepared:
        view = await self._connections.get(connection_id)
        if view.account != account:
            raise NotFoundError("there is no such connection")
        prepared = self._prepared.get(connection_id)
        if prepared is None or prepared.view is not view:
            if len(self._prepared) >= _MOST_PREPARED:
                self._prepared.clear()
            prepared = self._prepared[connection_id] = _prepare(view)
        return prepared

    async def _edits(self, view: ConnectionView, function: FunctionView) -> tuple[Edits, Sequence[TokenRequest]]:
        edits, requests = NO_EDITS, list[TokenRequest]()
        for name, scopes in choose_requirement(function.security, view.credential_refs).items():
            scheme, ref = view.security_schemes.get(name), view.credential_refs[name]
            if scheme is None:
                continue
            credential = await self._credentials.get(view.account, ref)
            token = None
            if credential.kind == "oauth2":
                request = token_request(view.account, ref, scheme, scopes, credential, view.allowed_hosts)
                token = await self._token(request)
                requests.append(request)
            edits = edits + edits_for(scheme, credential, token)
        return edits, requests

    async def _token(self, request: TokenRequest) -> str:
        try:
            return await self._tokens.get(request)
        except MadangError as error:
            raise check_token_error(error) from None

    def _record(self, grant: Grant, function: FunctionView, incoming: Incoming, call_id: str) -> CallRecord:
        return CallRecord(
            id=call_id,
            account=grant.account,
            actor=grant.actor,
            purpose=grant.purpose,
            mode=grant.mode,
            connection=grant.connection,
            function=function.id,
            method=function.method,
            path_template=function.path,
            writer=self._writer,
            started_at=self._clock.now(),
            run=grant.run,
            trace=find_trace(incoming.headers),
        )


def _find_route(prepared: _Prepared, grant: Grant, incoming: Incoming, target: RequestTarget) -> FunctionView:
    function = prepared.routes.find(incoming.method, target.path)
    if function is None:
        raise NotFoundError("the connection has no function with this method and path")
    check_function(grant, function)
    return function


async def _find_tool(
    prepared: _Prepared, grant: Grant, incoming: Incoming, target: RequestTarget, read_body: ReadBody
) -> FunctionView:
    """The tool that a message to an MCP server calls, or what stands for a message that calls none."""
    check_head(incoming.method, target.path, target.query, incoming.headers)
    body = await read_body(MOST_BYTES)
    if len(body) > _BYTES_IN_LOOP:
        message = await asyncio.to_thread(read_message, body, incoming.headers)
    else:
        message = read_message(body, incoming.headers)
    if message.tool is None:
        return handshake_view(message.method, prepared.view)
    function = prepared.tools.get(message.tool)
    if function is None:
        raise NotFoundError("the connection has no tool of this name")
    check_function(grant, function)
    return function


def _prepare(view: ConnectionView) -> _Prepared:
    urls = {view.server_url, *(function.server_url for function in view.functions if function.server_url)}
    try:
        servers = {url: parse_url(url) for url in urls}
        constants = [check_header(name, value) for name, value in view.overrides.headers.items()]
    except InvalidError as error:
        raise NotFoundError(f"the connection cannot be used: {error.detail}") from None
    keys = {url: PoolKey.of(view.id, server, view.allowed_hosts) for url, server in servers.items()}
    return _Prepared(
        view=view,
        routes=Routes(() if view.is_mcp else view.functions),
        tools={function.tool: function for function in view.functions if function.tool is not None},
        servers=servers,
        constants=constants,
        keys=keys,
    )


def _head(
    incoming: Incoming, target: RequestTarget | None, server: Target, edits: Edits, constants: Sequence[Header]
) -> bytes:
    """The head upstream. Without a target it goes to the server's own URL, query included."""
    base, _, own_query = server.path.partition("?")
    path = base.encode() if target is None else base.rstrip("/").encode() + target.path
    query = edit_query(own_query.encode() if target is None else target.query, edits)
    cookie = cookie_header(edits)
    injected = [*edits.headers, cookie] if cookie else list(edits.headers)
    names = {name.lower() for name, _ in injected}
    added = [*(header for header in constants if header[0].lower() not in names), *injected]
    replaced = {name.lower() for name, _ in added}
    headers = request_headers(incoming.headers, replaced, added, server.authority.encode())
    line = b"%b %b HTTP/1.1" % (incoming.method, path + (b"?" + query if query else b""))
    return head_bytes(line, [*headers, *body_headers(incoming.framing, incoming.method)])
