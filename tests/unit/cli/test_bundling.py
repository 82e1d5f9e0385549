import json
from collections.abc import Mapping
from typing import Any

import pytest

from madang.cli import bundling
from madang.cli.bundling import Left, bundle
from madang.kit.errors import InvalidError, TooLargeError
from madang.schema.reading import read_functions


def read_from(files: Mapping[str, str]) -> bundling.Read:
    def read(path: str) -> bytes:
        if path not in files:
            raise FileNotFoundError(2, "No such file or directory")
        return files[path].encode()

    return read


def bundled(root: Any, files: Mapping[str, str], name: str = "openapi.yaml") -> tuple[Any, tuple[Left, ...]]:
    data = root if isinstance(root, str) else json.dumps(root)
    made = bundle(name, data.encode(), read_from(files))
    return json.loads(made.data), made.left


def openapi(**parts: Any) -> dict[str, Any]:
    return {"openapi": "3.1.0", "info": {"title": "Pets", "version": "1"}, "paths": {}, **parts}


def answering(schema: Any) -> dict[str, Any]:
    return {"get": {"responses": {"200": {"description": "", "content": {"application/json": {"schema": schema}}}}}}


PET = """
type: object
properties:
  parent: {$ref: '#'}
  owner: {$ref: 'people/Owner.json#/definitions/Owner'}
"""
OWNER = json.dumps(
    {
        "definitions": {
            "Owner": {"properties": {"pets": {"type": "array", "items": {"$ref": "../Pet.yaml"}}}},
            "Unused": {},
        }
    }
)


def test_a_document_without_references_to_files_is_sent_as_it_is() -> None:
    data = b'{"openapi": "3.0.0",  "x": {"$ref": "#/a"}, "description": "$ref: "}'
    assert bundle("a.json", data, read_from({})).data is data
    assert bundle("a.json", b"{{{ no JSON", read_from({})).data == b"{{{ no JSON"


def test_schemas_of_files_become_components_and_stay_recursive() -> None:
    root = openapi(paths={"/pets": answering({"$ref": "schemas/Pet.yaml"})})
    made, left = bundled(root, {"schemas/Pet.yaml": PET, "schemas/people/Owner.json": OWNER})
    assert left == ()
    assert made["paths"]["/pets"] == answering({"$ref": "#/components/schemas/Pet"})
    assert made["components"]["schemas"] == {
        "Pet": {
            "type": "object",
            "properties": {
                "parent": {"$ref": "#/components/schemas/Pet"},
                "owner": {"$ref": "#/components/schemas/Owner"},
            },
        },
        "Owner": {"properties": {"pets": {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}}}},
    }


def test_references_within_the_document_keep_their_meaning_and_taken_names_their_owners() -> None:
    root = openapi(
        paths={"/a": answering({"$ref": "#/components/schemas/Pet"}), "/b": answering({"$ref": "other/Pet.yaml"})},
        components={"schemas": {"Pet": {"type": "string"}}},
    )
    made, _ = bundled(root, {"other/Pet.yaml": "{$ref: '../openapi.yaml#/components/schemas/Pet/type', title: Other}"})
    assert made["paths"]["/a"] == answering({"$ref": "#/components/schemas/Pet"})
    assert made["paths"]["/b"] == answering({"$ref": "#/components/schemas/Pet_2"})
    assert made["components"]["schemas"] == {
        "Pet": {"type": "string"},
        "Pet_2": {"$ref": "#/components/schemas/Pet/type", "title": "Other"},
    }


def test_a_component_that_only_refers_to_a_file_gives_it_its_name() -> None:
    root = openapi(
        paths={"/a": answering({"$ref": "./s/pet-model.yaml"}), "/b": answering({"$ref": "#/components/schemas/Pet"})},
        components={"schemas": {"Pet": {"$ref": "s/pet-model.yaml"}, "Animal": {"$ref": "s/pet-model.yaml"}}},
    )
    made, _ = bundled(root, {"s/pet-model.yaml": "{type: object}"})
    assert made["paths"] == {
        "/a": answering({"$ref": "#/components/schemas/Pet"}),
        "/b": answering({"$ref": "#/components/schemas/Pet"}),
    }
    assert made["components"]["schemas"] == {
        "Pet": {"type": "object"},
        "Animal": {"$ref": "#/components/schemas/Pet"},
    }


