"""The words of JSON Schema as data: what each keyword holds, and how loose spellings of types are read."""

from __future__ import annotations

from typing import Literal

Kind = Literal["schema", "schemas", "map", "count", "number", "flag", "text", "pattern", "strings", "value", "lists"]
"""`schemas` a list of schemas, `map` schemas by name, `lists` lists of names by name."""

KINDS: dict[str, Kind] = {
    **dict.fromkeys(("additionalProperties", "not", "if", "then", "else", "contains", "propertyNames"), "schema"),
    **dict.fromkeys(("unevaluatedItems", "unevaluatedProperties", "contentSchema"), "schema"),
    **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), "schemas"),
    **dict.fromkeys(("properties", "patternProperties", "dependentSchemas"), "map"),
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems"), "count"),
    **dict.fromkeys(("minProperties", "maxProperties", "minContains", "maxContains"), "count"),
    **dict.fromkeys(("minimum", "maximum", "multipleOf"), "number"),
    **dict.fromkeys(("uniqueItems", "readOnly", "writeOnly", "deprecated"), "flag"),
    **dict.fromkeys(("title", "description", "format", "contentEncoding", "contentMediaType"), "text"),
    "pattern": "pattern",
    "required": "strings",
    "dependentRequired": "lists",
    "default": "value",
    "const": "value",
}

ANNOTATIONS = frozenset(
    ("title", "description", "default", "deprecated", "readOnly", "writeOnly", "example", "examples", "nullable")
)
"""What may stand beside a `$ref` of a version that ignores siblings, because it changes no constraint."""

KEPT_EXTENSIONS = frozenset(("x-enum-varnames", "x-enumNames", "x-enum-descriptions", "x-enumDescriptions"))
ENUM_WORDS = ("x-enum-descriptions", "x-enumDescriptions", "x-enum-varnames", "x-enumNames", "x-ms-enum")
"""Where documents say what each value of an `enum` means, the fullest first."""

NULLABLE_WORDS = ("nullable", "x-nullable")
REF_WORDS = ("$ref", "$dynamicRef", "$recursiveRef")
SPECIAL = frozenset(
    (
        *("items", "enum", "exclusiveMinimum", "exclusiveMaximum", "example", "examples", "discriminator"),
        *("$dynamicRef", "$recursiveRef", *NULLABLE_WORDS),
    )
)
"""Keywords that are read after all others, since what they mean depends on these."""

TYPES = frozenset(("string", "number", "integer", "boolean", "array", "object", "null"))

LOOSE_TYPES: dict[str, tuple[str, str | None]] = {
    "file": ("string", "binary"),
    "binary": ("string", "binary"),
    "byte": ("string", "byte"),
    "bytes": ("string", "byte"),
    "date": ("string", "date"),
    "datetime": ("string", "date-time"),
    "date-time": ("string", "date-time"),
    "timestamp": ("string", None),
    "time": ("string", None),
    "uuid": ("string", "uuid"),
    "guid": ("string", "uuid"),
    "uri": ("string", "uri"),
    "url": ("string", "uri"),
    "email": ("string", "email"),
    "password": ("string", "password"),
    "enum": ("string", None),
    "str": ("string", None),
    "text": ("string", None),
    "char": ("string", None),
    "int": ("integer", None),
    "int32": ("integer", "int32"),
    "int64": ("integer", "int64"),
    "long": ("integer", "int64"),
    "short": ("integer", None),
    "float": ("number", "float"),
    "double": ("number", "double"),
    "decimal": ("number", None),
    "numeric": ("number", None),
    "bool": ("boolean", None),
    "list": ("array", None),
    "dict": ("object", None),
    "hash": ("object", None),
    "map": ("object", None),
    "json": ("object", None),
    "none": ("null", None),
}
"""Types that are none, as real documents write them, with the type and format that is meant."""

ANY_TYPES = frozenset(("any", "mixed", "anytype", ""))
