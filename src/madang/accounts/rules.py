"""The rules of identity as pure functions: lifetimes, how secrets are made and hashed, which roles may be handed on."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, cast, get_args

from madang.kit.actor import Role
from madang.kit.errors import FieldError, ForbiddenError, InvalidError

SIGN_IN_LIFETIME: Final = timedelta(minutes=10)
SESSION_LIFETIME: Final = timedelta(days=30)
TOUCH_INTERVAL: Final = timedelta(minutes=1)
"""The time of last use is written at most this often, so that reading stays reading."""

API_KEY_PREFIX: Final = "mdg_"
_SECRET_BYTES: Final = 32
_ROLES: Final = cast("tuple[Role, ...]", get_args(Role))
"""From the most to the least powerful; each contains those after it."""


def new_secret(prefix: str = "") -> str:
    """A fresh secret of 256 random bits, safe in a URL, a cookie and a header."""
    return prefix + secrets.token_urlsafe(_SECRET_BYTES)


def digest(secret: str) -> str:
    """What is stored of a secret: its SHA-256 in hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()


def known_roles(names: Iterable[str]) -> frozenset[Role]:
    """The roles among `names`; a name that is no role (any more) gives no rights."""
    return frozenset(role for role in _ROLES if role in set(names))


def contained(roles: Iterable[Role]) -> frozenset[Role]:
    """All roles that holders of `roles` may hand on: their own and those below."""
    held = set(roles)
    highest = next((index for index, role in enumerate(_ROLES) if role in held), len(_ROLES))
    return frozenset(_ROLES[highest:])


def effective(granted: Iterable[str], held: Iterable[str]) -> frozenset[Role]:
    """What a credential with the roles `granted` may do now that its user has the roles `held`."""
    return known_roles(granted) & contained(known_roles(held))


def check_grantable(wanted: Iterable[Role], held: Iterable[Role]) -> frozenset[Role]:
    """`wanted`, or ForbiddenError where a holder of `held` would hand on more than it has."""
    roles = frozenset(wanted)
    beyond = roles - contained(held)
    if beyond:
        raise ForbiddenError(f"you do not have the role {', '.join(sorted(beyond))} yourself, so you cannot give it")
    return roles


def check_expiry(expires_at: datetime | None, now: datetime) -> None:
    """Raise InvalidError for an expiry that has passed already."""
    if expires_at is not None and expires_at <= now:
        raise InvalidError(
            "the key would have expired already",
            errors=[FieldError(pointer="/expires_at", code="past", message="must be in the future")],
        )
