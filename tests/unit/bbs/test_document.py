"""The document is worth copying: these are the rules that it is held to."""

from collections.abc import Iterator
from typing import Any, cast

import jsonschema_rs
import pytest

from madang.examples.bbs.app import create_app
from madang.kit.json import unpointer
from madang.settings import load_settings

Json = dict[str, Any]
URL = {"database_url": "postgresql://nobody@127.0.0.1:1/none"}
FIVE = ("search", "get", "create", "update", "delete")


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Json:
    home = str(tmp_path_factory.mktemp("home"))
    return create_app(load_settings({"MADANG_HOME": home}, URL)).openapi()


def operations(document: Json) -> dict[str, Json]:
    return {operation["operationId"]: operation for path in document["paths"].values() for operation in path.values()}


def objects(node: Any) -> Iterator[Json]:
    if isinstance(node, dict):
        found = cast("Json", node)
        yield found
        for member in found.values():
            yield from objects(member)
    elif isinstance(node, list):
        for member in cast("list[Any]", node):
            yield from objects(member)


def schemas(document: Json) -> Iterator[tuple[str, Json]]:
    """Every schema that has a name, a parameter's or a property's place."""
    for name, schema in document["components"]["schemas"].items():
        yield name, schema
        for field, member in schema.get("properties", {}).items():
            yield f"{name}.{field}", member
    for name, operation in operations(document).items():
        for parameter in operation.get("parameters", ()):
            yield f"{name} {parameter['name']}", {"description": parameter["description"], **parameter["schema"]}


def validator(document: Json, schema: Json) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator({**schema, "components": document["components"]}, validate_formats=True)


def test_there_are_five_operations_each_on_articles_and_comments(document: Json) -> None:
    assert document["openapi"].startswith("3.1.")
    assert sorted(operations(document)) == sorted(
        f"{noun}.{verb}" for noun in ("articles", "comments") for verb in FIVE
    )
    assert sum(len(path) for path in document["paths"].values()) == 10
    assert [tag["name"] for tag in document["tags"]] == ["articles", "comments", "files"]
    assert {tag for operation in operations(document).values() for tag in operation["tags"]} == {
        "articles",
        "comments",
        "files",
    }


def test_every_reference_resolves(document: Json) -> None:
    references = [found["$ref"] for found in objects(document) if "$ref" in found]
    assert references
    for reference in references:
        node: Any = document
        for segment in unpointer(reference.removeprefix("#")):
            node = node[segment]


def test_every_parameter_property_and_answer_is_described(document: Json) -> None:
    bare = [place for place, schema in schemas(document) if "$ref" not in schema and not schema.get("description")]
    assert bare == []
    for operation in operations(document).values():
        assert operation["summary"]
        assert operation["description"]
        assert all(answer["description"] for answer in operation["responses"].values())


def test_every_example_and_default_keeps_its_own_schema(document: Json) -> None:
    seen = 0
    for place, schema in schemas(document):
        values = [*schema.get("examples", ()), *([schema["default"]] if "default" in schema else ())]
        for value in values:
            assert [str(error) for error in validator(document, schema).iter_errors(value)] == [], place
            seen += 1
    assert seen > 80


def test_every_property_and_parameter_has_an_example(document: Json) -> None:
    leaves = [(place, schema) for place, schema in schemas(document) if "." in place or " " in place]
    assert [place for place, schema in leaves if not schema.get("examples")] == []


def test_every_answer_has_an_example_that_keeps_its_schema(document: Json) -> None:
    for name, operation in operations(document).items():
        for status, answer in operation["responses"].items():
            (media,) = answer["content"].values()
            found = [str(error) for error in validator(document, media["schema"]).iter_errors(media["example"])]
            assert found == [], f"{name} {status}"


def test_failures_are_problem_documents_declared_by_each_operation(document: Json) -> None:
    expected = {
        "search": {"422"},
        "get": {"404"},
        "create": {"413", "422"},
        "update": {"403", "404", "413", "422"},
        "delete": {"403", "404", "422"},
    }
    for name, operation in operations(document).items():
        noun, verb = name.split(".")
        of_article = {"404"} if noun == "comments" else set[str]()
        failures = {status: answer for status, answer in operation["responses"].items() if not status.startswith("2")}
        assert set(failures) == expected[verb] | of_article | {"default"}, name
        assert all(list(answer["content"]) == ["application/problem+json"] for answer in failures.values())


def test_updates_are_declared_unsafe_because_each_adds_a_snapshot(document: Json) -> None:
    marked = {name for name, operation in operations(document).items() if "x-madang-effect" in operation}
    assert marked == {"articles.update", "comments.update"}
    assert {operations(document)[name]["x-madang-effect"] for name in marked} == {"unsafe"}


def test_every_password_is_a_person_s_to_give(document: Json) -> None:
    bodies = [
        schema["properties"]["password"]
        for schema in document["components"]["schemas"].values()
        if "password" in schema["properties"]
    ]
    assert len(bodies) == 4
    assert all(
        (schema["format"], schema["writeOnly"], schema["x-madang-human"]) == ("password", True, True)
        for schema in bodies
    )
    for name in ("articles.delete", "comments.delete"):
        (parameter,) = [found for found in operations(document)[name]["parameters"] if found["in"] == "header"]
        assert (parameter["name"], parameter["required"], parameter["x-madang-human"]) == ("password", True, True)
        assert parameter["schema"]["format"] == "password"


def test_only_what_may_be_missing_is_optional(document: Json) -> None:
    components = document["components"]["schemas"]
    article = components["Article"]
    assert sorted(set(article["properties"]) - set(article["required"])) == ["deleted_at"]
    assert components["ArticleCreate"]["required"] == ["section", "writer", "title", "body", "password"]
    assert {name: components["ArticleCreate"]["properties"][name]["default"] for name in ("format", "files")} == {
        "format": "txt",
        "files": [],
    }
    assert sorted(set(components["Comment"]["properties"]) - set(components["Comment"]["required"])) == [
        "deleted_at",
        "parent_id",
    ]
    assert components["Article"]["properties"]["title"]["type"] == "string"


@pytest.mark.parametrize(("port", "url"), [("8713", "http://127.0.0.1:8713"), ("0", "/")])
def test_the_server_is_the_configured_one_or_where_the_document_came_from(
    tmp_path_factory: pytest.TempPathFactory, port: str, url: str
) -> None:
    home = {"MADANG_HOME": str(tmp_path_factory.mktemp("home"))}
    found = create_app(load_settings(home, {**URL, "bbs_port": port})).openapi()
    assert [server["url"] for server in found["servers"]] == [url]
