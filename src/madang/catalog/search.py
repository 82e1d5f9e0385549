"""Search over all functions of an account: words and meaning find candidates, one score orders them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from madang.catalog.candidates import Candidate, add_by_meaning, find_by_words, read_scope
from madang.catalog.embedding import Embedder, to_text
from madang.catalog.literals import keys_of
from madang.catalog.queries import Query, read_query
from madang.catalog.ranking import Terms, Weighed, names_connector, of_connector, score, weigh
from madang.kit.actor import Actor

SEMANTIC_SHARE = 0.25
SIMILARITY_FLOOR, SIMILARITY_TOP = 0.80, 0.93
"""Cosines of this model lie between these for texts that have nothing, and that have all, in common (measured)."""


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A function that a request may mean: `value` orders hits; `coverage` (0 to 1) is the share of the request that its
    words speak of, `similarity` the nearness in meaning (None before it is indexed)."""

    function_id: str
    value: float
    coverage: float
    similarity: float | None


@dataclass(frozen=True, kw_only=True)
class Beside:
    """A function of no connector that is ranked among the others. `lender` stands in place of the connector; it is
    empty where no request means it by this name. `embedding` is None where nothing is known of the meaning."""

    function_id: str
    lender_id: str
    lender: str
    terms: Terms
    embedding: Sequence[float] | None


async def search(
    actor: Actor,
    db: AsyncSession,
    request: str,
    *,
    embedder: Embedder | None,
    connector_id: str | None = None,
    limit: int = 20,
    beside: Sequence[Beside] = (),
) -> list[Hit]:
    """The functions of the actor's connectors, and those `beside` them, that a request may mean, best first; those with
    nothing in common are left out. `embedder` None is lexical search."""
    query = read_query(request)
    # The embedding takes as long as the words do, in another thread.
    meaning = asyncio.create_task(_meaning(embedder, query))
    try:
        scope = await read_scope(actor, db, query, connector_id)
        weighed = weigh(query, scope.rarity.beside([each.terms for each in beside]))
        wanted = keys_of(scope.functions)
        candidates = await find_by_words(db, scope, weighed, wanted)
        vector = await meaning
        if vector:
            candidates = await add_by_meaning(db, scope, to_text(vector), candidates, wanted)
    finally:
        meaning.cancel()
    candidates += [_beside(each, vector) for each in beside]
    lenders = {each.lender_id for each in beside if each.lender and names_connector(query, each.lender)}
    return _ranked(weighed, candidates, scope.named_connectors | lenders)[:limit]


async def _meaning(embedder: Embedder | None, query: Query) -> Sequence[float] | None:
    return await embedder.query(query.text) if embedder and query.text else None


def _beside(function: Beside, vector: Sequence[float] | None) -> Candidate:
    """A candidate as the database gives one; both vectors are of length 1, so their product is the cosine."""
    similarity = None
    if vector and function.embedding:
        similarity = sum(a * b for a, b in zip(vector, function.embedding, strict=True))
    return Candidate(
        function_id=function.function_id,
        connector_id=function.lender_id,
        passage=function.function_id,
        terms=function.terms,
        similarity=similarity,
    )


def _ranked(weighed: Weighed, candidates: Sequence[Candidate], named: frozenset[str]) -> list[Hit]:
    """The hits among candidates, best first; those that score alike in the order of what they are called."""
    # Scores with and without meaning are no one scale: words alone decide until every candidate is indexed.
    is_indexed = all(candidate.similarity is not None for candidate in candidates)
    hits = ((_hit(weighed, each, named, is_indexed), each.passage) for each in candidates)
    found = [(-hit.value, len(passage), passage, hit.function_id, hit) for hit, passage in hits if hit.value > 0]
    return [hit for *_, hit in sorted(found)]


def _hit(weighed: Weighed, candidate: Candidate, named: frozenset[str], is_indexed: bool) -> Hit:
    lexical = score(weighed, candidate.terms)
    value = lexical.value
    similarity = candidate.similarity if is_indexed else None
    if similarity is not None:
        scaled = (similarity - SIMILARITY_FLOOR) / (SIMILARITY_TOP - SIMILARITY_FLOOR)
        value = (1 - SEMANTIC_SHARE) * value + SEMANTIC_SHARE * min(1.0, max(0.0, scaled))
    if named and value > 0:
        value = of_connector(value, is_named=candidate.connector_id in named)
    return Hit(
        function_id=candidate.function_id,
        value=round(value, 4),
        coverage=round(lexical.coverage, 4),
        similarity=similarity,
    )
