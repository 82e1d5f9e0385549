"""Microseconds to validate the arguments of a function, with its compiled validator: over the functions of documents.

Arguments are generated from each function's own schema, so that they are valid and all of them is looked at.

Usage: .venv/bin/python tests/benchmarks/bench_validation.py [FOLDER] [--sample N]     N-th documents, N-th functions
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path
from random import Random

from request_documents import real_documents

from madang.kit.errors import MadangError
from madang.kit.json import JsonObject
from madang.schema.arguments import CompiledArguments, compile_arguments
from madang.schema.examples.arguments import ArgumentsGenerator
from madang.schema.examples.errors import UngeneratableError
from madang.schema.reading import read_functions

CALLS = 20
ROUNDS = 3


def main() -> None:
    """Print the figures."""
    options = argparse.ArgumentParser()
    options.add_argument("folder", nargs="?", type=Path)
    options.add_argument("--sample", type=int, default=1)
    given = options.parse_args()
    paths = sorted(given.folder.rglob("*.json")) if given.folder else [each.place for each in real_documents()]
    found: list[float] = []
    for path in paths[:: given.sample]:
        found += _measure(path, given.sample)
    found.sort()
    print(
        f"{len(found)} functions: median {statistics.median(found):.1f} us, "
        f"p90 {found[len(found) * 9 // 10]:.1f} us, p99 {found[len(found) * 99 // 100]:.1f} us of CPU"
    )


def _measure(path: Path, sample: int) -> list[float]:
    try:
        functions = read_functions(path.read_bytes())
    except MadangError:
        return []
    generator, random = ArgumentsGenerator(functions.schemas), Random(7)
    found: list[float] = []
    for function in functions.functions[::sample]:
        if not function.arguments:
            continue
        try:
            arguments = generator.make(function, random)
        except UngeneratableError:
            continue
        found.append(_microseconds(compile_arguments(function, functions.schemas), arguments))
    return found


def _microseconds(compiled: CompiledArguments, arguments: JsonObject) -> float:
    """The least of some rounds of the CPU time of one validation; compiling is not in it."""
    compiled.validate(arguments)
    rounds: list[float] = []
    for _ in range(ROUNDS):
        started = time.process_time_ns()
        for _ in range(CALLS):
            compiled.validate(arguments)
        rounds.append((time.process_time_ns() - started) / CALLS / 1_000)
    return min(rounds)


if __name__ == "__main__":
    main()
