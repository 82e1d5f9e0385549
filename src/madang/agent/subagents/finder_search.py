"""The finder without a model: search, and "nothing fits" as an answer.

What clients lend to the conversation is ranked among the functions of connectors, by the same words and meaning.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from madang.agent.lending import NAME, Lent, list_lent, remember_embeddings
from madang.agent.subagents.ports import Candidate, Context, FinderInput, Finding
from madang.catalog.functions import summaries
from madang.catalog.ranking import terms_of
from madang.catalog.search import Beside, Hit, search
from madang.catalog.values import CatalogFunction, FunctionSummary
from madang.catalog.version_records import passage

FITS_FROM = 0.48
FITS_FROM_BY_WORDS = 0.52
"""With meaning and without it, which are no one scale. By the half of the requests in tests/requests that search was
tuned on; over all of them, about one request in ten that nothing fits is said to fit."""


async def find_by_search(asked: FinderInput, context: Context) -> Finding:
    """The functions that search finds, best first; they fit where the best is good enough."""
    lent = await _lent(context) if asked.connector_id is None else []
    async with context.database.begin() as db:
        hits = await search(
            context.actor,
            db,
            asked.text,
            embedder=context.embedder,
            connector_id=asked.connector_id,
            beside=[_beside(each) for each in lent],
            limit=asked.limit,
        )
        found = {each.id: each for each in await summaries(context.actor, db, [hit.function_id for hit in hits])}
    found |= {each.function.id: summary_of(each.function) for each in lent}
    candidates = [
        Candidate(
            function=replace(found[hit.function_id], score=hit.value),
            coverage=hit.coverage,
            similarity=hit.similarity,
        )
        for hit in hits
        if hit.function_id in found
    ]
    return Finding(candidates=candidates, fits=fits(hits))


async def _lent(context: Context) -> list[Lent]:
    """What is lent to the conversation; what it means is worked out once, and kept."""
    if context.conversation is None:
        return []
    async with context.database.begin() as db:
        lent = await list_lent(context.actor, db, context.conversation)
    new = [each for each in lent if each.embedding is None] if context.embedder else []
    if not new or context.embedder is None:
        return lent
    vectors = await context.embedder.passages([passage(each.function.function) for each in new])
    made = {each.function.id: vector for each, vector in zip(new, vectors, strict=True)}
    async with context.database.begin() as db:
        await remember_embeddings(context.actor, db, made)
    return [replace(each, embedding=made.get(each.function.id, each.embedding)) for each in lent]


def _beside(lent: Lent) -> Beside:
    function = lent.function
    # Where the client gave itself no name, "the app" in a request means nothing.
    lender = "" if function.connector.partition("_")[0] == NAME else function.connector
    return Beside(
        function_id=function.id,
        lender_id=function.connector_id,
        lender=lender,
        terms=terms_of(function.function, lender),
        embedding=lent.embedding,
    )


def summary_of(function: CatalogFunction) -> FunctionSummary:
    """A lent function as a row of a list."""
    return FunctionSummary(
        id=function.id,
        connector_id=function.connector_id,
        connector=function.connector,
        name=function.function.name,
        model_name=function.function.model_name,
        method=function.function.method,
        path=function.function.path,
        title=function.function.title,
        effect=function.function.effect,
        is_deprecated=function.function.is_deprecated,
    )


def fits(hits: Sequence[Hit]) -> bool:
    """Whether the best of some hits does what was asked."""
    if not hits:
        return False
    return hits[0].value >= (FITS_FROM_BY_WORDS if hits[0].similarity is None else FITS_FROM)
