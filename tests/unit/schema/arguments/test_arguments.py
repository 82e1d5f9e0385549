"""From what was written to what a function takes."""

from __future__ import annotations

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from madang.kit.json import JsonObject, JsonValue
from madang.schema.arguments import CompiledArguments, arguments_schema, compile_arguments, prepare
from madang.schema.functions import Argument, Body, Function
from madang.schema.keys import safe_key


def test_the_schema_is_flat_and_carries_only_the_definitions_it_reaches(compiled: CompiledArguments) -> None:
    schema = compiled.schema

    assert schema["required"] == ["limit"]
    assert schema["additionalProperties"] is False
    definitions = schema["$defs"]
    assert isinstance(definitions, dict)
    assert set(definitions) == {"Node", "Pet", "Cat", "Dog"}


@pytest.mark.parametrize(
    ("given_value", "argument", "expected"),
    [
        ("5", "limit", 5),
        (" 5 ", "limit", 5),
        ("5.0", "limit", 5),
        ("1e2", "ratio", 100.0),
        ("true", "flag", True),
        ("False", "flag", False),
        ("null", "flag", None),
        ("OPEN", "state", "open"),
        ('{"kind": "cat", "lives": "7"}', "pet", {"kind": "cat", "lives": 7}),
        ("['a', 'b',]", "tags", ["a", "b"]),
        (["1", 2], "size", [1, 2]),
        ("3", "size", 3),
        ({"name": "a", "children": ['{"name": "b"}']}, "node", {"name": "a", "children": [{"name": "b"}]}),
    ],
)
def test_a_text_becomes_what_the_schema_wants(
    compiled: CompiledArguments, given_value: JsonValue, argument: str, expected: JsonValue
) -> None:
    prepared = compiled.prepare({"limit": 1, argument: given_value})

    assert prepared.arguments[argument] == expected
    assert prepared.errors == ()
    assert prepared.notes


@pytest.mark.parametrize(
    ("given_value", "argument"),
    [
        ("5 or 6", "limit"),
        ("1,000", "limit"),
        ("5.5", "limit"),
        ("yes", "flag"),
        ("a, b", "tags"),
        (5, "state"),
        (1, "flag"),
        (12, "since"),
        ("tomorrow", "since"),
    ],
)
def test_what_has_more_than_one_reading_stays_as_it_was_and_is_an_error(
    compiled: CompiledArguments, given_value: JsonValue, argument: str
) -> None:
    prepared = compiled.prepare({"limit": 1, argument: given_value})

    assert prepared.arguments[argument] == given_value
    assert [error.path for error in prepared.errors] == [f"/{argument}"]


def test_dates_and_texts_stay_as_they_were_written(compiled: CompiledArguments) -> None:
    arguments: JsonObject = {"limit": 1, "since": "2026-01-31T09:30:00+09:00", "이름": "5"}

    prepared = compiled.prepare(arguments)

    assert (prepared.arguments, prepared.errors, prepared.notes) == (arguments, (), ())


def test_null_for_an_optional_argument_that_takes_none_is_left_out(compiled: CompiledArguments) -> None:
    prepared = compiled.prepare({"limit": 1, "tags": None, "flag": None, "node": {"name": "a", "children": None}})

    assert prepared.arguments == {"limit": 1, "flag": None, "node": {"name": "a"}}
    assert prepared.is_valid


def test_null_for_a_required_argument_is_an_error(compiled: CompiledArguments) -> None:
    prepared = compiled.prepare({"limit": None})

    assert [error.message for error in prepared.errors] == ["limit: expected integer from 1 to 100, given null"]


def test_the_safe_form_of_a_name_gets_the_name_back(compiled: CompiledArguments) -> None:
    prepared = compiled.prepare({"limit": 1, safe_key("이름", "identifier"): "sam"})

    assert prepared.arguments == {"limit": 1, "이름": "sam"}
    assert prepared.is_valid


