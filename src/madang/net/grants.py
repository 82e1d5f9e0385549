"""Grants: short-lived, signed permissions to call functions of one connection through the proxy.

A grant as text is `mdg1.<kid>.<claims>.<signature>`: base64url without padding, claims as JSON (WIRE, Grants), an
Ed25519 signature over everything before the last dot. There is one algorithm, so the text names none. Keys have
identifiers, several at a time; in the text of a key setting, `kid:base64url[,kid:base64url...]`, the first one signs.

`exp` is checked without leeway. A grant that is good for longer than its purpose allows is refused as well.
"""

from __future__ import annotations

import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, cast, get_args

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from madang.kit.clock import Clock, SystemClock
from madang.kit.errors import InvalidError, UnauthenticatedError, UsageError

Purpose = Literal["chat", "run", "outside", "model", "internal"]
CallMode = Literal["live", "mock"]

CALL_SECONDS = 60.0
MODEL_SECONDS = 900.0
_SKEW_SECONDS = 1.0  # how far apart clocks may be for a grant of full length made on another machine
_PREFIX = "mdg1"
_LONGEST = 16_384
_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_REMEMBERED = 4_096


@dataclass(frozen=True, kw_only=True)
class GrantTerms:
    """What is granted. `functions` are function ids of the connection, None for all of them.

    A grant of purpose `internal` has the connection `-` and speaks to the proxy itself.
    """

    account: str
    actor: str
    connection: str
    functions: frozenset[str] | None
    purpose: Purpose
    run: str | None = None
    epoch: int | None = None
    mode: CallMode = "live"
    budget_minor: int | None = None


@dataclass(frozen=True, kw_only=True)
class Grant(GrantTerms):
    """A verified grant. `expires_at` is Unix time in seconds; `key_id` names the key that signed it."""

    id: str
    issuer: str
    expires_at: float
    key_id: str


class GrantError(UnauthenticatedError):
    """The grant is missing, broken, signed by an unknown key, or out of date."""

    code = "grant"
    title = "No valid grant"


class GrantSigner:
    """Makes grants with the first of its keys."""

    def __init__(self, keys: str, *, issuer: str, clock: Clock | None = None) -> None:
        self._key_id, raw = next(iter(_parse_keys(keys, "MADANG_GRANT_KEY").items()))
        self._key = Ed25519PrivateKey.from_private_bytes(raw)
        self._issuer = issuer
        self._clock = clock or SystemClock()

    def sign(self, terms: GrantTerms, *, seconds: float | None = None, lease_until: datetime | None = None) -> str:
        """A grant for `seconds`, at most and by default as long as its purpose allows.

        `lease_until` is when the lease of the scope that asks runs out, in database time: the grant ends a second
        before, so that it is dead when another owner takes over. Raises InvalidError where nothing of it is left.
        """
        now = self._clock.now()
        longest = longest_seconds(terms.purpose)
        expires = now + timedelta(seconds=min(longest, longest if seconds is None else seconds))
        if lease_until is not None:
            expires = min(expires, lease_until - timedelta(seconds=1))
        if expires <= now:
            raise InvalidError("the lease is about to run out, so no grant is made from it; renew the lease first")
        claims = _claims_of(terms, self._issuer, expires.timestamp())
        head = f"{_PREFIX}.{self._key_id}.{_encode(orjson.dumps(claims))}"
        return f"{head}.{_encode(self._key.sign(head.encode()))}"


