"""Acts of a dry run: nothing leaves the process, a mock of the connector's document answers.

What was created is found again by later acts over the same connection, for as long as the executor lives.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import urlsplit

from madang.catalog.values import CatalogFunction
from madang.effects.executors.openapi import TEMPLATE_SERVER
from madang.effects.outcomes import storable
from madang.effects.values import Act, Answered, Attempt, NotSent, Scope
from madang.kit.errors import InvalidError
from madang.kit.json import JsonValue
from madang.schema.functions import FunctionSet, SecurityScheme
from madang.schema.mock.core import Mock, MockSettings
from madang.schema.mock.state import State
from madang.schema.mock.wire import Incoming
from madang.schema.requests import Request, build_request
from madang.schema.responses import ResponseReader

Siblings = Callable[[CatalogFunction], Awaitable[Sequence[CatalogFunction]]]
"""All functions of the connector's version that a function belongs to; what agrees with what is read off them."""


class MockExecutor:
    """Performs acts on mocks, one of each connector's version; resources are kept by connection."""

    def __init__(self, siblings: Siblings, *, seed: str = "1") -> None:
        self._siblings = siblings
        # The proxy puts credentials in; there is none of them here to be checked.
        self._settings = MockSettings(seed=seed, checks_security=False)
        self._mocks: dict[tuple[str, int], Mock] = {}
        self._states: dict[tuple[str, int], State] = {}

    async def attempt(self, scope: Scope, act: Act) -> Attempt:
        """One request to the mock. Wrong arguments are never sent, as with the real executor."""
        function = act.function.function
        try:
            incoming = _incoming(build_request(function, act.arguments, server_url=TEMPLATE_SERVER))
        except InvalidError as error:
            return NotSent(reason=error.detail, is_final=True)
        mock = await self._mock(act.function)
        place = (act.connection.id, act.function.version)
        self._states[place], answer = mock.respond(self._states.get(place, State()), incoming)
        read = ResponseReader(function, act.function.schemas).read(answer.status, dict(answer.headers), answer.body)
        return Answered(
            status=answer.status,
            media_type=read.media_type,
            value=storable(read.value),
            drift=tuple(drift.to_json() for drift in read.drift),
        )

    async def _mock(self, function: CatalogFunction) -> Mock:
        key = (function.connector_id, function.version)
        if key not in self._mocks:
            self._mocks[key] = Mock(function_set(await self._siblings(function)), self._settings)
        return self._mocks[key]


def function_set(functions: Sequence[CatalogFunction]) -> FunctionSet:
    """Functions of one connector's version as the document that they came from."""
    schemas: dict[str, JsonValue] = {}
    schemes: dict[str, SecurityScheme] = {}
    for each in functions:
        schemas.update(each.schemas)
        schemes.update({scheme.name: scheme for scheme in each.security_schemes})
    return FunctionSet(
        title=functions[0].connector if functions else "",
        description="",
        document_version="",
        dialect="",
        functions=[each.function for each in functions],
        schemas=schemas,
        security_schemes=[*schemes.values()],
        servers=functions[0].servers if functions else (),
        found=len(functions),
        remarks=(),
    )


def _incoming(request: Request) -> Incoming:
    parts = urlsplit(request.url)
    return Incoming(
        method=request.method,
        path=parts.path or "/",
        query=parts.query,
        headers=request.headers,
        body=request.body(_stand_in),
    )


def _stand_in(reference: str) -> bytes:
    """The bytes of a file that lies in the object store: a dry run needs none of them."""
    return reference.encode("utf-8", "replace")
