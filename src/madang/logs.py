"""Logs: one line an event, as JSON for machines or as text for people, and never a secret in either.

    log = get_logger("backend")
    log.info("import finished", connector=name, operations=812)

Standard `logging` (uvicorn, alembic, asyncio) goes through the same pipe. Two lines of defence keep secrets out: a
field whose name says that it is secret is dropped, and `hide` makes a value disappear wherever it turns up. Until
`configure_logging` is called, warnings and worse go to stderr as text, so that commands stay quiet.

The pipe is our own, on the standard library and orjson: structlog costs every process 0.1 to 0.4 s of imports.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
import traceback
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TextIO, cast
from urllib.parse import quote

import orjson

from madang.kit.clock import Clock, SystemClock, iso
from madang.settings import LogFormat, LogLevel

HIDDEN = "[hidden]"
LONGEST_TEXT = 8_192
DEEPEST = 6

_LEVELS: Mapping[str, int] = {"debug": 10, "info": 20, "warning": 30, "error": 40}
_SILENT = ("httpx", "httpcore")
"""They tell every request; what matters of it is told by whoever asked."""
_QUIET = ("uvicorn", "asyncio", "alembic", "sqlalchemy", "websockets", "dbos")
_RESERVED = ("ts", "level", "server", "logger", "event", "trace")
_COLOURS: Mapping[str, str] = {"debug": "\x1b[2m", "warning": "\x1b[33m", "error": "\x1b[31m"}
_SECRET_NAME = re.compile(
    r"authorization|cookie|passw(or)?d|passphrase|secret|api[-_]?key|private[-_]?key|grant[-_]?key|credential|token",
    re.IGNORECASE,
)
_COUNT_NAME = re.compile(r"tokens$", re.IGNORECASE)
_SECRET_TEXT = (
    (re.compile(r"\b(bearer|basic)\s+[\w.~+/=-]{6,}", re.IGNORECASE), rf"\1 {HIDDEN}"),
    (re.compile(r"(://[^\s/:@]*):[^\s/@]+@"), rf"\1:{HIDDEN}@"),
    (re.compile(r"([?&;][\w.-]*(?:token|key|secret|password|code)=)[^&\s\"']+", re.IGNORECASE), rf"\1{HIDDEN}"),
)
_FRAME = re.compile(r'\s*\|?\s*File "([^"]+)", line (\d+)')
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_PLAIN_VALUE = re.compile(r"[^\s\"=]+")

trace_id: ContextVar[str | None] = ContextVar("trace_id", default=None)
"""The W3C trace id (32 hex digits) of what is being done now; `madang.net.serving` sets it for each request."""


@dataclass(frozen=True, kw_only=True)
class _Pipe:
    server: str
    format: LogFormat
    threshold: int
    stream: TextIO | None
    clock: Clock

    def write(self, event: dict[str, Any]) -> None:
        line = render_json(event) if self.format == "json" else render_text(event, full=self.threshold <= 10)
        try:
            with _LOCK:
                stream = self.stream or sys.stderr
                stream.write(line + "\n")
                stream.flush()
        except (OSError, ValueError):
            pass  # whoever read the log has gone away; a server does not fail because of that


_LOCK = threading.Lock()
_HIDDEN: set[str] = set()
_pattern: re.Pattern[str] | None = None
_pipe = _Pipe(server="madang", format="text", threshold=30, stream=None, clock=SystemClock())


class Logger:
    """Writes events under one name. The first argument is what happened, in a few words; facts are fields."""

    def __init__(self, name: str, bound: Mapping[str, object] | None = None) -> None:
        self._name = name
        self._bound = dict(bound or {})

    def bind(self, **fields: object) -> Logger:
        """The same logger with fields that every event of it carries."""
        return Logger(self._name, {**self._bound, **fields})

    def debug(self, event: str, /, **fields: object) -> None:
        """Something that only helps to find a fault."""
        self.log("debug", event, **fields)

    def info(self, event: str, /, **fields: object) -> None:
        """Something that happened as it should."""
        self.log("info", event, **fields)

    def warning(self, event: str, /, **fields: object) -> None:
        """Something went wrong and was dealt with."""
        self.log("warning", event, **fields)

    def error(self, event: str, /, **fields: object) -> None:
        """Something went wrong and somebody has to look at it."""
        self.log("error", event, **fields)

    def exception(self, event: str, /, **fields: object) -> None:
        """An error with the exception that is being handled."""
        self.log("error", event, **{"exc_info": True, **fields})

    def log(self, level: LogLevel, event: str, /, **fields: object) -> None:
        """An event at a level; `exc_info` is an exception, or True for the one that is being handled."""
        if _LEVELS[level] >= _pipe.threshold:
            _emit(level, self._name, event, {**self._bound, **fields})


def get_logger(name: str) -> Logger:
    """A logger by the name of its room or module, as `storage`."""
    return Logger(name)


def configure_logging(
    server: str,
    format: LogFormat,  # noqa: A002 - the name of the setting
    level: LogLevel,
    *,
    stream: TextIO | None = None,
    clock: Clock | None = None,
) -> None:
    """Send all events of this process, those of standard `logging` too, to `stream` (stderr) in one form."""
    global _pipe
    _pipe = _Pipe(server=server, format=format, threshold=_LEVELS[level], stream=stream, clock=clock or SystemClock())
    root = logging.getLogger()
    root.handlers = [_Bridge()]
    root.setLevel(_pipe.threshold)
    logging.captureWarnings(True)
    for name in _SILENT:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(_pipe.threshold, logging.INFO if level == "debug" else logging.WARNING))


def hide(secret: str) -> None:
    """Replace this value, and its escaped forms, in every event from now on. For secrets that a process holds long.

    Values under four characters are left: hiding them would blank ordinary words.
    """
    global _pattern
    if len(secret) < 4:
        return
    _HIDDEN.update({secret, quote(secret, safe=""), json.dumps(secret)[1:-1]})
    _pattern = re.compile("|".join(re.escape(text) for text in sorted(_HIDDEN, key=len, reverse=True)))


def redact(name: str, value: object) -> Any:
    """A value as it may be logged under a name: JSON values only, secrets replaced, long texts cut."""
    return _plain(name, value, DEEPEST)


def render_json(event: Mapping[str, Any]) -> str:
    """An event as one line of JSON."""
    try:
        return orjson.dumps(event, option=orjson.OPT_NON_STR_KEYS).decode()
    except TypeError:  # half a surrogate pair, or a number over 64 bits
        return json.dumps(event, default=str)


def render_text(event: Mapping[str, Any], *, colour: bool = False, full: bool = False) -> str:
    """An event as one line for people; `full` adds the whole traceback of an exception below it."""
    level = str(event.get("level", "info"))
    time = str(event.get("ts", ""))[11:]
    head = f"{time:<13} {level:<7} {event.get('server', '')!s:<8} {_line(event.get('event', ''))}"
    fields = {name: value for name, value in event.items() if name not in _RESERVED and name != "exception"}
    exception = event.get("exception")
    if exception:
        fields["error"] = summarise_exception(str(exception))
    text = head + "".join(f" {name}={_value(value)}" for name, value in fields.items())
    if colour and level in _COLOURS:
        text = f"{_COLOURS[level]}{text}\x1b[0m"
    return f"{text}\n{exception}" if exception and full else text


def summarise_exception(text: str) -> str:
    """The last exception of a traceback and its innermost place, as `KeyError: 'x' (catalog.py:12)`."""
    lines = text.rstrip().splitlines()
    frames = [(index, match) for index, line in enumerate(lines) if (match := _FRAME.match(line))]
    if not frames:
        return lines[-1] if lines else ""
    index, frame = frames[-1]
    message = next((line for line in lines[index + 1 :] if not line.startswith("    ")), lines[-1])
    return f"{message.strip()} ({frame[1].rsplit('/', 1)[-1]}:{frame[2]})"


class _Bridge(logging.Handler):
    """Hands records of standard `logging` to the pipe."""

    def emit(self, record: logging.LogRecord) -> None:
        level: LogLevel = (
            "error"
            if record.levelno >= 40
            else "warning"
            if record.levelno >= 30
            else "info"
            if record.levelno >= 20
            else "debug"
        )
        try:
            message = record.getMessage()
        except (TypeError, ValueError):
            message = str(record.msg)
        error = record.exc_info[1] if record.exc_info else None
        _emit(level, record.name, message.strip(), {"exc_info": error} if error else {})


def _emit(level: LogLevel, logger: str, event: str, fields: dict[str, object]) -> None:
    error = fields.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    line: dict[str, Any] = {
        "ts": iso(_pipe.clock.now()),
        "level": level,
        "server": _pipe.server,
        "event": redact("event", event),
        "logger": logger,
    }
    trace = trace_id.get()
    if trace:
        line["trace"] = trace
    line |= {f"{name}_" if name in line else _clean(name): redact(name, value) for name, value in fields.items()}
    if isinstance(error, BaseException):
        line["exception"] = _clean("".join(traceback.format_exception(error)).rstrip())[-LONGEST_TEXT:]
    _pipe.write(line)


def _plain(name: str, value: object, depth: int) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if _SECRET_NAME.search(name) and not (isinstance(value, int) and _COUNT_NAME.search(name)):
        return HIDDEN
    if isinstance(value, int | float):
        return value
    if isinstance(value, Mapping) and depth:
        table = cast("Mapping[object, object]", value)
        return {_clean(str(key)): _plain(str(key), member, depth - 1) for key, member in table.items()}
    if isinstance(value, list | tuple | set | frozenset) and depth:
        return [_plain("", member, depth - 1) for member in cast("Iterable[object]", value)]
    if isinstance(value, bytes):
        value = value.decode(errors="replace")
    return _cut(_clean(str(cast("object", value))))


def _clean(text: str) -> str:
    if _pattern is not None:
        text = _pattern.sub(HIDDEN, text)
    for pattern, replacement in _SECRET_TEXT:
        text = pattern.sub(replacement, text)
    return text


def _cut(text: str) -> str:
    if len(text) <= LONGEST_TEXT:
        return text
    return f"{text[:LONGEST_TEXT]}... ({len(text) - LONGEST_TEXT} characters more)"


def _line(value: object) -> str:
    """Text on one line: a value that somebody else chose can neither begin a new line nor move the cursor."""
    return _CONTROL.sub(lambda match: json.dumps(match[0])[1:-1], str(value))


def _value(value: object) -> str:
    plain = isinstance(value, str) and _PLAIN_VALUE.fullmatch(value)
    return _line(value if plain else json.dumps(value, ensure_ascii=False, default=str))
