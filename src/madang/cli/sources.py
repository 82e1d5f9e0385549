"""Where a document comes from: a file with the files below its folder, stdin, or an address that the server fetches."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from madang.cli.bundling import Bundled, bundle
from madang.kit.errors import TooLargeError, UsageError
from madang.schema.documents.limits import STANDARD

MAX_BYTES = STANDARD.document_bytes
"""What the reader of documents takes; a larger one is refused before all of it is read."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """An address, or the bytes of a document; `label` is how people know it."""

    label: str
    url: str | None = None
    document: Bundled | None = field(default=None, repr=False)


def read_source(given: str) -> Source:
    """What FILE_OR_URL means; `-` is stdin.

    Raises UsageError for what is not there, TooLargeError for what is larger than the reader of documents takes, and
    as `bundle` does.
    """
    if given.lower().startswith(("http://", "https://")):
        return Source(label=given, url=_checked_url(given))
    if given == "-":
        return Source(label="stdin", document=Bundled(data=_read_all(sys.stdin.buffer, "stdin")))
    path = Path(given)
    try:
        return Source(label=given, document=_read_file(path))
    except FileNotFoundError:
        raise UsageError(f"there is no file {given}{_perhaps(given)}") from None
    except IsADirectoryError:
        raise UsageError(f"{given} is a folder; give the document in it, as {path / 'openapi.yaml'}") from None
    except OSError as error:
        raise UsageError(f"{given} cannot be read ({error.strerror or error})") from None


def read_endpoint(given: str) -> Source:
    """The address of an MCP server. Raises UsageError."""
    if not given.lower().startswith(("http://", "https://")):
        raise UsageError(f"{given} is no address of an MCP server; write it as https://mcp.example.com/mcp")
    return Source(label=given, url=_checked_url(given))


def reader_below(folder: Path) -> Callable[[str], bytes]:
    """Reads files below a folder and no others, also where a symbolic link leads out of it."""
    root = folder.resolve()

    def read(name: str) -> bytes:
        path = (root / name).resolve(strict=True)
        if not path.is_relative_to(root):
            raise UsageError("it leaves the document's folder by a symbolic link")
        if not path.is_file():
            raise UsageError("it is no file")
        with path.open("rb") as file:
            return _read_all(file, name)

    return read


def _read_file(given: Path) -> Bundled:
    path = given.resolve(strict=True)
    with path.open("rb") as file:
        if path.is_file() and path.stat().st_size > MAX_BYTES:
            raise _too_large(str(given), path.stat().st_size)
        data = _read_all(file, str(given))
    if not path.is_file():
        return Bundled(data=data)
    made = bundle(path.name, data, reader_below(path.parent))
    if len(made.data) > MAX_BYTES:
        raise _too_large(f"{given} with the files that it refers to", len(made.data))
    return made


def _read_all(file: BinaryIO, label: str) -> bytes:
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise _too_large(label, None)
    return data


def _too_large(label: str, size: int | None) -> TooLargeError:
    has = f"has {size:,} bytes" if size else f"has more than {MAX_BYTES:,} bytes"
    return TooLargeError(f"{label} {has}; at most {MAX_BYTES:,} are read: split it, or leave out examples")


def _checked_url(given: str) -> str:
    try:
        parts = urlsplit(given)
        is_fine = bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_fine = False
    if not is_fine:
        raise UsageError(f"{given} is no address; write it as https://api.example.com/openapi.json")
    return given


def _perhaps(given: str) -> str:
    host = given.partition("/")[0]
    is_address = "." in host and "/" in given and not given.startswith(".")
    return f"; for an address write https://{given}" if is_address else "; give a file, an http(s) address, or -"
