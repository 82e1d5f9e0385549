"""A document's bytes with an overlay applied, before anything else reads them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import orjson

from madang.kit.json import JsonValue
from madang.schema.documents.limits import STANDARD, Limits
from madang.schema.documents.loading import load
from madang.schema.functions import FunctionSet, Remark
from madang.schema.overlay.applying import apply_overlay
from madang.schema.overlay.reading import read_overlay
from madang.schema.overlay.values import Outcome, Overlay

_MOST_TOLD = 200


@dataclass(frozen=True, kw_only=True)
class Overlaid:
    """A document as JSON with an overlay applied, what was noticed while it was read, and what each action did."""

    data: bytes = field(repr=False)
    notes: Sequence[str]
    outcomes: Sequence[Outcome]

    def told(self, found: FunctionSet) -> FunctionSet:
        """The functions of `data`, with remarks on the actions that did nothing or not all of what they say."""
        return replace(found, remarks=(*self._remarks(), *found.remarks))

    def _remarks(self) -> Sequence[Remark]:
        remarks = [_remark(outcome) for outcome in self.outcomes if outcome.problem or not outcome.matched]
        if self.notes:
            text = " ".join(self.notes[:20])
            remarks.insert(0, Remark(severity="note", pointer="", code="text-repaired", message=text))
        return remarks[:_MOST_TOLD]


def overlay_document(data: bytes, overlay: bytes | Overlay, limits: Limits = STANDARD) -> Overlaid:
    """Apply an overlay to a document. Raises InvalidError and TooLargeError for either."""
    actions = read_overlay(overlay) if isinstance(overlay, bytes) else overlay
    loaded = load(data, limits)
    applied = apply_overlay(loaded.value, actions)
    return Overlaid(data=dumped(applied.value), notes=loaded.notes, outcomes=applied.outcomes)


def dumped(value: JsonValue) -> bytes:
    """A value as JSON, numbers of any length included."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode()


def _remark(outcome: Outcome) -> Remark:
    place = f"overlay#/actions/{outcome.position}"
    shown = outcome.target if len(outcome.target) <= 200 else outcome.target[:199] + "…"
    if not outcome.matched:
        message = f"The target {shown} selects nothing; this action of the overlay did nothing."
        return Remark(severity="note", pointer=place, code="overlay-unmatched", message=message)
    message = f"At {outcome.matched - outcome.changed} places of {shown}: {outcome.problem}."
    return Remark(severity="note", pointer=place, code="overlay-unfit", message=message)
