"""Which member of a resource is its id, and what a new id looks like."""

from __future__ import annotations

import json
from typing import Any

import pytest

from madang.schema.mock.core import Mock
from madang.schema.mock.envelopes import find_ids
from madang.schema.mock.state import State
from madang.schema.mock.wire import Incoming
from madang.schema.reading import read_functions


@pytest.mark.parametrize(
    ("names", "variable", "word", "expected"),
    [
        (["name", "id"], "petId", "pets", "id"),
        (["id", "pet_id"], "petId", "pets", "pet_id"),
        (["id", "number"], "issue_number", "issues", "number"),
        (["uuid", "name"], "key", "companies", "uuid"),
        (["size"], "petId", "pets", None),
    ],
)
def test_the_member_is_named_as_the_variable_or_as_ids_are(
    names: list[str], variable: str, word: str, expected: str | None
) -> None:
    assert next(iter(find_ids(names, variable, word)), None) == expected


def _ids(schema: dict[str, Any], path_schema: dict[str, Any]) -> list[Any]:
    """The ids of two resources that are created one after the other."""
    thing = {"type": "object", "required": ["id"], "properties": {"id": {**schema, "readOnly": True}}}
    gone = {"type": "object", "required": ["deleted"], "properties": {"deleted": {"const": True}}}
    parameter = {"name": "id", "in": "path", "required": True, "schema": path_schema}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {
            "/things": {
                "post": {
                    "requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}},
                    "responses": {"201": {"description": "", "content": {"application/json": {"schema": thing}}}},
                }
            },
            "/things/{id}": {
                "get": {
                    "parameters": [parameter],
                    "responses": {
                        "200": {
                            "description": "",
                            "content": {"application/json": {"schema": {"anyOf": [gone, thing]}}},
                        }
                    },
                }
            },
        },
    }
    mock, state, found = Mock(read_functions(json.dumps(document).encode())), State(), list[Any]()
    headers = (("Content-Type", "application/json"),)
    for _ in range(2):
        state, made = mock.respond(state, Incoming(method="POST", path="/things", headers=headers, body=b"{}"))
        created = json.loads(made.body)
        _, got = mock.respond(state, Incoming(method="GET", path=f"/things/{created['id']}"))
        assert json.loads(got.body) == created
        found.append(created["id"])
    return found


@pytest.mark.parametrize(
    ("schema", "path_schema", "expected"),
    [
        ({"type": "integer"}, {"type": "integer"}, [1, 2]),
        ({"type": "integer"}, {"type": "string"}, [1, 2]),
        ({"type": "string"}, {"type": "string"}, ["thing_1", "thing_2"]),
    ],
)
def test_ids_count_up_where_numbers_or_words_fit(
    schema: dict[str, Any], path_schema: dict[str, Any], expected: list[Any]
) -> None:
    assert _ids(schema, path_schema) == expected


def test_ids_with_a_format_differ_and_fit_it() -> None:
    schema = {"type": "string", "pattern": "^T-[0-9]{4}$"}

    first, second = _ids(schema, schema)

    assert first != second
    assert first.startswith("T-")
