"""What a mock refuses, and what it can be asked to do."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from madang.schema.mock.wire import Incoming

Client = Any


def test_a_request_without_the_declared_credential_is_refused(client: Client) -> None:
    refused = client.send("GET", "/pets", key="")

    assert refused.status == 401
    assert dict(refused.headers)["WWW-Authenticate"] == 'ApiKey realm="mock"'
    assert json.loads(refused.body)["detail"].endswith("needs the key 'X-Key' in the header")
    assert client.send("GET", "/motto", key="").status == 200


def test_credentials_may_be_left_unchecked(make_client: Callable[..., Client]) -> None:
    assert make_client(checks_security=False).send("GET", "/pets", key="").status == 200


def test_a_wrong_request_is_refused_in_the_declared_form_of_the_error(client: Client) -> None:
    refused = client.send("POST", "/pets", {"kind": "bird"})

    body = json.loads(refused.body)
    assert (refused.status, body["code"], set(body)) == (400, 400, {"code", "message"})
    assert "name is missing" in body["message"]


def test_without_a_declared_error_a_problem_document_says_every_place(client: Client) -> None:
    refused = client.send("GET", "/pets?limit=many")

    assert (refused.status, dict(refused.headers)["Content-Type"]) == (422, "application/problem+json")
    assert [error["pointer"] for error in json.loads(refused.body)["errors"]] == ["/limit"]


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[" * 100_000])
def test_a_body_that_is_no_json_is_refused(client: Client, body: bytes) -> None:
    headers = (("X-Key", "secret"), ("Content-Type", "application/json"))
    _, outgoing = client.mock.respond(client.state, Incoming(method="POST", path="/pets", headers=headers, body=body))
    assert outgoing.status == 400


def test_unknown_paths_and_methods_are_told_apart(client: Client) -> None:
    assert client.send("GET", "/nothing").status == 404
    other = client.send("PUT", "/pets", {})
    assert (other.status, dict(other.headers)["Allow"]) == (405, "GET, POST")


def test_the_path_of_the_declared_server_may_stand_before(client: Client) -> None:
    assert client.json("GET", "/v1/pets/3") == client.json("GET", "/pets/3")


def test_a_header_asks_for_a_status_and_a_delay(client: Client) -> None:
    failed = client.send("GET", "/motto", headers={"Mock-Status": "503", "Mock-Delay": "200"})

    assert (failed.status, failed.delay_seconds) == (503, 0.2)
    assert json.loads(failed.body) == {"code": 503, "message": "Mock-Status asked for it"}
    assert client.send("GET", "/motto", headers={"Mock-Status": "soon"}).status == 400
    assert client.send("GET", "/motto", headers={"Mock-Delay": "soon"}).delay_seconds == 0


def test_a_status_that_was_asked_for_changes_nothing(client: Client) -> None:
    assert client.send("POST", "/pets", {"name": "Rex"}, headers={"Mock-Status": "500"}).status == 500
    assert client.state.collections == {}


def test_errors_and_latency_are_injected_by_the_seed(make_client: Callable[..., Client]) -> None:
    def played() -> list[tuple[int, float]]:
        client = make_client(error_rate=0.5, latency_seconds=0.1)
        sent = [client.send("GET", "/motto") for _ in range(20)]
        return [(outgoing.status, outgoing.delay_seconds) for outgoing in sent]

    assert played() == played()
    assert {status for status, _ in played()} == {200, 503}
    assert {delay for _, delay in played()} == {0.1}


def test_text_is_answered_as_text(client: Client) -> None:
    motto = client.send("GET", "/motto")

    assert (motto.status, dict(motto.headers)["Content-Type"], motto.body) == (200, "text/plain", b"Woof")


@pytest.mark.parametrize(
    "url", ["/pets/%ff", "/pets/..", "/pets?limit=%", "/pets?cursor=c99999", "//", "/\x00", f"/pets/{'9' * 5000}"]
)
def test_odd_requests_are_answered_in_order(client: Client, url: str) -> None:
    assert client.send("GET", url).status in (200, 404, 422)


@pytest.mark.parametrize("depth", [100, 900, 5000])
def test_a_body_that_is_nested_deep_is_answered(client: Client, depth: int) -> None:
    body = ('{"name": "Rex", "more": ' + "[" * depth + "]" * depth + "}").encode()
    headers = (("X-Key", "secret"), ("Content-Type", "application/json"))

    _, outgoing = client.mock.respond(client.state, Incoming(method="POST", path="/pets", headers=headers, body=body))

    assert outgoing.status in (201, 400)
