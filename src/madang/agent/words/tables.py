"""How the tables of words are written."""

from __future__ import annotations


def word_set(text: str, divider: str | None = None) -> frozenset[str]:
    """The words of a text; phrases where a divider is named."""
    return frozenset(text.split(divider))
