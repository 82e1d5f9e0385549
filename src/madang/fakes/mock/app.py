"""The mock of a document as an ASGI application.

GET    /-/            the operations, as a page; also at `/` where the document has no such path
GET    /-/operations  the same as JSON
GET    /-/document    the document, as it was given
POST   /-/reset       forget all resources
GET    /-/healthz, /-/readyz
       any other      what the document says (see `schema.mock.core`)
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from madang.fakes.mock.index import CONTENT_POLICY, index_page, operations
from madang.kit.errors import InvalidError, TooLargeError, UsageError
from madang.schema.functions import FunctionSet
from madang.schema.mock.core import Mock, MockSettings
from madang.schema.mock.state import State
from madang.schema.mock.wire import Incoming, Outgoing
from madang.schema.reading import load_document, read_functions
from madang.settings import Settings

_LOOPBACK = ("127.0.0.1", "localhost")
_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"]
_MOST_BYTES = 32 * 1024 * 1024
_MOST_LATENCY_MS = 60_000


@dataclass(frozen=True, kw_only=True)
class MockConfig:
    """How a server is set up: the functions of a document, its text, and how the mock behaves."""

    function_set: FunctionSet
    document: bytes = field(repr=False)
    settings: MockSettings = field(default_factory=MockSettings)
    hosts: tuple[str, ...] = _LOOPBACK


def create_app(config: MockConfig) -> Starlette:
    """The server of one document."""
    server = _MockServer(config)
    routes = [
        Route("/-/", server.show_index, methods=["GET"]),
        Route("/-/operations", server.list_operations, methods=["GET"]),
        Route("/-/document", server.show_document, methods=["GET"]),
        Route("/-/reset", server.reset, methods=["POST"]),
        Route("/-/healthz", _healthy, methods=["GET"]),
        Route("/-/readyz", _healthy, methods=["GET"]),
        Route("/{path:path}", server.answer, methods=_METHODS),
    ]
    hosts = Middleware(TrustedHostMiddleware, allowed_hosts=[*config.hosts], www_redirect=False)
    return Starlette(routes=routes, middleware=[hosts])


def create_server(
    settings: Settings,
    *,
    document: tuple[str, bytes] | None = None,
    seed: str = "1",
    latency: str = "0",
    error_rate: str = "0",
    insecure: bool = False,
) -> Starlette:
    """The server of `madang serve mock`; `document` is how people know it, and its bytes.

    Raises UsageError for a document that cannot be read and for a wrong option.
    """
    if settings.mode == "real":
        raise UsageError("a mock is for tests and trials: MADANG_MODE=real refuses it")
    if document is None:
        raise UsageError("a mock needs a document: madang serve mock DOCUMENT")
    behaviour = MockSettings(
        seed=seed,
        latency_seconds=_number(latency, "--latency", "milliseconds", _MOST_LATENCY_MS) / 1000,
        error_rate=_number(error_rate, "--error-rate", "a share", 1),
        checks_security=not insecure,
    )
    label, data = document
    hosts = (*_LOOPBACK, settings.host, *settings.public_hosts)
    return create_app(MockConfig(function_set=_read(label, data), document=data, settings=behaviour, hosts=hosts))


def _read(label: str, data: bytes) -> FunctionSet:
    try:
        return read_functions(data)
    except (InvalidError, TooLargeError) as error:
        raise UsageError(f"{label}: {error.detail}") from None


def _number(text: str, option: str, what: str, most: float) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= most:
        raise UsageError(f"{option} is {what} from 0 to {most:g}, not {text!r}")
    return number


class _MockServer:
    """The endpoints, and the state between requests."""

    def __init__(self, config: MockConfig) -> None:
        self._config = config
        self._mock = Mock(config.function_set, config.settings, document=load_document(config.document))
        self._state = State()

    async def answer(self, request: Request) -> Response:
        """What the document says."""
        body = await _read_body(request)
        if body is None:
            return PlainTextResponse(f"a body has at most {_MOST_BYTES:,} bytes", 413)
        incoming = _incoming(request, body)
        if incoming.path == "/" and incoming.method == "GET" and self._mock.find(incoming) is None:
            return await self.show_index(request)
        self._state, outgoing = self._mock.respond(self._state, incoming)
        if outgoing.delay_seconds:
            await asyncio.sleep(outgoing.delay_seconds)
        return _response(outgoing)

    async def show_index(self, request: Request) -> Response:
        """The operations as a page."""
        page = index_page(self._config.function_set)
        return HTMLResponse(page, headers={"Content-Security-Policy": CONTENT_POLICY})

    async def list_operations(self, request: Request) -> Response:
        """The operations, and how many resources are remembered."""
        remembered = {path: len(each.items) for path, each in self._state.collections.items()}
        return JSONResponse({"operations": operations(self._config.function_set), "resources": remembered})

    async def show_document(self, request: Request) -> Response:
        """The document; JSON and YAML are told by their first sign."""
        is_json = self._config.document.lstrip()[:1] == b"{"
        return Response(self._config.document, media_type="application/json" if is_json else "application/yaml")

    async def reset(self, request: Request) -> Response:
        """Forget everything."""
        self._state = State()
        return Response(status_code=204)


async def _read_body(request: Request) -> bytes | None:
    """The body, or None where it is too large."""
    found = bytearray()
    try:
        async for part in request.stream():
            found += part
            if len(found) > _MOST_BYTES:
                return None
    except ClientDisconnect:
        return b""
    return bytes(found)


def _incoming(request: Request, body: bytes) -> Incoming:
    raw_path: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    query: bytes = request.scope["query_string"]
    return Incoming(
        method=request.method,
        path=raw_path.partition(b"?")[0].decode("ascii", "replace"),
        query=query.decode("ascii", "replace"),
        headers=tuple((name.decode("latin-1"), text.decode("latin-1")) for name, text in request.headers.raw),
        body=body,
    )


def _response(outgoing: Outgoing) -> Response:
    response = Response(outgoing.body, outgoing.status)
    for name, text in outgoing.headers:
        response.headers[name] = text.encode("latin-1", "replace").decode("latin-1")
    return response


async def _healthy(request: Request) -> Response:
    return PlainTextResponse("ok")
