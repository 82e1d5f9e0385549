"""The board's OpenAPI document: what FastAPI makes, and what it cannot say, added."""

from __future__ import annotations

from typing import Any, cast

from madang.examples.bbs.problems import MEDIA_TYPE
from madang.examples.bbs.views import Problem

Json = dict[str, Any]

DESCRIPTION = """A bulletin board with sections, articles and comments.

Nobody signs in. Who writes an article or a comment chooses a password, and gives it again to change or delete it.
Contents are snapshots: an update adds one, none is ever changed. Deleted things are not found any more.

Lists come in pages: give `next` of a page as `cursor` to get the following one. Failures are
`application/problem+json` (RFC 9457), with `errors` naming every wrong place.
"""

TAGS = [
    {"name": "articles", "description": "Texts on the board, each in a section, with all contents they have had."},
    {"name": "comments", "description": "Short texts about an article, or in answer to another comment."},
    {
        "name": "files",
        "description": "Operations whose texts carry files: links with name, extension and address. The board stores "
        "no file.",
    },
]

_EXAMPLES = frozenset({"example", "examples", "default", "const", "enum"})


def problem(description: str, status: int, code: str, title: str, detail: str, *places: tuple[str, str, str]) -> Json:
    """A declared failure of an operation, with an example."""
    example: Json = {"type": f"urn:madang:problem:{code}", "title": title, "status": status, "detail": detail}
    if places:
        example["errors"] = [{"pointer": at, "code": word, "message": message} for at, word, message in places]
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}}
    return {"description": description, "content": content}


def finish(document: Json) -> Json:
    """The document of FastAPI with the schema of problems, without titles that only repeat names, and with the marks
    of a parameter's schema on the parameter too, where other readers look for them."""
    schemas = document["components"]["schemas"]
    made = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= {**made.pop("$defs"), "Problem": made}
    document["components"]["schemas"] = dict(sorted(schemas.items()))
    document["security"] = []
    for path in document["paths"].values():
        for operation in path.values():
            _mark(operation)
    _drop_titles(document["components"])
    _drop_titles(document["paths"])
    return document


def _mark(operation: Json) -> None:
    for parameter in operation.get("parameters", ()):
        schema = parameter["schema"]
        schema.pop("description", None)
        schema.pop("writeOnly", None)
        parameter |= {name: value for name, value in schema.items() if name.startswith("x-")}


def _drop_titles(node: Any) -> None:
    if isinstance(node, list):
        for member in cast("list[Any]", node):
            _drop_titles(member)
    elif isinstance(node, dict):
        schema = cast("Json", node)
        if isinstance(schema.get("title"), str):
            del schema["title"]
        for name, member in schema.items():
            if name not in _EXAMPLES:
                _drop_titles(member)
