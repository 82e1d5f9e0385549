from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest

from madang.cli.chat_answers import Decisions, read_answers
from madang.cli.chat_asking import Asker
from madang.cli.chat_reading import Reading
from madang.cli.chat_turn import Talk
from madang.kit.json import JsonObject, JsonValue
from madang.sdk.client import ApiError
from madang.sdk.session import Live

RECORDED = Path(__file__).parent / "recorded"
Item: TypeAlias = "JsonObject | Live | type[BaseException]"


def recorded(name: str) -> list[JsonObject]:
    return [json.loads(line) for line in (RECORDED / f"{name}.jsonl").read_text().splitlines()]


class RecordedLine:
    """Plays streams from a record, one each time that it is followed, and takes every frame but those refused."""

    def __init__(self, *streams: list[Item], refused: tuple[str, ...] = ()) -> None:
        self.conversation = "cnv_1"
        self.is_live = False
        self.frames: list[JsonObject] = []
        self._streams = list(streams)
        self._refused = refused

    def past(self) -> Iterator[JsonObject]:
        return iter(())

    def follow(self) -> Generator[JsonObject | Live]:
        self.is_live = False
        for item in self._streams.pop(0):
            if isinstance(item, type):
                raise item
            self.is_live = self.is_live or isinstance(item, Live)
            yield item

    def speak(self, kind: str, **members: JsonValue) -> JsonObject:
        self.frames.append({"type": kind, **members})
        if kind in self._refused:
            raise ApiError(409, {"detail": "this was answered already"})
        return {"id": "frame-1", "turn": "trn_1"}


class Shown:
    """An output that keeps what it is told."""

    def __init__(self) -> None:
        self.remarks: list[str] = []

    def show(self, event: JsonObject, reading: Reading) -> None:
        """Nothing is drawn."""

    def remark(self, line: str) -> None:
        self.remarks.append(line)


def talk(session: RecordedLine, *answers: str, agrees: bool = False) -> tuple[Talk, Shown]:
    shown = Shown()
    asker = Asker(read_answers(answers), Decisions(agrees=agrees), shown.remark, is_asking=False)
    return Talk(session, shown, asker, set()), shown


PASSWORD: JsonObject = {"type": "form", "call_id": "cal_1", "value": {"password": "secret"}}
AGREED: JsonObject = {"type": "approval", "call_id": "cal_1", "decision": "approve"}


def test_a_turn_is_followed_to_its_end_and_each_question_answered_once() -> None:
    session = RecordedLine([Live(0), *recorded("post")])
    here, _ = talk(session, "password=secret", agrees=True)
    assert here.say("Post it") == 0
    assert session.frames == [{"type": "message", "text": "Post it"}, PASSWORD, AGREED]


def test_what_was_asked_and_answered_in_the_past_is_not_answered_again() -> None:
    session = RecordedLine([*recorded("post"), Live(22)])
    here, _ = talk(session, "password=secret", agrees=True)
    assert here.say("Post it") == 0
    assert session.frames == [{"type": "message", "text": "Post it"}]


def test_a_question_that_somebody_else_has_answered_is_told_and_the_turn_goes_on() -> None:
    session = RecordedLine([Live(0), *recorded("post")], refused=("approval",))
    here, shown = talk(session, "password=secret", agrees=True)
    assert here.say("Post it") == 0
    assert shown.remarks == ["this was answered already"]


@pytest.mark.parametrize(
    ("name", "answers", "way"),
    [
        ("post", (), "  go on with: madang chat --conversation cnv_1 --answer password=@FILE"),
        ("post", ("password=secret",), "  go on with: madang chat --conversation cnv_1 --yes"),
        ("doubt", ("sum=7", "mode=card", "urgent=true"), "  it did not: madang chat --conversation cnv_1 --again"),
    ],
)
def test_what_takes_somebody_who_is_not_here_is_left_with_the_way_to_go_on(
    name: str, answers: tuple[str, ...], way: str
) -> None:
    session = RecordedLine([Live(0), *recorded(name)])
    here, shown = talk(session, *answers, agrees=name == "doubt")
    assert here.say("Do it") == 3
    assert shown.remarks[-1] == way


def test_ctrl_c_stops_the_turn_and_sees_it_end() -> None:
    begun = recorded("post")[:7]
    ended: JsonObject = {"type": "RUN_ERROR", "runId": "trn_1", "code": "aborted", "message": "stopped"}
    session = RecordedLine([Live(0), *begun, KeyboardInterrupt], [Live(7), ended])
    here, _ = talk(session)
    assert here.say("Do it") == 130
    assert session.frames == [{"type": "message", "text": "Do it"}, {"type": "abort"}]


def test_ctrl_c_twice_leaves_at_once() -> None:
    session = RecordedLine([Live(0), KeyboardInterrupt], [Live(0), KeyboardInterrupt])
    here, _ = talk(session)
    with pytest.raises(KeyboardInterrupt):
        here.say("Do it")
    assert [frame["type"] for frame in session.frames] == ["message", "abort"]
