"""The process that reads one foreign document: `python -m madang.catalog.reader`, spoken to by `catalog.reading`.

A document is untrusted, and reading a large one takes seconds of CPU, which a server's event loop does not have. So it
is read in a process with limits of its own and nothing worth taking: no settings, no keys, no database.

Its input is a line of JSON, `{"kind", "source_url", "size", "overlay": length, "parts": {url: length}, "refused": {url:
reason}, "previous"}`, then the document, its overlay and its parts, in order. Its output is a line of JSON,
`{"wanted": [url, ...]}`, `{"error": ...}` or `{"set": ..., "schemas": [name, ...], "outcomes": [...]}`; after the last,
a line for each schema and one for each function, so that no one has to parse megabytes at once.
"""

from __future__ import annotations

import gc
import re
import resource
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, BinaryIO

import orjson

from madang.kit.errors import MadangError
from madang.kit.json import JsonValue
from madang.schema.functions import FunctionSet
from madang.schema.mcp import read_tools
from madang.schema.names import NameTable, name_table
from madang.schema.overlay.documents import Overlaid, overlay_document
from madang.schema.reading import read_functions
from madang.schema.stored import function_from_json, function_to_json, to_json
from madang.types.effects import EffectClass

MEMORY_BYTES = 4 * 1024**3
CPU_SECONDS = 120
_NUL = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")


def main() -> None:
    """Read the input, answer, end."""
    _limit()
    # What is made while reading is kept to the end, so looking for garbage costs a third and finds none.
    gc.disable()
    for line in _answer(sys.stdin.buffer):
        sys.stdout.buffer.write(_storable(orjson.dumps(line)) + b"\n")
    sys.stdout.buffer.flush()


def _storable(line: bytes) -> bytes:
    """JSON without U+0000, which PostgreSQL stores in no text."""
    return _NUL.sub(rb"\1\\ufffd", line) if b"\\u0000" in line else line


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _answer(stream: BinaryIO) -> Iterable[JsonValue]:
    header = orjson.loads(stream.readline())
    data = stream.read(header["size"])
    overlay = None if header["overlay"] is None else stream.read(header["overlay"])
    parts = {url: stream.read(length) for url, length in header["parts"].items()}
    wanted: dict[str, None] = {}
    try:
        overlaid = None if overlay is None else overlay_document(data, overlay)
        read = data if overlaid is None else overlaid.data
        if header["kind"] == "mcp":
            found = _read_tools(read, header)
        else:
            found = read_functions(
                read,
                source_url=header["source_url"],
                resolve=_resolve(parts, header["refused"], wanted),
                names=_names(header["previous"]),
            )
    except MadangError as error:
        # A document may fail only because a part of it is not here yet.
        if wanted:
            return [{"wanted": list(wanted)}]
        errors: list[JsonValue] = [each.to_json() for each in error.errors]
        return [{"error": {"code": error.code, "detail": error.detail, "errors": errors}}]
    return [{"wanted": list(wanted)}] if wanted else _lines(found, overlaid)


def _lines(found: FunctionSet, overlaid: Overlaid | None) -> Iterable[JsonValue]:
    """The set without its schemas and functions, then these one by one."""
    found = found if overlaid is None else overlaid.told(found)
    yield {
        "set": to_json(replace(found, schemas={}, functions=())),
        "schemas": list(found.schemas),
        "outcomes": [outcome.to_json() for outcome in (overlaid.outcomes if overlaid is not None else ())],
    }
    yield from found.schemas.values()
    for function in found.functions:
        yield function_to_json(function)


def _resolve(parts: dict[str, bytes], refused: dict[str, str], wanted: dict[str, None]) -> Callable[[str], bytes]:
    def resolve(url: str) -> bytes:
        if url in parts:
            return parts[url]
        if url not in refused:
            wanted[url] = None
        raise FileNotFoundError(refused.get(url, "not here yet"))

    return resolve


def _read_tools(data: bytes, header: dict[str, Any]) -> FunctionSet:
    """The tools of an MCP server; a tool never becomes less cautious by an update."""
    previous: dict[str, Any] = header["previous"] or {}
    functions: list[dict[str, Any]] = previous.get("functions", [])
    effects: dict[str, EffectClass] = {str(each["operation_id"]): each["effect"] for each in functions}
    return read_tools(data, source_url=header["source_url"], names=_names(header["previous"]), effects=effects)


def _names(previous: dict[str, Any] | None) -> NameTable | None:
    if previous is None:
        return None
    return name_table([function_from_json(each) for each in previous["functions"]], previous["schema_sources"])


if __name__ == "__main__":
    main()
