"""Pages of a list: what the arguments ask for, and what the envelope says about the rest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from madang.kit.json import JsonObject, JsonValue

_LIMITS = (
    "limit",
    "perpage",
    "pagesize",
    "maxresults",
    "pagelimit",
    "size",
    "count",
    "take",
    "top",
    "max",
    "resultsperpage",
    "itemsperpage",
    "first",
)
_PAGES = ("page", "pagenumber", "pageno", "pagenum", "currentpage", "pageindex")
_OFFSETS = ("offset", "skip", "start", "startindex", "from", "startat")
_CURSORS = (
    "cursor",
    "pagetoken",
    "nexttoken",
    "nextpagetoken",
    "nextcursor",
    "startingafter",
    "after",
    "marker",
    "continuation",
    "continuationtoken",
    "pagecursor",
    "pagingtoken",
    "scrollid",
)
_WORD = re.compile(r"[^a-z0-9]")
_CURSOR = re.compile(r"c(\d{1,9})\Z")
_MOST = 1_000


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page: its items, where it begins, how many there are, and the cursor of the next one if there is one."""

    items: Sequence[JsonObject]
    start: int
    size: int
    total: int
    next_cursor: str | None

    def says(self, name: str) -> list[JsonValue]:
        """What a member of the envelope may say by its name, the best first; nothing for an unknown name."""
        key = _WORD.sub("", name.lower())
        is_last = self.next_cursor is None
        if key in ("total", "totalcount", "totalitems", "totalresults", "totalrecords", "totalelements", "totalsize"):
            return [self.total]
        if key in ("count", "size", "numberofelements", "returned"):
            return [len(self.items)]
        if key in ("hasmore", "hasnext", "hasnextpage", "more", "istruncated"):
            return [not is_last]
        if key in ("pages", "totalpages", "pagecount", "lastpage"):
            return [max(1, -(-self.total // max(self.size, 1)))]
        if key in ("limit", "perpage", "pagesize"):
            return [self.size]
        if key in ("offset", "skip", "startindex"):
            return [self.start]
        if key in ("page", "pagenumber", "currentpage"):
            return [self.start // max(self.size, 1) + 1]
        if key in ("nextcursor", "nextpagetoken", "nexttoken", "continuationtoken", "endcursor", "cursor", "next"):
            return [None, ""] if is_last else [self.next_cursor]
        return [None, ""] if key in ("nextpage", "nexturl", "nextlink", "nextpageurl") else []


def page_of(items: Mapping[str, JsonObject], arguments: Mapping[str, JsonValue]) -> Page:
    """The page that arguments, by the names of the wire, ask for; all items where they ask for none."""
    named = {_WORD.sub("", name.lower()): value for name, value in arguments.items()}
    limit = _number(named, _LIMITS)
    size = min(max(limit, 0), _MOST) if limit is not None else _MOST
    start = _start(named, size, [*items])
    chosen = list(items.values())[start : start + size]
    end = start + len(chosen)
    is_last = end >= len(items) or not chosen
    return Page(
        items=chosen,
        start=start,
        size=size if limit is not None else max(len(chosen), 1),
        total=len(items),
        next_cursor=None if is_last else f"c{end}",
    )


def _start(named: Mapping[str, JsonValue], size: int, keys: list[str]) -> int:
    cursor = next((named[name] for name in _CURSORS if name in named), None)
    if cursor is not None and cursor != "":
        counted = _CURSOR.match(str(cursor))
        return int(counted[1]) if counted else keys.index(str(cursor)) + 1 if str(cursor) in keys else len(keys)
    offset = _number(named, _OFFSETS)
    if offset is not None:
        return max(offset, 0)
    page = _number(named, _PAGES)
    return (max(page, 1) - 1) * size if page is not None else 0


def _number(named: Mapping[str, JsonValue], names: Iterable[str]) -> int | None:
    for name in names:
        value = named.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if isinstance(value, str) and value.isdecimal() and len(value) < 10:
            return int(value)
    return None
