"""The compiler of workflows: 200 statements over 10 connectors of 100 operations, and 10,000 statements.

Usage: .venv/bin/python tests/benchmarks/bench_swl.py
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

from madang.kit.json import JsonObject
from madang.swl.compiler import compile_source
from madang.types.connector import Connector

ROUNDS = 15


def main() -> None:
    """Print the figures."""
    if sys.argv[1:] == ["--cold"]:
        print(f"{milliseconds(program(), connectors()):.1f}")
        return
    cold = [
        float(subprocess.run([sys.executable, __file__, "--cold"], capture_output=True, text=True, check=True).stdout)
        for _ in range(5)
    ]
    print(f"200 statements, first in a process: {statistics.median(cold):.1f} ms (goal: 40)")
    installed = connectors()
    again = [milliseconds(program(number), installed) for number in range(ROUNDS)]
    print(f"the same after one function changed: {statistics.median(again):.1f} ms (goal: 15)")
    long = "def run(x: int) -> int:\n" + "".join(f"    x = x + {n}\n" for n in range(10_000)) + "    return x\n"
    print(f"10,000 statements: {milliseconds(long, {}) / 1000:.2f} s (goal: 2)")


def milliseconds(source: str, installed: dict[str, Connector]) -> float:
    """CPU time of one compilation, which has no error."""
    started = time.process_time()
    found = compile_source(source, installed)
    spent = time.process_time() - started
    assert not [each for each in found.diagnostics if each.severity == "error"], found.diagnostics[0]
    return spent * 1000


def connectors() -> dict[str, Connector]:
    """10 connectors of 100 operations, each with a record of 12 properties."""
    return {f"api{number}": Connector(value(f"api{number}")) for number in range(10)}


def value(name: str) -> JsonObject:
    """One connector as programs are compiled against it."""
    record: JsonObject = {
        "type": "object",
        "required": ["id", "title", "count"],
        "properties": {
            "id": {"type": "string"},
            "title": {"type": "string"},
            "count": {"type": "integer"},
            "at": {"type": "string", "format": "date-time"},
            **{f"p{n}": {"type": ["string", "null"]} for n in range(8)},
        },
    }
    page: JsonObject = {
        "type": "object",
        "required": ["data"],
        "properties": {"data": {"type": "array", "items": {"$ref": "#/$defs/thing"}}},
    }
    parameters: JsonObject = {
        "parameters": [
            {"name": "title", "schema": {"type": "string"}, "required": True},
            {"name": "limit", "schema": {"type": "integer"}},
        ],
        "result": {"$ref": "#/$defs/page"},
        "effect": "safe",
    }
    return {
        "name": name,
        "operations": {f"things.list{number}": parameters for number in range(100)},
        "schemas": {"thing": record, "page": page},
        "types": {"Thing": "thing", "Page": "page"},
    }


def program(number: int = 0) -> str:
    """200 statements in five functions, of which the first depends on a number."""
    lines = [f"from connector import {', '.join(f'api{n}' for n in range(10))}", "", ""]
    for function in range(4):
        lines += [f"def _part{function}(word: str) -> int:", f"    total = {number if function == 0 else 0}"]
        for n in range(8):
            api = f"api{(function * 8 + n) % 10}"
            lines += [
                f"    page{n} = {api}.things.list{n + function}(title=word, limit={n + 1})",
                f"    kept{n} = [x.title for x in page{n}.data if x.p1 is not None and x.count > {n}]",
                f"    if len(kept{n}) > {n}:",
                f"        total += len(kept{n}) + page{n}.data[0].count",
                "    else:",
                f"        total = total + {n}",
            ]
        lines += ["    return total", "", ""]
    calls = " + ".join(f"n{function}" for function in range(4))
    lines += [
        "def run(word: str) -> int:",
        *(f"    n{f} = _part{f}(word)" for f in range(4)),
        f"    return {calls}",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
