"""What a model is told of a conversation."""

from __future__ import annotations

import json
import re

from hypothesis import given
from hypothesis import strategies as st

from madang.agent.history import CallStep, FoundStep, SpentStep, TextStep, TurnState
from madang.agent.recounting import MOST_CHARACTERS, recount, recount_turn, tool_name
from madang.agent.thinking import AssistantSaid, ToolRequest, ToolSaid, UserSaid


def call(number: int, state: str | None = "done", value: object = 1) -> CallStep:
    result = None if state is None else {"value": value}
    return CallStep(
        id=f"c{number}",
        turn="t1",
        function="notes.create",
        connection="cxn_1",
        effect="unsafe",
        stage="ended",
        arguments={"text": "a"},
        state=state,
        result=result,  # pyright: ignore[reportArgumentType] - any JSON
    )


def whole(text: str) -> TextStep:
    return TextStep(message_id="m", text=text, is_whole=True)


def request(number: int) -> ToolRequest:
    return ToolRequest(id=f"c{number}", name="notes-create", arguments='{"text":"a"}')


def test_a_turn_is_told_round_by_round_with_what_calls_gave() -> None:
    steps = [
        FoundStep(query="post", fits=True, functions=["notes.create"]),
        TextStep(message_id="m0", text="One mo", is_cut=True),
        whole("One moment."),
        SpentStep(model="m"),
        call(1),
        call(2, "failed"),
        whole("It is done."),
        SpentStep(model="m"),
    ]
    said = recount_turn(TurnState(id="t1", text="post it", steps=[*steps]))
    assert said[:2] == [
        UserSaid(text="post it"),
        AssistantSaid(text="One moment.", calls=[request(1), request(2)]),
    ]
    results = [each for each in said if isinstance(each, ToolSaid)]
    assert [(each.id, each.is_error, json.loads(each.content)["state"]) for each in results] == [
        ("c1", False, "done"),
        ("c2", True, "failed"),
    ]
    assert said[-1] == AssistantSaid(text="It is done.", calls=[])


def test_a_search_of_the_model_is_a_tool_with_its_answer() -> None:
    steps = [
        FoundStep(query="post", fits=True, functions=["notes.create"], call_id="f1"),
        SpentStep(model="m"),
        FoundStep(query="fly", fits=False, functions=[], call_id="f2"),
    ]
    said = recount_turn(TurnState(id="t1", text="post it", steps=[*steps]))
    assert [each.content for each in said if isinstance(each, ToolSaid)] == [
        "These are tools now: notes-create",
        "Nothing was found.",
    ]
    requests = [each.id for item in said if isinstance(item, AssistantSaid) for each in item.calls]
    assert requests == ["f1", "f2"]


def test_every_request_is_answered_at_once() -> None:
    said = recount_turn(TurnState(id="t1", text="x", steps=[call(1), SpentStep(model="m"), call(2, None)]))
    for place, each in enumerate(said):
        if isinstance(each, AssistantSaid) and each.calls:
            following = said[place + 1 : place + 1 + len(each.calls)]
            assert [item.id for item in following if isinstance(item, ToolSaid)] == [item.id for item in each.calls]


def test_old_turns_that_do_not_fit_are_left_out_whole_and_the_newest_never_is() -> None:
    turns = [TurnState(id=f"t{number}", text="x" * (MOST_CHARACTERS // 3)) for number in range(6)]
    assert len(recount(turns)) == 3
    huge = TurnState(id="t9", text="y" * (2 * MOST_CHARACTERS))
    assert recount([huge, *turns]) == [UserSaid(text=huge.text)]


def test_turns_are_told_oldest_first() -> None:
    turns = [TurnState(id=text, text=text) for text in ("newest", "older", "oldest")]
    assert recount(turns) == [UserSaid(text=text) for text in ("oldest", "older", "newest")]


@given(st.text(min_size=1, max_size=200))
def test_tool_names_are_such_as_models_take(name: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", tool_name(name))


def test_long_names_that_differ_at_the_end_stay_different() -> None:
    one, other = ("a" * 80 + end for end in ("1", "2"))
    assert tool_name(one) != tool_name(other)
