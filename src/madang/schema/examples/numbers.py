"""A number that fits several schemas at once: their bounds and steps."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from random import Random

from madang.kit.json import JsonObject, JsonValue
from madang.schema.examples.errors import UngeneratableError

_USUAL = 100
_LARGEST = 2**53


def make_number(parts: Sequence[JsonObject], rng: Random, *, is_integer: bool) -> int | float:
    """A number for all parts together. Raises UngeneratableError."""
    low, high = _bounds(parts)
    step = _step(parts)
    if is_integer and step is None:
        step = Fraction(1)
    elif is_integer and step is not None:
        step = _common(step, Fraction(1))
    if step is None:
        return _between(low, high, rng)
    first, last = _multiples(low, high, step)
    if first > last:
        raise UngeneratableError(f"no multiple of {float(step):g} from {_said(low)} to {_said(high)}")
    value = rng.randint(first, last) * step
    return int(value) if value.denominator == 1 else float(value)


_Bound = tuple[Fraction, bool] | None
"""A bound and whether it is itself left out."""


def _bounds(parts: Sequence[JsonObject]) -> tuple[_Bound, _Bound]:
    lows = [*_found(parts, "minimum", is_open=False), *_found(parts, "exclusiveMinimum", is_open=True)]
    highs = [*_found(parts, "maximum", is_open=False), *_found(parts, "exclusiveMaximum", is_open=True)]
    return (
        max(lows, key=lambda bound: (bound[0], bound[1]), default=None),
        min(highs, key=lambda bound: (bound[0], not bound[1]), default=None),
    )


def _found(parts: Sequence[JsonObject], keyword: str, *, is_open: bool) -> Iterator[tuple[Fraction, bool]]:
    for part in parts:
        number = _fraction(part.get(keyword))
        if number is not None:
            yield number, is_open


def _fraction(value: JsonValue) -> Fraction | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    return Fraction(str(value))


def _step(parts: Sequence[JsonObject]) -> Fraction | None:
    steps = [step for part in parts if (step := _fraction(part.get("multipleOf"))) is not None and step > 0]
    if not steps:
        return None
    whole = steps[0]
    for step in steps[1:]:
        whole = _common(whole, step)
    return whole


def _common(left: Fraction, right: Fraction) -> Fraction:
    """The least common multiple."""
    return Fraction(
        math.lcm(left.numerator * right.denominator, right.numerator * left.denominator),
        left.denominator * right.denominator,
    )


def _multiples(low: _Bound, high: _Bound, step: Fraction) -> tuple[int, int]:
    """The first and last factor of the step within the bounds, or within a usual range where there are none."""
    first = None if low is None else math.ceil(low[0] / step) + (low[1] and (low[0] / step).denominator == 1)
    last = None if high is None else math.floor(high[0] / step) - (high[1] and (high[0] / step).denominator == 1)
    usual = max(1, int(_USUAL / step))
    if first is None and last is None:
        return 1, usual
    if first is None:
        return min(1, last or 0) if (last or 0) >= 1 else (last or 0) - usual, min(last or 0, _LARGEST)
    if last is None:
        return first, first + usual
    return first, min(last, first + usual)


def _between(low: _Bound, high: _Bound, rng: Random) -> int | float:
    """A number without a step: a usual one with two digits behind the point where the bounds have room for it."""
    first, last = _multiples(low, high, Fraction(1, 100))
    if first <= last:
        value = rng.randint(first, last) / 100
        return int(value) if value.is_integer() else value
    if low is None or high is None or low[0] > high[0] or (low[0] == high[0] and (low[1] or high[1])):
        raise UngeneratableError(f"no number from {_said(low)} to {_said(high)}")
    middle = (low[0] + high[0]) / 2
    return int(middle) if middle.denominator == 1 else float(middle)


def _said(bound: _Bound) -> str:
    return "any" if bound is None else f"{'beyond ' if bound[1] else ''}{float(bound[0]):g}"
