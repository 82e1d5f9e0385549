"""Whatever a document holds, its types are text that parses."""

from __future__ import annotations

import ast
import re

from hypothesis import given, seed, settings
from hypothesis import strategies as st

from madang.kit.json import JsonValue
from madang.schema.functions import Argument, Function
from madang.schema.stubs import write_stub

_KEYS = st.text(max_size=6) | st.sampled_from(
    ["class", "a-b", "str", "types", "__x", "type", "한글", "a\nb", '"', "\\"]
)
_DOCS = st.text(max_size=12) | st.sampled_from(['"""', "*/", "\\", '"', "\\N{BULLET}", "\r\n*/"])
_VALUES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)
_NAMES = st.sampled_from(["Tree", "a b", "list", "nowhere"])


def _reference(name: str) -> JsonValue:
    return {"$ref": f"#/$defs/{name}"}


def _of_type(kind: str) -> JsonValue:
    return {"type": kind}


def _of_format(shape: str) -> JsonValue:
    return {"type": "string", "format": shape}


def _record(properties: dict[str, JsonValue], required: list[str], description: str) -> JsonValue:
    named: list[JsonValue] = [*required]
    return {"type": "object", "properties": properties, "required": named, "description": description}


def _compound(inner: st.SearchStrategy[JsonValue]) -> st.SearchStrategy[JsonValue]:
    several = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        st.builds(_record, st.dictionaries(_KEYS, inner, max_size=3), st.lists(_KEYS, max_size=2), _DOCS),
        inner.map(lambda item: {"type": "array", "items": item}),
        inner.map(lambda item: {"type": "object", "additionalProperties": item}),
        several.map(lambda parts: {"anyOf": parts}),
        several.map(lambda parts: {"allOf": parts}),
        several.map(lambda parts: {"type": "array", "prefixItems": parts, "items": False, "minItems": 3}),
    )


_LEAVES: st.SearchStrategy[JsonValue] = st.one_of(
    st.sampled_from(["string", "integer", "number", "boolean", "null", "odd"]).map(_of_type),
    st.lists(_VALUES, min_size=1, max_size=3).map(lambda options: {"enum": [*options]}),
    _NAMES.map(_reference),
    st.booleans(),
    st.just("binary").map(_of_format),
)
_SCHEMAS = st.recursive(_LEAVES, _compound, max_leaves=8)


@seed(17)
@settings(max_examples=40, deadline=None, database=None)
@given(_SCHEMAS, _SCHEMAS, st.dictionaries(_NAMES, _SCHEMAS, max_size=2), _DOCS)
def test_any_schema_is_written_as_types_that_parse(
    taken: JsonValue, result: JsonValue, schemas: dict[str, JsonValue], words: str
) -> None:
    argument = Argument(name="a", location="query", wire="a", schema=taken, description=words)
    function = Function(
        name="things.list",
        model_name="things_list",
        method="GET",
        path="/",
        title=words,
        description=words,
        arguments=[argument],
        result=result,
    )

    python = write_stub("shop", words, [function], schemas, "py")
    typescript = write_stub("shop", words, [function], schemas, "ts")

    # The parser of Python 3.11 does not know the statement `type`, which type checkers read in stubs.
    ast.parse(re.sub(r"^(\s*)type (\w+) = ", r"\1\2 = ", python, flags=re.MULTILINE))
    python.encode()
    code = re.sub(r"/\*.*?\*/", "", typescript, flags=re.DOTALL)
    texts = re.sub(r'"(?:[^"\\]|\\.)*"', "", code)
    assert texts.count("{") == texts.count("}")
    assert "*/" not in texts
    typescript.encode()
