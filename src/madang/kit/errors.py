"""The root of all errors that Madang raises on purpose, and what each means to an API and to a shell.

MadangError
├── InvalidError        422  the input is wrong; `errors` says where
├── UnauthenticatedError 401 nobody is signed in
├── ForbiddenError      403  signed in, but not allowed
├── NotFoundError       404  no such thing, or not yours
├── ConflictError       409  the thing has changed or exists already
├── PreconditionError   412  If-Match does not match
├── TooLargeError       413  more bytes than the limit
├── TooManyError        429  slower, please
├── UpstreamError       502  somebody else's server failed
├── UnavailableError    503  one of our own parts is not there
└── UsageError          400  wrong use, wrong setting, or server not running (exit status 2)

Rooms derive from these. An error is raised where it is noticed and translated once: by the backend to
`application/problem+json` (RFC 9457), by the command line to one line and an exit status.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from madang.kit.json import JsonObject


@dataclass(frozen=True, kw_only=True)
class FieldError:
    """One wrong place in an input: a JSON pointer (RFC 6901), a stable code, and a sentence for a person."""

    pointer: str
    code: str
    message: str

    def to_json(self) -> JsonObject:
        """The member of `errors` in a problem document."""
        return {"pointer": self.pointer, "code": self.code, "message": self.message}


class MadangError(Exception):
    """An error with a message for people: what, where and what to do. Never carries a secret."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"
    title: ClassVar[str] = "Something failed inside Madang"
    exit_status: ClassVar[int] = 1

    def __init__(self, detail: str, *, errors: Sequence[FieldError] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = tuple(errors)

    def to_problem(self) -> JsonObject:
        """The body of an `application/problem+json` answer, without `trace`, which the server adds."""
        problem: JsonObject = {
            "type": f"urn:madang:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        }
        if self.errors:
            problem["errors"] = [error.to_json() for error in self.errors]
        return problem


class UsageError(MadangError):
    """Wrong use, a wrong setting, or a server that is not running."""

    status = 400
    code = "usage"
    title = "Wrong use"
    exit_status = 2


class InvalidError(MadangError):
    """An input that breaks its rules; `errors` points at every wrong place."""

    status = 422
    code = "invalid"
    title = "The input is not valid"


class UnauthenticatedError(MadangError):
    """Nobody is signed in, or the proof of it is wrong or out of date."""

    status = 401
    code = "unauthenticated"
    title = "Sign in first"


class ForbiddenError(MadangError):
    """Signed in, but not allowed."""

    status = 403
    code = "forbidden"
    title = "Not allowed"


class NotFoundError(MadangError):
    """There is no such thing in this account. Another account's thing is answered the same way."""

    status = 404
    code = "not-found"
    title = "Not found"


class ConflictError(MadangError):
    """The thing exists already, is in use, or has changed meanwhile."""

    status = 409
    code = "conflict"
    title = "Conflict"


class PreconditionError(MadangError):
    """The `If-Match` of a change names a version that is not the newest."""

    status = 412
    code = "precondition"
    title = "Changed meanwhile"


class TooLargeError(MadangError):
    """More bytes, items or nesting than the limit, which the detail names."""

    status = 413
    code = "too-large"
    title = "Too large"


class TooManyError(MadangError):
    """Too many requests in too short a time."""

    status = 429
    code = "too-many"
    title = "Too many requests"

    def __init__(self, detail: str, *, retry_after_seconds: int) -> None:
        super().__init__(detail)
        self.retry_after_seconds = retry_after_seconds


class UpstreamError(MadangError):
    """A server that is not ours failed, refused to connect, or answered nonsense."""

    status = 502
    code = "upstream"
    title = "The other server failed"


class UnavailableError(MadangError):
    """One of our own parts (database, proxy, disk) cannot be reached now."""

    status = 503
    code = "unavailable"
    title = "Not available now"
