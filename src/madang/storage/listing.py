"""Lists in pages by identifier. Identifiers are UUIDv7, so their order is the order of creation."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from madang.kit.errors import FieldError, InvalidError
from madang.kit.pages import Page, PageRequest, decode_cursor, encode_cursor

T = TypeVar("T")


async def page_by_id(
    db: AsyncSession,
    query: Select[T],
    key: InstrumentedAttribute[str],
    page: PageRequest,
    *,
    newest_first: bool = True,
) -> Page[T]:
    """The rows of `query` that follow `page.cursor`, in the order of `key`, with the cursor of the rest."""
    if page.cursor is not None:
        after = _text(decode_cursor(page.cursor, 1)[0])
        query = query.where(key < after if newest_first else key > after)
    ordered = query.order_by(key.desc() if newest_first else key.asc()).limit(page.limit + 1)
    found = list((await db.scalars(ordered)).all())
    rows = found[: page.limit]
    more = encode_cursor(_key_of(rows[-1], key)) if len(found) > page.limit else None
    return Page(data=rows, next=more)


def _key_of(row: Any, key: InstrumentedAttribute[str]) -> str:
    return str(getattr(row, key.key))


def _text(value: str | int | None) -> str:
    if isinstance(value, str):
        return value
    raise InvalidError(
        "the cursor is not one that this list gave; start again without it",
        errors=[FieldError(pointer="/cursor", code="cursor", message="unknown cursor")],
    )
