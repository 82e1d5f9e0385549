"""Media types: what each is on the wire, and which of several serves best."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TypeVar

from madang.schema.functions import BodyForm

_RANK: dict[BodyForm, int] = {"json": 0, "multipart": 2, "urlencoded": 1, "text": 3, "binary": 4}
_Item = TypeVar("_Item")


def essence(media_type: str) -> str:
    """`type/subtype` in lower case, without parameters."""
    return media_type.split(";", 1)[0].strip().lower()


@lru_cache(maxsize=2_000)
def form_of(media_type: str) -> BodyForm:
    """How a body of this media type is written. XML and other texts with a syntax of their own are written as text."""
    kind = essence(media_type)
    main, _, sub = kind.partition("/")
    if sub == "json" or sub.endswith("+json") or kind in ("*/*", "application/*", ""):
        return "json"
    if kind == "application/x-www-form-urlencoded":
        return "urlencoded"
    if main == "multipart":
        return "multipart"
    if main == "text" or sub.endswith(("xml", "yaml", "graphql", "javascript", "x-ndjson", "jsonl", "csv")):
        return "text"
    return "binary"


@lru_cache(maxsize=2_000)
def rank(media_type: str) -> tuple[int, int]:
    """Smaller is better: JSON, plain JSON before its kin; then forms, text, bytes."""
    kind = essence(media_type)
    return _RANK[form_of(media_type)], {"application/json": 0, "*/*": 2}.get(kind, 1)


def by_rank(items: Iterable[tuple[str, _Item]]) -> Sequence[tuple[str, _Item]]:
    """Pairs of media type and anything, the best first, otherwise in document order."""
    return sorted(items, key=lambda item: rank(item[0]))
