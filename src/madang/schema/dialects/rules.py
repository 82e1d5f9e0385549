"""What each vendor's API takes as a tool, as data for the checker: every rule with the page that says so.

Written apart from `tables`, which steers how tools are made, so that a slip in one shows in the other. Where a vendor
publishes no figure, `origin` says whether its API's own error messages do (`observed`) or whether the bound is ours
(`own`). Pages are named by title; `docs/dialects.md` shows this table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from madang.schema.dialects.tables import DialectName

Origin = Literal["published", "observed", "own"]

_OPENAI_TOOLS = "OpenAI API reference, Chat Completions, tools"
_OPENAI_STRICT = "OpenAI, Structured Outputs, Supported schemas"
_OPENAI_ERRORS = "OpenAI API, error messages"
_ANTHROPIC = "Claude documentation, Define tools"
_ANTHROPIC_ERRORS = "Claude API, error messages; Claude documentation, Self-hosted sandboxes"
_GEMINI_FUNCTION = "Gemini API reference, FunctionDeclaration"
_GEMINI_SCHEMA = "Gemini API reference, Schema"
_GEMINI_ERRORS = "Gemini API, error messages"
_MCP = "Model Context Protocol 2025-11-25, Tools"
_OURS = "Madang"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One thing that a vendor asks of a tool, in our words; `code` is what a violation carries."""

    code: str
    says: str
    source: str
    origin: Origin = "published"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Most of each over a whole tool. Depth counts objects inside one another; text is that of names and options."""

    properties: int
    depth: int
    options: int
    text: int
    long_enum: int
    long_enum_text: int


@dataclass(frozen=True, kw_only=True)
class RuleSet:
    """The rules of one dialect. None means that all is taken: any keyword, any format, any key, any number.

    `schema_path` leads from the tool to its schema. `lone` are keywords that nothing may stand beside. `root_without`
    are keywords that the outermost schema may not have. `is_meta_checked`: it has to be JSON Schema 2020-12.
    """

    rules: tuple[Rule, ...]
    schema_path: tuple[str, ...]
    name: re.Pattern[str]
    description: int
    inner_description: int
    size: int
    key: re.Pattern[str] | None = None
    keywords: frozenset[str] | None = None
    formats: Mapping[str, frozenset[str]] | None = None
    root_without: frozenset[str] = frozenset()
    lone: frozenset[str] = frozenset()
    limits: Limits | None = None
    has_references: bool = True
    has_schema_always: bool = True
    is_closed: bool = False
    is_typed: bool = False
    has_text_enums_only: bool = False
    has_filled_objects: bool = False
    has_items: bool = False
    is_meta_checked: bool = False
    has_linear_patterns: bool = False


_LETTERS = re.compile(r"[a-zA-Z0-9_-]{1,64}\Z")
_UNIONS = frozenset({"anyOf", "oneOf", "allOf"})
_TEXT_FORMATS = frozenset({"date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"})
_SHARED = (
    Rule(code="reference", says="A reference points to a definition in the same schema.", source=_OURS, origin="own"),
    Rule(code="size", says="2 MB of JSON at most; 1 MB in strict and Gemini.", source=_OURS, origin="own"),
)
_OPENAI_SHARED = (
    Rule(code="name", says="Letters, digits, _ and -, at most 64.", source=_OPENAI_TOOLS),
    Rule(code="description", says="Not empty, at most 1,024 characters.", source=_OPENAI_ERRORS, origin="observed"),
    Rule(
        code="root",
        says="The outermost schema is an object without anyOf, oneOf, allOf, enum and not.",
        source=_OPENAI_ERRORS,
        origin="observed",
    ),
    Rule(code="items", says="A list says what its items are.", source=_OPENAI_ERRORS, origin="observed"),
)
_VALID = Rule(code="schema", says="The schema is JSON Schema 2020-12.", source=_OPENAI_TOOLS)

_OPENAI = RuleSet(
    rules=(*_OPENAI_SHARED, _VALID, *_SHARED),
    schema_path=("function", "parameters"),
    name=_LETTERS,
    description=1024,
    inner_description=1024,
    size=2_000_000,
    root_without=_UNIONS | {"enum", "not"},
    has_items=True,
    is_meta_checked=True,
)

_STRICT = RuleSet(
    rules=(
        *_OPENAI_SHARED,
        _VALID,
        Rule(code="closed", says="Every object has additionalProperties: false.", source=_OPENAI_STRICT),
        Rule(code="required", says="Every property is required; optional ones take null.", source=_OPENAI_STRICT),
        Rule(
            code="keyword",
            says="No allOf, not, dependentRequired, dependentSchemas, if, then, else; of the others only those listed.",
            source=_OPENAI_STRICT,
        ),
        Rule(code="type", says="Every schema has a type, a union or a reference.", source=_OPENAI_STRICT),
        Rule(code="lone", says="Nothing stands beside a reference.", source=_OPENAI_ERRORS, origin="observed"),
        Rule(code="format", says="Formats of text are those listed.", source=_OPENAI_STRICT),
        Rule(code="pattern", says="A pattern has no look-around.", source=_OPENAI_ERRORS, origin="observed"),
        Rule(code="properties", says="At most 5,000 properties over all objects.", source=_OPENAI_STRICT),
        Rule(code="depth", says="At most 10 levels of objects.", source=_OPENAI_STRICT),
        Rule(code="options", says="At most 1,000 enum values over all enums.", source=_OPENAI_STRICT),
        Rule(
            code="long-enum",
            says="An enum of more than 250 texts has at most 15,000 characters.",
            source=_OPENAI_STRICT,
        ),
        Rule(
            code="text",
            says="Names of properties and definitions and values of enum and const: at most 120,000 characters.",
            source=_OPENAI_STRICT,
        ),
        *_SHARED,
    ),
    schema_path=("function", "parameters"),
    name=_LETTERS,
    description=1024,
    inner_description=1024,
    size=1_000_000,
    keywords=frozenset(
        {
            "type",
            "properties",
            "required",
            "additionalProperties",
            "items",
            "enum",
            "const",
            "anyOf",
            "description",
            "$ref",
            "$defs",
            "pattern",
            "format",
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "multipleOf",
            "minItems",
            "maxItems",
        }
    ),
    formats=MappingProxyType({"string": _TEXT_FORMATS}),
    root_without=_UNIONS | {"enum", "not"},
    lone=frozenset({"$ref"}),
    limits=Limits(properties=5_000, depth=10, options=1_000, text=120_000, long_enum=250, long_enum_text=15_000),
    is_closed=True,
    is_typed=True,
    has_items=True,
    is_meta_checked=True,
    has_linear_patterns=True,
)

_CLAUDE = RuleSet(
    rules=(
        Rule(code="name", says="Letters, digits, _ and -, at most 64.", source=_ANTHROPIC),
        Rule(
            code="description",
            says="Not empty; no figure is published, 4,096 characters is our bound.",
            source=_ANTHROPIC,
            origin="own",
        ),
        Rule(code="schema", says="The schema is JSON Schema 2020-12.", source=_ANTHROPIC_ERRORS, origin="observed"),
        Rule(
            code="root",
            says="The outermost schema is an object without anyOf, oneOf and allOf.",
            source=_ANTHROPIC_ERRORS,
        ),
        Rule(
            code="key",
            says="Names of properties are letters, digits, _, . and -, at most 64.",
            source=_ANTHROPIC_ERRORS,
        ),
        *_SHARED,
    ),
    schema_path=("input_schema",),
    name=_LETTERS,
    description=4096,
    inner_description=1024,
    size=2_000_000,
    key=re.compile(r"[a-zA-Z0-9_.-]{1,64}\Z"),
    root_without=_UNIONS,
    is_meta_checked=True,
)

_GEMINI = RuleSet(
    rules=(
        Rule(
            code="name",
            says="A letter or _ first, then letters, digits, _, . and -, at most 64.",
            source=_GEMINI_FUNCTION,
        ),
        Rule(
            code="description",
            says="Not empty; no figure is published, 1,024 characters is our bound.",
            source=_GEMINI_FUNCTION,
            origin="own",
        ),
        Rule(
            code="keyword", says="Only the fields of Schema, a subset of OpenAPI 3.0; no $ref.", source=_GEMINI_SCHEMA
        ),
        Rule(code="type", says="One type, not null: that is said by nullable.", source=_GEMINI_SCHEMA),
        Rule(
            code="format",
            says="Text has date-time or enum, integers int32 or int64, numbers float or double.",
            source=_GEMINI_ERRORS,
            origin="observed",
        ),
        Rule(code="enum", says="Values of an enum are texts that are not empty.", source=_GEMINI_SCHEMA),
        Rule(code="lone", says="Nothing stands beside anyOf.", source=_GEMINI_ERRORS, origin="observed"),
        Rule(code="items", says="A list says what its items are.", source=_GEMINI_ERRORS, origin="observed"),
        Rule(code="filled", says="An object has properties.", source=_GEMINI_ERRORS, origin="observed"),
        Rule(code="required", says="What is required is a property.", source=_GEMINI_ERRORS, origin="observed"),
        Rule(
            code="key",
            says="Names of properties are a letter or _, then letters, digits and _, at most 64.",
            source=_GEMINI_FUNCTION,
        ),
        *_SHARED,
    ),
    schema_path=("parameters",),
    name=re.compile(r"[a-zA-Z_][a-zA-Z0-9_.-]{0,63}\Z"),
    description=1024,
    inner_description=1024,
    size=1_000_000,
    key=re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}\Z"),
    keywords=frozenset(
        {
            "type",
            "format",
            "title",
            "description",
            "nullable",
            "enum",
            "maxItems",
            "minItems",
            "properties",
            "required",
            "minProperties",
            "maxProperties",
            "minLength",
            "maxLength",
            "pattern",
            "example",
            "anyOf",
            "propertyOrdering",
            "default",
            "items",
            "minimum",
            "maximum",
        }
    ),
    formats=MappingProxyType(
        {
            "string": frozenset({"date-time", "enum"}),
            "integer": frozenset({"int32", "int64"}),
            "number": frozenset({"float", "double"}),
        }
    ),
    root_without=_UNIONS,
    lone=frozenset({"anyOf"}),
    has_references=False,
    has_schema_always=False,
    is_typed=True,
    has_text_enums_only=True,
    has_filled_objects=True,
    has_items=True,
)

_PROTOCOL = RuleSet(
    rules=(
        Rule(code="name", says="Letters, digits, _, - and ., 1 to 128.", source=_MCP),
        Rule(
            code="description",
            says="Not empty; no figure is published, 4,096 characters is our bound.",
            source=_MCP,
            origin="own",
        ),
        Rule(code="schema", says="The schema is JSON Schema, 2020-12 where it does not say.", source=_MCP),
        Rule(code="root", says="The outermost schema is an object.", source=_MCP),
        *_SHARED,
    ),
    schema_path=("inputSchema",),
    name=re.compile(r"[A-Za-z0-9_.-]{1,128}\Z"),
    description=4096,
    inner_description=4096,
    size=2_000_000,
    is_meta_checked=True,
)

RULES: Mapping[DialectName, RuleSet] = MappingProxyType(
    {"openai": _OPENAI, "openai_strict": _STRICT, "anthropic": _CLAUDE, "gemini": _GEMINI, "mcp": _PROTOCOL}
)
"""Every dialect's rules."""
