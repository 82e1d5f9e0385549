"""What a call gave: printed, or written to a file. A large answer is fetched piece by piece."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from madang.cli.answers import inner, text
from madang.cli.lookup import segment
from madang.cli.printing import note, print_json
from madang.kit.errors import UsageError
from madang.kit.json import JsonObject, JsonValue
from madang.schema.values import find_file
from madang.sdk.client import Client


def give_value(client: Client, output: str | None, outcome: JsonObject) -> None:
    """Print the value of an outcome, or write it to a file: JSON as JSON, a text or a file as it is."""
    stored = inner(outcome, "stored")
    if output is not None:
        pieces = _content(client, stored) if stored else iter([_plain(outcome.get("value"))])
        note(f"{write_file(Path(output), pieces):,} bytes in {output}")
    elif not stored:
        print_json(outcome.get("value"))
    elif text(stored, "kind") == "binary" and sys.stdout.isatty():
        note(f"the answer is a file of {stored['bytes']:,} bytes: add --output FILE to have it")
    else:
        _print_pieces(_content(client, stored))


def write_file(path: Path, pieces: Iterable[bytes]) -> int:
    """Write pieces to a file that is there whole or not at all; how many bytes. Raises UsageError."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    size = 0
    try:
        with beside.open("wb") as file:
            for piece in pieces:
                size += file.write(piece)
        beside.replace(path)
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror})") from None
    finally:
        beside.unlink(missing_ok=True)
    return size


def _content(client: Client, stored: JsonObject) -> Iterator[bytes]:
    return client.download(f"/api/results/{segment(text(stored, 'id'))}/content")


def _print_pieces(pieces: Iterable[bytes]) -> None:
    sys.stdout.flush()
    out = sys.stdout.buffer
    for piece in pieces:
        out.write(piece)
    if sys.stdout.isatty():
        out.write(b"\n")
    out.flush()


def _plain(value: JsonValue) -> bytes:
    """A value as the bytes of a file: of a file its own, of a text its own, else JSON."""
    file = find_file(value)
    if file is not None and file.data is not None:
        return file.data
    if isinstance(value, str):
        return value.encode()
    return json.dumps(value, ensure_ascii=False, indent=2).encode() + b"\n"
