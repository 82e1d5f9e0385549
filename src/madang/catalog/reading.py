"""Reading a document in a process of its own, and fetching what it refers to, round by round."""

from __future__ import annotations

import asyncio
import contextlib
import io
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO, Final, Literal
from urllib.parse import urlsplit

import orjson

from madang.kit.errors import FieldError, InvalidError, MadangError, TooLargeError
from madang.kit.json import JsonValue
from madang.schema.documents.limits import STANDARD
from madang.schema.functions import FunctionSet
from madang.schema.overlay.values import Outcome
from madang.schema.stored import from_json, function_from_json

Fetch = Callable[[str], Awaitable[bytes]]

MAX_SECONDS: Final = 150.0
MAX_ROUNDS: Final = 6
MAX_PARTS: Final = 200


@dataclass(frozen=True, kw_only=True)
class Previous:
    """What the import before this one named: its functions as stored, and its schemas by their place."""

    functions: Sequence[JsonValue]
    schema_sources: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What is read: the document, where it came from, how other documents are fetched, if they are, and an overlay that
    is applied to it first.

    `fetch` is guarded by its maker. Documents of other origins are fetched only with `other_origins`.
    """

    data: bytes = field(repr=False)
    source_url: str | None = None
    fetch: Fetch | None = None
    other_origins: bool = False
    previous: Previous | None = None
    kind: Literal["openapi", "mcp"] = "openapi"
    overlay: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True)
class Offered:
    """The functions of a document, and what each action of its overlay did."""

    functions: FunctionSet
    outcomes: Sequence[Outcome] = ()


async def read_document(reading: Reading) -> FunctionSet:
    """The functions of a document.

    A part that cannot be fetched, or may not be, is a loss in the remarks, never a failure. Raises InvalidError and
    TooLargeError as `schema.reading` does, and InvalidError for a document that takes more time or memory than it may.
    """
    return (await read_offered(reading)).functions


async def read_offered(reading: Reading) -> Offered:
    """As `read_document`, with what the overlay did. Raises InvalidError and TooLargeError for the overlay, too."""
    parts = _Parts(reading)
    for _ in range(MAX_ROUNDS):
        answer, rest = await _run(reading, parts.held, parts.refused)
        for url in answer.get("wanted", ()):
            await parts.take(url)
        if "wanted" not in answer:
            # Beside the requests that this process answers, and line by line: parsing lets nobody else run.
            functions = await asyncio.to_thread(_functions, answer, rest)
            return Offered(functions=functions, outcomes=[Outcome(**each) for each in answer["outcomes"]])
    raise InvalidError(
        f"the document refers to others over more than {MAX_ROUNDS} steps; bundle it into one file first"
    )


def _functions(answer: Mapping[str, Any], rest: BinaryIO) -> FunctionSet:
    if "error" in answer:
        raise _error(answer["error"])
    schemas = {name: orjson.loads(rest.readline()) for name in answer["schemas"]}
    functions = tuple(function_from_json(orjson.loads(line)) for line in rest)
    return replace(from_json(answer["set"]), schemas=schemas, functions=functions)


class _Parts:
    """Other documents that one document refers to: each is fetched once, and all together are so many and so large."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._asked = 0
        self._bytes_left = STANDARD.referenced_bytes
        self.held: dict[str, bytes] = {}
        self.refused: dict[str, str] = {}

    async def take(self, url: str) -> None:
        """Fetch a document, or note why it is not to be had."""
        found = await self._fetch(url)
        if isinstance(found, bytes):
            self._bytes_left -= len(found)
            self.held[url] = found
        else:
            self.refused[url] = found

    async def _fetch(self, url: str) -> bytes | str:
        reading = self._reading
        if reading.fetch is None:
            return "other documents are not fetched here; bundle the document into one file"
        if not (reading.other_origins or _is_same_origin(reading.source_url, url)):
            return "documents of other origins are fetched only when asked for"
        if self._asked >= MAX_PARTS or self._bytes_left <= 0:
            return f"at most {MAX_PARTS} documents of {STANDARD.referenced_bytes:,} bytes together are fetched"
        self._asked += 1
        try:
            return await reading.fetch(url)
        except MadangError as error:
            return error.detail


def _is_same_origin(base: str | None, url: str) -> bool:
    if base is None:
        return False
    one, other = urlsplit(base), urlsplit(url)
    return (one.scheme, one.netloc.lower()) == (other.scheme, other.netloc.lower())


def _header(reading: Reading, parts: Mapping[str, bytes], refused: Mapping[str, str]) -> bytes:
    previous = reading.previous
    header = {
        "kind": reading.kind,
        "source_url": reading.source_url,
        "size": len(reading.data),
        "overlay": None if reading.overlay is None else len(reading.overlay),
        "parts": {url: len(data) for url, data in parts.items()},
        "refused": refused,
        "previous": previous
        and {"functions": list(previous.functions), "schema_sources": dict(previous.schema_sources)},
    }
    return orjson.dumps(header) + b"\n"


async def _run(
    reading: Reading, parts: Mapping[str, bytes], refused: Mapping[str, str]
) -> tuple[dict[str, Any], BinaryIO]:
    """One round of the reading process: the first line of its answer, and the lines after it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "madang.catalog.reader",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
    )
    overlay = reading.overlay or b""
    sent = _header(reading, parts, refused) + reading.data + overlay + b"".join(parts.values())
    try:
        async with asyncio.timeout(MAX_SECONDS):
            output, _ = await process.communicate(sent)
    except TimeoutError:
        raise _too_much(f"longer than {MAX_SECONDS:.0f} s") from None
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode != 0 or not output:
        raise _too_much("more time or memory than it may")
    lines = io.BytesIO(output)
    answer: dict[str, Any] = orjson.loads(lines.readline())
    return answer, lines


def _too_much(what: str) -> InvalidError:
    return InvalidError(f"reading the document takes {what}; cut it into smaller ones, or take out its YAML aliases")


def _error(error: Mapping[str, Any]) -> MadangError:
    kind = TooLargeError if error["code"] == TooLargeError.code else InvalidError
    return kind(error["detail"], errors=[FieldError(**each) for each in error["errors"]])