class GrantVerifier:
    """Checks grants against public keys. Remembers the last verified ones: a signature over the same bytes is the same.

    `keys` is the text of `MADANG_GRANT_PUBLIC_KEYS`.
    """

    def __init__(self, keys: str, *, clock: Clock | None = None) -> None:
        parsed = _parse_keys(keys, "MADANG_GRANT_PUBLIC_KEYS")
        self._keys = {key_id: Ed25519PublicKey.from_public_bytes(raw) for key_id, raw in parsed.items()}
        self._clock = clock or SystemClock()
        self._known: dict[str, Grant] = {}

    def verify(self, token: str) -> Grant:
        """The grant in a text. Raises GrantError that says which of its parts is wrong, but never repeats it."""
        grant = self._known.get(token)
        if grant is None:
            grant = self._read(token)
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[token] = grant
        self.recheck(grant)
        return grant

    def recheck(self, grant: Grant) -> None:
        """Check again what time can change: expiry, and that the key is still accepted. Raises GrantError."""
        left = grant.expires_at - self._clock.now().timestamp()
        if left <= 0:
            raise GrantError("the grant has run out; ask for a new one")
        if left > longest_seconds(grant.purpose) + _SKEW_SECONDS:
            raise GrantError("the grant is good for longer than its purpose allows")
        if grant.key_id not in self._keys:
            raise GrantError("the key of the grant is not accepted any more")

    def _read(self, token: str) -> Grant:
        head, _, signature = token.rpartition(".")
        parts = head.split(".")
        if len(token) > _LONGEST or len(parts) != 3 or parts[0] != _PREFIX or not token.isascii():
            raise GrantError("the bearer token is not a grant")
        key = self._keys.get(parts[1])
        if key is None:
            raise GrantError("the grant is signed by a key that is not known here")
        try:
            key.verify(_decode(signature), head.encode())
            return _grant_of(orjson.loads(_decode(parts[2])), parts[1])
        except InvalidSignature:
            raise GrantError("the signature of the grant does not fit") from None
        except (ValueError, KeyError, TypeError):
            raise GrantError("the grant cannot be read") from None


def longest_seconds(purpose: Purpose) -> float:
    """How long a grant of a purpose may be good for."""
    return MODEL_SECONDS if purpose == "model" else CALL_SECONDS


def make_key_pair(key_id: str) -> tuple[str, str]:
    """A new private and public key, each as one entry of its setting."""
    key = Ed25519PrivateKey.generate()
    private, public = key.private_bytes_raw(), key.public_key().public_bytes_raw()
    return f"{key_id}:{_encode(private)}", f"{key_id}:{_encode(public)}"


def _claims_of(terms: GrantTerms, issuer: str, expires_at: float) -> dict[str, Any]:
    claims: dict[str, Any] = {
        "iss": issuer,
        "sub": terms.account,
        "act": terms.actor,
        "cxn": terms.connection,
        "fns": "*" if terms.functions is None else sorted(terms.functions),
        "pur": terms.purpose,
        "mode": terms.mode,
        "exp": round(expires_at, 3),
        "jti": secrets.token_hex(16),
    }
    optional = {"run": terms.run, "epoch": terms.epoch, "budget_minor": terms.budget_minor}
    return claims | {name: value for name, value in optional.items() if value is not None}


def _grant_of(claims: Mapping[str, Any], key_id: str) -> Grant:
    functions = claims["fns"]
    return Grant(
        account=_text(claims["sub"]),
        actor=_text(claims["act"]),
        connection=_text(claims["cxn"]),
        functions=None if functions == "*" else _texts(functions),
        purpose=_one_of(claims["pur"], Purpose),
        run=None if claims.get("run") is None else _text(claims["run"]),
        epoch=_optional_int(claims.get("epoch")),
        mode=_one_of(claims["mode"], CallMode),
        budget_minor=_optional_int(claims.get("budget_minor")),
        id=_text(claims["jti"]),
        issuer=_text(claims["iss"]),
        expires_at=_number(claims["exp"]),
        key_id=key_id,
    )


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError("a claim is not a text")
    return value


def _texts(value: object) -> frozenset[str]:
    if not isinstance(value, list):
        raise TypeError("a claim is not a list")
    return frozenset(_text(item) for item in cast("list[object]", value))


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("a claim is not a number")
    return float(value)


def _optional_int(value: object) -> int | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise TypeError("a claim is not a whole number")
    return value


def _one_of(value: object, choices: Any) -> Any:
    if value not in get_args(choices):
        raise ValueError("a claim is not one of its values")
    return value


def _parse_keys(text: str, setting: str) -> dict[str, bytes]:
    keys: dict[str, bytes] = {}
    for entry in filter(None, (part.strip() for part in text.split(","))):
        key_id, _, encoded = entry.partition(":")
        try:
            raw = _decode(encoded)
        except ValueError:
            raw = b""
        if not _KEY_ID.fullmatch(key_id) or len(raw) != 32:
            raise UsageError(f"{setting} must be kid:base64url of an Ed25519 key (32 bytes), several with commas")
        keys[key_id] = raw
    if not keys:
        raise UsageError(f"{setting} holds no key; `madang up` makes keys, or set it")
    return keys


def _encode(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def _decode(text: str) -> bytes:
    try:
        data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except Base64Error as error:
        raise ValueError(str(error)) from None
    if _encode(data) != text:
        raise ValueError("not canonical base64url")  # one grant has one text
    return data
