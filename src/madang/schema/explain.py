"""Says why a value does not fit a schema, with the deepest cause: for a union the errors of the branch that was meant.

The fast answer (fits or not) is jsonschema-rs's. Its error lists nest the errors of every branch of every union, which
grows exponentially where unions are recursive; so the cause is looked for here, each pair of value and schema once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

import jsonschema_rs

from madang.kit.json import JsonObject, JsonValue, canonical
from madang.schema.describe import describe, describe_count, describe_options, describe_range, own_types, type_of
from madang.schema.references import References

_DEPTH_LIMIT = 64
_PROBLEM_LIMIT = 50
_NAMES_COMPARED = 500
_REGEX = jsonschema_rs.RegexOptions()

Segments = tuple[str | int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One wrong place below the value: where, what kind, what was wanted, what stood there, and a hint."""

    path: Segments
    code: str
    expected: str
    value: JsonValue = None
    hint: str = ""

    def below(self, segment: str | int) -> Problem:
        """The same problem seen from one level up."""
        return Problem(
            path=(segment, *self.path), code=self.code, expected=self.expected, value=self.value, hint=self.hint
        )


@lru_cache(maxsize=4096)
def _text_rule(keyword: str, rule: str) -> jsonschema_rs.Draft202012Validator | None:
    try:
        return jsonschema_rs.Draft202012Validator({keyword: rule}, validate_formats=True, pattern_options=_REGEX)
    except (jsonschema_rs.ValidationError, ValueError):
        return None


def is_linear_pattern(pattern: str) -> bool:
    """Whether the linear engine takes the pattern; look-around and back references are beyond it."""
    return _text_rule("pattern", pattern) is not None


