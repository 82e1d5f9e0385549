"""What can be said of an import before anything is fetched."""

from __future__ import annotations

import pytest

from madang.catalog.importing import ImportRequest, check_request, first_server_of, shown_url
from madang.kit.errors import InvalidError
from madang.kit.json import JsonObject
from madang.schema.functions import Server

REGION: dict[str, JsonObject] = {"region": {"default": "eu"}}


@pytest.mark.parametrize(
    ("servers", "source_url", "found"),
    [
        ([], "https://a.example/openapi.json", None),
        ([Server(url="https://b.example/v1/")], None, "https://b.example/v1"),
        ([Server(url="/v1")], "https://a.example/docs/openapi.json", "https://a.example/v1"),
        ([Server(url="v1")], "https://a.example/docs/openapi.json", "https://a.example/docs/v1"),
        ([Server(url="/v1")], None, None),
        ([Server(url="/v1"), Server(url="https://b.example")], None, "https://b.example"),
        ([Server(url="https://{region}.a.example", variables=REGION)], None, "https://eu.a.example"),
        ([Server(url="https://{region}.a.example"), Server(url="https://b.example")], None, "https://b.example"),
        ([Server(url="ftp://a.example"), Server(url="https://user@a.example")], None, None),
    ],
)
def test_the_first_server_that_is_a_whole_url_is_the_one(
    servers: list[Server], source_url: str | None, found: str | None
) -> None:
    assert first_server_of(servers, source_url) == found


@pytest.mark.parametrize(
    ("request_", "pointers"),
    [
        (ImportRequest(), ["/url"]),
        (ImportRequest(url="https://a.example", document="x"), ["/url"]),
        (ImportRequest(url="file:///etc/passwd"), ["/url"]),
        (ImportRequest(url="https://user:word@a.example"), ["/url"]),
        (ImportRequest(url="https://a.example", source_url="a", server="b"), ["/source_url", "/server"]),
        (ImportRequest(url="https://a.example", allowed_hosts=["a:1", "a"]), ["/allowed_hosts/1"]),
        (ImportRequest(url="https://a.example", name="a", connector="b"), ["/name"]),
        (ImportRequest(url="https://a.example", name="A"), ["/name"]),
    ],
)
def test_every_wrong_field_of_a_request_is_named(request_: ImportRequest, pointers: list[str]) -> None:
    with pytest.raises(InvalidError) as refused:
        check_request(request_)
    assert [error.pointer for error in refused.value.errors] == pointers


def test_a_request_is_what_its_json_says() -> None:
    request = ImportRequest(url="https://a.example", allowed_hosts=["a:1"], other_origins=True)
    assert ImportRequest(**request.to_json()) == request  # pyright: ignore[reportArgumentType] - as a job keeps it


def test_a_url_is_shown_without_what_may_be_a_token() -> None:
    assert shown_url("https://a.example/openapi.json?token=secret#x") == "https://a.example/openapi.json"
