"""Tools of an MCP server as functions: names, schemas, effect classes, and what is said of broken ones."""

import json

import pytest

from madang.kit.errors import InvalidError
from madang.kit.json import JsonObject, JsonValue
from madang.schema.arguments import compile_arguments
from madang.schema.functions import FunctionSet
from madang.schema.mcp import effect_of_hints, read_tools, tool_of
from madang.schema.names import name_table
from madang.schema.stored import from_json, to_json
from madang.types.effects import EffectClass

ADDRESS: JsonObject = {
    "type": "object",
    "properties": {"street": {"type": "string"}, "next": {"$ref": "#/$defs/Address"}},
    "required": ["street"],
}


def tool(name: str, schema: JsonValue = None, **more: JsonValue) -> JsonObject:
    return {"name": name, "inputSchema": {"type": "object"} if schema is None else schema, **more}


def read(*tools: JsonValue, **options: object) -> FunctionSet:
    about: JsonObject = {"protocol": "2025-06-18", "server": {"name": "desk", "version": "1.2"}}
    data = json.dumps({"mcp": about, "tools": [*tools]}).encode()
    return read_tools(data, source_url="https://desk.example/mcp", **options)  # pyright: ignore[reportArgumentType] - each test names what it gives


def codes(found: FunctionSet) -> set[tuple[str, str, str]]:
    return {(remark.severity, remark.code, remark.pointer) for remark in found.remarks}


def test_a_tool_becomes_a_function_whose_arguments_are_its_properties() -> None:
    schema: JsonObject = {
        "type": "object",
        "properties": {"title": {"type": "string", "description": "What it is about"}, "class": {"type": "integer"}},
        "required": ["title"],
    }

    found = read(tool("create_issue", schema, title="Create an issue", description="Makes one."))

    function = found.functions[0]
    assert (function.name, function.model_name, function.kind) == ("tools.create_issue", "tools_create_issue", "mcp")
    assert (tool_of(function), function.title, function.description) == (
        "create_issue",
        "Create an issue",
        "Makes one.",
    )
    assert [(each.name, each.wire, each.is_required, each.description) for each in function.arguments] == [
        ("title", "title", True, "What it is about"),
        ("class_", "class", False, ""),
    ]
    assert (found.title, found.document_version, found.dialect) == ("desk", "1.2", "mcp 2025-06-18")
    assert [server.url for server in found.servers] == ["https://desk.example/mcp"]


@pytest.mark.parametrize(
    ("hints", "effect"),
    [
        ({}, "unsafe"),
        ({"readOnlyHint": True}, "safe"),
        ({"readOnlyHint": True, "destructiveHint": True}, "unsafe"),
        ({"idempotentHint": True}, "idempotent"),
        ({"idempotentHint": True, "destructiveHint": True}, "idempotent"),
        ({"readOnlyHint": "yes"}, "unsafe"),
        ({"readOnlyHint": False, "destructiveHint": False}, "unsafe"),
    ],
)
def test_the_effect_class_follows_the_hints_and_the_more_cautious_one(hints: JsonObject, effect: EffectClass) -> None:
    assert effect_of_hints({"annotations": hints}) == effect


def test_an_update_never_makes_a_tool_less_cautious_by_itself() -> None:
    tools = [tool("wipe", annotations={"readOnlyHint": True}), tool("look", annotations={"readOnlyHint": True})]

    found = read(*tools, effects={"wipe": "unsafe", "look": "safe"})

    assert [(tool_of(each), each.effect) for each in found.functions] == [("wipe", "unsafe"), ("look", "safe")]
    assert ("note", "effect-kept", "/tools/wipe/annotations") in codes(found)


def test_an_update_makes_a_tool_more_cautious_at_once() -> None:
    found = read(tool("look"), effects={"look": "safe"})

    assert found.functions[0].effect == "unsafe"


def test_definitions_are_shared_and_not_written_out() -> None:
    schema: JsonObject = {
        "type": "object",
        "$defs": {"Address": ADDRESS},
        "properties": {"at": {"$ref": "#/$defs/Address"}},
    }

    found = read(*(tool(f"move_{index}", schema) for index in range(50)))

    assert list(found.schemas) == ["Address"]
    assert {str(each.arguments[0].schema) for each in found.functions} == {"{'$ref': '#/$defs/Address'}"}
    compiled = compile_arguments(found.functions[0], found.schemas)
    assert compiled.prepare({"at": {"street": "a", "next": {"street": "b"}}}).is_valid
    assert [error.path for error in compiled.prepare({"at": {"street": "a", "next": {}}}).errors] == ["/at/next/street"]


