"""The form for what is a person's to give, missing or wrong."""

from __future__ import annotations

from typing import Any

import pytest

from madang.agent.asking import form_for, is_missing_only
from madang.kit.json import JsonObject
from madang.schema.arguments import CompiledArguments, compile_arguments
from madang.schema.reading import read_functions

DOCUMENT = """
openapi: 3.1.0
info: {title: Notes, version: '1'}
paths:
  /notes:
    post:
      operationId: createNote
      parameters: [{name: tag, in: query, schema: {type: string, enum: [a, b]}}]
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/New'}}}}
      responses: {'200': {description: ok}}
components:
  schemas:
    New:
      type: object
      required: [text, password, place]
      properties:
        text: {type: string, maxLength: 5}
        password: {type: string, format: password}
        pin: {type: string, format: password}
        place: {$ref: '#/components/schemas/Place'}
    Place: {type: object, required: [city], properties: {city: {type: string}}}
"""
PLACE: JsonObject = {"city": "Seoul"}


@pytest.fixture(scope="module")
def compiled() -> CompiledArguments:
    found = read_functions(DOCUMENT.encode())
    return compile_arguments(found.functions[0], found.schemas)


@pytest.mark.parametrize(
    ("given", "names", "required", "reason", "value"),
    [
        ({"text": "a", "place": PLACE}, ["password"], ["password"], "human", {}),
        ({"place": PLACE}, ["text", "password"], ["text", "password"], "missing", {}),
        (
            {"text": "too long", "place": PLACE},
            ["text", "password"],
            ["text", "password"],
            "invalid",
            {"text": "too long"},
        ),
        (
            {"text": "a", "place": PLACE, "tag": "c", "password": "x"},
            ["tag", "password"],
            ["password"],
            "invalid",
            {"tag": "c"},
        ),
        (
            {"text": "a", "place": {}, "password": "x"},
            ["place", "password"],
            ["place", "password"],
            "missing",
            {"place": {}},
        ),
    ],
)
def test_a_form_asks_for_what_is_missing_wrong_or_a_persons_own(
    compiled: CompiledArguments, given: Any, names: list[str], required: list[str], reason: str, value: JsonObject
) -> None:
    form = form_for(compiled, compiled.prepare(given))
    assert (list(form.schema["properties"]), form.schema["required"]) == (names, required)  # pyright: ignore[reportArgumentType]
    assert (form.reason, form.value) == (reason, value)


def test_definitions_that_the_form_needs_come_with_it_and_no_others(compiled: CompiledArguments) -> None:
    form = form_for(compiled, compiled.prepare({"text": "a"}))
    assert "$defs" in form.schema
    assert "city" in str(form.schema["$defs"])
    alone = form_for(compiled, compiled.prepare({"text": "a", "place": PLACE}))
    assert "$defs" not in alone.schema


def test_no_secret_is_in_the_form(compiled: CompiledArguments) -> None:
    form = form_for(compiled, compiled.prepare({"text": "too long", "password": 5, "place": PLACE, "pin": "canary"}))
    assert "canary" not in str(form)


def test_only_missing_is_told_from_wrong(compiled: CompiledArguments) -> None:
    assert is_missing_only(compiled.prepare({}).errors)
    assert not is_missing_only(compiled.prepare({"text": 5}).errors)