def test_sections_paths_and_info_in_files_are_put_in_place() -> None:
    files = {
        "parts/info.yaml": "{title: Split, version: '2'}",
        "parts/paths.yaml": "/pets: {$ref: 'pets.yaml#/item'}",
        "parts/pets.yaml": "item: {get: {operationId: pets.list, parameters: [{$ref: 'more.yaml#/limit'}], "
        "responses: {default: {$ref: 'more.yaml#/failed'}}}}",
        "parts/more.yaml": "limit: {name: limit, in: query, schema: {type: integer}}\nfailed: {description: no}",
        "parts/schemas.yaml": "{Pet: {$ref: pet.yaml}, Tag: {type: string}}",
        "parts/pet.yaml": "{properties: {tag: {$ref: 'schemas.yaml#/Tag'}, self: {$ref: 'schemas.yaml#/Pet'}}}",
    }
    root = """
openapi: 3.0.3
info: {$ref: parts/info.yaml}
paths: {$ref: parts/paths.yaml}
components: {schemas: {$ref: parts/schemas.yaml}}
"""
    made, left = bundled(root, files)
    assert left == ()
    assert made == {
        "openapi": "3.0.3",
        "info": {"title": "Split", "version": "2"},
        "paths": {
            "/pets": {
                "get": {
                    "operationId": "pets.list",
                    "parameters": [{"$ref": "#/components/parameters/limit"}],
                    "responses": {"default": {"$ref": "#/components/responses/failed"}},
                }
            }
        },
        "components": {
            "schemas": {
                "Pet": {
                    "properties": {
                        "tag": {"$ref": "#/components/schemas/Tag"},
                        "self": {"$ref": "#/components/schemas/Pet"},
                    }
                },
                "Tag": {"type": "string"},
            },
            "parameters": {"limit": {"name": "limit", "in": "query", "schema": {"type": "integer"}}},
            "responses": {"failed": {"description": "no"}},
        },
    }


def test_swagger_2_keeps_parts_under_its_own_names() -> None:
    root = {"swagger": "2.0", "paths": {"/a": {"get": {"responses": {"200": {"schema": {"$ref": "a.yaml#/A"}}}}}}}
    made, _ = bundled(root, {"a.yaml": "A: {type: object, discriminator: kind}"})
    assert made["definitions"] == {"A": {"type": "object", "discriminator": "kind"}}
    assert made["paths"]["/a"]["get"]["responses"]["200"] == {"schema": {"$ref": "#/definitions/A"}}


@pytest.mark.parametrize(
    ("ref", "reason"),
    [
        ("../secret.yaml", "it leaves the document's folder"),
        ("a/../../secret.yaml", "it leaves the document's folder"),
        ("%2e%2e/secret.yaml", "it leaves the document's folder"),
        ("/etc/passwd", "it leaves the document's folder"),
        ("file:///etc/passwd", "files are referred to by their relative paths"),
        ("missing.yaml", "missing.yaml: No such file or directory"),
        ("here.yaml#/nothing", "here.yaml has nothing there"),
        ("here.yaml#Anchor", "an anchor in another file is not followed"),
        ("loop.yaml", "it leads back to itself"),
    ],
)
def test_a_reference_that_cannot_be_followed_stays_and_is_told(ref: str, reason: str) -> None:
    files = {"here.yaml": "{type: string}", "loop.yaml": "{$ref: loop2.yaml}", "loop2.yaml": "{$ref: loop.yaml}"}
    made, left = bundled(openapi(paths={"/a": answering({"$ref": ref})}), files)
    assert made["paths"]["/a"] == answering({"$ref": ref})
    assert left == (Left(file="openapi.yaml", ref=ref, reason=reason),)


