"""How a credential goes into a request, by the security scheme of the document. Pure."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import quote, unquote_to_bytes

from madang.kit.errors import InvalidError
from madang.net.http1 import Header, check_header
from madang.proxy.problems import CredentialError
from madang.schema.functions import SecurityRequirement, SecurityScheme

CredentialKind = Literal["apiKey", "basic", "bearer", "oauth2"]

_COOKIE_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_COOKIE_VALUE = re.compile(r"[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*")
_TAKEN = frozenset({b"host", b"content-length", b"transfer-encoding", b"connection", b"te", b"trailer", b"upgrade"})
_BEARER_SCHEMES = frozenset({"bearer", "oauth2", "openIdConnect"})


@dataclass(frozen=True, kw_only=True)
class Credential:
    """An opened credential: `values` by name, as its kind has them."""

    kind: CredentialKind
    values: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Edits:
    """What is put into a request. Its own headers, query members and cookies of these names are taken out."""

    headers: tuple[Header, ...] = field(default=(), repr=False)
    query: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    cookies: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    def __add__(self, other: Edits) -> Edits:
        return Edits(
            headers=self.headers + other.headers,
            query=self.query + other.query,
            cookies=self.cookies + other.cookies,
        )


NO_EDITS = Edits()
_NOTHING: Mapping[str, Sequence[str]] = {}


def choose_requirement(
    requirements: Sequence[SecurityRequirement], refs: Mapping[str, str]
) -> Mapping[str, Sequence[str]]:
    """The first alternative whose schemes all have a credential; nothing where there is none.

    A call without a credential is then made as it is, and the other server says what it thinks of that: documents
    often ask for more than their servers do.
    """
    return next((needed for needed in requirements if needed and all(name in refs for name in needed)), _NOTHING)


def edits_for(scheme: SecurityScheme, credential: Credential, token: str | None = None) -> Edits:
    """What a credential puts into a request. `token` is the access token that an oauth2 credential was changed into.

    Raises CredentialError where kind and scheme do not fit, or the value cannot stand where the scheme wants it.
    """
    values = credential.values
    if scheme.kind == "apiKey" and credential.kind == "apiKey":
        return _api_key(scheme, values["value"])
    if scheme.kind == "basic" and credential.kind == "basic":
        pair = f"{values['username']}:{values['password']}".encode()
        return _authorization(f"Basic {b64encode(pair).decode()}")
    if scheme.kind in _BEARER_SCHEMES and credential.kind == "bearer":
        return _authorization(f"Bearer {values['token']}")
    if scheme.kind == "oauth2" and credential.kind == "oauth2" and token is not None:
        return _authorization(f"Bearer {token}")
    raise CredentialError(
        f"the scheme {scheme.name!r} is {scheme.kind}, which a credential of kind {credential.kind} does not fit"
    )


def edit_query(query: bytes, edits: Edits) -> bytes:
    """The query with what is put in, and without members of the same name."""
    if not edits.query:
        return query
    names = {name.encode() for name, _ in edits.query}
    kept = [part for part in query.split(b"&") if part and _member_name(part) not in names]
    added = [f"{quote(name, safe='')}={quote(value, safe='')}".encode() for name, value in edits.query]
    return b"&".join([*kept, *added])


def cookie_header(edits: Edits) -> Header | None:
    """The `Cookie` header of what is put in."""
    if not edits.cookies:
        return None
    return b"Cookie", "; ".join(f"{name}={value}" for name, value in edits.cookies).encode()


def _api_key(scheme: SecurityScheme, value: str) -> Edits:
    name = scheme.parameter or ""
    if scheme.location == "query" and name:
        return Edits(query=((name, value),))
    if scheme.location == "cookie" and _COOKIE_NAME.fullmatch(name) and _COOKIE_VALUE.fullmatch(value):
        return Edits(cookies=((name, value),))
    if scheme.location == "header" and name.lower().encode() not in _TAKEN:
        return Edits(headers=(_header(name, value),))
    raise CredentialError(f"the scheme {scheme.name!r} puts its key where it cannot be: {scheme.location} {name!r}")


def _authorization(value: str) -> Edits:
    return Edits(headers=(_header("Authorization", value),))


def _header(name: str, value: str) -> Header:
    try:
        return check_header(name, value)
    except InvalidError:
        raise CredentialError("the credential holds a character that cannot be in a header; enter it anew") from None


def _member_name(part: bytes) -> bytes:
    return unquote_to_bytes(part.partition(b"=")[0].replace(b"+", b" "))
