"""The file of a backup: a tar with `database.dump`, `objects/ACCOUNT/NAME` and, last, `manifest.json`.

The manifest lists every part with its size and SHA-256, so that a cut or changed file is noticed before anything is
restored from it.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import tarfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Any, cast

from madang.kit.errors import UsageError
from madang.kit.json import JsonObject
from madang.storage.postgres_files import disk_errors

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "database.dump"
OBJECTS = "objects/"
PIECE_BYTES = 1024 * 1024
LARGEST_MANIFEST = 256 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Part:
    """A file in the archive."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a backup holds. `heads` are its newest migrations, `rows` the number of rows of each table."""

    madang: str
    created_at: str
    heads: Sequence[str]
    schemas: Sequence[str]
    rows: Mapping[str, int]
    parts: Sequence[Part]

    @property
    def objects(self) -> list[Part]:
        """The parts that are objects."""
        return [part for part in self.parts if part.name.startswith(OBJECTS)]

    def to_json(self) -> JsonObject:
        """The manifest as it stands in the archive."""
        return {
            "format": FORMAT,
            "madang": self.madang,
            "created_at": self.created_at,
            "heads": list(self.heads),
            "schemas": list(self.schemas),
            "rows": dict(self.rows),
            "parts": [{"name": part.name, "size": part.size, "sha256": part.sha256} for part in self.parts],
        }


class ArchiveWriter:
    """Adds parts to an archive, hashing them on their way."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.parts: list[Part] = []

    def add(self, name: str, file: Path) -> None:
        """Add a file under a name."""
        with file.open("rb") as source:
            hashed = _Hashed(source)
            size = file.stat().st_size
            self._tar.addfile(_entry(name, size), hashed)
        self.parts.append(Part(name=name, size=size, sha256=hashed.digest.hexdigest()))

    def close(self, manifest: Manifest) -> None:
        """Add the manifest, which is the end."""
        text = json.dumps(manifest.to_json(), ensure_ascii=False, indent=1).encode()
        self._tar.addfile(_entry(MANIFEST, len(text)), BytesIO(text))


@contextmanager
def create_archive(file: Path) -> Iterator[ArchiveWriter]:
    """A new archive that appears under its name when the block ends well, readable by its owner alone."""
    fresh = file.with_name(f".{file.name}.new-{secrets.token_hex(4)}")
    with disk_errors(file):
        try:
            handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as raw:
                with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=3) as tar:
                    yield ArchiveWriter(tar)
                raw.flush()
                os.fsync(raw.fileno())
            fresh.rename(file)
        finally:
            fresh.unlink(missing_ok=True)


def read_manifest(file: Path) -> Manifest:
    """The manifest of an archive, after every part was compared with it.

    Raises UsageError for what is no backup, was changed or cut, or is of a format that this version does not know.
    """
    with _archive_errors(file):
        found, text = _digest(file)
    manifest = _parse(text, file)
    for part in manifest.parts:
        if found.pop(part.name, None) != part:
            raise UsageError(f"{file} is damaged: {part.name} is not what the manifest says; use another backup")
    if found or DATABASE not in {part.name for part in manifest.parts}:
        raise UsageError(f"{file} is damaged: its parts are not those of the manifest; use another backup")
    return manifest


def read_parts(file: Path) -> Iterator[tuple[tarfile.TarInfo, IO[bytes]]]:
    """The files of an archive in their order, each to be read before the next. Raises UsageError for no archive."""
    with _archive_errors(file), tarfile.open(file, mode="r|gz") as tar:
        for entry in tar:
            content = tar.extractfile(entry) if entry.isfile() else None
            if content is None:
                raise UsageError(f"{file} holds {entry.name!r}, which is no file: this is no backup of Madang")
            yield entry, content


def _digest(file: Path) -> tuple[dict[str, Part], bytes]:
    """The parts as they are, by name, and the text of the manifest."""
    found: dict[str, Part] = {}
    text = b""
    for entry, content in read_parts(file):
        if entry.name == MANIFEST:
            text = content.read(LARGEST_MANIFEST)
            continue
        digest = hashlib.sha256()
        while piece := content.read(PIECE_BYTES):
            digest.update(piece)
        found[entry.name] = Part(name=entry.name, size=entry.size, sha256=digest.hexdigest())
    return found, text


@contextmanager
def _archive_errors(file: Path) -> Iterator[None]:
    try:
        yield
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise UsageError(f"{file} is no backup of Madang, or was cut short ({error})") from None
    except FileNotFoundError:
        raise UsageError(f"there is no file {file}") from None
    except OSError as error:
        raise UsageError(f"{file} cannot be read ({error.strerror or error})") from None


def _parse(text: bytes, file: Path) -> Manifest:
    try:
        value = cast("dict[str, Any]", json.loads(text))
        if value["format"] != FORMAT:
            raise UsageError(f"{file} was made by a newer Madang ({value['madang']}); use that one")
        return Manifest(
            madang=str(value["madang"]),
            created_at=str(value["created_at"]),
            heads=tuple(str(head) for head in value["heads"]),
            schemas=tuple(str(schema) for schema in value["schemas"]),
            rows={str(name): int(count) for name, count in value["rows"].items()},
            parts=tuple(
                Part(name=str(part["name"]), size=int(part["size"]), sha256=str(part["sha256"]))
                for part in value["parts"]
            ),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UsageError(f"{file} is no backup of Madang: it has no manifest that can be read") from None


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size = size
    entry.mode = 0o600
    return entry


class _Hashed:
    """A file whose bytes are hashed as they are read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self.digest.update(piece)
        return piece
