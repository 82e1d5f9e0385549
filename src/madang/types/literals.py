"""Whether a literal value has a type, and if not, why: bounds, lengths, patterns and formats."""

from __future__ import annotations

import re
from datetime import date, datetime

from madang.types.model import (
    BoolType,
    DateTimeType,
    DateType,
    FloatType,
    IntType,
    LiteralType,
    Scalar,
    StrType,
    Type,
)

_MOST_TEXT, _MOST_PATTERN, _MOST_LOOPS = 256, 100, 2
_LOOP = re.compile(r"(?<!\\)[*+]|\{\d+,\d*\}")
_LOOP_OVER_GROUP = re.compile(r"\)[*+{?]")


def fault_of(value: Scalar, type_: Type) -> str | None:
    """Why a literal does not fit a type of scalars, in words that follow "the value"; None where it does.

    Args:
        value: The literal.
        type_: A resolved type that is no union, list or object; of any other type every value is a fault.
    """
    match type_:
        case LiteralType():
            return None if (type(value), value) in type_.keys else "is none of the values that are allowed"
        case BoolType() if isinstance(value, bool):
            return None
        case StrType() if isinstance(value, str):
            return _text_fault(value, type_)
        case IntType() if _is_int(value):
            return _number_fault(value, type_.minimum, type_.maximum) or _multiple_fault(value, type_.multiple_of)
        case FloatType() if isinstance(value, int | float) and not isinstance(value, bool):
            return _number_fault(value, type_.minimum, type_.maximum)
        case DateTimeType() if isinstance(value, str):
            return None if _is_datetime(value) else "is no date and time as 2026-01-31T09:00:00Z"
        case DateType() if isinstance(value, str):
            return None if _is_date(value) else "is no date as 2026-01-31"
        case _:
            return "is of another type"


def _is_int(value: Scalar) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _text_fault(value: str, type_: StrType) -> str | None:
    if type_.min_length is not None and len(value) < type_.min_length:
        return f"is shorter than {type_.min_length}"
    if type_.max_length is not None and len(value) > type_.max_length:
        return f"is longer than {type_.max_length}"
    if type_.pattern is not None and not _may_match(type_.pattern, value):
        return f"does not match {type_.pattern}"
    return None


def _may_match(pattern: str, value: str) -> bool:
    """Whether the pattern is found, or cannot be tried in bounded time: it comes from a document."""
    if len(value) > _MOST_TEXT or len(pattern) > _MOST_PATTERN or _LOOP_OVER_GROUP.search(pattern):
        return True
    if len(_LOOP.findall(pattern)) > _MOST_LOOPS:
        return True
    try:
        return re.search(pattern, value) is not None
    except (re.error, OverflowError):
        return True


def _number_fault(value: Scalar, minimum: float | None, maximum: float | None) -> str | None:
    assert isinstance(value, int | float)
    if minimum is not None and value < minimum:
        return f"is below {minimum}"
    if maximum is not None and value > maximum:
        return f"is above {maximum}"
    return None


def _multiple_fault(value: Scalar, factor: int | None) -> str | None:
    assert isinstance(value, int)
    return f"is no multiple of {factor}" if factor and value % factor else None


def _is_datetime(value: str) -> bool:
    try:
        datetime.fromisoformat(value.replace("Z", "+00:00").replace("z", "+00:00"))
    except ValueError:
        return False
    return "T" in value.upper() or " " in value


def _is_date(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return len(value) == 10
