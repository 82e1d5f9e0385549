"""What a version of a connector writes: its functions, schemas, remarks and terms as records for COPY.

Pure, and free of rows and sessions: for a large document it is worked out in another thread than requests are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from madang.catalog.literals import terms_literal
from madang.catalog.ranking import Terms, has_title, lead_of, terms_of
from madang.kit.ids import new_id
from madang.kit.json import JsonValue
from madang.schema.functions import Function, FunctionSet
from madang.schema.references import reachable
from madang.schema.stored import function_to_json

Record = tuple[Any, ...]

FUNCTION_COLUMNS: Final = (
    "id",
    "account_id",
    "connector_id",
    "version_id",
    "position",
    "name",
    "model_name",
    "method",
    "path",
    "title",
    "effect",
    "is_deprecated",
    "definition",
    "refers_to",
)
SCHEMA_COLUMNS: Final = ("version_id", "name", "account_id", "body", "refers_to")
TERMS_VERSION: Final = 1
"""Raised with every change of how functions become terms: older ones are then made anew (`catalog.terms`)."""

MAX_LEAD: Final = 110
"""So that the name is not cut off behind a long first sentence."""

REMARK_COLUMNS: Final = ("version_id", "position", "account_id", "severity", "pointer", "code", "message")


@dataclass(frozen=True, kw_only=True)
class VersionPlace:
    """Where the records of a version belong."""

    account: str
    connector_id: str
    connector: str
    version_id: str


@dataclass(frozen=True, kw_only=True)
class FoundTerms:
    """What functions are found by: columns by name, one entry a function, and how many functions have each term,
    anywhere and in name or title."""

    columns: Mapping[str, Sequence[Any]]
    counts: Mapping[str, tuple[int, int]]


@dataclass(frozen=True, kw_only=True)
class VersionRecords:
    """All records of a version, in the order of the columns above."""

    functions: Sequence[Record]
    schemas: Sequence[Record]
    remarks: Sequence[Record]
    terms: FoundTerms


def records_of(offered: FunctionSet, place: VersionPlace) -> VersionRecords:
    """The records of all that a document offers, with fresh identifiers."""
    functions = [(new_id("fn"), function) for function in offered.functions]
    return VersionRecords(
        functions=list(_function_records(place, functions, offered)),
        schemas=list(_schema_records(place, offered)),
        remarks=[
            (place.version_id, position, place.account, each.severity, each.pointer, each.code, each.message)
            for position, each in enumerate(offered.remarks)
        ],
        terms=find_terms(place, functions, offered.title),
    )


def count_with_loss(offered: FunctionSet) -> int:
    """How many functions have a loss somewhere inside their own operation."""
    losses = {remark.pointer for remark in offered.remarks if remark.severity == "loss"}
    within = {above for pointer in losses for above in _and_above(pointer)}
    return sum(function.source in within for function in offered.functions)


def passage(function: Function) -> str:
    """The short text that an embedding is made of: what people call it, then its name as words."""
    called = function.title if has_title(function) else lead_of(function)[:MAX_LEAD] or function.title
    return f"{called}. {function.name.replace('.', ' ').replace('_', ' ')}"


def _and_above(pointer: str) -> Iterable[str]:
    while pointer:
        yield pointer
        pointer = pointer.rpartition("/")[0]


def _function_records(
    place: VersionPlace, functions: Sequence[tuple[str, Function]], offered: FunctionSet
) -> Iterable[Record]:
    names = dict.fromkeys(offered.schemas, True)
    for position, (function_id, function) in enumerate(functions):
        yield (
            function_id,
            place.account,
            place.connector_id,
            place.version_id,
            position,
            function.name,
            function.model_name,
            function.method,
            function.path,
            function.title,
            function.effect,
            function.is_deprecated,
            orjson.dumps(function_to_json(function)).decode(),
            _referred(_roots(function), names),
        )


def _schema_records(place: VersionPlace, offered: FunctionSet) -> Iterable[Record]:
    names = dict.fromkeys(offered.schemas, True)
    for name, body in offered.schemas.items():
        yield place.version_id, name, place.account, orjson.dumps(body).decode(), _referred([body], names)


def _roots(function: Function) -> list[JsonValue]:
    """All schemas of a function."""
    arguments = [argument.schema for argument in function.arguments]
    return [*arguments, function.result, *(answer.schema for answer in function.answers)]


def _referred(roots: Iterable[JsonValue], names: Mapping[str, bool]) -> list[str]:
    """The names that schemas refer to directly: each name stands for a schema without references of its own."""
    return sorted(reachable(roots, names))


def find_terms(place: VersionPlace, functions: Sequence[tuple[str, Function]], title: str) -> FoundTerms:
    """What functions with their identifiers are found by; `title` is that of their document."""
    found = [(function_id, function, terms_of(function, place.connector, title)) for function_id, function in functions]
    return FoundTerms(
        columns={
            "ids": [function_id for function_id, _, _ in found],
            "acts": [terms.act for _, _, terms in found],
            "deprecated": [terms.is_deprecated for _, _, terms in found],
            "terms": [terms_literal(terms) for _, _, terms in found],
            "passages": [passage(function) for _, function, _ in found],
        },
        counts=_counts(terms for _, _, terms in found),
    )


def _counts(found: Iterable[Terms]) -> dict[str, tuple[int, int]]:
    """In how many functions each term is: anywhere, and in name or title."""
    functions: Counter[str] = Counter()
    named: Counter[str] = Counter()
    for terms in found:
        functions.update({token for tokens in terms.fields.values() for token in tokens})
        named.update({*terms.fields.get("name", ()), *terms.fields.get("title", ())})
    return {term: (count, named[term]) for term, count in functions.items()}
