"""The members of an object by all parts that hold for it: names, which are needed, and what each has to fit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from madang.kit.json import JsonObject, JsonValue
from madang.schema.explain import fits_text, is_linear_pattern
from madang.schema.references import References

_UNBOUNDED = 10_000


class Members:
    """What the parts say together."""

    def __init__(self, parts: Sequence[JsonObject], references: References) -> None:
        self._parts = [part for part in parts if _says_members(part)]
        self._references = references
        self.least = max(_counts(self._parts, "minProperties"), default=0)
        self.most = min(_counts(self._parts, "maxProperties"), default=_UNBOUNDED)
        self.name_schemas: list[JsonValue] = [part["propertyNames"] for part in self._parts if "propertyNames" in part]
        self._declared = list(dict.fromkeys(name for part in self._parts for name in _object(part, "properties")))
        self.required_names = self._closure(name for part in self._parts for name in _names(part.get("required")))

    @property
    def is_map(self) -> bool:
        """Whether keys of any name are meant: nothing is declared, and what is not has a schema."""
        is_open = any(isinstance(part.get("additionalProperties"), dict) for part in self._parts)
        return not self._declared and (is_open or self.pattern_for_keys is not None)

    @property
    def pattern_for_keys(self) -> str | None:
        """A pattern that keys may have, where one is declared."""
        return next((pattern for part in self._parts for pattern in _object(part, "patternProperties")), None)

    def required(self) -> list[str]:
        """The names that must be there, in declared order."""
        return self.in_order(self.required_names)

    def optional(self) -> list[str]:
        """The declared names that need not be there."""
        return [name for name in self._declared if name not in self.required_names]

    def in_order(self, names: Iterable[str]) -> list[str]:
        """Declared names first, as declared."""
        wanted = dict.fromkeys(names)
        declared = [name for name in self._declared if name in wanted]
        return [*declared, *(name for name in wanted if name not in set(declared))]

    def needed_by(self, name: str) -> list[str]:
        """What else must be there when `name` is."""
        return [other for other in self._closure([name]) if other != name]

    def schemas_of(self, name: str) -> list[JsonValue]:
        """All that a member of this name has to fit; False among them: it must not be there."""
        found: list[JsonValue] = []
        is_closed = any(part.get("unevaluatedProperties") is False for part in self._parts)
        is_known = False
        for part in self._parts:
            properties, patterns = _object(part, "properties"), _object(part, "patternProperties")
            own = [properties[name]] if name in properties else []
            matching = [pattern for pattern in patterns if is_linear_pattern(pattern)]
            own += [patterns[pattern] for pattern in matching if fits_text("pattern", pattern, name)]
            is_known = is_known or bool(own)
            if not own and "additionalProperties" in part and len(matching) == len(patterns):
                own = [part["additionalProperties"]]
            found += own
        return [False] if is_closed and not is_known else found

    def dependent_schemas(self, made: JsonObject) -> list[JsonValue]:
        """Schemas that hold for the whole because of members that are there."""
        return [
            schema
            for part in self._parts
            for name, schema in _object(part, "dependentSchemas").items()
            if name in made and schema is not True
        ]

    def without_dependent(self, part: JsonObject) -> JsonObject:
        """The part without the schemas that `dependent_schemas` gave."""
        return {key: value for key, value in part.items() if key != "dependentSchemas"}

    def _closure(self, names: Iterable[str]) -> dict[str, None]:
        found: dict[str, None] = {}
        waiting = list(names)[::-1]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found[name] = None
                for part in self._parts:
                    waiting += _names(_object(part, "dependentRequired").get(name))
        return found


def _says_members(part: JsonObject) -> bool:
    return any(word in part for word in _WORDS)


_WORDS = (
    "properties",
    "required",
    "additionalProperties",
    "patternProperties",
    "propertyNames",
    "minProperties",
    "maxProperties",
    "dependentRequired",
    "dependentSchemas",
    "unevaluatedProperties",
)


def _object(part: JsonObject, key: str) -> JsonObject:
    value = part.get(key)
    return value if isinstance(value, dict) else {}


def _names(value: JsonValue) -> list[str]:
    return [name for name in value if isinstance(name, str)] if isinstance(value, list) else []


def _counts(parts: Sequence[JsonObject], keyword: str) -> list[int]:
    return [count for part in parts if isinstance(count := part.get(keyword), int)]
