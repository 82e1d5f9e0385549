"""Folding events: the same events give the same state however they are cut into pieces, and what is unknown is passed
over."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madang.agent.events import (
    call_result,
    custom,
    run_error,
    run_finished,
    run_started,
    text_delta,
    text_end,
    text_start,
    user_message,
)
from madang.agent.history import CallStep, ConversationState, FoundStep, SpentStep, TextStep, fold
from madang.agent.values import Draft, Event
from madang.kit.json import JsonObject

AT = datetime(2026, 1, 1, tzinfo=UTC)
CONNECTION: JsonObject = {"id": "cxn_1", "label": "default", "connector": "notes", "server_url": "https://a.example"}
START = Draft(
    type="TOOL_CALL_START",
    turn="t1",
    body={"toolCallId": "c1", "toolCallName": "notes.create", "effect": "unsafe", "connection": CONNECTION},
)
FOUND: JsonObject = {"turn": "t1", "text": "post it", "fits": True, "candidates": [{"function": "notes.create"}]}


def numbered(*drafts: Draft) -> list[Event]:
    return [
        Event(conversation="cnv", seq=seq, turn=each.turn, type=each.type, body=each.body, at=AT)
        for seq, each in enumerate(drafts, 1)
    ]


STORY = numbered(
    custom("title", None, title="Post it"),
    *user_message("t1", "m1", "post it", "f1"),
    run_started("cnv", "t1", "m1"),
    custom("found", "t1", **FOUND),
    text_start("t1", "m2"),
    text_delta("t1", "m2", "One "),
    Draft(type="FROM_A_LATER_VERSION", turn="t1", body={"a": 1}),
    text_end("t1", "m2", is_cut=True),
    text_start("t1", "m3"),
    text_delta("t1", "m3", "One "),
    *user_message("t2", "m4", "and another", "f2"),
    text_delta("t1", "m3", "moment."),
    text_end("t1", "m3"),
    custom("usage", "t1", turn="t1", model="m"),
    START,
    custom("arguments", "t1", call_id="c1", arguments={"text": "a"}, provenance={"text": {"kind": "user"}}),
    custom("mended", "t1", call_id="c1", attempt=1, errors=[]),
    custom("form", "t1", call_id="c1", schema={}, value={}, errors=[], reason="human"),
    custom("form_answered", "t1", call_id="c1", names=["password"], by="usr_1"),
    custom("from_a_later_version", "t1", call_id="c1"),
    Draft(type="TOOL_CALL_END", turn="t1", body={"toolCallId": "c1"}),
    custom("approval", "t1", call_id="c1"),
    custom("approval_answered", "t1", call_id="c1", decision="approve", by="usr_1"),
    custom("performing", "t1", call_id="c1"),
    custom("in_doubt", "t1", call_id="c1", reason="cut"),
    custom("in_doubt_answered", "t1", call_id="c1", decision="happened", by="usr_1"),
    call_result("t1", "c1", "done", {"value": {"id": 2**80}}),
    run_finished("cnv", "t1", 1.5),
    run_started("cnv", "t2", "m4"),
    run_error("t2", "aborted", "stopped"),
)


def test_a_story_is_its_turns_with_their_steps_in_order() -> None:
    state = fold(STORY)
    first, second = state.turns.values()
    kinds = [type(step) for step in first.steps]
    assert kinds == [FoundStep, TextStep, TextStep, SpentStep, CallStep]
    assert (state.title, state.seq, first.text, second.text) == ("Post it", len(STORY), "post it", "and another")
    assert (first.is_ended, first.error, second.error) == (True, None, "aborted")
    assert [(step.text, step.is_whole, step.is_cut) for step in first.steps if isinstance(step, TextStep)] == [
        ("One ", False, True),
        ("One moment.", True, False),
    ]
    assert asdict(state.calls["c1"]) == {
        "id": "c1",
        "turn": "t1",
        "function": "notes.create",
        "connection": "cxn_1",
        "effect": "unsafe",
        "stage": "ended",
        "arguments": {"text": "a"},
        "provenance": {"text": {"kind": "user"}},
        "mends": 1,
        "decision": "happened",
        "decided_by": "usr_1",
        "is_cancelled": False,
        "state": "done",
        "result": {"value": {"id": 2**80}},
    }


@given(st.lists(st.integers(0, len(STORY)), max_size=6))
def test_any_split_of_events_folds_to_the_same_state(cuts: list[int]) -> None:
    state = ConversationState()
    places = [0, *sorted(cuts), len(STORY)]
    for start, end in pairwise(places):
        state.add(STORY[start:end])
    assert state == fold(STORY)


@given(st.integers(0, len(STORY)), st.sampled_from(["NEW_TYPE", "CUSTOM"]), st.dictionaries(st.text(), st.text()))
def test_what_nobody_knows_yet_changes_nothing_but_the_number(place: int, kind: str, value: dict[str, Any]) -> None:
    unknown = Draft(type=kind, turn="t1", body={"name": "not known yet", "value": value})
    drafts = [Draft(type=each.type, turn=each.turn, body=each.body) for each in STORY]
    state = fold(numbered(*drafts[:place], unknown, *drafts[place:]))
    state.seq -= 1
    assert state == fold(STORY)


@pytest.mark.parametrize(
    ("until", "stage", "waits"),
    [
        ("TOOL_CALL_START", "composed", False),
        ("form", "form", True),
        ("form_answered", "answered", False),
        ("TOOL_CALL_END", "ready", False),
        ("approval", "approval", True),
        ("approval_answered", "decided", False),
        ("performing", "performing", False),
        ("in_doubt", "doubt", True),
        ("in_doubt_answered", "settled", False),
        ("TOOL_CALL_RESULT", "ended", False),
    ],
)
def test_the_stage_of_a_call_follows_from_its_newest_event(until: str, stage: str, waits: bool) -> None:
    names = [each.body.get("name", each.type) if each.type == "CUSTOM" else each.type for each in STORY]
    state = fold(STORY[: names.index(until) + 1])
    call = state.calls["c1"]
    assert (call.stage, call.waits) == (stage, waits)
    gone_out = stage in {"performing", "doubt", "settled"}
    expected = [] if gone_out or stage == "ended" else ["c1"]
    assert [each.id for each in state.turns["t1"].calls_not_gone_out] == expected


def test_texts_that_a_worker_left_are_known() -> None:
    state = fold(STORY[:8])
    assert [step.message_id for step in state.turns["t1"].texts_left] == ["m2"]
    assert fold(STORY).turns["t1"].texts_left == []


def test_a_cancelled_form_is_known() -> None:
    cancelled = custom("form_answered", "t1", call_id="c1", names=[], by="usr_1", cancelled=True)
    drafts = [*user_message("t1", "m1", "post it", "f1"), START, cancelled]
    assert fold(numbered(*drafts)).calls["c1"].is_cancelled


def test_turns_before_one_come_newest_first() -> None:
    drafts = [each for number in range(4) for each in user_message(f"t{number}", f"m{number}", "x", f"f{number}")]
    assert [each.id for each in fold(numbered(*drafts)).turns_before("t3")] == ["t2", "t1", "t0"]


def test_an_event_on_the_wire_has_its_number_its_id_and_the_time() -> None:
    event = numbered(run_finished("cnv", "t1", 1.23456))[0]
    assert json.loads(json.dumps(event.to_json("2026-01-01T00:00:00Z"))) == {
        "type": "RUN_FINISHED",
        "seq": 1,
        "id": "cnv.1",
        "schema_version": 1,
        "timestamp": "2026-01-01T00:00:00Z",
        "threadId": "cnv",
        "runId": "t1",
        "seconds": 1.235,
    }
