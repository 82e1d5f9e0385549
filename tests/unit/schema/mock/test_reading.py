"""Arguments come out of a request as they went in, whatever the style."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from madang.kit.json import JsonObject, JsonValue
from madang.schema.functions import Argument, Body, BodyForm, Function, Location, Style
from madang.schema.mock.reading import Asked, RequestReader
from madang.schema.mock.routes import Routes
from madang.schema.mock.wire import Incoming
from madang.schema.references import References
from madang.schema.requests import build_request
from madang.schema.values import FileValue

_LIST: JsonObject = {"type": "array", "items": {"type": "string"}}
_NUMBERS: JsonObject = {"type": "array", "items": {"type": "integer"}}
_POINT: JsonObject = {
    "type": "object",
    "properties": {"R": {"type": "integer"}, "name": {"type": "string"}, "on": {"type": "boolean"}},
}
_POINT_VALUE: JsonObject = {"R": 100, "name": "a, b=c&d", "on": True}


def _function(
    location: Location,
    schema: JsonValue,
    style: Style = "form",
    explode: bool = False,
    *,
    content_type: str | None = None,
    body: Body | None = None,
    wire: str = "color",
) -> Function:
    argument = Argument(
        name="color",
        location=location,
        wire=wire,
        schema=schema,
        style=style,
        explode=explode,
        content_type=content_type,
    )
    path = "/things/{color}/x" if location == "path" else "/things"
    return Function(
        name="things.do",
        model_name="things_do",
        method="POST",
        path=path,
        title="",
        description="",
        arguments=[argument],
        body=body,
    )


def _read(function: Function, value: JsonValue) -> Asked:
    request = build_request(function, {"color": value}, server_url="http://a.example")
    parts = urlsplit(request.url)
    incoming = Incoming(
        method=request.method, path=parts.path, query=parts.query, headers=request.headers, body=request.body()
    )
    route = Routes([function]).find(incoming.method, incoming.path)
    assert route is not None
    return RequestReader(function, References({})).read(incoming, route.values_of(function))


_STYLES: list[tuple[Location, Style, bool]] = [
    *[("path", style, explode) for style in ("simple", "matrix") for explode in (False, True)],
    ("path", "label", False),
    *[("query", "form", explode) for explode in (False, True)],
    ("query", "pipeDelimited", False),
    ("query", "deepObject", True),
    *[("cookie", "form", explode) for explode in (False, True)],
]


@pytest.mark.parametrize(("location", "style", "explode"), _STYLES)
@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string"}, "a b/c,d;e=f&g|h+i%é"),
        ({"type": "integer"}, 5),
        ({"type": "boolean"}, False),
        ({"anyOf": [{"type": "integer"}, {"type": "string"}]}, 7),
        (_LIST, ["a,b", "c d", "e;f"]),
        (_LIST, ["only one"]),
        (_NUMBERS, [1, -2]),
        (_POINT, _POINT_VALUE),
    ],
    ids=str,
)
def test_parameters(location: Location, style: Style, explode: bool, schema: JsonValue, value: JsonValue) -> None:
    asked = _read(_function(location, schema, style, explode), value)

    assert (asked.arguments, asked.errors) == ({"color": value}, ())


@pytest.mark.parametrize(
    ("schema", "explode", "value"),
    [
        ({"type": "string"}, False, "a b; c=d"),
        (_NUMBERS, False, [1, 2]),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, True, {"R": 1, "G": 2}),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, False, {"R": 1, "G": 2}),
    ],
    ids=str,
)
def test_headers(schema: JsonValue, explode: bool, value: JsonValue) -> None:
    assert _read(_function("header", schema, "simple", explode, wire="X-Color"), value).arguments == {"color": value}


@pytest.mark.parametrize("location", ["path", "query", "cookie", "header"])
def test_parameters_with_content_are_json(location: Location) -> None:
    value: JsonObject = {"a": [1, None, {"b": "c/d, e"}]}
    function = _function(location, {}, content_type="application/json", wire="color")

    assert _read(function, value).arguments == {"color": value}


_FILE = FileValue(name="a.png", media_type="image/png", data=b"\x00\r\n--x").to_json()
_FORM: JsonObject = {
    "type": "object",
    "properties": {
        "text": {"type": "string"},
        "count": {"type": "integer"},
        "tags": _LIST,
        "point": _POINT,
        "points": {"type": "array", "items": _POINT},
        "photo": {"type": "string", "format": "binary"},
        "photos": {"type": "array", "items": {"type": "string", "format": "binary"}},
    },
}
_FIELDS: JsonObject = {
    "text": "a=b&c\r\nd",
    "count": 3,
    "tags": ["x", "y,z"],
    "point": _POINT_VALUE,
    "points": [_POINT_VALUE, _POINT_VALUE],
}


def _body(form: BodyForm, media_type: str, encoding: JsonObject | None = None) -> Body:
    return Body(media_type=media_type, form=form, is_required=True, is_flat=False, encoding=encoding or {})


@pytest.mark.parametrize(
    ("body", "schema", "value"),
    [
        (_body("json", "application/json"), {}, {"a": [1.5, None, "x"]}),
        (_body("json", "application/json"), {}, None),
        (_body("urlencoded", "application/x-www-form-urlencoded"), _FORM, _FIELDS),
        (
            _body(
                "urlencoded",
                "application/x-www-form-urlencoded",
                encoding={"point": {"style": "deepObject"}, "tags": {"style": "pipeDelimited", "explode": False}},
            ),
            _FORM,
            _FIELDS,
        ),
        (_body("multipart", "multipart/form-data"), _FORM, {**_FIELDS, "photo": _FILE, "photos": [_FILE, _FILE]}),
        (_body("text", "text/plain"), {"type": "string"}, "two\nlines"),
    ],
    ids=str,
)
def test_bodies(body: Body, schema: JsonValue, value: JsonValue) -> None:
    asked = _read(_function("body", schema, body=body, wire=""), value)

    assert (asked.arguments, asked.errors) == ({"color": value}, ())


def test_an_object_of_any_members_is_read_from_what_is_nobody_elses() -> None:
    asked = _read(_function("query", {"type": "object"}, "form", True), {"delta": "jade"})

    assert asked.arguments == {"color": {"delta": "jade"}}


def test_bytes_come_back_without_the_name_that_a_request_has_no_place_for() -> None:
    asked = _read(_function("body", {}, body=_body("binary", "image/png"), wire=""), _FILE)

    assert asked.arguments == {"color": FileValue(media_type="image/png", data=b"\x00\r\n--x").to_json()}


def test_a_file_where_a_form_takes_text_goes_as_its_text() -> None:
    body = _body("urlencoded", "application/x-www-form-urlencoded")
    schema: JsonObject = {"type": "object", "properties": {"photo": {"type": "string", "format": "binary"}}}

    asked = _read(_function("body", schema, body=body, wire=""), {"photo": FileValue(data=b"a b").to_json()})

    assert asked.body == {"photo": "a b"}


@pytest.mark.parametrize(
    ("headers", "body", "message"),
    [
        ((("Content-Type", "multipart/form-data"),), b"x", "has no boundary"),
        ((("Content-Type", "multipart/form-data; boundary=b"),), b"--b\r\n", "does not end with its boundary"),
        ((("Content-Type", "multipart/form-data; boundary=b"),), b"--b\r\n\r\n\r\nx\r\n--b--\r\n", "has no name"),
        ((), b"", "the body is missing"),
    ],
)
def test_a_broken_body_is_said_in_words(headers: tuple[tuple[str, str], ...], body: bytes, message: str) -> None:
    function = _function("body", True, body=_body("multipart", "multipart/form-data"), wire="")

    asked = RequestReader(function, References({})).read(
        Incoming(method="POST", path="/things", headers=headers, body=body), {}
    )

    assert message in asked.errors[0].message


@seed(20261126)
@settings(max_examples=30, deadline=None, database=None)
@given(st.text(min_size=1, max_size=20), st.lists(st.text(min_size=1, max_size=5), min_size=2, max_size=3))
def test_any_text_survives_a_query_and_a_form(text: str, texts: list[str]) -> None:
    words: list[JsonValue] = [*texts]
    body = _body("urlencoded", "application/x-www-form-urlencoded")

    assert _read(_function("query", {"type": "string"}, "form", True), text).arguments == {"color": text}
    assert _read(_function("query", _LIST, "form", False), words).arguments == {"color": words}
    form: JsonObject = {"tags": words, "text": text}
    assert _read(_function("body", _FORM, body=body, wire=""), form).arguments == {"color": form}
