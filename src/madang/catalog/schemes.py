"""Security schemes that a connection declares itself, because its document asks for nothing. Pure.

All of them that have a credential go into a call together, so no two may write to the same place of a request.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from madang.kit.errors import ConflictError, FieldError
from madang.schema.functions import SecurityScheme

MOST_SCHEMES = 10

_NAME = re.compile(r"[A-Za-z0-9_.-]{1,80}")
_PARAMETER = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,80}")
_KINDS = ("apiKey", "basic", "bearer")
_FRAMING = frozenset({"host", "content-length", "transfer-encoding", "connection", "te", "trailer", "upgrade"})


def scheme_errors(schemes: Sequence[SecurityScheme]) -> list[FieldError]:
    """What is wrong with the schemes of a connection."""
    errors = [error for index, scheme in enumerate(schemes) for error in _errors(index, scheme)]
    if len(schemes) > MOST_SCHEMES:
        errors.append(FieldError(pointer="/security_schemes", code="count", message=f"at most {MOST_SCHEMES}"))
    for index, scheme in enumerate(schemes):
        earlier = schemes[:index]
        if scheme.name in {each.name for each in earlier}:
            errors.append(_error(index, "name", "unique", f"there are two schemes {scheme.name!r}"))
        elif _place(scheme) in {_place(each) for each in earlier}:
            where = " ".join(_place(scheme))
            errors.append(_error(index, "kind", "unique", f"another scheme writes to {where} already"))
    return errors


def check_kept(
    before: Sequence[SecurityScheme], after: Sequence[SecurityScheme], credentials: Mapping[str, str]
) -> None:
    """Raise ConflictError where a scheme that has a credential would go or become another: the secret would be left."""
    for scheme in before:
        if scheme.name in credentials and scheme not in after:
            raise ConflictError(
                f"the scheme {scheme.name!r} has a credential; remove that first "
                f"(`madang connection credential CONNECTION {scheme.name} --remove`)"
            )


def stored_schemes(stored: Any) -> tuple[SecurityScheme, ...]:
    """Schemes as they were written to a row."""
    return tuple(SecurityScheme(**scheme) for scheme in stored or ())


def _errors(index: int, scheme: SecurityScheme) -> list[FieldError]:
    errors: list[FieldError] = []
    if not _NAME.fullmatch(scheme.name):
        errors.append(_error(index, "name", "name", "1 to 80 of A-Z, a-z, 0-9, '_', '.' and '-'"))
    if scheme.kind not in _KINDS:
        errors.append(_error(index, "kind", "kind", f"one of {', '.join(_KINDS)}"))
    if scheme.kind == "apiKey":
        errors += _key_errors(index, scheme)
    return errors


def _key_errors(index: int, scheme: SecurityScheme) -> list[FieldError]:
    errors: list[FieldError] = []
    if scheme.location is None:
        errors.append(_error(index, "location", "required", "header, query or cookie, as it is an apiKey"))
    parameter = scheme.parameter or ""
    if not _PARAMETER.fullmatch(parameter):
        message = "the name of the header, query parameter or cookie, without blanks"
        errors.append(_error(index, "parameter", "name", message))
    elif scheme.location == "header" and parameter.lower() in _FRAMING:
        errors.append(_error(index, "parameter", "name", f"{parameter} is the connection's own header"))
    return errors


def _place(scheme: SecurityScheme) -> tuple[str, str]:
    """Where a scheme writes: the location, and the name there."""
    if scheme.kind != "apiKey":
        return "header", "authorization"
    name = scheme.parameter or ""
    return scheme.location or "", name.lower() if scheme.location == "header" else name


def _error(index: int, field: str, code: str, message: str) -> FieldError:
    return FieldError(pointer=f"/security_schemes/{index}/{field}", code=code, message=message)
