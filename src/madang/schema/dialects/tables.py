"""What each vendor's models take as a tool, as published. Limits without a published figure are our own, so marked.

- OpenAI (platform.openai.com/docs/guides/function-calling and /structured-outputs, "Supported schemas"): names of 64;
  strict: every property required, objects closed, no allOf/oneOf/not/if, 5,000 properties, 10 levels, 1,000 enum
  values, 120,000 characters of names and values, no keyword beside `$ref`. Descriptions: 1,024 was enforced for years.
- Anthropic (docs.anthropic.com, "Tool use"; the API's own messages): names and top-level property keys of 64 from
  `[a-zA-Z0-9_.-]`, no union at the root.
- Gemini (ai.google.dev/api/caching#Schema, #FunctionDeclaration): the OpenAPI 3.0 subset, no references, enums of
  strings only, `anyOf` alone in its schema, parameter names that are identifiers of 64, objects that are not empty.
- MCP (modelcontextprotocol.io, "Tools"): JSON Schema 2020-12 with an object at the root.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from madang.schema.keys import KeyRule

DialectName = Literal["openai", "openai_strict", "anthropic", "gemini", "mcp"]
Envelope = Literal["openai", "anthropic", "gemini", "mcp"]


@dataclass(frozen=True, kw_only=True)
class Subset:
    """A dialect that takes only a part of JSON Schema.

    `keywords` are those it takes besides type, properties, items, enum, anyOf and description; others go into words.
    `formats` are by type.
    `depth_limit` counts objects and lists inside one another, `node_limit` all schemas, `text_limit` the characters of
    property names and enum values; what goes beyond is asked for as JSON in a text, which coercion reads.
    """

    keywords: frozenset[str]
    formats: Mapping[str, frozenset[str]]
    has_references: bool
    is_closed: bool
    has_nullable_keyword: bool
    has_string_enums_only: bool
    has_empty_objects: bool
    depth_limit: int
    node_limit: int
    enum_limit: int
    text_limit: int


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """How one vendor's tools are written. `subset` is None where any JSON Schema is taken; `wants_items` where a list
    without a word about its items is not."""

    name: DialectName
    envelope: Envelope
    name_limit: int
    description_limit: int
    property_description_limit: int
    key_rule: KeyRule | None
    subset: Subset | None
    wants_items: bool = False


_NUMBERS = frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"})

OPENAI_STRICT_SUBSET = Subset(
    keywords=_NUMBERS | {"pattern", "format", "minItems", "maxItems"},
    formats=MappingProxyType(
        {"string": frozenset({"date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"})}
    ),
    has_references=True,
    is_closed=True,
    has_nullable_keyword=False,
    has_string_enums_only=False,
    has_empty_objects=True,
    depth_limit=10,
    # Far fewer than the properties that are taken: what is larger is no tool that a model fills in.
    node_limit=1_200,
    enum_limit=1_000,
    text_limit=100_000,
)

GEMINI_SUBSET = Subset(
    keywords=frozenset(
        {
            "format",
            "minimum",
            "maximum",
            "minItems",
            "maxItems",
            "minLength",
            "maxLength",
            "pattern",
            "default",
            "title",
        }
    ),
    formats=MappingProxyType(
        {
            "string": frozenset({"date-time"}),
            "integer": frozenset({"int32", "int64"}),
            "number": frozenset({"float", "double"}),
        }
    ),
    has_references=False,
    is_closed=False,
    has_nullable_keyword=True,
    has_string_enums_only=True,
    has_empty_objects=False,
    # Our own figures: inlining needs a bound, and the API refuses schemas that are too complex without naming one.
    depth_limit=8,
    node_limit=600,
    enum_limit=1_000,
    text_limit=60_000,
)

DIALECTS: Mapping[DialectName, Dialect] = MappingProxyType(
    {
        "openai": Dialect(
            name="openai",
            envelope="openai",
            name_limit=64,
            description_limit=1024,
            property_description_limit=1024,
            key_rule=None,
            subset=None,
            wants_items=True,
        ),
        "openai_strict": Dialect(
            name="openai_strict",
            envelope="openai",
            name_limit=64,
            description_limit=1024,
            property_description_limit=1024,
            key_rule=None,
            subset=OPENAI_STRICT_SUBSET,
        ),
        "anthropic": Dialect(
            name="anthropic",
            envelope="anthropic",
            name_limit=64,
            description_limit=4096,
            property_description_limit=1024,
            key_rule="dotted",
            subset=None,
        ),
        "gemini": Dialect(
            name="gemini",
            envelope="gemini",
            name_limit=64,
            description_limit=1024,
            property_description_limit=1024,
            key_rule="identifier",
            subset=GEMINI_SUBSET,
        ),
        "mcp": Dialect(
            name="mcp",
            envelope="mcp",
            name_limit=64,
            description_limit=4096,
            property_description_limit=4096,
            key_rule=None,
            subset=None,
        ),
    }
)
"""Every dialect by name."""
