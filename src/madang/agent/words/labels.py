"""Where a text names a field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from madang.agent.words.fields import Field
from madang.agent.words.korean import splits
from madang.agent.words.reading import Token

_KOREAN_TOGETHER = 3
_CLEAR = 0.85
_KEPT = 12


@dataclass(frozen=True, kw_only=True)
class Mention:
    """A field named by the tokens from `start` up to `end`; `particle` is what follows a Korean name."""

    field: int
    start: int
    end: int
    strength: float
    particle: str = ""
    is_korean: bool = False


def find_mentions(tokens: Sequence[Token], fields: Sequence[Field]) -> list[Mention]:
    """Every naming of every field, in order; of one field at one place the longest."""
    english: dict[str, list[tuple[tuple[str, ...], int, float]]] = {}
    korean: dict[str, list[tuple[int, float]]] = {}
    raw: dict[str, list[int]] = {}
    for index, each in enumerate(fields):
        raw.setdefault(each.name.lower(), []).append(index)
        for label in each.labels:
            first = label.phrase[0]
            if first.isascii():
                english.setdefault(first, []).append((label.phrase, index, label.strength))
            else:
                korean.setdefault(first, []).append((index, label.strength))
    found: list[Mention] = []
    for at, token in enumerate(tokens):
        if token.kind == "name":
            found += _english(tokens, at, english.get(token.word, ()), raw.get(token.text.lower(), ()))
        elif token.kind == "korean":
            found += _korean(tokens, at, korean)
    return _longest(found)


def _english(
    tokens: Sequence[Token], at: int, phrases: Sequence[tuple[tuple[str, ...], int, float]], named: Sequence[int]
) -> list[Mention]:
    found = [Mention(field=index, start=at, end=at + 1, strength=1.05) for index in named]
    for phrase, index, strength in phrases:
        end = at + len(phrase)
        if end <= len(tokens) and all(tokens[at + i].word == word for i, word in enumerate(phrase)):
            found.append(Mention(field=index, start=at, end=end, strength=strength))
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    particle = following.text if following and following.kind == "korean" and following.is_glued else ""
    return [
        Mention(field=m.field, start=m.start, end=m.end + 1, strength=m.strength, particle=particle, is_korean=True)
        if particle and m.end == at + 1
        else m
        for m in found
    ]


def _korean(tokens: Sequence[Token], at: int, names: dict[str, list[tuple[int, float]]]) -> list[Mention]:
    found: list[Mention] = []
    joined = ""
    for end in range(at + 1, min(at + 1 + _KOREAN_TOGETHER, len(tokens) + 1)):
        token = tokens[end - 1]
        if token.kind != "korean" or (end > at + 1 and token.is_glued):
            break
        for stem, particle in splits(joined + token.word):
            if len(stem) > len(joined) and stem in names:
                found += [
                    Mention(field=index, start=at, end=end, strength=strength, particle=particle, is_korean=True)
                    for index, strength in names[stem]
                ]
        joined += token.word
    return found


def _length(mention: Mention) -> int:
    return mention.end - mention.start


def _longest(mentions: list[Mention]) -> list[Mention]:
    """Without those inside another of the same field, or inside a longer one of any: `text color` names no `color`."""
    kept: list[Mention] = []
    for mention in sorted(mentions, key=lambda m: (m.start, -m.end, -m.strength, m.field)):
        is_inside = any(
            other.end >= mention.end
            and other.start <= mention.start
            and (other.field == mention.field or (_length(other) > _length(mention) and other.strength >= _CLEAR))
            for other in kept[-_KEPT:]
        )
        if not is_inside:
            kept.append(mention)
    return kept
