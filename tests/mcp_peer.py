"""A server made of the `mcp` package, as a process: `python tests/mcp_peer.py PORT [options]`, the peer of our client.

It prints a line when it listens. What its tools did is at `GET /did`, as JSON.
"""

from __future__ import annotations

import argparse
import base64
import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import anyio
import mcp_types as types
import uvicorn
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel.server import Server
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route

Asgi = Callable[
    [MutableMapping[str, Any], Callable[..., Awaitable[Any]], Callable[..., Awaitable[None]]], Awaitable[None]
]
Context = ServerRequestContext[Any]

PAGE = 500
MODERN = b"2026-07-28"

ADDRESS: dict[str, Any] = {
    "type": "object",
    "properties": {"street": {"type": "string"}, "next": {"$ref": "#/$defs/Address"}},
    "required": ["street"],
}
DID: list[dict[str, Any]] = []


def named_tools() -> list[types.Tool]:
    """The tools that do something."""
    numbers: dict[str, Any] = {
        "type": "object",
        "properties": {
            "a": {"type": "integer"},
            "b": {"type": "integer"},
            "region": {"type": "string", "x-mcp-header": "Region"},
        },
        "required": ["a", "b"],
    }
    total: dict[str, Any] = {"type": "object", "properties": {"sum": {"type": "integer"}}, "required": ["sum"]}
    note: dict[str, Any] = {
        "type": "object",
        "$defs": {"Address": ADDRESS},
        "properties": {"text": {"type": "string"}, "to": {"$ref": "#/$defs/Address"}},
        "required": ["text"],
    }
    safe = types.ToolAnnotations(read_only_hint=True)
    nothing: dict[str, Any] = {"type": "object", "properties": {}}
    seconds: dict[str, Any] = {"type": "object", "properties": {"seconds": {"type": "number"}}, "required": ["seconds"]}
    return [
        types.Tool(
            name="add_numbers",
            title="Add two numbers",
            description="The sum of two numbers.",
            input_schema=numbers,
            output_schema=total,
            annotations=safe,
        ),
        types.Tool(name="create_note", title="Create a note", description="Writes a note down.", input_schema=note),
        types.Tool(
            name="list_notes", title="List notes", description="All notes.", input_schema=nothing, annotations=safe
        ),
        types.Tool(name="fail", description="Always says no.", input_schema=nothing),
        types.Tool(name="picture", description="A picture.", input_schema=nothing, annotations=safe),
        types.Tool(name="wait", description="Works for a while.", input_schema=seconds, annotations=safe),
    ]


async def call(context: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
    """Do what a tool does."""
    given = params.arguments or {}
    DID.append({"tool": params.name, "arguments": given})
    if params.name == "add_numbers":
        total = given["a"] + given["b"]
        return types.CallToolResult(content=[said(str(total))], structured_content={"sum": total})
    if params.name == "create_note":
        return types.CallToolResult(content=[said(json.dumps({"id": len(DID), "text": given["text"]}))])
    if params.name == "list_notes":
        notes = [each["arguments"]["text"] for each in DID if each["tool"] == "create_note"]
        return types.CallToolResult(content=[said(json.dumps(notes))])
    if params.name == "picture":
        data = base64.b64encode(b"\x89PNG not really").decode()
        return types.CallToolResult(content=[types.ImageContent(type="image", data=data, mime_type="image/png")])
    if params.name == "wait":
        try:
            for step in range(4):
                await context.session.report_progress(step / 4, 1.0, "at work")
                await anyio.sleep(given["seconds"] / 4)
        except anyio.get_cancelled_exc_class():
            DID.append({"tool": "wait", "cancelled": True})
            raise
        return types.CallToolResult(content=[said("done")])
    return types.CallToolResult(content=[said(f"{params.name} is not possible today")], is_error=True)


def said(text: str) -> types.TextContent:
    return types.TextContent(type="text", text=text)


def make_app(options: argparse.Namespace) -> Starlette:
    """The server at /mcp, and what it did at /did."""
    tools = named_tools()
    plain: dict[str, Any] = {"type": "object", "$defs": {"Address": ADDRESS}, "properties": {}}
    plain["properties"]["to"] = {"$ref": "#/$defs/Address"}
    tools += [
        types.Tool(name=f"tool_{index}", description=f"Tool number {index}.", input_schema=plain)
        for index in range(options.tools)
    ]
    schemas = {tool.name: tool.input_schema for tool in tools}

    async def list_tools(_context: Context, params: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        start = int(params.cursor) if params and params.cursor else 0
        more = str(start + PAGE) if start + PAGE < len(tools) else None
        return types.ListToolsResult(tools=tools[start : start + PAGE], next_cursor=more)

    server: Server[Any] = Server(
        "Note Desk",
        version="1.2",
        instructions="Notes and numbers.",
        on_list_tools=list_tools,
        on_call_tool=call,
        get_tool_input_schema=schemas.get,
    )
    inner = server.streamable_http_app(json_response=options.json, stateless_http=options.stateless)

    async def did(_request: Request) -> JSONResponse:
        return JSONResponse(DID)

    guarded = guarding(inner, options)
    return Starlette(routes=[Route("/did", did), Mount("/", app=guarded)], lifespan=inner.router.lifespan_context)


def guarding(app: Asgi, options: argparse.Namespace) -> Asgi:
    """The server as one that wants a token, or as one of the time before the newer era."""

    async def serve(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        headers: dict[bytes, bytes] = dict(scope.get("headers", ()))
        if options.token and headers.get(b"authorization") != f"Bearer {options.token}".encode():
            answer = JSONResponse({"error": "invalid_token"}, 401, {"WWW-Authenticate": 'Bearer realm="desk"'})
            await answer(scope, receive, send)
        elif options.old and headers.get(b"mcp-protocol-version") == MODERN:
            error = {"code": -32600, "message": "Bad Request: Unsupported protocol version: 2026-07-28"}
            await JSONResponse({"jsonrpc": "2.0", "id": "server-error", "error": error}, 400)(scope, receive, send)
        else:
            await app(scope, receive, send)

    return serve


def main() -> None:
    """Serve until the process is ended."""
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("--tools", type=int, default=0, help="more tools that do nothing")
    parser.add_argument("--json", action="store_true", help="answers are JSON, not events")
    parser.add_argument("--stateless", action="store_true", help="without sessions in the older era")
    parser.add_argument("--old", action="store_true", help="the older era only")
    parser.add_argument("--token", default="", help="the bearer token that it wants")
    options = parser.parse_args()
    config = uvicorn.Config(make_app(options), host="127.0.0.1", port=options.port, log_level="error", lifespan="on")

    class Told(uvicorn.Server):
        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets)
            print("listening", flush=True)

    Told(config).run()


if __name__ == "__main__":
    main()
