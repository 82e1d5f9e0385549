"""The 200 requests: words of a person, and what they should lead to.

One JSON object a line in `tests/requests/requests.jsonl`: `operations` are `METHOD path` of the document, each as
right as the others, and none where nothing fits; `arguments` are those that the words state, and absent where exactness
is not asked. Ranking was tuned on the half marked `tune`; the half marked `held` says what the figures are worth.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from madang.kit.json import JsonObject, JsonValue

FILE = Path(__file__).resolve().parents[1] / "requests" / "requests.jsonl"

Language = Literal["en", "ko"]
Split = Literal["tune", "held"]
LANGUAGES: Sequence[Language] = ("en", "ko")
SPLITS: Sequence[Split] = ("tune", "held")


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request and what is right for it."""

    text: str
    language: Language
    split: Split
    operations: Sequence[str]
    document: str | None = None
    arguments: Mapping[str, JsonValue] | None = None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the finder, and the composer on the right function, made of a request.

    `rank` counts from 1 and is None where no right function is among the first ten. `arguments` are what the composer
    gave, None where it was not asked.
    """

    request: Request
    best: str
    rank: int | None
    fits: bool
    value: float
    seconds: float
    arguments: JsonObject | None = None

    @property
    def is_found(self) -> bool:
        """Whether the right function is first, and said to fit."""
        return self.fits and self.rank == 1

    @property
    def is_exact(self) -> bool:
        """Whether the composer gave what the words state, and no more."""
        return self.arguments is not None and self.arguments == self.request.arguments


def read_requests() -> list[Request]:
    """All requests, in the order of the file."""
    return [Request(**json.loads(line)) for line in FILE.read_text().splitlines()]


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Shares of 1 over some requests; None where there is none to count."""

    requests: int
    top_1: float | None
    recall_10: float | None
    unsaid: float | None
    exact: float | None
    false_fits: float | None


def figures(outcomes: Sequence[Outcome]) -> Figures:
    """Count. `unsaid` are requests that something fits and the finder says nothing does."""
    meant = [each for each in outcomes if each.request.operations]
    idle = [each for each in outcomes if not each.request.operations]
    stated = [each for each in meant if each.arguments is not None]
    return Figures(
        requests=len(outcomes),
        top_1=_share(each.is_found for each in meant),
        recall_10=_share(each.rank is not None for each in meant),
        unsaid=_share(not each.fits for each in meant),
        exact=_share(each.is_exact for each in stated),
        false_fits=_share(each.fits for each in idle),
    )


def _share(holds: Iterable[bool]) -> float | None:
    found = list(holds)
    return round(sum(found) / len(found), 3) if found else None
