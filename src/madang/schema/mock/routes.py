"""Which functions a method and a path mean, and what the path's variables hold: a trie over path templates.

Literal segments win over those with literal parts (`{id}.json`), these over plain variables, as OpenAPI asks for.
A search visits each node at most once, and no pattern of a document is run, so a path cannot make it slow.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

from madang.schema.functions import Function

_VARIABLE = re.compile(r"\{([^{}/]*)\}")
_ADJACENT = re.compile(r"\{([^{}/]*)\}(?=\{([^{}/]*)\})")
_MOST_SEGMENTS = 128


@dataclass(frozen=True, kw_only=True)
class Route:
    """Functions of one method and template; documents tell some apart by more than that. `values` are encoded."""

    functions: Sequence[Function]
    values: Sequence[str]

    def values_of(self, function: Function) -> dict[str, str]:
        """The encoded values of the path's variables, by the names that this function gives them."""
        template = _template(function)
        values = dict(zip(_VARIABLE.findall(template), self.values, strict=True))
        for first, second in _ADJACENT.findall(template):
            _divide(values, first, second, function)
        return values


@dataclass
class _Node:
    literals: dict[str, _Node] = field(default_factory=dict["str", "_Node"])
    patterns: list[tuple[tuple[str, ...], _Node]] = field(default_factory=list["tuple[tuple[str, ...], _Node]"])
    variable: _Node | None = None
    functions: dict[str, list[Function]] = field(default_factory=dict[str, list[Function]])


class Routes:
    """The functions of one document, found by method and path."""

    def __init__(self, functions: Iterable[Function]) -> None:
        self._root = _Node()
        for function in functions:
            node = self._root
            for segment in _template(function).removeprefix("/").split("/"):
                node = _child(node, segment)
            node.functions.setdefault(function.method.upper(), []).append(function)

    def find(self, method: str, path: str) -> Route | None:
        """The functions that a path, encoded and beginning with `/`, means."""
        segments = path.removeprefix("/").split("/")
        if len(segments) > _MOST_SEGMENTS:
            return None
        return _search(self._root, segments, 0, method.upper(), [])

    def methods(self, path: str) -> list[str]:
        """The methods under which a path is known."""
        known = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY")
        return [method for method in known if self.find(method, path) is not None]


def _child(node: _Node, segment: str) -> _Node:
    parts = tuple(unquote(part) for part in _VARIABLE.split(segment)[::2])
    if len(parts) == 1:
        return node.literals.setdefault(parts[0], _Node())
    if parts == ("", ""):
        node.variable = node.variable or _Node()
        return node.variable
    for known, child in node.patterns:
        if known == parts:
            return child
    child = _Node()
    node.patterns.append((parts, child))
    node.patterns.sort(key=lambda entry: -sum(map(len, entry[0])))
    return child


def _search(node: _Node, segments: Sequence[str], index: int, method: str, values: list[str]) -> Route | None:
    if index == len(segments):
        functions = node.functions.get(method)
        return Route(functions=functions, values=tuple(values)) if functions else None
    segment = segments[index]
    literal = node.literals.get(unquote(segment))
    if literal is not None and (found := _search(literal, segments, index + 1, method, values)):
        return found
    for parts, child in node.patterns:
        held = _held(parts, segment)
        if held is not None and (found := _search(child, segments, index + 1, method, [*values, *held])):
            return found
    if node.variable is not None and segment:
        return _search(node.variable, segments, index + 1, method, [*values, segment])
    return None


def _held(parts: Sequence[str], segment: str) -> list[str] | None:
    """What stands between the literals of a segment, or None where they do not stand there in order.

    Found from the end: in `{size}.{format}` the last dot is the one that is meant.
    """
    if not segment.startswith(parts[0]) or not segment.endswith(parts[-1]):
        return None
    held: list[str] = []
    start, end = len(parts[0]), len(segment) - len(parts[-1])
    for part in reversed(parts[1:-1]):
        # The value after this literal has a character at least, and so has that before it.
        found = segment.rfind(part, start + 1, end - 1)
        if found < 0:
            return None
        held.insert(0, segment[found + len(part) : end])
        end = found
    return [segment[start:end], *held] if end > start else None


def _template(function: Function) -> str:
    """The path as it is sent: what follows `#` or `?` tells functions apart and is not part of it."""
    return function.path.partition("#")[0].partition("?")[0]


def _divide(values: dict[str, str], first: str, second: str, function: Function) -> None:
    """Two variables with nothing between them: the second is one of the words that its schema lists."""
    joined = values[first] + values[second]
    schemas = [
        argument.schema for argument in function.arguments if argument.location == "path" and argument.wire == second
    ]
    for schema in schemas:
        options = schema.get("enum") if isinstance(schema, dict) else None
        for option in options if isinstance(options, list) else []:
            word = quote(str(option), safe="")
            if joined.endswith(word) and len(joined) > len(word):
                values[first], values[second] = joined.removesuffix(word), word


def tags_of(function: Function) -> Mapping[tuple[str, str], list[str]]:
    """The few values that required parameters allow: what tells functions of one method and path apart."""
    found: dict[tuple[str, str], list[str]] = {}
    for argument in function.arguments:
        schema = argument.schema if isinstance(argument.schema, dict) else {}
        options = [schema["const"]] if "const" in schema else schema.get("enum")
        if argument.is_required and argument.location in ("query", "header") and isinstance(options, list):
            found[argument.location, argument.wire] = [str(option) for option in options]
    return found
