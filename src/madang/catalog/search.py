"""Search over all functions of an account: rare words find candidates in PostgreSQL, meaning adds its own, one score
orders them.

Two steps keep it quick at 50,000 functions: the GIN index is asked for the rarest words of the request only, as common
ones (`list`) match a third of everything, and 120 candidates at most are scored in full (`catalog.ranking`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from madang.catalog.embedding import Embedder, to_text
from madang.catalog.queries import TRANSLATED, Concept, Query, read_query
from madang.catalog.ranking import FIELDS, Rarity, Terms, Weighed, names_connector, of_connector, score, weigh
from madang.kit.actor import Actor

CANDIDATES = 80
SEMANTIC_CANDIDATES = 40
MAX_MATCHES = 2_000
MAX_OTHERS = 3
SEMANTIC_SHARE = 0.25
SIMILARITY_FLOOR, SIMILARITY_TOP = 0.80, 0.93
"""Cosines of this model lie between these for texts that have nothing, and that have all, in common (measured)."""

_LABELS: Mapping[str, str] = dict(zip(FIELDS, "ABCD", strict=True))


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


@dataclass(frozen=True, kw_only=True)
class _Candidate:
    function_id: str
    connector_id: str
    terms: Terms
    similarity: float | None


async def search(
    actor: Actor,
    db: AsyncSession,
    request: str,
    *,
    embedder: Embedder | None,
    connector_id: str | None = None,
    beside: Sequence[Beside] = (),
    limit: int = 20,
) -> list[Hit]:
    """The functions of the actor's connectors, and those `beside` them, that a request may mean, best first; those with
    nothing in common are left out. `embedder` None is lexical search."""
    query = read_query(request)
    # The embedding takes as long as the first three statements do, in another thread.
    meaning = asyncio.create_task(_meaning(embedder, query))
    try:
        connectors = await _connectors(actor, db, connector_id)
        total = sum(count for _, count in connectors.values())
        rarity = (await _rarity(actor, db, query, connector_id, total)).beside([each.terms for each in beside])
        names = {id_: name for id_, (name, _) in connectors.items()} | {each.lender_id: each.lender for each in beside}
        named = frozenset(id_ for id_, name in names.items() if name and names_connector(query, name))
        candidates = await _lexical(actor, db, query, rarity, connector_id, named)
        vector = await meaning
        if vector:
            candidates = await _semantic(actor, db, query, connector_id, to_text(vector), candidates)
        candidates += [_beside(each, vector) for each in beside]
    finally:
        meaning.cancel()
    # Scores with and without meaning are no one scale: words alone decide until every candidate is indexed.
    is_indexed = all(candidate.similarity is not None for candidate in candidates)
    weighed = weigh(query, rarity)
    hits = [_hit(weighed, candidate, named, is_indexed) for candidate in candidates]
    return sorted((hit for hit in hits if hit.value > 0), key=lambda hit: (-hit.value, hit.function_id))[:limit]


def terms_literal(terms: Terms) -> str:
    """A tsvector in text form. Positions are those within a field; PostgreSQL keeps them with their weight."""
    places: dict[str, list[str]] = {}
    for field, tokens in terms.fields.items():
        for position, token in enumerate(tokens[:255], start=1):
            places.setdefault(token, []).append(f"{position}{_LABELS[field]}")
    return " ".join(f"'{token}':{','.join(found[:16])}" for token, found in places.items())


def read_literal(literal: str, wanted: frozenset[str], act: str | None, is_deprecated: bool) -> Terms:
    """The terms that a tsvector's text form holds, those of the description only as far as they are `wanted`.

    The order of tokens is not kept. Tokens are words, so nothing in the text form is escaped.
    """
    fields: dict[str, list[str]] = {field: [] for field in FIELDS}
    for part in literal.split(" "):
        quoted, _, places = part.rpartition(":")
        token = quoted[1:-1]
        if "A" in places:
            fields["name"].append(token)
        if "B" in places:
            fields["title"].append(token)
        if "C" in places:
            fields["path"].append(token)
        elif token in wanted:
            fields["text"].append(token)
    return Terms(fields=fields, act=act, is_deprecated=is_deprecated)  # pyright: ignore[reportArgumentType] - stored by us


def _beside(function: Beside, vector: Sequence[float] | None) -> _Candidate:
    """A candidate as the database gives one; both vectors are of length 1, so their product is the cosine."""
    similarity = None
    if vector and function.embedding:
        similarity = sum(a * b for a, b in zip(vector, function.embedding, strict=True))
    return _Candidate(
        function_id=function.function_id,
        connector_id=function.lender_id,
        terms=function.terms,
        similarity=similarity,
    )


def _hit(weighed: Weighed, candidate: _Candidate, named: frozenset[str], is_indexed: bool) -> Hit:
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


_COUNTS = text(
    """
    SELECT term, sum(functions)::int AS functions FROM madang.search_term
    WHERE account_id = :account AND term = ANY(:terms)
      AND (CAST(:connector AS text) IS NULL OR connector_id = :connector)
    GROUP BY term
    """
)

_CONNECTORS = text(
    """
    WITH settings AS MATERIALIZED (
        SELECT set_config('random_page_cost', '1.1', true), set_config('max_parallel_workers_per_gather', '0', true),
            set_config('jit', 'off', true), set_config('plan_cache_mode', 'force_custom_plan', true),
            set_config('hnsw.ef_search', '40', true)
    )
    SELECT c.id, c.name, v.imported FROM settings CROSS JOIN madang.connector c
    JOIN madang.connector_version v ON v.connector_id = c.id AND v.number = c.current_version
    WHERE c.account_id = :account AND (CAST(:connector AS text) IS NULL OR c.id = :connector)
    """
)


async def _connectors(actor: Actor, db: AsyncSession, connector_id: str | None) -> dict[str, tuple[str, int]]:
    """Name and number of functions of each connector that is searched.

    The same statement sets, for this transaction, how the next ones are planned: by their values, for data in memory,
    in this process. Else PostgreSQL reads all functions in turn, which takes ten times as long.
    """
    rows = await db.execute(_CONNECTORS, {"account": actor.account, "connector": connector_id})
    return {row.id: (row.name, row.imported) for row in rows}


async def _rarity(actor: Actor, db: AsyncSession, query: Query, connector_id: str | None, total: int) -> Rarity:
    place = {"account": actor.account, "connector": connector_id}
    rows = await db.execute(_COUNTS, place | {"terms": sorted(query.tokens)})
    return Rarity(total, {row.term: row.functions for row in rows})


async def _meaning(embedder: Embedder | None, query: Query) -> Sequence[float] | None:
    return await embedder.query(query.text) if embedder and query.text else None


_LEXICAL = text(
    """
    WITH best AS MATERIALIZED (
        SELECT function_id FROM madang.function_terms
        WHERE account_id = :account AND (CAST(:connector AS text) IS NULL OR connector_id = :connector)
          AND terms @@ CAST(:tokens AS tsquery)
        ORDER BY ts_rank('{0.2, 0.6, 0.9, 1.0}', terms, CAST(:tokens AS tsquery), 1)
            * CASE WHEN act = ANY(:acts) THEN 1.5 ELSE 1 END
            * CASE WHEN connector_id = ANY(:named) THEN 2 ELSE 1 END DESC
        LIMIT :limit
    )
    SELECT t.function_id, t.connector_id, t.terms::text, t.act, t.is_deprecated
    FROM madang.function_terms t JOIN best USING (function_id)
    """
)
"""In two steps, as PostgreSQL would write out the terms of every match before it sorts."""

_SEMANTIC = text(
    """
    WITH near AS (
        SELECT function_id FROM madang.function_terms
        WHERE account_id = :account AND (CAST(:connector AS text) IS NULL OR connector_id = :connector)
          AND embedding IS NOT NULL
        ORDER BY embedding <=> CAST(:vector AS vector)
        LIMIT :limit
    )
    SELECT t.function_id, t.connector_id,
        CASE WHEN t.function_id = ANY(:known) THEN '' ELSE t.terms::text END, t.act, t.is_deprecated,
        1 - (t.embedding <=> CAST(:vector AS vector))
    FROM madang.function_terms t
    WHERE t.function_id IN (SELECT function_id FROM near UNION SELECT unnest(CAST(:known AS text[])))
    """
)


async def _lexical(
    actor: Actor, db: AsyncSession, query: Query, rarity: Rarity, connector_id: str | None, named: frozenset[str]
) -> list[_Candidate]:
    """The functions that have the telling words, those of a named connector and of the right act before others."""
    tokens = _narrow(query, rarity)
    if not tokens:
        return []
    place = {"account": actor.account, "connector": connector_id, "tokens": tokens, "limit": CANDIDATES}
    preferred = {"acts": sorted(query.acts), "named": sorted(named)}
    return [
        _Candidate(
            function_id=id_,
            connector_id=own,
            terms=read_literal(literal, query.tokens, act, deprecated),
            similarity=None,
        )
        for id_, own, literal, act, deprecated in await db.execute(_LEXICAL, place | preferred)
    ]


async def _semantic(
    actor: Actor, db: AsyncSession, query: Query, connector_id: str | None, vector: str, known: Sequence[_Candidate]
) -> list[_Candidate]:
    """The candidates that are known with their nearness in meaning, and the nearest beside them."""
    terms = {candidate.function_id: candidate.terms for candidate in known}
    place = {"account": actor.account, "connector": connector_id, "vector": vector, "known": list(terms)}
    return [
        _Candidate(
            function_id=id_,
            connector_id=own,
            terms=terms.get(id_) or read_literal(literal, query.tokens, act, deprecated),
            similarity=similarity,
        )
        for id_, own, literal, act, deprecated, similarity in await db.execute(
            _SEMANTIC, place | {"limit": SEMANTIC_CANDIDATES}
        )
    ]


def _narrow(query: Query, rarity: Rarity) -> str:
    """What a function must have to be a candidate, as a tsquery that matches few enough to be ranked.

    Concepts that few functions have are enough each by itself; the next one (`repository`) only beside another.
    """
    spelled = (_spelled(concept, rarity) for concept in query.concepts)
    known = sorted((each for each in spelled if each[0]), key=lambda each: each[0])
    sums = accumulate(count for count, _ in known)
    few = sum(total <= MAX_MATCHES for total in sums)
    enough = [tokens for _, tokens in known[:few]]
    others = [tokens for _, tokens in known[few + 1 : few + MAX_OTHERS + 1]]
    if few < len(known) and others:
        enough.append(f"({known[few][1]} & ({' | '.join(others)}))")
    elif not enough and known:
        enough.append(known[0][1])
    return " | ".join(enough)


def _spelled(concept: Concept, rarity: Rarity) -> tuple[int, str]:
    """About how many functions have a concept in one of its better spellings, and these as a tsquery."""
    found = [token for token in concept.tokens if rarity.has(token)]
    best = [token for token in found if concept.tokens[token] >= TRANSLATED] or found
    return sum(rarity.count(token) for token in best), "(" + " | ".join(f"'{token}'" for token in best) + ")"
