"""The model that answers where no script does: word matching, the same answer for the same request, no more.

It calls the tool whose name and description share the most words with the user's text, with arguments that the text
states (`key: value`, `key=value`, a quoted piece after a parameter's name), the other quoted pieces going to the
required texts that are left, in order. What the text does not state is left out. After a result it says the result.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from madang.fakes.llm.pieces import split_evenly, split_words
from madang.fakes.llm.values import Call, ModelRequest, Part, Reply, Text, Tool
from madang.kit.json import JsonObject, JsonValue

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+|[가-힣]+")
_QUOTED = re.compile(r"\"([^\"]*)\"|“([^”]*)”|(?<!\w)'([^']*)'(?!\w)")
_STOP_WORDS = frozenset(
    {"a", "an", "and", "by", "for", "from", "in", "is", "it", "of", "on", "or", "the", "to", "with"}
)
_NAME_WEIGHT = 3
_LEAST_SCORE = 2
"""One word of a name, or two of a description."""


def answer(request: ModelRequest) -> Reply:
    """A call of the tool that fits, the result of the last call, JSON where it is asked for, or a plain sentence."""
    if request.results:
        return _say(f"Result: {request.results[-1][:500]}")
    tool = _find_tool(request)
    if tool is not None:
        text = json.dumps(arguments_from(request.user_text, tool.parameters), ensure_ascii=False)
        return Reply(parts=(Call(name=tool.name, pieces=split_evenly(text, 3)),))
    if request.wants_json:
        stated = arguments_from(request.user_text, request.output_schema or {})
        return _say(json.dumps(stated, ensure_ascii=False))
    return _say(f"No tool fits. You said: {request.user_text[:200]}")


def _say(text: str) -> Reply:
    part: Part = Text(pieces=split_words(text))
    return Reply(parts=(part,))


def _find_tool(request: ModelRequest) -> Tool | None:
    tools = [tool for tool in request.tools if request.choice.name in {None, tool.name}]
    if request.choice.kind == "none" or not tools:
        return None
    words = _words(request.user_text)
    best = max(tools, key=lambda tool: _score(tool, words))
    return best if request.choice.kind == "required" or _score(best, words) >= _LEAST_SCORE else None


def _score(tool: Tool, words: frozenset[str]) -> int:
    return _NAME_WEIGHT * _shared(_words(tool.name), words) + _shared(_words(tool.description), words)


def _shared(wanted: Iterable[str], words: frozenset[str]) -> int:
    return sum(any(_same(one, word) for word in words) for one in wanted)


def _same(wanted: str, word: str) -> bool:
    """Korean words carry particles at their end, so two syllables at the beginning are enough there."""
    return wanted == word or ("가" <= wanted[0] <= "힣" and len(wanted) > 1 and wanted[:2] == word[:2])


def _words(text: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _WORD.findall(text)) - _STOP_WORDS


def arguments_from(text: str, schema: JsonObject) -> JsonObject:
    """The properties of an object schema that a text states, read as their types."""
    properties = schema.get("properties")
    if not isinstance(properties, dict):
        return {}
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in properties:
        match = re.search(_stated(name), text, re.IGNORECASE)
        if match:
            found[name] = next(group for group in match.groups() if group is not None).strip()
            taken.add(found[name])
    rest = (piece for match in _QUOTED.finditer(text) if (piece := _group(match)) not in taken)
    required = schema.get("required")
    free = [name for name in required if name not in found] if isinstance(required, list) else []
    found.update(zip(_texts(free, properties), rest, strict=False))
    return {name: _typed(value, properties[name]) for name, value in found.items()}


def _stated(name: str) -> str:
    """`name: value`, `name=value`, and `name "value"`, also with an ending, as in `titled "Hello"`."""
    spelled = re.escape(name).replace("_", "[_ -]?")
    return rf"\b{spelled}\w{{0,3}}(?:\s*[:=]\s*|\s+(?=[\"“]))(?:\"([^\"]*)\"|“([^”]*)”|([^\s,;\"“][^,;\n]*))"


def _group(match: re.Match[str]) -> str:
    return next(group for group in match.groups() if group is not None)


def _texts(names: Iterable[JsonValue], properties: JsonObject) -> list[str]:
    return [name for name in names if isinstance(name, str) and _type_of(properties.get(name)) == "string"]


def _typed(value: str, schema: JsonValue) -> JsonValue:
    """The value as JSON where the schema wants no text and it is JSON, else as the text it is."""
    if _type_of(schema) == "string":
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _type_of(schema: JsonValue) -> JsonValue:
    return schema.get("type", "string") if isinstance(schema, dict) else None
