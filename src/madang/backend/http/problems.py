"""Every error as `application/problem+json` (RFC 9457). Translated here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

import orjson
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from madang.kit.errors import (
    ConflictError,
    FieldError,
    InvalidError,
    MadangError,
    NotFoundError,
    TooLargeError,
    TooManyError,
    UnauthenticatedError,
    UnavailableError,
    UsageError,
)
from madang.kit.json import pointer

MEDIA_TYPE: Final = "application/problem+json"

_UNIQUE_VIOLATION: Final = "23505"
_NOT_STORABLE: Final = frozenset({"22021", "22P05"})
_TRY_AGAIN: Final = frozenset({"40001", "40P01"})
_NOT_THERE: Final = ("08", "53", "57P")
_PLACES: Final = frozenset({"body", "query", "path", "header", "cookie"})
_CODES: Final[Mapping[str, str]] = {"missing": "required", "extra_forbidden": "unknown", "json_invalid": "json"}


class MethodNotAllowedError(MadangError):
    """The path exists, but not with this method."""

    status = 405
    code = "method-not-allowed"
    title = "Method not allowed"

    def __init__(self, allowed: Sequence[str]) -> None:
        super().__init__(f"this path takes {', '.join(allowed) or 'other methods'}")
        self.allowed = tuple(allowed)


class InternalError(MadangError):
    """A fault of ours. What it was is in the log under the trace id, not in the answer."""


def translate(error: Exception) -> MadangError:
    """What an error means to the caller. Anything unforeseen is an InternalError without a word of what it was."""
    if isinstance(error, MadangError):
        return error
    if isinstance(error, RequestValidationError):
        return _of_validation(error.errors())
    if isinstance(error, HTTPException):
        return _of_http(error)
    return _of_database(error) or InternalError(
        "this is a fault of the server; its log has more under the trace id of this answer"
    )


def problem_response(error: MadangError, trace: str | None) -> Response:
    """The answer for an error."""
    headers: dict[str, str] = {}
    if isinstance(error, UnauthenticatedError):
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, TooManyError):
        headers["Retry-After"] = str(error.retry_after_seconds)
    if isinstance(error, MethodNotAllowedError):
        headers["Allow"] = ", ".join(error.allowed)
    body = orjson.dumps({**error.to_problem(), "trace": trace})
    return Response(body, status_code=error.status, media_type=MEDIA_TYPE, headers=headers)


def _of_validation(errors: Sequence[Any]) -> InvalidError:
    found = [_field(error) for error in errors]
    names = ", ".join(field.pointer or "the body" for field in found[:5])
    return InvalidError(f"not valid: {names}", errors=found)


def _field(error: Mapping[str, Any]) -> FieldError:
    kind = str(error["type"])
    place: list[str | int] = [*error["loc"]]
    if place and place[0] in _PLACES:
        place = place[1:]
    if kind == "json_invalid":
        return FieldError(pointer="", code="json", message=f"not JSON: {error['ctx']['error']} at character {place[0]}")
    return FieldError(pointer=pointer(*place), code=_CODES.get(kind, kind.replace("_", "-")), message=str(error["msg"]))


def _of_http(error: HTTPException) -> MadangError:
    match error.status_code:
        case HTTPStatus.NOT_FOUND:
            return NotFoundError("there is nothing at this path")
        case HTTPStatus.METHOD_NOT_ALLOWED:
            return MethodNotAllowedError([name for name in (error.headers or {}).get("Allow", "").split(", ") if name])
        case HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return TooLargeError(error.detail)
        case status if status < HTTPStatus.INTERNAL_SERVER_ERROR:
            return UsageError(error.detail)
        case _:
            return InternalError("this is a fault of the server; its log has more under the trace id of this answer")


def _of_database(error: Exception) -> MadangError | None:
    if isinstance(error, PoolTimeoutError | ConnectionError | TimeoutError):
        return UnavailableError("the database cannot be reached now; try again in a moment")
    if not isinstance(error, DBAPIError):
        return None
    code = str(getattr(error.orig, "sqlstate", None) or "")
    if code == _UNIQUE_VIOLATION:
        return ConflictError("this exists already")
    if code in _NOT_STORABLE:
        return InvalidError("a text has a character that cannot be stored, as U+0000")
    if code in _TRY_AGAIN:
        return ConflictError("somebody changed the same thing at the same time; try again")
    if error.connection_invalidated or code.startswith(_NOT_THERE):
        return UnavailableError("the database cannot be reached now; try again in a moment")
    return None
