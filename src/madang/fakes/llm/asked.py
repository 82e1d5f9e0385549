"""What the readers of both vendors' requests share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from madang.fakes.llm.wire import BadRequestError

M = TypeVar("M", bound=BaseModel)


def parse(kind: type[M], body: object) -> M:
    """The body as its model. Raises BadRequestError with the first wrong place."""
    try:
        return kind.model_validate(body)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BadRequestError(f"{place or 'body'}: {first['msg']}", param=place or None) from None


def check(is_right: bool, message: str, param: str | None = None) -> None:
    """Raise BadRequestError where something is not right."""
    if not is_right:
        raise BadRequestError(message, param=param)


def asked_text(content: str | Sequence[dict[str, Any]] | None) -> str:
    """The text of a message's content: itself, or its text parts joined by line breaks."""
    if content is None or isinstance(content, str):
        return content or ""
    return "\n".join(str(part.get("text", "")) for part in content if part.get("type") == "text")
