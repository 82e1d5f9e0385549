"""Property names for models that allow only some characters: each name has safe forms, which coercion undoes."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import Literal

KeyRule = Literal["identifier", "dotted"]
"""`identifier`: a letter or `_` first, then letters, digits, `_`. `dotted`: letters, digits, `_`, `.` and `-`."""

_SAFE: dict[KeyRule, re.Pattern[str]] = {
    "identifier": re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}\Z"),
    "dotted": re.compile(r"[A-Za-z0-9_.-]{1,64}\Z"),
}
_FORBIDDEN = re.compile(r"[^A-Za-z0-9_]+")


@lru_cache(maxsize=8192)
def safe_key(name: str, rule: KeyRule) -> str:
    """The name itself where the rule allows it and it has at most 64 characters, else a form of it that is allowed.

    Forms of different names differ by six digits of a hash, so that no table of names need travel with a tool.
    """
    return name if _SAFE[rule].match(name) else _form(name)


def _form(name: str) -> str:
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:6]
    words = _FORBIDDEN.sub("_", name).strip("_")[:56]
    return f"_{words}_{digest}" if not words or words[0].isdigit() else f"{words}_{digest}"


def safe_forms(name: str) -> set[str]:
    """All names under which a model may have been shown this one."""
    return {safe_key(name, "identifier"), safe_key(name, "dotted")}
