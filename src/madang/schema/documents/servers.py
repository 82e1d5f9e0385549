"""Where an API is served: base URLs with variables, relative ones made whole by the document's own URL."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from madang.kit.json import JsonObject, JsonValue
from madang.schema.documents.context import Context
from madang.schema.documents.places import Place
from madang.schema.documents.values import list_at, text_at
from madang.schema.functions import Server

_VARIABLE = re.compile(r"\{([^{}]*)\}")
_SCHEMES = ("https", "http", "wss", "ws")


def read_servers(holder: JsonObject, place: Place, context: Context) -> tuple[Server, ...]:
    """The `servers` of a document, path or operation; none where it has none."""
    found: list[Server] = []
    for index, value in enumerate(list_at(holder, "servers", place, context.remarks)):
        here = place.at("servers", index)
        if isinstance(value, dict):
            found.append(_server(value, here, context))
        else:
            context.remarks.loss(here, "server-invalid", "This server is no object; it was left out.")
    return tuple(found)


def default_servers(context: Context) -> tuple[Server, ...]:
    """The server of a document that names none: the place it came from."""
    return (Server(url=_whole("/", context.place.child("servers"), context)),)


def swagger_servers(root: JsonObject, context: Context) -> tuple[Server, ...]:
    """`host`, `basePath` and `schemes` of Swagger 2.0, https first."""
    origin = urlsplit(context.source_url or "")
    host = text_at(root, "host")
    if "://" in host:
        context.remarks.note(context.place.child("host"), "host-repaired", "A host has no scheme; it was cut off.")
        host = host.split("://", 1)[1]
    host = host.rstrip("/") or origin.netloc
    base = "/" + text_at(root, "basePath").strip("/")
    if not host:
        return (Server(url=_whole(base, context.place.child("host"), context)),)
    said = [str(scheme).lower() for scheme in list_at(root, "schemes", context.place, context.remarks)]
    schemes = [scheme for scheme in _SCHEMES if scheme in said]
    if not schemes:
        schemes = [origin.scheme if origin.scheme in _SCHEMES else "https"]
    return tuple(Server(url=f"{scheme}://{host}{'' if base == '/' else base}") for scheme in schemes)


def _server(node: JsonObject, place: Place, context: Context) -> Server:
    url = text_at(node, "url")
    given = node.get("variables")
    declared = given if isinstance(given, dict) else {}
    variables: dict[str, JsonObject] = {}
    for name in dict.fromkeys(_VARIABLE.findall(url)):
        variables[name] = _variable(declared.get(name))
    absent = [name for name in variables if not isinstance(declared.get(name), dict)]
    if absent:
        message = f"{', '.join(absent)} of this server is not declared; give the value with the connection."
        context.remarks.note(place, "server-variable", message)
    return Server(url=_whole(url, place, context), description=text_at(node, "description"), variables=variables)


def _variable(value: JsonValue) -> JsonObject:
    node = value if isinstance(value, dict) else {}
    choices = node.get("enum")
    allowed: list[JsonValue] = [str(item) for item in choices if item is not None] if isinstance(choices, list) else []
    variable: JsonObject = {"default": text_at(node, "default") or (allowed[0] if allowed else "")}
    if allowed:
        variable["enum"] = allowed
    if text_at(node, "description"):
        variable["description"] = text_at(node, "description")
    return variable


def _whole(url: str, place: Place, context: Context) -> str:
    """An absolute URL without a slash at its end, as far as the document's own URL makes that possible."""
    if url.startswith("{") or "://" in url:
        return url.rstrip("/")
    if context.source_url is None or "://" not in context.source_url:
        message = f"The server '{url or '/'}' is relative and the document has no URL; give the server when adding it."
        context.remarks.note(place, "server-relative", message)
        return url.rstrip("/") or "/"
    try:
        return (
            urljoin(context.source_url, url.replace("{", "%7B").replace("}", "%7D"))
            .replace("%7B", "{")
            .replace("%7D", "}")
            .rstrip("/")
        )
    except ValueError:
        context.remarks.loss(place, "server-invalid", f"'{url[:80]}' is no URL; give the server when adding it.")
        return "/"
