"""`multipart/form-data` (RFC 7578) from a body and its encodings.

The boundary comes from the content, so that the same arguments give the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from madang.kit.json import JsonObject, JsonValue
from madang.schema.encoding import to_json_text, to_text
from madang.schema.values import FileValue, find_file

Load = Callable[[str], bytes]
"""Gives the bytes of a file by its reference in the object store."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One field: its name, its media type if it has one of its own, and a text or a file."""

    name: str
    media_type: str | None
    content: bytes | FileValue

    def head(self) -> bytes:
        """The header lines of the part, with the empty line after them."""
        disposition = f'form-data; name="{_escape(self.name)}"'
        if isinstance(self.content, FileValue):
            disposition += f'; filename="{_escape(self.content.name or self.name)}"'
        lines = f"Content-Disposition: {disposition}\r\n"
        if self.media_type:
            lines += f"Content-Type: {self.media_type}\r\n"
        return f"{lines}\r\n".encode("utf-8", "replace")

    def to_bytes(self, load: Load | None) -> bytes:
        """The content; a file by reference is loaded."""
        return self.content if isinstance(self.content, bytes) else file_bytes(self.content, load)

    def to_json(self) -> JsonObject:
        """For people: texts as they are, files by name and size."""
        shown: JsonObject = {"name": self.name}
        if self.media_type:
            shown["media_type"] = self.media_type
        if isinstance(self.content, bytes):
            shown["value"] = self.content.decode("utf-8", "replace")
        else:
            shown["file"] = file_summary(self.content)
        return shown


@dataclass(frozen=True, kw_only=True)
class Multipart:
    """A body of parts. Files by reference stay references until `chunks` asks for their bytes."""

    boundary: str
    parts: Sequence[Part]

    @property
    def media_type(self) -> str:
        """With the boundary, as the Content-Type header says it."""
        return f"multipart/form-data; boundary={self.boundary}"

    def chunks(self, load: Load | None = None) -> Iterator[bytes]:
        """The bytes, part by part."""
        for part in self.parts:
            yield f"--{self.boundary}\r\n".encode("ascii") + part.head()
            yield part.to_bytes(load)
            yield b"\r\n"
        yield f"--{self.boundary}--\r\n".encode("ascii")


def file_bytes(file: FileValue, load: Load | None) -> bytes:
    """The bytes of a file, inline or loaded. Raises ValueError for a reference without a way to load it."""
    if file.data is not None:
        return file.data
    if load is None or file.reference is None:
        raise ValueError("the file is in the object store: give a function that loads it")
    return load(file.reference)


def file_summary(file: FileValue) -> JsonObject:
    """Name, media type, and size or reference; never the bytes."""
    shown: JsonObject = {"name": file.name, "media_type": file.media_type}
    if file.data is not None:
        shown["size"] = len(file.data)
    else:
        shown["reference"] = file.reference
    return shown


def build_multipart(body: JsonObject, encodings: dict[str, JsonObject]) -> Multipart:
    """The parts of a body: files as files, lists as repeated parts, objects as JSON, the rest as text; null is absent.

    An encoding's `contentType` overrides the media type of a part, the first one where it lists several.
    """
    parts = [part for name, value in body.items() for part in _parts(name, value, encodings.get(name, {}))]
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.head())
        digest.update(_fingerprint(part.content))
    return Multipart(boundary=f"madang-{digest.hexdigest()[:32]}", parts=parts)


def _parts(name: str, value: JsonValue, rules: JsonObject) -> Iterator[Part]:
    declared = rules.get("contentType")
    media_type = _safe_media_type(declared.split(",")[0].strip()) if isinstance(declared, str) else None
    file = find_file(value)
    if value is None:
        return
    if file is not None:
        own = _safe_media_type(file.media_type or "")
        yield Part(name=name, media_type=own or media_type or "application/octet-stream", content=file)
    elif isinstance(value, list) and not (media_type and "json" in media_type):
        for item in value:
            yield from _parts(name, item, rules)
    elif isinstance(value, (dict, list)):
        content = to_json_text(value).encode("utf-8", "replace")
        yield Part(name=name, media_type=media_type or "application/json", content=content)
    else:
        yield Part(name=name, media_type=media_type, content=to_text(value).encode("utf-8", "replace"))


def _safe_media_type(media_type: str) -> str | None:
    is_safe = "/" in media_type and media_type.isascii() and media_type.isprintable() and "*" not in media_type
    return media_type if is_safe else None


def _fingerprint(content: bytes | FileValue) -> bytes:
    if isinstance(content, bytes):
        return content
    return content.data if content.data is not None else (content.reference or "").encode("utf-8", "replace")


def _escape(name: str) -> str:
    """As browsers do: the three characters that would end a quoted name."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
