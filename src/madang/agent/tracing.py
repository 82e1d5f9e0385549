"""Where a model has its arguments from, as far as values tell: the person's words, an earlier result, or itself.

A value counts as taken from a result where it stands there and not in the words. Short ones (`1`, `en`, true) say
nothing. A model that writes a value anew in other words is not seen; what is seen wants consent (ARCHITECTURE 6).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from madang.agent.subagents.ports import EarlierResult
from madang.effects.values import Provenance
from madang.kit.json import JsonObject, JsonValue, pointer

SHORTEST_TEXT = 3
SMALLEST_NUMBER = 100
MOST_VALUES = 50_000


def trace(arguments: JsonObject, words: str, earlier: Sequence[EarlierResult]) -> dict[str, Provenance]:
    """Where each argument came from; the newest result that has a value is named."""
    places = _places(earlier)
    return {name: _source(value, words, places) for name, value in arguments.items()}


_Places = Mapping[str, Provenance]


def _source(value: JsonValue, words: str, places: _Places) -> Provenance:
    telling = [text for _, leaf in _leaves(value) if (text := _telling(leaf)) is not None]
    for text in telling:
        if text not in words and (found := _find(text, places)) is not None:
            return found
    if telling and all(text in words for text in telling):
        return Provenance(kind="user")
    return Provenance(kind="model")


def _find(text: str, places: _Places) -> Provenance | None:
    """The result that has this value, or a text that holds the value of a result."""
    if text in places:
        return places[text]
    return next((places[word] for word in text.split() if word in places), None)


def _places(earlier: Sequence[EarlierResult]) -> _Places:
    """Every telling value of earlier results, the newest result first."""
    places: dict[str, Provenance] = {}
    for result in earlier:
        for path, leaf in _leaves(result.value):
            text = _telling(leaf)
            if text is not None and text not in places:
                places[text] = Provenance(
                    kind="result", key=result.key, connection=result.connection, path=pointer(*path)
                )
            if len(places) >= MOST_VALUES:
                return places
    return places


def _telling(leaf: JsonValue) -> str | None:
    if isinstance(leaf, bool) or leaf is None:
        return None
    if isinstance(leaf, str):
        return leaf.strip() if len(leaf.strip()) >= SHORTEST_TEXT else None
    return str(leaf) if isinstance(leaf, int | float) and abs(leaf) >= SMALLEST_NUMBER else None


def _leaves(value: JsonValue) -> Iterator[tuple[tuple[str | int, ...], JsonValue]]:
    """Every value that holds no other, with its path; without recursion, as results may be deep."""
    stack: list[tuple[tuple[str | int, ...], JsonValue]] = [((), value)]
    while stack:
        path, each = stack.pop()
        if isinstance(each, dict):
            stack.extend(((*path, name), member) for name, member in reversed(each.items()))
        elif isinstance(each, list):
            stack.extend(((*path, index), item) for index, item in reversed(list(enumerate(each))))
        else:
            yield path, each
