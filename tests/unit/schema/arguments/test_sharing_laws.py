"""Laws of the two shares: what is split and merged is what it was, and nothing of a person's reaches a model."""

from __future__ import annotations

import json

from hypothesis import given, seed, settings
from hypothesis import strategies as st

from madang.kit.json import JsonObject, JsonValue
from madang.schema.shares import HIDDEN, Shares, merge

SECRET = "canary"

# Schemas with secrets at any depth, in lists, unions, intersections, maps and recursion.
_DEFINITIONS: JsonObject = {
    "Node": {
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "key": {"type": "string", "format": "password"},
            "next": {"$ref": "#/$defs/Node"},
            "kids": {"type": "array", "items": {"$ref": "#/$defs/Node"}},
            "by_name": {"type": "object", "additionalProperties": {"$ref": "#/$defs/Node"}},
            "either": {"anyOf": [{"$ref": "#/$defs/Node"}, {"type": "null"}]},
            "both": {"allOf": [{"$ref": "#/$defs/Node"}, {"properties": {"extra": {"type": "integer"}}}]},
            "pins": {"type": "array", "items": {"type": "string", "x-madang-human": True}},
            "pair": {"type": "array", "prefixItems": [{"type": "string"}, {"$ref": "#/$defs/Node"}]},
        },
    },
}
SCHEMA: JsonObject = {
    "type": "object",
    "properties": {"root": {"$ref": "#/$defs/Node"}, "word": {"type": "string"}},
    "$defs": _DEFINITIONS,
}

_SECRETS = st.just(SECRET)
_NAMES = st.sampled_from(["a", "b~c", "0", "d/e"])
_PLAIN_TEXT = st.sampled_from(["x", "", "한글"])


def _node(inner: st.SearchStrategy[JsonObject]) -> st.SearchStrategy[JsonObject]:
    both = st.tuples(inner, st.integers(0, 9)).map(lambda found: {**found[0], "extra": found[1]})
    pair = st.tuples(_PLAIN_TEXT, inner).map(list[JsonValue])
    members: dict[str, st.SearchStrategy[JsonValue]] = {
        "name": _PLAIN_TEXT,
        "key": _SECRETS,
        "next": inner,
        "kids": st.lists(inner, max_size=3).map(list[JsonValue]),
        "by_name": st.dictionaries(_NAMES, inner, max_size=2).map(dict[str, JsonValue]),
        "either": inner | st.none(),
        "both": both,
        "pins": st.lists(_SECRETS, max_size=2).map(list[JsonValue]),
        "pair": pair,
    }
    return st.fixed_dictionaries({}, optional=members)


_LEAF: st.SearchStrategy[JsonObject] = st.fixed_dictionaries({}, optional={"name": _PLAIN_TEXT, "key": _SECRETS})
_NODES = st.recursive(_LEAF, _node, max_leaves=12)
_ARGUMENTS: st.SearchStrategy[JsonObject] = st.fixed_dictionaries({}, optional={"root": _NODES, "word": _PLAIN_TEXT})


def _human_share(arguments: JsonObject, shares: Shares) -> JsonObject:
    """What a person's form would hold: the values at their places, null where a list is not touched."""
    share: JsonObject = {}
    for place in shares.human_places(arguments):
        value: JsonValue = arguments
        for segment in place:
            value = _inside(value, segment)
        share = merge(share, _at(place, value))
    return share


def _inside(value: JsonValue, segment: str | int) -> JsonValue:
    if isinstance(value, dict):
        return value[str(segment)]
    assert isinstance(value, list)
    return value[int(segment)]


def _at(place: tuple[str | int, ...], value: JsonValue) -> JsonObject:
    for segment in reversed(place):
        value = {segment: value} if isinstance(segment, str) else [*[None] * segment, value]
    assert isinstance(value, dict)
    return value


@seed(3)
@settings(max_examples=150, deadline=None, database=None)
@given(_ARGUMENTS)
def test_what_is_split_and_merged_is_what_it_was(arguments: JsonObject) -> None:
    shares = Shares(SCHEMA)
    before = json.dumps(arguments)

    merged = merge(shares.without_human(arguments), _human_share(arguments, shares))

    assert merged == arguments
    assert json.dumps(arguments) == before


@seed(3)
@settings(max_examples=150, deadline=None, database=None)
@given(_ARGUMENTS)
def test_no_secret_is_in_the_models_share_nor_in_what_is_logged(arguments: JsonObject) -> None:
    shares = Shares(SCHEMA)

    assert SECRET not in json.dumps(shares.without_human(arguments))
    redacted = json.dumps(shares.redact(arguments))
    assert SECRET not in redacted
    assert (HIDDEN in redacted) == bool(shares.human_places(arguments))


@seed(5)
@settings(max_examples=150, deadline=None, database=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.just(SECRET) | _PLAIN_TEXT,
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["root", "key", "kids", "pins", "pair", "x"]), inner, max_size=4)
        ),
        max_leaves=12,
    )
)
def test_values_that_do_not_fit_the_schema_are_shared_without_an_exception(value: JsonValue) -> None:
    arguments: JsonObject = {"root": value}
    shares = Shares(SCHEMA)

    shared = shares.without_human(arguments)

    assert merge(shared, {}) == shared
    assert not [place for place in shares.human_places(shared) if _has_secret(shared, place)]


def _has_secret(arguments: JsonObject, place: tuple[str | int, ...]) -> bool:
    value: JsonValue = arguments
    for segment in place:
        value = _inside(value, segment)
    return SECRET in json.dumps(value)


def test_the_models_schema_has_no_place_of_a_person_anywhere() -> None:
    model = json.dumps(Shares(SCHEMA).model_schema())

    assert '"key"' not in model
    assert '"pins"' not in model
    assert all(f'"{name}"' in model for name in ("name", "next", "kids", "by_name", "either", "both", "pair"))
