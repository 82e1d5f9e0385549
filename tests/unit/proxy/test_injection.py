import pytest

from madang.net.http1 import Framing
from madang.proxy.connections import Overrides
from madang.proxy.headers import body_headers, request_headers
from madang.proxy.injection import (
    Credential,
    Edits,
    choose_requirement,
    cookie_header,
    edit_query,
    edits_for,
)
from madang.proxy.limits import Limits, limits_of
from madang.proxy.problems import CredentialError
from madang.schema.functions import SecurityScheme

KEY = Credential(kind="apiKey", values={"value": "s3cret"})
TOKEN = Credential(kind="bearer", values={"token": "t0ken"})


def _scheme(kind: str, **values: str) -> SecurityScheme:
    return SecurityScheme(name="s", kind=kind, **values)  # pyright: ignore[reportArgumentType]  # a table of cases


def test_the_first_alternative_with_all_its_credentials_is_used() -> None:
    alternatives = [{"a": (), "b": ()}, {}, {"c": ("read",)}, {"a": ()}]
    assert choose_requirement(alternatives, {"a": "1", "c": "2"}) == {"c": ("read",)}
    assert choose_requirement(alternatives, {"a": "1", "b": "2"}) == {"a": (), "b": ()}
    assert choose_requirement(alternatives, {}) == {}


@pytest.mark.parametrize("kind", ["bearer", "oauth2", "openIdConnect"])
def test_a_token_is_a_bearer_for_every_scheme_that_takes_one(kind: str) -> None:
    assert edits_for(_scheme(kind), TOKEN).headers == ((b"Authorization", b"Bearer t0ken"),)


@pytest.mark.parametrize(
    ("scheme", "credential"),
    [
        (_scheme("basic"), TOKEN),
        (_scheme("bearer"), KEY),
        (_scheme("apiKey", location="header", parameter="X"), TOKEN),
        (_scheme("apiKey", location="header", parameter="host"), KEY),
        (_scheme("apiKey", location="header", parameter="a b"), KEY),
        (_scheme("apiKey", location="cookie", parameter="a;b"), KEY),
        (_scheme("apiKey", location="cookie", parameter="a"), Credential(kind="apiKey", values={"value": "a;b"})),
        (_scheme("apiKey", location="header", parameter="X"), Credential(kind="apiKey", values={"value": "a\r\nb"})),
        (_scheme("apiKey"), KEY),
        (_scheme("mutualTLS"), KEY),
        (_scheme("oauth2"), Credential(kind="oauth2", values={})),
    ],
)
def test_a_credential_that_does_not_fit_is_refused_without_being_shown(
    scheme: SecurityScheme, credential: Credential
) -> None:
    with pytest.raises(CredentialError) as raised:
        edits_for(scheme, credential)
    assert not any(value and value in raised.value.detail for value in credential.values.values())
    assert "s3cret" not in repr(credential)


def test_a_key_in_the_query_takes_the_place_of_the_callers() -> None:
    edits = Edits(query=(("api key", "a&b"),))
    assert edit_query(b"x=1&api+key=2&api%20key=3&&y", edits) == b"x=1&y&api%20key=a%26b"
    assert edit_query(b"x=1&&y", Edits()) == b"x=1&&y"
    assert "a&b" not in repr(edits)


def test_cookies_are_joined() -> None:
    assert cookie_header(Edits(cookies=(("a", "1"), ("b", "2")))) == (b"Cookie", b"a=1; b=2")
    assert cookie_header(Edits()) is None


def test_what_is_put_in_comes_last_and_alone() -> None:
    headers = [(b"x-key", b"mine"), (b"A", b"1"), (b"Host", b"proxy"), (b"Cookie", b"c")]
    assert request_headers(headers, {b"x-key"}, [(b"X-Key", b"ours")], b"api") == [
        (b"Host", b"api"),
        (b"A", b"1"),
        (b"X-Key", b"ours"),
    ]


def test_the_length_of_a_body_is_always_stated_where_there_may_be_one() -> None:
    assert body_headers(Framing(is_chunked=True), b"GET") == [(b"Transfer-Encoding", b"chunked")]
    assert body_headers(Framing(), b"POST") == [(b"Content-Length", b"0")]
    assert body_headers(Framing(), b"GET") == []


def test_a_model_may_think_longer_and_a_connection_may_say_how_long() -> None:
    limits = Limits(idle_seconds=1, first_byte_seconds=2, model_seconds=9)
    assert limits_of(limits, Overrides(), "chat").first_byte_seconds == 2
    assert limits_of(limits, Overrides(), "model").idle_seconds == 9
    assert limits_of(limits, Overrides(idle_seconds=5), "model").idle_seconds == 5
