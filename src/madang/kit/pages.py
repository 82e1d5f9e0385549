"""Pages of lists: what a caller asks for, what it gets, and opaque cursors."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

from madang.kit.errors import FieldError, InvalidError

T = TypeVar("T")

MAX_LIMIT = 200
DEFAULT_LIMIT = 50


@dataclass(frozen=True, kw_only=True)
class PageRequest:
    """Which part of a list: at most `limit` items (1 to 200) after `cursor`, which a former page gave."""

    limit: int = DEFAULT_LIMIT
    cursor: str | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.limit <= MAX_LIMIT:
            raise InvalidError(
                f"limit is {self.limit}, but must be between 1 and {MAX_LIMIT}",
                errors=[FieldError(pointer="/limit", code="range", message=f"between 1 and {MAX_LIMIT}")],
            )


@dataclass(frozen=True, kw_only=True)
class Page(Generic[T]):
    """A part of a list and the cursor of what follows; `next` is None at the end."""

    data: Sequence[T]
    next: str | None = None


def encode_cursor(*keys: str | int | None) -> str:
    """An opaque cursor from the sort keys of the last item of a page."""
    text = json.dumps(keys, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(cursor: str, count: int) -> list[str | int | None]:
    """The `count` sort keys in a cursor. Raises InvalidError for a cursor that no page of this list gave."""
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        keys: object = json.loads(text)
        if isinstance(keys, list) and len(found := _keys(cast("list[object]", keys))) == count:
            return found
    except (ValueError, RecursionError):
        pass
    raise InvalidError(
        "the cursor is not one that this list gave; start again without it",
        errors=[FieldError(pointer="/cursor", code="cursor", message="unknown cursor")],
    )


def _keys(values: list[object]) -> list[str | int | None]:
    return [value for value in values if value is None or isinstance(value, str | int)]
