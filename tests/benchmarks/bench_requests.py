"""200 requests of people over 20 real documents at once: is the right function first, and is nothing said to fit where
nothing does? And does the composer take from the words, for the right function, exactly what they state?

Usage: .venv/bin/python tests/benchmarks/bench_requests.py [--words] [--json] [--misses]
    --words    by words alone: no embeddings, which take most of the time
    --misses   each request that went wrong
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from request_corpus import LANGUAGES, SPLITS, Figures, Outcome, Request, figures, read_requests
from request_documents import RealDocument, real_documents

from madang.agent.subagents.composer_words import compose_words
from madang.agent.subagents.finder_search import find_by_search
from madang.agent.subagents.ports import ComposerInput, Context, FinderInput
from madang.catalog.connectors import NewConnector, create_connector
from madang.catalog.embedding import Embedder, find_embedder
from madang.catalog.functions import get_function
from madang.catalog.indexing import find_unindexed, index_batch
from madang.catalog.reading import Reading, read_document
from madang.catalog.versions import StoredDocument, store_version
from madang.kit.actor import Actor
from madang.kit.json import JsonObject
from madang.schema.arguments import compile_arguments
from madang.storage.embedded import EmbeddedPostgres
from madang.storage.engine import Database
from madang.storage.migrate import migrate

Offered = Mapping[str, Sequence[str]]
"""Names of a document's functions by `METHOD path`, which need not be one function's alone."""
ACTOR = Actor(account="acc_bench", user="usr_bench", roles=frozenset({"owner"}))
NOW = datetime(2026, 1, 1, tzinfo=UTC)


async def measure(url: str, embedder: Embedder | None) -> list[Outcome]:
    """Import all documents into a new database, index them, and ask every request."""
    documents = real_documents()
    await migrate(url, ("core",))
    database = Database(url)
    try:
        offered = [await _import(database, document) for document in documents]
        names = {document.name: each for document, each in zip(documents, offered, strict=True)}
        requests = read_requests()
        _check(requests, names)
        if embedder is not None:
            await _index(database, embedder)
        context = Context(actor=ACTOR, database=database, embedder=embedder, now=NOW)
        await find_by_search(FinderInput(text="warm up"), context)
        return [await _ask(request, context, names) for request in requests]
    finally:
        await database.close()


async def _import(database: Database, document: RealDocument) -> Offered:
    """Store a document as a connector; the names of its functions by `METHOD path`."""
    data = document.place.read_bytes()
    offered = await read_document(Reading(data=data))
    async with database.begin() as db:
        connector = await create_connector(ACTOR, db, NewConnector(name=document.name), now=NOW)
        stored = StoredDocument(key=f"documents/{document.name}", hash=document.sha256, size=len(data))
        await store_version(ACTOR, db, connector.id, offered, stored, now=NOW)
    names: dict[str, list[str]] = {}
    for function in offered.functions:
        names.setdefault(f"{function.method} {function.path}", []).append(f"{document.name}.{function.name}")
    return names


def _check(requests: Sequence[Request], offered: Mapping[str, Offered]) -> None:
    """Raise ValueError for a request that expects what no document offers: it could not be answered at all."""
    for request in requests:
        missing = set(request.operations) - set(offered.get(request.document or "", {}))
        if missing:
            raise ValueError(f"{request.document} has no {sorted(missing)}, which {request.text!r} expects")


async def _index(database: Database, embedder: Embedder) -> None:
    for _, connector_id in await find_unindexed(database):
        while await index_batch(ACTOR, database, connector_id, embedder, now=NOW):
            pass


async def _ask(request: Request, context: Context, offered: Mapping[str, Offered]) -> Outcome:
    started = time.perf_counter()
    finding = await find_by_search(FinderInput(text=request.text, limit=10), context)
    seconds = time.perf_counter() - started
    found = [f"{each.function.method} {each.function.path}" for each in finding.candidates]
    right = (
        each.function.connector == request.document and name in request.operations
        for each, name in zip(finding.candidates, found, strict=True)
    )
    best = finding.candidates[0].function if finding.candidates else None
    return Outcome(
        request=request,
        best=f"{best.full_name} ({found[0]})" if best else "",
        rank=next((rank for rank, is_right in enumerate(right, start=1) if is_right), None),
        fits=finding.fits,
        value=(best.score if best else None) or 0.0,
        seconds=seconds,
        arguments=await _compose(request, context, offered) if request.arguments is not None else None,
    )


async def _compose(request: Request, context: Context, offered: Mapping[str, Offered]) -> JsonObject:
    """What the composer takes from the words for a right function: the first that has all arguments stated."""
    names = offered[request.document or ""]
    async with context.database.begin() as db:
        right = [
            await get_function(context.actor, db, name) for operation in request.operations for name in names[operation]
        ]
    stated = set(request.arguments or {})
    function = next(each for each in right if stated <= {argument.name for argument in each.function.arguments})
    compiled = compile_arguments(function.function, function.schemas)
    asked = ComposerInput(function=function, compiled=compiled, text=request.text)
    return (await compose_words(asked, context)).arguments


def tables(outcomes: Sequence[Outcome]) -> dict[str, Figures]:
    """Figures by language, and by language and split."""
    found: dict[str, Figures] = {}
    for language in LANGUAGES:
        spoken = [each for each in outcomes if each.request.language == language]
        found[language] = figures(spoken)
        for split in SPLITS:
            found[f"{language} {split}"] = figures([each for each in spoken if each.request.split == split])
    return found | {"all": figures(outcomes)}


def print_table(found: dict[str, Figures]) -> None:
    """One row for each part, shares as in the floors."""
    names = [name for name in asdict(found["all"]) if name != "requests"]
    print("| requests | number | " + " | ".join(names) + " |\n|" + "---|" * (len(names) + 2))
    for part, row in found.items():
        cells = [f"{value:.3f}" if value is not None else "" for name, value in asdict(row).items() if name in names]
        print(f"| {part} | {row.requests} | " + " | ".join(cells) + " |")


def print_misses(outcomes: Sequence[Outcome]) -> None:
    """What went wrong, one line each."""
    for each in outcomes:
        is_right = each.is_found if each.request.operations else not each.fits
        if not is_right:
            wanted = each.request.operations[0] if each.request.operations else "nothing"
            print(f"{each.request.split} {each.value:.3f} fits={each.fits} rank={each.rank} {each.request.text!r}")
            print(f"      wanted {wanted}, first {each.best}")
        if each.arguments is not None and not each.is_exact:
            print(f"{each.request.split} {each.request.text!r}")
            print(f"      states {each.request.arguments}, got {each.arguments}")


def main() -> None:
    """Run in a home of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--words", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args()
    outcomes = run(None if options.words else find_embedder())
    found = tables(outcomes)
    if options.json:
        print(json.dumps({part: asdict(row) for part, row in found.items()}))
        return
    if options.misses:
        print_misses(outcomes)
    print_table(found)


def run(embedder: Embedder | None) -> list[Outcome]:
    """Measure with a PostgreSQL of its own."""
    with tempfile.TemporaryDirectory(prefix="mdg-bench-") as home:
        Path(home).chmod(0o711)
        postgres = EmbeddedPostgres.join(Path(home))
        try:
            return asyncio.run(measure(postgres.url, embedder))
        finally:
            postgres.leave()


if __name__ == "__main__":
    main()
