"""Search over all functions of an account: rare words find candidates in PostgreSQL, meaning adds its own, one score
orders them.

Two steps keep it quick at 50,000 functions: the GIN index is asked for the rarest words of the request only, as common
ones (`list`) match a third of everything, and 160 candidates at most are scored in full (`catalog.ranking`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from madang.catalog.embedding import Embedder, to_text
from madang.catalog.queries import Query, read_query
from madang.catalog.ranking import FIELDS, Rarity, Terms, Weighed, names_connector, of_connector, score, weigh
from madang.kit.actor import Actor

CANDIDATES = 100
SEMANTIC_CANDIDATES = 60
MAX_MATCHES = 2_000
SEMANTIC_SHARE = 0.25
SIMILARITY_FLOOR, SIMILARITY_TOP = 0.80, 0.93
"""Cosines of this model lie between these for texts that have nothing, and that have all, in common (measured)."""

_LABELS: Mapping[str, str] = dict(zip(FIELDS, "ABCD", strict=True))
_FIELD_OF_LABEL = {label: field for field, label in _LABELS.items()}
_LEXEME = re.compile(r"'((?:[^']|'')*)':(\S+)")


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A function that a request may mean: `value` orders hits; `coverage` (0 to 1) is the share of the request that its
    words speak of, `similarity` the nearness in meaning (None before it is indexed)."""

    function_id: str
    value: float
    coverage: float
    similarity: float | None


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
    limit: int = 20,
) -> list[Hit]:
    """The functions of the actor's connectors that a request may mean, best first; those with nothing in common are
    left out. `embedder` None is lexical search."""
    query = read_query(request)
    connectors = await _connectors(actor, db, connector_id)
    rarity = await _rarity(actor, db, query, connector_id, sum(count for _, count in connectors.values()))
    vector = to_text(await embedder.query(query.text)) if embedder and query.text else None
    candidates = await _candidates(actor, db, query, rarity, connector_id, vector)
    # Scores with and without meaning are no one scale: words alone decide until every candidate is indexed.
    is_indexed = all(candidate.similarity is not None for candidate in candidates)
    named = frozenset(id_ for id_, (name, _) in connectors.items() if names_connector(query, name))
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


def read_literal(literal: str, act: str | None, is_deprecated: bool) -> Terms:
    """The terms that a tsvector's text form holds; the order of tokens is not kept."""
    fields: dict[str, list[str]] = {field: [] for field in FIELDS}
    for token, places in _LEXEME.findall(literal):
        for label in {place[-1] if place[-1] in _FIELD_OF_LABEL else "D" for place in places.split(",")}:
            fields[_FIELD_OF_LABEL[label]].append(token)
    return Terms(fields=fields, act=act, is_deprecated=is_deprecated)  # pyright: ignore[reportArgumentType] - stored by us


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
    SELECT c.id, c.name, v.imported FROM madang.connector c
    JOIN madang.connector_version v ON v.connector_id = c.id AND v.number = c.current_version
    WHERE c.account_id = :account AND (CAST(:connector AS text) IS NULL OR c.id = :connector)
    """
)


async def _connectors(actor: Actor, db: AsyncSession, connector_id: str | None) -> dict[str, tuple[str, int]]:
    """Name and number of functions of each connector that is searched."""
    rows = await db.execute(_CONNECTORS, {"account": actor.account, "connector": connector_id})
    return {row.id: (row.name, row.imported) for row in rows}


async def _rarity(actor: Actor, db: AsyncSession, query: Query, connector_id: str | None, total: int) -> Rarity:
    place = {"account": actor.account, "connector": connector_id}
    rows = await db.execute(_COUNTS, place | {"terms": sorted(query.tokens)})
    return Rarity(total, {row.term: row.functions for row in rows})


_CANDIDATES = text(
    """
    WITH lexical AS (
        SELECT function_id FROM madang.function_terms
        WHERE account_id = :account AND (CAST(:connector AS text) IS NULL OR connector_id = :connector)
          AND terms @@ CAST(:tokens AS tsquery)
        ORDER BY ts_rank('{0.2, 0.6, 0.9, 1.0}', terms, CAST(:tokens AS tsquery)) DESC
        LIMIT :lexical_limit
    ), semantic AS (
        SELECT function_id FROM madang.function_terms
        WHERE account_id = :account AND (CAST(:connector AS text) IS NULL OR connector_id = :connector)
          AND embedding IS NOT NULL AND CAST(:vector AS text) IS NOT NULL
        ORDER BY embedding <=> CAST(:vector AS vector)
        LIMIT :semantic_limit
    )
    SELECT t.function_id, t.connector_id, t.terms::text, t.act, t.is_deprecated,
        1 - (t.embedding <=> CAST(:vector AS vector))
    FROM madang.function_terms t
    WHERE t.function_id IN (SELECT function_id FROM lexical UNION SELECT function_id FROM semantic)
    """
)


async def _candidates(
    actor: Actor, db: AsyncSession, query: Query, rarity: Rarity, connector_id: str | None, vector: str | None
) -> list[_Candidate]:
    tokens = _rarest(query, rarity)
    if not tokens and vector is None:
        return []
    rows = await db.execute(
        _CANDIDATES,
        {
            "account": actor.account,
            "connector": connector_id,
            "tokens": " | ".join(f"'{token}'" for token in tokens),
            "vector": vector,
            "lexical_limit": CANDIDATES,
            "semantic_limit": SEMANTIC_CANDIDATES,
        },
    )
    return [
        _Candidate(
            function_id=id_, connector_id=own, terms=read_literal(literal, act, deprecated), similarity=similarity
        )
        for id_, own, literal, act, deprecated, similarity in rows
    ]


def _rarest(query: Query, rarity: Rarity) -> Sequence[str]:
    """The known tokens from the rarest on, until they match enough; always one, if any is known."""
    known: Mapping[str, int] = {token: rarity.count(token) for token in query.tokens if rarity.has(token)}
    chosen: list[str] = []
    matches = 0
    for token in sorted(known, key=lambda each: (known[each], each)):
        if chosen and matches + known[token] > MAX_MATCHES:
            break
        chosen.append(token)
        matches += known[token]
    return chosen
