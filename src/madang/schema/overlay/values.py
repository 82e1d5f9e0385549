"""An overlay, and what applying one came to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from madang.kit.json import JsonObject, JsonValue
from madang.schema.overlay.paths import Path

VERSION = "1.0.0"


@dataclass(frozen=True, kw_only=True)
class Action:
    """One change: everything that `target` selects is removed, or has `update` merged in or appended."""

    target: str
    path: Path = field(repr=False)
    update: JsonValue = None
    is_removal: bool = False
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class Overlay:
    """A whole overlay document, its actions in the order in which they are applied."""

    title: str
    version: str
    actions: Sequence[Action]
    extends: str | None = None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What one action did: how many places its target `matched`, how many of them it `changed`, and why not the rest.

    `position` is the action's index in the overlay.
    """

    position: int
    target: str
    matched: int
    changed: int
    problem: str = ""

    def to_json(self) -> JsonObject:
        """The form in which it is reported."""
        return dict(vars(self))


@dataclass(frozen=True, kw_only=True)
class Applied:
    """The changed document and what each action did; the document that was given is as it was."""

    value: JsonValue
    outcomes: Sequence[Outcome]
