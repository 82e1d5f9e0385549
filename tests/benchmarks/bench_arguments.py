"""Arguments made from schemas: do they compile, do valid ones pass, do spoilt ones fail where they were spoilt?

Usage: .venv/bin/python tests/benchmarks/bench_arguments.py [FOLDER_OR_FILE...] [--few] [--functions N] [--json]

Without paths over the corpus of `make corpus`; with `--few`, or where it is not fetched, over the 20 real documents of
the tests. Functions are sampled from all documents evenly. Prints what failed, with the first place of each kind.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from random import Random

from corpus import DOCUMENTS
from request_documents import real_documents

from madang.kit.errors import MadangError
from madang.kit.json import JsonObject
from madang.schema.arguments import CompiledArguments, compile_arguments
from madang.schema.examples.arguments import ArgumentsGenerator
from madang.schema.examples.errors import UngeneratableError
from madang.schema.examples.mutating import mutate
from madang.schema.functions import Function, FunctionSet
from madang.schema.reading import read_functions

MUTATIONS = 12
EACH = 20
REPEATS = 20


@dataclass(kw_only=True)
class Tally:
    """What was seen."""

    functions: int = 0
    uncompiled: int = 0
    unmade: int = 0
    valid: int = 0
    mutations: int = 0
    at_place: int = 0
    microseconds: list[float] = field(default_factory=list[float])
    kinds: Counter[str] = field(default_factory=Counter[str])
    failures: Counter[str] = field(default_factory=Counter[str])
    first: dict[str, str] = field(default_factory=dict[str, str])
    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict[str, float](float))

    def fail(self, kind: str, where: str) -> None:
        """Count a failure; the first of its kind keeps its place."""
        self.failures[kind] += 1
        self.first.setdefault(kind, where)

    def to_json(self) -> JsonObject:
        """The figures for a program."""
        made: JsonObject = {"functions": self.functions, "uncompiled": self.uncompiled, "no value": self.unmade}
        spoilt: JsonObject = {"spoilt": self.mutations, "failed at their place": self.at_place}
        median = statistics.median(self.microseconds) if self.microseconds else None
        made["median microseconds"] = median
        return {**made, "valid": self.valid, **spoilt, "failures": {**self.failures}}


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--functions", type=int, default=30_000)
    parser.add_argument("--each", type=int, default=EACH, help="functions of one document")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--few", action="store_true", help="the 20 real documents of the tests")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    tally = Tally()
    for name, function_set in documents(paths_of(options.paths, is_few=options.few), options.seed):
        if tally.functions >= options.functions:
            break
        measure(name, function_set, tally, options.seed, options.each)
    print(json.dumps(tally.to_json())) if options.json else report(tally)


def paths_of(given: list[Path], *, is_few: bool) -> list[Path]:
    """What is given, or the corpus where it is fetched, or the real documents of the tests."""
    if given:
        return given
    is_corpus = DOCUMENTS.place.exists() and not is_few
    return [DOCUMENTS.place] if is_corpus else [document.place for document in real_documents()]


def documents(paths: list[Path], seed: int) -> Iterator[tuple[str, FunctionSet]]:
    """All documents in an order that the seed gives, each with its functions."""
    files = sorted(file for path in paths for file in ([path] if path.is_file() else path.rglob("*.json")))
    Random(seed).shuffle(files)
    for file in files:
        try:
            yield file.name, read_functions(file.read_bytes())
        except MadangError as error:
            print(f"not read: {file.name}: {error.detail[:100]}", file=sys.stderr)


def sample(function_set: FunctionSet, seed: int, most: int = EACH) -> list[Function]:
    """Some functions of a set."""
    functions = [*function_set.functions]
    Random(seed).shuffle(functions)
    return functions[:most]


def measure(name: str, function_set: FunctionSet, tally: Tally, seed: int, most: int = EACH) -> None:
    """Make, check and spoil the arguments of some functions of a document."""
    generator = ArgumentsGenerator(function_set.schemas)
    for function in sample(function_set, seed, most):
        tally.functions += 1
        rng = Random(f"{seed} {function.name}")
        started = time.process_time()
        try:
            arguments = generator.make(function, rng)
        except UngeneratableError as error:
            tally.unmade += 1
            tally.fail(f"no value: {error.reason[:100]}", f"{name} {function.name}: {error.detail[:120]}")
            continue
        finally:
            tally.seconds["making"] += time.process_time() - started
        started = time.process_time()
        compiled = compile_arguments(function, function_set.schemas)
        errors = compiled.validate(arguments)
        tally.uncompiled += any(remark.code == "schema" for remark in compiled.remarks)
        if errors:
            tally.fail(f"refused: {errors[0].code}", f"{name} {function.name} {errors[0].path} {errors[0].message}")
        else:
            tally.valid += 1
            tally.microseconds.append(_validating(compiled, arguments))
            spoil(f"{name} {function.name}", compiled, arguments, rng, tally)
        tally.seconds["checking"] += time.process_time() - started


def _validating(compiled: CompiledArguments, arguments: JsonObject) -> float:
    """Microseconds of CPU that one validation takes, once the schema is compiled."""
    started = time.process_time_ns()
    for _ in range(REPEATS):
        compiled.validate(arguments)
    return (time.process_time_ns() - started) / REPEATS / 1000


def spoil(where: str, compiled: CompiledArguments, arguments: JsonObject, rng: Random, tally: Tally) -> None:
    """Check that spoilt arguments fail at their place."""
    definitions = compiled.schema.get("$defs")
    shared = definitions if isinstance(definitions, dict) else {}
    found = [*islice(mutate(arguments, compiled.schema, shared), 200)]
    for mutation in found if len(found) <= MUTATIONS else rng.sample(found, MUTATIONS):
        tally.mutations += 1
        tally.kinds[mutation.kind] += 1
        errors = compiled.validate(mutation.value)
        if mutation.pointer in {error.path for error in errors}:
            tally.at_place += 1
        else:
            said = errors[0].path if errors else "nothing"
            tally.fail(f"spoilt {mutation.kind}", f"{where} {mutation.pointer}: {said}")


def report(tally: Tally) -> None:
    """Print a tally."""
    print(f"functions {tally.functions}, not compiled {tally.uncompiled}, no value {tally.unmade}, valid {tally.valid}")
    print(f"spoilt {tally.mutations}, failed at their place {tally.at_place}: {dict(tally.kinds)}")
    times = sorted(tally.microseconds)
    if times:
        at = [times[int(len(times) * share)] for share in (0.5, 0.95, 0.99)]
        print(f"one validation, us of CPU: median {at[0]:.1f}, p95 {at[1]:.1f}, p99 {at[2]:.1f}, most {times[-1]:.0f}")
    print("CPU: " + ", ".join(f"{name} {seconds:.1f} s" for name, seconds in tally.seconds.items()))
    for kind, count in tally.failures.most_common(40):
        print(f"{count:6} {kind}\n       {tally.first[kind]}")


if __name__ == "__main__":
    main()
