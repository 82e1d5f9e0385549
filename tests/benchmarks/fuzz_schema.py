"""Odd input without end for the readers of documents and for the lenient parse.

Nothing but errors of ours may come out, and four times the input may not take much more than four times the time. Every
case follows from its number, which is printed where it fails: `--first NUMBER --cases 1` repeats it.

Usage: .venv/bin/python tests/benchmarks/fuzz_schema.py [readers|lenient ...] [--seconds N] [--first N] [--cases N]
"""

from __future__ import annotations

import argparse
import copy
import json
import random
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

from request_documents import FOLDER

from madang.kit.errors import MadangError
from madang.kit.json import JsonObject, JsonValue
from madang.schema.lenient import parse_lenient
from madang.schema.reading import load_document, read_functions
from madang.schema.stored import to_json

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 600
MOST_BYTES = 60_000
SLOWEST = 12.0
"""How many times longer four times the input may take; what is linear stays near 4, what is square comes near 16."""
NOTICED_SECONDS = 0.15
ENDLESS_SECONDS = 30
ODD: Sequence[JsonValue] = (
    *(None, True, False, 0, -1, 1.5, 2**63, 10**400, "", "x", "#/", "#", "{a}", "\u0000", "한글", [], {}, [None], [[]]),
    *({"$ref": "#/paths"}, {"$ref": "#"}, {"$ref": 7}, {"$ref": "http://[::1"}, {"": {}}, {"type": "x"}, "{" * 50),
    *({"allOf": [{"$ref": "#"}]}, {"properties": {"a": {"$ref": "#/components/schemas/A"}}}, {"$ref": "#/%zz~9"}),
)
KEYS = (
    *("$ref", "nullable", "allOf", "oneOf", "items", "parameters", "", "discriminator", "enum", "type", "in", "name"),
    *("schema", "content", "required", "properties", "security", "servers", "$self", "$anchor", "x-ms-enum", "const"),
)
PIECES = (
    *(
        '{"a":',
        "[",
        "]",
        "}",
        ",",
        ":",
        "'",
        '"',
        "\\",
        '\\"',
        "/*",
        "*/",
        "//",
        "#",
        "\n",
        " ",
        "```json\n",
        "```",
        "tru",
    ),
    *(
        "null",
        "None",
        "NaN",
        "-",
        "1e",
        "0x",
        "1_000",
        "a",
        "key: ",
        "“",
        "”",
        "\\u",
        "\\ud83d",
        "\ud800",
        "\x00",
        "{'",
        "':",
    ),
    *(
        '"{\\"a\\":',
        "…",
        "é",
        "undefined",
        "},{",
        '":"',
        "$$",
        "<b>",
        "Infinity",
        "+1",
        ".5",
        "\t",
        "\r",
        "...",
        "=>",
        ";",
    ),
)


class FuzzError(Exception):
    """What must not happen: what, and for which input."""


