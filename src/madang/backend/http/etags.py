"""ETag and If-Match (RFC 9110, 8.8.3 and 13.1.1) for things that count their revisions."""

from __future__ import annotations

import re
from typing import Annotated, Final

from fastapi import Header

from madang.kit.errors import PreconditionError

IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match", description="The `ETag` that was read last; the change is refused if there is a newer one."
    ),
]
_ETAG: Final = re.compile(r'"r(\d{1,9})"')


def etag_of(revision: int) -> str:
    """The ETag of a revision."""
    return f'"r{revision}"'


def expected_revision(if_match: str | None) -> int | None:
    """The revision that an If-Match names; None where it is absent or `*`.

    Raises PreconditionError for a text that is no ETag of ours.
    """
    if if_match is None or if_match.strip() == "*":
        return None
    match = _ETAG.fullmatch(if_match.strip())
    if match is None:
        raise PreconditionError("If-Match is not an ETag that this server gave")
    return int(match[1])
