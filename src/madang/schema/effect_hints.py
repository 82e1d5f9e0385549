"""What a document says about effects beyond the method: the `x-madang-*` words and the idempotency header."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast, get_args

from madang.kit.json import JsonObject
from madang.schema.documents.normal import Operation
from madang.schema.documents.remarks import Remarks
from madang.schema.documents.values import is_deeper
from madang.types.effects import EffectClass, effect_of_method

_CLASSES = frozenset(get_args(EffectClass))
_MOST_LEVELS = 20
_KEY_HEADERS = frozenset(("idempotency-key", "x-idempotency-key"))


@dataclass(frozen=True, kw_only=True)
class EffectHints:
    """The effect class of an operation and what its repetition needs."""

    effect: EffectClass
    idempotency_header: str | None
    check: JsonObject | None
    price: JsonObject | None


def read_effect(operation: Operation, remarks: Remarks) -> EffectHints:
    """The hints of one operation; words that cannot be used are told and the method decides."""
    header = _header(operation, remarks)
    check = _check(operation, remarks)
    return EffectHints(
        effect=_effect(operation, header, check, remarks),
        idempotency_header=header,
        check=check,
        price=_object(operation, "x-madang-price", remarks),
    )


def _effect(operation: Operation, header: str | None, check: JsonObject | None, remarks: Remarks) -> EffectClass:
    implied = effect_of_method(operation.method)
    if implied == "unsafe" and header is not None:
        implied = "keyed"
    elif implied == "unsafe" and check is not None:
        implied = "checkable"
    if "x-madang-effect" not in operation.extensions:
        return implied
    said = operation.extensions["x-madang-effect"]
    lacks = {"keyed": header is None, "checkable": check is None}
    if isinstance(said, str) and said in _CLASSES and not lacks.get(said, False):
        return cast("EffectClass", said)
    if isinstance(said, str) and said in lacks:
        needed = "'x-madang-idempotency-header'" if said == "keyed" else "'x-madang-check'"
        message = f"The effect '{said}' needs {needed}; '{implied}' is used."
    else:
        message = f"'x-madang-effect' must be one of {', '.join(sorted(_CLASSES))}; '{implied}' is used."
    remarks.loss(operation.place.child("x-madang-effect"), "effect-invalid", message)
    return implied


def _header(operation: Operation, remarks: Remarks) -> str | None:
    said = operation.extensions.get("x-madang-idempotency-header")
    if isinstance(said, str) and said.strip():
        return said.strip()
    if said is not None:
        place = operation.place.child("x-madang-idempotency-header")
        remarks.loss(place, "effect-invalid", "'x-madang-idempotency-header' must be the name of a header.")
    headers: Sequence[str] = [each.name for each in operation.parameters if each.location == "header"]
    return next((name for name in headers if name.lower() in _KEY_HEADERS), None)


def _check(operation: Operation, remarks: Remarks) -> JsonObject | None:
    """The read that tells whether an act happened, and what it has to show (docs/flows/effects.md)."""
    check = _object(operation, "x-madang-check", remarks)
    if check is None:
        return None
    match, arguments = check.get("match"), check.get("arguments", {})
    if isinstance(check.get("operation"), str) and isinstance(match, dict) and match and isinstance(arguments, dict):
        return check
    message = "'x-madang-check' needs 'operation', the name of a read, and 'match', the members that it has to show."
    remarks.loss(operation.place.child("x-madang-check"), "effect-invalid", message)
    return None


def _object(operation: Operation, key: str, remarks: Remarks) -> JsonObject | None:
    value = operation.extensions.get(key)
    if isinstance(value, dict) and not is_deeper(value, _MOST_LEVELS):
        return value
    if value is not None:
        remarks.loss(operation.place.child(key), "extension-invalid", f"'{key}' must be an object; it was left out.")
    return None
