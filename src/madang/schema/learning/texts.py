"""What can be told of a text or a key without keeping it."""

from __future__ import annotations

import re
from datetime import date, datetime

_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)\Z", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d\Z", re.ASCII)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z", re.IGNORECASE)
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,20}://[^\s<>\"{}|\\^`]+\Z")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}\Z")
_NAME = re.compile(r"[^\W\d][\w$-]{0,47}\Z")
_HEX = re.compile(r"[0-9a-fA-F]{8,}\Z")
_LONGEST = 2_000
_MOST_DIGITS = 4
_TOKEN_CHARACTERS, _TOKEN_DIGITS = 12, 3

FORMATS = ("date-time", "date", "uuid", "uri", "email")


def formats_of(text: str) -> frozenset[str]:
    """The formats that a text has; one at most, as they exclude each other."""
    if len(text) > _LONGEST:
        return frozenset()
    if _DATE_TIME.match(text) and _is_moment(text):
        return frozenset(("date-time",))
    if _DATE.match(text) and _is_day(text):
        return frozenset(("date",))
    for pattern, name in ((_UUID, "uuid"), (_EMAIL, "email"), (_URI, "uri")):
        if pattern.match(text):
            return frozenset((name,))
    return frozenset()


def is_name(key: str) -> bool:
    """Whether a key looks like the name of a property, and not like an id, an address or other data."""
    text = key.removeprefix("@").removeprefix("$")
    if not _NAME.match(text) or "--" in text:
        return False
    digits = sum(character.isdigit() for character in text)
    if digits > _MOST_DIGITS or (len(text) >= _TOKEN_CHARACTERS and digits >= _TOKEN_DIGITS):
        return False
    return not (_HEX.match(text) and digits)


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text[:19].replace("t", "T"))
    except ValueError:
        return False
    return True


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
