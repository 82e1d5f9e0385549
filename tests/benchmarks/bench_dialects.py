"""Every function of many documents as a tool of every dialect, checked by the vendors' rules, in bounded memory.

One document at a time: read, written, checked, forgotten. Prints failures by dialect and rule with a first example
each, CPU time of writing and of checking, and the largest tool.

Usage: .venv/bin/python tests/benchmarks/bench_dialects.py [FOLDER] [--sample N] [--dialect NAME]

FOLDER holds OpenAPI documents as JSON (by default the 20 real documents); `--sample N` takes every N-th.
"""

from __future__ import annotations

import argparse
import gc
import json
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from request_documents import real_documents

from madang.kit.errors import MadangError
from madang.schema.dialects import DIALECTS, DialectName, check_tool, render
from madang.schema.functions import FunctionSet
from madang.schema.reading import STANDARD, read_functions


@dataclass(kw_only=True)
class Tally:
    """What one dialect came to."""

    tools: int = 0
    failed: int = 0
    writing: float = 0.0
    checking: float = 0.0
    largest: int = 0
    largest_name: str = ""
    rules: Counter[str] = field(default_factory=Counter[str])
    examples: dict[str, str] = field(default_factory=dict[str, str])


def main() -> int:
    """Print the figures; exit status 1 where a tool breaks a rule."""
    options = argparse.ArgumentParser()
    options.add_argument("folder", nargs="?", type=Path)
    options.add_argument("--sample", type=int, default=1, help="every N-th document")
    options.add_argument("--dialect", choices=list(DIALECTS))
    given = options.parse_args()
    chosen: Sequence[DialectName] = [name for name in DIALECTS if given.dialect in (None, name)]
    tallies: dict[DialectName, Tally] = {name: Tally() for name in chosen}
    functions = documents = 0
    reading = 0.0
    paths = sorted(given.folder.rglob("*.json")) if given.folder else [each.place for each in real_documents()]
    for path in paths[:: given.sample]:
        started = time.process_time()
        try:
            found = read_functions(path.read_bytes(), limits=STANDARD)
        except MadangError as error:
            print(f"{path.name}: {error}", file=sys.stderr)
            continue
        reading += time.process_time() - started
        documents += 1
        functions += len(found.functions)
        for name, tally in tallies.items():
            _measure(path.name, found, name, tally)
        del found
        if documents % 50 == 0:
            gc.collect()
            print(f"{documents} documents, {functions} functions", file=sys.stderr)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(f"{documents} documents, {functions} functions; read in {reading:.1f} s of CPU; peak {peak:.0f} MB")
    for line in _lines(tallies):
        print(line)
    return 1 if any(tally.failed for tally in tallies.values()) else 0


def _measure(document: str, found: FunctionSet, dialect: DialectName, tally: Tally) -> None:
    for function in found.functions:
        started = time.process_time()
        tool = render(function, found.schemas, dialect)
        written = time.process_time()
        violations = check_tool(dialect, tool)
        tally.checking += time.process_time() - written
        tally.writing += written - started
        tally.tools += 1
        tally.failed += bool(violations)
        size = len(json.dumps(tool))
        if size > tally.largest:
            tally.largest, tally.largest_name = size, f"{document} {function.source}"
        for violation in violations:
            tally.rules[violation.code] += 1
            where = f"{document} {function.source} at {violation.pointer}: {violation.message}"
            tally.examples.setdefault(violation.code, where[:300])


def _lines(tallies: dict[DialectName, Tally]) -> Iterator[str]:
    for name, tally in tallies.items():
        yield (
            f"{name}: {tally.tools} tools, {tally.failed} refused; written {tally.writing:.1f} s, "
            f"checked {tally.checking:.1f} s of CPU; largest {tally.largest} bytes ({tally.largest_name})"
        )
        for code, count in tally.rules.most_common():
            yield f"  {code}: {count}, first {tally.examples[code]}"


if __name__ == "__main__":
    sys.exit(main())
