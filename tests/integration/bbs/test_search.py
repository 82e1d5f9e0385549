import unicodedata
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from sqlalchemy import event, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from madang.examples.bbs.repository import ArticleRepository, searched_text
from madang.examples.bbs.rows import ArticleSnapshotRow, ArticleTextRow
from madang.examples.bbs.values import ArticleFilter, Draft
from madang.kit.pages import PageRequest
from madang.storage.engine import Database

Json = dict[str, Any]
Post = Callable[..., Awaitable[Json]]

MANY = 5_000


async def titles(client: httpx.AsyncClient, **params: str) -> list[str]:
    response = await client.get("/articles", params=params)
    assert response.status_code == 200, response.text
    return [article["title"] for article in response.json()["data"]]


@pytest.fixture
async def three(post: Post) -> None:
    await post(section="General", writer="Sam Kim", title="Weekly Meeting", body="Agenda: 100% done_now")
    await post(section="general", writer="민지", title="회의 안내", body="내일 오후에 만나요")
    await post(section="lunch", writer="samuel", title="Kimchi", body="We met at the weekly place")


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, {"Weekly Meeting", "회의 안내", "Kimchi"}),
        ({"section": "GENERAL"}, {"Weekly Meeting", "회의 안내"}),
        ({"section": "gen"}, set[str]()),
        ({"writer": "SAM"}, {"Weekly Meeting", "Kimchi"}),
        ({"title": "meet"}, {"Weekly Meeting"}),
        ({"body": "MET AT"}, {"Kimchi"}),
        ({"text": "weekly"}, {"Weekly Meeting", "Kimchi"}),
        ({"text": "회의"}, {"회의 안내"}),
        ({"text": unicodedata.normalize("NFD", "만나요")}, {"회의 안내"}),
        ({"body": "0%"}, {"Weekly Meeting"}),
        ({"body": "e_n"}, {"Weekly Meeting"}),
        ({"body": "%"}, {"Weekly Meeting"}),
        ({"body": "\\"}, set[str]()),
        ({"section": "general", "writer": "sam", "text": "weekly"}, {"Weekly Meeting"}),
        ({"created_after": "2020-01-01T00:00:00Z"}, {"Weekly Meeting", "회의 안내", "Kimchi"}),
        ({"created_before": "2020-01-01T00:00:00Z"}, set[str]()),
    ],
)
@pytest.mark.usefixtures("three")
async def test_articles_are_found_by_what_is_asked(
    client: httpx.AsyncClient, params: dict[str, str], expected: set[str]
) -> None:
    assert set(await titles(client, **params)) == expected


async def test_a_text_that_an_update_replaced_is_not_found(client: httpx.AsyncClient, post: Post) -> None:
    article = await post(title="Before", body="old")
    await client.put(f"/articles/{article['id']}", json={"title": "After", "body": "new", "password": "pw"})
    assert await titles(client, text="old") == []
    assert await titles(client, title="before") == []
    assert await titles(client, text="new") == ["After"]


async def test_a_shown_time_of_writing_bounds_the_search(client: httpx.AsyncClient, post: Post) -> None:
    article = await post()
    assert await titles(client, created_after=article["created_at"]) == ["Hello"]
    assert await titles(client, created_before=article["created_at"]) == []


@pytest.mark.parametrize(
    ("params", "pointer"),
    [
        ({"limit": "0"}, "/limit"),
        ({"limit": "201"}, "/limit"),
        ({"limit": "ten"}, "/limit"),
        ({"sort": "title"}, "/sort"),
        ({"cursor": "nonsense"}, "/cursor"),
        ({"created_after": "2026-01-01T00:00:00"}, "/created_after"),
        ({"created_before": "soon"}, "/created_before"),
        ({"title": ""}, "/title"),
        ({"text": "a\0b"}, "/text"),
        ({"titel": "x"}, "/titel"),
    ],
)
async def test_a_wrong_condition_is_refused_by_its_name(
    client: httpx.AsyncClient, params: dict[str, str], pointer: str
) -> None:
    response = await client.get("/articles", params=params)
    assert response.status_code == 422
    assert [error["pointer"] for error in response.json()["errors"]] == [pointer]


async def test_a_cursor_of_another_order_is_refused(client: httpx.AsyncClient, post: Post) -> None:
    await post()
    await post()
    cursor = (await client.get("/articles", params={"limit": "1"})).json()["next"]
    response = await client.get("/articles", params={"cursor": cursor, "sort": "updated_at"})
    assert response.status_code == 422


@pytest.fixture
async def many(database: Database) -> Database:
    """5,000 articles of about 1,500 characters with two snapshots each, several in the same millisecond."""
    async with database.begin() as session:
        await session.execute(text(_ARTICLES), {"many": MANY})
        await session.execute(text(_SNAPSHOTS))
    await analyse(database)
    return database


@pytest.fixture
async def many_texts(many: Database) -> Database:
    """What is searched of them, too. One in a hundred says where the needle is."""
    async with many.begin() as session:
        newest = select(ArticleSnapshotRow).where(ArticleSnapshotRow.number == 2)
        rows = [
            {"article_id": row.article_id, **searched_text(Draft(format="txt", title=row.title, body=row.body))}
            for row in await session.scalars(newest)
        ]
        await session.execute(insert(ArticleTextRow), rows)
    await analyse(many)
    return many


