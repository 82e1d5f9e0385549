"""Keyset pages by a time and an id: the next page begins where the last one ended, whatever was added meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from madang.examples.bbs.values import Sort
from madang.kit.errors import FieldError, InvalidError
from madang.kit.pages import PageRequest, decode_cursor, encode_cursor

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def cut(
    query: Select[*tuple[Any, ...]],
    at: InstrumentedAttribute[datetime],
    key: InstrumentedAttribute[str],
    sort: Sort,
    page: PageRequest,
) -> Select[*tuple[Any, ...]]:
    """The query in the order of `at`, then `key`, from the cursor on, with one row over the limit to see the end."""
    place = tuple_(at, key)
    descending = sort.startswith("-")
    if page.cursor is not None:
        last = tuple_(*read_cursor(page.cursor, sort))
        query = query.where(place < last if descending else place > last)
    order = (at.desc(), key.desc()) if descending else (at.asc(), key.asc())
    return query.order_by(*order).limit(page.limit + 1)


def write_cursor(at: datetime, key: str, sort: Sort) -> str:
    """The cursor of what follows the item with these keys."""
    return encode_cursor(sort, (at - _EPOCH) // _MICROSECOND, key)


def read_cursor(cursor: str, sort: Sort) -> tuple[datetime, str]:
    """The keys in a cursor. Raises InvalidError for one of another list or of another order."""
    found, at, key = decode_cursor(cursor, 3)
    try:
        if found == sort and isinstance(at, int) and isinstance(key, str) and key.isprintable():
            return _EPOCH + at * _MICROSECOND, key
    except OverflowError:
        pass
    raise InvalidError(
        "the cursor belongs to another list or another sort; start again without it",
        errors=[FieldError(pointer="/cursor", code="cursor", message="of another list or sort")],
    )
