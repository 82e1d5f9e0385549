"""Lint: every code has a suggestion, the score keeps its rule, bad input gives a report, the page is only text."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madang.kit.errors import InvalidError
from madang.kit.json import JsonObject, JsonValue
from madang.schema.documents.limits import Limits
from madang.schema.documents.remark_codes import remark_codes
from madang.schema.lint.linting import lint_document
from madang.schema.lint.page import report_page
from madang.schema.lint.scoring import MOST_OUTSIDE, POINTS
from madang.schema.lint.suggestions import OF_ADVICE, OF_FAILURES, OF_REMARKS
from madang.schema.overlay.writing import to_json

CANARY = "<script>alert('\"&x')</script>"


def document(*operations: JsonObject, **root: JsonValue) -> bytes:
    paths: JsonObject = {f"/things/{index}": {"get": each} for index, each in enumerate(operations)}
    whole: JsonObject = {
        "openapi": "3.0.3",
        "info": {"title": "Things", "version": "1"},
        "servers": [{"url": "https://a.example.com"}],
        "security": [{"key": []}],
        "components": {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}},
        "paths": paths,
    }
    return json.dumps({**whole, **root}).encode()


def good(number: int = 0) -> JsonObject:
    schema: JsonObject = {"type": "object", "properties": {"id": {"type": "string"}}}
    answer: JsonObject = {"description": "It", "content": {"application/json": {"schema": schema}}}
    return {"operationId": f"things.get{number}", "summary": f"Get the thing {number}", "responses": {"200": answer}}


def test_every_code_of_a_remark_has_a_suggestion_and_no_other_has() -> None:
    assert set(OF_REMARKS) == set(remark_codes())


def test_every_code_of_advice_has_a_suggestion_and_a_cost() -> None:
    outside = {"servers-missing", "security-missing", "security-unused"}
    assert set(POINTS) | outside == set(OF_ADVICE)
    texts = [*OF_REMARKS.values(), *OF_ADVICE.values(), *OF_FAILURES.values()]
    assert all(text.endswith(".") and 20 < len(text) < 160 for text in texts)


def test_a_document_that_says_everything_has_the_full_score() -> None:
    report = lint_document(document(good(0), good(1))).report
    assert (report.score, report.losses, report.repairs, report.is_importable) == (100, [], [], True)
    assert list(report.to_json()) == ["operations", "functions", "lost", "losses", "repairs", "score", "seconds"]


def test_the_score_is_the_mean_over_operations_of_what_each_has_left() -> None:
    bare = {key: value for key, value in good(1).items() if key not in ("operationId", "summary")}
    lost: JsonObject = {**good(2), "parameters": [{"in": "query"}]}
    refused: JsonValue = "nothing"
    paths: JsonObject = {"/a": {"get": good()}, "/b": {"get": bare}, "/c": {"get": lost}, "/d": {"get": refused}}
    report = lint_document(document(paths=paths)).report
    assert {finding.code for finding in report.losses} == {
        *("operation-id-missing", "description-missing", "parameter-nameless", "operation-invalid")
    }
    assert report.score == round((100 + (100 - 5 - 25) + (100 - 30) + 0) / 4)


def test_what_is_wrong_outside_of_operations_costs_twenty_points_at_most() -> None:
    schemas: JsonObject = {
        "A": {"pattern": "(["},
        "B": {"type": "x"},
        "C": {"$ref": "#/no"},
        "D": 3,
        "E": {"allOf": [{"$ref": "#/components/schemas/E"}]},
    }
    data = document(good(), servers=[], security=[], components={"schemas": schemas})
    report = lint_document(data).report
    assert len({finding.code for finding in report.losses}) > 4
    assert report.score == 100 - MOST_OUTSIDE


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "unreadable"),
        (b"{", "unreadable"),
        (b"\xff\xff", "unreadable"),
        (b"[]", "document-type"),
        (b"{}", "version-missing"),
        (b"<html></html>", "unreadable"),
        (b'{"openapi": "3.0.0"}', "no-operations"),
        (b'{"openapi": "3.0.0", "paths": {"/a": {"get": {}}}, "x": "' + b"x" * 3_000 + b'"}', "too-large"),
    ],
)
def test_a_document_that_cannot_be_imported_is_a_report_with_the_reason(data: bytes, code: str) -> None:
    linted = lint_document(data, limits=Limits(document_bytes=2_000))
    assert [finding.code for finding in linted.report.losses] == [code]
    assert (linted.report.is_importable, linted.report.score, linted.overlay) == (False, 0, None)


def test_an_overlay_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(InvalidError, match="version '9'"):
        lint_document(document(good()), overlay=b"overlay: '9'")


def test_an_action_that_selects_nothing_is_told_with_its_place_in_the_overlay() -> None:
    overlay: JsonObject = {"overlay": "1.0.0", "info": {}, "actions": [{"target": "$.gone", "remove": True}]}
    report = lint_document(document(good()), overlay=json.dumps(overlay).encode()).report
    assert [(finding.code, finding.pointer) for finding in report.repairs] == [
        ("overlay-unmatched", "overlay#/actions/0")
    ]


def test_a_repair_that_would_lose_an_operation_is_not_made() -> None:
    paths: JsonObject = {"things": {"get": good(0)}, "/things": {"get": good(1)}}
    linted = lint_document(document(paths=paths))
    assert [finding.code for finding in linted.report.repairs if finding.is_covered] == []
    assert (linted.overlay, linted.report.functions) == (None, 2)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}


def test_the_page_shows_what_a_document_says_as_text_only() -> None:
    odd: JsonObject = {CANARY: {"get": {"operationId": CANARY, "parameters": [{"name": CANARY, "in": CANARY}]}}}
    report = lint_document(document(paths=odd, info={"title": CANARY, "version": "1"})).report
    page = report_page(report, CANARY)
    tags = Tags()
    tags.feed(page)
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert tags.seen.isdisjoint({"script", "img", "link", "iframe", "a"})
    assert not any(name.startswith("on") or name in ("src", "href") for name in tags.attributes)
    assert "prefers-color-scheme: dark" in page


def test_repairs_of_a_document_of_many_operations_take_time_in_proportion() -> None:
    few, many = (
        lint_document(document(*({**good(number), "responses": None} for number in range(count)))).report
        for count in (20, 200)
    )
    assert (len(few.repairs), len(many.repairs)) == (20, 200)
    assert all(finding.is_covered for finding in many.repairs)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6) | st.sampled_from(["#/paths", "int", "path"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["$ref", "type", "in", "name", "schema", "enum", "properties", "x"]), inner)
    ),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(value=json_values, is_old=st.booleans())
def test_any_document_has_a_report_and_its_overlay_takes_away_what_it_covers(value: JsonValue, is_old: bool) -> None:
    operation: JsonObject = {"parameters": [value], "requestBody": value, "responses": {"200 OK": value}}
    whole: JsonObject = {
        **({"swagger": "2.0"} if is_old else {"openapi": "3.0.0"}),
        "paths": {"a/{b}": {"GET": operation, "put": value}, "/c": value},
        "components": {"schemas": {"A": value}, "parameters": {"p": value}},
        "definitions": {"A": value},
        "host": value,
    }
    data = json.dumps(whole).encode()
    before = lint_document(data)
    if before.overlay is not None:
        after = lint_document(data, overlay=json.dumps(to_json(before.overlay)).encode(), repairs=False)
        assert after.report.functions >= before.report.functions
        covered = {finding.code for finding in before.report.repairs if finding.is_covered}
        assert covered
