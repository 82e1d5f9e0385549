"""Which functions a request means: a score from fields, rarity and acts. Pure; the numbers are one table.

The form is BM25F (Robertson and Zaragoza, 2009) with two additions that names of operations call for: how much of the
function's own name the request covers (`list issues` is not `list issue labels`), and whether the verb fits.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from madang.catalog.lexicon import SHORT_FORMS, Act
from madang.catalog.queries import Concept, Query, acts_of_words
from madang.catalog.tokens import tokenize
from madang.schema.functions import Function

FIELDS: tuple[str, ...] = ("name", "title", "path", "text")
"""In falling weight; PostgreSQL's A, B, C and D."""

FIELD_WEIGHT: Mapping[str, float] = {"name": 1.0, "title": 0.9, "path": 0.7, "text": 0.3}
COVERAGE_SHARE = 0.45
ACT_BONUS = 0.18
ACT_PENALTY = 0.12
DEPRECATED_PENALTY = 0.1

_METHOD_ACTS: Mapping[str, Act] = {"POST": "create", "PUT": "update", "PATCH": "update", "DELETE": "delete"}


@dataclass(frozen=True, kw_only=True)
class Terms:
    """The tokens of a function by field, and what it does."""

    fields: Mapping[str, Sequence[str]]
    act: Act | None
    is_deprecated: bool = False


def terms_of(function: Function, connector: str) -> Terms:
    """What a function is found by. The connector's name counts as part of the path."""
    arguments = " ".join(argument.name for argument in function.arguments)
    return Terms(
        fields={
            "name": _full(tokenize(function.name)),
            "title": _full(tokenize(function.title)),
            "path": _full(tokenize(f"{connector} {function.path} {' '.join(function.tags)}")),
            "text": tokenize(f"{arguments} {function.description[:600]}"),
        },
        act=act_of(function.method, function.path, function.name),
        is_deprecated=function.is_deprecated,
    )


def _full(tokens: Sequence[str]) -> list[str]:
    """Short forms written out, so that a request may use either."""
    return [part for token in tokens for part in SHORT_FORMS.get(token, token).split()]


def act_of(method: str, path: str, name: str) -> Act | None:
    """What an operation does: by the first verb of its name, else by its method and path."""
    operation = tokenize(name.rpartition(".")[2])
    named = acts_of_words(operation[:1])
    if method in {"GET", "HEAD"}:
        by_path: Act = "get" if path.rstrip("/").endswith("}") else "list"
        return by_path if "list" in named or "get" in named or not named else min(named)
    if len(named) == 1:
        return min(named)
    return _METHOD_ACTS.get(method)


class Rarity:
    """How much a token says: `idf` over the functions of an account, from their number and each token's count."""

    def __init__(self, total: int, counts: Mapping[str, int]) -> None:
        self._total = max(total, 1)
        self._counts = counts

    def has(self, token: str) -> bool:
        """Whether any function has the token."""
        return token in self._counts

    def count(self, token: str) -> int:
        """How many functions have the token."""
        return self._counts.get(token, 0)

    def idf(self, token: str) -> float:
        """0.1 for a token that all functions have, about 10 for one in 50,000."""
        count = min(self._counts.get(token, 0), self._total)
        return max(0.1, math.log(1 + (self._total - count + 0.5) / (count + 0.5)))


@dataclass(frozen=True, kw_only=True)
class Score:
    """`value` orders; `coverage` (0 to 1) is the share of what the request is about that the function speaks of."""

    value: float
    coverage: float


def score(query: Query, terms: Terms, rarity: Rarity) -> Score:
    """Score one function. 0 where nothing of the request is in it."""
    weights = _weights(terms)
    wanted = reached = 0.0
    for concept in query.concepts:
        worth = _worth(concept, rarity)
        wanted += worth
        reached += worth * max(
            (weight * weights.get(token, 0.0) for token, weight in concept.tokens.items()), default=0
        )
    if not reached:
        return Score(value=0.0, coverage=0.0)
    coverage = reached / wanted
    value = coverage * (1 - COVERAGE_SHARE) + COVERAGE_SHARE * coverage * _named(query, terms, rarity)
    return Score(value=value + _acted(query, terms), coverage=coverage)


def _weights(terms: Terms) -> dict[str, float]:
    weights: dict[str, float] = {}
    for field in reversed(FIELDS):
        for token in terms.fields.get(field, ()):
            weights[token] = max(weights.get(token, 0.0), FIELD_WEIGHT[field])
    return weights


def _worth(concept: Concept, rarity: Rarity) -> float:
    """How telling a concept is: its rarest spelling that some function has; half of the most where none has it."""
    known = [rarity.idf(token) * weight for token, weight in concept.tokens.items() if rarity.has(token)]
    return max(known) if known else rarity.idf("") / 2


def _named(query: Query, terms: Terms, rarity: Rarity) -> float:
    """The share of the function's own name and title that the request speaks of."""
    own = set(terms.fields.get("name", ())) | set(terms.fields.get("title", ()))
    said = query.tokens
    total = sum(rarity.idf(token) for token in own)
    return sum(rarity.idf(token) for token in own if token in said) / total if total else 0.0


def _acted(query: Query, terms: Terms) -> float:
    change = -DEPRECATED_PENALTY if terms.is_deprecated else 0.0
    if query.acts and terms.act:
        change += ACT_BONUS if terms.act in query.acts else -ACT_PENALTY
    return change
