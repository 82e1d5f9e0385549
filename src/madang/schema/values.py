"""Files as values.

A file inside arguments or a result is `{"$file": {"name": ..., "media_type": ..., "data": <base64>}}`, or with
`reference` in place of `data` where the bytes lie in the object store. `name` and `media_type` may be absent.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from madang.kit.json import JsonObject, JsonValue

FILE_KEY = "$file"

FILE_SCHEMA: JsonObject = {
    "type": "object",
    "title": "File",
    "required": [FILE_KEY],
    "additionalProperties": False,
    "properties": {
        FILE_KEY: {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "name": {"type": "string", "maxLength": 1024},
                "media_type": {"type": "string", "maxLength": 256},
                "data": {"type": "string", "contentEncoding": "base64"},
                "reference": {"type": "string", "maxLength": 1024},
            },
            "anyOf": [{"required": ["data"]}, {"required": ["reference"]}],
        }
    },
}
"""The schema of the form above."""


@dataclass(frozen=True, kw_only=True)
class FileValue:
    """A file: its bytes, or the reference under which the object store has them (then `data` is None)."""

    name: str | None = None
    media_type: str | None = None
    data: bytes | None = None
    reference: str | None = None

    def to_json(self) -> JsonObject:
        """The form that stands in arguments and results."""
        members: JsonObject = {}
        if self.name is not None:
            members["name"] = self.name
        if self.media_type is not None:
            members["media_type"] = self.media_type
        if self.data is not None:
            members["data"] = base64.b64encode(self.data).decode("ascii")
        if self.reference is not None:
            members["reference"] = self.reference
        return {FILE_KEY: members}


def find_file(value: JsonValue) -> FileValue | None:
    """The file that a value stands for, or None where it is not of the form or its base64 is broken."""
    if not isinstance(value, dict) or len(value) != 1:
        return None
    members = value.get(FILE_KEY)
    if not isinstance(members, dict):
        return None
    name, media_type = members.get("name"), members.get("media_type")
    data, reference = members.get("data"), members.get("reference")
    if not isinstance(data, str) and not isinstance(reference, str):
        return None
    try:
        content = base64.b64decode(data, validate=True) if isinstance(data, str) else None
    except (binascii.Error, ValueError):
        return None
    return FileValue(
        name=name if isinstance(name, str) else None,
        media_type=media_type if isinstance(media_type, str) else None,
        data=content,
        reference=reference if isinstance(reference, str) and content is None else None,
    )


def is_file_schema(schema: JsonObject) -> bool:
    """Whether a resolved schema means bytes: `format: binary`, or a media type of content that is not encoded."""
    kind = schema.get("type", "string")
    if kind not in ("string", "file") and kind != ["string", "null"]:
        return False
    if kind == "file" or schema.get("format") == "binary":
        return True
    media_type = schema.get("contentMediaType")
    is_bytes = isinstance(media_type, str) and not media_type.startswith(("text/", "application/json"))
    return is_bytes and "contentEncoding" not in schema
