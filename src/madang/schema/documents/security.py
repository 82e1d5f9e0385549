"""Security schemes and requirements of every version in one form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from madang.kit.json import JsonObject, JsonValue
from madang.schema.documents.context import Context
from madang.schema.documents.places import Place
from madang.schema.documents.values import object_at, text_at
from madang.schema.functions import SecurityKind, SecurityRequirement, SecurityScheme

_HTTP: dict[str, SecurityKind] = {"basic": "basic", "bearer": "bearer"}
_PLAIN: dict[str, SecurityKind] = {
    "apikey": "apiKey",
    "oauth2": "oauth2",
    "openidconnect": "openIdConnect",
    "mutualtls": "mutualTLS",
    "basic": "basic",
    "bearer": "bearer",
}
_FLOW_URLS = ("authorizationUrl", "tokenUrl", "refreshUrl", "deviceAuthorizationUrl")
_SWAGGER_FLOWS = {
    "implicit": "implicit",
    "password": "password",
    "application": "clientCredentials",
    "accessCode": "authorizationCode",
}


def read_schemes(holder: JsonObject, key: str, place: Place, context: Context) -> tuple[SecurityScheme, ...]:
    """All schemes that can be used; another is told as a loss."""
    found: list[SecurityScheme] = []
    for name, value in object_at(holder, key, place, context.remarks).items():
        here = place.at(key, name)
        target = context.references.follow(value, here)
        node = target.value if target else None
        scheme = _scheme(name, node) if isinstance(node, dict) else None
        if scheme is None:
            said = text_at(node, "type") if isinstance(node, dict) else "nothing"
            message = (
                f"The security scheme '{name}' ({said or 'no type'}) is not one that can be used; it was left out."
            )
            context.remarks.loss(here, "security-scheme", message)
        else:
            found.append(scheme)
    return tuple(found)


def read_requirements(
    holder: JsonObject, place: Place, known: Mapping[str, SecurityScheme], context: Context
) -> tuple[SecurityRequirement, ...] | None:
    """The alternatives that `security` lists; None where there is no such list. An alternative that names an unknown
    scheme is left out."""
    value = holder.get("security")
    if isinstance(value, dict):
        value = [value]
    if not isinstance(value, list):
        return None
    found: list[SecurityRequirement] = []
    for index, item in enumerate(value):
        if not isinstance(item, dict):
            context.remarks.note(place.at("security", index), "wrong-type", "This requirement is no object.")
            continue
        unknown = [name for name in item if name not in known]
        if unknown:
            message = f"There is no usable security scheme '{unknown[0]}'; this alternative was left out."
            context.remarks.loss(place.at("security", index), "security-unknown", message)
            continue
        found.append({name: _scopes(scopes) for name, scopes in item.items()})
    return tuple(found)


def _scopes(value: JsonValue) -> Sequence[str]:
    return tuple(str(scope) for scope in value) if isinstance(value, list) else ()


def _scheme(name: str, node: JsonObject) -> SecurityScheme | None:
    said = text_at(node, "type").lower()
    kind = _HTTP.get(text_at(node, "scheme").lower()) if said == "http" else _PLAIN.get(said)
    if kind is None:
        return None
    scheme = SecurityScheme(name=name, kind=kind, description=text_at(node, "description"))
    if kind == "apiKey":
        location, parameter = text_at(node, "in").lower(), text_at(node, "name")
        if location not in ("query", "header", "cookie") or not parameter:
            return None
        return replace(scheme, location=location, parameter=parameter)
    if kind == "oauth2":
        return replace(scheme, flows=_flows(node))
    if kind == "openIdConnect":
        return replace(scheme, open_id_connect_url=text_at(node, "openIdConnectUrl") or None)
    return scheme


def _flows(node: JsonObject) -> JsonObject:
    flows = node.get("flows")
    if isinstance(flows, dict):
        return {name: _flow(flow) for name, flow in flows.items() if isinstance(flow, dict)}
    flow = _SWAGGER_FLOWS.get(text_at(node, "flow"))
    return {flow: _flow(node)} if flow else {}


def _flow(node: JsonObject) -> JsonObject:
    kept: JsonObject = {key: text_at(node, key) for key in _FLOW_URLS if text_at(node, key)}
    scopes = node.get("scopes")
    members = scopes if isinstance(scopes, dict) else {}
    kept["scopes"] = {name: text_at(members, name) for name in members}
    return kept
