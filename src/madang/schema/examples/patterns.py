"""Texts that match a pattern, of a wished length; each is checked by the engine that checks arguments."""

from __future__ import annotations

from functools import lru_cache
from random import Random

from madang.schema.examples.pattern_reading import (
    Chars,
    Choice,
    Node,
    PatternError,
    Repeat,
    read_pattern,
)

_LONGEST_WISH = 12


@lru_cache(maxsize=4096)
def _tree(pattern: str) -> Node | None:
    try:
        return read_pattern(pattern)
    except PatternError:
        return None


def text_for(pattern: str, rng: Random, low: int, high: int) -> str | None:
    """A text that should match and has `low` to `high` characters, or None where the pattern cannot be read.

    What an anchor in the middle or a word boundary forbids is not known here: check the text.
    """
    node = _tree(pattern)
    if node is None:
        return None
    least, most = max(low, node.low), min(high, node.high)
    if least <= most:
        return _write(node, rng.randint(least, min(most, least + _LONGEST_WISH)), rng)
    text = _write(node, node.high if low > node.high else node.low, rng)
    # Without an anchor at its end a pattern takes anything after it.
    return text + "a" * (low - len(text)) if low > len(text) else text


def _write(node: Node, wish: int, rng: Random) -> str:
    """A text of about `wish` characters; exactly where the tree allows it."""
    if isinstance(node, Chars):
        return rng.choice(node.choices)
    if isinstance(node, Choice):
        fitting = [item for item in node.items if item.low <= wish <= item.high]
        return _write(rng.choice(fitting or node.items), wish, rng)
    if isinstance(node, Repeat):
        return _write_all([node.item] * _count(node, wish, rng), wish, rng)
    return _write_all(node.items, wish, rng)


def _count(node: Repeat, wish: int, rng: Random) -> int:
    """How often: as often as the wish needs, within what is allowed."""
    item = node.item
    least = max(node.least, -(-wish // item.high) if item.high else 0)
    most = min(node.most, wish // item.low if item.low else node.most)
    return rng.randint(least, min(most, least + 3)) if least <= most else min(max(least, node.least), node.most)


def _write_all(items: list[Node] | tuple[Node, ...], wish: int, rng: Random) -> str:
    spare = wish - sum(item.low for item in items)
    shares = [0] * len(items)
    for index in sorted(range(len(items)), key=lambda _: rng.random()):
        room = items[index].high - items[index].low
        shares[index] = min(room, max(spare, 0))
        spare -= shares[index]
    return "".join(_write(item, item.low + share, rng) for item, share in zip(items, shares, strict=True))
