"""Whatever changes in a document, what stays in it keeps its names, and no two things have one."""

from __future__ import annotations

import json
from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from madang.kit.json import JsonObject, JsonValue
from madang.schema.functions import FunctionSet
from madang.schema.names import NameTable, name_table
from madang.schema.reading import read_functions

PATHS = ("/pets", "/pets/{id}", "/pets-{id}", "/Pets", "/게시글", "/v1/pets/{id}/a", "/")
METHODS = ("get", "put", "post", "delete")
IDS = st.sampled_from([None, "list", "pets.list", "pets/list", "Pets.List", "list_", "x" * 80, "목록", "class", "pets"])
TAGS = st.lists(st.sampled_from(["pets", "Pets", "a b", "list", "게시판"]), max_size=1)
WIRES = st.lists(st.sampled_from(["id", "Id", "i-d", "i_d", "body", "from", "제목", "x[y]"]), max_size=3, unique=True)
SCHEMAS = st.lists(st.sampled_from(["Pet", "Pet!", "Pet?", "펫", "Pet_2"]), max_size=4, unique=True)

operations = st.dictionaries(
    st.tuples(st.sampled_from(PATHS), st.sampled_from(METHODS)), st.tuples(IDS, TAGS, WIRES), min_size=1, max_size=7
)
Operations = Mapping[tuple[str, str], tuple[str | None, list[str], list[str]]]


def read(written: Operations, schemas: list[str], names: NameTable | None = None) -> FunctionSet:
    paths: dict[str, JsonObject] = {}
    for (path, method), (operation_id, tags, wires) in written.items():
        parameters: list[JsonValue] = [{"name": wire, "in": "query", "schema": {"type": "string"}} for wire in wires]
        properties: JsonObject = {wire: {"type": "string"} for wire in wires[:1]}
        content: JsonObject = {"application/json": {"schema": {"type": "object", "properties": properties}}}
        operation: JsonObject = {"tags": [*tags], "parameters": parameters, "requestBody": {"content": content}}
        paths.setdefault(path, {})[method] = {**operation, **({"operationId": operation_id} if operation_id else {})}
    components: JsonObject = {"schemas": {name: {"type": "object", "title": name} for name in schemas}}
    document: JsonObject = {"openapi": "3.1.0", "paths": {**paths}, "components": components}
    return read_functions(json.dumps(document).encode(), names=names)


@settings(max_examples=80, deadline=None, derandomize=True, database=None)
@given(before=operations, others=operations, schemas=SCHEMAS, more=SCHEMAS, data=st.data())
def test_what_stays_in_a_document_keeps_its_names(
    before: Operations, others: Operations, schemas: list[str], more: list[str], data: st.DataObject
) -> None:
    first = read(before, schemas)
    kept = {key: value for key, value in before.items() if data.draw(st.booleans())}
    mixed = data.draw(st.permutations([*{**others, **kept}.items()]))
    table = name_table(first.functions, first.schema_sources)

    second = read(dict(mixed), data.draw(st.permutations([*dict.fromkeys([*schemas, *more])])), table)

    now = {function.source: function for function in second.functions}
    for function in first.functions:
        method = function.source.rsplit("/", 1)[1]
        if (function.path, method) in kept:
            same = now[function.source]
            assert (same.name, same.model_name) == (function.name, function.model_name)
            assert [each.name for each in same.arguments] == [each.name for each in function.arguments]
    sources = {source: name for name, source in second.schema_sources.items()}
    assert {source: sources[source] for source in first.schema_sources.values()} == {
        source: name for name, source in first.schema_sources.items()
    }
    for kind in ("name", "model_name"):
        assert len({getattr(function, kind) for function in second.functions}) == len(second.functions)


@settings(max_examples=30, deadline=None, derandomize=True, database=None)
@given(written=operations, schemas=SCHEMAS)
def test_the_same_document_is_read_the_same_again(written: Operations, schemas: list[str]) -> None:
    first = read(written, schemas)

    again = read(written, schemas, name_table(first.functions, first.schema_sources))

    assert again == first
