"""Whether a value fits its place, said where the difference is and with what would mend it."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from madang.swl.check.codes import BAD_VALUE, MAYBE_NONE, MISFIT, UNKNOWN_PROPERTY
from madang.swl.check.reports import listed
from madang.swl.check.suggestions import nearest
from madang.swl.check.walking import Walk
from madang.swl.diagnostics import Fix
from madang.types.covers import Difference, Path, covers
from madang.types.model import (
    AnyType,
    DateTimeType,
    DateType,
    FloatType,
    IntType,
    LiteralType,
    RecordType,
    StrType,
    Type,
    resolve,
)
from madang.types.printing import scalar_text, text_of
from madang.types.unions import members_of


def fit(walk: Walk, expected: Type, node: ast.expr, actual: Type, subject: str) -> bool:
    """Report where `actual` does not fit `expected`; True where it does.

    Args:
        walk: The walk.
        expected: What the place wants.
        node: The expression.
        actual: Its type.
        subject: What the place is, to begin a sentence with, as "The argument `title`".
    """
    found = covers(expected, actual)
    if found is None:
        return True
    where, rest = place_of(node, found.path)
    _report(walk, found, where, rest, subject)
    return False


def count_edge(walk: Walk, actual: Type) -> None:
    """Count one value that reaches a parameter, typed or not."""
    if isinstance(resolve(actual), AnyType):
        walk.facts.untyped_edges += 1
    else:
        walk.facts.typed_edges += 1


def place_of(node: ast.expr, path: Path) -> tuple[ast.expr, Path]:
    """The inner node of displays that a path leads to, and what is left of the path there."""
    while path:
        inner = _member(node, path[0])
        if inner is None:
            break
        node, path = inner, path[1:]
    return node, path


def path_text(path: Path) -> str:
    """A path as people write it: `items[].name`."""
    text = ""
    for each in path:
        text += each if each in {"[]", "{}"} else f".{each}" if text else each
    return text


def _member(node: ast.expr, name: str) -> ast.expr | None:
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and key.value == name:
                return value
    if isinstance(node, ast.List) and name == "[]" and len(node.elts) == 1:
        return node.elts[0]
    return None


def _report(walk: Walk, found: Difference, where: ast.expr, rest: Path, subject: str) -> None:
    whole = path_text(found.path)
    of = f"`{whole}` of {subject[0].lower()}{subject[1:]}" if found.path else subject
    expected, actual = text_of(found.expected), given_text(found.actual)
    path = whole or None
    match found.reason:
        case "type":
            hint, fixes = _conversion(walk, found, where, rest)
            code, message = MISFIT, f"{of} must be {expected}, not {actual}."
        case "optional":
            hint, fixes = _guard(walk, where, rest), ()
            code, message = MAYBE_NONE, f"{of} may be `None`, and {expected} is wanted."
        case "missing":
            hint, fixes = f"Give `{found.path[-1]}: {expected}`.", ()
            code, message = MISFIT, f"{subject} lacks the property `{whole}`."
            actual = ""
        case "unknown":
            hint, fixes = _declared(walk, found, where)
            code, message = UNKNOWN_PROPERTY, f"{subject} has a property `{whole}` that is not declared."
            actual = ""
        case "value":
            hint, fixes = _allowed(walk, found, where, rest)
            code, message = BAD_VALUE, f"{of} {found.words}."
    at: ast.AST = where
    walk.reports.add(code, at, message, hint=hint, fixes=fixes, expected=expected, actual=actual or None, path=path)


def _conversion(walk: Walk, found: Difference, where: ast.expr, rest: Path) -> tuple[str | None, Sequence[Fix]]:
    wanted, given = resolve(found.expected), resolve(found.actual)
    if isinstance(wanted, LiteralType) or any(isinstance(resolve(each), LiteralType) for each in members_of(wanted)):
        return _allowed(walk, found, where, rest)
    name = _converter(wanted, given)
    if name is None or rest:
        return None, ()
    text = walk.reports.text.text_of(where)
    if isinstance(where, ast.Constant):
        written = _respelled(where.value, name)
        return (f"Write `{written}`.", [walk.reports.replacing(where, written)]) if written else (None, ())
    written = f"{text}.{name}()" if name in {"isoformat", "date"} else f"{name}({text})"
    return f"Convert it: `{written}`.", [walk.reports.replacing(where, written)]


def _respelled(value: object, name: str) -> str | None:
    """A literal of the other type that says the same."""
    if name == "str":
        return scalar_text(str(value))
    if name in {"int", "float"} and isinstance(value, str) and value.strip().lstrip("-").isdecimal():
        return value.strip()
    return None


def given_text(type_: Type) -> str:
    """A type in words; of a single literal its value."""
    found = resolve(type_)
    if isinstance(found, LiteralType) and len(found.values) == 1:
        return scalar_text(found.values[0])
    return text_of(type_)


def _converter(wanted: Type, given: Type) -> str | None:
    kinds = [resolve(each) for each in members_of(given)]
    is_number = all(_is_number(each) for each in kinds)
    is_text = all(_is_text(each) for each in kinds)
    match wanted:
        case StrType() if is_number:
            return "str"
        case StrType() if all(isinstance(each, DateTimeType | DateType) for each in kinds):
            return "isoformat"
        case IntType() if is_text or is_number:
            return "int"
        case FloatType() if is_text:
            return "float"
        case DateTimeType() if is_text:
            return "datetime.fromisoformat"
        case DateType() if all(isinstance(each, DateTimeType) for each in kinds):
            return "date"
        case DateType() if is_text:
            return "date.fromisoformat"
        case _:
            return None


def _is_number(type_: Type) -> bool:
    if isinstance(type_, LiteralType):
        return all(isinstance(value, int | float) and not isinstance(value, bool) for value in type_.values)
    return isinstance(type_, IntType | FloatType)


def _is_text(type_: Type) -> bool:
    if isinstance(type_, LiteralType):
        return all(isinstance(value, str) for value in type_.values)
    return isinstance(type_, StrType)


def _guard(walk: Walk, where: ast.expr, rest: Path) -> str:
    if isinstance(where, ast.Name | ast.Attribute) and not rest:
        return f"Ask before: `if {walk.reports.text.text_of(where)} is not None:`."
    return "Bind it to a name and ask before: `if x is not None:`."


def _declared(walk: Walk, found: Difference, where: ast.expr) -> tuple[str | None, Sequence[Fix]]:
    record = resolve(found.expected)
    if not isinstance(record, RecordType):
        return None, ()
    meant = nearest(found.path[-1], record.by_name)
    return (f"Did you mean `{meant}`?" if meant else f"It has {listed(record.by_name)}."), ()


def _allowed(walk: Walk, found: Difference, where: ast.expr, rest: Path) -> tuple[str | None, Sequence[Fix]]:
    values = [
        value
        for each in members_of(found.expected)
        if isinstance(inner := resolve(each), LiteralType)
        for value in inner.values
    ]
    if not values:
        return None, ()
    given = where.value if isinstance(where, ast.Constant) else None
    meant = nearest(given, [each for each in values if isinstance(each, str)]) if isinstance(given, str) else None
    if meant is not None and not rest:
        return f"Did you mean `{meant}`?", [walk.reports.replacing(where, scalar_text(meant))]
    return f"Allowed are {listed([scalar_text(each) for each in values])}.", ()
