"""Search over 50,000 functions: p50 and p95 of 200 requests, by words alone and with meaning.

GitHub's document is stored under 41 connectors, so that each word is 41 times as common as it is: the worst case.
Usage: .venv/bin/python tests/benchmarks/bench_search.py
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from request_documents import real_documents
from sqlalchemy import text

from madang.catalog.connectors import NewConnector, create_connector
from madang.catalog.embedding import Embedder, find_embedder
from madang.catalog.indexing import index_batch
from madang.catalog.reading import Reading, read_document
from madang.catalog.search import search
from madang.catalog.versions import StoredDocument, store_version
from madang.kit.actor import Actor
from madang.schema.functions import FunctionSet
from madang.storage.embedded import EmbeddedPostgres
from madang.storage.engine import Database
from madang.storage.migrate import migrate

COPIES = 41
ROUNDS = 10
ACTOR = Actor(account="acc_bench", user="usr_bench", roles=frozenset({"owner"}))
REQUESTS = (
    "list the issues of repo x of owner y",
    "y 소유자의 x 저장소 이슈 목록을 보여 줘",
    'create an issue titled "bug"',
    "delete the repository hello",
    "add a label to issue 5",
    "list branches of a repository",
    "merge pull request 12",
    "이슈 12에 댓글을 달아 줘",
    "저장소의 브랜치 목록",
    "show commits of repo x",
    "latest release of repo",
    "list workflow runs",
    "cancel workflow run 5",
    "search code for foo",
    "list my organizations",
    "팀 구성원 목록을 보여 줘",
    "add a collaborator to the repository",
    "delete branch protection",
    "create a gist",
    "what is the weather in Seoul",
)

_COPY_EMBEDDINGS = text(
    """
    UPDATE madang.function_terms t SET embedding = o.embedding
    FROM madang.function_terms o WHERE o.connector_id = :first AND o.passage = t.passage AND t.embedding IS NULL
    """
)


async def run(url: str) -> None:
    """Fill the database, then ask."""
    await migrate(url, ("core",))
    database = Database(url)
    github = next(document for document in real_documents() if document.name == "github")
    data = github.place.read_bytes()
    offered = await read_document(Reading(data=data))
    started = time.perf_counter()
    connectors = [await _store(database, offered, data, number) for number in range(COPIES)]
    print(f"stored {COPIES * len(offered.functions):,} functions in {time.perf_counter() - started:.1f} s")
    await _ask(database, None, "words")
    embedder = find_embedder()
    if embedder is not None:
        started = time.perf_counter()
        while await index_batch(ACTOR, database, connectors[0], embedder, now=datetime.now(UTC)):
            pass
        print(f"embedded {len(offered.functions):,} functions in {time.perf_counter() - started:.1f} s")
        async with database.begin() as db:
            await db.execute(_COPY_EMBEDDINGS, {"first": connectors[0]})
        await _ask(database, embedder, "words and meaning")
    await database.close()


async def _store(database: Database, offered: FunctionSet, data: bytes, number: int) -> str:
    now = datetime.now(UTC)
    async with database.begin() as db:
        connector = await create_connector(ACTOR, db, NewConnector(name=f"github_{number}"), now=now)
        document = StoredDocument(key="documents/github", hash="github", size=len(data))
        await store_version(ACTOR, db, connector.id, offered, document, now=now)
    return connector.id


async def _ask(database: Database, embedder: Embedder | None, label: str) -> None:
    async with database.begin() as db:
        await db.execute(text("ANALYZE madang.function_terms"))
    clock: list[float] = []
    cpu: list[float] = []
    async with database.begin() as db:
        backend = (await db.execute(text("SELECT pg_backend_pid()"))).scalar_one()
    for request in REQUESTS * ROUNDS:
        used, started = _cpu(backend), time.perf_counter()
        async with database.begin() as db:
            await search(ACTOR, db, request, embedder=embedder, limit=10)
        clock.append((time.perf_counter() - started) * 1_000)
        cpu.append(_cpu(backend) - used)
    print(f"{label}: {_figures(clock)}")
    print(f"{label}: {_figures(cpu)} of CPU, here and in PostgreSQL")


def _figures(times: list[float]) -> str:
    ordered = sorted(times)
    return (
        f"p50 {statistics.median(times):.1f} ms, p95 {ordered[int(len(times) * 0.95)]:.1f} ms, max {ordered[-1]:.1f} ms"
    )


def _cpu(backend: int) -> float:
    """Milliseconds of CPU of this process and of the one in PostgreSQL that serves it; Linux only. One search at a time
    uses one connection, and so one backend. Says more than the clock where others use the machine."""
    served = int(Path(f"/proc/{backend}/schedstat").read_text().split()[0]) / 1e6
    return time.process_time() * 1_000 + served


def main() -> None:
    """Run in a home of its own."""
    with tempfile.TemporaryDirectory(prefix="mdg-bench-") as home:
        Path(home).chmod(0o711)
        postgres = EmbeddedPostgres.join(Path(home))
        try:
            asyncio.run(run(postgres.url))
        finally:
            postgres.leave()


if __name__ == "__main__":
    main()