def test_definitions_of_one_name_that_differ_stay_apart() -> None:
    other: JsonObject = {"type": "string"}
    schemas: list[JsonObject] = [
        {"type": "object", "$defs": {"Address": each}, "properties": {"at": {"$ref": "#/$defs/Address"}}}
        for each in (ADDRESS, other)
    ]

    found = read(tool("one", schemas[0]), tool("two", schemas[1]))

    assert set(found.schemas) == {"Address", "Address_2"}
    assert found.schemas["Address_2"] == other
    assert found.functions[1].arguments[0].schema == {"$ref": "#/$defs/Address_2"}


def test_a_definition_that_reaches_another_one_differs_with_it() -> None:
    def schema(leaf: str) -> JsonObject:
        definitions: JsonObject = {
            "Node": {"type": "object", "properties": {"leaf": {"$ref": "#/$defs/Leaf"}}},
            "Leaf": {"type": leaf},
        }
        return {"type": "object", "$defs": definitions, "properties": {"node": {"$ref": "#/$defs/Node"}}}

    found = read(tool("texts", schema("string")), tool("numbers", schema("number")))

    compiled = [compile_arguments(each, found.schemas) for each in found.functions]
    assert compiled[0].prepare({"node": {"leaf": "x"}}).is_valid
    assert not compiled[1].prepare({"node": {"leaf": "x"}}).is_valid


def test_draft_07_is_read() -> None:
    schema: JsonObject = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "definitions": {"Name": {"type": "string", "minLength": 2}},
        "properties": {
            "name": {"$ref": "#/definitions/Name"},
            "pair": {"type": "array", "items": [{"type": "string"}, {"type": "integer"}]},
            "inner": {
                "type": "object",
                "properties": {"a": {}, "b": {}},
                "dependencies": {"a": ["b"], "b": {"required": ["a"]}},
            },
        },
    }

    function = (found := read(tool("old", schema))).functions[0]

    arguments = {each.name: each.schema for each in function.arguments}
    assert arguments["name"] == {"$ref": "#/$defs/Name"}
    assert arguments["pair"] == {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}]}
    assert not compile_arguments(function, found.schemas).prepare({"inner": {"a": 1}}).is_valid
    assert compile_arguments(function, found.schemas).prepare({"inner": {"a": 1, "b": 2}}).is_valid


def test_references_into_the_schema_itself_lead_there() -> None:
    schema: JsonObject = {
        "type": "object",
        "properties": {
            "first": {"$anchor": "first", "type": "integer"},
            "second": {"$ref": "#/properties/first"},
            "third": {"$ref": "#first"},
            "inner": {"$ref": "#"},
        },
    }

    found = read(tool("tree", schema), tool("other", schema))

    compiled = compile_arguments(found.functions[1], found.schemas)
    assert compiled.prepare({"second": 1, "third": 2, "inner": {"first": 3}}).is_valid
    paths = [error.path for error in compiled.prepare({"second": "x", "third": "y", "inner": {"first": "z"}}).errors]
    assert sorted(paths) == ["/inner/first", "/second", "/third"]
    assert not [remark for remark in found.remarks if remark.severity == "loss"]


def test_the_result_is_the_output_schema() -> None:
    schema: JsonObject = {"type": "object", "properties": {"sum": {"type": "integer"}}, "required": ["sum"]}

    found = read(tool("add", outputSchema=schema), tool("say"))

    assert [each.result for each in found.functions] == [schema, True]


