import asyncio
import sys

import asyncpg
import pytest

from madang.kit.errors import UnavailableError, UsageError
from madang.storage.direct import connect
from madang.storage.migrate import (
    LOCK,
    applied_heads,
    branch_names,
    heads,
    migrate,
    newest_by_name,
    pending,
)


async def test_a_new_database_gets_every_revision_in_order_and_a_second_run_finds_nothing_to_do(
    empty_database_url: str,
) -> None:
    ran = await migrate(empty_database_url)

    assert ran[0] == "core_0001"
    assert list(ran) == sorted(ran)
    assert await migrate(empty_database_url) == ()
    assert await pending(empty_database_url) == ()


def test_the_names_of_the_files_tell_the_newest_revisions() -> None:
    assert sorted(newest_by_name()) == list(branch_names())
    assert tuple(newest_by_name()[branch] for branch in branch_names()) == heads(branch_names())


async def test_with_nothing_to_do_no_migration_is_read(empty_database_url: str) -> None:
    await migrate(empty_database_url, branch_names())
    code = (
        "import asyncio, sys\n"
        "from madang.storage.migrate import migrate\n"
        "assert asyncio.run(migrate(sys.argv[1], ('bbs', 'core'))) == ()\n"
        "assert not {'alembic', 'sqlalchemy'} & set(sys.modules)\n"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, empty_database_url)

    assert await process.wait() == 0


async def test_all_branches_end_at_their_heads(empty_database_url: str) -> None:
    await migrate(empty_database_url, branch_names())

    async with connect(empty_database_url) as connection:
        assert await applied_heads(connection) == tuple(sorted(heads(branch_names())))


async def test_processes_that_start_at_once_migrate_once(empty_database_url: str) -> None:
    results = await asyncio.gather(*(migrate(empty_database_url) for _ in range(4)))

    assert sorted(len(ran) > 0 for ran in results) == [False, False, False, True]


async def test_pending_names_what_is_missing_and_changes_nothing(empty_database_url: str) -> None:
    missing = await pending(empty_database_url)

    assert missing[-1:] == heads(["core"])
    assert await pending(empty_database_url) == missing


async def test_a_branch_is_migrated_without_the_others(empty_database_url: str) -> None:
    await migrate(empty_database_url, ("core",))

    async with connect(empty_database_url) as connection:
        assert await applied_heads(connection) == heads(["core"])


async def test_a_database_of_a_newer_madang_is_refused_in_one_line(empty_database_url: str) -> None:
    await migrate(empty_database_url)
    async with connect(empty_database_url) as connection:
        await connection.execute("UPDATE madang.alembic_version SET version_num = 'core_9999'")

    with pytest.raises(UsageError, match=r"is newer than this Madang \(it has core_9999\)"):
        await migrate(empty_database_url)


async def test_a_failed_revision_leaves_the_database_as_it_was(empty_database_url: str) -> None:
    async with connect(empty_database_url) as connection:
        await connection.execute("CREATE SCHEMA madang")
        await connection.execute("CREATE TABLE madang.account (surprise int)")

    with pytest.raises(Exception, match="already exists"):
        await migrate(empty_database_url)

    async with connect(empty_database_url) as connection:
        tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'madang'")
        assert [row["tablename"] for row in tables] == ["account"]


async def test_an_unknown_branch_is_refused(database_url: str) -> None:
    with pytest.raises(UsageError, match="no migration branch 'nonsense'"):
        await pending(database_url, ["nonsense"])


@pytest.mark.parametrize(
    ("before", "after", "error", "message"),
    [
        ("madang:", "madang:wrong", UsageError, "refuses the user or password"),
        ("/test_", "/absent_", UsageError, "does not exist on that server"),
        ("postgresql://", "nonsense://", UsageError, "has a URL that cannot be used"),
    ],
)
async def test_a_wrong_url_is_one_line_without_the_password(
    database_url: str, before: str, after: str, error: type[Exception], message: str
) -> None:
    url = database_url.replace(before, after, 1)

    with pytest.raises(error, match=message) as caught:
        await migrate(url)

    assert url.split(":")[2].split("@")[0] not in str(caught.value)


async def test_a_server_that_is_not_there_is_one_line() -> None:
    with pytest.raises(UnavailableError, match=r"127\.0\.0\.1:1/none cannot be reached"):
        await migrate("postgresql://someone:secret@127.0.0.1:1/none")


async def test_the_lock_is_free_again_after_a_process_that_held_it_was_cut_off(empty_database_url: str) -> None:
    holder = await asyncpg.connect(empty_database_url)
    await holder.execute("SELECT pg_advisory_lock($1)", LOCK)
    waiting = asyncio.create_task(migrate(empty_database_url))
    await asyncio.sleep(1)
    assert not waiting.done()

    holder.terminate()

    assert (await asyncio.wait_for(waiting, 10))[0] == "core_0001"
