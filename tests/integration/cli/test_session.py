"""A session against a server that drops connections, repeats events, leaves some out, and is away for a while."""

from __future__ import annotations

import asyncio
import json
import queue
from collections.abc import Awaitable, Callable, Iterator
from threading import Thread
from typing import Any

import pytest

from madang.kit.json import JsonObject
from madang.net.serving import serve_asgi
from madang.sdk.client import ApiError, Client
from madang.sdk.session import Live, Patience, Session

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Scripted:
    """Each stream is answered by the next list of pieces; each frame by the next status."""

    def __init__(self) -> None:
        self.streams: list[list[bytes]] = []
        self.statuses: list[int] = []
        self.asked: list[str] = []
        self.frames: list[JsonObject] = []

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            for state in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{state}.complete"})
            return
        if scope["method"] == "POST":
            frame = json.loads((await receive())["body"])
            self.frames.append(frame)
            status = self.statuses.pop(0)
            body = {"id": frame["id"], "turn": "trn_1"} if status == 200 else {"detail": "not now"}
            await send({"type": "http.response.start", "status": status, "headers": []})
            await send({"type": "http.response.body", "body": json.dumps(body).encode()})
            return
        self.asked.append(scope["query_string"].decode())
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for piece in self.streams.pop(0):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


@pytest.fixture
def scripted() -> Scripted:
    return Scripted()


@pytest.fixture
def session(scripted: Scripted) -> Iterator[Session]:
    urls: queue.Queue[str] = queue.Queue()
    stop, loop = asyncio.Event(), asyncio.new_event_loop()
    serving = serve_asgi(scripted, host="127.0.0.1", port=0, server_name="scripted", ready=urls.put, stop=stop)
    thread = Thread(target=loop.run_until_complete, args=(serving,))
    thread.start()
    with Client(urls.get(timeout=10), "token") as client:
        yield Session(client, "cnv_1", patience=Patience(sleep=lambda _: None))
    loop.call_soon_threadsafe(stop.set)
    thread.join()
    loop.close()


def events(*numbers: int) -> bytes:
    return b"".join(b'id: %d\ndata: {"seq": %d}\n\n' % (number, number) for number in numbers)


LIVE = b": live 0\n\n"


def followed(session: Session, count: int) -> list[int]:
    """The numbers of so many events."""
    found: list[int] = []
    for item in session.follow():
        found += [] if isinstance(item, Live) else [int(str(item["seq"]))]
        if len(found) == count:
            break
    return found


def test_each_event_comes_once_over_connections_that_are_lost(scripted: Scripted, session: Session) -> None:
    first, second = events(1, 2), events(3)
    scripted.streams = [[first, LIVE, second[:9]], [events(2, 3)], [LIVE, events(4)]]
    assert followed(session, 4) == [1, 2, 3, 4]
    assert scripted.asked == ["after_seq=0", "after_seq=2", "after_seq=3"]


def test_where_an_event_is_missing_the_stream_is_asked_for_again(scripted: Scripted, session: Session) -> None:
    scripted.streams = [[LIVE, events(1, 3)], [events(2, 3), LIVE]]
    assert followed(session, 3) == [1, 2, 3]
    assert scripted.asked == ["after_seq=0", "after_seq=1"]


def test_a_session_is_live_only_after_the_past_was_told(scripted: Scripted, session: Session) -> None:
    scripted.streams = [[events(1), LIVE, events(2)], [events(3), LIVE]]
    seen: list[bool] = []
    for item in session.follow():
        if not isinstance(item, Live):
            seen.append(session.is_live)
        if len(seen) == 3:
            break
    assert seen == [False, True, False]


def test_a_frame_is_sent_again_under_its_id_until_it_is_taken(scripted: Scripted, session: Session) -> None:
    scripted.statuses = [503, 502, 200]
    assert session.speak("message", text="Hello")["turn"] == "trn_1"
    assert len(scripted.frames) == 3
    assert [scripted.frames[0]] * 3 == scripted.frames
    assert (scripted.frames[0]["type"], scripted.frames[0]["text"]) == ("message", "Hello")


def test_a_frame_that_is_refused_is_not_sent_again(scripted: Scripted, session: Session) -> None:
    scripted.statuses = [409]
    with pytest.raises(ApiError, match="not now"):
        session.speak("abort")
    assert len(scripted.frames) == 1
