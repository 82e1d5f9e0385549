from __future__ import annotations

import json

from madang.kit.errors import UpstreamError
from madang.kit.json import JsonObject, JsonValue
from madang.schema.documents.limits import Limits
from madang.schema.functions import FunctionSet
from madang.schema.reading import read_functions

URL = "https://a.example.com/apis/main.json"


def read(schema: JsonValue, others: dict[str, JsonValue] | None = None, **parts: JsonValue) -> FunctionSet:
    content: JsonObject = {"content": {"application/json": {"schema": schema}}}
    document: JsonObject = {
        "openapi": "3.1.0",
        "paths": {"/a": {"get": {"responses": {"200": {"description": "", **content}}}}},
        **parts,
    }

    def resolve(url: str) -> bytes:
        if others is None or url not in others:
            raise UpstreamError(f"{url} answered 404.")
        return json.dumps(others[url]).encode()

    limits = Limits(referenced_bytes=2_000)
    return read_functions(json.dumps(document).encode(), source_url=URL, resolve=resolve, limits=limits)


def told(function_set: FunctionSet) -> list[tuple[str, str]]:
    return [(remark.code, remark.pointer) for remark in function_set.remarks if remark.pointer != "/servers"]


def test_references_to_other_documents_are_followed_and_their_schemas_named() -> None:
    others: dict[str, JsonValue] = {
        "https://a.example.com/apis/models/pet.json": {
            "type": "object",
            "properties": {"owner": {"$ref": "person.json#/Person"}, "home": {"$ref": "../main.json#/components/x"}},
        },
        "https://a.example.com/apis/models/person.json": {
            "Person": {"type": "object", "properties": {"pets": {"items": {"$ref": "pet.json"}}}}
        },
    }

    function_set = read({"$ref": "models/pet.json"}, others, components={"x": {"type": "string"}})

    assert function_set.functions[0].result == {"$ref": "#/$defs/Pet"}
    assert function_set.schemas == {
        "Pet": {
            "type": "object",
            "properties": {"owner": {"$ref": "#/$defs/PersonPerson"}, "home": {"$ref": "#/$defs/X"}},
        },
        "X": {"type": "string"},
        "PersonPerson": {"type": "object", "properties": {"pets": {"items": {"$ref": "#/$defs/Pet"}}}},
    }
    assert told(function_set) == []


def test_a_reference_that_cannot_be_read_is_a_loss_and_allows_anything() -> None:
    function_set = read({"type": "object", "properties": {"a": {"$ref": "gone.json"}, "b": {"$ref": "#/nowhere"}}})

    schema = "/paths/~1a/get/responses/200/content/application~1json/schema/properties"
    assert function_set.functions[0].result == {"type": "object", "properties": {"a": True, "b": True}}
    assert told(function_set) == [("ref-unreachable", f"{schema}/a"), ("ref-dangling", f"{schema}/b")]
    assert "https://a.example.com/apis/gone.json answered 404." in function_set.remarks[0].message


def test_other_documents_together_stay_under_their_limit() -> None:
    others: dict[str, JsonValue] = {"https://a.example.com/apis/big.json": {"description": "x" * 3_000}}

    function_set = read({"$ref": "big.json"}, others)

    assert function_set.functions[0].result is True
    assert "more than 2,000 bytes together" in function_set.remarks[0].message


def test_references_that_lead_in_a_circle_are_cut_and_told() -> None:
    schemas: JsonObject = {
        "A": {"$ref": "#/components/schemas/B"},
        "B": {"allOf": [{"$ref": "#/components/schemas/A"}, {"minLength": 1}]},
        "Tree": {"type": "object", "properties": {"left": {"$ref": "#/components/schemas/Tree"}}},
    }

    function_set = read({"$ref": "#/components/schemas/A"}, components={"schemas": schemas})

    assert function_set.schemas == {
        "A": {"$ref": "#/$defs/B"},
        "B": {"allOf": [{}, {"minLength": 1}]},
        "Tree": {"type": "object", "properties": {"left": {"$ref": "#/$defs/Tree"}}},
    }
    assert told(function_set) == [("schema-circle", "/components/schemas/B")]


def test_a_pointer_may_lead_through_references_and_even_into_itself() -> None:
    components: JsonObject = {
        "schemas": {"Box": {"properties": {"lid": {"$ref": "#/components/schemas/Lid"}}}, "Lid": {"items": {}}},
        "x": {"$ref": "#/components/x/y"},
    }

    through = read({"$ref": "#/components/schemas/Box/properties/lid/items"}, components=components)
    into_itself = read({"$ref": "#/components/x/y"}, components=components)

    assert through.functions[0].result == {"$ref": "#/$defs/LidItems"}
    assert through.schemas["LidItems"] == {}
    assert into_itself.functions[0].result is True
    assert [code for code, _ in told(into_itself)] == ["ref-dangling"]
