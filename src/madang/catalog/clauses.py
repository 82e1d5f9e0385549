"""What PostgreSQL is asked for a request: clauses that few functions match, each with what it is worth. Pure.

A word that is in few functions is asked for by itself; one that is in many (`list` is in a third of everything) only
where a telling one is too, so that a request costs a bounded time among any number of functions. The clauses that a
function matches are added up, which comes near to its score (`catalog.ranking`) without its words being read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from madang.catalog.queries import TRANSLATED, Concept
from madang.catalog.ranking import Weighed

FEW_ANYWHERE, FEW_NAMED = 500, 1_000
"""In how many functions the words may be, together, that are asked for by themselves: anywhere; in names and titles."""

ANYWHERE_SHARE = 0.5
"""What a word is worth wherever a function has it; the rest of its worth is for one in the name or title."""


@dataclass(frozen=True, kw_only=True)
class Clause:
    """Something that a function may match, as a tsquery, and what that is worth, as a share of the whole request."""

    query: str
    value: float


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is asked for: of all that a function has, and of its name and title."""

    anywhere: Sequence[Clause]
    named: Sequence[Clause]


@dataclass(frozen=True, kw_only=True)
class _Word:
    """A concept as the functions spell it: a tsquery, its worth, and how many have it, anywhere and in their names."""

    query: str
    worth: float
    functions: int
    named: int


def ask(weighed: Weighed, functions: Mapping[str, int], named: Mapping[str, int]) -> Asked:
    """What to ask for a request, where so many functions have each token anywhere, and so many in name or title."""
    words = words_of(weighed, functions, named)
    by_name = sorted((word for word in words if word.named), key=lambda word: word.named)
    few = words[: sum(total <= FEW_ANYWHERE for total in accumulate(word.functions for word in words))]
    few_named = by_name[: sum(total <= FEW_NAMED for total in accumulate(word.named for word in by_name))]
    telling = [*few, *(word for word in few_named if word not in few)]
    asked = Asked(
        anywhere=list(_anywhere(words, few, telling)),
        named=[*_named(few_named, by_name[len(few_named) :], is_rest=bool(telling))],
    )
    if asked.anywhere or asked.named or not words:
        return asked
    # All words are common, and at most one is in names.
    return Asked(anywhere=[_clause(words[0])] if not by_name else [], named=[_clause(word) for word in by_name])


def each_word(weighed: Weighed, functions: Mapping[str, int], named: Mapping[str, int]) -> Sequence[Clause]:
    """Every word by itself, for where there are few functions anyway."""
    return [_clause(word) for word in words_of(weighed, functions, named) if word.named]


def words_of(weighed: Weighed, functions: Mapping[str, int], named: Mapping[str, int]) -> Sequence[_Word]:
    """The concepts that some function has, the rarest first."""
    concepts = zip(weighed.query.concepts, weighed.worths, strict=True)
    words = (_word(concept, worth / weighed.total, functions, named) for concept, worth in concepts)
    return sorted((word for word in words if word.functions), key=lambda word: word.functions)


def _word(concept: Concept, worth: float, functions: Mapping[str, int], named: Mapping[str, int]) -> _Word:
    """A concept in its better spellings, as far as functions have them."""
    found = [token for token in concept.tokens if token in functions]
    best = [token for token in found if concept.tokens[token] >= TRANSLATED] or found
    return _Word(
        query="(" + " | ".join(f"'{token}'" for token in best) + ")",
        worth=worth,
        functions=sum(functions[token] for token in best),
        named=sum(named[token] for token in best),
    )


def _anywhere(words: Sequence[_Word], few: Sequence[_Word], telling: Sequence[_Word]) -> Iterator[Clause]:
    for word in words:
        beside = [each for each in telling if each is not word]
        if word in few:
            yield _clause(word, share=ANYWHERE_SHARE)
        elif beside:
            yield Clause(query=f"{word.query} & ({_any(beside)})", value=word.worth * ANYWHERE_SHARE)


def _named(few: Sequence[_Word], rest: Sequence[_Word], *, is_rest: bool) -> Iterator[Clause]:
    """`few` by themselves, each of `rest` beside one of them, and the best of `rest` beside each other one."""
    share = 1 - ANYWHERE_SHARE if is_rest else 1.0
    yield from (_clause(word, share=share) for word in few)
    if few:
        yield from (Clause(query=f"{word.query} & ({_any(few)})", value=word.worth * share) for word in rest)
    best = max(rest, key=lambda word: word.worth, default=None)
    if best is None:
        return
    without = f" & !({_any(few)})" if few else ""
    for word in rest:
        if word is not best:
            yield Clause(query=f"{best.query} & {word.query}{without}", value=best.worth + word.worth)


def _any(words: Sequence[_Word]) -> str:
    return " | ".join(word.query for word in words)


def _clause(word: _Word, share: float = 1.0) -> Clause:
    return Clause(query=word.query, value=word.worth * share)
