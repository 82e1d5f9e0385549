"""Values encrypted at rest: AES-256-GCM, a random nonce each, the key's identifier in the value.

A sealed value is text: `v1.<kid>.<base64url of nonce and ciphertext>`. It is bound to its place (table, row, account)
as associated data, so that a value copied to another row or account does not open there.

VaultError
├── TamperedValueError    the value, or its place, is not what was sealed
└── UnknownKeyError       the key that sealed it is not on the ring
"""

from __future__ import annotations

import base64
import binascii
import os
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from madang.kit.errors import MadangError
from madang.kit.json import canonical
from madang.storage.keys import KeyRing

_VERSION: Final = "v1"
_NONCE_BYTES: Final = 12


class VaultError(MadangError):
    """A sealed value that cannot be opened."""

    code = "vault"
    title = "An encrypted value cannot be opened"


class TamperedValueError(VaultError):
    """The value was changed, cut, or moved from another row."""


class UnknownKeyError(VaultError):
    """The key that sealed the value is missing."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a sealed value is kept."""

    table: str
    row: str
    account: str

    def to_bytes(self, kid: str) -> bytes:
        """The associated data: no two places have the same."""
        return canonical([_VERSION, kid, self.table, self.row, self.account]).encode()


class Vault:
    """Seals with the current key of a ring and opens with any of it."""

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys

    def encrypt(self, value: bytes, place: Place) -> str:
        """Seal a value for a place. The same value gives another text each time."""
        kid, nonce = self._keys.current, os.urandom(_NONCE_BYTES)
        sealed = nonce + AESGCM(self._keys.current_key).encrypt(nonce, value, place.to_bytes(kid))
        return f"{_VERSION}.{kid}.{base64.urlsafe_b64encode(sealed).decode().rstrip('=')}"

    def decrypt(self, sealed: str, place: Place) -> bytes:
        """Open a value. Raises TamperedValueError and UnknownKeyError; neither shows the value."""
        kid, data = _split(sealed, place)
        key = self._keys.find(kid)
        if key is None:
            raise UnknownKeyError(
                f"{place.table} {place.row} was sealed with the key {kid!r}, which is not among the keys given; "
                "add it after the current one"
            )
        try:
            return AESGCM(key).decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], place.to_bytes(kid))
        except InvalidTag:
            raise _tampered(place) from None

    def is_current(self, sealed: str) -> bool:
        """Whether a value was sealed with the current key, so that a rotation may leave it."""
        return sealed.startswith(f"{_VERSION}.{self._keys.current}.")

    def rotate(self, sealed: str, place: Place) -> str:
        """The same value under the current key; the text itself where it is under it already."""
        return sealed if self.is_current(sealed) else self.encrypt(self.decrypt(sealed, place), place)


def _split(sealed: str, place: Place) -> tuple[str, bytes]:
    parts = sealed.split(".")
    if len(parts) != 3 or parts[0] != _VERSION:
        raise _tampered(place)
    try:
        data = base64.b64decode(parts[2] + "=" * (-len(parts[2]) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise _tampered(place) from None
    if len(data) < _NONCE_BYTES:
        raise _tampered(place)
    return parts[1], data


def _tampered(place: Place) -> TamperedValueError:
    return TamperedValueError(
        f"the sealed value of {place.table} {place.row} is damaged or belongs elsewhere; enter it anew"
    )
