"""Identifiers: UUIDv7 (RFC 9562, 5.7) with a prefix that names the kind, as `cnv_01936c1e9f7a7cc2b1e1d0a7c5f0e3aa`.

They sort by time of creation, carry 74 random bits and are safe in a URL and as a file name.
"""

from __future__ import annotations

import re
import secrets
import time

_ID = re.compile(r"[a-z]{2,5}_[0-9a-f]{32}")


def new_id(prefix: str, *, at_ms: int | None = None) -> str:
    """A fresh identifier of the kind `prefix`; `at_ms` is Unix time in milliseconds, the clock's by default."""
    milliseconds = time.time_ns() // 1_000_000 if at_ms is None else at_ms
    random = secrets.randbits(74)
    value = (milliseconds & (2**48 - 1)) << 80 | 7 << 76 | (random >> 62) << 64 | 2 << 62 | random & (2**62 - 1)
    return f"{prefix}_{value:032x}"


def is_id(text: str, prefix: str) -> bool:
    """Whether `text` has the form of an identifier of this kind; says nothing about its existence."""
    return text.startswith(prefix + "_") and _ID.fullmatch(text) is not None
