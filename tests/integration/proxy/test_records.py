"""Call records: each call that was sent has one, once, whatever is killed."""

import asyncio
import json
import os
import signal
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from madang.kit.actor import Actor
from madang.kit.pages import PageRequest
from madang.ledger.usage import CallFilter, list_calls, list_usage
from madang.proxy.drain import Drain
from madang.proxy.spool import Spool, read_segment


async def test_a_call_is_on_record_with_its_outcome_and_its_usage(lab: Any, proxy: Any, upstream: Any) -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    answer = await proxy.call(
        "POST", "/cxn_test/things?a=1", body=b"12345", grant=proxy.grant(purpose="run", run="run_1", epoch=1),
        headers={"traceparent": f"00-{trace}-b7ad6b7169203331-01"},
    )  # fmt: skip
    (record,) = await proxy.records()
    assert record.id == answer.headers["madang-call"]
    assert (record.account, record.actor, record.purpose, record.run) == ("acc_test", "usr_1", "run", "run_1")
    assert (record.connection, record.function, record.method) == ("cxn_test", "fun_post", "POST")
    assert (record.path_template, record.trace, record.outcome) == ("/things", trace, "answered")
    assert (record.status, record.is_sent, record.request_bytes, record.response_bytes) == (200, True, 5, 13)
    async with proxy.database.begin() as db:
        usage = (await list_usage(Actor(account="acc_test", user="u"), db, PageRequest())).data
    assert [(entry.id, entry.units, entry.price_minor) for entry in usage] == [(record.id, 1, 0)]
    assert lab.headers_of(upstream.heads[0])["traceparent"].startswith(f"00-{trace}")


async def test_what_was_refused_before_it_was_sent_is_no_call(proxy: Any) -> None:
    await proxy.call("GET", "/cxn_test/nothing")
    await proxy.call(grant="nonsense")
    await proxy.call()
    assert len(await proxy.records()) == 1


async def test_the_record_is_on_disk_before_the_other_server_sees_the_call(
    lab: Any, proxy: Any, upstream: Any, tmp_path: Path
) -> None:
    lines: list[str] = []

    async def look(up: Any, head: bytes, reader: Any, writer: Any) -> None:
        for path in (tmp_path / "run" / "spool").rglob("*.jsonl"):
            lines.extend(json.loads(line)["outcome"] for line in read_segment(path))
        await lab.answer_hello(up, head, reader, writer)

    upstream.handler = look
    await proxy.call()
    assert lines == ["pending"]


