"""What a read says of an act whose answer was lost."""

from __future__ import annotations

import pytest

from madang.effects.checks import (
    CannotTell,
    Check,
    DidNotHappen,
    FillError,
    Happened,
    check_of,
    filled,
    named,
    told_by,
)
from madang.effects.values import Answered, Attempt, NotSent, Unknown
from madang.kit.json import JsonObject, JsonValue
from madang.schema.functions import Argument, Function

CREATE = Function(
    name="orders.create",
    model_name="orders_create",
    method="POST",
    path="/orders",
    title="",
    description="",
    arguments=[
        Argument(name="order_id", location="body", wire="orderId", schema=True),
        Argument(name="customer", location="body", wire="customer", schema=True),
    ],
    check={"operation": "orders.list", "match": {"id": "{orderId}"}},
)


def answered(value: JsonValue, status: int = 200) -> Answered:
    return Answered(status=status, media_type="application/json", value=value)


def test_a_check_is_read_from_its_function() -> None:
    assert check_of(CREATE) == Check(operation="orders.list", match={"id": "{orderId}"})


def test_arguments_are_put_in_by_either_name_and_keep_their_type() -> None:
    template: JsonObject = {"id": "{orderId}", "same": "{order_id}", "in": "{customer/name}", "text": "no {orderId}!"}

    made = filled(template, CREATE, {"order_id": 7, "customer": {"name": "sam"}})

    assert made == {"id": 7, "same": 7, "in": "sam", "text": "no 7!"}


@pytest.mark.parametrize("written", ["{nothing}", "{orderId}", "{customer/age}"])
def test_an_argument_that_the_call_has_not_makes_the_check_impossible(written: str) -> None:
    with pytest.raises(FillError, match="the call has no argument"):
        filled({"id": written}, CREATE, {"customer": {"name": "sam"}})


def test_arguments_of_the_read_are_called_as_in_the_document() -> None:
    assert named({"orderId": 7, "limit": 1}, CREATE) == {"order_id": 7, "limit": 1}


@pytest.mark.parametrize(
    "value",
    [
        {"id": 7, "state": "new"},
        [{"id": 6}, {"id": 7, "state": "new"}],
        {"data": [{"id": 7, "state": "new"}], "next": None},
        {"data": [{"id": "7", "state": "new"}]},
    ],
)
def test_what_shows_all_that_matches_happened(value: JsonValue) -> None:
    told = told_by(answered(value), {"id": 7, "state": "new"}, "shop.orders.list")

    assert isinstance(told, Happened)
    assert told.by == "shop.orders.list"
    assert isinstance(told.value, dict)
    assert told.value["state"] == "new"


@pytest.mark.parametrize(
    "answer",
    [answered([]), answered({"data": [{"id": 7, "state": "old"}]}), answered([7]), answered(None), answered({}, 404)],
)
def test_what_shows_nothing_of_it_did_not_happen(answer: Attempt) -> None:
    assert told_by(answer, {"id": 7, "state": "new"}, "x") == DidNotHappen()


@pytest.mark.parametrize(
    ("answer", "is_passing"),
    [
        (answered({}, 403), False),
        (answered({}, 503), True),
        (Answered(status=200, media_type=None, value=None, stored={"id": "res_1"}), False),
        (NotSent(reason="no route"), True),
        (Unknown(reason="it broke off"), True),
    ],
)
def test_what_is_no_answer_does_not_tell(answer: Attempt, is_passing: bool) -> None:
    told = told_by(answer, {"id": 7}, "x")

    assert isinstance(told, CannotTell)
    assert told.is_passing == is_passing


def test_true_is_no_number() -> None:
    assert told_by(answered({"id": True}), {"id": 1}, "x") == DidNotHappen()
