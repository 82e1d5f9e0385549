from __future__ import annotations

import json
from pathlib import Path

import pytest

from madang.cli.chat_reading import Reading
from madang.kit.json import JsonObject

RECORDED = Path(__file__).parent / "recorded"


def recorded(name: str) -> list[JsonObject]:
    """A conversation as its events came from a backend."""
    return [json.loads(line) for line in (RECORDED / f"{name}.jsonl").read_text().splitlines()]


def read(events: list[JsonObject]) -> Reading:
    reading = Reading()
    for event in events:
        reading.add(event)
    return reading


def custom(name: str, **value: object) -> JsonObject:
    return json.loads(json.dumps({"type": "CUSTOM", "seq": 99, "name": name, "value": value}))


@pytest.mark.parametrize(("name", "status", "is_over"), [("post", 0, True), ("doubt", 3, False), ("missing", 3, False)])
def test_a_turn_ends_with_the_status_of_what_came_of_it(name: str, status: int, is_over: bool) -> None:
    (turn,) = read(recorded(name)).turns.values()
    assert (turn.status, turn.is_over) == (status, is_over)


def test_what_a_person_is_asked_is_known_until_it_is_answered() -> None:
    asked: list[list[str]] = []
    reading = Reading()
    for event in recorded("post"):
        reading.add(event)
        now = [ask.kind for ask in reading.asks]
        asked += [now] if not asked or asked[-1] != now else []
    assert asked == [[], ["form"], [], ["approval"], []]


def test_the_same_question_asked_again_is_another_one() -> None:
    events = recorded("missing")
    reading = read(events)
    (first,) = reading.asks
    reading.add(custom("form_answered", call_id=first.call, names=[], by="usr_1"))
    reading.add({**events[-1], "seq": 12})
    (second,) = reading.asks
    assert (first.seq, second.seq) == (10, 12)


def test_an_answered_doubt_is_waited_for_even_where_the_turn_was_stopped() -> None:
    reading = read(recorded("doubt"))
    (turn,) = reading.turns.values()
    (ask,) = reading.asks
    reading.add({"type": "RUN_ERROR", "seq": 19, "runId": turn.id, "code": "aborted", "message": "stopped"})
    assert (turn.is_over, turn.status, reading.open_turns) == (True, 3, [turn])
    reading.add(custom("in_doubt_answered", call_id=ask.call, decision="happened", by="usr_1"))
    assert turn.is_over is False
    reading.add({"type": "TOOL_CALL_RESULT", "toolCallId": ask.call, "state": "done", "content": '{"value": 1}'})
    assert (turn.is_over, turn.status, reading.open_turns) == (True, 1, [])


@pytest.mark.parametrize(("state", "status"), [("done", 0), ("failed", 1), ("rejected", 1), ("invalid", 1)])
def test_the_last_call_decides_how_a_turn_went(state: str, status: int) -> None:
    events = [{**event, "state": state} if event["type"] == "TOOL_CALL_RESULT" else event for event in recorded("post")]
    (turn,) = read(events).turns.values()
    assert turn.status == status


def test_without_a_model_a_request_that_led_to_no_call_has_failed() -> None:
    begun = recorded("post")[:5]
    ended: JsonObject = {"type": "RUN_FINISHED", "runId": "trn_1"}
    nothing, spent = custom("found", turn="trn_1", fits=False, candidates=[]), custom("usage", turn="trn_1", model="m")
    ends = [read([*begun, *more, ended]).turns["trn_1"].status for more in ([], [nothing], [nothing, spent])]
    assert ends == [0, 1, 0]


def test_events_of_a_newer_server_change_nothing() -> None:
    reading = read(
        [{"type": "THOUGHT", "seq": 1}, custom("wink", call_id="cal_9"), {"type": "RUN_ERROR", "runId": "x"}]
    )
    assert (reading.turns, reading.calls, reading.asks) == ({}, {}, [])
