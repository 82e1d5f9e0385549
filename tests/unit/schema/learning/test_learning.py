"""Learning: what samples have in common, without anything of the samples themselves."""

from __future__ import annotations

import json
import random
import string
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madang.kit.json import JsonObject, JsonValue
from madang.schema.functions import Answer, Function
from madang.schema.learning.overlays import Learned, is_unknown, overlay_of_learned
from madang.schema.learning.shapes import MOST_SHAPES, Learner
from madang.schema.learning.texts import formats_of, is_name
from madang.schema.learning.writing import schema_of
from madang.schema.overlay.applying import apply_overlay
from madang.schema.overlay.writing import to_json
from madang.schema.reading import read_functions


def learned(*samples: Any, dialect: str = "openapi-3.1") -> JsonObject:
    learner = Learner()
    for sample in samples:
        learner.add(sample)
    return schema_of(learner.shape, dialect)


def test_objects_have_the_members_of_all_and_require_those_that_none_misses() -> None:
    assert learned({"id": 1, "title": "a"}, {"id": 2, "title": None, "tags": ["x"]}) == {
        "type": "object",
        "properties": {
            "id": {"type": "integer"},
            "title": {"type": ["string", "null"]},
            "tags": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["id", "title"],
    }


def test_whole_and_broken_numbers_are_numbers() -> None:
    assert learned(1, 2.5) == {"type": "number"}
    assert learned(True, False) == {"type": "boolean"}


@pytest.mark.parametrize(
    ("dialect", "expected"),
    [
        ("openapi-3.1", {"type": ["integer", "string", "null"]}),
        ("openapi-3.0", {"anyOf": [{"type": "integer"}, {"type": "string"}], "nullable": True}),
        ("swagger-2.0", {}),
    ],
)
def test_several_kinds_are_said_as_the_version_can(dialect: str, expected: JsonObject) -> None:
    assert learned(1, "a", None, dialect=dialect) == expected


@pytest.mark.parametrize(("dialect", "word"), [("openapi-3.0", "nullable"), ("swagger-2.0", "x-nullable")])
def test_null_is_said_as_the_version_can(dialect: str, word: str) -> None:
    assert learned("a", None, dialect=dialect) == {"type": "string", word: True}


def test_what_was_only_null_or_empty_allows_anything() -> None:
    assert learned(None, None) == {}
    assert learned([], []) == {"type": "array", "items": {}}
    assert learned({}, {}) == {"type": "object"}


@pytest.mark.parametrize(
    ("samples", "name"),
    [
        (["2026-01-31T10:00:00Z", "2026-01-31t10:00:00.123+09:00", "2026-02-01T00:00:00-05:00"], "date-time"),
        (["2026-01-31", "2026-02-28", "2024-02-29"], "date"),
        (["0b3b1f8e-1c1f-4b1e-9a55-111111111111"] * 3, "uuid"),
        (["https://a.example/x", "http://b.example", "s3://bucket/key"], "uri"),
        (["a@b.example", "c.d+e@f.example", "x@y.co"], "email"),
    ],
)
def test_a_format_is_said_when_three_samples_agree_and_none_differs(samples: list[str], name: str) -> None:
    assert learned(*samples) == {"type": "string", "format": name}
    assert learned(*samples[:2]) == {"type": "string"}
    assert learned(*samples, "") == {"type": "string"}


@pytest.mark.parametrize("text", ["2026-13-01", "2026-02-30", "20260131", "1/2/2026", "10:00", "a@b", "example.com"])
def test_what_only_looks_like_a_format_has_none(text: str) -> None:
    assert formats_of(text) == frozenset()


def test_few_values_never_become_an_enum_nor_a_bound() -> None:
    text = json.dumps(learned(*[{"state": "open", "count": 3}] * 50))
    assert "open" not in text
    assert not {"enum", "const", "example", "default", "minimum", "maxLength"} & set(text.replace('"', " ").split())


@pytest.mark.parametrize(
    "key",
    [
        *("17", "2026-01-31", "0b3b1f8e-1c1f-4b1e-9a55-111111111111", "a@b.example", "deadbeef01", "usr_01H8XYZ99ABC"),
        *("Jane Doe", "https://a.example", "+82-10-1234-5678", "a.b", "", "x" * 49, "한 글", "tok-12345678", "/pets"),
    ],
)
def test_a_key_that_looks_like_data_is_no_name(key: str) -> None:
    assert not is_name(key)


@pytest.mark.parametrize(
    "key", ["id", "createdAt", "address_line_1", "content-type", "@type", "$ref", "이름", "sha256"]
)
def test_a_key_that_looks_like_a_property_is_a_name(key: str) -> None:
    assert is_name(key)


def test_keys_that_look_like_ids_make_a_map() -> None:
    assert learned({"17": {"n": 1}, "18": {"n": 2, "x": "a"}}) == {
        "type": "object",
        "additionalProperties": {
            "type": "object",
            "properties": {"n": {"type": "integer"}, "x": {"type": "string"}},
            "required": ["n"],
        },
    }


def test_names_beside_ids_stay_properties() -> None:
    sample = {"total": 2, "page": 1, "1001": {"n": 1}}
    assert learned(sample, sample) == {
        "type": "object",
        "properties": {"total": {"type": "integer"}, "page": {"type": "integer"}},
        "required": ["total", "page"],
        "additionalProperties": {
            "type": "object",
            "properties": {"n": {"type": "integer"}},
            "required": ["n"],
        },
    }


def test_keys_that_never_come_back_make_a_map() -> None:
    found = learned({"anna": 1}, {"boris": 2}, {"clara": 3})
    assert found == {"type": "object", "additionalProperties": {"type": "integer"}}


def test_a_member_that_came_once_among_many_is_not_named() -> None:
    samples = [{"id": number} for number in range(9)]
    assert learned(*samples, {"id": 10, "dorothea": 1}) == learned(*samples)


def test_a_sample_of_any_size_and_depth_gives_a_small_schema() -> None:
    deep: Any = 1
    for _ in range(500):
        deep = {"a": [deep]}
    rng = random.Random(0)
    wide = {"".join(rng.choices(string.ascii_lowercase, k=8)): {"x": [{"y": 1}] * 300} for _ in range(5_000)}
    for sample in (deep, wide, [wide] * 3):
        assert len(json.dumps(learned(sample))) < 100_000
    nested: Any = {
        f"{chr(97 + a)}x": {f"{chr(97 + b)}y": {f"{chr(97 + c)}z": 1 for c in range(26)} for b in range(26)}
        for a in range(26)
    }
    learner = Learner()
    learner.add(nested)
    assert json.dumps(schema_of(learner.shape, "openapi-3.1")).count('"type"') <= MOST_SHAPES + 1


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=15,
)


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(samples=st.lists(json_values, min_size=1, max_size=5))
def test_every_sample_is_valid_under_what_was_learned(samples: list[JsonValue]) -> None:
    schema = learned(*samples)
    check = jsonschema_rs.validator_for(schema)
    assert all(check.is_valid(sample) for sample in samples)


