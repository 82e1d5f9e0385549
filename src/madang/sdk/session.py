"""A conversation's session over HTTP: events as they come, each once and in order; frames that are safe to repeat.

session = Session(client, conversation)
session.speak("message", text="List the articles")
for event in session.follow(): ...

A connection that is lost is made again, ever more rarely, and told the last event that came (docs/flows/chat.md).
"""

from __future__ import annotations

import json
import random
import time
import uuid
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import cast
from urllib.parse import quote

from madang.kit.errors import MadangError
from madang.kit.json import JsonObject, JsonValue
from madang.sdk.client import ApiError, Client, ConnectionLostError

EVENT_STREAM = "text/event-stream"
QUIET_SECONDS = 45.0
"""A stream on which nothing came for so long is lost: the server sends a comment every 15 s."""
PATIENCE_SECONDS = 90.0
FIRST_SECONDS = 0.25
MOST_SECONDS = 5.0
PAGE = 1_000
_PASSING = frozenset({429, 502, 503, 504})


@dataclass(frozen=True)
class Live:
    """All that had happened has been told; what follows is new."""

    seq: int


class Patience:
    """How long a lost connection is made again, and when. `told` learns that it is lost (True) and is back (False)."""

    def __init__(
        self,
        told: Callable[[bool], None] = lambda _is_lost: None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._told = told
        self._clock = clock
        self._sleep = sleep
        self._lost_at: float | None = None
        self._failures = 0

    def is_well(self) -> None:
        """Something came."""
        if self._lost_at is not None:
            self._told(False)
        self._lost_at, self._failures = None, 0

    def wait(self, error: MadangError) -> None:
        """Wait before the next attempt; raises the error where it has gone on for too long, or will not pass."""
        if not passes(error):
            raise error
        now = self._clock()
        if self._lost_at is None:
            self._lost_at = now
            self._told(True)
        if now - self._lost_at >= PATIENCE_SECONDS:
            raise error
        self._sleep(backoff_seconds(self._failures, random.random()))  # noqa: S311 - so that many do not come at once
        self._failures += 1


class Session:
    """Follows one conversation, and speaks in it. `seq` is the last event that was given."""

    def __init__(self, client: Client, conversation: str, *, seq: int = 0, patience: Patience | None = None) -> None:
        self.conversation = conversation
        self.seq = seq
        self.is_live = False
        self._client = client
        self._patience = patience or Patience()
        self._path = f"/api/conversations/{quote(conversation, safe='')}"

    def past(self) -> Iterator[JsonObject]:
        """What has happened since `seq`, up to now."""
        after: JsonValue = self.seq
        while isinstance(after, int):
            page = self._client.get(f"{self._path}/events", params={"after_seq": after, "limit": PAGE})
            found = cast("JsonObject", page)
            yield from filter(self._takes, cast("list[JsonObject]", found["data"]))
            after = found["next"]

    def follow(self) -> Generator[JsonObject | Live]:
        """What has happened since `seq`, then each event as it comes; `Live` where the past ends. Never ends by itself.

        Raises ConnectionLostError where the server stays away, ApiError where it refuses.
        """
        while True:
            self.is_live = False
            try:
                yield from self._stream()
                lost: MadangError = ConnectionLostError("Madang ended the connection and did not come back")
            except (ApiError, ConnectionLostError) as error:
                lost = error
            self._patience.wait(lost)

    def speak(self, kind: str, **members: JsonValue) -> JsonObject:
        """Send one frame; it is sent again under the same id where no answer came, and applied once.

        Raises ApiError where the server refuses it: 409 where it was answered already.
        """
        frame: JsonObject = {"id": str(uuid.uuid4()), "type": kind, **members}
        while True:
            try:
                answer = self._client.post(f"{self._path}/frames", json=frame)
            except (ApiError, ConnectionLostError) as error:
                self._patience.wait(error)
                continue
            self._patience.is_well()
            return cast("JsonObject", answer)

    def _stream(self) -> Generator[JsonObject | Live]:
        params = {"after_seq": self.seq}
        lines = self._client.lines(
            f"{self._path}/events", accept=EVENT_STREAM, params=params, quiet_seconds=QUIET_SECONDS
        )
        for item in read_stream(lines):
            if isinstance(item, Live):
                self._patience.is_well()
                self.is_live = True
                yield item
            elif item["seq"] == self.seq + 1:
                self.seq += 1
                yield item
            elif not self._is_known(item):
                return  # something between was lost; a new stream tells it

    def _takes(self, event: JsonObject) -> bool:
        if self._is_known(event):
            return False
        self.seq = cast("int", event["seq"])
        return True

    def _is_known(self, event: JsonObject) -> bool:
        return cast("int", event["seq"]) <= self.seq


def read_stream(lines: Iterable[bytes]) -> Iterator[JsonObject | Live]:
    """Events and `Live` of an event stream. One that is cut off in the middle of an event does not give that event."""
    data: list[bytes] = []
    for line in lines:
        if line.startswith(b": live "):
            yield Live(int(line.removeprefix(b": live ")))
        elif line.startswith(b"data:"):
            data.append(line.removeprefix(b"data:").removeprefix(b" "))
        elif not line and data:
            yield cast("JsonObject", json.loads(b"\n".join(data)))
            data.clear()


def passes(error: MadangError) -> bool:
    """Whether the same may go well a little later."""
    return isinstance(error, ConnectionLostError) or (isinstance(error, ApiError) and error.http_status in _PASSING)


def backoff_seconds(failures: int, share: float) -> float:
    """The wait after so many failures: doubling, at most 5 s, of it half to all by `share`."""
    return min(MOST_SECONDS, FIRST_SECONDS * 2 ** min(failures, 16)) * (0.5 + share / 2)
