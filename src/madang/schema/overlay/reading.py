"""From the bytes of an overlay document to its value, with a place for everything that is wrong."""

from __future__ import annotations

import re

from madang.kit.errors import FieldError, InvalidError, TooLargeError
from madang.kit.json import JsonObject, JsonValue, pointer
from madang.schema.documents.limits import Limits
from madang.schema.documents.loading import load_document
from madang.schema.documents.values import is_deeper, kind_of, text_at
from madang.schema.overlay.path_syntax import PathError, parse_path
from madang.schema.overlay.values import Action, Overlay

MOST_BYTES = 5_000_000
MOST_ACTIONS = 20_000
MOST_LEVELS = 100
_READ = re.compile(r"1\.0(\.\d+)?\Z")
_MOST_ERRORS = 20


def read_overlay(data: bytes) -> Overlay:
    """The overlay of a text in JSON or YAML.

    Raises:
        InvalidError: no JSON or YAML, no overlay, or one of another version than 1.0; `errors` has every wrong place.
        TooLargeError: more bytes, actions or levels than are read.
    """
    if len(data) > MOST_BYTES:
        raise TooLargeError(f"an overlay has at most {MOST_BYTES:,} bytes; this one has {len(data):,}")
    if not data.strip():
        raise InvalidError("the overlay is empty")
    try:
        value = load_document(data, Limits(document_bytes=MOST_BYTES, yaml_depth=MOST_LEVELS + 10))
    except InvalidError as error:
        raise InvalidError(f"the overlay cannot be read: {error.detail}") from None
    return overlay_of(value)


def overlay_of(value: JsonValue) -> Overlay:
    """The overlay that a JSON value is. Raises as `read_overlay`."""
    if not isinstance(value, dict):
        raise _invalid(f"an overlay is an object; this is {kind_of(value)}", "overlay-type", "")
    if is_deeper(value, MOST_LEVELS):
        raise TooLargeError(f"an overlay has at most {MOST_LEVELS} levels")
    _check_version(value)
    given = value.get("actions")
    if not isinstance(given, list) or not given:
        raise _invalid("an overlay has 'actions', a list of at least one", "actions-missing", "/actions")
    if len(given) > MOST_ACTIONS:
        raise TooLargeError(f"an overlay has at most {MOST_ACTIONS:,} actions; this one has {len(given):,}")
    info = value.get("info")
    said = info if isinstance(info, dict) else {}
    return Overlay(
        title=text_at(said, "title"),
        version=text_at(said, "version"),
        extends=text_at(value, "extends") or None,
        actions=_actions(given),
    )


def _check_version(value: JsonObject) -> None:
    said = text_at(value, "overlay")
    if not said:
        kind = "an OpenAPI document" if "openapi" in value or "swagger" in value else "no overlay"
        raise _invalid(
            f"this is {kind}: an overlay says 'overlay: 1.0.0' at its top", "overlay-version-missing", "/overlay"
        )
    if not _READ.match(said):
        raise _invalid(f"the overlay is of version '{said[:40]}'; 1.0 is read", "overlay-version", "/overlay")


def _actions(given: list[JsonValue]) -> tuple[Action, ...]:
    found: list[Action] = []
    errors: list[FieldError] = []
    for position, value in enumerate(given):
        action = _action(value, pointer("actions", position))
        if isinstance(action, Action):
            found.append(action)
        else:
            errors.append(action)
    if errors:
        more = f" (and {len(errors) - 1} more actions are wrong)" if len(errors) > 1 else ""
        raise InvalidError(f"{errors[0].pointer}: {errors[0].message}{more}", errors=errors[:_MOST_ERRORS])
    return tuple(found)


def _action(value: JsonValue, place: str) -> Action | FieldError:
    if not isinstance(value, dict):
        return FieldError(pointer=place, code="action-type", message=f"an action is an object, not {kind_of(value)}")
    target = value.get("target")
    if not isinstance(target, str):
        return FieldError(pointer=f"{place}/target", code="target-missing", message="an action has a 'target', a text")
    removes = value.get("remove", False)
    if not isinstance(removes, bool):
        return FieldError(pointer=f"{place}/remove", code="remove-type", message="'remove' is true or false")
    if not removes and "update" not in value:
        message = "an action has 'update', or 'remove: true'"
        return FieldError(pointer=place, code="action-empty", message=message)
    try:
        path = parse_path(target)
    except PathError as error:
        return FieldError(pointer=f"{place}/target", code="target-invalid", message=error.detail)
    return Action(
        target=target,
        path=path,
        update=value.get("update"),
        is_removal=removes,
        description=text_at(value, "description"),
    )


def _invalid(message: str, code: str, place: str) -> InvalidError:
    return InvalidError(message, errors=[FieldError(pointer=place, code=code, message=message)])
