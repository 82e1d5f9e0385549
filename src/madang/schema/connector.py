"""The functions of a document as the value that programs are compiled against (`madang.types.connector`).

Shared schemas get the names that programs write: `simple-user` is `types.SimpleUser`. An answer that is an object of
its own, not a shared one, is shared as `types.<Group><Operation>Result`, so that every record that a program meets has
a name.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Mapping

from madang.kit.json import JsonObject, JsonValue
from madang.schema.functions import Argument, Function, FunctionSet

_WORDS = re.compile(r"[^\W_]+")
_REF = "#/$defs/"


def connector_value(name: str, found: FunctionSet, *, version: str = "") -> JsonObject:
    """The connector `name` as plain JSON.

    Args:
        name: The name that a program imports.
        found: All that the document offers.
        version: What names this version of it.
    """
    schemas = dict(found.schemas)
    types = type_names(schemas)
    operations: JsonObject = {}
    for function in sorted(found.functions, key=lambda each: each.name):
        operations[function.name] = _operation(function, _named_result(function, schemas, types))
    return {
        "name": name,
        "version": version,
        "operations": operations,
        "schemas": schemas,
        "types": dict[str, JsonValue](types),
    }


def type_names(keys: Iterable[str]) -> dict[str, str]:
    """The names of shared schemas in programs: in Pascal case, identifiers, each once; the keys by these names."""
    found: dict[str, str] = {}
    for key in keys:
        found[_free(pascal(key), found)] = key
    return found


def pascal(text: str) -> str:
    """Words together, each with a capital: `simple-user` is `SimpleUser`; a leading digit gets `_` before it."""
    joined = "".join(word[0].upper() + word[1:] for word in _WORDS.findall(text)) or "Type"
    name = f"_{joined}" if joined[0].isdigit() else joined
    return f"{name}_" if keyword.iskeyword(name) else name


def _free(name: str, taken: Mapping[str, object]) -> str:
    number, tried = 2, name
    while tried in taken:
        number, tried = number + 1, f"{name}_{number}"
    return tried


def _named_result(function: Function, schemas: dict[str, JsonValue], types: dict[str, str]) -> JsonValue:
    result = function.result
    if not (isinstance(result, dict) and "$ref" not in result and "properties" in result):
        return result
    name = _free(f"{pascal(function.name)}Result", types)
    key = name
    while key in schemas:
        key += "_"
    schemas[key], types[name] = result, key
    return {"$ref": f"{_REF}{key}"}


def _operation(function: Function, result: JsonValue) -> JsonObject:
    said: JsonObject = {
        "parameters": [_parameter(each) for each in function.arguments],
        "result": result,
        "effect": function.effect,
    }
    if function.title:
        said["title"] = function.title
    if function.description:
        said["description"] = function.description
    if function.is_deprecated:
        said["deprecated"] = True
    pagination = function.pagination
    if pagination is not None and pagination.items is not None:
        names = [each for each in (pagination.parameter, pagination.limit) if each is not None]
        said["pagination"] = {"items": pagination.items, "parameters": list[JsonValue](names)}
    if function.price is not None:
        said["priced"] = True
    return said


def _parameter(argument: Argument) -> JsonObject:
    said: JsonObject = {"name": argument.name, "schema": argument.schema}
    if argument.is_required:
        said["required"] = True
    if argument.is_human:
        said["human"] = True
    if argument.description:
        said["description"] = argument.description
    return said
