"""JSON Schema brought into a dialect's subset: what it cannot say goes into the description, never into an error.

A place that the subset has no form for (a map, any value, a recursion without references, too deep, too many) is asked
for as JSON in a text. Coercion reads it back, because the real schema wants an object or a list there.
"""

from __future__ import annotations

from madang.kit.json import JsonObject, JsonValue
from madang.schema.describe import accepted_types, describe, join_words, type_of
from madang.schema.dialects.merging import Merger
from madang.schema.dialects.tables import Dialect, Subset
from madang.schema.dialects.wording import fit, with_words
from madang.schema.explain import is_linear_pattern
from madang.schema.keys import safe_key
from madang.schema.references import References, definition_name

_BRANCH_LIMIT = 32
_NAMES_SHOWN = 12
# Unions inside one another are no level of objects, yet they are levels of our own recursion.
_NESTING_LIMIT = 48


class Lowering:
    """Writes one tool's schema in a subset. `definitions` are the ones written so far, for dialects with references."""

    def __init__(self, dialect: Dialect, subset: Subset, references: References) -> None:
        self._dialect = dialect
        self._subset = subset
        self._references = references
        self._merge = Merger(references).merged
        self._waiting: list[tuple[str, JsonObject]] = []
        self._nesting = 0
        self._nodes = 0
        self._options = 0
        self._text = 0
        self.definitions: JsonObject = {}

    def root(self, schema: JsonObject) -> JsonObject:
        """The arguments object. Unlike objects inside, it is never asked for as text."""
        written = self._object(self._merge(schema), 1, ())
        while self._waiting:
            name, whole = self._waiting.pop()
            # A definition that was promised stands there, too, when there is no room for its members any more.
            self.definitions[name] = self._as_text(whole, whole) if self._is_over() else self._node(whole, whole, 2, ())
        return written

    def _schema(self, schema: JsonValue, depth: int, stack: tuple[str, ...]) -> JsonObject:
        self._nodes += 1
        name = definition_name(schema.get("$ref")) if isinstance(schema, dict) else None
        is_over = self._is_over() or self._nesting >= _NESTING_LIMIT
        if name is not None and self._subset.has_references and not is_over:
            return self._reference(schema, name)
        if name is not None:
            if name in stack:
                return self._as_text(self._references.resolve(schema), schema)
            stack = (*stack, name)
        whole = self._merge(schema)
        if is_over:
            return self._as_text(whole, schema)
        self._nesting += 1
        written = self._node(whole, schema, depth, stack)
        self._nesting -= 1
        return written

    def _is_over(self) -> bool:
        return self._nodes > self._subset.node_limit or self._text > self._subset.text_limit

    def _reference(self, schema: JsonValue, name: str) -> JsonObject:
        """A reference to a definition, which is written when it is first met. Nothing stands beside it."""
        safe = safe_key(name, "identifier")
        if safe not in self.definitions:
            self.definitions[safe] = {}
            self._text += len(safe)
            self._waiting.append((safe, self._merge(schema)))
        return {"$ref": f"#/$defs/{safe}"}

    def _node(self, whole: JsonObject, original: JsonValue, depth: int, stack: tuple[str, ...]) -> JsonObject:
        branches = self._references.branches(whole)
        if branches and "enum" not in whole and "const" not in whole:
            return self._union(whole, branches, depth, stack)
        options = [whole["const"]] if "const" in whole else whole.get("enum")
        if isinstance(options, list) and options:
            return self._enum(whole, options)
        kinds = self._kinds(whole)
        is_nullable = "null" in kinds and len(kinds) > 1
        kinds = [kind for kind in kinds if kind != "null"] if is_nullable else kinds
        if not kinds or len(kinds) > 4:
            return self._as_text(whole, original)
        written = self._one_of_kinds(whole, kinds, depth, stack)
        return self._nullable(written) if is_nullable else written

    def _one_of_kinds(self, whole: JsonObject, kinds: list[str], depth: int, stack: tuple[str, ...]) -> JsonObject:
        if len(kinds) == 1:
            return self._kind(whole, kinds[0], depth, stack)
        return {"anyOf": [self._kind({**whole, "type": kind}, kind, depth, stack) for kind in kinds]}

    def _kinds(self, whole: JsonObject) -> list[str]:
        kind = whole.get("type")
        if isinstance(kind, str):
            return [kind]
        if isinstance(kind, list):
            return [name for name in kind if isinstance(name, str)]
        if "properties" in whole:
            return ["object"]
        return ["array"] if "items" in whole or "prefixItems" in whole else []

    def _kind(self, whole: JsonObject, kind: str, depth: int, stack: tuple[str, ...]) -> JsonObject:
        if kind == "object":
            is_map = not whole.get("properties") and not self._is_empty(whole)
            is_too_small = not whole.get("properties") and not self._subset.has_empty_objects
            if is_map or is_too_small or depth >= self._subset.depth_limit:
                return self._as_text(whole, whole)
            return self._object(whole, depth + 1, stack)
        if kind == "array":
            return self._as_text(whole, whole) if depth >= self._subset.depth_limit else self._list(whole, depth, stack)
        return self._scalar(whole, kind)

    def _is_empty(self, whole: JsonObject) -> bool:
        return whole.get("additionalProperties") is False and not whole.get("patternProperties")

    def _object(self, whole: JsonObject, depth: int, stack: tuple[str, ...]) -> JsonObject:
        properties, required = whole.get("properties"), whole.get("required")
        names = properties if isinstance(properties, dict) else {}
        needed = {name for name in required if isinstance(name, str)} if isinstance(required, list) else set[str]()
        written: JsonObject = {}
        required_names: list[JsonValue] = []
        for name, inner in names.items():
            key = safe_key(name, self._dialect.key_rule) if self._dialect.key_rule else name
            self._text += len(key)
            member = self._schema(inner, depth, stack)
            if self._subset.is_closed and name not in needed:
                member = self._nullable(member)
            written[key] = self._named(member, name) if key != name else member
            if name in needed or self._subset.is_closed:
                required_names.append(key)
        result: JsonObject = {"type": "object", "properties": written}
        if required_names or self._subset.is_closed:
            result["required"] = required_names
        if self._subset.is_closed:
            result["additionalProperties"] = False
        return self._described(result, whole)

    def _named(self, member: JsonObject, name: str) -> JsonObject:
        """A property under another key tells its own name."""
        if "$ref" in member or "anyOf" in member:
            return member
        own = member.get("description")
        words = f"{name}: {own}" if isinstance(own, str) and own else name
        return {**member, "description": fit(words, self._dialect.property_description_limit)}

    def _list(self, whole: JsonObject, depth: int, stack: tuple[str, ...]) -> JsonObject:
        firsts, items = whole.get("prefixItems"), whole.get("items")
        if isinstance(firsts, list) and firsts:
            rest = [items] if isinstance(items, dict) else []
            every: list[JsonValue] = [*firsts, *rest]
            any_of: JsonObject = {"anyOf": every}
            items = any_of if len(every) > 1 else every[0]
        return self._described({"type": "array", "items": self._schema(items, depth + 1, stack)}, whole)

    def _scalar(self, whole: JsonObject, kind: str) -> JsonObject:
        if kind == "null" and self._subset.has_nullable_keyword:
            return self._described({"type": "string", "nullable": True}, whole)
        return self._described({"type": kind if kind in _SCALARS else "string"}, whole)

    def _enum(self, whole: JsonObject, options: list[JsonValue]) -> JsonObject:
        present = [option for option in options if option is not None]
        kinds = sorted({type_of(option) for option in present})
        size = sum(len(option) for option in present if isinstance(option, str))
        is_sayable = (
            len(kinds) == 1
            and kinds[0] in _SCALARS
            and (kinds[0] == "string" or not self._subset.has_string_enums_only)
            and "" not in present
            and self._options + len(present) < self._subset.enum_limit
            and (len(present) <= 250 or size <= 15_000)
            and self._text + size <= self._subset.text_limit
        )
        if not kinds:
            return self._scalar(whole, "null")
        if not is_sayable:
            kind = kinds[0] if len(kinds) == 1 and kinds[0] in _SCALARS else "string"
            written = self._described({"type": kind}, whole)
        else:
            # One more, because null may come to stand among them.
            self._options += len(present) + 1
            self._text += size
            written = self._described({"type": kinds[0], "enum": list[JsonValue](present)}, whole)
        return self._nullable(written) if len(present) < len(options) else written

    def _union(self, whole: JsonObject, branches: list[JsonValue], depth: int, stack: tuple[str, ...]) -> JsonObject:
        nulls = [branch for branch in branches if accepted_types(branch, self._references) == _NULL]
        others = [branch for branch in branches if branch not in nulls]
        if len(others) > _BRANCH_LIMIT or depth >= self._subset.depth_limit:
            return self._as_text(whole, whole)
        if len(others) == 1:
            written = self._schema(others[0], depth, stack)
            written = self._inherit(written, whole)
        else:
            found = [self._schema(branch, depth, stack) for branch in others]
            unique = [branch for index, branch in enumerate(found) if branch not in found[:index]]
            flat = [inner for branch in unique for inner in _alternatives(branch)]
            written = self._inherit({"anyOf": list[JsonValue](flat)} if len(flat) > 1 else flat[0], whole)
        return self._nullable(written) if nulls else written

    def _inherit(self, written: JsonObject, whole: JsonObject) -> JsonObject:
        """The union's own description: beside it where that is allowed, else on its first branch."""
        own = whole.get("description")
        if not isinstance(own, str) or not own or "$ref" in written:
            return written
        words = fit(own, self._dialect.property_description_limit)
        branches = written.get("anyOf")
        if not isinstance(branches, list) or not self._subset.has_nullable_keyword:
            return {"description": words, **written} if "anyOf" in written else {**written, "description": words}
        first, *rest = branches
        if isinstance(first, dict):
            there = first.get("description")
            joined = f"{own} {there}" if isinstance(there, str) else own
            first = {**first, "description": fit(joined, self._dialect.property_description_limit)}
        return {"anyOf": [first, *rest]}

    def _nullable(self, written: JsonObject) -> JsonObject:
        if self._subset.has_nullable_keyword:
            branches = written.get("anyOf")
            if isinstance(branches, list):
                first, *rest = branches
                return {"anyOf": [{**first, "nullable": True} if isinstance(first, dict) else first, *rest]}
            return {**written, "nullable": True}
        kind = written.get("type")
        branches = written.get("anyOf")
        if isinstance(branches, list):
            has_null = {"type": "null"} in branches
            return written if has_null else {**written, "anyOf": [*branches, {"type": "null"}]}
        if isinstance(kind, str) and kind in _SCALARS:
            options = written.get("enum")
            more: JsonObject = {"enum": [*options, None]} if isinstance(options, list) else {}
            return {**written, "type": [kind, "null"], **more} if kind != "null" else written
        if isinstance(kind, list):
            return written if "null" in kind else {**written, "type": [*kind, "null"]}
        return {"anyOf": [written, {"type": "null"}]}

    def _described(self, written: JsonObject, whole: JsonObject) -> JsonObject:
        """Puts in the keywords that the subset has, and the rest into the description."""
        for keyword in self._subset.keywords & whole.keys():
            if keyword in _KEYWORDS_OF.get(str(written.get("type")), ()) and self._may_say(
                str(written["type"]), keyword, whole[keyword]
            ):
                written[keyword] = whole[keyword]
        said = set(written) | ({"format"} if whole.get("format") in _SILENT_FORMATS else set[str]())
        if "enum" in written:
            said |= {"const", "enum", *_KEYWORDS_OF["string"]}
        if written.get("type") == "object":
            said |= {"not"}
        words = with_words(whole, said, self._references, self._dialect.property_description_limit)
        return {**written, "description": words} if words else written

    def _may_say(self, kind: str, keyword: str, value: JsonValue) -> bool:
        if keyword == "format":
            return value in self._subset.formats.get(kind, ())
        if keyword == "pattern":
            return isinstance(value, str) and is_linear_pattern(value)
        if keyword == "default":
            return isinstance(value, (str, int, float, bool))
        return isinstance(value, (int, float, str))

    def _as_text(self, whole: JsonObject, original: JsonValue) -> JsonObject:
        own = whole.get("description")
        wanted = describe(original, self._references)
        properties = whole.get("properties")
        if isinstance(properties, dict) and properties:
            wanted += f" with {join_words(list(properties)[:_NAMES_SHOWN], 'and')}"
        ask = "Any value, as JSON text." if wanted == "value" else f"As JSON text: {wanted}."
        limit = self._dialect.property_description_limit
        words = f"{fit(own, limit - len(ask) - 1)} {ask}" if isinstance(own, str) and own else ask
        return {"type": "string", "description": fit(words, limit)}


_NULL = frozenset({"null"})
_SCALARS = frozenset({"string", "integer", "number", "boolean", "null"})
_SILENT_FORMATS = frozenset({"int32", "int64", "float", "double", "password"})
_NUMBER_KEYWORDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "format", "default")
_KEYWORDS_OF: dict[str, tuple[str, ...]] = {
    "string": ("minLength", "maxLength", "pattern", "format", "default", "title"),
    "integer": _NUMBER_KEYWORDS,
    "number": _NUMBER_KEYWORDS,
    "boolean": ("default",),
    "array": ("minItems", "maxItems"),
}


def _alternatives(written: JsonObject) -> list[JsonObject]:
    """The branches of a union inside a union, so that unions stay flat."""
    branches = written.get("anyOf")
    if isinstance(branches, list) and "description" not in written:
        return [branch for branch in branches if isinstance(branch, dict)]
    return [written]