@pytest.mark.parametrize("ref", ["https://example.com/a.yaml#/A", "//example.com/a", "Pet"])
def test_addresses_and_bare_names_are_left_to_the_server(ref: str) -> None:
    made, left = bundled(openapi(paths={"/a": answering({"$ref": ref})}), {})
    assert (made["paths"]["/a"], left) == (answering({"$ref": ref}), ())


def test_paths_that_contain_themselves_end() -> None:
    root = openapi(paths={"/a": {"$ref": "p.yaml#/a"}})
    made, left = bundled(root, {"p.yaml": "a: {get: {callbacks: {c: {'{$url}': {$ref: '#/a'}}}}}"})
    assert made["paths"]["/a"] == {"get": {"callbacks": {"c": {"{$url}": {"$ref": "#/a"}}}}}
    assert left == (Left(file="p.yaml", ref="#/a", reason="it leads back to itself"),)


def test_a_ref_in_an_example_is_data_and_a_property_may_be_called_so() -> None:
    schema = {"properties": {"$ref": {"type": "string"}, "default": {"$ref": "b.yaml"}}, "example": {"$ref": "b.yaml"}}
    made, _ = bundled(openapi(paths={"/a": answering(schema)}), {"b.yaml": "{type: boolean}"})
    shown = made["paths"]["/a"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert shown["properties"] == {"$ref": {"type": "string"}, "default": {"$ref": "#/components/schemas/b"}}
    assert shown["example"] == {"$ref": "b.yaml"}


def test_the_mapping_of_a_discriminator_is_followed() -> None:
    schema = {
        "oneOf": [{"$ref": "s/Dog.yaml"}],
        "discriminator": {"propertyName": "kind", "mapping": {"dog": "s/Dog.yaml", "cat": "Cat"}},
    }
    made, _ = bundled(openapi(paths={"/a": answering(schema)}), {"s/Dog.yaml": "{type: object}"})
    shown = made["paths"]["/a"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert shown["discriminator"]["mapping"] == {"dog": "#/components/schemas/Dog", "cat": "Cat"}


def test_a_place_behind_another_reference_is_found() -> None:
    files = {"a.yaml": "Pet: {$ref: 'b.yaml#/Animal'}", "b.yaml": "Animal: {properties: {id: {type: integer}}}"}
    made, left = bundled(openapi(paths={"/a": answering({"$ref": "a.yaml#/Pet/properties/id"})}), files)
    assert (made["components"]["schemas"], left) == ({"id": {"type": "integer"}}, ())


def test_what_was_bundled_is_read_without_a_loss() -> None:
    root = openapi(paths={"/pets": answering({"$ref": "schemas/Pet.yaml"})})
    files = {"schemas/Pet.yaml": PET, "schemas/people/Owner.json": OWNER}
    made = bundle("openapi.json", json.dumps(root).encode(), read_from(files))
    functions = read_functions(made.data)
    assert (made.files, list(functions.schemas), [remark.code for remark in functions.remarks]) == (
        ("schemas/Pet.yaml", "schemas/people/Owner.json"),
        ["Pet", "Owner"],
        ["server-relative"],
    )


def test_broken_yaml_with_references_says_where() -> None:
    with pytest.raises(InvalidError, match="line 2"):
        bundle("a.yaml", b"a: {$ref: b.yaml}\n b: [", read_from({}))


def test_files_that_multiply_and_files_without_end_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    inner = "{{callbacks: {{a: {{x: {{get: {{$ref: f{0}.yaml}}, put: {{$ref: f{0}.yaml}}}}}}}}}}"
    doubling = {f"f{n}.yaml": inner.format(n + 1) for n in range(30)}
    root = openapi(paths={"/a": {"get": {"$ref": "f0.yaml"}}})
    monkeypatch.setattr(bundling, "MAX_NODES", 1_000)
    with pytest.raises(TooLargeError, match="refer to one another too often"):
        bundled(root, doubling)
    monkeypatch.setattr(bundling, "MAX_BYTES", 100)
    with pytest.raises(TooLargeError, match="more than 100 bytes"):
        bundled(root, doubling)
