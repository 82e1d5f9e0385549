"""Functions as tools of each vendor's models: what is said how is data (`tables`), the transforms are small.

A tool shows a model its own share only: what a person gives is not in it.
"""

from __future__ import annotations

from collections.abc import Mapping

from madang.kit.errors import NotFoundError
from madang.kit.json import JsonObject, JsonValue
from madang.schema.arguments import open_arguments_schema
from madang.schema.dialects.checking import Violation, check_tool
from madang.schema.dialects.pruning import cut_beyond, nearest
from madang.schema.dialects.rules import RULES
from madang.schema.dialects.subsets import Lowering
from madang.schema.dialects.tables import DIALECTS, Dialect, DialectName
from madang.schema.dialects.wording import fit, tool_name
from madang.schema.functions import Function
from madang.schema.keys import KeyRule, safe_key
from madang.schema.references import References, definition_name, rewrite
from madang.schema.shares import Shares

__all__ = [
    "DIALECTS",
    "RULES",
    "Dialect",
    "DialectName",
    "Violation",
    "check_tool",
    "description",
    "get_dialect",
    "parameters",
    "render",
]

_PRIVATE = ("x-", "discriminator", "xml", "externalDocs", "example")


def get_dialect(name: str) -> Dialect:
    """The dialect of a name. Raises NotFoundError, which lists the names there are."""
    for known, dialect in DIALECTS.items():
        if known == name:
            return dialect
    raise NotFoundError(f"there is no dialect {name!r}: choose one of {', '.join(DIALECTS)}")


def render(
    function: Function, schemas: Mapping[str, JsonValue], dialect: DialectName, name: str | None = None
) -> JsonObject:
    """The tool definition as the vendor's API takes it. `name` stands in place of the function's `model_name`."""
    rules = DIALECTS[dialect]
    schema = parameters(function, schemas, dialect)
    called = tool_name(name or function.model_name, rules.name_limit)
    described = description(function, dialect)
    if rules.envelope == "openai":
        inner: JsonObject = {"name": called, "description": described, "parameters": schema}
        return {"type": "function", "function": {**inner, "strict": rules.subset is not None}}
    if rules.envelope == "anthropic":
        return {"name": called, "description": described, "input_schema": schema}
    if rules.envelope == "gemini":
        declaration: JsonObject = {"name": called, "description": described}
        return {**declaration, "parameters": schema} if schema.get("properties") else declaration
    return _mcp_tool(function, called, described, schema)


def parameters(function: Function, schemas: Mapping[str, JsonValue], dialect: DialectName) -> JsonObject:
    """The schema of the model's share alone, in a dialect."""
    rules = DIALECTS[dialect]
    share = Shares(_near_arguments(function, schemas)).model_schema()
    if rules.subset is None:
        return _plain(share, rules)
    definitions = share.get("$defs")
    lowering = Lowering(rules, rules.subset, References(definitions if isinstance(definitions, dict) else {}))
    written = lowering.root(share)
    return {**written, "$defs": lowering.definitions} if lowering.definitions else written


def _near_arguments(function: Function, schemas: Mapping[str, JsonValue]) -> JsonObject:
    """The arguments with the shared schemas that a model can use."""
    schema = open_arguments_schema(function)
    definitions, is_all = nearest([schema], schemas)
    if not is_all:
        cut = cut_beyond({**schema, "$defs": definitions}, definitions, schemas)
        return cut if isinstance(cut, dict) else schema
    return {**schema, "$defs": definitions} if definitions else schema


def description(function: Function, dialect: DialectName) -> str:
    """What a function does, in its document's words, cut to what the dialect takes."""
    return fit(_description(function), DIALECTS[dialect].description_limit)


def _description(function: Function) -> str:
    title, description = function.title.strip(), function.description.strip()
    if not description or description.startswith(title):
        return description or title or function.name
    return f"{title}\n\n{description}" if title else description


def _plain(share: JsonObject, rules: Dialect) -> JsonObject:
    """JSON Schema as it is, without keywords that are nobody's but OpenAPI's, and with keys that the vendor takes."""

    definitions = share.get("$defs")

    def change(schema: JsonObject) -> JsonValue:
        for keyword in [keyword for keyword in schema if keyword.startswith(_PRIVATE)]:
            del schema[keyword]
        # A reference to nothing would make the vendor refuse the whole request.
        if "$ref" in schema and not (isinstance(definitions, dict) and definition_name(schema["$ref"]) in definitions):
            del schema["$ref"]
        described = schema.get("description")
        if isinstance(described, str):
            schema["description"] = fit(described, rules.property_description_limit)
        kind = schema.get("type")
        if rules.wants_items and (kind == "array" or (isinstance(kind, list) and "array" in kind)):
            schema.setdefault("items", {})
        return _renamed(schema, rules.key_rule) if rules.key_rule else schema

    written = rewrite(share, change)
    return written if isinstance(written, dict) else {}


def _renamed(schema: JsonObject, rule: KeyRule) -> JsonObject:
    properties, required = schema.get("properties"), schema.get("required")
    if not isinstance(properties, dict):
        return schema
    written: JsonObject = {}
    for name, inner in properties.items():
        key = safe_key(name, rule)
        if key != name and isinstance(inner, dict):
            own = inner.get("description")
            inner = {**inner, "description": f"{name}: {own}" if isinstance(own, str) else name}
        written[key] = inner
    schema["properties"] = written
    if isinstance(required, list):
        schema["required"] = [safe_key(name, rule) if isinstance(name, str) else name for name in required]
    return schema


def _mcp_tool(function: Function, called: str, described: str, schema: JsonObject) -> JsonObject:
    tool: JsonObject = {"name": called, "description": described, "inputSchema": schema}
    if function.title:
        tool["title"] = fit(function.title, 200)
    tool["annotations"] = {
        "readOnlyHint": function.effect == "safe",
        "idempotentHint": function.effect in ("safe", "idempotent"),
        "destructiveHint": function.effect != "safe",
        "openWorldHint": True,
    }
    return tool
