"""Failures as `application/problem+json` (RFC 9457). Never repeats what was sent: it may hold a password."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from madang.kit.errors import FieldError, InvalidError, MadangError, NotFoundError, TooLargeError, UnavailableError
from madang.kit.json import pointer
from madang.logs import get_logger

MEDIA_TYPE = "application/problem+json"

_MESSAGES: Mapping[str, str] = {
    "extra_forbidden": "there is no such field",
    "missing": "must be given",
    "string_pattern_mismatch": "has characters that are not allowed here",
    "json_invalid": "is not JSON",
    "model_attributes_type": "must be a JSON object, sent as application/json",
}
_OUTAGES = frozenset({"08", "28", "3D", "53", "57"})
_NOT_MIGRATED = frozenset({"3F000", "42P01"})
_log = get_logger("bbs")


class BadRequestError(MadangError):
    """A request that cannot be read at all."""

    status = 400
    code = "bad-request"
    title = "The request cannot be read"


class MethodError(MadangError):
    """A path that does not know the method."""

    status = 405
    code = "method"
    title = "Method not allowed here"


def add_problem_handlers(app: FastAPI) -> None:
    """Make every failure of the application a problem document."""
    app.add_exception_handler(MadangError, _on_own)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    for kind in (DBAPIError, PoolTimeoutError, OSError):
        app.add_exception_handler(kind, _on_database)
    app.add_exception_handler(Exception, _on_unforeseen)


def problem_response(error: MadangError, headers: Mapping[str, str] | None = None) -> Response:
    """The answer that an error means."""
    return JSONResponse(error.to_problem(), status_code=error.status, media_type=MEDIA_TYPE, headers=headers)


def field_errors(found: Sequence[Mapping[str, Any]]) -> list[FieldError]:
    """What the validation found, as pointers into the body or to a parameter by its name."""
    return [_field_error(error) for error in found]


def _field_error(error: Mapping[str, Any]) -> FieldError:
    code = str(error["type"])
    place = cast("Sequence[str | int]", error["loc"])[1:]
    return FieldError(
        pointer="" if code == "json_invalid" else pointer(*place),
        code=code,
        message=_MESSAGES.get(code, str(error["msg"])),
    )


async def _on_own(_: Request, error: Exception) -> Response:
    assert isinstance(error, MadangError)
    return problem_response(error)


async def _on_invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors = field_errors(error.errors())
    places = ", ".join(sorted({place.pointer or "the body" for place in errors}))
    return problem_response(InvalidError(f"the request is wrong at {places}; see errors", errors=errors))


async def _on_http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    known: dict[int, MadangError] = {
        404: NotFoundError("there is nothing at this path; /openapi.json lists what there is"),
        405: MethodError("this path does not know the method; /openapi.json lists what there is"),
        413: TooLargeError(error.detail),
    }
    found = known.get(error.status_code, BadRequestError("the request cannot be read; send JSON in UTF-8"))
    return problem_response(found, error.headers)


async def _on_database(_: Request, error: Exception) -> Response:
    if isinstance(error, DBAPIError) and not _is_outage(error):
        raise error
    _log.error("the database cannot be used", kind=type(error).__name__)
    return problem_response(
        UnavailableError("the board cannot reach its database now; try again soon"), {"Retry-After": "5"}
    )


def _is_outage(error: DBAPIError) -> bool:
    """Whether the database is away, refuses us or is not migrated, by its SQLSTATE, and not a statement at fault."""
    state = str(getattr(error.orig, "sqlstate", None) or "08000")
    return error.connection_invalidated or state[:2] in _OUTAGES or state in _NOT_MIGRATED


async def _on_unforeseen(_: Request, error: Exception) -> Response:
    return problem_response(MadangError("the board failed; the log of the server says more"))
