"""Values of the right type that one keyword of a schema refuses."""

from __future__ import annotations

from collections.abc import Iterator

from madang.kit.json import JsonObject, JsonValue
from madang.schema.explain import fits_text

_LONGEST = 20_000
_MOST_ITEMS = 2_000
_BREAKERS = ("", "\u0000", "!", "~ ~", "A" * 300, "0")
Spoilt = Iterator[tuple[JsonValue, str]]


def spoilt_text(part: JsonObject) -> Spoilt:
    """Texts that are too short or too long, or break the pattern or the format."""
    low, high = part.get("minLength"), part.get("maxLength")
    if isinstance(low, int) and low > 0:
        yield "", "length"
    if isinstance(high, int) and high < _LONGEST:
        yield "x" * (high + 1), "length"
    for keyword in ("pattern", "format"):
        rule = part.get(keyword)
        if isinstance(rule, str):
            broken = next((text for text in _BREAKERS if not fits_text(keyword, rule, text)), None)
            if broken is not None:
                yield broken, keyword


def spoilt_number(value: float, part: JsonObject) -> Spoilt:
    """Numbers below or above a bound, or beside a step."""
    for keyword, step in (("minimum", -1), ("maximum", 1), ("exclusiveMinimum", 0), ("exclusiveMaximum", 0)):
        bound = part.get(keyword)
        if isinstance(bound, (int, float)) and abs(bound) < 2**53:
            whole = int(bound) if float(bound).is_integer() else bound
            yield whole + step, "range"
    multiple = part.get("multipleOf")
    if isinstance(multiple, int) and multiple > 1:
        yield int(value) - int(value) % multiple + 1, "range"


def spoilt_list(value: list[JsonValue], part: JsonObject) -> Spoilt:
    """Lists with too few or too many items, or with one twice."""
    low, high = part.get("minItems"), part.get("maxItems")
    if isinstance(low, int) and low > 0:
        yield value[: low - 1], "count"
    if isinstance(high, int) and high < _MOST_ITEMS and value:
        yield [*value, *[value[-1]] * (high + 1 - len(value))], "count"
    if part.get("uniqueItems") is True and value and not (isinstance(high, int) and len(value) >= high):
        yield [*value, value[0]], "unique"
