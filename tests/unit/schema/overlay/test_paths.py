"""JSONPath: what a text selects, which texts are refused, and that no text takes long."""

from __future__ import annotations

import contextlib
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madang.kit.errors import TooLargeError
from madang.kit.json import JsonValue
from madang.schema.overlay.path_syntax import PathError, parse_path
from madang.schema.overlay.paths import path_of, path_text
from madang.schema.overlay.selecting import Steps, select, value_at

DOCUMENT: JsonValue = {
    "info": {"title": "Shop", "x-logo": "logo"},
    "paths": {
        "/a": {
            "get": {"operationId": "a.get", "tags": ["x", "y"]},
            "put": {"operationId": "a.put", "deprecated": True},
        },
        "/b/{id}": {"get": {"operationId": "b.get", "parameters": [{"name": "id", "in": "path"}, {"name": "q"}]}},
        'it\'s "q"': {"get": {"operationId": "odd"}},
    },
    "count": 3,
}


def selected(text: str, document: JsonValue = DOCUMENT) -> list[JsonValue]:
    return [value_at(place) for place in select([document], parse_path(text), Steps(100_000))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$.info.title", ["Shop"]),
        ("$['info']['title']", ["Shop"]),
        ('$["info"].title', ["Shop"]),
        ("$.info.x-logo", ["logo"]),
        ("$ .info\n.title", ["Shop"]),
        ("$.paths['/b/{id}'].get.parameters[0].name", ["id"]),
        ("$.paths['/b/{id}'].get.parameters[-1].name", ["q"]),
        ("$.paths['/b/{id}'].get.parameters[5]", []),
        ("$.paths['it\\'s \"q\"'].get.operationId", ["odd"]),
        ('$.paths["it\'s \\"q\\""].get.operationId', ["odd"]),
        ("$.paths.*.get.operationId", ["a.get", "b.get", "odd"]),
        ("$.paths[*]['get','put'].operationId", ["a.get", "a.put", "b.get", "odd"]),
        ("$..operationId", ["a.get", "a.put", "b.get", "odd"]),
        ("$..tags[0:1]", ["x"]),
        ("$..tags[::-1]", ["y", "x"]),
        ("$..tags[::0]", []),
        ("$..parameters[?@.in]", [{"name": "id", "in": "path"}]),
        ("$..parameters[?(@.name == 'q')]", [{"name": "q"}]),
        ("$..parameters[?!@.in && @.name]", [{"name": "q"}]),
        ("$..parameters[?@.in == 'path' || @['name'] != \"id\"].name", ["id", "q"]),
        ("$.paths.*[?@.deprecated == true].operationId", ["a.put"]),
        ("$.paths.*[?@.deprecated == 1].operationId", []),
        ("$[?@ == 3]", [3]),
        ("$[?@ == 3.0]", [3]),
        ("$.paths.*[?@.operationId == $.paths['/a'].put.operationId].deprecated", [True]),
        ("$..parameters[?@.nothing == @.nowhere].name", ["id", "q"]),
        ("$.info.title.more", []),
        ("$.count[0]", []),
        ("$", [DOCUMENT]),
    ],
)
def test_a_path_selects_what_rfc_9535_says(text: str, expected: list[JsonValue]) -> None:
    assert selected(text) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "begins with '$'"),
        ("paths", "begins with '$'"),
        ("$.", "character 3, a name or '*'"),
        ("$..", "a name or '*'"),
        ("$[", "character 3, a name in quotes"),
        ("$['a", "character 3, this text has no end"),
        ("$['a' 'b']", "',' or ']'"),
        ("$[01]", "character 3, a name in quotes, an index"),
        ("$[9999999999999999]", "no index"),
        ("$.a b", "'.', '[' or the end"),
        ("$[?@.a < 3]", "'==' and '!=' only"),
        ("$[?length(@.a) == 3]", "functions are not read"),
        ("$[?'a']", "no test"),
        ("$[?@..a == 3]", "only a path of names and indexes"),
        ("$[?(@.a]", "')' belongs here"),
        ("$[?@.a == ]", "belongs here"),
        ("$['\\x']", "an escape"),
        ("$['\u0001']", "an escape"),
        ("$[?" + "@[?" * 30 + "@.a" + "]" * 31, "at most 20 levels"),
        ("$[?" + "(" * 30 + "@.a" + ")" * 30 + "]", "at most 20 levels"),
        ("$[?" + "!" * 30 + "@.a]", "at most 20 levels"),
        ("$" + ".a" * 61, "at most 60 steps"),
        ("$" + "." * 3_000, "at most 2,000 characters"),
    ],
)
def test_a_text_that_is_no_path_is_refused_with_the_place_that_is_wrong(text: str, said: str) -> None:
    with pytest.raises(PathError) as raised:
        parse_path(text)
    assert said in raised.value.detail


@pytest.mark.parametrize("keys", [(), ("info", "title"), ("paths", "/b/{id}", "get", "parameters", 1, "name")])
def test_the_path_of_keys_is_the_path_of_its_own_text(keys: tuple[str | int, ...]) -> None:
    assert parse_path(path_text(*keys)) == path_of(*keys)


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(name=st.text(max_size=6))
def test_any_name_can_be_written_as_a_path(name: str) -> None:
    assert parse_path(path_text("paths", name, 0)) == path_of("paths", name, 0)


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(text=st.text(alphabet="$@.*[]?!()'\"=&|,:-01ab \\", max_size=14))
def test_any_text_is_a_path_or_refused(text: str) -> None:
    with contextlib.suppress(PathError):
        select([DOCUMENT], parse_path("$" + text), Steps(100_000))


def nested(levels: int) -> Any:
    value: Any = {"a": 1}
    for _ in range(levels):
        value = {"a": value, "b": [value["a"]]}
    return value


@pytest.mark.parametrize(
    "text",
    ["$" + "..*" * 60, "$" + "..[*,*,*,*]" * 20, "$..[?@..[?@..[?@..a]]]", "$..[?@..a && @..b && !@..c]..*..*..*"],
)
def test_a_path_that_multiplies_is_stopped_by_what_it_looks_at(text: str) -> None:
    tree: Any = {str(one): {str(two): {"a": [two] * 5} for two in range(20)} for one in range(20)}
    began = time.process_time()
    with contextlib.suppress(TooLargeError):
        select([tree], parse_path(text), Steps(20_000))
    assert time.process_time() - began < 5


def test_what_is_looked_at_is_counted_for_all_paths_together() -> None:
    steps = Steps(100)
    path = parse_path("$.paths.*.get")
    for _ in range(12):
        select([DOCUMENT], path, steps)
    with pytest.raises(TooLargeError, match="more than 100 places"):
        select([DOCUMENT], parse_path("$..*"), steps)


def test_a_document_of_a_thousand_levels_is_walked() -> None:
    assert len(selected("$..b", nested(900))) == 900
