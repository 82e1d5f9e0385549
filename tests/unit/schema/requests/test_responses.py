"""Whatever a server answers becomes a value, and what is not as declared is drift."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from madang.kit.json import JsonValue
from madang.schema.functions import Answer, Function
from madang.schema.responses import Drift, ResponseReader, read_response

Make = Callable[..., Function]
JSON = {"Content-Type": "application/json"}
SCHEMAS: dict[str, JsonValue] = {
    "Item": {
        "type": "object",
        "properties": {"id": {"type": "integer"}, "parent": {"$ref": "#/$defs/Item"}},
        "required": ["id"],
    }
}


def _answer(status: str, schema: JsonValue, media_type: str | None = "application/json") -> Answer:
    return Answer(status=status, description="", media_type=media_type, schema=schema)


@pytest.fixture
def function(make: Make) -> Function:
    return make(
        answers=[
            _answer("200", {"$ref": "#/$defs/Item"}),
            _answer("2XX", {"type": "array"}),
            _answer("201", {"type": "string", "format": "binary"}, "application/pdf"),
            _answer("default", {"type": "object", "required": ["message"]}),
        ]
    )


def test_a_declared_answer_passes_as_it_is(function: Function) -> None:
    response = read_response(function, SCHEMAS, 200, JSON, b'{"id": 12345678901234567890, "parent": {"id": 1}}')

    assert (response.value, response.drift) == ({"id": 12345678901234567890, "parent": {"id": 1}}, ())
    assert response.is_success


def test_what_is_not_as_declared_is_drift_and_the_value_stays(function: Function) -> None:
    response = read_response(function, SCHEMAS, 200, JSON, b'{"id": "1", "parent": {}}')

    assert response.value == {"id": "1", "parent": {}}
    assert response.drift == (
        Drift(path="/id", expected="integer", given='"1"'),
        Drift(path="/parent/id", expected="integer", given="nothing"),
    )


@pytest.mark.parametrize(
    ("status", "body", "paths"),
    [(202, b"[1]", []), (204, b"", []), (404, b'{"message": "no"}', []), (500, b"{}", ["/message"]), (202, b"", [""])],
)
def test_the_answer_is_chosen_by_code_then_range_then_default(
    function: Function, status: int, body: bytes, paths: list[str]
) -> None:
    response = read_response(function, SCHEMAS, status, JSON, body)

    assert [drift.path for drift in response.drift] == paths


def test_broken_json_is_text_with_a_note(function: Function) -> None:
    response = read_response(function, SCHEMAS, 418, JSON, b'{"message": ')

    assert response.value == '{"message": '
    assert response.drift[0].expected == "JSON"


def test_json_under_another_media_type_is_read_and_noted(function: Function) -> None:
    response = read_response(function, SCHEMAS, 200, {"content-type": "text/html; charset=utf-8"}, b'{"id": 1}')

    assert response.value == {"id": 1}
    assert response.drift == (Drift(path="", expected="application/json", given="text/html"),)


@pytest.mark.parametrize(
    ("content_type", "body", "value"),
    [
        ("text/plain", "héllo".encode(), "héllo"),
        ("text/plain; charset=euc-kr", "안녕".encode("euc-kr"), "안녕"),
        ("text/plain; charset=nonsense", b"abc", "abc"),
        ("application/xml", b"<a/>", "<a/>"),
        ("application/problem+json; charset=utf-8", b"\xef\xbb\xbf{}", {}),
        ("application/x-ndjson", b'{"a":1}\n\n[2]\n', [{"a": 1}, [2]]),
        ("", b'{"a": 1}', {"a": 1}),
        ("", b"words", "words"),
        ("application/json", b"NaN", "NaN"),
        ("application/json", b"1e999", "1e999"),
        ("application/json", b"[" * 100_000, "[" * 100_000),
    ],
)
def test_bodies_of_every_kind_are_read(make: Make, content_type: str, body: bytes, value: JsonValue) -> None:
    response = read_response(make(), {}, 200, {"content-type": content_type}, body)

    assert response.value == value


def test_bytes_become_a_file_with_the_name_that_the_server_gives(function: Function) -> None:
    headers = {
        "Content-Type": "application/pdf",
        "Content-Disposition": "attachment; filename=\"x.pdf\"; filename*=UTF-8''..%2F%EB%B3%B4%EA%B3%A0.pdf",
    }

    response = read_response(function, SCHEMAS, 201, headers, b"\x00\x01")

    assert response.file is not None
    assert response.file.data == b"\x00\x01"
    assert response.value == {"$file": {"name": "보고.pdf", "media_type": "application/pdf", "data": "AAE="}}
    assert response.drift == ()


@seed(5)
@settings(max_examples=200, deadline=None, database=None)
@given(
    st.integers(min_value=100, max_value=599),
    st.sampled_from(["application/json", "text/plain; charset=utf-16", "", "image/png", "application/x-ndjson", ";;="]),
    st.binary(max_size=30) | st.text(alphabet='{}[]",:1a\n', max_size=20).map(str.encode),
)
def test_any_answer_gets_a_value(status: int, content_type: str, body: bytes) -> None:
    function = Function(
        name="a.b",
        model_name="a_b",
        method="GET",
        path="/",
        title="",
        description="",
        answers=[_answer("default", {"$ref": "#/$defs/Item"})],
    )

    response = ResponseReader(function, SCHEMAS).read(status, {"Content-Type": content_type}, body)

    assert response.status == status


def test_bytes_of_the_declared_type_are_no_drift_where_the_schema_says_text(make: Make) -> None:
    function = make(answers=[_answer("200", {"type": "string"}, "application/pdf")])

    declared = read_response(function, {}, 200, {"Content-Type": "application/pdf"}, b"%PDF")
    other = read_response(function, {}, 200, {"Content-Type": "image/png"}, b"\x89PNG")

    assert (declared.file is not None, declared.drift) == (True, ())
    assert [drift.expected for drift in other.drift] == ["text"]


def test_json_under_the_name_of_text_is_json_where_the_schema_takes_no_text(make: Make) -> None:
    function = make(answers=[_answer("200", {"type": "object"}, "text/plain"), _answer("201", True, "text/plain")])
    headers = {"Content-Type": "text/plain"}

    assert read_response(function, {}, 200, headers, b'{"a": 1}').value == {"a": 1}
    assert read_response(function, {}, 200, headers, b'{"a": 1}').drift == ()
    assert read_response(function, {}, 201, headers, b'{"a": 1}').value == '{"a": 1}'
    counted = make(answers=[_answer("200", {"type": "integer"}, "text/plain")])
    assert read_response(counted, {}, 200, headers, b"48").value == 48
    assert read_response(counted, {}, 200, headers, b"many").value == "many"


def test_bytes_that_are_json_are_json_where_the_schema_takes_no_text(make: Make) -> None:
    function = make(answers=[_answer("200", {"type": "array"}, "application/octet-stream")])
    headers = {"Content-Type": "application/octet-stream"}

    assert read_response(function, {}, 200, headers, b"[1]").value == [1]
    assert read_response(function, {}, 200, headers, b"\x00[1]").file is not None