def canary(number: int) -> str:
    return f"canary-{number:04d}-Zq"


def with_canaries(numbers: Any) -> JsonValue:
    """An answer in which every value, and every key that is data, is a canary."""

    def next_one() -> str:
        return canary(next(numbers))

    return {
        "name": next_one(),
        "mail": f"{next_one()}@canary.example",
        "link": f"https://canary.example/{next_one()}",
        "number": int(f"9876{next(numbers)}"),
        "rate": float(f"0.9876{next(numbers)}"),
        "list": [next_one(), {"text": next_one()}],
        "by_id": {next_one(): {"text": next_one()}, f"{next_one()}@canary.example": {"text": next_one()}},
        next_one(): next_one(),
    }


@pytest.mark.parametrize("count", [1, 2, 3, 20])
@pytest.mark.parametrize("dialect", ["swagger-2.0", "openapi-3.0", "openapi-3.1"])
def test_nothing_of_a_sample_is_in_the_overlay(count: int, dialect: str) -> None:
    numbers = iter(range(10_000))
    learner = Learner()
    for _ in range(count):
        learner.add(with_canaries(numbers))
    function = Function(
        name="a.b", model_name="a_b", method="GET", path="/a", title="", description="", source="/paths/~1a/get"
    )
    found = overlay_of_learned(
        "A", dialect, [Learned(function=function, status=200, media_type="application/json", shape=learner.shape)]
    )
    assert found is not None
    text = json.dumps(to_json(found))
    assert "anary" not in text
    assert "9876" not in text
    assert '"text"' in text


OLD: JsonObject = {
    "swagger": "2.0",
    "info": {"title": "A", "version": "1"},
    "produces": ["application/json"],
    "paths": {"/a/{b}": {"get": {"operationId": "a.get", "responses": {"200": {"$ref": "#/responses/ok"}}}}},
    "responses": {"ok": {"description": "fine"}},
}
NEW: JsonObject = {
    "openapi": "3.1.0",
    "info": {"title": "A", "version": "1"},
    "paths": {
        "/a/{b}": {"get": {"operationId": "a.get", "responses": {"200": {"$ref": "#/components/responses/ok"}}}},
        "/c": {"get": {"operationId": "c.get"}},
    },
    "components": {"responses": {"ok": {"description": "fine", "content": {"application/json": {}}}}},
}


@pytest.mark.parametrize(("document", "dialect"), [(OLD, "swagger-2.0"), (NEW, "openapi-3.1")])
def test_the_overlay_declares_the_answer_also_where_it_was_a_reference(document: JsonObject, dialect: str) -> None:
    functions = read_functions(json.dumps(document).encode()).functions
    learner = Learner()
    learner.add({"id": 1})
    found = overlay_of_learned(
        "A",
        dialect,
        [
            Learned(function=each, status=200, media_type="application/json", shape=learner.shape)
            for each in functions
            if is_unknown(each)
        ],
    )
    assert found is not None
    applied = apply_overlay(document, found)
    after = read_functions(json.dumps(applied.value).encode()).functions
    expected: JsonObject = {"type": "object", "properties": {"id": {"type": "integer"}}, "required": ["id"]}
    assert [outcome.matched for outcome in applied.outcomes] == [1] * len(found.actions)
    assert [each.result for each in after] == [expected] * len(functions)
    assert after[0].answers[0] == Answer(
        status="200", description="fine", media_type="application/json", schema=expected
    )
    assert not any(is_unknown(each) for each in after)


def test_nothing_is_proposed_for_a_version_that_no_document_has() -> None:
    assert overlay_of_learned("A", "mcp", []) is None
