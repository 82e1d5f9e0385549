"""Messages to MCP servers and events from them."""

import json

import pytest

from madang.net.mcp_messages import (
    Events,
    Session,
    header_value,
    notification,
    progress_in,
    request,
    text_of_header,
)


def test_in_the_newer_era_every_request_says_who_asks_and_repeats_what_it_asks_for() -> None:
    message = request(Session(version="2026-07-28"), "tools/call", {"name": "설명"}, number=7)

    headers = dict(message.headers)
    assert (headers["Mcp-Method"], text_of_header(headers["Mcp-Name"])) == ("tools/call", "설명")
    assert headers["MCP-Protocol-Version"] == "2026-07-28"
    meta = json.loads(message.body)["params"]["_meta"]
    assert meta["io.modelcontextprotocol/protocolVersion"] == "2026-07-28"
    assert meta["io.modelcontextprotocol/clientCapabilities"] == {}


def test_in_the_older_era_the_session_is_named() -> None:
    message = notification(Session(version="2025-06-18", id="s1"), "notifications/initialized")

    headers = dict(message.headers)
    assert (headers["Mcp-Session-Id"], headers["MCP-Protocol-Version"]) == ("s1", "2025-06-18")
    assert "Mcp-Method" not in headers
    assert "id" not in json.loads(message.body)


@pytest.mark.parametrize("text", ["plain", " edge ", "", "한국어", "a\r\nb", "=?base64?YQ==?=", "a" * 3000])
def test_any_text_goes_through_a_header_and_back(text: str) -> None:
    value = header_value(text)

    assert value.isascii()
    assert value.isprintable()
    assert text_of_header(value) == text


@pytest.mark.parametrize("value", ["=?base64?!?=", "=?base64?/w==?="])
def test_a_broken_header_has_no_text(value: str) -> None:
    assert text_of_header(value) is None


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_events_are_the_same_in_whatever_pieces_they_come(size: int, end: str) -> None:
    lines = [
        "event: message",
        'data: {"a":',
        "data:1}",
        "",
        ": ping",
        "",
        "event: other",
        "data: x",
        "",
        "data: b",
        "",
        "",
    ]
    stream = end.join(lines).encode()
    events = Events()

    found = [data for start in range(0, len(stream), size) for data in events.feed(stream[start : start + size])]

    assert found == ['{"a":\n1}', "b"]


def test_an_event_that_does_not_end_is_none() -> None:
    assert Events().feed(b"data: a\n") == []


def test_progress_is_numbers_and_words() -> None:
    params = {"progressToken": 1, "progress": 2, "total": 4, "message": "half"}

    assert progress_in({"method": "notifications/progress", "params": {**params}}) == (2.0, 4.0, "half")
    assert progress_in({"method": "notifications/progress", "params": {"progress": "x"}}) is None
    assert progress_in({"method": "notifications/message", "params": {"progress": 1}}) is None
