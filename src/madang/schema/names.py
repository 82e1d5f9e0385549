"""Names of functions and arguments: readable for people, flat for models, the same again on the next import.

The rules are those of the workflow language. An operationId of words separated by `.`, `/` or `:` keeps them;
otherwise the group is the first tag or the first literal segment of the path, and the operation is the operationId
without the group's words, or method and path. Names in requests are never re-cased, only made identifiers.
"""

from __future__ import annotations

import hashlib
import keyword
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from madang.schema.functions import Function, Location

_DOTTED = re.compile(r"[^\W_][\w-]*(?:[./:][^\W_][\w-]*)+\Z")
_WORDS = re.compile(r"[^\W_]+")
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_LONGEST_MODEL_NAME = 64
_LONGEST_SEGMENT = 100
_MOST_UNDERSCORES = 3
_NO_GROUP = "root"
_WHOLE_BODY = "body"


@dataclass(frozen=True, kw_only=True)
class FunctionNames:
    """The names of one function, and of its arguments by location and wire name."""

    name: str
    model_name: str
    operation_id: str | None = None
    arguments: Mapping[tuple[Location, str], str] = field(default_factory=dict[tuple[Location, str], str])


@dataclass(frozen=True, kw_only=True)
class NameTable:
    """Names of an earlier import: of functions by the pointer of their operation, of shared schemas by theirs."""

    functions: Mapping[str, FunctionNames] = field(default_factory=dict[str, FunctionNames])
    schemas: Mapping[str, str] = field(default_factory=dict[str, str])


def name_table(functions: Iterable[Function], schema_sources: Mapping[str, str]) -> NameTable:
    """The table that makes the next import of the same document keep today's names.

    Args:
        functions: Those of the earlier import.
        schema_sources: `FunctionSet.schema_sources` of the earlier import.
    """
    return NameTable(
        functions={
            function.source: FunctionNames(
                name=function.name,
                model_name=function.model_name,
                operation_id=function.operation_id,
                arguments={(argument.location, argument.wire): argument.name for argument in function.arguments},
            )
            for function in functions
        },
        schemas={source: name for name, source in schema_sources.items()},
    )


@lru_cache(maxsize=50_000)
def snake(text: str) -> str:
    """Words in snake case, a keyword with `_` after it, a leading digit with `_` before it; empty where no word is."""
    words = [part.lower() for word in _WORDS.findall(_only_nfkc(text)) for part in _HUMPS.split(word)]
    return as_identifier("_".join(words)[:_LONGEST_SEGMENT].strip("_")) if words else ""


@lru_cache(maxsize=50_000)
def as_identifier(text: str) -> str:
    """A wire name as an argument: other characters become `_`, a leading digit gets `_` before it, a keyword after."""
    if _PLAIN.match(text):
        return text + "_" if keyword.iskeyword(text) else text
    name = "".join(letter if _may_stand(letter) else "_" for letter in text)
    if not unicodedata.is_normalized("NFKC", name):
        name = "".join(letter if letter.isascii() else "_" for letter in name)
    if not name or name[0].isdigit() or not name.isidentifier():
        name = "_" + name
    return name + "_" if keyword.iskeyword(name) else name


def _may_stand(letter: str) -> bool:
    if letter.isascii():
        return letter.isalnum() or letter == "_"
    return ("a" + letter).isidentifier() and unicodedata.is_normalized("NFKC", letter)


def _only_nfkc(text: str) -> str:
    return text if text.isascii() else "".join(letter if _may_stand(letter) else " " for letter in text)


class ArgumentNames:
    """Names the arguments of one function, in document order.

    Args:
        earlier: Names of the earlier import, by location and wire name; they are kept.
    """

    def __init__(self, earlier: Mapping[tuple[Location, str], str]) -> None:
        self._earlier = earlier
        self._reserved = set(earlier.values())
        self._taken: set[str] = set()

    def name(self, location: Location, wire: str) -> str:
        """The keyword for one place of the request; a clash of a body's property is first qualified by `body_`. The
        whole body, whose wire name is empty, is `body`."""
        known = self._earlier.get((location, wire))
        if known is not None and known not in self._taken:
            self._taken.add(known)
            return known
        name = as_identifier(wire or _WHOLE_BODY)
        if location == "body" and self._is_used(name):
            name = "body_" + name.removeprefix("_") if name.startswith("_") else f"body_{name}"
        while self._is_used(name):
            name += "_"
        self._taken.add(name)
        return name

    def _is_used(self, name: str) -> bool:
        return name in self._taken or name in self._reserved


