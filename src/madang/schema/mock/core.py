"""The mock of a document: `mock.respond(state, request)` gives the state after it, and the answer. Pure.

A request is matched, its credentials and its arguments are checked, and it is answered: with a remembered resource,
else with the document's example, else with a made value. The same seed and requests give the same answers.

`Mock-Status: 503` asks for an answer of that status, `Mock-Delay: 200` for one after so many milliseconds.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random
from urllib.parse import unquote_plus, urlsplit

from madang.kit.json import JsonObject, JsonValue
from madang.schema.examples.errors import UngeneratableError
from madang.schema.functions import Function, FunctionSet
from madang.schema.mock.access import challenge, missing_credential
from madang.schema.mock.answers import Answers, declares, said
from madang.schema.mock.declared import DeclaredExamples
from madang.schema.mock.memory import Memory, RefusedError
from madang.schema.mock.reading import Asked, RequestReader
from madang.schema.mock.routes import Route, Routes, tags_of
from madang.schema.mock.state import State
from madang.schema.mock.typed import Types
from madang.schema.mock.wire import Incoming, Outgoing
from madang.schema.references import References

STATUS_HEADER = "Mock-Status"
DELAY_HEADER = "Mock-Delay"
_MOST_DELAY_SECONDS = 60.0
_INJECTED = (500, 503, 429)


@dataclass(frozen=True, kw_only=True)
class MockSettings:
    """`seed` decides all made values. `latency_seconds` before each answer; `error_rate` from 0 to 1 of answers fail.

    `checks_security`: a request without the declared credential is refused.
    """

    seed: str = "1"
    latency_seconds: float = 0.0
    error_rate: float = 0.0
    checks_security: bool = True


class Mock:
    """A document as a server. It holds what is known of the document only; all that changes is in the `State`."""

    def __init__(
        self, function_set: FunctionSet, settings: MockSettings | None = None, *, document: JsonValue = None
    ) -> None:
        """`document` is what the functions were read from, for the examples that are not part of schemas."""
        self.functions = function_set.functions
        self._schemes = function_set.security_schemes
        self._settings = settings or MockSettings()
        self._references = References(function_set.schemas)
        self._routes = Routes(function_set.functions)
        examples = DeclaredExamples(document)
        self._answers = Answers(self._references, seed=self._settings.seed, examples=examples)
        self._memory = Memory(function_set.functions, self._answers, Types(self._references))
        self._readers: dict[str, RequestReader] = {}
        self._bases = _bases(function_set)

    def respond(self, state: State, incoming: Incoming) -> tuple[State, Outgoing]:
        """The state after a request, and its answer. Never raises."""
        after, outgoing = self._respond(state, incoming)
        delay = self._settings.latency_seconds + _delay(incoming)
        outgoing = replace(outgoing, delay_seconds=min(delay, _MOST_DELAY_SECONDS))
        return replace(after, requests=state.requests + 1), outgoing

    def find(self, incoming: Incoming) -> Function | None:
        """The function that a request means."""
        route = self._route(incoming)
        return None if route is None else self._chosen(route, incoming)

    def _respond(self, state: State, incoming: Incoming) -> tuple[State, Outgoing]:
        route = self._route(incoming)
        if route is None:
            return state, self._unknown(incoming)
        function = self._chosen(route, incoming)
        try:
            forced = self._forced(state, function, incoming)
            if forced is not None:
                return state, forced
            return self._performed(state, function, incoming, route.values_of(function))
        except UngeneratableError as error:
            detail = f"{function.name}: the document declares an answer that nothing fits: {error.detail}"
            return state, self._answers.error(None, 500, detail)

    def _performed(
        self, state: State, function: Function, incoming: Incoming, values: Mapping[str, str]
    ) -> tuple[State, Outgoing]:
        if self._settings.checks_security:
            missing = missing_credential(function, self._schemes, incoming)
            if missing is not None:
                refusal = self._answers.error(function, 401, f"{function.name} needs {missing}")
                return state, said({"WWW-Authenticate": challenge(function, self._schemes)}, refusal)
        asked = self._reader(function).read(incoming, values)
        if asked.errors:
            return state, self._invalid(function, asked)
        try:
            after, shown = self._memory.apply(state, function, asked, values)
        except RefusedError as refusal:
            return state, self._answers.error(function, refusal.status, refusal.detail)
        key = f"{incoming.path}?{incoming.query}"
        answer = self._answers.success(function, key, shown.given)
        if shown.location is not None and answer.status == 201:
            answer = said({"Location": shown.location}, answer)
        return after, answer

    def _forced(self, state: State, function: Function, incoming: Incoming) -> Outgoing | None:
        """The answer that a header asks for, or an injected failure."""
        wanted = incoming.header(STATUS_HEADER)
        if wanted is not None:
            if not (wanted.isascii() and wanted.isdecimal() and 200 <= int(wanted) <= 599):
                return self._answers.error(
                    None, 400, f"{STATUS_HEADER} is a status from 200 to 599, not {wanted[:20]!r}"
                )
            return self._of_status(function, int(wanted), f"{STATUS_HEADER} asked for it")
        # A seed for repetition, no secret.
        rng = Random(f"{self._settings.seed} {state.requests}")  # noqa: S311
        if rng.random() >= self._settings.error_rate:
            return None
        known = [status for status in _INJECTED if declares(function, status)]
        return self._of_status(function, rng.choice(known or _INJECTED), "an injected failure")

    def _of_status(self, function: Function, status: int, detail: str) -> Outgoing:
        if status < 400:
            return self._answers.success(function, f"status {status}", status=status)
        return self._answers.error(function, status, detail)

    def _invalid(self, function: Function, asked: Asked) -> Outgoing:
        status = next((each for each in (422, 400) if declares(function, each)), 422)
        if status == 422 and not declares(function, 422) and any(each.status == "4XX" for each in function.answers):
            status = 400
        first = asked.errors[0]
        errors: list[JsonObject] = [error.to_field_error().to_json() for error in asked.errors]
        return self._answers.error(function, status, f"{function.name}: {first.message}", errors)

    def _unknown(self, incoming: Incoming) -> Outgoing:
        for path in self._paths(incoming.path):
            methods = self._routes.methods(path)
            if methods:
                detail = f"{incoming.path} knows {', '.join(methods)}, not {incoming.method}"
                return said({"Allow": ", ".join(methods)}, self._answers.error(None, 405, detail))
        return self._answers.error(None, 404, f"the document has no operation {incoming.method} {incoming.path}")

    def _route(self, incoming: Incoming) -> Route | None:
        methods = [incoming.method, "GET"] if incoming.method == "HEAD" else [incoming.method]
        for method in methods:
            for path in self._paths(incoming.path):
                route = self._routes.find(method, path)
                if route is not None:
                    return route
        return None

    def _paths(self, path: str) -> list[str]:
        """The path as it is, and without the path of a declared server."""
        return [path, *(path.removeprefix(base) for base in self._bases if path.startswith(f"{base}/"))]

    def _chosen(self, route: Route, incoming: Incoming) -> Function:
        """Of functions with one method and path the one whose fixed parameters the request has."""
        if len(route.functions) == 1:
            return route.functions[0]
        sent = {unquote_plus(name): unquote_plus(text) for name, text in incoming.query_pairs()}
        best, most = route.functions[0], -1
        for function in route.functions:
            tags = tags_of(function)
            found = [incoming.header(wire) if place == "header" else sent.get(wire) for place, wire in tags]
            if all(text in options for text, options in zip(found, tags.values(), strict=True)) and len(tags) > most:
                best, most = function, len(tags)
        return best

    def _reader(self, function: Function) -> RequestReader:
        if function.name not in self._readers:
            self._readers[function.name] = RequestReader(function, self._references)
        return self._readers[function.name]


def _bases(function_set: FunctionSet) -> list[str]:
    """The paths of the declared servers, the longest first."""
    servers = [*function_set.servers, *(server for each in function_set.functions for server in each.servers)]
    found: set[str] = set()
    for server in servers:
        url = server.url
        for name, variable in server.variables.items():
            url = url.replace(f"{{{name}}}", str(variable.get("default", "")))
        try:
            found.add(urlsplit(url).path.rstrip("/"))
        except ValueError:
            continue
    return sorted((base for base in found if base), key=len, reverse=True)


def _delay(incoming: Incoming) -> float:
    """What `Mock-Delay` asks for, in seconds."""
    try:
        seconds = float(incoming.header(DELAY_HEADER) or "0") / 1000
    except ValueError:
        return 0.0
    return max(0.0, seconds) if math.isfinite(seconds) else 0.0
