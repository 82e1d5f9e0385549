"""Overlays: read or refused, applied action by action, and written from the difference of two documents."""

from __future__ import annotations

import contextlib
import copy
import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madang.kit.errors import InvalidError, MadangError, TooLargeError
from madang.kit.json import JsonObject, JsonValue
from madang.schema.overlay.applying import apply_overlay
from madang.schema.overlay.documents import overlay_document
from madang.schema.overlay.reading import overlay_of, read_overlay
from madang.schema.overlay.selecting import Steps
from madang.schema.overlay.values import Outcome, Overlay
from madang.schema.overlay.writing import difference, merged, to_json, update_at
from madang.schema.reading import read_functions


def overlay(*actions: Mapping[str, Any]) -> Overlay:
    return overlay_of(
        {"overlay": "1.0.0", "info": {"title": "t", "version": "1"}, "actions": [dict(each) for each in actions]}
    )


def applied(document: JsonValue, *actions: JsonObject) -> JsonValue:
    return apply_overlay(document, overlay(*actions)).value


def test_an_update_merges_objects_joins_lists_and_replaces_the_rest() -> None:
    document: JsonObject = {"a": {"b": 1, "c": {"d": [1]}, "e": "x", "f": {"g": 1}}}
    update: JsonObject = {"b": 2, "c": {"d": [2], "n": True}, "e": {"y": 1}, "f": None}
    assert applied(document, {"target": "$.a", "update": update}) == {
        "a": {"b": 2, "c": {"d": [1, 2], "n": True}, "e": {"y": 1}, "f": None}
    }


def test_an_update_of_a_list_becomes_its_last_entry() -> None:
    assert applied({"a": [1]}, {"target": "$.a", "update": [2, 3]}) == {"a": [1, [2, 3]]}


def test_a_removal_takes_every_place_that_is_selected() -> None:
    document: JsonObject = {"a": [{"x": 1}, {"y": 2}, {"x": 3}], "b": {"x": 4}}
    assert applied(document, {"target": "$.a[?@.x]", "remove": True}) == {"a": [{"y": 2}], "b": {"x": 4}}
    assert applied(document, {"target": "$..x", "remove": True}) == {"a": [{}, {"y": 2}, {}], "b": {}}


def test_each_action_sees_what_the_ones_before_it_left() -> None:
    actions: list[JsonObject] = [
        {"target": "$.a", "remove": True},
        {"target": "$", "update": {"b": {}}},
        {"target": "$.b", "update": {"c": 1}, "remove": False},
        {"target": "$.a", "update": {"c": 1}},
    ]
    found = apply_overlay({"a": {}}, overlay(*actions))
    assert found.value == {"b": {"c": 1}}
    assert [outcome.matched for outcome in found.outcomes] == [1, 1, 1, 0]


def test_the_document_and_the_overlay_are_left_as_they_were() -> None:
    document: JsonObject = {"a": {"list": [1]}}
    before = copy.deepcopy(document)
    found = apply_overlay(document, overlay({"target": "$.a", "update": {"list": [{"n": 1}], "n": {}}}))
    again = apply_overlay(found.value, overlay({"target": "$.a.list[1]", "update": {"n": 2}}))
    assert document == before
    assert found.value == {"a": {"list": [1, {"n": 1}], "n": {}}}
    assert again.value == {"a": {"list": [1, {"n": 2}], "n": {}}}


def test_what_an_alias_shares_is_changed_in_one_place_only() -> None:
    shared: JsonObject = {"type": "string"}
    assert applied({"a": shared, "b": shared}, {"target": "$.a", "update": {"n": 1}}) == {
        "a": {"type": "string", "n": 1},
        "b": {"type": "string"},
    }


def test_an_action_that_does_not_fit_says_why_and_changes_nothing() -> None:
    actions: list[JsonObject] = [
        {"target": "$.info.title", "update": {"x": 1}},
        {"target": "$.info", "update": "text"},
        {"target": "$", "remove": True},
    ]
    document: JsonObject = {"info": {"title": "t"}}
    found = apply_overlay(document, overlay(*actions))
    assert found.value == document
    assert [outcome.problem for outcome in found.outcomes] == [
        "here is text, which an object cannot be merged into",
        "here is an object, which text cannot be merged into",
        "the document itself cannot be removed",
    ]
    assert {(outcome.matched, outcome.changed) for outcome in found.outcomes} == {(1, 0)}


