"""Which part of an OpenAPI document stands where, as far as references go. Data only; `cli.bundling` walks by it.

A rule says of each key what kind its value is; `*` stands for all other keys. `map:K` is an object of K by name,
`section:K` the document's own home of K, `opaque` what is never looked into, as examples, where `$ref` is data. The
items of a list are of the list's kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Rules = Mapping[str, str]
Homes = Mapping[str, tuple[str, ...]]

HOMES_2: Final[Homes] = {"schema": ("definitions",), "parameter": ("parameters",), "response": ("responses",)}
HOMES_3: Final[Homes] = {
    "schema": ("components", "schemas"),
    "parameter": ("components", "parameters"),
    "response": ("components", "responses"),
    "body": ("components", "requestBodies"),
    "header": ("components", "headers"),
}
"""Where a version keeps named parts."""

ROOT_2: Final[Rules] = {
    "paths": "map:path",
    "definitions": "section:schema",
    "parameters": "section:parameter",
    "responses": "section:response",
    "*": "data",
}
ROOT_3: Final[Rules] = {"paths": "map:path", "webhooks": "opaque", "components": "components", "*": "data"}

_OPERATION: Final[Rules] = {
    "parameters": "parameter",
    "requestBody": "body",
    "responses": "map:response",
    "callbacks": "map:callback",
    "servers": "data",
    "security": "data",
}

GRAMMAR: Final[Mapping[str, Rules]] = {
    "data": {"*": "data"},
    "components": {
        "schemas": "section:schema",
        "parameters": "section:parameter",
        "responses": "section:response",
        "requestBodies": "section:body",
        "headers": "section:header",
        "examples": "map:example",
        "callbacks": "map:callback",
        "pathItems": "map:path",
        "securitySchemes": "map:data",
        "links": "map:data",
    },
    "path": {
        **dict.fromkeys(("get", "put", "post", "delete", "options", "head", "patch", "trace", "query"), "operation"),
        "additionalOperations": "map:operation",
        "parameters": "parameter",
        "servers": "data",
    },
    "operation": _OPERATION,
    "callback": {"*": "path"},
    "parameter": {"schema": "schema", "items": "schema", "content": "map:media", "examples": "map:example"},
    "header": {"schema": "schema", "items": "schema", "content": "map:media", "examples": "map:example"},
    "response": {"schema": "schema", "content": "map:media", "headers": "map:header", "links": "map:data"},
    "body": {"content": "map:media"},
    "media": {
        "schema": "schema",
        "itemSchema": "schema",
        "examples": "map:example",
        "encoding": "map:encoding",
    },
    "encoding": {"headers": "map:header"},
    "example": {},
    "schema": {
        **dict.fromkeys(("properties", "patternProperties", "dependentSchemas", "$defs", "definitions"), "map:schema"),
        **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems", "items", "additionalProperties", "not"), "schema"),
        **dict.fromkeys(("if", "then", "else", "contains", "propertyNames", "contentSchema"), "schema"),
        **dict.fromkeys(("unevaluatedItems", "unevaluatedProperties", "additionalItems"), "schema"),
        "discriminator": "discriminator",
    },
    "discriminator": {"mapping": "mapping"},
}
