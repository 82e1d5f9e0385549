"""Results that an outcome refers to; each belongs to the account whose call it came from."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import quote

from madang.backend.parts import Parts
from madang.effects.results import Stored
from madang.effects.slices import Slice
from madang.kit.actor import Actor

_ENDINGS = {"array": ".json", "object": ".json", "text": ".txt", "binary": ""}


async def look(
    actor: Actor, parts: Parts, result_id: str, *, pointer: str, offset: int, limit: int
) -> tuple[Stored, Slice]:
    """A result and a slice of it. Raises NotFoundError."""
    stored = await parts.results.get(actor, result_id)
    return stored, await parts.results.slice(actor, stored, pointer, offset, limit)


async def open_content(actor: Actor, parts: Parts, result_id: str) -> tuple[Stored, AsyncIterator[bytes]]:
    """A result and its bytes. Raises NotFoundError."""
    stored = await parts.results.get(actor, result_id)
    return stored, parts.results.content(actor, stored)


def content_headers(stored: Stored) -> dict[str, str]:
    """How bytes of somebody else are handed out: as a file to keep, never as a page of ours."""
    name = stored.name or f"{stored.id}{_ENDINGS[stored.kind]}"
    return {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Length": str(stored.bytes),
    }
