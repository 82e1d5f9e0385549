"""What of a call goes to a tool, and what its result means."""

import base64
import json

import pytest

from madang.kit.errors import InvalidError
from madang.kit.json import JsonObject, JsonValue
from madang.schema.functions import Function, FunctionSet
from madang.schema.mcp import read_tools
from madang.schema.requests import build_request
from madang.schema.tool_calls import parameter_headers, read_result, tool_arguments
from madang.schema.values import FileValue

PIXEL = base64.b64encode(b"\x89PNG").decode()


def read(schema: JsonObject, output: JsonValue = None) -> FunctionSet:
    tool: JsonObject = {"name": "t", "inputSchema": schema}
    return read_tools(json.dumps({"tools": [tool | ({"outputSchema": output} if output else {})]}).encode())


def of(properties: JsonObject) -> Function:
    return read({"type": "object", "properties": properties}).functions[0]


def text(words: str) -> JsonObject:
    return {"type": "text", "text": words}


RESULTS: list[tuple[JsonObject, JsonValue]] = [
    ({"structuredContent": {"sum": 3}, "content": [text("3")]}, {"sum": 3}),
    ({"structuredContent": [1], "content": []}, [1]),
    ({"content": [text("hello")]}, "hello"),
    ({"content": [text('{"a": 12345678901234567890123}')]}, {"a": 12345678901234567890123}),
    ({"content": [text("{broken")]}, "{broken"),
    ({"content": [text("[NaN]")]}, "[NaN]"),
    ({"content": [text("[" * 100_000)]}, "[" * 100_000),
    ({"content": [text("a"), text("b")]}, ["a", "b"]),
    ({"content": []}, None),
    ({}, None),
    ({"content": "nonsense"}, None),
    ({"content": [5, text("a")]}, "a"),
    ({"content": [{"type": "resource", "resource": {"uri": "x://a", "text": "inside"}}]}, "inside"),
    (
        {"content": [{"type": "resource_link", "uri": "https://a.example/x", "name": "x", "_meta": {}}]},
        {"type": "resource_link", "uri": "https://a.example/x", "name": "x"},
    ),
    ({"content": [{"type": "image", "data": "!", "mimeType": "image/png"}]}, {"type": "image", "data": "!"}),
]


def test_arguments_go_by_the_names_of_the_tool_and_files_as_base64() -> None:
    function = of({"class": {}, "picture": {"type": "string", "contentMediaType": "image/png"}, "other": {}})
    picture = FileValue(name="a.png", data=b"\x89PNG").to_json()

    sent = tool_arguments(function, {"class_": 5, "picture": picture})

    assert sent == {"class": 5, "picture": PIXEL}


def test_the_one_argument_for_all_members_is_the_whole() -> None:
    function = read({"type": "object", "additionalProperties": True}).functions[0]

    assert tool_arguments(function, {"body": {"a": 1}}) == {"a": 1}
    assert tool_arguments(function, {}) == {}


def test_headers_repeat_the_arguments_that_ask_for_it() -> None:
    inner: JsonObject = {"type": "object", "properties": {"deep": {"type": "boolean", "x-mcp-header": "Deep"}}}
    function = of({"region": {"type": "string", "x-mcp-header": "Region"}, "inner": inner, "plain": {}})

    found = parameter_headers(function, {"region": "서울", "inner": {"deep": True}, "plain": "x"})

    assert found == [("Mcp-Param-Region", "서울"), ("Mcp-Param-Deep", "true")]
    assert parameter_headers(function, {"region": None}) == []


@pytest.mark.parametrize(("result", "value"), RESULTS)
def test_a_result_becomes_a_value(result: JsonObject, value: JsonValue) -> None:
    answer = read_result(of({}), {}, result)

    found = answer.value
    assert (found == value) or (isinstance(found, dict) and isinstance(value, dict) and found.items() >= value.items())
    assert (answer.is_refusal, answer.drift) == (False, ())


def test_an_image_and_a_blob_are_files() -> None:
    image: JsonObject = {"type": "image", "data": PIXEL, "mimeType": "image/png"}
    blob: JsonObject = {"type": "resource", "resource": {"uri": "file:///tmp/a.png?x=1", "blob": PIXEL}}

    assert read_result(of({}), {}, {"content": [image]}).file == FileValue(media_type="image/png", data=b"\x89PNG")
    assert read_result(of({}), {}, {"content": [blob]}).file == FileValue(name="a.png", data=b"\x89PNG")


def test_an_error_of_the_tool_is_a_refusal_with_its_words() -> None:
    answer = read_result(of({}), {}, {"isError": True, "content": [text("no such issue"), text("try list_issues")]})

    assert (answer.is_refusal, answer.words) == (True, "no such issue\ntry list_issues")


def test_a_tool_that_asks_back_is_a_refusal() -> None:
    assert read_result(of({}), {}, {"resultType": "input_required", "inputRequests": {}}).is_refusal


def test_a_value_that_is_not_what_the_tool_declares_says_where() -> None:
    output: JsonObject = {
        "type": "object",
        "$defs": {"Sum": {"type": "integer"}},
        "properties": {"sum": {"$ref": "#/$defs/Sum"}},
        "required": ["sum"],
    }
    found = read({"type": "object"}, output)

    answer = read_result(found.functions[0], found.schemas, {"structuredContent": {"sum": "three"}})

    assert answer.value == {"sum": "three"}
    assert [drift.path for drift in answer.drift] == ["/sum"]


def test_a_text_with_the_declared_json_is_read_as_what_older_servers_mean() -> None:
    found = read({"type": "object"}, {"type": "object", "required": ["sum"]})

    answer = read_result(found.functions[0], found.schemas, {"content": [text('{"sum": 3}')]})

    assert (answer.value, answer.drift) == ({"sum": 3}, ())


def test_the_request_that_a_person_is_shown_is_the_message() -> None:
    request = build_request(of({"class": {}}), {"class_": 5}, server_url="https://desk.example/mcp?x=1")

    assert (request.method, request.url) == ("POST", "https://desk.example/mcp?x=1")
    assert json.loads(request.body())["params"] == {"name": "t", "arguments": {"class": 5}}
    with pytest.raises(InvalidError):
        build_request(of({"class": {}}), {"other": 5}, server_url="https://desk.example/mcp")