@pytest.mark.parametrize(
    "schema",
    [
        None,
        True,
        {"type": "object"},
        {"type": "object", "properties": {}},
        {"type": "object", "properties": {}, "additionalProperties": False},
        {"$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "required": []},
    ],
)
def test_a_tool_of_which_nothing_is_said_takes_no_arguments(schema: JsonValue) -> None:
    function = read({"name": "now", "inputSchema": schema}).functions[0]

    assert (function.arguments, function.body) == ((), None)


def test_a_tool_that_takes_any_member_has_one_argument_for_all() -> None:
    function = read(tool("put", {"type": "object", "additionalProperties": True})).functions[0]

    assert [(each.name, each.wire, each.is_required) for each in function.arguments] == [("body", "", False)]


def test_what_cannot_be_called_is_refused_with_its_place_and_the_rest_is_read() -> None:
    found = read(tool("a"), 5, tool(""), {"inputSchema": {}}, tool("a"), tool("x" * 300), tool("b"))

    assert [tool_of(each) for each in found.functions] == ["a", "b"]
    assert found.found == 7
    assert codes(found) == {
        ("refused", "wrong-type", "/tools/1"),
        ("refused", "tool-nameless", "/tools/2"),
        ("refused", "tool-nameless", "/tools/3"),
        ("refused", "tool-duplicate", "/tools/4"),
        ("refused", "tool-nameless", "/tools/5"),
    }


def test_broken_schemas_are_repaired_with_remarks_at_their_places() -> None:
    broken: JsonObject = {"type": "object", "properties": {"a": {"$ref": "#/$defs/Gone"}, "b": "text"}}
    shared: JsonObject = {"type": "object", "$defs": {"N": {"items": 5}}, "properties": {"n": {"$ref": "#/$defs/N"}}}

    found = read(tool("one", broken), tool("two", shared), tool("three", "no schema"))

    assert len(found.functions) == 3
    places = {pointer for severity, _, pointer in codes(found) if severity == "loss"}
    assert {"/tools/one/inputSchema/properties/a", "/tools/one/inputSchema/properties/b"} <= places
    assert "/tools/two/inputSchema/$defs/N/items" in places
    assert "/tools/three/inputSchema" in places


def test_names_stay_when_the_order_changes_and_tools_come_and_go() -> None:
    first = read(tool("a b"), tool("a-b"), tool("list"), tool("설명"))
    names = name_table(first.functions, first.schema_sources)

    second = read(tool("new"), tool("설명"), tool("a-b"), tool("a b"), names=names)

    before = {tool_of(each): (each.name, each.model_name) for each in first.functions}
    after = {tool_of(each): (each.name, each.model_name) for each in second.functions}
    assert {name: after[name] for name in ("a b", "a-b", "설명")} == {n: before[n] for n in ("a b", "a-b", "설명")}
    assert len(set(after.values())) == 4


def test_the_header_of_a_parameter_is_kept_where_it_is_one() -> None:
    schema: JsonObject = {
        "type": "object",
        "properties": {
            "region": {"type": "string", "x-mcp-header": "Region"},
            "odd": {"type": "string", "x-mcp-header": "a b"},
            "list": {"type": "array", "x-mcp-header": "List"},
            "none": {"type": [], "x-mcp-header": "None"},
        },
    }

    arguments = read(tool("route", schema)).functions[0].arguments

    assert [each.schema for each in arguments] == [
        {"type": "string", "x-madang-mcp-header": "Region"},
        {"type": "string"},
        {"type": "array"},
        {},
    ]


def test_a_set_of_tools_survives_being_stored() -> None:
    found = read(tool("a", outputSchema={"type": "object", "properties": {"x": {"$ref": "#"}}}), 7)

    assert from_json(json.loads(json.dumps(to_json(found)))) == found


@pytest.mark.parametrize("data", [b"[]", b"{}", b'{"tools": {}}', b'{"openapi": "3.1.0", "paths": {}}', b"nonsense"])
def test_what_is_no_listing_is_one_clear_error(data: bytes) -> None:
    with pytest.raises(InvalidError):
        read_tools(data)


def test_deep_and_circular_schemas_end() -> None:
    deep: JsonValue = {"type": "string"}
    for _ in range(300):
        deep = {"type": "object", "properties": {"in": deep}}
    circle: JsonObject = {
        "type": "object",
        "$defs": {"A": {"allOf": [{"$ref": "#/$defs/B"}]}, "B": {"allOf": [{"$ref": "#/$defs/A"}]}},
        "properties": {"a": {"$ref": "#/$defs/A"}},
    }

    found = read(tool("deep", deep), tool("circle", circle))

    assert len(found.functions) == 2
    assert {code for _, code, _ in codes(found)} >= {"schema-too-deep", "schema-circle"}