def main() -> int:
    """Run each target for its time; the exit status is 1 where one fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", choices=[*TARGETS, []], help="readers, lenient; both where none is named")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="for each target")
    parser.add_argument("--first", type=int, default=0, help="the number of the first case")
    parser.add_argument("--cases", type=int, default=sys.maxsize, help="at most so many cases")
    options = parser.parse_args()
    for name in options.targets or list(TARGETS):
        run(name, TARGETS[name](), options.seconds, range(options.first, options.first + options.cases))
    return 0


def run(name: str, case: Callable[[random.Random], None], seconds: float, numbers: range) -> None:
    """Run case after case until the time is over."""
    end = time.monotonic() + seconds
    done = 0
    signal.signal(signal.SIGPROF, _stop)
    for number in numbers:
        if time.monotonic() > end:
            break
        signal.setitimer(signal.ITIMER_PROF, ENDLESS_SECONDS)
        try:
            case(random.Random(number))
        except Exception as error:
            sys.exit(f"{name} fails at case {number}: {type(error).__name__}: {str(error)[:500]}")
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        done += 1
    print(f"{name}: {done:,} cases, nothing but our errors, no time out of line")


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise FuzzError(f"no end after {ENDLESS_SECONDS} s of CPU")


def readers() -> Callable[[random.Random], None]:
    """Documents with broken nodes, broken bytes, and one part over and over."""
    sources = [path for path in sorted(FOLDER.rglob("*.json")) if path.stat().st_size <= MOST_BYTES]
    texts = [path.read_bytes() for path in sorted((ROOT / "tests" / "golden" / "documents").glob("*/document.yaml"))]
    values = [load_document(data) for data in [*texts, *(path.read_bytes() for path in sources)]]

    def case(rng: random.Random) -> None:
        if rng.random() < 0.2:
            read(broken_bytes(rng.choice(texts), rng))
        elif rng.random() < 0.1:
            value, seed = mutated(rng.choice(values), rng), rng.random()
            in_line(lambda times: read(dumped(repeated(value, times, random.Random(seed)))), 100)
        else:
            read(dumped(mutated(rng.choice(values), rng)))

    return case


def lenient() -> Callable[[random.Random], None]:
    """Pieces of JSON and of what models write, at random, and over and over."""

    def case(rng: random.Random) -> None:
        text = "".join(rng.choice(PIECES) for _ in range(rng.randint(1, 40)))
        dumped(parse_lenient(text).value)
        parse_lenient(broken_bytes(text.encode(errors="replace"), rng))
        if rng.random() < 0.2:
            times = 2_000 // len(text) + 1
            head = rng.choice(("", '{"a": [', '{"a": "', "```\n", "/*", "'"))
            in_line(lambda more: parse_lenient(head + text * more), times)

    return case


TARGETS: dict[str, Callable[[], Callable[[random.Random], None]]] = {"readers": readers, "lenient": lenient}


def read(data: bytes) -> None:
    """Read a document; what is read can be stored."""
    try:
        found = read_functions(data, source_url="https://api.example.com/openapi.json")
    except MadangError:
        return
    dumped(to_json(found))
    refused = sum(remark.severity == "refused" for remark in found.remarks)
    if found.found != len(found.functions) + refused:
        raise FuzzError(f"{found.found} operations, {len(found.functions)} functions, {refused} refused")


def in_line(act: Callable[[int], object], times: int) -> None:
    """Raise FuzzError where four times the input takes out of all proportion longer, looked at twice."""
    short, long = 0.0, 0.0
    for _ in range(2):
        short, long = measured(lambda: act(times)), measured(lambda: act(4 * times))
        if long < NOTICED_SECONDS or long < SLOWEST * short:
            return
    raise FuzzError(f"{times} times {short:.3f} s, {4 * times} times {long:.3f} s")


def measured(act: Callable[[], object]) -> float:
    """The CPU seconds of one act."""
    started = time.process_time()
    act()
    return time.process_time() - started


def mutated(value: JsonValue, rng: random.Random) -> JsonValue:
    """The value with some nodes replaced, removed, doubled elsewhere, or given another member."""
    document: JsonValue = copy.deepcopy(value)
    nodes = containers(document)
    for _ in range(rng.randint(1, 6)):
        node = rng.choice(nodes)
        put = rng.choice(ODD) if rng.random() < 0.7 else copy.deepcopy(rng.choice(nodes))
        if isinstance(node, list):
            node[rng.randrange(len(node))] = put
        elif rng.random() < 0.3:
            node[rng.choice(KEYS)] = put
        elif node and rng.random() < 0.3:
            del node[rng.choice(list(node))]
        elif node:
            node[rng.choice(list(node))] = put
    return document


def containers(value: JsonValue) -> list[JsonObject | list[JsonValue]]:
    """Every object and list of a value that holds something."""
    found: list[JsonObject | list[JsonValue]] = []
    waiting: list[JsonValue] = [value]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict | list) and node:
            found.append(node)
            waiting.extend(node.values() if isinstance(node, dict) else node)
    return found


def repeated(value: JsonValue, times: int, rng: random.Random) -> JsonValue:
    """A document of one path and one schema of another, so often; the schemas lead from one to the next."""
    root = value if isinstance(value, dict) else {}
    paths, components = root.get("paths"), root.get("components")
    items = list(paths.values()) if isinstance(paths, dict) else []
    schemas = components.get("schemas") if isinstance(components, dict) else None
    shapes = list(schemas.values()) if isinstance(schemas, dict) else []
    shape = rng.choice(shapes) if shapes else {}
    chain: JsonObject = {
        f"S{n}": {"allOf": [{"$ref": f"#/components/schemas/S{(n + 1) % times}"}, shape], "x": n} for n in range(times)
    }
    item = rng.choice(items) if items else {}
    return {**root, "paths": {f"/p{n}/{{id}}": item for n in range(times)}, "components": {"schemas": chain}}


def broken_bytes(data: bytes, rng: random.Random) -> bytes:
    """The bytes with a few cut out, put in, or turned into others."""
    found = bytearray(data)
    for _ in range(rng.randint(1, 8)):
        at = rng.randrange(len(found) + 1)
        kind = rng.random()
        if kind < 0.4:
            found[at : at + rng.randint(1, 20)] = b""
        elif kind < 0.8:
            found[at:at] = rng.choice(PIECES).encode(errors="replace")
        else:
            found[at : at + 1] = rng.randbytes(rng.randint(1, 3))
    return bytes(found)


def dumped(value: JsonValue) -> bytes:
    """JSON, integers of any length included."""
    return json.dumps(value).encode()


if __name__ == "__main__":
    sys.exit(main())
