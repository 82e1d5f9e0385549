"""Where arguments of a model come from, told by their values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madang.agent.subagents.ports import EarlierResult
from madang.agent.tracing import trace
from madang.effects.values import Provenance
from madang.kit.json import JsonValue


def result(key: str, value: JsonValue, connection: str = "cxn_1") -> EarlierResult:
    return EarlierResult(key=key, function="notes.get", connection=connection, value=value)


NEWEST = result("t2/c2", {"items": [{"id": 4711, "name": "Alpha Beta"}]}, "cxn_2")
OLDER = result("t1/c1", {"id": 4711, "owner": "carol@example.com", "flag": True, "lang": "en"})


def taken(key: str, connection: str, path: str) -> Provenance:
    return Provenance(kind="result", key=key, connection=connection, path=path)


@pytest.mark.parametrize(
    ("value", "words", "expected"),
    [
        ("hello", "say hello", Provenance(kind="user")),
        ("carol@example.com", "mail her", taken("t1/c1", "cxn_1", "/owner")),
        ("carol@example.com", "mail carol@example.com", Provenance(kind="user")),
        (4711, "open it", taken("t2/c2", "cxn_2", "/items/0/id")),
        (4711, "open 4711", Provenance(kind="user")),
        ("Dear carol@example.com !", "write", taken("t1/c1", "cxn_1", "/owner")),
        ({"to": ["carol@example.com"]}, "write", taken("t1/c1", "cxn_1", "/owner")),
        ("Alpha Beta", "open it", taken("t2/c2", "cxn_2", "/items/0/name")),
        ("en", "in english", Provenance(kind="model")),
        (True, "do it", Provenance(kind="model")),
        (7, "seven", Provenance(kind="model")),
        ("made up", "do it", Provenance(kind="model")),
        (None, "do it", Provenance(kind="model")),
        ({}, "do it", Provenance(kind="model")),
    ],
)
def test_the_source_of_a_value(value: JsonValue, words: str, expected: Provenance) -> None:
    assert trace({"a": value}, words, [NEWEST, OLDER]) == {"a": expected}


def test_deep_and_large_results_are_looked_through_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    deep: JsonValue = "at the bottom"
    for _ in range(5_000):
        deep = [deep]
    assert trace({"a": "at the bottom"}, "", [result("k", deep)])["a"].kind == "result"
    monkeypatch.setattr("madang.agent.tracing.MOST_VALUES", 10)
    many: JsonValue = [f"value {number}" for number in range(20)]
    assert [trace({"a": f"value {number}"}, "", [result("k", many)])["a"].kind for number in (5, 15)] == [
        "result",
        "model",
    ]


@given(st.text(min_size=3).filter(lambda text: len(text.strip()) >= 3))
def test_a_text_of_a_result_that_nobody_said_is_always_seen(text: str) -> None:
    assert trace({"a": text}, "", [result("k", {"x": [text]})])["a"].kind == "result"
