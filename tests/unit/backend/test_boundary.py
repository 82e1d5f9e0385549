import httpx
import pytest
from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope, Send

from madang.backend.http.boundary import Boundary, trace_of
from madang.kit.errors import ForbiddenError
from madang.logs import trace_id

TRACE = "0af7651916cd43dd8448eb211c80319c"


def test_a_callers_trace_is_taken_on() -> None:
    assert trace_of(Headers({"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"})) == TRACE


@pytest.mark.parametrize(
    "header", ["", f"ff-{TRACE}-b7ad6b7169203331-01", f"00-{'0' * 32}-b7ad6b7169203331-01", f"00-{TRACE}-{'0' * 16}-01"]
)
def test_a_trace_in_a_wrong_form_is_replaced(header: str) -> None:
    made = trace_of(Headers({"traceparent": header}))
    assert len(made) == 32
    assert made != TRACE


async def test_an_error_is_a_problem_under_the_trace_of_the_request() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise ForbiddenError(f"not you, {trace_id.get()}")

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=Boundary(app)), base_url="http://x") as web:
        answer = await web.get("/api/x", headers={"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"})
    assert answer.json() == {
        "type": "urn:madang:problem:forbidden",
        "title": "Not allowed",
        "status": 403,
        "detail": f"not you, {TRACE}",
        "trace": TRACE,
    }
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert trace_id.get() is None


async def test_half_an_answer_is_cut_and_not_followed_by_a_problem() -> None:
    sent: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ValueError("in the middle")

    async def receive() -> Message:
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)

    with pytest.raises(ValueError, match="in the middle"):
        await Boundary(app)({"type": "http", "path": "/", "headers": []}, receive, send)
    assert [message["type"] for message in sent] == ["http.response.start"]


async def test_a_websocket_that_fails_is_closed_without_internals() -> None:
    sent: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise ForbiddenError("not you")

    async def receive() -> Message:
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)

    await Boundary(app)({"type": "websocket", "path": "/", "headers": []}, receive, send)
    assert sent == [{"type": "websocket.close", "code": 1008, "reason": "Not allowed"}]
