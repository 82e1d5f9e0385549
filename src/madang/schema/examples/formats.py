"""Texts in the formats that JSON Schema and real documents name, short and long ones."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

WORDS = (
    "amber",
    "birch",
    "cedar",
    "delta",
    "ember",
    "fjord",
    "grove",
    "heron",
    "indigo",
    "jade",
    "kelp",
    "lotus",
    "maple",
    "north",
    "olive",
    "pearl",
    "quartz",
    "river",
    "sable",
    "tidal",
    "umber",
    "violet",
    "willow",
    "yarrow",
    "zephyr",
)

_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


def moment(rng: Random) -> datetime:
    """A whole second of 2026."""
    return _EPOCH + timedelta(seconds=rng.randrange(365 * 86_400))


def _uri(rng: Random) -> str:
    return f"https://{rng.choice(WORDS)}.example/{rng.choice(WORDS)}"


def _base64(rng: Random) -> str:
    return b64encode(" ".join(rng.sample(WORDS, 2)).encode()).decode()


def _number(rng: Random) -> str:
    return str(rng.randrange(1, 1000))


def _date_time(rng: Random) -> str:
    return f"{moment(rng):%Y-%m-%dT%H:%M:%SZ}"


Writer = Callable[[Random], str]

_WRITERS: dict[str, Writer] = {
    "date-time": _date_time,
    "date": lambda rng: f"{moment(rng):%Y-%m-%d}",
    "time": lambda rng: f"{moment(rng):%H:%M:%SZ}",
    "duration": lambda rng: f"P{rng.randrange(1, 9)}D",
    "email": lambda rng: f"{rng.choice(WORDS)}@{rng.choice(WORDS)}.example",
    "hostname": lambda rng: f"{rng.choice(WORDS)}.example",
    "ipv4": lambda rng: f"192.0.2.{rng.randrange(1, 255)}",
    "ipv6": lambda rng: f"2001:db8::{rng.randrange(1, 0xFFFF):x}",
    "uri": _uri,
    "uri-reference": lambda rng: f"/{rng.choice(WORDS)}/{rng.choice(WORDS)}",
    "uri-template": lambda rng: f"/{rng.choice(WORDS)}/{{id}}",
    "uuid": lambda rng: str(UUID(int=rng.getrandbits(128), version=4)),
    "json-pointer": lambda rng: f"/{rng.choice(WORDS)}",
    "relative-json-pointer": lambda rng: f"0/{rng.choice(WORDS)}",
    "regex": lambda rng: f"^{rng.choice(WORDS)}$",
    "byte": _base64,
    "int32": _number,
    "decimal": lambda rng: f"{rng.randrange(1, 100_000) / 100:.2f}",
    "date-time-rfc1123": lambda rng: f"{moment(rng):%a, %d %b %Y %H:%M:%S GMT}",
    "google-duration": lambda rng: f"{rng.randrange(1, 600)}s",
    "google-fieldmask": lambda rng: ",".join(rng.sample(WORDS, 2)),
    "e164": lambda rng: f"+8210{rng.randrange(10_000_000, 99_999_999)}",
    "iso-country-code": lambda rng: rng.choice(("KR", "US", "DE", "BR")),
    "color": lambda rng: f"#{rng.getrandbits(24):06x}",
}
_ALIASES = {
    "idn-email": "email",
    "idn-hostname": "hostname",
    "domain": "hostname",
    "iri": "uri",
    "url": "uri",
    "iri-reference": "uri-reference",
    "guid": "uuid",
    "datetime": "date-time",
    "dateTime": "date-time",
    "date_time": "date-time",
    "iso-datetime": "date-time",
    "google-datetime": "date-time",
    "base64": "byte",
    "base64url": "byte",
    "e164_phone_number": "e164",
    "phone": "e164",
    "ip": "ipv4",
    **dict.fromkeys(("int64", "uint32", "uint64", "int", "integer", "long", "unix-time"), "int32"),
    **dict.fromkeys(("double", "float", "number", "money"), "decimal"),
}

_SHORT: dict[str, str] = {
    "email": "a@b.c",
    "hostname": "a",
    "uri": "a:b",
    "uri-reference": "a",
    "uri-template": "a",
    "json-pointer": "",
    "relative-json-pointer": "0",
    "regex": "a",
    "duration": "P1D",
    "ipv4": "1.2.3.4",
    "ipv6": "::1",
    "byte": "",
    "int32": "1",
    "decimal": "1",
}

_LONG: dict[str, Callable[[int], str]] = {
    "email": lambda size: f"a@{_labels(size - 2)}",
    "hostname": lambda size: _labels(size),
    "uri": lambda size: "https://river.example/" + "a" * (size - 22),
    "uri-reference": lambda size: "/" + "a" * (size - 1),
    "uri-template": lambda size: "/" + "a" * (size - 1),
    "json-pointer": lambda size: "/" + "a" * (size - 1),
    "relative-json-pointer": lambda size: "0/" + "a" * (size - 2),
    "regex": lambda size: "a" * size,
    "byte": lambda size: "QUJD" * (-(-size // 4)),
    "int32": lambda size: "1" * size,
    "decimal": lambda size: "1" * size,
    "date-time": lambda size: "2026-01-31T09:30:00." + "0" * max(size - 21, 1) + "Z",
    "time": lambda size: "09:30:00." + "0" * max(size - 10, 1) + "Z",
    "duration": lambda size: "P" + "1" * (size - 2) + "D",
}


def _labels(size: int) -> str:
    """Labels of at most 60 characters with dots between them."""
    text = ".".join("a" * 60 for _ in range(size // 61 + 1))[:size]
    return text[:-1] + "a" if text.endswith(".") else text


def texts_in(name: str, rng: Random, low: int) -> list[str]:
    """Texts in a format: a usual one, a short one, one of at least `low` characters; none for an unknown format."""
    kind = _ALIASES.get(name, name)
    writer = _WRITERS.get(kind)
    if writer is None:
        return []
    found = [writer(rng)]
    if kind in _SHORT:
        found.append(_SHORT[kind])
    if kind in _LONG and low > len(found[0]):
        found.append(_LONG[kind](low))
    return found
