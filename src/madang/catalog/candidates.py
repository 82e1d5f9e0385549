"""Which functions of an account are worth a full score: found in PostgreSQL by words, then by meaning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from madang.catalog.clauses import Clause, ask, each_word
from madang.catalog.literals import Key, read_terms
from madang.catalog.queries import Query
from madang.catalog.ranking import Rarity, Terms, Weighed
from madang.catalog.tokens import tokenize
from madang.kit.actor import Actor

CANDIDATES = 100
SEMANTIC_CANDIDATES = 40
MAX_MATCHES = 1_000
"""Of one clause: a function that is left out by it has other clauses to be found by."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A function that is worth a score. `passage`, what it is called, orders those that score alike; `similarity` in
    meaning is None where it is not known."""

    function_id: str
    connector_id: str
    passage: str
    terms: Terms
    similarity: float | None = None


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What is searched: all connectors of an account, or one. Of each token of the request, how many functions have it
    and how many in their name or title; and the connectors that the request names."""

    account: str
    connector_id: str | None
    total: int
    functions: Mapping[str, int]
    named: Mapping[str, int]
    named_connectors: frozenset[str]

    @cached_property
    def rarity(self) -> Rarity:
        """How much each token of the request says here."""
        return Rarity(self.total, self.functions)


_SCOPE = text(
    """
    WITH settings AS MATERIALIZED (
        SELECT set_config('random_page_cost', '1.1', true), set_config('max_parallel_workers_per_gather', '0', true),
            set_config('jit', 'off', true), set_config('plan_cache_mode', 'force_custom_plan', true),
            set_config('hnsw.ef_search', '40', true), set_config('hnsw.iterative_scan', 'relaxed_order', true)
    ), counted AS MATERIALIZED (
        SELECT term, sum(functions)::int AS functions, sum(named)::int AS named FROM madang.search_term
        WHERE account_id = :account AND term = ANY(:terms)
          AND (CAST(:connector AS text) IS NULL OR connector_id = :connector)
        GROUP BY term
    )
    SELECT c.*, t.* FROM (
        SELECT array_agg(c.id) AS ids, array_agg(c.name) AS names, sum(v.imported)::int AS total
        FROM settings CROSS JOIN madang.connector c
        JOIN madang.connector_version v ON v.connector_id = c.id AND v.number = c.current_version
        WHERE c.account_id = :account AND (CAST(:connector AS text) IS NULL OR c.id = :connector)
    ) AS c CROSS JOIN (
        SELECT array_agg(term) AS terms, array_agg(functions) AS functions, array_agg(named) AS named FROM counted
    ) AS t
    """
)


async def read_scope(actor: Actor, db: AsyncSession, query: Query, connector_id: str | None) -> Scope:
    """What there is to search, as far as the request is concerned.

    The same statement sets, for this transaction, how the next ones are planned: by their values, for data in memory,
    in this process; else PostgreSQL reads all functions in turn, which takes ten times as long. And that the index of
    vectors goes on looking where the nearest ones are another connector's.
    """
    place = {"account": actor.account, "connector": connector_id, "terms": sorted(query.tokens)}
    found = (await db.execute(_SCOPE, place)).one()
    terms = found.terms or ()
    return Scope(
        account=actor.account,
        connector_id=connector_id,
        total=found.total or 0,
        functions=dict(zip(terms, found.functions or (), strict=True)),
        named=dict(zip(terms, found.named or (), strict=True)),
        named_connectors=frozenset(
            id_ for id_, name in zip(found.ids or (), found.names or (), strict=True) if _words(name) <= query.said
        ),
    )


@lru_cache(maxsize=4_096)
def _words(connector: str) -> frozenset[str]:
    return frozenset(tokenize(connector))


