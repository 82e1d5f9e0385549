"""Which messages to an MCP server a grant can let pass, and that each can be read one way only."""

import json

import pytest

from madang.kit.json import JsonValue
from madang.net.mcp_messages import header_value
from madang.proxy.mcp import McpMessage, check_head, read_message
from madang.proxy.problems import BadRequestError, NotGrantedError

JSON = (b"Content-Type", b"application/json")


def message(method: str, **more: JsonValue) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, **more}).encode()


def test_a_call_is_known_by_its_tool() -> None:
    body = message("tools/call", params={"name": "create_issue", "arguments": {"name": "another"}})

    assert read_message(body, [JSON]) == McpMessage(method="tools/call", tool="create_issue")


@pytest.mark.parametrize(
    "method", ["initialize", "notifications/initialized", "notifications/cancelled", "server/discover", "tools/list"]
)
def test_speaking_at_all_needs_no_tool(method: str) -> None:
    assert read_message(message(method), [JSON]) == McpMessage(method=method, tool=None)


@pytest.mark.parametrize("method", ["resources/read", "prompts/get", "Tools/Call", "tools/call ", "logging/setLevel"])
def test_nothing_else_is_granted(method: str) -> None:
    with pytest.raises(NotGrantedError):
        read_message(message(method, params={"uri": "file:///etc/passwd", "name": "x"}), [JSON])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nonsense",
        b"[" * 100_000,
        b'[{"jsonrpc":"2.0","id":1,"method":"tools/list"}]',
        b'{"jsonrpc":"2.0","id":1,"result":{}}',
        b'{"id":1,"method":"tools/list","params":[]}',
        b'{"id":1,"method":"tools/list"} {"id":2,"method":"tools/call"}',
        '{"id":1,"method":"tools/list"}'.encode("utf-16"),
        b'\xef\xbb\xbf{"id":1,"method":"tools/list"}',
        b'{"id":1,"method":"tools/list","method":"tools/call"}',
        b'{"id":1,"method":"tools/list","Method":"tools/call","params":{"name":"x"}}',
        b'{"id":1,"METHOD":"tools/call","method":"tools/list"}',
        b'{"id":1,"method":"tools/call","params":{"name":"a","name":"b"}}',
        b'{"id":1,"method":"tools/call","params":{"name":"a","\\u006eame":"b"}}',
        b'{"id":1,"method":"tools/call","params":{"name":"a","Name":"b"}}',
        b'{"id":1,"method":"tools/list","Params":{"name":"b"}}',
        b'{"id":1,"method":"tools/call","params":{"name":"a","arguments":{"x":1,"x":2}}}',
    ],
)
def test_a_message_that_two_readers_might_read_differently_is_refused(body: bytes) -> None:
    with pytest.raises(BadRequestError):
        read_message(body, [JSON])


def test_a_call_that_wants_no_answer_is_refused() -> None:
    with pytest.raises(NotGrantedError):
        read_message(b'{"method":"tools/call","params":{"name":"a"}}', [JSON])


def test_headers_that_repeat_the_message_agree_with_it() -> None:
    body = message("tools/call", params={"name": "설명"})
    name = header_value("설명").encode()

    assert read_message(body, [JSON, (b"Mcp-Method", b"tools/call"), (b"Mcp-Name", name)]).tool == "설명"
    for wrong in [(b"Mcp-Name", b"other"), (b"mcp-method", b"tools/list"), (b"Mcp-Name", b"=?base64?!?=")]:
        with pytest.raises(BadRequestError):
            read_message(body, [JSON, wrong])
    with pytest.raises(BadRequestError):
        read_message(body, [JSON, (b"Mcp-Name", name), (b"Mcp-Name", name)])


@pytest.mark.parametrize(
    ("method", "path", "query", "headers"),
    [
        (b"GET", b"/", b"", [JSON]),
        (b"DELETE", b"/", b"", [JSON]),
        (b"POST", b"/admin", b"", [JSON]),
        (b"POST", b"/", b"x=1", [JSON]),
        (b"POST", b"/", b"", []),
        (b"POST", b"/", b"", [(b"Content-Type", b"application/json; charset=utf-16")]),
        (b"POST", b"/", b"", [(b"Content-Type", b"text/plain")]),
        (b"POST", b"/", b"", [JSON, JSON]),
        (b"POST", b"/", b"", [JSON, (b"Content-Encoding", b"gzip")]),
    ],
)
def test_only_a_plain_post_to_the_endpoint_is_a_message(
    method: bytes, path: bytes, query: bytes, headers: list[tuple[bytes, bytes]]
) -> None:
    check_head(b"POST", b"/", b"", [(b"content-type", b"application/json; charset=UTF-8")])
    with pytest.raises(BadRequestError):
        check_head(method, path, query, headers)
