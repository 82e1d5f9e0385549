"""Our own OpenAPI document: what FastAPI derives, made complete (problems, security, common headers)."""

from __future__ import annotations

import re
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from madang.backend.http.authentication import REQUEST_HEADER, cookie_name
from madang.backend.http.idempotency import HEADER as IDEMPOTENCY_HEADER
from madang.backend.http.problems import MEDIA_TYPE
from madang.settings import Settings

DESCRIPTION: Final = f"""\
Everything that the web app and the command line do, they do through this API.

Sign in by an API key (`Authorization: Bearer mdg_...`) or by the cookie of a sign-in link. A change by cookie also
needs the header `{REQUEST_HEADER}: 1`. Lists come in pages of `limit` items with a `cursor`; fields that are not
declared are refused; times are ISO 8601 in UTC; errors are `application/problem+json` with a `trace` that the
server's log knows. A POST may carry an `{IDEMPOTENCY_HEADER}`: for 24 hours the same key and body get the same answer.
"""
TAGS: Final = (
    ("session", "Who is signed in, and browser sessions."),
    ("api_keys", "Keys for programs."),
    ("preferences", "What a user chose for the pages."),
    ("connectors", "Documents, their imports, and the connectors that they become."),
    ("functions", "What can be called: lists, search, schemas, tools for models."),
    ("connections", "Ways to the servers of connectors, with credentials that only the proxy can read."),
    ("calls", "Functions called directly."),
    ("models", "Models that turns may ask; their keys are known to the proxy alone."),
    ("conversations", "What was said and done, as events; the WebSocket at `/session` tells and takes the same."),
    ("audit", "Who changed a setting, a credential or a permission."),
    ("system", "This installation and its health."),
)
_PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "description": "RFC 9457 problem details.",
    "required": ["type", "title", "status", "detail", "trace"],
    "properties": {
        "type": {"type": "string", "format": "uri", "examples": ["urn:madang:problem:invalid"]},
        "title": {"type": "string", "examples": ["The input is not valid"]},
        "status": {"type": "integer", "examples": [422]},
        "detail": {"type": "string", "description": "What, where, and what to do.", "examples": ["not valid: /name"]},
        "trace": {"type": ["string", "null"], "description": "The trace id of the request in the server's log."},
        "errors": {
            "type": "array",
            "description": "Every wrong place in the input.",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "message"],
                "properties": {
                    "pointer": {"type": "string", "description": "RFC 6901", "examples": ["/name"]},
                    "code": {"type": "string", "examples": ["required"]},
                    "message": {"type": "string", "examples": ["Field required"]},
                },
            },
        },
    },
}
_SUCCESSES: Final = {"200": "As asked.", "201": "Made.", "202": "Begun; the answer says what to watch.", "204": "Done."}
_RESPONSES: Final[dict[str, str]] = {
    "401": "Nobody is signed in.",
    "403": "Signed in, but not allowed; or the request comes from a foreign page.",
    "404": "No such thing in this account.",
    "409": "In use, changed meanwhile, or a request with the same idempotency key is under way.",
    "412": "`If-Match` names a version that is not the newest.",
    "413": "The body is too large.",
    "422": "The input is not valid.",
}
_METHODS: Final = ("get", "put", "post", "delete", "patch")


def install_document(app: FastAPI, settings: Settings) -> None:
    """Make `app.openapi()`, and with it /api/openapi.json, give the complete document."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = build_document(app, settings)
        return app.openapi_schema

    app.openapi = openapi


def build_document(app: FastAPI, settings: Settings) -> dict[str, Any]:
    """The document of all routes that the application has now."""
    document = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=DESCRIPTION,
        routes=app.routes,
        tags=[{"name": name, "description": text} for name, text in TAGS],
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    components = document.setdefault("components", {})
    schemas: dict[str, Any] = components.setdefault("schemas", {})
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    schemas["Problem"] = _PROBLEM
    components["securitySchemes"] = _security_schemes(settings)
    document["security"] = [{"bearer": []}, {"cookie": []}]
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                _complete(path, method, item[method])
    return document


def methods_at(document: dict[str, Any], path: str) -> list[str]:
    """The methods that the document has for a path, sorted."""
    found: set[str] = set()
    for template, item in document["paths"].items():
        if re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template)), path):
            found |= {method.upper() for method in item if method in _METHODS}
    return sorted(found)


def _security_schemes(settings: Settings) -> dict[str, Any]:
    return {
        "bearer": {"type": "http", "scheme": "bearer", "description": "An API key, `mdg_...`."},
        "cookie": {
            "type": "apiKey",
            "in": "cookie",
            "name": cookie_name(settings),
            "description": f"Set by a sign-in link. A change also needs the header `{REQUEST_HEADER}: 1`.",
        },
    }


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    responses: dict[str, Any] = operation["responses"]
    responses.pop("422", None)
    operation["summary"] = operation.get("description", operation["operationId"]).partition("\n")[0].rstrip(".")
    for status, text in _SUCCESSES.items():
        if status in responses:
            responses[status]["description"] = text
    if not path.startswith("/api/"):
        operation["security"] = []
        return
    for status in _problems_of(method, operation):
        responses[status] = {
            "description": _RESPONSES[status],
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    if method == "post":
        operation.setdefault("parameters", []).append(
            {
                "name": IDEMPOTENCY_HEADER,
                "in": "header",
                "required": False,
                "description": "Any text that is new for each request, as a UUID.",
                "schema": {"type": "string", "minLength": 1, "maxLength": 255},
            }
        )


def _problems_of(method: str, operation: dict[str, Any]) -> list[str]:
    places = {parameter["in"] for parameter in operation.get("parameters", [])}
    names = {parameter["name"] for parameter in operation.get("parameters", [])}
    has_input = "requestBody" in operation or bool(places)
    wanted = {
        "401": True,
        "403": True,
        "404": "path" in places,
        "409": method != "get",
        "412": "If-Match" in names,
        "413": "requestBody" in operation,
        "422": has_input or method == "post",
    }
    return [status for status, is_wanted in wanted.items() if is_wanted]
