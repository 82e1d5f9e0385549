"""Records of calls as lines: what the end of a call adds, and which of its lines counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from madang.ledger.usage import CallRecord, to_ended_line, to_line
from madang.proxy.spool import newest_lines

RECORD = CallRecord(
    id="call_1",
    account="acc_1",
    actor="usr_1",
    purpose="chat",
    mode="live",
    connection="cxn_1",
    function="fn_1",
    method="GET",
    path_template="/things/{id}",
    writer="prx_1",
    started_at=datetime(2026, 1, 1, tzinfo=UTC),
)


def test_an_ended_call_has_the_line_of_its_whole_record() -> None:
    line = to_ended_line(
        RECORD,
        outcome="answered",
        is_sent=True,
        status=200,
        error=None,
        request_bytes=1,
        response_bytes=2,
        duration_ms=3,
    )

    assert line == to_line(
        replace(RECORD, outcome="answered", is_sent=True, status=200, request_bytes=1, response_bytes=2, duration_ms=3)
    )


def test_of_two_lines_of_a_call_the_later_one_counts() -> None:
    other = replace(RECORD, id="call_2")
    ended = replace(RECORD, outcome="failed")

    lines = newest_lines([to_line(RECORD), to_line(other), to_line(ended)])

    assert lines == [to_line(ended), to_line(other)]
