"""Which functions a request means: a score from fields, rarity and acts. Pure; the numbers are one table.

The form is BM25F (Robertson and Zaragoza, 2009) with two additions that names of operations call for: how much of the
function's own name the request covers (`list issues` is not `list issue labels`), and whether the verb fits.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from madang.catalog.lexicon import MINOR, SHORT_FORMS, STOP_WORDS, Act, words
from madang.catalog.queries import READING, Concept, Query, acts_of_words
from madang.catalog.tokens import stem, tokenize
from madang.schema.functions import Function

FIELDS: tuple[str, ...] = ("name", "title", "path", "text")
"""In falling weight; PostgreSQL's A, B, C and D."""

FIELD_WEIGHT: Mapping[str, float] = {"name": 1.0, "title": 0.95, "path": 0.7, "text": 0.3}
_RISING = tuple((field, FIELD_WEIGHT[field]) for field in reversed(FIELDS))
COVERAGE_SHARE = 0.35
ACT_BONUS = 0.18
ACT_PENALTY = 0.12
KIND_PENALTY = 0.08
DEPRECATED_PENALTY = 0.1
MAX_TITLE = 9
NAMED_BONUS = 0.12
OTHERS_SHARE = 0.75
NAME_WORTH = 0.25
UNKNOWN_WORTH = 0.5
UNKNOWN_OBJECT_WORTH = 1.0
MINOR_WORTH = 0.35
OBJECT_WORTH = 1.3

_METHOD_ACTS: Mapping[str, Act] = {"POST": "create", "PUT": "update", "PATCH": "update", "DELETE": "delete"}
_GENERIC = words("list get create update delete remove fetch retrieve return show all new single several")
_BEARER = frozenset({"authenticated", "user"})
"""Whoever asks, in the names of many operations: `List repositories for the authenticated user` is of repositories."""
_MARKUP = re.compile(r"<[^>]{0,200}>")
_SENTENCE = re.compile(r"(?<=[.!?])\s|\n\s*\n")


@dataclass(frozen=True, kw_only=True)
class Terms:
    """The tokens of a function by field, and what it does."""

    fields: Mapping[str, Sequence[str]]
    act: Act | None
    is_deprecated: bool = False


def terms_of(function: Function, connector: str, document: str = "") -> Terms:
    """What a function is found by.

    The connector's name and the document's title count as part of the path, and the connector's name never as the
    function's own.
    """
    arguments = " ".join(argument.name for argument in function.arguments)
    group, _, operation = function.name.rpartition(".")
    own = tokenize(f"{operation} {_last_segment(function.path)}")
    if own[:1] == [function.method.lower()]:
        own = own[1:]
    called = frozenset(_full(tokenize(connector)))
    title = function.title if has_title(function) else lead_of(function)
    return Terms(
        fields={
            "name": [token for token in _full(own) if token not in called],
            "title": [token for token in _full(tokenize(title)) if token not in called],
            "path": _full(tokenize(f"{connector} {document} {group} {function.path} {' '.join(function.tags)}")),
            "text": tokenize(f"{arguments} {_MARKUP.sub(' ', function.description[:800])}"),
        },
        act=act_of(function.method, function.path, function.name),
        is_deprecated=function.is_deprecated,
    )


def _last_segment(path: str) -> str:
    """What an operation is about, as its path has it: the last segment that is no parameter."""
    return next((segment for segment in reversed(path.split("/")) if segment and "{" not in segment), "")


def has_title(function: Function) -> bool:
    """Whether the document gives a title; else it is only the name, or method and path, in words."""
    named = set(tokenize(f"{function.name} {function.path} {function.method}"))
    return not set(tokenize(function.title)) <= named


def lead_of(function: Function) -> str:
    """The first sentence of the description, without markup."""
    return _SENTENCE.split(_MARKUP.sub(" ", function.description[:800]).strip(), maxsplit=1)[0]


def _full(tokens: Sequence[str]) -> list[str]:
    """Short forms written out, so that a request may use either."""
    return [part for token in tokens for part in SHORT_FORMS.get(token, token).split()]


def act_of(method: str, path: str, name: str) -> Act | None:
    """What an operation does: by the first verb of its name, else by its method and path."""
    operation = tokenize(name.rpartition(".")[2])
    if operation[:1] == [method.lower()]:
        # The name is only method and path in words: `post_invoices_invoice_void` voids. `.../labels` labels nothing.
        last = path.rpartition("/")[2]
        operation = tokenize(last) if method not in {"GET", "HEAD"} and stem(last) == last else []
    named = acts_of_words(operation[:1])
    if method in {"GET", "HEAD"}:
        by_path: Act = "get" if path.rstrip("/").endswith("}") else "list"
        return by_path if "list" in named or "get" in named or not named else min(named)
    by_method = _METHOD_ACTS.get(method)
    if not named or by_method in named:
        return by_method
    return "update" if "update" in named else min(named)


