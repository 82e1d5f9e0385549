"""What the proxy answers itself, as `application/problem+json` (RFC 9457). Never holds a secret, a path or a query.

MadangError
├── BadRequestError       400  the request cannot be read one way only
├── RequestSlowError      408  it does not come to its end
├── HeadTooLargeError     431  its head is too large
├── GrantError            401  no valid grant (net.grants)
├── NotGrantedError       403  the grant does not cover this function or connection
├── CredentialError       403  the connection's credential is missing or does not fit
├── AddressRefusedError   403  the guard refuses the address (net.guard)
├── NotFoundError         404  no such connection or function
├── StaleEpochError       409  another owner has taken over the run
├── TooLargeError         413  the body is too large
├── UpstreamFailedError   502  the other server failed (net.upstream)
│   └── UpstreamSlowError 504  it is too slow
└── UnavailableError      503  the call cannot be recorded, so it is not made
"""

from __future__ import annotations

from http import HTTPStatus

import orjson

from madang.kit.errors import ConflictError, ForbiddenError, MadangError
from madang.net.http1 import Header, head_bytes


class BadRequestError(MadangError):
    """A request that two servers might read in two ways, or that is no HTTP/1.1."""

    status = 400
    code = "bad-request"
    title = "The request is not proper HTTP"


class RequestSlowError(MadangError):
    """The client did not send its request to the end in time."""

    status = 408
    code = "request-slow"
    title = "The request came too slowly"


class HeadTooLargeError(MadangError):
    """A request whose first line and headers are over the limit."""

    status = 431
    code = "head-too-large"
    title = "Request headers too large"


class NotGrantedError(ForbiddenError):
    """The grant is valid, but not for this."""

    code = "not-granted"
    title = "Not granted"


class CredentialError(ForbiddenError):
    """The connection's credential is missing, does not fit its scheme, or is not accepted."""

    code = "credential"
    title = "The credential cannot be used"


class StaleEpochError(ConflictError):
    """A newer owner of the run has been heard of."""

    code = "stale-epoch"
    title = "Another worker has taken over"


def reason_of(status: int) -> bytes:
    """The words after a status code; an empty text for a code that has none."""
    return _REASONS.get(status, b"")


def answer_bytes(status: int, headers: list[Header], body: bytes, *, keep_alive: bool, is_head: bool = False) -> bytes:
    """A whole answer of our own."""
    lines = list(headers)
    if status != 204:
        lines.append((b"Content-Length", str(len(body)).encode()))
    if not keep_alive:
        lines.append((b"Connection", b"close"))
    head = head_bytes(b"HTTP/1.1 %d %b" % (status, reason_of(status)), lines)
    return head if is_head or status == 204 else head + body


def problem_headers(error: MadangError, *, sent: bool) -> list[Header]:
    """The headers of a problem, `Madang-Sent` among them."""
    headers = [(b"Content-Type", b"application/problem+json"), (b"Madang-Sent", b"1" if sent else b"0")]
    if error.status == 401:
        headers.append((b"WWW-Authenticate", b'Bearer realm="madang"'))
    return headers


def problem_body(error: MadangError, call_id: str) -> bytes:
    """The body of a problem."""
    return orjson.dumps({**error.to_problem(), "call": call_id})


_REASONS = {status.value: status.phrase.encode() for status in HTTPStatus}
