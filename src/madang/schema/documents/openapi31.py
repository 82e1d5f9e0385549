"""OpenAPI 3.1 and 3.2: schemas are JSON Schema 2020-12 already, keywords stand beside references, webhooks; 3.2 adds
the method `query`, operations of other methods (`additionalOperations`), whole query strings as one parameter, schemas
of single items of a stream, and a name of its own for the document (`$self`)."""

from __future__ import annotations

from madang.schema.documents.context import Context
from madang.schema.documents.openapi3 import OpenApi3, Rules
from madang.schema.documents.paths import METHODS

READS_SIBLINGS = True
_RULES_31 = Rules(dialect="openapi-3.1", methods=METHODS, has_webhooks=True)
_RULES_32 = Rules(
    dialect="openapi-3.2",
    methods=METHODS | {"query"},
    has_webhooks=True,
    locations=frozenset(("path", "query", "header", "cookie", "querystring")),
)


def openapi31(context: Context) -> OpenApi3:
    """The reader of OpenAPI 3.1."""
    return OpenApi3(context, _RULES_31)


def openapi32(context: Context) -> OpenApi3:
    """The reader of OpenAPI 3.2, as far as it is 3.1."""
    return OpenApi3(context, _RULES_32)
