"""The face of a workflow: the schemas of its input and result, and the operation as which a release is published."""

from __future__ import annotations

import ast

from madang.kit.json import JsonObject, JsonValue
from madang.swl.check.facts import FunctionSymbol
from madang.swl.compiler import Compilation
from madang.swl.ir import Node, walk_nodes
from madang.types.schema_writing import SchemaWriter

_ERRORS: dict[str, str] = {
    "400": "The body is no JSON.",
    "401": "The key is missing or wrong.",
    "422": "The input does not fit its schema.",
    "500": "The run failed.",
}


def input_schema(compilation: Compilation) -> JsonObject:
    """The JSON Schema of the workflow's input: the form that a person fills in. Shared types stand under `$defs`.

    Raises ValueError where the file has no workflow.
    """
    writer = SchemaWriter()
    return _with_defs(_input(_workflow(compilation), writer), writer)


def result_schema(compilation: Compilation) -> JsonObject:
    """The JSON Schema of the workflow's result. Raises ValueError where the file has no workflow."""
    writer = SchemaWriter()
    schema = writer.write(_workflow(compilation).result)
    return _with_defs(schema if isinstance(schema, dict) else {}, writer)


def openapi_of(compilation: Compilation, *, path: str, version: str) -> JsonObject:
    """The OpenAPI 3.1 document of a release: one operation, `POST path`.

    Raises ValueError where the file has no workflow.
    """
    symbol = _workflow(compilation)
    writer = SchemaWriter()
    asked = _moved(_input(symbol, writer))
    given = _moved(writer.write(symbol.result))
    about = symbol.description or compilation.program.description or symbol.name
    operation: JsonObject = {
        "operationId": symbol.name,
        "summary": about.split("\n", 1)[0],
        "description": about,
        "requestBody": {"required": True, "content": {"application/json": {"schema": asked}}},
        "responses": {
            "200": {"description": "The result.", "content": {"application/json": {"schema": given}}},
            "202": {"description": "The run goes on; `Location` is where to look."},
            **{status: {"description": words} for status, words in _ERRORS.items()},
        },
    }
    effects = {each.effect for each in _effects(compilation)}
    operation["x-madang-effect"] = "safe" if effects <= {"safe"} else "unsafe"
    return {
        "openapi": "3.1.0",
        "info": {"title": symbol.name, "version": version, "description": about},
        "paths": {path: {"post": operation}},
        "components": {"schemas": {name: _moved(schema) for name, schema in writer.defs.items()}},
    }


def _workflow(compilation: Compilation) -> FunctionSymbol:
    found = compilation.checked.program.workflow
    if found is None:
        raise ValueError("the file has no workflow")
    return found


def _input(symbol: FunctionSymbol, writer: SchemaWriter) -> JsonObject:
    properties: JsonObject = {}
    for each in symbol.parameters:
        schema = writer.write(each.type)
        if each.default is not None and _is_plain(each.default):
            default: JsonValue = ast.literal_eval(each.default)
            schema = {**(schema if isinstance(schema, dict) else {}), "default": default}
        properties[each.name] = schema
    required: list[JsonValue] = [each.name for each in symbol.parameters if each.default is None]
    made: JsonObject = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**made, "required": required} if required else made


def _is_plain(node: ast.expr) -> bool:
    """Whether a default is written out as JSON values are."""
    match node:
        case ast.Constant(value=value):
            return value is None or isinstance(value, bool | int | float | str)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float())):
            return True
        case ast.List(elts=parts):
            return all(_is_plain(each) for each in parts)
        case ast.Dict(keys=keys, values=values):
            return all(each is not None and _is_plain(each) for each in [*keys, *values])
        case _:
            return False


def _with_defs(schema: JsonObject, writer: SchemaWriter) -> JsonObject:
    return {**schema, "$defs": writer.defs} if writer.defs else schema


def _moved(schema: JsonValue) -> JsonValue:
    """A schema whose shared ones stand under `components`."""
    match schema:
        case dict():
            return {name: _moved_reference(name, value) for name, value in schema.items()}
        case list():
            return [_moved(each) for each in schema]
        case _:
            return schema


def _moved_reference(name: str, value: JsonValue) -> JsonValue:
    if name == "$ref" and isinstance(value, str):
        return value.replace("#/$defs/", "#/components/schemas/")
    if name == "mapping" and isinstance(value, dict):
        return {key: _moved_reference("$ref", each) for key, each in value.items()}
    return _moved(value)


def _effects(compilation: Compilation) -> list[Node]:
    return [
        node
        for function in compilation.program.functions
        for node in walk_nodes(function.nodes)
        if node.effect is not None
    ]
