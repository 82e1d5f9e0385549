from __future__ import annotations

import pytest

from madang.kit.errors import InvalidError, MadangError, TooLargeError
from madang.schema.documents.limits import Limits
from madang.schema.documents.loading import load
from madang.schema.reading import load_document, read_functions


def test_yaml_is_read_by_the_rules_of_json() -> None:
    text = b"200: on\ntrue: 2020-01-01\nnull: 007\na: [1, -2, 1.5, 1e3, ~, true, 'x', 0x10, .inf, !!str 5, 12:30:00]\n"

    assert load_document(text) == {
        "200": "on",
        "true": "2020-01-01",
        "null": "007",
        "a": [1, -2, 1.5, 1000.0, None, True, "x", "0x10", ".inf", "5", "12:30:00"],
    }


def test_yaml_anchors_and_merge_keys_are_carried_out() -> None:
    text = b"base: &base {a: 1, b: 2}\nmore: {<<: *base, b: 3}\nlist: {<<: [*base, {c: 4}]}\n"

    assert load_document(text) == {
        "base": {"a": 1, "b": 2},
        "more": {"a": 1, "b": 3},
        "list": {"a": 1, "b": 2, "c": 4},
    }


def test_a_key_that_stands_twice_and_a_second_document_are_noted() -> None:
    loaded = load(b"a: 1\na: 2\n---\nb: 3\n")

    assert loaded.value == {"a": 2}
    assert loaded.notes == (
        "The key 'a' stands twice in one mapping (line 2, column 1); the last one counts.",
        "The YAML holds several documents; only the first is read (line 3, column 1).",
    )


def test_a_yaml_bomb_is_refused_before_it_grows() -> None:
    lines = [b"l0: &l0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]".encode() for n in range(1, 12)]

    with pytest.raises(TooLargeError, match="YAML aliases of this document stand for more than 1,000,000 nodes"):
        load_document(b"\n".join(lines))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "The document is empty"),
        (b'{"openapi": "3.0.0",\n  "paths": }', "not valid JSON at line 2, column 12"),
        (b"openapi: 3.0.0\npaths: [", "not valid YAML at line 3, column 1"),
        (b"a: &a [*a]", r"alias '\*a' \(line 1, column 8\) stands for something that contains it"),
        (b"a: *b", "has no anchor '&b' before it"),
        (b"? [a]\n: b", "must be text; this one is a collection"),
        (b"<!DOCTYPE html><html></html>", "a page of HTML or XML"),
        (b"caf\xe9: 1", "not UTF-8 text: byte 4 is 0xe9"),
        (b"[" * 3000, "not valid JSON"),
        (b"[]", "An OpenAPI document is an object; this one is a list"),
        (b"hello", "An OpenAPI document is an object; this one is text"),
        (b"{}", "neither 'openapi' nor 'swagger'"),
        (b"swagger: 1.2\npaths: {}", "of version '1.2'"),
        (b"openapi: 3.0.0\ninfo: {}", "no operations: it has no 'paths'"),
        (b"openapi: 3.1.0\nwebhooks: {a: {}}", "Webhooks alone cannot be called"),
        (b"openapi: 3.0.0\npaths: {/a: {parameters: []}}", "its 'paths' hold no operation"),
    ],
)
def test_what_is_no_document_is_refused_with_what_and_where(data: bytes, message: str) -> None:
    with pytest.raises(InvalidError, match=message):
        read_functions(data)


@pytest.mark.parametrize(
    ("data", "limits", "message"),
    [
        (b"openapi: 3.0.0", Limits(document_bytes=5), "has 14 bytes; at most 5 are read"),
        (b"a: " + b"[" * 600 + b"]" * 600, Limits(), "nested deeper than 500 levels"),
        (b"openapi: 3.0.0\npaths: {/a: {get: {}, put: {}}}", Limits(operations=1), "more than 1 operations"),
    ],
)
def test_what_is_larger_than_a_limit_is_refused_with_the_limit(data: bytes, limits: Limits, message: str) -> None:
    with pytest.raises(TooLargeError, match=message):
        read_functions(data, limits=limits)


def test_a_byte_order_mark_utf16_and_control_characters_in_json_strings_are_forgiven() -> None:
    assert load_document(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}
    assert load_document('{"a": "é"}'.encode("utf-16")) == {"a": "é"}
    assert load_document(b'{"a": "b\nc"}') == {"a": "b\nc"}


def test_not_a_number_is_no_json() -> None:
    with pytest.raises(MadangError, match="not valid JSON at line 1"):
        load_document(b'{"a": NaN}')