class Rarity:
    """How much a token says: `idf` over the functions of an account, from their number and each token's count."""

    def __init__(self, total: int, counts: Mapping[str, int]) -> None:
        self._total = max(total, 1)
        self._counts = counts

    def beside(self, functions: Sequence[Terms]) -> Rarity:
        """The same with some more functions."""
        if not functions:
            return self
        counts = Counter(token for each in functions for token in {t for field in each.fields.values() for t in field})
        return Rarity(self._total + len(functions), Counter(self._counts) + counts)

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


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """A query against an account: what each of its concepts is worth, and those that some function has, with the tokens
    that do. Worths add up to `total`."""

    query: Query
    worths: Sequence[float]
    concepts: Sequence[tuple[float, Sequence[tuple[str, float]]]]
    total: float
    said: frozenset[str]


def weigh(query: Query, rarity: Rarity) -> Weighed:
    """Do once what does not depend on the function."""
    worths = [_worth(concept, rarity, is_object=concept.word == query.object) for concept in query.concepts]
    known = [
        (worth, [(token, weight) for token, weight in concept.tokens.items() if rarity.has(token)])
        for worth, concept in zip(worths, query.concepts, strict=True)
    ]
    return Weighed(
        query=query,
        worths=worths,
        concepts=[(worth, tokens) for worth, tokens in known if tokens],
        total=sum(worths),
        said=query.tokens,
    )


def score(weighed: Weighed, terms: Terms) -> Score:
    """Score one function. 0 where nothing of the request is in it."""
    weights = _weights(terms)
    reached = 0.0
    for worth, tokens in weighed.concepts:
        reached += worth * max([weight * weights[token] for token, weight in tokens if token in weights], default=0.0)
    if not reached:
        return Score(value=0.0, coverage=0.0)
    coverage = reached / weighed.total
    value = coverage * (1 - COVERAGE_SHARE) + COVERAGE_SHARE * coverage * _named(weighed, terms)
    return Score(value=value + _acted(weighed.query, terms), coverage=coverage)


def names_connector(query: Query, connector: str) -> bool:
    """Whether a request says the name of a connector (`in slack`, `슬랙에서`)."""
    return all(token in query.said for token in tokenize(connector))


def of_connector(value: float, *, is_named: bool) -> float:
    """A value where the request names a connector: the function's own, or another."""
    return value + NAMED_BONUS if is_named else value * OTHERS_SHARE


def _weights(terms: Terms) -> dict[str, float]:
    """What each token of a function counts, by the best field that has it."""
    weights: dict[str, float] = {}
    for field, weight in _RISING:
        for token in terms.fields.get(field, ()):
            weights[token] = weight
    return weights


def _worth(concept: Concept, rarity: Rarity, *, is_object: bool) -> float:
    """How telling a concept is: its rarest spelling that some function has.

    Where none has it: half of the most, less where it is what somebody called something, and all where it is what the
    request is about, as nothing then does what was asked.
    """
    known = [rarity.idf(token) * weight for token, weight in concept.tokens.items() if rarity.has(token)]
    if known:
        return max(known) * (OBJECT_WORTH if is_object else MINOR_WORTH if concept.word in MINOR else 1.0)
    if concept.may_be_name:
        return rarity.idf("") * NAME_WORTH
    return rarity.idf("") * (UNKNOWN_OBJECT_WORTH if is_object else UNKNOWN_WORTH)


def _named(weighed: Weighed, terms: Terms) -> float:
    """The share of the function's own name and title that the request speaks of."""
    title = terms.fields.get("title", ())
    own = {*terms.fields.get("name", ()), *(title if len(title) <= MAX_TITLE else ())} - _GENERIC - STOP_WORDS
    if own > _BEARER:
        own -= _BEARER
    return len(own & weighed.said) / len(own) if own else 0.0


def _acted(query: Query, terms: Terms) -> float:
    change = -DEPRECATED_PENALTY if terms.is_deprecated else 0.0
    if query.acts and terms.act:
        change += ACT_BONUS if terms.act in query.acts else -ACT_PENALTY
        if query.acts >= READING and terms.act == "get" and not query.is_particular:
            change -= KIND_PENALTY * (2 if query.is_plural else 1)
    return change
