"""Effect classes: what may be done when the outcome of an act on the world is unknown."""

from __future__ import annotations

from typing import Literal

EffectClass = Literal["safe", "idempotent", "keyed", "checkable", "unsafe"]
"""`safe` and `idempotent` are repeated, `keyed` with the same key, `checkable` is asked first, `unsafe` never is."""

_BY_METHOD: dict[str, EffectClass] = {
    "GET": "safe",
    "HEAD": "safe",
    "OPTIONS": "safe",
    "TRACE": "safe",
    "QUERY": "safe",
    "PUT": "idempotent",
    "DELETE": "idempotent",
}


def effect_of_method(method: str) -> EffectClass:
    """The class that RFC 9110, 9.2, and for `QUERY` its own definition, promises where the document says no more."""
    return _BY_METHOD.get(method.upper(), "unsafe")
