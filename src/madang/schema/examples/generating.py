"""Makes a value that fits a schema: `generate(schema, definitions, rng)`.

Valid by construction: the keywords of all schemas that hold at a place are read together, and what they ask for is
made. Only `not` and what two branches of a union say against each other is tried and checked. The same schema, wishes
and seed give the same value.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final, TypeAlias

from madang.kit.json import JsonObject, JsonValue
from madang.schema.describe import ALL_TYPES
from madang.schema.examples.errors import UngeneratableError
from madang.schema.examples.flattening import WISHED, Flat, Flattener
from madang.schema.examples.formats import WORDS
from madang.schema.examples.heights import Heights
from madang.schema.examples.items import MOST_ITEMS, item_counts, item_schemas
from madang.schema.examples.members import Members
from madang.schema.examples.numbers import make_number
from madang.schema.examples.texts import make_text
from madang.schema.examples.wishes import STANDARD, Wishes
from madang.schema.explain import Explainer
from madang.schema.references import References, Schemas
from madang.schema.values import FileValue, is_file_schema

Path = tuple[str | int, ...]

_TRIES = 8
_MOST_FAILURES = 400
_MOST_UNIQUE_TRIES = 30
_DEPTH_LIMIT = 80
_TYPED_BY: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("object", ("properties", "required", "additionalProperties", "patternProperties", "minProperties")),
    ("array", ("items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains")),
    ("string", ("pattern", "format", "minLength", "maxLength")),
    ("number", ("minimum", "maximum", "multipleOf", "exclusiveMinimum", "exclusiveMaximum")),
)


@dataclass(kw_only=True)
class _Choice:
    """Which branches are taken at one place, attempt by attempt."""

    offset: int
    attempt: int = 0
    tries: int = 1
    unions: int = 0

    def index(self, number: int, offset: int, rng: Random) -> int:
        """The branch of the next union: the first union's in turn, after the first attempt any of the others'."""
        self.tries = max(self.tries, min(_TRIES, number * (1 + bool(self.unions))))
        self.unions += 1
        is_in_turn = self.unions == 1 or self.attempt == 0
        return (offset + self.attempt if is_in_turn else rng.randrange(number)) % number

    def next(self) -> None:
        """Begin another attempt."""
        self.attempt += 1
        self.unions = 0


class _Missing:
    """No value is given."""


MISSING: Final = _Missing()
Given: TypeAlias = "JsonValue | _Missing"


def generate(schema: JsonValue, definitions: Schemas, rng: Random, *, wishes: Wishes = STANDARD) -> JsonValue:
    """A value of a schema whose references point into `definitions`. Raises UngeneratableError."""
    return Generator(References(definitions), rng, wishes=wishes).make([schema])


class Generator:
    """Makes values of schemas that share references, one after the other."""

    def __init__(
        self, references: References, rng: Random, *, wishes: Wishes = STANDARD, heights: Heights | None = None
    ) -> None:
        self._references = references
        self._rng = rng
        self._wishes = wishes
        self._heights = heights or Heights(references.schemas)
        self._flattener = Flattener(references, self._heights)
        self._nodes = 0
        self._failures = 0

    def make(self, schemas: Sequence[JsonValue], given: Given = MISSING) -> JsonValue:
        """A value that fits all the schemas; of what is `given`, all that fits stays. Raises UngeneratableError."""
        self._nodes, self._failures = 0, 0
        return self._make(schemas, (), given)

    def fits(self, value: JsonValue, schemas: Sequence[JsonValue]) -> bool:
        """Whether a value fits all the schemas."""
        explainer = Explainer(self._references)
        return not any(explainer.problems(value, schema) for schema in schemas)

    def _make(self, schemas: Sequence[JsonValue], path: Path, given: Given) -> JsonValue:
        self._nodes += 1
        if len(path) > _DEPTH_LIMIT:
            raise UngeneratableError("it is nested too deep", path)
        failure: UngeneratableError | None = None
        choice = _Choice(offset=self._rng.randrange(1 << 16))
        while choice.attempt < choice.tries and self._failures <= _MOST_FAILURES:
            try:
                flat = self._flattener.flatten(schemas, self._chooser(choice, path, given))
                value = self._of_flat(flat, path, given)
                if self._is_allowed(value, flat.parts):
                    return value
                choice.tries = _TRIES
                failure = UngeneratableError("what is excluded leaves nothing that was found", path)
            except UngeneratableError as error:
                failure = error if error.path else UngeneratableError(error.reason, path)
            self._failures += 1
            choice.next()
        raise failure or UngeneratableError("its schema leaves too little that was found", path)

    def _chooser(self, choice: _Choice, path: Path, given: Given) -> Callable[[Sequence[JsonValue]], JsonValue]:
        def choose(branches: Sequence[JsonValue]) -> JsonValue:
            if not isinstance(given, _Missing) and choice.attempt == 0:
                meant = next((branch for branch in branches if self.fits(given, [branch])), None)
                if meant is not None:
                    return meant
            if self._is_small(path):
                branches = sorted(branches, key=self._heights.of)
                return branches[choice.index(len(branches), 0, self._rng)]
            return branches[choice.index(len(branches), choice.offset, self._rng)]

        return choose

    def _is_small(self, path: Path) -> bool:
        """Whether only what is required is made here."""
        return len(path) >= self._wishes.depth or self._nodes > self._wishes.nodes

    def _is_allowed(self, value: JsonValue, parts: Sequence[JsonObject]) -> bool:
        return not any("not" in part and self.fits(value, [part["not"]]) for part in parts)

    def _of_flat(self, flat: Flat, path: Path, given: Given) -> JsonValue:
        parts = flat.parts
        is_completed = isinstance(given, dict) and self._wishes.completes
        if not isinstance(given, _Missing) and not is_completed and self.fits(given, parts):
            return given
        declared = self._declared(parts)
        if isinstance(given, dict) and isinstance(declared, dict):
            given = {**declared, **given}
        elif not isinstance(declared, _Missing):
            return declared
        if self._is_file(parts):
            return self._file()
        failure: UngeneratableError | None = None
        for kind in self._kinds(flat):
            try:
                return self._of_kind(kind, parts, path, given)
            except UngeneratableError as error:
                failure = error if error.path else UngeneratableError(error.reason, path)
        raise failure or UngeneratableError("no type is left", path)

    def _declared(self, parts: Sequence[JsonObject]) -> Given:
        """A value that the schema itself names: wished, of an enumeration, an example or a default."""
        words = [part[WISHED] for part in parts if WISHED in part]
        listed = [part["const"] for part in parts if "const" in part]
        options = next((part["enum"] for part in parts if isinstance(part.get("enum"), list)), None)
        shown = list(_shown(parts)) if self._wishes.prefers_examples else []
        for value in [*words, *shown]:
            if self.fits(value, parts) and not (value is None and self._wishes.is_filled):
                return value
        if not listed and not isinstance(options, list):
            return MISSING
        candidates = listed or [*(options if isinstance(options, list) else [])]
        # What says nothing comes last; an enumeration may have hundreds of values, so the first that fits is taken.
        self._rng.shuffle(candidates)
        for value in sorted(candidates, key=lambda value: value is None or value == ""):
            if self.fits(value, parts):
                return value
        raise UngeneratableError("none of its listed values fits the rest of its schema")

    def _is_file(self, parts: Sequence[JsonObject]) -> bool:
        is_file = any(is_file_schema(part) for part in parts)
        return is_file and all(is_file_schema(part) or "type" not in part for part in parts)

    def _file(self) -> JsonValue:
        word = self._rng.choice(WORDS)
        if self._wishes.files == "text":
            return word
        return FileValue(name=f"{word}.bin", media_type="application/octet-stream", data=word.encode()).to_json()

    def _kinds(self, flat: Flat) -> list[str]:
        """The types to try, the likeliest first: null last, unless it is wished; without a type what keywords say."""
        kinds = set(flat.types)
        if flat.types == ALL_TYPES:
            said = [kind for kind, words in _TYPED_BY if any(word in part for part in flat.parts for word in words)]
            return [*said, *(kind for kind in ("string", "object") if kind not in said)]
        if "number" in kinds:
            kinds.discard("integer")
        usual = sorted(kinds - {"null"})
        self._rng.shuffle(usual)
        if "null" not in kinds:
            return usual
        return ["null", *usual] if self._rng.random() < self._wishes.nulls else [*usual, "null"]

    def _of_kind(self, kind: str, parts: Sequence[JsonObject], path: Path, given: Given) -> JsonValue:
        if kind == "object":
            return self._object(parts, path, given)
        if kind == "array":
            return self._array(parts, path, given)
        if kind == "string":
            filling: list[JsonObject] = [{"minLength": 1}] if self._wishes.is_filled else []
            try:
                return make_text([*parts, *filling], self._rng)
            except UngeneratableError:
                return make_text(parts, self._rng)
        if kind in ("number", "integer"):
            return make_number(parts, self._rng, is_integer=kind == "integer")
        return None if kind == "null" else self._rng.random() < 0.5

    def _object(self, parts: Sequence[JsonObject], path: Path, given: Given) -> JsonObject:
        members = Members(parts, self._references)
        known = given if isinstance(given, dict) else {}
        made: JsonObject = {}
        for name in members.required():
            made[name] = self._make(members.schemas_of(name), (*path, name), known.get(name, MISSING))
        for name in self._optional(members, known, path):
            if len(made) >= members.most:
                break
            self._add(name, members, made, path, known.get(name, MISSING))
        self._fill(members, made, path)
        if not members.least <= len(made) <= members.most:
            raise UngeneratableError(f"{len(made)} members where {members.least} to {members.most} are allowed", path)
        dependent = members.dependent_schemas(made)
        if dependent:
            # What was made brings schemas of its own; with them taken in, they are no longer dependent.
            whole: list[JsonValue] = [members.without_dependent(part) for part in parts]
            result = self._make([*whole, *dependent], path, made)
            return result if isinstance(result, dict) else made
        return {name: made[name] for name in members.in_order(made)}

    def _optional(self, members: Members, known: JsonObject, path: Path) -> list[str]:
        names = members.optional()
        given = [name for name in known if name not in members.required_names]
        chance = 0.0 if self._is_small(path) else self._wishes.optional
        wanted = [name for name in names if name not in known and self._rng.random() < chance]
        if not given and not wanted and names and not members.required_names and not self._is_small(path):
            wanted = [self._rng.choice(names)]
        return [*given, *wanted]

    def _add(self, name: str, members: Members, made: JsonObject, path: Path, given: Given) -> None:
        """Take a member in if a value can be made, together with what it needs beside it."""
        schemas = members.schemas_of(name)
        if name in made or any(schema is False for schema in schemas) or not self._is_key(name, members):
            return
        if any(math.isinf(self._heights.of(schema)) for schema in schemas):
            return
        added: JsonObject = {}
        try:
            added[name] = self._make(schemas, (*path, name), given)
            for other in members.needed_by(name):
                if other not in made and other not in added:
                    added[other] = self._make(members.schemas_of(other), (*path, other), MISSING)
        except UngeneratableError:
            return
        if len(made) + len(added) <= members.most:
            made.update(added)

    def _is_key(self, name: str, members: Members) -> bool:
        return self.fits(name, members.name_schemas)

    def _fill(self, members: Members, made: JsonObject, path: Path) -> None:
        """Members that are missing to the least number, and one of a map, so that maps are not always empty."""
        wanted = members.least
        if not made and (self._wishes.is_filled or (members.is_map and not self._is_small(path))):
            wanted = max(wanted, 1)
        for name in members.optional():
            if len(made) < wanted:
                self._add(name, members, made, path, MISSING)
        for number in range(wanted * 4 + 4):
            if len(made) >= min(wanted, members.most):
                return
            self._add(self._new_key(members, number), members, made, path, MISSING)

    def _new_key(self, members: Members, number: int) -> str:
        pattern = members.pattern_for_keys
        schemas: list[JsonObject] = [part for part in members.name_schemas if isinstance(part, dict)]
        if pattern is not None and number % 2 == 0:
            schemas.append({"pattern": pattern})
        if not schemas:
            return f"{self._rng.choice(WORDS)}_{number}" if number else self._rng.choice(WORDS)
        try:
            made = self._make([{"type": "string"}, *schemas], (), MISSING)
        except UngeneratableError:
            return f"key_{number}"
        return made if isinstance(made, str) else f"key_{number}"

    def _array(self, parts: Sequence[JsonObject], path: Path, given: Given) -> list[JsonValue]:
        low, high = item_counts(parts)
        is_unique = any(part.get("uniqueItems") is True for part in parts)
        if low > high or low > MOST_ITEMS:
            raise UngeneratableError(f"a list of at least {low} and at most {high} items", path)
        known = given if isinstance(given, list) else []
        items: list[JsonValue] = []
        is_given = isinstance(given, list)
        for index in range(min(max(len(known), low), high) if is_given else self._count(low, high, path)):
            offered = known[index] if index < len(known) else MISSING
            try:
                item = self._item(item_schemas(parts, index), items, (*path, index), is_unique, offered)
            except UngeneratableError:
                if len(items) < low:
                    raise
                break
            items.append(item)
        return items

    def _count(self, low: int, high: int, path: Path) -> int:
        least = max(low, min(high, 1)) if self._wishes.is_filled or not self._is_small(path) else low
        most = min(high, max(least, self._wishes.most_items))
        return least if self._is_small(path) else self._rng.randint(least, most)

    def _item(
        self, schemas: Sequence[JsonValue], others: Sequence[JsonValue], path: Path, is_unique: bool, given: Given
    ) -> JsonValue:
        for _ in range(_MOST_UNIQUE_TRIES if is_unique else 1):
            item = self._make(schemas, path, given)
            if not is_unique or not any(_is_same(item, other) for other in others):
                return item
            given = MISSING
        raise UngeneratableError("no further item that differs from the others was found", path)


def _shown(parts: Sequence[JsonObject]) -> list[JsonValue]:
    found: list[JsonValue] = []
    for part in parts:
        examples = part.get("examples")
        found += examples if isinstance(examples, list) else []
    return found + [part["default"] for part in parts if "default" in part]


def _is_same(left: JsonValue, right: JsonValue) -> bool:
    return left == right and isinstance(left, bool) == isinstance(right, bool)
