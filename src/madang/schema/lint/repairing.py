"""The overlay with which a document says what the reader had to guess."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from madang.kit.errors import MadangError
from madang.kit.json import JsonObject, JsonValue
from madang.schema.documents.values import is_deeper
from madang.schema.functions import FunctionSet, Remark
from madang.schema.lint import operation_fixes, schema_fixes
from madang.schema.lint.mending import Keys, Mending
from madang.schema.overlay.applying import unshared
from madang.schema.overlay.documents import dumped
from madang.schema.overlay.paths import path_of
from madang.schema.overlay.selecting import Steps, select, value_at
from madang.schema.overlay.values import Action, Overlay
from madang.schema.overlay.writing import difference, key_of, removal_at

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

MOVES = frozenset(("enum-repaired", "method-repaired", "path-repaired", "status-repaired", "wrong-type"))
"""Repairs that give a part another place. An overlay cannot move: it takes the part away and puts in a copy, and what
changes in the part later does not come through. The reader does them itself each time, so they are written only when
they are asked for."""


@dataclass(frozen=True, kw_only=True)
class Repair:
    """An overlay and the remarks, by code and pointer, that are gone when it is applied."""

    overlay: Overlay | None
    covered: frozenset[tuple[str, str]]


NOTHING = Repair(overlay=None, covered=frozenset())


def repair_of(document: JsonValue, found: FunctionSet, read: Read, *, moves: bool = False) -> Repair:
    """The overlay for what `found` remarks of a document; `read` reads the bytes of the repaired one.

    A repair that would lose an operation is not made, and neither is one that does not hold when it is read again.
    """
    if not isinstance(document, dict) or is_deeper(document, _MOST_LEVELS):
        return NOTHING
    wanted = FIXES.keys() if moves else FIXES.keys() - MOVES
    repairs = [remark for remark in found.remarks if remark.severity == "note" and remark.code in wanted]
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
    actions = [*_removals(mending, document), *difference(_without(mending, document), _finished(mending))]
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


def _finished(mending: Mending) -> JsonObject:
    mending.finish()
    return mending.document


def _removals(mending: Mending, document: JsonObject) -> list[Action]:
    """Actions for the items that leave lists: by what a parameter is called where that tells it, else by index."""
    return [
        removal_at((*keys, key_of(_items(document, keys), index)))
        for keys, _, indexes in mending.leaving()
        for index in indexes
    ]


def _without(mending: Mending, document: JsonObject) -> JsonObject:
    """The document without the items that leave, as the removals will have left it."""
    rest = unshared(document, Steps())
    for keys, _, indexes in mending.leaving():
        items = _items(rest, keys)
        for index in indexes:
            del items[index]
    return rest if isinstance(rest, dict) else {}


def _items(document: JsonValue, keys: Keys) -> list[JsonValue]:
    node = value_at(select([document], path_of(*keys), Steps())[0])
    return node if isinstance(node, list) else []


def _losses(found: FunctionSet) -> int:
    return sum(remark.severity != "note" for remark in found.remarks)
