"""The model server as an ASGI application.

POST   /v1/chat/completions   OpenAI
POST   /v1/messages           Anthropic
GET    /v1/models             OpenAI, or Anthropic where `anthropic-version` is sent
PUT    /-/script              play a script from its beginning (see `reading`)
GET    /-/requests            {"requests": [...], "unused": answers that nobody asked for}
DELETE /-/requests            forget them
GET    /healthz, /readyz
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from hmac import compare_digest
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from madang.fakes.llm.anthropic import Anthropic
from madang.fakes.llm.openai import OpenAI
from madang.fakes.llm.performing import Performance
from madang.fakes.llm.reading import read_script_text
from madang.fakes.llm.record import Player, Received, key_of
from madang.fakes.llm.script import DEFAULT_SCRIPT, Script
from madang.fakes.llm.wire import BadRequestError, Dialect, Head, Identity, Step, play, refuse
from madang.kit.clock import Clock, SystemClock, iso
from madang.kit.errors import InvalidError, UsageError
from madang.kit.json import JsonObject, JsonValue
from madang.settings import Settings

_LOOPBACK = ("127.0.0.1", "localhost")


@dataclass(frozen=True, kw_only=True)
class LlmConfig:
    """How a server is set up. `key`: the only one that is let in; None lets in any, and none at all."""

    script: Script = DEFAULT_SCRIPT
    key: str | None = field(default=None, repr=False)
    models: tuple[str, ...] = ("scripted-1",)
    hosts: tuple[str, ...] = _LOOPBACK
    clock: Clock = field(default_factory=SystemClock)


def create_app(given: Settings | LlmConfig, player: Player | None = None) -> Starlette:
    """The server; `player` is given by who wants to look into it from the same process.

    Raises UsageError in real mode: a script is no model.
    """
    config = config_of(given) if isinstance(given, Settings) else given
    server = _ModelServer(config, player or Player(config.script))
    routes = [
        Route("/v1/chat/completions", server.answering(OpenAI()), methods=["POST"]),
        Route("/v1/messages", server.answering(Anthropic()), methods=["POST"]),
        Route("/v1/models", server.list_models, methods=["GET"]),
        Route("/-/script", server.put_script, methods=["PUT"]),
        Route("/-/requests", server.show_requests, methods=["GET"]),
        Route("/-/requests", server.forget_requests, methods=["DELETE"]),
        Route("/healthz", _healthy, methods=["GET"]),
        Route("/readyz", _healthy, methods=["GET"]),
    ]
    hosts = Middleware(TrustedHostMiddleware, allowed_hosts=[*config.hosts], www_redirect=False)
    return Starlette(routes=routes, middleware=[hosts])


def create_server(settings: Settings, *, script: str | None = None) -> Starlette:
    """The server of `madang serve llm`; `script` is the path of a script's file. Raises UsageError for a wrong one."""
    config = config_of(settings)
    return create_app(config if script is None else replace(config, script=_read_file(Path(script))))


def _read_file(path: Path) -> Script:
    try:
        return read_script_text(path.read_bytes())
    except OSError as error:
        raise UsageError(f"the script {path} cannot be read: {error.strerror}") from None
    except InvalidError as error:
        raise UsageError(f"{path}: {error.detail}") from None


def config_of(settings: Settings) -> LlmConfig:
    """The set-up that follows from the settings. Raises UsageError in real mode."""
    if settings.mode == "real":
        raise UsageError("the scripted model is for tests and trials: MADANG_MODE=real refuses it")
    return LlmConfig(hosts=(*_LOOPBACK, settings.host, *settings.public_hosts))


class _ModelServer:
    """The endpoints."""

    def __init__(self, config: LlmConfig, player: Player) -> None:
        self._config = config
        self._player = player

    def answering(self, dialect: Dialect) -> Callable[[Request], Awaitable[Response]]:
        """The endpoint of one vendor."""

        async def answer(request: Request) -> Response:
            body = await request.body()
            received = self._player.receive(
                method=request.method,
                path=request.url.path,
                query=request.url.query,
                headers=dict(request.headers),
                body=body,
            )
            return Performance(self._noted(received, self._steps(dialect, received)))

        return answer

    def _steps(self, dialect: Dialect, received: Received) -> Iterator[Step]:
        identity = Identity(number=received.number, created=int(self._config.clock.now().timestamp()))
        try:
            self._check_key(dialect, received.key)
            request = dialect.read(_json(received.body), received.headers)
        except BadRequestError as error:
            return refuse(dialect, error.fail, identity, error.param)
        return play(dialect, request, self._player.answer(received, request), identity)

    def _check_key(self, dialect: Dialect, key: str | None) -> None:
        wanted = self._config.key
        if wanted is not None and not compare_digest(wanted.encode(), (key or "").encode()):
            raise BadRequestError(dialect.invalid_key, status=401)

    def _noted(self, received: Received, steps: Iterator[Step]) -> Iterator[Step]:
        for step in steps:
            if isinstance(step, Head):
                received.status = step.status
            yield step

    async def list_models(self, request: Request) -> Response:
        """The models of the set-up; requests may name any other."""
        dialect = Anthropic() if "anthropic-version" in request.headers else OpenAI()
        try:
            self._check_key(dialect, key_of(request.headers))
        except BadRequestError as error:
            return Performance(refuse(dialect, error.fail, Identity(number=0, created=0)))
        return JSONResponse(self._models() if isinstance(dialect, OpenAI) else self._anthropic_models())

    def _models(self) -> JsonObject:
        created = int(self._config.clock.now().timestamp())
        data: list[JsonValue] = [
            {"id": name, "object": "model", "created": created, "owned_by": "madang"} for name in self._config.models
        ]
        return {"object": "list", "data": data}

    def _anthropic_models(self) -> JsonObject:
        names, created = self._config.models, iso(self._config.clock.now())
        data: list[JsonValue] = [
            {"type": "model", "id": name, "display_name": name, "created_at": created} for name in names
        ]
        return {
            "data": data,
            "has_more": False,
            "first_id": names[0] if names else None,
            "last_id": names[-1] if names else None,
        }

    async def put_script(self, request: Request) -> Response:
        """Play the script of the body."""
        try:
            script = read_script_text(await request.body())
        except InvalidError as error:
            return JSONResponse(error.to_problem(), error.status, media_type="application/problem+json")
        self._player.play(script)
        return Response(status_code=204)

    async def show_requests(self, request: Request) -> Response:
        """What came in."""
        requests = [received.to_json() for received in self._player.received]
        return JSONResponse({"requests": requests, "unused": self._player.unused})

    async def forget_requests(self, request: Request) -> Response:
        """Forget what came in."""
        self._player.forget()
        return Response(status_code=204)


async def _healthy(request: Request) -> Response:
    return PlainTextResponse("ok")


def _json(body: bytes) -> object:
    try:
        return json.loads(body)
    except ValueError as error:
        raise BadRequestError(f"the body is not JSON: {error}") from None