@pytest.mark.parametrize(
    ("text", "pointer", "said"),
    [
        ("", None, "is empty"),
        ("[1]", "", "an overlay is an object; this is a list"),
        ("{", None, "cannot be read: "),
        ("openapi: 3.0.0", "/overlay", "this is an OpenAPI document"),
        ("x: 1", "/overlay", "'overlay: 1.0.0' at its top"),
        ("overlay: 2.0.0", "/overlay", "of version '2.0.0'; 1.0 is read"),
        ("overlay: 1.1.0", "/overlay", "of version '1.1.0'; 1.0 is read"),
        ("overlay: 1.0.0", "/actions", "'actions', a list of at least one"),
        ("{overlay: 1.0.0, actions: [{target: $.a}]}", "/actions/0", "has 'update', or 'remove: true'"),
        ("{overlay: 1.0.0, actions: [{update: 1}]}", "/actions/0/target", "has a 'target'"),
        ("{overlay: 1.0.0, actions: [3]}", "/actions/0", "an action is an object, not a number"),
        ("{overlay: 1.0.0, actions: [{target: a, update: 1}]}", "/actions/0/target", "begins with '$'"),
        ("{overlay: 1.0.0, actions: [{target: $, remove: 'yes'}]}", "/actions/0/remove", "true or false"),
    ],
)
def test_what_is_no_overlay_is_refused_with_the_place_that_is_wrong(text: str, pointer: str | None, said: str) -> None:
    with pytest.raises(InvalidError) as raised:
        read_overlay(text.encode())
    assert said in raised.value.detail
    assert [error.pointer for error in raised.value.errors] == ([] if pointer is None else [pointer])


def test_an_overlay_that_is_too_large_is_refused() -> None:
    with pytest.raises(TooLargeError):
        read_overlay(b" " * 5_000_001)
    with pytest.raises(TooLargeError):
        overlay(*[{"target": "$", "remove": True} for _ in range(20_001)])
    deep: JsonValue = {}
    for _ in range(120):
        deep = {"a": deep}
    with pytest.raises(TooLargeError):
        overlay({"target": "$", "update": deep})


def test_an_overlay_that_grows_the_document_without_end_is_stopped() -> None:
    doubling: list[JsonObject] = [{"target": "$..*", "update": {"a": {}, "b": {}, "c": {}}}] * 30
    with pytest.raises(TooLargeError, match="looks at more than"):
        apply_overlay({"x": {}}, overlay(*doubling), steps=Steps(50_000))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.just(1.0) | st.sampled_from(["", "a", "한"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "it's", "/x", "name", "in"]), inner)
    ),
    max_leaves=12,
)
named = st.fixed_dictionaries(
    {"name": st.sampled_from(["x", "y", "z'"])},
    optional={"in": st.sampled_from(["path", "query"]), "a": json_values, "type": st.sampled_from(["int", "text"])},
)
json_objects = st.dictionaries(st.sampled_from(["a", "b", "/x"]), json_values | st.lists(named, max_size=4), max_size=3)


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(before=json_objects, after=json_objects)
def test_the_difference_of_two_documents_makes_the_second_of_the_first(before: JsonObject, after: JsonObject) -> None:
    actions = difference(before, after)
    if actions:
        written = to_json(Overlay(title="t", version="1", actions=actions))
        found = apply_overlay(before, overlay_of(written))
        assert found.value == after
        assert all(outcome.changed == outcome.matched == 1 for outcome in found.outcomes)
    else:
        assert before == after


def test_the_actions_of_two_overlays_follow_each_other_each_once() -> None:
    first = overlay({"target": "$.a", "update": {"n": 1}}, {"target": "$.b", "remove": True})
    second = overlay({"target": "$.a", "update": {"n": 1}}, {"target": "$.c", "update": {"n": 2}})
    assert [action.target for action in merged(first, second).actions] == ["$.a", "$.b", "$.c"]
    assert merged(None, second) == second
    assert update_at(("a",), {"n": 1}) in merged(first, second).actions


DOCUMENT = b"""
openapi: 3.1.0
info: {title: t, version: '1'}
paths: {/a: {get: {operationId: a.get, responses: {'200': {description: ok}}}}}
"""


def test_a_document_with_an_overlay_says_which_actions_did_nothing() -> None:
    text = b"""
    overlay: 1.0.0
    info: {title: t, version: '1'}
    actions:
      - {target: "$.paths['/a'].get", update: {summary: Ask}}
      - {target: "$.paths['/gone'].get", remove: true}
      - {target: $.info.title, update: {x: 1}}
    """
    found = overlay_document(DOCUMENT, text)
    functions = found.told(read_functions(found.data))
    assert functions.functions[0].title == "Ask"
    assert [outcome.matched for outcome in found.outcomes] == [1, 0, 1]
    assert [(remark.code, remark.pointer) for remark in functions.remarks if "overlay" in remark.code] == [
        ("overlay-unmatched", "overlay#/actions/1"),
        ("overlay-unfit", "overlay#/actions/2"),
    ]
    assert found.outcomes[0] == Outcome(position=0, target="$.paths['/a'].get", matched=1, changed=1)


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(data=st.binary(max_size=40), value=json_values)
def test_any_bytes_are_an_overlay_or_refused(data: bytes, value: JsonValue) -> None:
    for text in (data, json.dumps({"overlay": "1.0.0", "actions": value}).encode()):
        with contextlib.suppress(MadangError):
            assert overlay_document(DOCUMENT, text).outcomes
