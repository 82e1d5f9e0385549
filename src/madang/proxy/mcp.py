"""What of an MCP server a grant lets pass: the message is read, as all tools have one method and path. Pure.

The body goes on byte for byte, so nothing may be in it that another reader would read differently: it is UTF-8, one
message, and no object in it has a name twice.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from madang.kit.json import JsonObject, JsonValue
from madang.net.http1 import Headers
from madang.net.mcp_messages import text_of_header
from madang.proxy.connections import ConnectionView, FunctionView
from madang.proxy.problems import BadRequestError, NotGrantedError

MOST_BYTES = 8 * 1024 * 1024
"""Of a message; it is read whole before it goes on."""

HANDSHAKE = frozenset(
    {
        "initialize",
        "notifications/initialized",
        "notifications/cancelled",
        "ping",
        "server/discover",
        "tools/list",
    }
)
"""What any grant on the connection may say: it does nothing to the world."""

_CALL = "tools/call"
_JSON = frozenset({b"application/json", b"application/json;charset=utf-8"})


@dataclass(frozen=True, kw_only=True)
class McpMessage:
    """What a message asks for: a tool, or something that belongs to speaking at all (then `tool` is None)."""

    method: str
    tool: str | None


def check_head(method: bytes, path: bytes, query: bytes, headers: Headers) -> None:
    """Refuse what is no message. Raises BadRequestError."""
    if method != b"POST" or path != b"/" or query:
        raise BadRequestError("to an MCP server goes a POST to the connection itself, without a path")
    kinds = [value.replace(b" ", b"").lower() for name, value in headers if name.lower() == b"content-type"]
    if len(kinds) != 1 or kinds[0] not in _JSON:
        raise BadRequestError("a message to an MCP server is application/json in UTF-8")
    if any(name.lower() == b"content-encoding" for name, _ in headers):
        raise BadRequestError("a message to an MCP server is not compressed")


def read_message(body: bytes, headers: Headers) -> McpMessage:
    """What a message asks for. Raises BadRequestError, and NotGrantedError for what no grant is made for."""
    message = _parse(body)
    method, params = message.get("method"), message.get("params", {})
    if not isinstance(method, str) or not isinstance(params, dict):
        raise BadRequestError("the message is no request and no notification of JSON-RPC")
    _check_names(message)
    _check_names(params)
    _check_header(headers, b"mcp-method", method)
    if method in HANDSHAKE:
        return McpMessage(method=method, tool=None)
    tool = params.get("name")
    if method != _CALL or not isinstance(tool, str) or "id" not in message:
        raise NotGrantedError("through the proxy an MCP server is asked to call a tool, or which tools there are")
    _check_header(headers, b"mcp-name", tool)
    return McpMessage(method=method, tool=tool)


def handshake_view(method: str, view: ConnectionView) -> FunctionView:
    """What stands in the records for a message that calls no tool."""
    return FunctionView(id="", method="POST", path=f"/{method}", security=view.handshake_security, effect="safe")


def _parse(body: bytes) -> JsonObject:
    try:
        found: object = json.loads(body.decode("utf-8"), object_pairs_hook=_object)
    except (ValueError, RecursionError):
        raise BadRequestError("the message is no JSON in UTF-8, or names a member twice") from None
    if not isinstance(found, dict):
        raise BadRequestError("to an MCP server goes one message at a time")
    return cast("JsonObject", found)


def _object(pairs: list[tuple[str, JsonValue]]) -> JsonObject:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a member is named twice")
    return found


def _check_names(members: Mapping[str, JsonValue]) -> None:
    """Some servers take `Name` for `name`, so there may be one of these only."""
    if len({name.casefold() for name in members}) != len(members):
        raise BadRequestError("the message names a member twice, in capitals and without")
    if wrong := [name for name in members if name.casefold() in {"method", "params", "name"} and not name.islower()]:
        raise BadRequestError(f"the member {wrong[0][:20]!r} is written in small letters")


def _check_header(headers: Headers, name: bytes, said: str) -> None:
    """A header that repeats the body must agree with it, for whoever routes by it."""
    values = [value for found, value in headers if found.lower() == name]
    if len(values) > 1 or (values and text_of_header(values[0].decode("latin-1")) != said):
        raise BadRequestError(f"the header {name.decode()} says something else than the message")
