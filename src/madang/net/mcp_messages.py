"""What goes over the wire to an MCP server by HTTP, and what comes back: messages, headers, events. Pure.

Two eras. Until 2025-11-25 a session begins with `initialize`, and the server may name it (`Mcp-Session-Id`). From
2026-07-28 on every request stands alone: what was said in `initialize` is in its `_meta`, and `Mcp-Method` and
`Mcp-Name` repeat what the body says, so that those between can route without reading it.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from madang import __version__
from madang.kit.json import JsonObject, JsonValue

MODERN: Final = "2026-07-28"
HANDSHAKE: Final = ("2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05")
"""Versions that begin with `initialize`, the newest, which is offered, first."""

UNSUPPORTED_VERSION: Final = -32022
METHOD_NOT_FOUND: Final = -32601
INVALID_PARAMS: Final = -32602

MOST_EVENT_LINES = 100_000
_META = "io.modelcontextprotocol/"
_CLIENT: JsonObject = {"name": "madang", "version": __version__}
_NAMED = {"tools/call": "name", "prompts/get": "name", "resources/read": "uri"}
_PLAIN_VALUE = re.compile(r"[\x20-\x7e]*")
_CODED = re.compile(r"=\?base64\?(.*)\?=")


@dataclass(frozen=True, kw_only=True)
class Session:
    """How a server is spoken to: the version agreed on, and its name for the session where it gave one."""

    version: str
    id: str | None = None

    @property
    def is_modern(self) -> bool:
        """Whether every request stands alone."""
        return self.version == MODERN


@dataclass(frozen=True, kw_only=True)
class Message:
    """A message as it goes out. `id` is None for a notification, which has no answer."""

    headers: Sequence[tuple[str, str]]
    body: bytes
    id: int | None


def request(session: Session | None, method: str, params: JsonObject, *, number: int, token: bool = False) -> Message:
    """A request; without a session it is `initialize`. `token`: the server may tell how far it is, under its number."""
    meta: JsonObject = {"progressToken": number} if token else {}
    if session is not None and session.is_modern:
        meta |= {
            f"{_META}protocolVersion": session.version,
            f"{_META}clientInfo": _CLIENT,
            f"{_META}clientCapabilities": {},
        }
    said: JsonObject = {**params, "_meta": meta} if meta else params
    body: JsonObject = {"jsonrpc": "2.0", "id": number, "method": method, "params": said}
    return Message(headers=_headers(session, method, params), body=_encode(body), id=number)


def notification(session: Session, method: str, params: JsonObject | None = None) -> Message:
    """A message without an answer."""
    body: JsonObject = {"jsonrpc": "2.0", "method": method}
    if params:
        body["params"] = params
    return Message(headers=_headers(session, method, params or {}), body=_encode(body), id=None)


def initialize(*, number: int) -> Message:
    """The first message of a session."""
    params: JsonObject = {"protocolVersion": HANDSHAKE[0], "capabilities": {}, "clientInfo": _CLIENT}
    return request(None, "initialize", params, number=number)


def header_value(text: str) -> str:
    """A text as the value of a header: as it is where that survives, else in base64."""
    if _PLAIN_VALUE.fullmatch(text) and text == text.strip() and not _CODED.fullmatch(text):
        return text
    return f"=?base64?{base64.b64encode(text.encode('utf-8', 'replace')).decode()}?="


def text_of_header(value: str) -> str | None:
    """The text that `header_value` wrote; None where it is broken."""
    coded = _CODED.fullmatch(value)
    if coded is None:
        return value
    try:
        return base64.b64decode(coded[1], validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None


def parse_messages(text: str | bytes) -> list[JsonObject]:
    """The messages in a body or an event: one, or (until 2025-03-26) a batch. Raises ValueError for anything else."""
    try:
        found: JsonValue = json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    listed = found if isinstance(found, list) else [found]
    if not all(isinstance(each, dict) for each in listed):
        raise ValueError("it is no JSON-RPC message")
    return cast("list[JsonObject]", listed)


def answer_in(messages: Iterable[JsonObject], number: int) -> JsonObject | None:
    """The answer to a request among messages. An error that names no request is the answer to the only one."""
    for each in messages:
        if "method" not in each and ("result" in each or "error" in each):
            said = each.get("id")
            if said == number or said == str(number) or (said is None and "error" in each):
                return each
    return None


def progress_in(message: Mapping[str, JsonValue]) -> tuple[float, float | None, str] | None:
    """What a message says of the progress of the request: done, total, words; None where it is about something else."""
    params = message.get("params")
    if message.get("method") != "notifications/progress" or not isinstance(params, dict):
        return None
    done, total, words = params.get("progress"), params.get("total"), params.get("message")
    if isinstance(done, bool) or not isinstance(done, int | float):
        return None
    is_number = isinstance(total, int | float) and not isinstance(total, bool)
    return float(done), float(cast("float", total)) if is_number else None, words if isinstance(words, str) else ""


class Events:
    """Takes a stream of server-sent events apart, in whatever pieces it comes; `feed` gives the data of messages."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._data: list[bytes] = []
        self._kind = b""
        self._is_after_return = False

    def feed(self, piece: bytes) -> list[str]:
        """The data of the messages that end in this piece."""
        if self._is_after_return:
            piece = piece.removeprefix(b"\n")
        self._is_after_return = piece.endswith(b"\r")
        if b"\n" not in piece and b"\r" not in piece:
            self._parts.append(piece)
            return []
        *lines, rest = _LINE_END.split(b"".join([*self._parts, piece]))
        self._parts = [rest]
        return [data for line in lines if (data := self._line(line)) is not None]

    def _line(self, line: bytes) -> str | None:
        if line:
            name, _, value = line.partition(b":")
            if name == b"data" and len(self._data) < MOST_EVENT_LINES:
                self._data.append(value.removeprefix(b" "))
            elif name == b"event":
                self._kind = value.strip()
            return None
        data, self._data, kind, self._kind = self._data, [], self._kind, b""
        text = b"\n".join(data).decode("utf-8", "replace")
        return text if text and kind in (b"", b"message") else None


_LINE_END = re.compile(rb"\r\n|\n|\r")


def _headers(session: Session | None, method: str, params: Mapping[str, JsonValue]) -> list[tuple[str, str]]:
    headers = [("Accept", "application/json, text/event-stream"), ("Content-Type", "application/json")]
    if session is None:
        return headers
    headers.append(("MCP-Protocol-Version", session.version))
    if session.id is not None:
        headers.append(("Mcp-Session-Id", session.id))
    if session.is_modern:
        headers.append(("Mcp-Method", method))
        name = params.get(_NAMED.get(method, ""))
        if isinstance(name, str):
            headers.append(("Mcp-Name", header_value(name)))
    return headers


def _encode(body: JsonObject) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
