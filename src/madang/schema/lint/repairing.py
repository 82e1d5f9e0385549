"""The overlay with which a document says what the reader had to guess."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from madang.kit.errors import MadangError
from madang.kit.json import JsonObject, JsonValue
from madang.schema.documents.values import is_deeper
from madang.schema.functions import FunctionSet, Remark
from madang.schema.lint import operation_fixes, schema_fixes
from madang.schema.lint.mending import Mending
from madang.schema.overlay.applying import unshared
from madang.schema.overlay.documents import dumped
from madang.schema.overlay.selecting import Steps
from madang.schema.overlay.values import Overlay
from madang.schema.overlay.writing import difference

Fix = Callable[[Mending, list[str]], bool]
Read = Callable[[bytes], FunctionSet]

_MOST_LEVELS = 300

FIXES: Mapping[str, Fix] = {
    "answer-repaired": operation_fixes.fix_answer,
    "answers-missing": operation_fixes.fix_missing_answers,
    "body-empty": operation_fixes.fix_empty_body,
    "body-schemaless": operation_fixes.fix_missing_schema,
    "enum-empty": lambda mending, keys: mending.remove(keys),
    "enum-repaired": schema_fixes.fix_enum,
    "header-ignored": operation_fixes.fix_unused_parameter,
    "host-repaired": operation_fixes.fix_host,
    "method-repaired": operation_fixes.fix_method,
    "null-ignored": schema_fixes.fix_null,
    "parameter-location-repaired": operation_fixes.fix_location,
    "parameter-schema": operation_fixes.fix_parameter_schema,
    "parameter-schemaless": operation_fixes.fix_missing_schema,
    "parameter-twice": operation_fixes.fix_parameter_twice,
    "path-parameter-missing": operation_fixes.fix_missing_path_parameters,
    "path-parameter-repaired": operation_fixes.fix_parameter_name,
    "path-parameter-unused": operation_fixes.fix_unused_parameter,
    "path-repaired": operation_fixes.fix_path,
    "ref-repaired": schema_fixes.fix_reference,
    "ref-siblings": schema_fixes.fix_siblings,
    "required-moved": schema_fixes.fix_required,
    "status-repaired": operation_fixes.fix_status,
    "style-repaired": operation_fixes.fix_style,
    "type-repaired": schema_fixes.fix_type,
    "wrong-type": schema_fixes.fix_wrong_type,
}
"""How each repair of the reader is written down; repairs that are not here say nothing that a document could."""


@dataclass(frozen=True, kw_only=True)
class Repair:
    """An overlay and the remarks, by code and pointer, that are gone when it is applied."""

    overlay: Overlay | None
    covered: frozenset[tuple[str, str]]


NOTHING = Repair(overlay=None, covered=frozenset())


def repair_of(document: JsonValue, found: FunctionSet, read: Read) -> Repair:
    """The overlay for what `found` remarks of a document; `read` reads the bytes of the repaired one.

    A repair that would lose an operation is not made, and neither is one that does not hold when it is read again.
    """
    if not isinstance(document, dict) or is_deeper(document, _MOST_LEVELS):
        return NOTHING
    repairs = [remark for remark in found.remarks if remark.severity == "note" and remark.code in FIXES]
    made = _try(document, found, read, repairs)
    if made is not None:
        return made
    # Some fix does harm: those that do not are found one code at a time.
    kept: list[Remark] = []
    for code in dict.fromkeys(remark.code for remark in repairs):
        wished = [*kept, *(remark for remark in repairs if remark.code == code)]
        if _try(document, found, read, wished) is not None:
            kept = wished
    return _try(document, found, read, kept) or NOTHING


def _try(document: JsonObject, found: FunctionSet, read: Read, repairs: Sequence[Remark]) -> Repair | None:
    """The overlay of some repairs, or None where the repaired document offers less than before."""
    whole = unshared(document, Steps())
    if not repairs or not isinstance(whole, dict):
        return NOTHING
    mending = Mending(whole)
    done = {
        (remark.code, remark.pointer)
        for remark in repairs
        if (keys := mending.keys(remark.pointer)) is not None and FIXES[remark.code](mending, keys)
    }
    mending.finish()
    actions = difference(document, whole)
    if not actions:
        return NOTHING
    try:
        after = read(dumped(whole))
    except MadangError:
        return None
    if len(after.functions) < len(found.functions) or after.found < found.found or _losses(after) > _losses(found):
        return None
    left = {(remark.code, remark.pointer) for remark in after.remarks}
    overlay = Overlay(title=f"Repairs of {found.title or 'a document'}"[:200], version="1", actions=actions)
    return Repair(overlay=overlay, covered=frozenset(done - left))


def _losses(found: FunctionSet) -> int:
    return sum(remark.severity != "note" for remark in found.remarks)
