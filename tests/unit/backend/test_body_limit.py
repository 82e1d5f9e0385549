import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from madang.backend.http.body_limit import BodyLimit
from madang.kit.errors import TooLargeError, UsageError


async def send_body(chunks: list[bytes], headers: list[tuple[bytes, bytes]], limit: int = 10) -> bytes:
    """What the application got; `chunks` is emptied as far as it was read."""
    got: list[bytes] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        got.append(await Request(scope, receive).body())

    async def receive() -> Message:
        return {"type": "http.request", "body": chunks.pop(0), "more_body": bool(chunks)}

    async def send(message: Message) -> None:
        raise AssertionError

    await BodyLimit(app, limit=limit)({"type": "http", "headers": headers}, receive, send)
    return got[0]


async def test_a_body_at_the_limit_passes() -> None:
    assert await send_body([b"12345", b"67890"], [(b"content-length", b"10")]) == b"1234567890"


async def test_a_body_that_announces_too_much_is_refused_before_a_byte_is_read() -> None:
    chunks = [b"12345678901"]
    with pytest.raises(TooLargeError, match="10 bytes"):
        await send_body(chunks, [(b"content-length", b"11")])
    assert len(chunks) == 1


async def test_a_chunked_body_is_refused_at_the_chunk_that_is_too_much() -> None:
    chunks = [b"1234"] * 5
    with pytest.raises(HTTPException) as caught:
        await send_body(chunks, [])
    assert caught.value.status_code == 413
    assert len(chunks) == 2


@pytest.mark.parametrize("length", [b"-1", b"1e3", b"", "١".encode()])
async def test_a_length_that_is_no_number_is_refused(length: bytes) -> None:
    with pytest.raises(UsageError):
        await send_body([], [(b"content-length", length)])
