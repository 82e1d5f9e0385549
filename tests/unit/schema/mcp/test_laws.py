"""Whatever a server lists, there is an answer: functions and remarks, or one error of ours."""

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from madang.kit.errors import MadangError
from madang.schema.arguments import compile_arguments
from madang.schema.mcp import read_tools
from madang.schema.stored import from_json, to_json
from madang.schema.tool_calls import read_result, tool_arguments

WORDS = st.sampled_from(
    [
        "type", "properties", "items", "required", "$ref", "$defs", "definitions", "allOf", "anyOf", "oneOf", "enum",
        "const", "default", "additionalProperties", "dependencies", "$anchor", "$id", "not", "if", "pattern",
        "x-mcp-header", "name", "a", "b", "",
    ]
)  # fmt: skip
TEXTS = st.sampled_from(
    [
        "object",
        "string",
        "array",
        "#",
        "#/$defs/a",
        "#/definitions/b",
        "#/properties/a",
        "#a",
        "#/%",
        "x://y#z",
        "",
        "a",
    ]
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | TEXTS | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=20,
)
SCHEMAS = st.dictionaries(WORDS, VALUES, max_size=5)
TOOLS = VALUES | st.fixed_dictionaries(
    {"name": TEXTS | VALUES, "inputSchema": SCHEMAS | VALUES},
    optional={"outputSchema": SCHEMAS | VALUES, "annotations": VALUES, "title": VALUES, "description": VALUES},
)
UNHURRIED = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@UNHURRIED
@given(st.lists(TOOLS, max_size=4), VALUES)
def test_any_listing_is_read_or_refused(tools: list[Any], about: Any) -> None:
    data = json.dumps({"mcp": about, "tools": tools}).encode("utf-8", "replace")
    try:
        found = read_tools(data)
    except MadangError:
        return

    refused = sum(remark.severity == "refused" for remark in found.remarks)
    assert len(found.functions) + refused == found.found == len(tools)
    assert from_json(json.loads(json.dumps(to_json(found)))) == found
    for function in found.functions:
        compile_arguments(function, found.schemas).prepare({"a": 1})
        tool_arguments(function, {each.name: 1 for each in function.arguments})


@UNHURRIED
@given(st.dictionaries(st.sampled_from(["content", "structuredContent", "isError", "resultType"]), VALUES))
def test_any_result_is_a_value_or_a_refusal(result: dict[str, Any]) -> None:
    tool = {"name": "t", "inputSchema": {"type": "object"}, "outputSchema": {"type": "object"}}
    found = read_tools(json.dumps({"tools": [tool]}).encode())

    answer = read_result(found.functions[0], found.schemas, result)

    assert answer.is_refusal == (result.get("isError") is True or result.get("resultType") == "input_required")
