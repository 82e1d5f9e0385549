"""Lists that come in pages: recognised from parameters, answers and headers, or declared by `x-madang-pagination`.

A list is in pages where a parameter says where to go on (a page's number, an offset, a cursor) and something else
speaks for it: a limit, a list in the answer, a next cursor, a total, a `Link` header. A name that means other things as
well (`from`, `after`, `start`) needs more. What is recognised is a reading of names, so it is declared, not enforced.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Literal

from madang.kit.json import JsonObject, JsonValue, pointer
from madang.schema.functions import Answer, Argument, Pagination, PaginationKind
from madang.schema.pagination_words import (
    COUNT,
    CURSOR,
    CURSOR_HOLDERS,
    CURSOR_OR_OTHER,
    HAS_MORE,
    ITEMS,
    LIMIT,
    LIMIT_OR_OTHER,
    NEXT,
    NEXT_HOLDERS,
    NEXT_OF_NEXT,
    NEXT_OF_WRAPPER,
    OFFSET,
    OFFSET_OR_OTHER,
    PAGE,
    TOTAL,
    WRAPPERS,
    plain,
)
from madang.schema.references import References

_WITH_CURSOR_OF_ITEM = frozenset({"startingafter", "startafter", "startafterid", "afterid"})
_LARGEST = re.compile(r"\bmax(?:imum)?\b\D{0,40}?(\d{1,6})\b", re.IGNORECASE)
_PARTS_LIMIT = 16
_ID = "id"

Role = Literal["page", "offset", "cursor", "limit", "offset?", "cursor?", "limit?", "before"]
Place = tuple[str, ...]


def find_pagination(
    arguments: Sequence[Argument],
    answers: Sequence[Answer],
    result: JsonValue,
    references: References,
    path: str,
    *,
    is_read: bool,
) -> Pagination | None:
    """How the lists of a function come in pages, or None where nothing says that they do.

    Args:
        arguments: Its arguments.
        answers: Its answers, for their headers.
        result: The schema of success.
        references: Resolves the references in it.
        path: The path of the operation; a list is often called as its last word.
        is_read: Whether it only reads; one that does more (a search by POST) has to answer with a list or a cursor.
    """
    roles = _roles(arguments)
    has_link = any("link" in answer.headers for answer in answers if answer.status.startswith("2"))
    if not has_link and not (roles.keys() & _STARTERS):
        return None
    reader = _Reader(result, references, path)
    chosen = _choose(roles, reader, has_link=has_link)
    if chosen is None or not (is_read or reader.next or (reader.items is not None and reader.says_more)):
        return None
    kind, parameter = chosen
    limit = roles.get("limit") or roles.get("limit?")
    return Pagination(
        kind=kind,
        parameter=parameter.name if parameter is not None else None,
        start=_start(parameter) if kind == "page" and parameter is not None else None,
        limit=limit.name if limit is not None and limit is not parameter else None,
        limit_maximum=_maximum(limit) if limit is not None and limit is not parameter else None,
        items=reader.items,
        next=reader.next_for(parameter),
        has_more=reader.has_more,
        total=reader.total,
        has_link=has_link,
        item_cursor=_item_cursor(kind, parameter, reader),
    )


def _choose(
    roles: Mapping[Role, Argument], reader: _Reader, *, has_link: bool
) -> tuple[PaginationKind, Argument | None] | None:
    """The kind and the argument that says where to go on; a cursor that the answer gives goes before a number."""
    limit = "limit" in roles or "limit?" in roles
    is_list, says = reader.items is not None, reader.says_more
    cursor, vague = roles.get("cursor"), roles.get("cursor?")
    speaks = is_list or limit or says or reader.is_open
    if cursor is not None and speaks and (reader.next is not None or not (roles.keys() & {"page", "offset"})):
        return ("cursor" if reader.next is not None or not has_link else "link"), cursor
    numbers: tuple[PaginationKind, ...] = ("page", "offset")
    for kind in numbers:
        numbered = roles.get("page" if kind == "page" else "offset")
        if numbered is not None and (limit or is_list or says or has_link or _counts(numbered)):
            return kind, numbered
    goes_both_ways = is_list and "before" in roles
    if vague is not None and limit and (reader.next or reader.has_more or has_link or goes_both_ways):
        return ("cursor" if reader.next is not None or not has_link else "link"), vague
    if "offset?" in roles and limit and (is_list or says or reader.is_open):
        return "offset", roles["offset?"]
    if cursor is not None and (is_list or limit):
        return "cursor", cursor
    return ("link", None) if has_link and is_list and limit else None


def _counts(argument: Argument) -> bool:
    """Whether the type says that it is a number; then a page is no page of a book."""
    return isinstance(argument.schema, dict) and argument.schema.get("type") == "integer"


_STARTERS: frozenset[Role] = frozenset({"page", "offset", "offset?", "cursor", "cursor?"})


def _roles(arguments: Sequence[Argument]) -> dict[Role, Argument]:
    """The arguments by what their names say; the first of each role."""
    found: dict[Role, Argument] = {}
    for argument in arguments:
        if argument.location not in ("query", "body"):
            continue
        role = _role(argument.wire)
        if role is not None:
            role = _by_type(role, argument)
        if role is not None:
            found.setdefault(role, argument)
    return found


@lru_cache(maxsize=20_000)
def _role(name: str) -> Role | None:
    word = plain(name)
    for role, words in _WORDS:
        if word in words:
            return role
    return None


_WORDS: tuple[tuple[Role, frozenset[str]], ...] = (
    ("page", PAGE),
    ("offset", OFFSET),
    ("cursor", CURSOR),
    ("limit", LIMIT),
    ("offset?", OFFSET_OR_OTHER),
    ("cursor?", CURSOR_OR_OTHER),
    ("limit?", LIMIT_OR_OTHER),
    ("before", frozenset({"before", "endingbefore"})),
)


def _by_type(role: Role, argument: Argument) -> Role | None:
    """What the type leaves of a role: numbers count, texts point; a date is neither, nor is a list."""
    schema = argument.schema if isinstance(argument.schema, dict) else {}
    kind, shape = schema.get("type"), schema.get("format")
    kinds = set(map(str, kind)) if isinstance(kind, list) else {str(kind)} if kind else {"integer", "string"}
    is_number, is_text = bool(kinds & {"integer", "number"}), "string" in kinds
    if shape in ("date", "date-time") or not (is_number or is_text):
        return None
    if role in ("page", "offset") and not is_number:
        says_cursor = re.search(r"cursor|token|opaque", argument.description, re.IGNORECASE)
        return "cursor" if says_cursor else role
    if role == "offset?":
        return role if is_number and kind else None
    return role


def _start(parameter: Argument) -> int:
    """The number of the first page: the default, the minimum, or 1."""
    schema = parameter.schema if isinstance(parameter.schema, dict) else {}
    for keyword in ("default", "minimum"):
        value = schema.get(keyword)
        if value in (0, 1, "0", "1") and not isinstance(value, bool):
            return int(str(value))
    return 1


def _maximum(limit: Argument) -> int | None:
    schema = limit.schema if isinstance(limit.schema, dict) else {}
    bound = schema.get("maximum")
    if isinstance(bound, (int, float)) and bound >= 1:
        return int(bound)
    said = _LARGEST.search(limit.description)
    return int(said.group(1)) if said and int(said.group(1)) > 1 else None


def _item_cursor(kind: str, parameter: Argument | None, reader: _Reader) -> str | None:
    """Where an item has what the next request begins after, for APIs that give no cursor of their own."""
    if kind != "cursor" or parameter is None or reader.next is not None:
        return None
    return pointer(_ID) if plain(parameter.wire) in _WITH_CURSOR_OF_ITEM and reader.items_have_id else None


class _Reader:
    """Finds where an answer has its items, its next cursor, its total."""

    def __init__(self, result: JsonValue, references: References, path: str) -> None:
        self._references = references
        self._own_word = plain(
            next((part for part in reversed(re.split(r"[/.]", path)) if part and "{" not in part), "")
        )
        self.is_open = result is True or result == {}
        self.items: str | None = None
        self._nexts: list[Place] = []
        self._count: str | None = None
        self.has_more: str | None = None
        self.total: str | None = None
        self.items_have_id = False
        self._read(result)

    @property
    def next(self) -> str | None:
        """Where the next cursor stands, or an address that holds it."""
        return pointer(*self._nexts[0]) if self._nexts else None

    def next_for(self, parameter: Argument | None) -> str | None:
        """Of several such places the one that is called as the parameter."""
        wire = "" if parameter is None else plain(parameter.wire)
        return next((pointer(*place) for place in self._nexts if plain(place[-1]) == wire), self.next)

    @property
    def says_more(self) -> bool:
        """Whether the answer says that or how it goes on."""
        return not (self.next is None and self.has_more is None and self.total is None)

    def _read(self, result: JsonValue) -> None:
        if self._is_list(result):
            self._take_items((), result)
            return
        members = self._members(result)
        self._take_list(members)
        for place, name, schema in self._around(members):
            self._take_word(place, name, schema)
        self.total = self.total or self._count

    def _around(self, members: JsonObject) -> Iterator[tuple[Place, str, JsonValue]]:
        """The members of the answer, then those of its members that wrap or hold the list, two levels down."""
        waiting: list[tuple[Place, JsonObject]] = [((), members)]
        for place, inner in islice(_growing(waiting), _PARTS_LIMIT):
            for name, schema in inner.items():
                yield place, name, schema
                here = (*place, name)
                if (
                    len(place) < 2
                    and (plain(name) in WRAPPERS or self._holds_items(here))
                    and not self._is_list(schema)
                ):
                    waiting.append((here, self._members(schema)))

    def _take_word(self, place: Place, name: str, schema: JsonValue) -> None:
        word, kinds = plain(name), self._kinds(schema)
        is_value = bool(kinds & {"string", "integer", "number"})
        if is_value and _is_next(place, word):
            self._nexts.append((*place, name))
        elif self.has_more is None and "boolean" in kinds and word in HAS_MORE:
            self.has_more = pointer(*place, name)
        elif self.total is None and kinds & {"integer", "number"} and word in TOTAL:
            self.total = pointer(*place, name)
        elif kinds & {"integer", "number"} and word in COUNT:
            # In some APIs that of the page, so only where nothing else says a total.
            self._count = self._count or pointer(*place, name)

    def _holds_items(self, place: Place) -> bool:
        """Whether the list itself stands at or below this place."""
        return self.items is not None and self.items.startswith(pointer(*place) + "/")

    def _take_list(self, members: JsonObject) -> None:
        """The list of the answer: by a usual name, by the path's own word, or the only one; else one level down."""
        lists = {name: schema for name, schema in members.items() if self._is_list(schema)}
        name = self._best(lists)
        if name is not None:
            self._take_items((name,), lists[name])
            return
        inside: list[tuple[Place, JsonValue]] = []
        for outer, schema in members.items():
            inner = self._members(schema)
            lists = {name: member for name, member in inner.items() if self._is_list(member)}
            is_named = plain(outer) in WRAPPERS or plain(outer) == self._own_word or len(members) <= 2
            name = self._best(lists) if is_named or any(plain(each) in ITEMS for each in lists) else None
            if name is not None:
                inside.append(((outer, name), lists[name]))
        # Several lists side by side are pages of several things.
        if len(inside) == 1:
            self._take_items(*inside[0])

    def _best(self, lists: JsonObject) -> str | None:
        for wanted in ITEMS:
            for name in lists:
                if plain(name) == wanted:
                    return name
        for name in lists:
            if plain(name) == self._own_word:
                return name
        of_objects = [name for name, schema in lists.items() if self._members(self._item(schema))]
        some = of_objects or list(lists)
        return some[0] if len(some) == 1 else None

    def _take_items(self, place: Place, schema: JsonValue) -> None:
        self.items = pointer(*place)
        self.items_have_id = _ID in self._members(self._item(schema))

    def _item(self, schema: JsonValue) -> JsonValue:
        return self._resolved(schema).get("items", True)

    def _is_list(self, schema: JsonValue) -> bool:
        return "array" in self._kinds(schema)

    def _kinds(self, schema: JsonValue) -> set[str]:
        resolved = self._resolved(schema)
        kind = resolved.get("type")
        kinds = set(map(str, kind)) if isinstance(kind, list) else {str(kind)} if kind else set[str]()
        for branch in self._references.branches(resolved)[:_PARTS_LIMIT]:
            inner = self._references.resolve(branch).get("type")
            kinds |= {inner} if isinstance(inner, str) else set()
        return kinds

    def _members(self, schema: JsonValue) -> JsonObject:
        """The properties of a schema and of what it is an intersection of; of a union, those of its branches."""
        found: JsonObject = {}
        waiting, seen = [schema], 0
        while waiting and seen < _PARTS_LIMIT:
            resolved = self._references.resolve(waiting.pop(0))
            seen += 1
            properties, parts = resolved.get("properties"), resolved.get("allOf")
            for name, member in (properties if isinstance(properties, dict) else {}).items():
                found.setdefault(name, member)
            waiting += parts if isinstance(parts, list) else []
            waiting += self._references.branches(resolved)
        return found

    def _resolved(self, schema: JsonValue) -> JsonObject:
        resolved = self._references.resolve(schema)
        parts = resolved.get("allOf")
        if isinstance(parts, list) and len(parts) == 1 and "type" not in resolved:
            return self._references.resolve(parts[0])
        return resolved


def _growing(waiting: list[tuple[Place, JsonObject]]) -> Iterator[tuple[Place, JsonObject]]:
    while waiting:
        yield waiting.pop(0)


def _is_next(place: Place, word: str) -> bool:
    """Whether a member says where the next page begins: by its name, or by what it stands in."""
    holder = plain(place[-1]) if place else ""
    return (
        word in NEXT
        or (holder in NEXT_HOLDERS and word in NEXT_OF_NEXT)
        or (holder in CURSOR_HOLDERS and word in NEXT_OF_WRAPPER)
    )