async def test_a_spool_that_cannot_be_written_stops_calls(proxy: Any, upstream: Any, monkeypatch: Any) -> None:
    def full(file: int, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    answer = await proxy.call()
    monkeypatch.undo()
    assert (answer.status, answer.headers["madang-sent"]) == (503, "0")
    assert upstream.heads == []


async def test_what_a_killed_proxy_left_is_brought_over_once(
    lab: Any, tmp_path: Path, database_url: str, upstream: Any
) -> None:
    async with lab.proxying(tmp_path / "b", database_url) as proxy:
        ended, under_way = await _be_killed(lab, tmp_path / "a", upstream)
        writers = list((tmp_path / "a" / "run" / "spool").iterdir())
        spool = Spool(tmp_path / "a" / "run" / "spool")
        drain = Drain(spool, proxy.database)
        assert await drain.adopt() >= 2
        assert await drain.adopt() == 0
        records = {record.id: record.outcome for record in await proxy.records(2)}
        async with proxy.database.begin() as db:
            usage = await list_usage(Actor(account="acc_test", user="u"), db, PageRequest())
        spool.close()
    assert len(writers) == 1
    assert records == {ended: "answered", under_way: "unknown"}
    assert {entry.id for entry in usage.data} == {ended, under_way}
    assert list((tmp_path / "a" / "run" / "spool").iterdir()) == []


async def _be_killed(lab: Any, home: Path, upstream: Any) -> tuple[str, str]:
    """A process that writes what a proxy does, for one call that ends and one that does not; then kill -9."""
    home.mkdir()
    code = (
        "import sys, time\n"
        "from dataclasses import replace\n"
        "from datetime import UTC, datetime\n"
        "from pathlib import Path\n"
        "from madang.kit.ids import new_id\n"
        "from madang.ledger.usage import CallRecord, to_line\n"
        "from madang.proxy.spool import Spool\n"
        "spool = Spool(Path(sys.argv[1]))\n"
        "def begin():\n"
        "    call = CallRecord(id=new_id('call'), account='acc_test', actor='u', purpose='chat', mode='live',\n"
        "        connection='cxn_test', function='f', method='GET', path_template='/', writer=spool.writer,\n"
        "        started_at=datetime.now(UTC))\n"
        "    spool.write(call)\n"
        "    return call\n"
        "ended, under_way = begin(), begin()\n"
        "spool.rotate()\n"
        "spool.add(to_line(replace(ended, outcome='answered', is_sent=True, status=200)))\n"
        "spool.flush()\n"
        "print(ended.id, under_way.id, flush=True)\n"
        "time.sleep(60)\n"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, str(home / "run" / "spool"), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout
    line = (await process.stdout.readline()).decode().split()
    process.send_signal(signal.SIGKILL)
    await process.wait()
    return line[0], line[1]


async def test_the_spool_of_a_living_proxy_is_left_alone(lab: Any, proxy: Any, tmp_path: Path) -> None:
    await proxy.call()
    spool = Spool(tmp_path / "run" / "spool")
    assert list(spool.find_abandoned()) == []
    spool.close()
    await proxy.records()


async def test_calls_go_on_while_the_database_is_away_and_are_brought_over_later(
    lab: Any, tmp_path: Path, database_url: str, upstream: Any
) -> None:
    async with lab.proxying(tmp_path, "postgresql://nobody@127.0.0.1:1/none") as proxy:
        proxy.connections.put(lab.view_of(upstream))
        call = (await proxy.call()).headers["madang-call"]
        assert (await proxy.call("GET", "/readyz", grant=None)).status == 503
        assert (await proxy.call("GET", "/healthz", grant=None)).status == 200
    async with lab.proxying(tmp_path, database_url) as proxy:
        assert [record.id for record in await proxy.records()] == [call]


async def test_lists_of_calls_are_paged_filtered_and_of_one_account(proxy: Any) -> None:
    for _ in range(5):
        await proxy.call()
    await proxy.call("PUT", body=b"x")
    records = await proxy.records(6)
    me, other = Actor(account="acc_test", user="u"), Actor(account="acc_other", user="u")
    async with proxy.database.begin() as db:
        first = await list_calls(me, db, CallFilter(function="fun_get"), PageRequest(limit=3))
        rest = await list_calls(me, db, CallFilter(function="fun_get"), PageRequest(limit=3, cursor=first.next))
        foreign = await list_calls(other, db, CallFilter(), PageRequest())
    assert [record.id for record in [*first.data, *rest.data]] == [record.id for record in records[1:]]
    assert (rest.next, list(foreign.data)) == (None, [])
    assert all(abs(record.started_at - records[0].started_at) < timedelta(seconds=60) for record in records)


async def test_health_says_that_it_lives_and_that_it_can_serve(proxy: Any) -> None:
    asked = ["/healthz", "/-/healthz", "/readyz", "/-/readyz"]
    answers = [await proxy.send(f"GET {path} HTTP/1.1\r\nHost: any.example\r\n\r\n".encode()) for path in asked]
    ready = {"ready": True, "spool_bytes": 0}
    assert [answer.json() for answer in answers] == [{"status": "ok"}, {"status": "ok"}, ready, ready]
    assert [answer.status for answer in answers] == [200] * 4