class OperationNames:
    """Names the functions of one document, in document order.

    Args:
        earlier: Names of the earlier import.
        present: Pointers of the operations of this document.
    """

    def __init__(self, earlier: Mapping[str, FunctionNames], present: Iterable[str] = ()) -> None:
        here = set(present)
        self._by_source = earlier
        moved = {source: names for source, names in earlier.items() if source not in here}
        self._by_id = {names.operation_id: names for names in moved.values() if names.operation_id}
        self._reserved = {names.name for names in earlier.values()}
        self._reserved_models = {names.model_name for names in earlier.values()}
        self._taken: set[str] = set()
        self._groups: set[str] = set()
        self._models: set[str] = set()
        self._repeats: dict[str, int] = {}

    def name(
        self, source: str, operation_id: str | None, *, method: str, path: str, tags: Sequence[str]
    ) -> FunctionNames:
        """The names of one operation. An operation that moved to another path keeps its names by its operationId."""
        known = self._by_source.get(source) or (self._by_id.pop(operation_id, None) if operation_id else None)
        if known is not None and known.name not in self._taken:
            self._take(known.name)
            self._models.add(known.model_name)
            return known
        name = self._free(function_name(operation_id, method=method, path=path, tags=tags))
        self._take(name)
        return FunctionNames(name=name, model_name=self._model(name, source), operation_id=operation_id)

    def _take(self, name: str) -> None:
        self._taken.add(name)
        parts = name.split(".")
        self._groups.update(".".join(parts[:end]) for end in range(1, len(parts)))

    def _free(self, wish: str) -> str:
        group, _, operation = wish.rpartition(".")
        group = self._free_group(group)
        wish = name = f"{group}.{operation}"
        while name in self._taken or name in self._groups or name in self._reserved:
            count = self._repeats[wish] = self._repeats.get(wish, 0) + 1
            name = wish + "_" * count if count <= _MOST_UNDERSCORES else f"{wish}_{count}"
        return name

    def _free_group(self, group: str) -> str:
        """A group may not be the name of an operation, as `a.b` and `a.b.c` would have it."""
        parts: list[str] = []
        for part in group.split("."):
            while ".".join([*parts, part]) in self._taken:
                part += "_"
            parts.append(part)
        return ".".join(parts)

    def _model(self, name: str, source: str) -> str:
        flat = re.sub(r"[^A-Za-z0-9_-]+", "_", name).strip("_") or "call"
        if (
            len(flat) > _LONGEST_MODEL_NAME
            or flat in self._models
            or flat in self._reserved_models
            or not name.isascii()
        ):
            digest = hashlib.sha256(source.encode(errors="replace")).hexdigest()[:8]
            flat = f"{_cut(flat, _LONGEST_MODEL_NAME - 9)}_{digest}"
        number, wish = 2, flat[: _LONGEST_MODEL_NAME - 6]
        while flat in self._models or flat in self._reserved_models:
            flat, number = f"{wish}_{number}", number + 1
        self._models.add(flat)
        return flat


def function_name(operation_id: str | None, *, method: str, path: str, tags: Sequence[str]) -> str:
    """`group.operation` of one operation, before clashes are settled."""
    if operation_id and _DOTTED.match(operation_id):
        parts = [snake(part) for part in re.split(r"[./:]", operation_id)]
        if all(parts):
            return ".".join(parts)
    group = next((name for name in map(snake, tags[:1]) if name), "") or _path_group(path)
    if operation_id and snake(operation_id):
        return f"{group}.{_without_group(snake(operation_id), group)}"
    return f"{group}.{snake(f'{method.lower()} {path}')}"


def _path_group(path: str) -> str:
    literal = (segment for segment in path.split("/") if segment and "{" not in segment)
    return next((name for name in map(snake, literal) if name), _NO_GROUP)


def _without_group(operation: str, group: str) -> str:
    words, lead = operation.split("_"), group.split("_")
    for start in range(len(words) - len(lead) + 1):
        if words[start : start + len(lead)] == lead:
            return (
                as_identifier("_".join(words[:start] + words[start + len(lead) :]))
                if len(words) > len(lead)
                else operation
            )
    return operation


def _cut(text: str, length: int) -> str:
    if len(text) <= length:
        return text
    end = text.rfind("_", length // 2, length + 1)
    return text[: end if end > 0 else length]