@pytest.mark.parametrize(("raw", "given_words"), [("[1]", "[1]"), ("hello", '"hello"'), (5, "5")])
def test_what_is_no_object_is_one_error_at_the_whole(
    compiled: CompiledArguments, raw: JsonValue, given_words: str
) -> None:
    prepared = compiled.prepare(raw)

    assert prepared.arguments == {}
    assert [(error.path, error.given) for error in prepared.errors] == [("", given_words)]


def test_no_text_means_no_arguments(function: Function) -> None:
    prepared = prepare(function, {}, "")

    assert [error.path for error in prepared.errors] == ["/limit"]


def test_a_whole_binary_body_is_a_file_whatever_its_schema(function: Function) -> None:
    upload = Function(
        name="files.put",
        model_name="files_put",
        method="PUT",
        path="/",
        title="",
        description="",
        arguments=[Argument(name="body", location="body", wire="", schema=True, is_required=True)],
        body=Body(media_type="image/png", form="binary", is_required=True, is_flat=False),
    )

    assert arguments_schema(upload, {})["properties"] == {"body": {"type": "string", "format": "binary"}}
    assert prepare(upload, {}, {"body": {"$file": {"name": "a.png", "data": "AAEC"}}}).is_valid


def test_errors_do_not_quote_what_a_person_gives(compiled: CompiledArguments) -> None:
    prepared = compiled.prepare({"limit": "x", "pin": "canary-1", "password": 98765, "node": {"api_token": 45678}})

    words = " ".join(error.message + error.given for error in prepared.errors)
    assert {error.path for error in prepared.errors} == {
        "/limit",
        "/pin",
        "/password",
        "/node/name",
        "/node/api_token",
    }
    assert not [secret for secret in ("canary-1", "98765", "45678") if secret in words]


_SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["5", "true", "{}", "[1]"])
_ANYTHING = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "children", "kind", "lives", "x"]), inner, max_size=4)
    ),
    max_leaves=10,
)


@seed(11)
@settings(max_examples=150, deadline=None, database=None)
@given(st.dictionaries(st.sampled_from(["limit", "node", "pet", "tags", "flag", "size", "x"]), _ANYTHING))
def test_whatever_is_given_the_answer_says_whether_it_fits_and_why_not(arguments: dict[str, JsonValue]) -> None:
    prepared = _COMPILED.prepare(arguments)

    again = _COMPILED.prepare(prepared.arguments)
    assert (again.arguments, again.errors) == (prepared.arguments, prepared.errors)
    assert _COMPILED.feedback(prepared) or prepared.is_valid
    assert "schema" not in [error.code for error in prepared.errors]


_KINDS: JsonObject = {
    "limit": {"type": "integer", "minimum": 1},
    "node": {"$ref": "#/$defs/Node"},
    "pet": {"anyOf": [{"$ref": "#/$defs/Cat"}, {"$ref": "#/$defs/Node"}]},
    "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 2},
    "flag": {"type": ["boolean", "null"]},
    "size": {"oneOf": [{"type": "integer"}, {"type": "array", "items": {"type": "integer"}}]},
}
_DEFINITIONS: JsonObject = {
    "Node": {
        "type": "object",
        "properties": {"name": {"type": "string"}, "children": {"type": "array", "items": {"$ref": "#/$defs/Node"}}},
        "required": ["name"],
        "additionalProperties": False,
    },
    "Cat": {
        "type": "object",
        "properties": {"kind": {"const": "cat"}, "lives": {"type": "integer"}},
        "required": ["kind", "lives"],
    },
}
_COMPILED = compile_arguments(
    Function(
        name="a.b",
        model_name="a_b",
        method="GET",
        path="/",
        title="",
        description="",
        arguments=[Argument(name=name, location="query", wire=name, schema=schema) for name, schema in _KINDS.items()],
    ),
    _DEFINITIONS,
)
