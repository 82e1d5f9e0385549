"""Arguments and requests: microseconds to validate 20 arguments and to build a request of 13.

Usage: .venv/bin/python tests/benchmarks/bench_schema.py
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from madang.kit.json import JsonObject
from madang.schema.arguments import compile_arguments
from madang.schema.functions import Argument, Body, Function
from madang.schema.requests import build_request

ROUNDS = 7
CALLS = 2_000


def main() -> None:
    """Print the figures."""
    arguments = [Argument(name=f"a{n}", location="query", wire=f"a{n}", schema=_schema(n)) for n in range(20)]
    compiled = compile_arguments(_function("GET", "/", arguments), {})
    value: JsonObject = {f"a{n}": n if n % 2 == 0 else "text" for n in range(20)}
    print(f"validate 20 arguments: {_microseconds(lambda: compiled.validate(value)):.1f} us")
    request = _function("POST", "/repos/{owner}/issues", _request_arguments(), _body())
    given: JsonObject = {"owner": "sam", **{f"q{n}": "a b" for n in range(6)}, **{f"b{n}": n for n in range(6)}}
    server = "https://api.example"
    print(f"build a request: {_microseconds(lambda: build_request(request, given, server_url=server)):.1f} us")


def _microseconds(run: Callable[[], object]) -> float:
    """The median over rounds of the CPU time of one call."""
    run()
    rounds: list[float] = []
    for _ in range(ROUNDS):
        started = time.process_time()
        for _ in range(CALLS):
            run()
        rounds.append((time.process_time() - started) / CALLS * 1e6)
    return statistics.median(rounds)


def _schema(number: int) -> JsonObject:
    return {"type": "integer"} if number % 2 == 0 else {"type": "string", "maxLength": 30}


def _request_arguments() -> list[Argument]:
    owner = Argument(name="owner", location="path", wire="owner", schema={"type": "string"}, is_required=True)
    query = [
        Argument(name=f"q{n}", location="query", wire=f"q{n}", schema={"type": "string"}, style="form", explode=True)
        for n in range(6)
    ]
    body = [Argument(name=f"b{n}", location="body", wire=f"b{n}", schema={"type": "integer"}) for n in range(6)]
    return [owner, *query, *body]


def _body() -> Body:
    return Body(media_type="application/json", form="json", is_required=True, is_flat=True)


def _function(method: str, path: str, arguments: list[Argument], body: Body | None = None) -> Function:
    return Function(
        name="a.b",
        model_name="a_b",
        method=method,
        path=path,
        title="",
        description="",
        arguments=arguments,
        body=body,
    )


if __name__ == "__main__":
    main()
