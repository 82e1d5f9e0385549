"""Round trips: made arguments become a request, the mock reads the same arguments from it and answers, the answer is
read back and fits the declared result.

Usage: .venv/bin/python tests/benchmarks/bench_mock.py [FOLDER_OR_FILE...] [--few] [--operations N] [--json | --all]

Documents are those of `bench_arguments`. `same`: the arguments are equal. `same on the wire`: they differ in what a
request cannot say (a file's name in a body of bytes, an empty list in a query), and would be sent as the very same
bytes. Everything else is a failure and is printed with the first operation of its kind.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

from bench_arguments import documents, paths_of, sample

from madang.kit.errors import InvalidError
from madang.kit.json import JsonObject
from madang.schema.examples.arguments import ArgumentsGenerator
from madang.schema.examples.errors import UngeneratableError
from madang.schema.examples.generating import generate
from madang.schema.functions import Function, FunctionSet
from madang.schema.mock.answers import declared_success
from madang.schema.mock.core import Mock, MockSettings
from madang.schema.mock.reading import RequestReader
from madang.schema.mock.routes import Routes
from madang.schema.mock.state import State
from madang.schema.mock.typed import Types
from madang.schema.mock.wire import Incoming, Outgoing
from madang.schema.references import References
from madang.schema.requests import Request, build_request
from madang.schema.responses import ResponseReader

EACH = 20
SERVER = "http://mock.example"


@dataclass(kw_only=True)
class Tally:
    """What was seen."""

    prints_all: bool = False
    operations: int = 0
    counts: Counter[str] = field(default_factory=Counter[str])
    failures: Counter[str] = field(default_factory=Counter[str])
    first: dict[str, str] = field(default_factory=dict[str, str])
    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict[str, float](float))

    def fail(self, kind: str, where: str) -> None:
        """Count a failure; the first of its kind keeps its place."""
        self.failures[kind] += 1
        if self.prints_all:
            print(f"{kind}: {where}", flush=True)
        self.first.setdefault(kind, where)

    def to_json(self) -> JsonObject:
        """The figures for a program."""
        return {"operations": self.operations, **self.counts, "failures": {**self.failures}}


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--operations", type=int, default=30_000)
    parser.add_argument("--each", type=int, default=EACH, help="operations of one document")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--few", action="store_true", help="the 20 real documents of the tests")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--all", action="store_true", help="print every failure, not the first of each kind")
    options = parser.parse_args()
    tally = Tally(prints_all=options.all)
    for name, function_set in documents(paths_of(options.paths, is_few=options.few), options.seed):
        if tally.operations >= options.operations:
            break
        measure(name, function_set, sample(function_set, options.seed, options.each), tally, options.seed)
    print(json.dumps(tally.to_json())) if options.json else report(tally)


class Trips:
    """The round trips of one document."""

    def __init__(self, name: str, function_set: FunctionSet, tally: Tally) -> None:
        self._name = name
        self._set = function_set
        self._tally = tally
        self._generator = ArgumentsGenerator(function_set.schemas)
        self._references = References(function_set.schemas)
        self._routes = Routes(function_set.functions)
        self._mock = Mock(function_set, MockSettings(checks_security=False))

    def run(self, function: Function, rng: Random) -> None:
        """One round trip."""
        where = f"{self._name} {function.name}"
        try:
            arguments = self._generator.make(function, rng)
            request = build_request(function, arguments, server_url=SERVER)
        except UngeneratableError as error:
            self._tally.counts["no value"] += 1
            self._tally.first.setdefault("no value", f"{where} {error.detail}")
            return
        except InvalidError as error:
            self._tally.fail("refused by the request's own rules", f"{where} {error.detail}")
            return
        incoming = incoming_of(request)
        if self._sent(where, function, arguments, request, incoming):
            self._answered(where, function, incoming)

    def _sent(
        self, where: str, function: Function, arguments: JsonObject, request: Request, incoming: Incoming
    ) -> bool:
        route = self._routes.find(incoming.method, incoming.path)
        if route is None or function not in route.functions:
            self._tally.fail("another path is meant", f"{where} {request.url}")
            return False
        asked = RequestReader(function, self._references).read(incoming, route.values_of(function))
        if asked.arguments == arguments:
            self._tally.counts["same"] += 1
        elif self._is_same_on_the_wire(function, asked.arguments, request):
            self._tally.counts["same on the wire"] += 1
        elif self._shares_a_query(function):
            self._tally.counts["an object spread over the query meets names of others"] += 1
            return False
        else:
            self._tally.fail("other arguments", f"{where} {request.url} {arguments} {asked.arguments}"[:600])
            return False
        if asked.errors:
            self._tally.fail("refused by the mock", f"{where} {asked.errors[0].message[:200]}")
        return not asked.errors

    def _is_same_on_the_wire(self, function: Function, arguments: JsonObject, request: Request) -> bool:
        try:
            again = build_request(function, arguments, server_url=SERVER)
        except InvalidError:
            return False
        sent, other = request.to_json(), again.to_json()
        is_same_body = again.body() == request.body() or "multipart" in str(sent.get("headers"))
        return again.url == request.url and sent.get("method") == other.get("method") and is_same_body

    def _shares_a_query(self, function: Function) -> bool:
        """Whether members of an object that is spread over the query may be another parameter's: nobody can tell."""
        types = Types(self._references)
        query = [argument for argument in function.arguments if argument.location == "query"]
        spread = [
            argument
            for argument in query
            if argument.explode and argument.style == "form" and "object" in types.accepted([argument.schema])
            if not types.is_free([argument.schema])
        ]
        members = [name for argument in spread for name in types.names([argument.schema])]
        return len(spread) > 1 or any(argument.wire in members for argument in query)

    def _answered(self, where: str, function: Function, incoming: Incoming) -> None:
        _, outgoing = self._mock.respond(State(), incoming)
        meant = self._mock.find(incoming)
        if meant is not function:
            self._tally.counts["answered as one of several with the same path"] += 1
            return
        self._read(where, function, outgoing)

    def _fits_nothing(self, function: Function) -> bool:
        """Whether the document contradicts itself: an `allOf` of closed objects, bounds that cross."""
        _, answer = declared_success(function)
        try:
            generate(True if answer is None else answer.schema, self._set.schemas, Random(1))
        except UngeneratableError:
            return True
        return False

    def _read(self, where: str, function: Function, outgoing: Outgoing) -> None:
        if self._fits_nothing(function):
            self._tally.counts["a declared answer that nothing fits"] += 1
            return
        if outgoing.status >= 400:
            self._tally.fail(f"answered {outgoing.status}", f"{where} {outgoing.body.decode()[:300]}")
            return
        reader = ResponseReader(function, self._set.schemas)
        response = reader.read(outgoing.status, dict(outgoing.headers), outgoing.body)
        if not response.drift:
            self._tally.counts["answer fits"] += 1
        elif "xml" in (response.media_type or ""):
            self._tally.counts["answer in XML, which stays text"] += 1
        else:
            drift = response.drift[0]
            self._tally.fail("answer does not fit", f"{where} {drift.path}: {drift.expected}, {drift.given}"[:300])


def measure(name: str, function_set: FunctionSet, functions: Iterable[Function], tally: Tally, seed: int) -> None:
    """The round trips of some functions of a document."""
    started = time.process_time()
    trips = Trips(name, function_set, tally)
    for function in functions:
        tally.operations += 1
        trips.run(function, Random(f"{seed} {function.name}"))
    tally.seconds["trips"] += time.process_time() - started


def incoming_of(request: Request) -> Incoming:
    """The request as a server gets it."""
    parts = urlsplit(request.url)
    return Incoming(
        method=request.method, path=parts.path, query=parts.query, headers=request.headers, body=request.body()
    )


def report(tally: Tally) -> None:
    """Print a tally."""
    print(f"operations {tally.operations}: {dict(tally.counts)}; {tally.seconds['trips']:.1f} s of CPU")
    for kind in [*(["no value"] if "no value" in tally.first else []), *dict(tally.failures.most_common(40))]:
        print(f"{tally.failures[kind] or tally.counts[kind]:6} {kind}\n       {tally.first[kind]}")


if __name__ == "__main__":
    main()
