"""The finder without a model: search, and "nothing fits" as an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from madang.agent.subagents.ports import Candidate, Context, FinderInput, Finding
from madang.catalog.functions import summaries
from madang.catalog.search import Hit, search

FITS_FROM = 0.48
FITS_FROM_BY_WORDS = 0.52
"""With meaning and without it, which are no one scale. By the half of the requests in tests/requests that search was
tuned on; over all of them, about one request in ten that nothing fits is said to fit."""


async def find_by_search(asked: FinderInput, context: Context) -> Finding:
    """The functions that search finds, best first; they fit where the best is good enough."""
    async with context.database.begin() as db:
        hits = await search(
            context.actor,
            db,
            asked.text,
            embedder=context.embedder,
            connector_id=asked.connector_id,
            limit=asked.limit,
        )
        found = {each.id: each for each in await summaries(context.actor, db, [hit.function_id for hit in hits])}
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


def fits(hits: Sequence[Hit]) -> bool:
    """Whether the best of some hits does what was asked."""
    if not hits:
        return False
    return hits[0].value >= (FITS_FROM_BY_WORDS if hits[0].similarity is None else FITS_FROM)
