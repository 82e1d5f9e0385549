"""The error of a schema that no value fits, or for which none was found."""

from __future__ import annotations

from collections.abc import Sequence

from madang.kit.errors import FieldError, InvalidError
from madang.kit.json import pointer


class UngeneratableError(InvalidError):
    """No value could be made; `path` is the place in the value, `reason` what stands in the way there."""

    title = "No value fits the schema"

    def __init__(self, reason: str, path: Sequence[str | int] = ()) -> None:
        place = pointer(*path)
        message = f"no value can be made at {place or 'the top'}: {reason}"
        super().__init__(message, errors=[FieldError(pointer=place, code="ungeneratable", message=message)])
        self.reason = reason
        self.path = tuple(path)