async def analyse(database: Database) -> None:
    async with database.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("VACUUM ANALYZE bbs.article, bbs.article_snapshot, bbs.article_text"))


_ARTICLES = """
INSERT INTO bbs.article
SELECT 'art_' || lpad(to_hex(n), 32, '0'), 'S' || n % 20, 's' || n % 20, 'Writer' || n % 100, 'writer' || n % 100,
       'x', 2, at, at + interval '1 day', CASE WHEN n % 50 = 0 THEN at END
FROM (SELECT n, timestamptz '2026-01-01Z' + (n / 3) * interval '1 minute' AS at
      FROM generate_series(1, CAST(:many AS integer)) AS n) AS numbered
"""
_SNAPSHOTS = """
INSERT INTO bbs.article_snapshot
SELECT id, number, 'txt', 'Title ' || right(id, 4) || ' v' || number,
       '회의 ' || repeat(md5(id || number) || ' 오늘은 ', 40)
       || CASE WHEN right(id, 2) IN ('7f', 'e1') THEN '바늘' ELSE '' END,
       'Excerpt', '[]', created_at
FROM bbs.article CROSS JOIN generate_series(1, 2) AS number
"""


@pytest.mark.parametrize("sort", ["-created_at", "created_at", "-updated_at", "updated_at"])
async def test_pages_together_are_the_whole_list_once_in_order(
    client: httpx.AsyncClient, many: Database, sort: str
) -> None:
    seen: list[tuple[str, str]] = []
    params = {"limit": "200", "sort": sort}
    while True:
        page = (await client.get("/articles", params=params)).json()
        seen += [(article[sort.removeprefix("-")], article["id"]) for article in page["data"]]
        if page["next"] is None:
            break
        params["cursor"] = page["next"]
    assert len(seen) == MANY - MANY // 50
    assert seen == sorted(set(seen), reverse=sort.startswith("-"))


async def test_an_article_written_meanwhile_moves_no_other_to_another_page(
    client: httpx.AsyncClient, post: Post
) -> None:
    old = {(await post(title=f"Old {number}"))["title"] for number in range(4)}
    first = (await client.get("/articles", params={"limit": "2"})).json()
    await post(title="New")
    second = (await client.get("/articles", params={"limit": "2", "cursor": first["next"]})).json()
    assert {article["title"] for article in first["data"] + second["data"]} == old
    assert second["next"] is None


ALIVE = [number for number in range(1, MANY + 1) if number % 50]
NEEDLES = [number for number in ALIVE if number % 256 in {0x7F, 0xE1}]
SEARCHES = [
    (ArticleFilter(), 50),
    (ArticleFilter(section="s7"), 50),
    (ArticleFilter(sort="-updated_at"), 50),
    (ArticleFilter(writer="Writer42"), 50),
    (ArticleFilter(title="0fff v2"), 1),
    (ArticleFilter(body="바늘"), len(NEEDLES)),
    (ArticleFilter(text="바늘"), len(NEEDLES)),
    (ArticleFilter(text="nowhere at all"), 0),
    (ArticleFilter(text="회의"), 50),
    (ArticleFilter(text="늘"), 50),
    (ArticleFilter(section="S7", text="바늘", writer="writer"), sum(number % 20 == 7 for number in NEEDLES)),
]


@pytest.mark.slow
async def test_searches_among_five_thousand_articles_find_what_is_there(many_texts: Database) -> None:
    found: list[int] = []
    async with many_texts.begin() as session:
        for wanted, _ in SEARCHES:
            found.append(len((await ArticleRepository(session).search(wanted, PageRequest(limit=50))).data))
        plan = await plan_of(session, many_texts, ArticleFilter(text="바늘"))
    assert found == [expected for _, expected in SEARCHES]
    assert "ix_article_text_pairs" in plan
    assert "Seq Scan on article_text" not in plan


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (ArticleFilter(), "ix_article_created_at_id"),
        (ArticleFilter(sort="updated_at"), "ix_article_updated_at_id"),
        (ArticleFilter(section="s7"), "ix_article_folded_section"),
    ],
)
async def test_lists_are_read_from_an_index_and_only_as_far_as_the_page(
    many: Database, wanted: ArticleFilter, index: str
) -> None:
    async with many.begin() as session:
        plan = await plan_of(session, many, wanted)
    assert index in plan
    assert "Seq Scan" not in plan


async def plan_of(session: AsyncSession, database: Database, wanted: ArticleFilter) -> str:
    """How PostgreSQL does a search, which is one statement whatever the size of its page."""
    with statements(database) as sent:
        page = await ArticleRepository(session).search(wanted, PageRequest(limit=50))
    assert len(page.data) > 1
    ((statement, parameters),) = sent
    connection = await session.connection()
    return str((await connection.exec_driver_sql("EXPLAIN " + statement, parameters)).all())


@contextmanager
def statements(database: Database) -> Iterator[list[tuple[str, Any]]]:
    """What is sent to the database meanwhile."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        sent.append((statement, parameters))

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    yield sent
    event.remove(database.engine.sync_engine, "before_cursor_execute", note)
