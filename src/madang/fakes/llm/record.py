"""What came in: every request, without its key, so that a test can search all that a model was told."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from madang.fakes.llm.script import DEFAULT_SCRIPT, Script, find_turn, reply_to
from madang.fakes.llm.values import ModelRequest, Reply
from madang.kit.json import JsonObject, JsonValue

KEY_HEADERS = frozenset({"authorization", "x-api-key", "api-key", "proxy-authorization", "cookie"})

_SHOWN = 4
_LEAST_KEY = 8
"""A shorter key would be told by its last characters."""


@dataclass(kw_only=True)
class Received:
    """One request as it came; the key stands apart from the other headers.

    `turn` is the turn of the script that answered it, None for none.
    """

    number: int
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    key: str | None = field(repr=False)
    body: bytes
    turn: int | None = None
    status: int | None = None

    def to_json(self) -> JsonObject:
        """The request as `GET /-/requests` shows it: of the key a flag and its end."""
        return {
            "number": self.number,
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "headers": {**self.headers},
            "has_key": self.key is not None,
            "key_end": self.key[-_SHOWN:] if self.key and len(self.key) >= _LEAST_KEY else None,
            "body": _body(self.body),
            "turn": self.turn,
            "status": self.status,
        }


class Player:
    """The script that plays, how far it is, and what came in. Of one server."""

    def __init__(self, script: Script = DEFAULT_SCRIPT) -> None:
        self.play(script)
        self._received: list[Received] = []
        self._count = 0

    def play(self, script: Script) -> None:
        """Play another script from its beginning; what came in stays."""
        self._stage = (script, [0] * len(script.turns))

    def receive(self, *, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> Received:
        """Note a request."""
        self._count += 1
        received = Received(
            number=self._count,
            method=method,
            path=path,
            query=query,
            headers={name: value for name, value in headers.items() if name not in KEY_HEADERS},
            key=key_of(headers),
            body=body,
        )
        self._received.append(received)
        return received

    def answer(self, received: Received, request: ModelRequest) -> Reply:
        """The next reply of the script, whose turn is used up by it."""
        script, uses = self._stage
        received.turn = find_turn(script, uses, request)
        if received.turn is not None:
            uses[received.turn] += 1
        return reply_to(script, received.turn, request)

    @property
    def received(self) -> Sequence[Received]:
        """All requests to the model since the start or the last `forget`, oldest first."""
        return tuple(self._received)

    @property
    def unused(self) -> int:
        """How many answers of the script were not asked for; turns without a number count none."""
        script, uses = self._stage
        return sum((turn.times or used) - used for turn, used in zip(script.turns, uses, strict=True))

    def forget(self) -> None:
        """Drop what came in. Numbers go on, so that ids of answers stay unique."""
        self._received.clear()


def key_of(headers: Mapping[str, str]) -> str | None:
    """The key of a request: `x-api-key`, or the token of `Authorization: Bearer`."""
    if "x-api-key" in headers:
        return headers["x-api-key"]
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def _body(body: bytes) -> JsonValue:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")
