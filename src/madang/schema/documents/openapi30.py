"""OpenAPI 3.0: a reference stands alone, `nullable` and boolean bounds, no webhooks."""

from __future__ import annotations

from madang.schema.documents.context import Context
from madang.schema.documents.openapi3 import OpenApi3, Rules
from madang.schema.documents.paths import METHODS

READS_SIBLINGS = False
_RULES = Rules(dialect="openapi-3.0", methods=METHODS, has_webhooks=False)


def openapi30(context: Context) -> OpenApi3:
    """The reader of OpenAPI 3.0."""
    return OpenApi3(context, _RULES)