def fits_text(keyword: str, rule: JsonValue, value: str) -> bool:
    """Whether a text fits a `pattern` or `format`; a rule that cannot be checked lets anything through."""
    validator = _text_rule(keyword, rule) if isinstance(rule, str) else None
    return validator is None or validator.is_valid(value)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`did you mean "title"?`, or empty where nothing is near."""
    names = [name for name, _ in zip(known, range(_NAMES_COMPARED), strict=False) if len(name) <= 128]
    if not names or len(word) > 128:
        return ""
    folded = {name.casefold().replace("-", "_"): name for name in reversed(names)}
    found = get_close_matches(word.casefold().replace("-", "_"), list(folded), n=1, cutoff=0.7)
    return f'did you mean "{folded[found[0]]}"?' if found else ""


class Explainer:
    """Finds the problems of values under schemas that share references. One explainer serves one value."""

    def __init__(self, references: References) -> None:
        self._references = references
        self._known: dict[tuple[int, int], list[Problem]] = {}

    def problems(self, value: JsonValue, schema: JsonValue, depth: int = 0) -> list[Problem]:
        """Why the value does not fit, at most some dozens; empty where it fits or where the cause is out of reach."""
        resolved = self._references.resolve(schema)
        if depth >= _DEPTH_LIMIT:
            return []
        key = (id(value), id(resolved))
        known = self._known.get(key)
        if known is None:
            # A circle of schemas over one value adds nothing to what the circle's other members say.
            self._known[key] = []
            known = self._known[key] = self._check(value, resolved, depth)[:_PROBLEM_LIMIT]
        return known

    def _check(self, value: JsonValue, schema: JsonObject, depth: int) -> list[Problem]:
        if schema.get("not") == {}:
            return [Problem(path=(), code="unknown", expected="nothing here", value=value)]
        kind = type_of(value)
        if "type" in schema and kind not in own_types(schema):
            return [Problem(path=(), code="type", expected=describe(schema, self._references), value=value)]
        found = _check_options(value, schema)
        if found:
            return found
        if isinstance(value, str):
            found = self._text(value, schema)
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            found = self._number(value, schema)
        elif isinstance(value, list):
            found = self._list(value, schema, depth)
        elif isinstance(value, dict):
            found = self._object(value, schema, depth)
        return found + self._combined(value, schema, depth)

    def _text(self, value: str, schema: JsonObject) -> list[Problem]:
        expected = describe(schema, self._references)
        low, high = schema.get("minLength"), schema.get("maxLength")
        if (isinstance(low, int) and len(value) < low) or (isinstance(high, int) and len(value) > high):
            hint = f"it has {len(value)} characters"
            return [Problem(path=(), code="length", expected=expected, value=value, hint=hint)]
        for keyword in ("format", "pattern"):
            if keyword in schema and not fits_text(keyword, schema[keyword], value):
                return [Problem(path=(), code=keyword, expected=expected, value=value)]
        return []

    def _number(self, value: float, schema: JsonObject) -> list[Problem]:
        for keyword, fits in _BOUNDS.items():
            bound = schema.get(keyword)
            if isinstance(bound, (int, float)) and not isinstance(bound, bool) and not fits(value, bound):
                kind = "integer" if "number" not in own_types(schema) else "number"
                return [Problem(path=(), code="range", expected=kind + describe_range(schema), value=value)]
        return []

    def _list(self, value: list[JsonValue], schema: JsonObject, depth: int) -> list[Problem]:
        found: list[Problem] = []
        low, high = schema.get("minItems"), schema.get("maxItems")
        if (isinstance(low, int) and len(value) < low) or (isinstance(high, int) and len(value) > high):
            expected = "list" + describe_count(schema, "minItems", "maxItems", "item")
            found.append(Problem(path=(), code="count", expected=expected, value=value, hint=f"it has {len(value)}"))
        if schema.get("uniqueItems") is True and len({canonical(item) for item in value}) < len(value):
            found.append(Problem(path=(), code="unique", expected="list of items that all differ", value=value))
        firsts = schema.get("prefixItems")
        first_schemas = firsts if isinstance(firsts, list) else []
        rest = schema.get("items", True)
        for index, item in enumerate(value):
            inner = first_schemas[index] if index < len(first_schemas) else rest
            if inner is not True:
                found += [problem.below(index) for problem in self.problems(item, inner, depth + 1)]
            if len(found) >= _PROBLEM_LIMIT:
                break
        wanted = schema.get("contains")
        if wanted is not None and all(self.problems(item, wanted, depth + 1) for item in value):
            expected = f"list that contains {describe(wanted, self._references)}"
            found.append(Problem(path=(), code="contains", expected=expected, value=value))
        return found

    def _object(self, value: JsonObject, schema: JsonObject, depth: int) -> list[Problem]:
        found = self._required(value, schema)
        low, high = schema.get("minProperties"), schema.get("maxProperties")
        if (isinstance(low, int) and len(value) < low) or (isinstance(high, int) and len(value) > high):
            expected = "object" + describe_count(schema, "minProperties", "maxProperties", "member")
            found.append(Problem(path=(), code="count", expected=expected, value=value, hint=f"it has {len(value)}"))
        for key, item in value.items():
            found += self._member(key, item, value, schema, depth)
            if len(found) >= _PROBLEM_LIMIT:
                break
        return found

    def _required(self, value: JsonObject, schema: JsonObject) -> list[Problem]:
        properties = _members(schema.get("properties"))
        names = [name for name in _items(schema.get("required")) if isinstance(name, str)]
        for trigger, needed in _members(schema.get("dependentRequired")).items():
            if trigger in value:
                names += [name for name in _items(needed) if isinstance(name, str) and name not in names]
        return [
            Problem(path=(name,), code="required", expected=describe(properties.get(name, True), self._references))
            for name in names
            if name not in value
        ]

    def _member(self, key: str, item: JsonValue, value: JsonObject, schema: JsonObject, depth: int) -> list[Problem]:
        properties = _members(schema.get("properties"))
        patterns = _members(schema.get("patternProperties"))
        inner = [pattern_schema for pattern, pattern_schema in patterns.items() if fits_text("pattern", pattern, key)]
        if key in properties:
            inner.append(properties[key])
        elif not inner:
            rest = schema.get("additionalProperties", True)
            if rest is False:
                hint = did_you_mean(key, (name for name in properties if name not in value))
                return [Problem(path=(key,), code="unknown", expected="no such argument", value=item, hint=hint)]
            inner.append(rest)
        names = schema.get("propertyNames")
        if names is not None and self.problems(key, names, depth + 1):
            expected = f"a key that is {describe(names, self._references)}"
            return [Problem(path=(key,), code="key", expected=expected, value=key)]
        return [
            problem.below(key)
            for member in inner
            if member is not True
            for problem in self.problems(item, member, depth + 1)
        ]

    def _combined(self, value: JsonValue, schema: JsonObject, depth: int) -> list[Problem]:
        found: list[Problem] = []
        for part in _items(schema.get("allOf")):
            found += [problem for problem in self.problems(value, part, depth + 1) if problem not in found]
        for keyword in ("anyOf", "oneOf"):
            branches = _items(schema.get(keyword))
            if branches:
                found += self._union(value, schema, branches, depth)
        if "not" in schema and not self.problems(value, schema["not"], depth + 1):
            expected = f"anything but {describe(schema['not'], self._references)}"
            found.append(Problem(path=(), code="not", expected=expected, value=value))
        if "if" in schema:
            branch = "else" if self.problems(value, schema["if"], depth + 1) else "then"
            found += self.problems(value, schema.get(branch, True), depth + 1)
        return found

    def _union(self, value: JsonValue, schema: JsonObject, branches: Sequence[JsonValue], depth: int) -> list[Problem]:
        outcomes: list[list[Problem]] = []
        for branch in branches:
            outcome = self.problems(value, branch, depth + 1)
            if not outcome:
                return []
            outcomes.append(outcome)
        tagged = self._by_tag(value, schema, branches, outcomes)
        if tagged is not None:
            return tagged
        ranked = sorted(outcomes, key=_distance)
        if _is_other_type(ranked[0]):
            expected = describe({**schema, "allOf": []} if "allOf" in schema else schema, self._references)
            return [Problem(path=(), code="type", expected=expected, value=value)]
        return ranked[0]

    def _by_tag(
        self, value: JsonValue, schema: JsonObject, branches: Sequence[JsonValue], outcomes: Sequence[list[Problem]]
    ) -> list[Problem] | None:
        """The errors of the branch that the discriminator names, or one error at the discriminator."""
        tag = self._tag(schema, branches)
        if tag is None or not isinstance(value, dict):
            return None
        options: dict[str, JsonValue] = {}
        for branch, outcome in zip(branches, outcomes, strict=True):
            allowed = self._allowed_tags(branch, tag)
            if value.get(tag) in allowed and tag in value:
                return outcome
            options.update((canonical(option), option) for option in allowed)
        if not options:
            return None
        code = "enum" if tag in value else "required"
        expected = describe_options(list(options.values()))
        return [Problem(path=(tag,), code=code, expected=expected, value=value.get(tag))]

    def _tag(self, schema: JsonObject, branches: Sequence[JsonValue]) -> str | None:
        declared = _members(schema.get("discriminator")).get("propertyName")
        if isinstance(declared, str):
            return declared
        shared: set[str] | None = None
        for branch in branches:
            resolved = self._references.resolve(branch)
            if resolved.get("type") != "object" and "properties" not in resolved:
                continue
            tags = {name for name in _members(resolved.get("properties")) if self._allowed_tags(branch, name)}
            shared = tags if shared is None else shared & tags
        return min(shared) if shared and len(branches) > 1 else None

    def _allowed_tags(self, branch: JsonValue, tag: str) -> list[JsonValue]:
        resolved = self._references.resolve(branch)
        parts = [resolved, *(self._references.resolve(part) for part in _items(resolved.get("allOf")))]
        for part in parts:
            inner = self._references.resolve(_members(part.get("properties")).get(tag))
            if "const" in inner:
                return [inner["const"]]
            options = _items(inner.get("enum"))
            if options:
                return options
        return []


def _check_options(value: JsonValue, schema: JsonObject) -> list[Problem]:
    options = schema.get("enum")
    if isinstance(options, list) and not any(_equals(value, option) for option in options):
        known = [option for option in options if isinstance(option, str)]
        hint = did_you_mean(value, known) if isinstance(value, str) else ""
        return [Problem(path=(), code="enum", expected=describe_options(options), value=value, hint=hint)]
    if "const" in schema and not _equals(value, schema["const"]):
        return [Problem(path=(), code="enum", expected=describe_options([schema["const"]]), value=value)]
    return []


def _equals(left: JsonValue, right: JsonValue) -> bool:
    """Equal as JSON: True is not 1, but 1.0 is."""
    return left == right and isinstance(left, bool) == isinstance(right, bool)


def _is_multiple(value: float, step: float) -> bool:
    if step == 0:
        return True
    if isinstance(value, int) and isinstance(step, int):
        return value % step == 0
    try:
        quotient = value / step
    except OverflowError:
        return True
    return abs(quotient - round(quotient)) < 1e-9 if abs(quotient) < 1e15 else True


_BOUNDS: dict[str, Callable[[float, float], bool]] = {
    "minimum": lambda value, bound: value >= bound,
    "maximum": lambda value, bound: value <= bound,
    "exclusiveMinimum": lambda value, bound: value > bound,
    "exclusiveMaximum": lambda value, bound: value < bound,
    "multipleOf": _is_multiple,
}


def _members(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _items(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []


def _is_other_type(outcome: Sequence[Problem]) -> bool:
    return any(problem.code == "type" and not problem.path for problem in outcome)


def _distance(outcome: Sequence[Problem]) -> tuple[bool, int, int, int, int]:
    """How far a branch is from what was meant: another type, another tag, other members, then how many errors."""
    tags = sum(problem.code == "enum" and len(problem.path) <= 1 for problem in outcome)
    members = sum(problem.code in ("unknown", "required") and len(problem.path) == 1 for problem in outcome)
    deepest = max((len(problem.path) for problem in outcome), default=0)
    return _is_other_type(outcome), tags, members, len(outcome), -deepest
