"""Arguments stand in a request exactly where and as OpenAPI says, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from email.parser import BytesParser
from email.policy import HTTP
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from madang.kit.errors import InvalidError
from madang.kit.json import JsonObject, JsonValue
from madang.schema.encoding import path_value, query_pairs
from madang.schema.functions import Answer, Argument, Body, BodyForm, Function, Location, Style
from madang.schema.requests import build_request
from madang.schema.values import FileValue

Make = Callable[..., Function]
SERVER = "https://api.example.com/v1/"
COLORS: list[JsonValue] = ["blue", "black"]
POINT: JsonObject = {"R": 100, "G": 200}


def _argument(
    location: Location,
    name: str = "color",
    *,
    style: Style = "form",
    explode: bool = False,
    allow_reserved: bool = False,
    content_type: str | None = None,
) -> Argument:
    return Argument(
        name=name,
        location=location,
        wire=name,
        schema=True,
        style=style,
        explode=explode,
        allow_reserved=allow_reserved,
        content_type=content_type,
    )


_PATH_CASES: list[tuple[Style, bool, JsonValue, str]] = [
    ("simple", False, "blue", "blue"),
    ("simple", False, COLORS, "blue,black"),
    ("simple", False, POINT, "R,100,G,200"),
    ("simple", True, POINT, "R=100,G=200"),
    ("label", False, "blue", ".blue"),
    ("label", False, COLORS, ".blue,black"),
    ("label", True, COLORS, ".blue.black"),
    ("label", False, POINT, ".R,100,G,200"),
    ("label", True, POINT, ".R=100.G=200"),
    ("matrix", False, "blue", ";color=blue"),
    ("matrix", False, COLORS, ";color=blue,black"),
    ("matrix", True, COLORS, ";color=blue;color=black"),
    ("matrix", False, POINT, ";color=R,100,G,200"),
    ("matrix", True, POINT, ";R=100;G=200"),
    ("simple", False, "a/b c?é", "a%2Fb%20c%3F%C3%A9"),
    ("simple", False, True, "true"),
    ("simple", False, 5.0, "5"),
    ("simple", False, ["a,b", None, "c"], "a%2Cb,c"),
]


@pytest.mark.parametrize(("style", "explode", "value", "expected"), _PATH_CASES)
def test_path_styles(style: Style, explode: bool, value: JsonValue, expected: str) -> None:
    assert path_value("color", value, style, explode) == expected


_QUERY_CASES: list[tuple[Style, bool, JsonValue, str]] = [
    ("form", True, "", "color="),
    ("form", True, "blue", "color=blue"),
    ("form", True, COLORS, "color=blue&color=black"),
    ("form", False, COLORS, "color=blue,black"),
    ("form", True, POINT, "R=100&G=200"),
    ("form", False, POINT, "color=R,100,G,200"),
    ("form", False, ["a,b", "c"], "color=a%2Cb,c"),
    ("form", True, [], ""),
    ("form", True, None, ""),
    ("form", True, {"a": {"b": 1}}, "a=%7B%22b%22%3A1%7D"),
    ("spaceDelimited", False, COLORS, "color=blue%20black"),
    ("spaceDelimited", False, POINT, "color=R%20100%20G%20200"),
    ("spaceDelimited", True, COLORS, "color=blue&color=black"),
    ("pipeDelimited", False, COLORS, "color=blue%7Cblack"),
    ("pipeDelimited", True, COLORS, "color=blue&color=black"),
    ("deepObject", True, POINT, "color%5BR%5D=100&color%5BG%5D=200"),
    (
        "deepObject",
        True,
        {"a": {"b": [1, {"c": True}]}},
        "color%5Ba%5D%5Bb%5D%5B0%5D=1&color%5Ba%5D%5Bb%5D%5B1%5D%5Bc%5D=true",
    ),
]


@pytest.mark.parametrize(("style", "explode", "value", "expected"), _QUERY_CASES)
def test_query_styles(make: Make, style: Style, explode: bool, value: JsonValue, expected: str) -> None:
    function = make(_argument("query", style=style, explode=explode))

    request = build_request(function, {"color": value}, server_url=SERVER)

    assert request.url == "https://api.example.com/v1/things" + (f"?{expected}" if expected else "")


def test_reserved_characters_stay_where_that_is_allowed_but_never_end_the_parameter(make: Make) -> None:
    function = make(_argument("query", allow_reserved=True))

    request = build_request(function, {"color": "a/b?c:d&e=f+g#h[i] %41"}, server_url=SERVER)

    assert request.url.partition("?")[2] == "color=a/b?c:d%26e%3Df%2Bg%23h%5Bi%5D%20%2541"


def test_parameters_with_content_are_json(make: Make) -> None:
    function = make(_argument("query", content_type="application/json"))

    request = build_request(function, {"color": {"a": [1, "x"]}}, server_url=SERVER)

    assert request.url.partition("?")[2] == "color=%7B%22a%22%3A%5B1%2C%22x%22%5D%7D"


def test_queries_of_server_and_template_stay(make: Make) -> None:
    function = make(_argument("query"), path="/things?fixed=1")

    request = build_request(function, {"color": "x"}, server_url="https://h/base?v=2#part")

    assert request.url == "https://h/base/things?v=2&fixed=1&color=x"


def test_headers_and_cookies(make: Make) -> None:
    function = make(
        _argument("header", "X-Ids", style="simple"),
        _argument("header", "X-Point", style="simple", explode=True),
        _argument("header", "Content-Type", style="simple"),
        _argument("cookie", "session", explode=True),
        _argument("cookie", "seen", explode=True),
    )
    arguments: JsonObject = {
        "X-Ids": [1, 2],
        "X-Point": POINT,
        "Content-Type": "text/evil",
        "session": "a b;c",
        "seen": True,
    }

    request = build_request(function, arguments, server_url=SERVER)

    assert dict(request.headers) == {
        "Accept": "application/json, */*;q=0.1",
        "X-Ids": "1,2",
        "X-Point": "R=100,G=200",
        "Cookie": "session=a%20b%3Bc; seen=true",
    }


def test_the_accept_header_names_the_declared_media_types(make: Make) -> None:
    function = make(
        answers=[
            Answer(status="200", description="", media_type="application/vnd.api+json", schema=None),
            Answer(status="2XX", description="", media_type="text/csv", schema=None),
            Answer(status="404", description="", media_type="application/problem+json", schema=None),
        ]
    )

    request = build_request(function, {}, server_url=SERVER)

    assert request.headers == (("Accept", "application/vnd.api+json, text/csv, */*;q=0.1"),)


@pytest.mark.parametrize(
    "value", ["", ".", "..", "../admin", "a/../b", "a\\..\\b", "./a", None, [], {}, ["..", ".."][:1]]
)
def test_a_path_value_that_leaves_the_template_is_refused(make: Make, value: JsonValue) -> None:
    function = make(_argument("path", "id", style="simple"), path="/things/{id}/parts")

    with pytest.raises(InvalidError) as caught:
        build_request(function, {"id": value}, server_url=SERVER)

    assert [error.pointer for error in caught.value.errors] == ["/id"]


@pytest.mark.parametrize("values", [{"a": ".", "b": "."}, {"a": ".."}])
def test_dots_from_several_values_are_refused_too(make: Make, values: JsonObject) -> None:
    arguments = [_argument("path", name, style="simple") for name in values]
    template = "".join(f"{{{name}}}" for name in values)

    with pytest.raises(InvalidError):
        build_request(make(*arguments, path=f"/x/{template}/y"), values, server_url=SERVER)


@seed(3)
@settings(max_examples=200, deadline=None, database=None)
@given(
    st.text(max_size=12)
    | st.lists(st.text(max_size=4), max_size=3)
    | st.dictionaries(st.text(max_size=4), st.text(max_size=4), max_size=2)
)
def test_no_path_value_changes_the_number_of_segments(value: JsonValue) -> None:
    for style in ("simple", "label", "matrix"):
        function = Function(
            name="a.b",
            model_name="a_b",
            method="GET",
            path="/x/{id}/y",
            title="",
            description="",
            arguments=[Argument(name="id", location="path", wire="id", schema=True, style=style, explode=True)],
        )
        try:
            request = build_request(function, {"id": value}, server_url="https://h")
        except InvalidError:
            continue
        parts = urlsplit(request.url)
        assert (parts.netloc, parts.query, parts.fragment) == ("h", "", "")
        assert parts.path.startswith("/x/")
        assert parts.path.endswith("/y")
        assert parts.path.count("/") == 3


@seed(3)
@settings(max_examples=200, deadline=None, database=None)
@given(st.text(max_size=20), st.booleans())
def test_a_query_value_is_read_back_as_it_was_given(value: str, allow_reserved: bool) -> None:
    pairs = query_pairs("q", value, "form", True, allow_reserved)

    text = "&".join(f"{name}={word}" for name, word in pairs)

    expected = value.encode("utf-8", "replace").decode("utf-8")
    assert parse_qsl(text, keep_blank_values=True) == [("q", expected)]


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nb", "a\x00b", "이름"])
def test_a_header_value_with_line_breaks_or_beyond_ascii_is_refused(make: Make, value: str) -> None:
    with pytest.raises(InvalidError):
        build_request(make(_argument("header", "X-A", style="simple")), {"X-A": value}, server_url=SERVER)


@pytest.mark.parametrize("name", ["Host", "Content-Length", "Transfer-Encoding", "Bad Name", "X:Y"])
def test_headers_that_frame_the_message_are_no_arguments(make: Make, name: str) -> None:
    with pytest.raises(InvalidError):
        build_request(make(_argument("header", name, style="simple")), {name: "1"}, server_url=SERVER)


def test_an_argument_that_the_function_does_not_have_is_refused(make: Make) -> None:
    with pytest.raises(InvalidError) as caught:
        build_request(make(), {"a/b": 1}, server_url=SERVER)

    assert caught.value.errors[0].pointer == "/a~1b"


def _body(form: BodyForm, media_type: str, *, is_flat: bool = True, encoding: JsonObject | None = None) -> Body:
    return Body(media_type=media_type, form=form, is_required=False, is_flat=is_flat, encoding=encoding or {})


def test_a_json_body_says_null_and_leaves_out_what_is_absent(make: Make) -> None:
    function = make(
        _argument("body", "a"), _argument("body", "b"), method="post", body=_body("json", "application/json")
    )

    request = build_request(function, {"a": None}, server_url=SERVER)

    assert (request.method, request.body()) == ("POST", b'{"a":null}')
    assert dict(request.headers)["Content-Type"] == "application/json"
    assert build_request(function, {}, server_url=SERVER).content is None


def test_a_required_flat_body_without_arguments_is_an_empty_object(make: Make) -> None:
    body = Body(media_type="application/json", form="json", is_required=True, is_flat=True)

    assert build_request(make(method="POST", body=body), {}, server_url=SERVER).body() == b"{}"


def test_a_whole_body_is_the_value_itself(make: Make) -> None:
    whole = Argument(name="body", location="body", wire="", schema=True)
    function = make(whole, method="PUT", body=_body("json", "application/json", is_flat=False))

    assert build_request(function, {"body": [1, "é"]}, server_url=SERVER).body() == '[1,"é"]'.encode()
    assert build_request(function, {"body": None}, server_url=SERVER).body() == b"null"


def test_a_form_encodes_each_property_its_own_way(make: Make) -> None:
    encoding: JsonObject = {
        "ids": {"style": "form", "explode": False},
        "deep": {"style": "deepObject", "explode": True},
        "json": {"contentType": "application/json"},
    }
    names = ["plain", "list", "ids", "deep", "json", "object"]
    function = make(
        *(_argument("body", name) for name in names),
        method="POST",
        body=_body("urlencoded", "application/x-www-form-urlencoded", encoding=encoding),
    )
    arguments: JsonObject = {
        "plain": "a b&c",
        "list": [1, 2],
        "ids": [1, 2],
        "deep": {"k": "v"},
        "json": [1],
        "object": {"x": True},
    }

    request = build_request(function, arguments, server_url=SERVER)

    assert request.body() == (
        b"plain=a%20b%26c&list=1&list=2&ids=1,2&deep%5Bk%5D=v&json=%5B1%5D&object=%7B%22x%22%3Atrue%7D"
    )


def test_a_multipart_body_reads_back_part_by_part(make: Make) -> None:
    function = make(
        *(_argument("body", name) for name in ("title", "meta", "photo", "tags", "gone")),
        method="POST",
        body=_body("multipart", "multipart/form-data", encoding={"title": {"contentType": "text/markdown"}}),
    )
    arguments: JsonObject = {
        "title": "é",
        "meta": {"a": 1},
        "photo": {"$file": {"name": 'a"b.png', "media_type": "image/png", "data": "AAECAw=="}},
        "tags": ["x", "y"],
        "gone": None,
    }

    request = build_request(function, arguments, server_url=SERVER)

    head = f"Content-Type: {dict(request.headers)['Content-Type']}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + request.body())
    parts = [
        (part.get_param("name", header="content-disposition"), part.get_content_type(), part.get_payload(decode=True))
        for part in message.iter_parts()
    ]
    assert parts == [
        ("title", "text/markdown", "é".encode()),
        ("meta", "application/json", b'{"a":1}'),
        ("photo", "image/png", b"\x00\x01\x02\x03"),
        ("tags", "text/plain", b"x"),
        ("tags", "text/plain", b"y"),
    ]
    assert b'filename="a%22b.png"' in request.body()
    assert build_request(function, arguments, server_url=SERVER) == request


def test_a_file_by_reference_is_loaded_only_when_its_bytes_are_wanted(make: Make) -> None:
    whole = Argument(name="body", location="body", wire="", schema=True)
    function = make(whole, method="PUT", body=_body("binary", "image/*", is_flat=False))
    file: JsonObject = {"$file": {"name": "a.png", "media_type": "image/png", "reference": "r1"}}

    request = build_request(function, {"body": file}, server_url=SERVER)

    assert dict(request.headers)["Content-Type"] == "image/png"
    assert request.body(lambda reference: reference.encode()) == b"r1"
    with pytest.raises(ValueError, match="object store"):
        request.body()


def test_text_and_files_in_json(make: Make) -> None:
    whole = Argument(name="body", location="body", wire="", schema=True)
    text = make(whole, method="POST", body=_body("text", "text/plain", is_flat=False))
    json_body = make(_argument("body", "f"), method="POST", body=_body("json", "application/json"))

    assert build_request(text, {"body": "héllo"}, server_url=SERVER).body() == "héllo".encode()
    assert build_request(json_body, {"f": {"$file": {"data": "AAEC"}}}, server_url=SERVER).body() == b'{"f":"AAEC"}'


def test_a_request_is_printed_without_the_bytes_of_files(make: Make) -> None:
    function = make(_argument("body", "photo"), method="POST", body=_body("multipart", "multipart/form-data"))

    shown = build_request(function, {"photo": {"$file": {"name": "a", "data": "AAEC"}}}, server_url=SERVER).to_json()

    assert shown["body"] == [
        {
            "name": "photo",
            "media_type": "application/octet-stream",
            "file": {"name": "a", "media_type": None, "size": 3},
        }
    ]


def test_a_multipart_body_without_named_parts_is_refused(make: Make) -> None:
    function = make(
        Argument(name="body", location="body", wire="", schema=True),
        body=Body(media_type="multipart/form-data", form="multipart", is_required=True, is_flat=False),
    )

    with pytest.raises(InvalidError, match="body: a body of multipart/form-data is an object with its parts by name"):
        build_request(function, {"body": "text"}, server_url=SERVER)


@pytest.mark.parametrize(("data", "expected"), [(b"a b", "a%20b"), (b"\xff\x00", "%2FwA%3D")])
def test_a_file_in_a_query_is_its_text_or_base64(make: Make, data: bytes, expected: str) -> None:
    file = FileValue(name="a.txt", data=data).to_json()

    request = build_request(make(_argument("query")), {"color": file}, server_url=SERVER)

    assert urlsplit(request.url).query == f"color={expected}"
