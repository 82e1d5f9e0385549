"""Schemes that a connection declares: what is refused, and what a change may not leave behind."""

from __future__ import annotations

import pytest

from madang.catalog.schemes import check_kept, scheme_errors
from madang.kit.errors import ConflictError
from madang.schema.functions import SecurityScheme

BEARER = SecurityScheme(name="bearer", kind="bearer")
KEY = SecurityScheme(name="X-Key", kind="apiKey", location="header", parameter="X-Key")


def test_a_bearer_token_and_a_key_in_another_header_go_together() -> None:
    assert scheme_errors([BEARER, KEY]) == []


@pytest.mark.parametrize(
    ("scheme", "pointer"),
    [
        (SecurityScheme(name="a b", kind="bearer"), "/security_schemes/0/name"),
        (SecurityScheme(name="oauth", kind="oauth2"), "/security_schemes/0/kind"),
        (SecurityScheme(name="key", kind="apiKey", parameter="key"), "/security_schemes/0/location"),
        (SecurityScheme(name="key", kind="apiKey", location="query"), "/security_schemes/0/parameter"),
        (
            SecurityScheme(name="key", kind="apiKey", location="header", parameter="X-Key\r\nX"),
            "/security_schemes/0/parameter",
        ),
        (
            SecurityScheme(name="key", kind="apiKey", location="header", parameter="Host"),
            "/security_schemes/0/parameter",
        ),
    ],
)
def test_a_scheme_that_cannot_be_applied_is_refused_where_it_is_wrong(scheme: SecurityScheme, pointer: str) -> None:
    assert [error.pointer for error in scheme_errors([scheme])] == [pointer]


def test_two_schemes_of_one_name_are_refused() -> None:
    other = SecurityScheme(name="X-Key", kind="apiKey", location="query", parameter="key")

    assert [error.code for error in scheme_errors([KEY, other])] == ["unique"]


def test_two_schemes_for_one_header_are_refused() -> None:
    same = SecurityScheme(name="token", kind="apiKey", location="header", parameter="Authorization")

    assert [error.message for error in scheme_errors([BEARER, same])] == [
        "another scheme writes to header authorization already"
    ]


def test_a_scheme_with_a_credential_stays_as_it_is() -> None:
    moved = SecurityScheme(name="X-Key", kind="apiKey", location="query", parameter="X-Key")

    with pytest.raises(ConflictError, match="'X-Key' has a credential"):
        check_kept([BEARER, KEY], [BEARER, moved], {"X-Key": "crd_1"})


def test_a_scheme_without_a_credential_may_go() -> None:
    check_kept([BEARER, KEY], [KEY], {"X-Key": "crd_1"})
