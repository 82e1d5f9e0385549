"""YAML as JSON: the parser's events become plain JSON values by the rules of JSON, not by those of YAML 1.1.

`on` stays text, dates stay text, keys are text as written (`200` is "200"), and what aliases stand for is counted.
Built on events and without recursion, so that depth and growth are ours to bound.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import cast

import yaml

from madang.kit.errors import InvalidError, TooLargeError
from madang.kit.json import JsonObject, JsonValue
from madang.schema.documents.limits import Limits

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)\Z")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]*)(\.[0-9]*)?([eE][-+]?[0-9]+)?\Z")
_WORDS: dict[str, JsonValue] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_FIRST_OF_NUMBER = frozenset("-+0123456789")
_TAG = "tag:yaml.org,2002:"
_LARGEST = 2**64 - 1


@dataclass(frozen=True, kw_only=True)
class YamlDocument:
    """The value and what was noticed on the way, a sentence each."""

    value: JsonValue
    notes: tuple[str, ...]


class _Level:
    """One open collection: the value, the key that waits for its value, and how many nodes it stands for."""

    __slots__ = ("anchor", "key", "merges", "nodes", "value")

    def __init__(self, value: JsonObject | list[JsonValue], anchor: str | None) -> None:
        self.value = value
        self.anchor = anchor
        self.key: str | None = None
        self.merges: list[JsonValue] = []
        self.nodes = 1


class _Builder:
    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._levels: list[_Level] = []
        self._anchors: dict[str, tuple[JsonValue, int]] = {}
        self._open: set[str] = set()
        self._aliased = 0
        self.notes: list[str] = []
        self.value: JsonValue = None
        self.is_done = False

    def scalar(self, event: yaml.ScalarEvent) -> None:
        text = event.value
        if self._wants_key():
            self._key(text, event)
            return
        value = text if not event.implicit[0] and event.tag is None else _scalar(text, event)
        if event.anchor is not None:
            self._anchors[event.anchor] = (value, 1)
        self._put(value, 1)

    def alias(self, event: yaml.AliasEvent) -> None:
        name = cast("str", event.anchor)
        if name in self._open:
            raise InvalidError(f"The YAML alias '*{name}' ({_where(event)}) stands for something that contains it.")
        if name not in self._anchors:
            raise InvalidError(f"The YAML alias '*{name}' ({_where(event)}) has no anchor '&{name}' before it.")
        value, nodes = self._anchors[name]
        if self._wants_key():
            self._key(value if isinstance(value, str) else "", event)
            return
        self._aliased += nodes
        if self._aliased > self._limits.yaml_aliases:
            raise TooLargeError(
                f"The YAML aliases of this document stand for more than {self._limits.yaml_aliases:,} nodes "
                f"({_where(event)}). Write the document without nested aliases, or as JSON."
            )
        self._put(value, nodes)

    def start(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent) -> None:
        if self._wants_key():
            raise InvalidError(f"A key of a YAML mapping must be text; this one is a collection ({_where(event)}).")
        if len(self._levels) >= self._limits.yaml_depth:
            raise TooLargeError(
                f"The document is nested deeper than {self._limits.yaml_depth} levels ({_where(event)})."
            )
        value: JsonObject | list[JsonValue] = {} if isinstance(event, yaml.MappingStartEvent) else []
        if event.anchor is not None:
            self._open.add(event.anchor)
        self._levels.append(_Level(value, event.anchor))

    def end(self) -> None:
        level = self._levels.pop()
        if isinstance(level.value, dict):
            _merge(level.value, level.merges)
        if level.anchor is not None:
            self._open.discard(level.anchor)
            self._anchors[level.anchor] = (level.value, level.nodes)
        self._put(level.value, level.nodes)

    def _wants_key(self) -> bool:
        return bool(self._levels) and isinstance(self._levels[-1].value, dict) and self._levels[-1].key is None

    def _key(self, text: str, event: yaml.Event) -> None:
        level = self._levels[-1]
        if text in level.value and text != "<<":
            self.notes.append(f"The key '{text}' stands twice in one mapping ({_where(event)}); the last one counts.")
        level.key = text

    def _put(self, value: JsonValue, nodes: int) -> None:
        if not self._levels:
            self.value, self.is_done = value, True
            return
        level = self._levels[-1]
        level.nodes += nodes
        if isinstance(level.value, list):
            level.value.append(value)
            return
        key, level.key = level.key or "", None
        if key == "<<" and isinstance(value, dict | list):
            level.merges.append(value)
        else:
            level.value[key] = value


def parse_yaml(text: str, limits: Limits) -> YamlDocument:
    """The first document of a YAML text.

    Raises:
        InvalidError: the text is not YAML, or says what JSON cannot.
        TooLargeError: it is nested too deep, or its aliases stand for too much.
    """
    builder = _Builder(limits)
    try:
        _feed(builder, _events(text))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise InvalidError(f"The document is not valid YAML{where}: {error.problem or error.context}.") from error
    except yaml.YAMLError as error:
        raise InvalidError(f"The document is not valid YAML: {str(error).splitlines()[0]}.") from error
    return YamlDocument(value=builder.value, notes=tuple(builder.notes))


def _events(text: str) -> Iterator[yaml.Event]:
    return yaml.parse(text, Loader=yaml.CSafeLoader)


def _feed(builder: _Builder, events: Iterable[yaml.Event]) -> None:
    for event in events:
        if builder.is_done and isinstance(event, yaml.DocumentStartEvent):
            builder.notes.append(f"The YAML holds several documents; only the first is read ({_where(event)}).")
            return
        if isinstance(event, yaml.ScalarEvent):
            builder.scalar(event)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            builder.start(event)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            builder.end()
        elif isinstance(event, yaml.AliasEvent):
            builder.alias(event)


def _scalar(text: str, event: yaml.ScalarEvent) -> JsonValue:
    tag = event.tag
    if tag is not None and tag != "!" and not tag.startswith(_TAG):
        tag = None
    if tag in ("!", f"{_TAG}str", f"{_TAG}binary", f"{_TAG}timestamp"):
        return text
    if text in _WORDS:
        return _WORDS[text]
    return _number(text) if text[0] in _FIRST_OF_NUMBER else text


def _number(text: str) -> JsonValue:
    if _INTEGER.match(text) and len(text) < 400:
        value = int(text)
        return value if -(2**63) <= value <= _LARGEST else float(value) if len(text) < 300 else text
    if _FLOAT.match(text):
        real = float(text)
        return text if real in (float("inf"), float("-inf")) else real
    return text


def _merge(value: JsonObject, merges: list[JsonValue]) -> None:
    for merge in merges:
        for source in merge if isinstance(merge, list) else [merge]:
            if isinstance(source, dict):
                for key, member in source.items():
                    value.setdefault(key, member)


def _where(event: yaml.Event) -> str:
    mark = event.start_mark
    return f"line {mark.line + 1}, column {mark.column + 1}" if mark else "somewhere"
