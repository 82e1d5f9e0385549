"""The operations of a mock, as a page and as JSON. Everything of the document is text here, never HTML."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from html import escape

from madang.kit.json import JsonObject, JsonValue
from madang.schema.functions import Function, FunctionSet

_STYLE = (
    ":root{color-scheme:light dark;font:15px/1.5 system-ui,sans-serif}body{max-width:60rem;margin:2rem auto;padding:0 "
    "1rem}table{border-collapse:collapse;width:100%}td{padding:.25rem .5rem;border-top:1px solid #8884;vertical-align:"
    "top;overflow-wrap:anywhere}td:first-child{font-weight:600;white-space:nowrap;width:1%}code{font-size:.9em}"
)
_STYLE_HASH = b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
CONTENT_POLICY = f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; frame-ancestors 'none'; base-uri 'none'"


def operations(function_set: FunctionSet) -> list[JsonValue]:
    """Each operation: name, method, path, title."""
    return [_operation(function) for function in function_set.functions]


def _operation(function: Function) -> JsonObject:
    return {
        "name": function.name,
        "method": function.method.upper(),
        "path": function.path,
        "title": function.title,
        "needs_credential": bool(function.security) and {} not in [dict(each) for each in function.security],
    }


def index_page(function_set: FunctionSet) -> str:
    """A page that lists the operations."""
    title = escape(function_set.title or "Mock")
    rows = "".join(
        f"<tr><td>{escape(function.method.upper())}</td><td><code>{escape(function.path)}</code></td>"
        f"<td>{escape(function.title)}</td></tr>"
        for function in function_set.functions
    )
    words = (
        "Answers are examples of the document, remembered resources, or made values. <code>Mock-Status: 503</code> and "
        "<code>Mock-Delay: 200</code> (milliseconds) as request headers ask for an error and a delay; "
        "<code>POST /-/reset</code> forgets everything."
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} (mock)</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body><h1>{title}</h1>'
        f"<p>A mock with {len(function_set.functions)} operations. {words}</p><table>{rows}</table></body></html>"
    )
