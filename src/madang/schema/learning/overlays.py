"""What was learned of functions, as an overlay of the document that they come from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from madang.kit.json import JsonObject, JsonValue, unpointer
from madang.schema.functions import Function
from madang.schema.learning.shapes import Shape
from madang.schema.learning.writing import schema_of
from madang.schema.overlay.values import Action, Overlay
from madang.schema.overlay.writing import removal_at, update_at

DIALECTS = ("swagger-2.0", "openapi-3.0", "openapi-3.1", "openapi-3.2")
_SUCCESS = "The answer of success, as calls have seen it."


@dataclass(frozen=True, kw_only=True)
class Learned:
    """What samples of one function's answers of success say: the status they had, their media type, their shape."""

    function: Function
    status: int
    media_type: str
    shape: Shape

    @property
    def samples(self) -> int:
        """How many answers were looked at."""
        return self.shape.samples


def is_unknown(function: Function) -> bool:
    """Whether nothing is declared of what a function of a document gives back."""
    return function.kind == "openapi" and function.source.startswith("/") and function.result in (True, {})


def overlay_of_learned(title: str, dialect: str, learned: Iterable[Learned]) -> Overlay | None:
    """The overlay that declares what was learned; None where there is nothing that it could say."""
    actions = [action for each in learned for action in _actions(each, dialect)] if dialect in DIALECTS else []
    return Overlay(title=f"Answers of {title}"[:200], version="1", actions=actions) if actions else None


def learned_schema(learned: Learned, dialect: str) -> JsonObject:
    """The schema that is declared for one function; empty where its answers have nothing in common."""
    return schema_of(learned.shape, dialect)


def _actions(learned: Learned, dialect: str) -> Sequence[Action]:
    schema = learned_schema(learned, dialect)
    if not schema:
        return ()
    operation: tuple[str, ...] = tuple(unpointer(learned.function.source))
    status = str(learned.status)
    declared = next((each for each in learned.function.answers if each.status == status), None)
    description = declared.description if declared is not None and declared.description else _SUCCESS
    answer: JsonObject = {"description": description, **_content(schema, learned.media_type, dialect)}
    update: JsonObject = {"responses": {status: answer}}
    found = [update_at(operation, update, f"Learned from {learned.samples} answers.")]
    if declared is not None:
        # It may be a reference, beside which nothing counts.
        found.insert(0, removal_at((*operation, "responses", status)))
    return found


def _content(schema: JsonValue, media_type: str, dialect: str) -> JsonObject:
    if dialect == "swagger-2.0":
        return {"schema": schema}
    return {"content": {media_type: {"schema": schema}}}
