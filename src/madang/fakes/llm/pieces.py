"""How a text is cut into the pieces of a stream; joined they are the text again."""

from __future__ import annotations

import re


def split_words(text: str) -> tuple[str, ...]:
    """A piece for each word, with the blanks after it."""
    return tuple(re.findall(r"\S+\s*|\s+", text))


def split_evenly(text: str, count: int) -> tuple[str, ...]:
    """At most `count` pieces of about the same length, none of them empty."""
    size = max(1, -(-len(text) // count))
    return tuple(text[start : start + size] for start in range(0, len(text), size))
