"""Terms of functions as PostgreSQL keeps them: the text form of a tsvector, written and read.

Fields are weights: A is the name, B the title, C the path, D the text. Tokens are words, so nothing in the text form is
escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from madang.catalog.lexicon import Act
from madang.catalog.ranking import FIELDS, Terms

_LABELS: Mapping[str, str] = dict(zip(FIELDS, "ABCD", strict=True))

Key = tuple[str, str]
"""A token and how its entry begins: `'label':`."""


def terms_literal(terms: Terms) -> str:
    """A tsvector in text form. Positions are those within a field; PostgreSQL keeps them with their weight."""
    places: dict[str, list[str]] = {}
    for field, tokens in terms.fields.items():
        for position, token in enumerate(tokens[:255], start=1):
            places.setdefault(token, []).append(f"{position}{_LABELS[field]}")
    return " ".join(f"'{token}':{','.join(found[:16])}" for token, found in places.items())


def keys_of(tokens: Iterable[str]) -> list[Key]:
    """What `read_terms` looks for, made once for many functions."""
    return [(token, f"'{token}':") for token in tokens]


def read_terms(own: str, literal: str, wanted: Sequence[Key], act: Act | None, is_deprecated: bool) -> Terms:
    """The terms of a function as far as a score needs them: those of its name and title, which `own` has alone, and of
    its path and text, in `literal` with all others, the wanted ones. The order of tokens is not kept."""
    name: list[str] = []
    title: list[str] = []
    for entry in own.split(" ") if own else ():
        quoted, _, places = entry.rpartition(":")
        if "A" in places:
            name.append(quoted[1:-1])
        if "B" in places:
            title.append(quoted[1:-1])
    path: list[str] = []
    words: list[str] = []
    for token, key in wanted:
        start = literal.find(key)
        if start >= 0:
            end = literal.find(" ", start)
            is_of_path = "C" in (literal[start + len(key) : end] if end >= 0 else literal[start + len(key) :])
            (path if is_of_path else words).append(token)
    return Terms(
        fields={"name": name, "title": title, "path": path, "text": words}, act=act, is_deprecated=is_deprecated
    )
