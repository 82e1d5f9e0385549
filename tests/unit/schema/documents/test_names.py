from __future__ import annotations

import json

import pytest

from madang.kit.json import JsonObject
from madang.schema.functions import FunctionSet
from madang.schema.names import ArgumentNames, NameTable, as_identifier, function_name, name_table, snake
from madang.schema.reading import read_functions


@pytest.mark.parametrize(
    ("operation_id", "tags", "path", "expected"),
    [
        ("orders.list", [], "/orders", "orders.list"),
        ("issues/list-for-repo", ["other"], "/x", "issues.list_for_repo"),
        ("shop:orders:getV2Order", [], "/x", "shop.orders.get_v2_order"),
        ("listPets", ["pets"], "/animals", "pets.list"),
        ("createPet", ["pets"], "/animals", "pets.create_pet"),
        ("getPetStoreItems", ["Pet Store"], "/x", "pet_store.get_items"),
        ("pets", ["pets"], "/x", "pets.pets"),
        ("petsImport", ["pets"], "/x", "pets.import_"),
        ("HTTPServerStatus", [], "/v1/servers/{id}", "v1.http_server_status"),
        ("GET /pets/{id}", [], "/pets/{id}", "pets.get_id"),
        (None, ["Pets"], "/pets/{petId}", "pets.get_pets_pet_id"),
        (None, [], "/{id}", "root.get_id"),
        ("2fa", ["class"], "/x", "class_._2fa"),
        ("글쓰기", ["게시판"], "/x", "게시판.글쓰기"),
        ("???", ["!!"], "/a", "a.get_a"),
    ],
)
def test_a_function_is_named_by_its_operation_id_its_tag_or_its_path(
    operation_id: str | None, tags: list[str], path: str, expected: str
) -> None:
    assert function_name(operation_id, method="GET", path=path, tags=tags) == expected


@pytest.mark.parametrize(
    ("wire", "expected"),
    [
        ("createdAt", "createdAt"),
        ("created-at", "created_at"),
        ("page[size]", "page_size_"),
        ("from", "from_"),
        ("2x", "_2x"),
        ("$filter", "_filter"),
        ("", "_"),
        ("제목", "제목"),
        ("ﬁeld", "_eld"),
        ("①", "_"),
    ],
)
def test_an_argument_keeps_its_wire_name_as_far_as_it_is_an_identifier(wire: str, expected: str) -> None:
    assert as_identifier(wire) == expected


def test_arguments_that_clash_are_told_apart_in_document_order() -> None:
    names = ArgumentNames({})

    named = [
        names.name("path", "id"),
        names.name("query", "id"),
        names.name("body", "id"),
        names.name("header", "i-d"),
        names.name("cookie", "i.d"),
        names.name("body", ""),
        names.name("query", "body"),
    ]

    assert named == ["id", "id_", "body_id", "i_d", "i_d_", "body", "body_"]


def test_words_are_split_at_humps_digits_and_signs() -> None:
    assert [snake(text) for text in ("listHTTPServers", "List-for Repo", "a1B2", "__", "def")] == [
        "list_http_servers",
        "list_for_repo",
        "a1_b2",
        "",
        "def_",
    ]


def read(paths: JsonObject, names: NameTable | None = None, schemas: JsonObject | None = None) -> FunctionSet:
    document = {"openapi": "3.0.0", "paths": paths, "components": {"schemas": schemas or {}}}
    return read_functions(json.dumps(document).encode(), names=names)


def operation(operation_id: str, *parameters: str, tag: str = "b") -> JsonObject:
    listed: list[JsonObject] = [{"name": name, "in": "query", "schema": {"type": "string"}} for name in parameters]
    return {"operationId": operation_id, "tags": [tag], "parameters": [*listed], "responses": {}}


def get(operation: JsonObject) -> JsonObject:
    return {"get": operation}


def test_functions_with_one_name_are_told_apart_and_a_group_is_never_a_function() -> None:
    paths: JsonObject = {f"/{n}": get(operation("a.b")) for n in range(6)}
    paths["/x"] = get(operation("a.b.c"))

    names = [function.name for function in read(paths).functions]

    assert names == ["a.b", "a.b_", "a.b__", "a.b___", "a.b_4", "a.b_5", "a.b____.c"]


def test_model_names_are_unique_and_at_most_64_letters_also_where_they_had_to_be_cut() -> None:
    long = "veryLongOperationNameThatGoesOnAndOnUntilNobodyCanReadItAnyMore"
    paths: JsonObject = {f"/{n}": get(operation(f"{long}{n}", tag="group")) for n in range(3)}
    paths["/p"] = {"get": operation("a_b.c"), "put": operation("a.b_c")}
    paths["/q"] = get(operation("게시판.목록"))

    names = [function.model_name for function in read(paths).functions]

    assert names[3] == "a_b_c"
    assert all(name.startswith("group_very_long_operation_name_that_goes_on_and_on_") for name in names[:3])
    assert len(set(names)) == 6
    assert all(len(name) <= 64 and name.replace("-", "_").isidentifier() and name.isascii() for name in names)


def test_the_next_import_keeps_the_names_of_the_one_before() -> None:
    before = read({"/b": {"get": operation("list", "x-y")}, "/c": {"get": operation("c.move")}})
    table = name_table(before.functions, before.schema_sources)

    after = read(
        {
            "/a": {"get": operation("list", "x_y")},
            "/b": {"get": operation("list", "x_y", "x-y", tag="renamed")},
            "/d": {"get": operation("c.move")},
        },
        table,
    )

    assert [function.name for function in before.functions] == ["b.list", "c.move"]
    assert [function.name for function in after.functions] == ["b.list_", "b.list", "c.move"]
    assert [argument.name for argument in after.functions[1].arguments] == ["x_y_", "x_y"]
    assert after.functions[1].model_name == before.functions[0].model_name


def test_the_next_import_keeps_the_names_of_shared_schemas() -> None:
    result: JsonObject = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}}
    paths: JsonObject = {"/a": {"get": {"responses": {"200": {"description": "", **result}}}}}
    before = read(paths, schemas={"Pet!": {"type": "string"}, "Pet": {"type": "integer"}})

    table = name_table(before.functions, before.schema_sources)
    after = read(paths, table, schemas={"Pet": {"type": "integer"}, "Pet!": {"type": "string"}})

    assert before.functions[0].result == {"$ref": "#/$defs/Pet_2"}
    assert after.functions[0].result == before.functions[0].result
    assert after.schemas == before.schemas
