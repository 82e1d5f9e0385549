from typing import Any

import jsonschema_rs
import pytest

from madang.backend.app import create_app
from madang.backend.http.document import methods_at
from madang.settings import load_settings


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return create_app(load_settings({})).openapi()


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, operation) for path, item in document["paths"].items() for method, operation in item.items()]


def test_every_operation_has_a_name_a_summary_a_description_and_a_known_tag(document: dict[str, Any]) -> None:
    tags = {tag["name"] for tag in document["tags"]}
    found = operations(document)
    names = [operation["operationId"] for _, _, operation in found]
    assert len(set(names)) == len(names)
    for _, _, operation in found:
        assert operation["operationId"].count(".") == 1
        assert operation["summary"]
        assert operation["description"]
        assert set(operation["tags"]) <= tags


def test_every_operation_under_api_says_how_it_fails(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        if path.startswith("/api/"):
            problems = {status for status in operation["responses"] if status >= "400"}
            assert {"401", "403"} <= problems, (path, method)
            for status in problems:
                assert list(operation["responses"][status]["content"]) == ["application/problem+json"]


def test_every_post_takes_an_idempotency_key(document: dict[str, Any]) -> None:
    for _, method, operation in operations(document):
        headers = {parameter["name"] for parameter in operation.get("parameters", [])}
        assert ("Idempotency-Key" in headers) == (method == "post")


def test_one_signs_in_by_key_or_cookie_and_health_is_public(document: dict[str, Any]) -> None:
    assert document["security"] == [{"bearer": []}, {"cookie": []}]
    assert document["components"]["securitySchemes"]["cookie"]["name"] == "madang_session_8700"
    public = {path for path, _, operation in operations(document) if operation.get("security") == []}
    assert public == {"/healthz", "/readyz"}


def test_every_reference_leads_somewhere_and_every_schema_is_one(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    root = {"$schema": "https://json-schema.org/draft/2020-12/schema", "components": document["components"]}
    for name in schemas:
        jsonschema_rs.Draft202012Validator({**root, "$ref": f"#/components/schemas/{name}"})
    assert "HTTPValidationError" not in schemas


def test_the_methods_at_a_path_are_those_of_its_template(document: dict[str, Any]) -> None:
    assert methods_at(document, "/api/api-keys") == ["GET", "POST"]
    assert methods_at(document, "/api/api-keys/key_1") == ["DELETE"]
    assert methods_at(document, "/api/api-keys/key_1/x") == []
