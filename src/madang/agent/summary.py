"""The answer of the agent without a model, by the shape of the result. (To be replaced by the full one.)"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from madang.catalog.values import CatalogFunction, FunctionSummary
from madang.kit.json import JsonObject

Language = Literal["ko", "en"]


def language_of(text: str) -> Language:
    """The language of some words."""
    return "ko" if any("가" <= character <= "힣" for character in text) else "en"


def nothing_fits(nearest: Sequence[FunctionSummary], language: Language) -> str:
    """That nothing fits, and what is nearest."""
    return f"Nothing fits: {', '.join(each.full_name for each in nearest)}" if language == "en" else "맞는 기능이 없습니다"


def summarise(function: CatalogFunction, state: str, outcome: JsonObject, language: Language) -> str:
    """How a call went."""
    return f"{function.full_name}: {state} {outcome.get('status', outcome.get('reason', ''))} ({language})"
