"""Which function a method and a path mean: a trie over the segments of path templates. Pure.

Literal segments win over those with literal parts (`{base}...{head}`, `{id}.json`), these over plain parameters, as
OpenAPI asks for. A search visits each node of the trie at most once, and no pattern of a document is run as a regular
expression, so a path cannot make it slow.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from madang.proxy.connections import FunctionView

_PARAMETER = re.compile(r"\{[^{}/]*\}")
_MOST_SEGMENTS = 128


@dataclass
class _Node:
    literals: dict[bytes, _Node] = field(default_factory=dict["bytes", "_Node"])
    patterns: list[tuple[tuple[bytes, ...], _Node]] = field(default_factory=list["tuple[tuple[bytes, ...], _Node]"])
    parameter: _Node | None = None
    functions: dict[bytes, FunctionView] = field(default_factory=dict[bytes, FunctionView])


class Routes:
    """The functions of one connection, found by method and path."""

    def __init__(self, functions: Iterable[FunctionView]) -> None:
        self._root = _Node()
        for function in functions:
            self._add(function)

    def find(self, method: bytes, path: bytes) -> FunctionView | None:
        """The function that `path` (encoded, without query, beginning with `/`) means, or None."""
        segments = split_path(path)
        if len(segments) > _MOST_SEGMENTS:
            return None
        return _search(self._root, segments, 0, method)

    def _add(self, function: FunctionView) -> None:
        node = self._root
        for segment in function.path.removeprefix("/").split("/"):
            node = _child(node, segment)
        node.functions.setdefault(function.method.upper().encode(), function)


def split_path(path: bytes) -> list[bytes]:
    """The segments of a path, decoded; an encoded slash stays inside its segment."""
    segments = path.removeprefix(b"/").split(b"/")
    return [unquote_to_bytes(segment) for segment in segments] if b"%" in path else segments


def _child(node: _Node, segment: str) -> _Node:
    parts = tuple(unquote_to_bytes(part) for part in _PARAMETER.split(segment))
    if len(parts) == 1:
        return node.literals.setdefault(parts[0], _Node())
    if parts == (b"", b""):
        node.parameter = node.parameter or _Node()
        return node.parameter
    for known, child in node.patterns:
        if known == parts:
            return child
    child = _Node()
    node.patterns.append((parts, child))
    node.patterns.sort(key=lambda entry: -sum(map(len, entry[0])))
    return child


def _search(node: _Node, segments: Sequence[bytes], index: int, method: bytes) -> FunctionView | None:
    if index == len(segments):
        return node.functions.get(method)
    segment = segments[index]
    literal = node.literals.get(segment)
    if literal and (found := _search(literal, segments, index + 1, method)):
        return found
    for parts, child in node.patterns:
        if _fits(parts, segment) and (found := _search(child, segments, index + 1, method)):
            return found
    if node.parameter and segment:
        return _search(node.parameter, segments, index + 1, method)
    return None


def _fits(parts: Sequence[bytes], segment: bytes) -> bool:
    """Whether a segment is these literals in order, with at least a byte (the parameter's value) between each two."""
    if not segment.startswith(parts[0]):
        return False
    at = len(parts[0])
    for part in parts[1:-1]:
        found = segment.find(part, at + 1)
        if found < 0:
            return False
        at = found + len(part)
    last = parts[-1]
    return len(segment) - len(last) > at and segment.endswith(last)
