"""A text that fits several schemas at once: their formats, patterns and lengths."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from madang.kit.json import JsonObject
from madang.schema.examples.errors import UngeneratableError
from madang.schema.examples.formats import WORDS, texts_in
from madang.schema.examples.patterns import text_for
from madang.schema.explain import fits_text, is_linear_pattern

_LONGEST = 2**20
_PATTERN_TRIES = 30


def make_text(parts: Sequence[JsonObject], rng: Random) -> str:
    """A text for all parts together. Raises UngeneratableError."""
    low = max((bound for part in parts if isinstance(bound := part.get("minLength"), int)), default=0)
    high = min((bound for part in parts if isinstance(bound := part.get("maxLength"), int)), default=_LONGEST)
    if low > high or low > _LONGEST:
        raise UngeneratableError(f"a text of at least {low} and at most {high} characters")
    patterns = [text for part in parts if isinstance(text := part.get("pattern"), str) and is_linear_pattern(text)]
    formats = [name for part in parts if isinstance(name := part.get("format"), str)]
    rules = [*(("pattern", pattern) for pattern in patterns), *(("format", name) for name in formats)]
    for text in _candidates(patterns, formats, rng, low, high):
        if low <= len(text) <= high and all(fits_text(keyword, rule, text) for keyword, rule in rules):
            return text
    said = " and ".join(f"the {keyword} {rule}" for keyword, rule in rules)
    raise UngeneratableError(f"no text of {low} to {high} characters was found for {said}")


def _candidates(patterns: Sequence[str], formats: Sequence[str], rng: Random, low: int, high: int) -> Iterator[str]:
    for name in formats:
        yield from texts_in(name, rng, low)
    for _ in range(_PATTERN_TRIES if patterns else 0):
        for pattern in dict.fromkeys(patterns):
            text = text_for(pattern, rng, low, high)
            if text is not None:
                yield text
    for _ in range(3):
        yield words(rng, low, high)
    yield "1" * max(low, min(high, 1))
    yield "A" * max(low, min(high, 1))


def words(rng: Random, low: int, high: int) -> str:
    """Plain words of `low` to `high` characters."""
    text = rng.choice(WORDS) if high < 16 else " ".join(rng.sample(WORDS, rng.randint(1, 2)))
    if len(text) < low:
        more = " ".join(WORDS)
        text = f"{text} {(more + ' ') * (low // len(more) + 1)}"[:low]
        text = text[:-1] + "a" if text.endswith(" ") else text
    return text[:high].rstrip() if len(text[:high].rstrip()) >= low else text[: max(low, 0)]
