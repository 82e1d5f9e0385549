"""Overlays as the command line sees them: read from a file, and what one did to a document."""

from __future__ import annotations

from pathlib import Path

from madang.cli.answers import count, inner, items, text
from madang.kit.errors import InvalidError, TooLargeError, UsageError
from madang.kit.json import JsonObject
from madang.schema.overlay.reading import MOST_BYTES, read_overlay

_SHOWN = 10


def read_overlay_file(given: str) -> bytes:
    """The bytes of an overlay that can be read.

    Raises UsageError for a file that is not there, InvalidError and TooLargeError for what is no overlay.
    """
    try:
        with Path(given).open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{given} cannot be read ({error.strerror or error}); give the file of an overlay") from None
    if len(data) > MOST_BYTES:
        raise TooLargeError(f"{given} has more than {MOST_BYTES:,} bytes, which is more than an overlay may have")
    try:
        read_overlay(data)
    except InvalidError as error:
        raise InvalidError(f"{given}: {error.detail}", errors=error.errors[1:]) from None
    return data


def overlay_lines(report: JsonObject) -> list[str]:
    """What the overlay of an import did; nothing where there was none."""
    overlay = inner(report, "overlay")
    if not overlay:
        return []
    idle = items(overlay, "idle")
    lines = [f"overlay: {count(overlay, 'applied')} of {count(overlay, 'actions')} actions applied"]
    for each in idle[:_SHOWN]:
        what = text(each, "problem") or "it selects nothing"
        lines.append(f"  action {count(each, 'position') + 1}, {text(each, 'target')}: {what}")
    if len(idle) > _SHOWN:
        lines.append(f"  and {len(idle) - _SHOWN} more actions that did nothing or not all")
    return lines
