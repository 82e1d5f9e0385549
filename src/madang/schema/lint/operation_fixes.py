"""Repairs of paths, operations, parameters and answers, written into the document as the reader understood them."""

from __future__ import annotations

import re

from madang.kit.json import JsonObject, JsonValue, unpointer
from madang.schema.documents.parameters import template_names
from madang.schema.lint.mending import Mending

_STATUS = re.compile(r"[1-5](?:\d\d|XX)\Z")
_STATUS_INSIDE = re.compile(r"(?<!\d)[1-5]\d\d(?!\d)")
_OF_3 = ("path", "query", "header", "cookie")
_OF_2 = ("path", "query", "header", "body", "formData")
_NOT_SCHEMA_OF_3 = frozenset(
    (
        *("name", "in", "required", "description", "schema", "content", "style", "explode", "allowReserved"),
        *("example", "examples", "deprecated", "allowEmptyValue"),
    )
)
_UNKNOWN_ANSWER = "Not described."


def fix_method(mending: Mending, keys: list[str]) -> bool:
    """A method in small letters."""
    return mending.rename(keys, keys[-1].strip().lower()) if keys else False


def fix_path(mending: Mending, keys: list[str]) -> bool:
    """A path begins with `/`."""
    return mending.rename(keys, "/" + keys[-1]) if len(keys) == 2 and keys[0] == "paths" else False


def fix_missing_path_parameters(mending: Mending, keys: list[str]) -> bool:
    """Names in the braces of a path are declared as required text."""
    operation = mending.object_at(keys)
    if operation is None or len(keys) < 3 or keys[0] != "paths":
        return False
    item = mending.object_at(keys[:2]) or {}
    declared = {_name_in_path(each, mending) for each in (*_listed(item), *_listed(operation))}
    missing = [name for name in template_names(keys[1].partition("?")[0]) if name not in declared]
    if not missing or not isinstance(operation.setdefault("parameters", []), list):
        return False
    own = operation["parameters"]
    made = [_text_parameter(name, mending) for name in missing]
    operation["parameters"] = [*own, *made] if isinstance(own, list) else [*made]
    return True


def fix_unused_parameter(mending: Mending, keys: list[str]) -> bool:
    """A parameter that is never sent leaves its list; one that is shared stays."""
    return mending.remove(keys) if len(keys) > 2 and keys[0] == "paths" and keys[-2] == "parameters" else False


def fix_parameter_name(mending: Mending, keys: list[str]) -> bool:
    """A parameter is called as in the braces of its path."""
    node = mending.object_at(keys)
    if node is None or len(keys) < 3 or keys[0] != "paths":
        return False
    said = str(node.get("name", "")).strip("{}: *+").lower()
    name = next((each for each in template_names(keys[1]) if each.strip(" *+").lower() == said), None)
    if name is None:
        return False
    node["name"] = name
    return True


def fix_parameter_twice(mending: Mending, keys: list[str]) -> bool:
    """Of two parameters of one name the last stays."""
    node, listed = mending.object_at(keys), mending.at(keys[:-1]) if keys else None
    if node is None or not isinstance(listed, list) or "$ref" in node:
        return False
    same = (node.get("name"), node.get("in"))
    earlier = [
        index
        for index, each in enumerate(listed[: int(keys[-1])])
        if isinstance(each, dict) and (each.get("name"), each.get("in")) == same
    ]
    return bool(earlier) and all(mending.remove([*keys[:-1], str(index)]) for index in earlier)


def fix_location(mending: Mending, keys: list[str]) -> bool:
    """A parameter says where it is."""
    node = mending.object_at(keys)
    if node is None:
        return False
    is_old = "swagger" in mending.document
    known = {each.lower(): each for each in (_OF_2 if is_old else _OF_3)}
    name, said = str(node.get("name", "")), str(node.get("in", "")).lower()
    path = keys[1] if len(keys) > 2 and keys[0] == "paths" else ""
    if said in known:
        node["in"] = known[said]
    elif f"{{{name}}}" in path:
        node["in"] = "path"
    else:
        node["in"] = "body" if is_old and "schema" in node else "query"
    return True


def fix_parameter_schema(mending: Mending, keys: list[str]) -> bool:
    """What describes a parameter's value stands under `schema`; in Swagger 2.0 beside `name`."""
    node = mending.object_at(keys)
    if node is None:
        return False
    if "swagger" in mending.document:
        schema = node.get("schema")
        if not isinstance(schema, dict) or "$ref" in schema:
            return False
        del node["schema"]
        node.update({key: value for key, value in schema.items() if key not in node})
        return True
    inner: JsonObject = {key: node.pop(key) for key in list(node) if key not in _NOT_SCHEMA_OF_3 and key[:2] != "x-"}
    node["schema"] = inner
    return True


def fix_missing_schema(mending: Mending, keys: list[str]) -> bool:
    """A parameter or body without a schema says that any value is taken."""
    node = mending.object_at(keys)
    if node is None:
        return False
    node["schema"] = {"type": "string"} if node.get("in") == "path" else {}
    return True


def fix_empty_body(mending: Mending, keys: list[str]) -> bool:
    """A body without a media type leaves its operation."""
    return mending.remove(keys) if keys and keys[-1] == "requestBody" else False


def fix_missing_answers(mending: Mending, keys: list[str]) -> bool:
    """An operation without answers says that any may come."""
    operation = mending.object_at(keys)
    if operation is None:
        return False
    operation["responses"] = {"default": {"description": _UNKNOWN_ANSWER}}
    return True


def fix_answer(mending: Mending, keys: list[str]) -> bool:
    """An answer is an object with a description."""
    said = mending.at(keys)
    return mending.put(keys, {"description": said if isinstance(said, str) else _UNKNOWN_ANSWER})


def fix_status(mending: Mending, keys: list[str]) -> bool:
    """A status is three digits."""
    status = keys[-1].strip().upper().rstrip(".") if keys else ""
    inside = _STATUS_INSIDE.search(status)
    good = status if _STATUS.match(status) else inside.group() if inside else None
    return mending.rename(keys, good) if good is not None else False


def fix_style(mending: Mending, keys: list[str]) -> bool:
    """A style that the location does not know leaves."""
    node = mending.object_at(keys)
    return node is not None and node.pop("style", None) is not None


def fix_host(mending: Mending, keys: list[str]) -> bool:
    """A host has no scheme."""
    host = mending.document.get("host")
    if keys != ["host"] or not isinstance(host, str) or "://" not in host:
        return False
    mending.document["host"] = host.split("://", 1)[1]
    return True


def _listed(holder: JsonObject) -> list[JsonValue]:
    listed = holder.get("parameters")
    return listed if isinstance(listed, list) else []


def _name_in_path(value: JsonValue, mending: Mending) -> str | None:
    """The name of a parameter in the path, after references in this document."""
    for _ in range(20):
        ref = value.get("$ref") if isinstance(value, dict) else None
        if not (isinstance(ref, str) and ref.startswith("#/")):
            break
        value = mending.at(unpointer(ref[1:]))
    return str(value.get("name")) if isinstance(value, dict) and value.get("in") == "path" else None


def _text_parameter(name: str, mending: Mending) -> JsonObject:
    schema: JsonObject = {"type": "string"} if "swagger" in mending.document else {"schema": {"type": "string"}}
    return {"name": name, "in": "path", "required": True, **schema}
