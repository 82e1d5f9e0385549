"""What stands before every emitted program: the carriers of errors, and the few functions that programs call.

The interpreter has no exceptions of its own making, and one carries one text. So the errors of the language are carried
by built-in ones that nothing else in a program raises; the text is JSON. Names that begin with `_` are ours: those of a
program have `v_` or `f_` before them.
"""

from __future__ import annotations

from collections.abc import Mapping

CARRIERS: Mapping[str, str] = {
    "CallError": "DecimalException",
    "Rejected": "InvalidOperation",
    "NotFound": "ConversionSyntax",
    "Conflict": "DivisionImpossible",
    "RateLimited": "InvalidContext",
    "Unavailable": "Rounded",
    "Timeout": "Clamped",
    "InDoubt": "IsADirectoryError",
    "LockLost": "FileExistsError",
    "Expired": "NotADirectoryError",
}
"""The built-in exception that carries each error of the language; those of `decimal` have the same tree."""

DATA_ERRORS = "(IndexError, KeyError, ValueError, TypeError, ZeroDivisionError)"
"""What `except DataError` catches."""

PRELUDE = """import asyncio as _asyncio
import json
import json as _json
import math
import re
from datetime import date, datetime, timedelta
from decimal import Clamped, ConversionSyntax, DecimalException, DivisionImpossible
from decimal import InvalidContext, InvalidOperation, Rounded

_omit = b"omit"


def _get(value, name):
    return value.get(name) if isinstance(value, dict) else value[name]


def _dt(value):
    return datetime.fromisoformat(value.replace("Z", "+00:00")) if isinstance(value, str) else value


def _day(value):
    return date.fromisoformat(value) if isinstance(value, str) else value


def _given(arguments, optional):
    kept = {}
    for name in arguments:
        value = arguments[name]
        if value == _omit or (value is None and name in optional):
            continue
        kept[name] = value
    return kept


def _format(value, spec):
    return ("{:" + spec + "}").format(value)


def _error(error):
    try:
        return _json.loads(error.args[0])
    except (IndexError, TypeError, ValueError):
        return {"message": str(error)}


async def _par(items, limit, body):
    items = list(items)
    out = [None] * len(items)
    following = [0]
    errors = []

    async def worker():
        while following[0] < len(items) and not errors:
            index = following[0]
            following[0] = index + 1
            try:
                out[index] = await body(index, items[index])
            except BaseException as error:
                errors.append((index, error))

    await _asyncio.gather(*[worker() for _ in range(max(1, min(limit, len(items))))])
    if errors:
        errors.sort(key=lambda pair: pair[0])
        raise errors[0][1]
    return out


"""