_LEXICAL = text(
    """
    WITH found AS (
        SELECT t.*, c.value, 0 AS named
        FROM unnest(CAST(:anywhere AS text[]), CAST(:anywhere_values AS float[])) AS c(query, value)
        CROSS JOIN LATERAL (
            SELECT ctid AS place, act, passage, connector_id FROM madang.function_terms
            WHERE account_id = :account AND (CAST(:connector AS text) IS NULL OR connector_id = :connector)
              AND terms @@ CAST(c.query AS tsquery)
            LIMIT :most
        ) AS t
        UNION ALL
        SELECT t.*, c.value, 1
        FROM unnest(CAST(:named AS text[]), CAST(:named_values AS float[])) AS c(query, value)
        CROSS JOIN LATERAL (
            SELECT ctid, act, passage, connector_id FROM madang.function_terms
            WHERE account_id = :account AND (CAST(:connector AS text) IS NULL OR connector_id = :connector)
              AND ts_filter(terms, '{a,b}') @@ CAST(c.query AS tsquery)
            LIMIT :most
        ) AS t
        UNION ALL
        SELECT t.*, c.value, 1
        FROM unnest(CAST(:own AS text[]), CAST(:own_values AS float[])) AS c(query, value)
        CROSS JOIN LATERAL (
            SELECT ctid, act, passage, connector_id FROM madang.function_terms
            WHERE account_id = :account AND connector_id = ANY(:connectors)
              AND ts_filter(terms, '{a,b}') @@ CAST(c.query AS tsquery)
            LIMIT :most
        ) AS t
    ), best AS MATERIALIZED (
        SELECT place FROM found GROUP BY place
        ORDER BY sum(value) * (0.65 + 0.35 * least(1, 16 * sum(named)::float / length(any_value(passage))))
            + CASE WHEN any_value(act) = ANY(:acts) THEN 0.3::float ELSE 0 END
            + CASE WHEN any_value(connector_id) = ANY(:connectors) THEN 0.3::float ELSE 0 END DESC,
            length(any_value(passage)), any_value(passage) COLLATE "C", place
        LIMIT :limit
    )
    SELECT t.function_id, t.connector_id, t.passage, ts_filter(t.terms, '{a,b}')::text, t.terms::text, t.act,
        t.is_deprecated
    FROM best JOIN madang.function_terms t ON t.ctid = best.place
    """
)
"""The order is that of a score as far as it can be told without reading terms: what is asked for, the share of the name
that this makes up (a word takes about 16 characters of a passage, which has name and title), act and connector."""


async def find_by_words(db: AsyncSession, scope: Scope, weighed: Weighed, wanted: Sequence[Key]) -> list[Candidate]:
    """The functions that have the telling words, those of a named connector and of the right act before others."""
    asked = ask(weighed, scope.functions, scope.named)
    if not asked.anywhere and not asked.named:
        return []
    own = each_word(weighed, scope.functions, scope.named) if scope.named_connectors else ()
    place = {
        "account": scope.account,
        "connector": scope.connector_id,
        "connectors": sorted(scope.named_connectors),
        "acts": sorted(weighed.query.acts),
        "most": MAX_MATCHES,
        "limit": CANDIDATES,
        **_columns("anywhere", asked.anywhere),
        **_columns("named", asked.named),
        **_columns("own", own),
    }
    return [
        Candidate(
            function_id=id_,
            connector_id=connector_id,
            passage=passage,
            terms=read_terms(names, literal, wanted, act, is_deprecated),
        )
        for id_, connector_id, passage, names, literal, act, is_deprecated in await db.execute(_LEXICAL, place)
    ]


def _columns(name: str, clauses: Sequence[Clause]) -> dict[str, object]:
    return {name: [each.query for each in clauses], f"{name}_values": [each.value for each in clauses]}


_SEMANTIC = text(
    """
    WITH near AS (
        SELECT function_id FROM madang.function_terms
        WHERE account_id = :account AND (CAST(:connector AS text) IS NULL OR connector_id = :connector)
          AND embedding IS NOT NULL
        ORDER BY embedding <=> CAST(:vector AS vector)
        LIMIT :limit
    )
    SELECT t.function_id, t.connector_id, t.passage,
        CASE WHEN t.function_id = ANY(:known) THEN '' ELSE ts_filter(t.terms, '{a,b}')::text END,
        CASE WHEN t.function_id = ANY(:known) THEN '' ELSE t.terms::text END,
        t.act, t.is_deprecated, 1 - (t.embedding <=> CAST(:vector AS vector))
    FROM madang.function_terms t
    WHERE t.function_id IN (SELECT function_id FROM near UNION SELECT unnest(CAST(:known AS text[])))
    """
)


async def add_by_meaning(
    db: AsyncSession, scope: Scope, vector: str, known: Sequence[Candidate], wanted: Sequence[Key]
) -> list[Candidate]:
    """The candidates that are known with their nearness in meaning, and the nearest beside them."""
    terms = {candidate.function_id: candidate.terms for candidate in known}
    place = {"account": scope.account, "connector": scope.connector_id, "vector": vector, "known": list(terms)}
    found = await db.execute(_SEMANTIC, place | {"limit": SEMANTIC_CANDIDATES})
    return [
        Candidate(
            function_id=id_,
            connector_id=connector_id,
            passage=passage,
            terms=terms.get(id_) or read_terms(names, literal, wanted, act, is_deprecated),
            similarity=similarity,
        )
        for id_, connector_id, passage, names, literal, act, is_deprecated, similarity in found
    ]
