"""Lines of many servers as one log: a server's JSON lines are passed on, any other line is wrapped as an event."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any, TextIO, cast

import orjson

from madang.kit.clock import Clock, SystemClock, iso
from madang.logs import redact, render_json, render_text
from madang.settings import LogFormat

COMPLAINT = "madang: "
LONGEST_LINE = 1024 * 1024
_NAMES = ("\x1b[36m", "\x1b[35m", "\x1b[32m", "\x1b[34m", "\x1b[33m")
_PLAIN = "\x1b[0m"


class LineSplitter:
    """Chunks of bytes in, whole lines out; a line over the limit is cut into several."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, chunk: bytes) -> Iterator[str]:
        """The lines that this chunk ends; an empty chunk is the end of the stream and gives what is left."""
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        if self._rest and (not chunk or len(self._rest) > LONGEST_LINE):
            lines.append(self._rest)
            self._rest = b""
        return (line.decode(errors="replace").rstrip("\r") for line in lines if line.strip())


def to_event(server: str, line: str, clock: Clock) -> dict[str, Any]:
    """A line of a server as an event of the log."""
    if line.startswith("{"):
        try:
            value = orjson.loads(line)
        except orjson.JSONDecodeError:
            value = None
        if isinstance(value, dict) and {"ts", "level", "event"} <= cast("dict[str, Any]", value).keys():
            return {**cast("dict[str, Any]", value), "server": server}
    return {"ts": iso(clock.now()), "level": "info", "server": server, "event": redact("event", line)}


class MergedLog:
    """Writes the events of all servers, and of the supervisor itself, to one stream (stderr)."""

    def __init__(
        self,
        format: LogFormat,  # noqa: A002 - the name of the setting
        *,
        full: bool = False,
        stream: TextIO | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._format = format
        self._full = full
        self._stream = stream or sys.stderr
        self._colour = format == "text" and self._stream.isatty()
        self._clock = clock or SystemClock()
        self._columns: dict[str, str] = {}

    def line(self, server: str, line: str) -> None:
        """Write a line that a server printed."""
        self._write(to_event(server, line, self._clock))

    def event(self, level: str, event: str, **fields: object) -> None:
        """Write an event of the supervisor."""
        facts = {name: redact(name, value) for name, value in fields.items()}
        self._write({"ts": iso(self._clock.now()), "level": level, "server": "up", "event": event, **facts})

    def _write(self, event: Mapping[str, Any]) -> None:
        line = render_json(event) if self._format == "json" else self._as_text(event)
        try:
            self._stream.write(line + "\n")
            self._stream.flush()
        except (OSError, ValueError):
            pass  # the reader of the log has gone; the servers go on

    def _as_text(self, event: Mapping[str, Any]) -> str:
        line = render_text(event, colour=self._colour, full=self._full)
        if not self._colour:
            return line
        name = str(event.get("server"))
        colour = self._columns.setdefault(name, _NAMES[len(self._columns) % len(_NAMES)])
        return re.sub(rf"(?<= ){re.escape(name)}(?= )", f"{colour}{name}{_PLAIN}", line, count=1)
