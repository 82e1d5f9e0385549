"""Lists in pages: what names, answers and headers say, and what a document declares."""

from __future__ import annotations

import json

import pytest

from madang.kit.json import JsonObject, JsonValue
from madang.schema.functions import FunctionSet, Pagination
from madang.schema.reading import read_functions
from madang.schema.stored import from_json, to_json

_ITEM: JsonObject = {"type": "object", "properties": {"id": {"type": "string"}, "name": {"type": "string"}}}
_LIST: JsonObject = {"type": "array", "items": _ITEM}
_TEXT: JsonObject = {"type": "string"}
_COUNT: JsonObject = {"type": "integer"}


def _read(
    parameters: dict[str, JsonObject],
    answer: JsonValue,
    *,
    method: str = "get",
    header: str = "",
    declared: JsonValue = None,
) -> FunctionSet:
    response: JsonObject = {"description": "", "content": {"application/json": {"schema": answer}}}
    if header:
        response["headers"] = {header: {"schema": _TEXT}}
    operation: JsonObject = {
        "operationId": "things.list",
        "parameters": [{"name": name, "in": "query", "schema": schema} for name, schema in parameters.items()],
        "responses": {"200": response},
    }
    if declared is not None:
        operation["x-madang-pagination"] = declared
    document = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {"/things": {method: operation}}}
    return read_functions(json.dumps(document).encode())


def _found(
    parameters: dict[str, JsonObject],
    answer: JsonValue,
    *,
    method: str = "get",
    header: str = "",
    declared: JsonValue = None,
) -> Pagination | None:
    return _read(parameters, answer, method=method, header=header, declared=declared).functions[0].pagination


def _object(**members: JsonValue) -> JsonObject:
    return {"type": "object", "properties": members}


def test_a_number_of_a_page_with_its_limit_and_total() -> None:
    limit: JsonObject = {"type": "integer", "maximum": 50}
    answer = _object(items=_LIST, meta=_object(total_count=_COUNT, has_more={"type": "boolean"}))

    found = _found({"page": {"type": "integer", "default": 0}, "per_page": limit}, answer)

    assert found == Pagination(
        kind="page",
        parameter="page",
        start=0,
        limit="per_page",
        limit_maximum=50,
        items="/items",
        has_more="/meta/has_more",
        total="/meta/total_count",
    )


def test_an_offset_into_a_list_that_is_the_answer() -> None:
    found = _found({"offset": _COUNT, "limit": _COUNT}, _LIST)

    assert found == Pagination(kind="offset", parameter="offset", limit="limit", items="")


def test_a_cursor_and_where_the_next_one_stands() -> None:
    answer = _object(things=_LIST, nextPageToken=_TEXT)

    found = _found({"pageToken": _TEXT, "maxResults": _COUNT}, answer)

    assert found == Pagination(
        kind="cursor", parameter="pageToken", limit="maxResults", items="/things", next="/nextPageToken"
    )


def test_a_cursor_that_is_the_last_items_id() -> None:
    answer = _object(data=_LIST, has_more={"type": "boolean"})

    found = _found({"starting_after": _TEXT, "limit": _COUNT}, answer)

    assert found is not None
    assert (found.kind, found.next, found.has_more, found.item_cursor) == ("cursor", None, "/has_more", "/id")


def test_the_link_header_alone_says_where_it_goes_on() -> None:
    assert _found({"per_page": _COUNT}, _LIST, header="Link") == Pagination(
        kind="link", limit="per_page", items="", has_link=True
    )
    assert _found({"after": _TEXT, "per_page": _COUNT}, _LIST, header="Link") == Pagination(
        kind="link", parameter="after", limit="per_page", items="", has_link=True
    )


@pytest.mark.parametrize(
    ("answer", "items", "following"),
    [
        (_object(data=_object(records=_LIST, next_cursor=_TEXT)), "/data/records", "/data/next_cursor"),
        (_object(results=_LIST, links=_object(next=_object(href=_TEXT))), "/results", "/links/next/href"),
        (_object(results=_LIST, paging=_object(cursors=_object(after=_TEXT))), "/results", "/paging/cursors/after"),
        (_object(value=_LIST, **{"@odata.nextLink": _TEXT}), "/value", "/@odata.nextLink"),
        ({"allOf": [_object(things=_LIST), _object(next_cursor=_TEXT)]}, "/things", "/next_cursor"),
    ],
)
def test_items_and_next_cursor_are_found_where_apis_put_them(answer: JsonValue, items: str, following: str) -> None:
    found = _found({"cursor": _TEXT, "limit": _COUNT}, answer)

    assert found is not None
    assert (found.items, found.next) == (items, following)


@pytest.mark.parametrize(
    ("parameters", "answer", "method"),
    [
        ({"limit": _COUNT}, _LIST, "get"),
        ({"from": {"type": "string", "format": "date"}, "limit": _COUNT}, _LIST, "get"),
        ({"after": {"type": "string", "format": "date-time"}, "limit": _COUNT}, _LIST, "get"),
        ({"after": _TEXT}, _LIST, "get"),
        ({"token": _TEXT, "limit": _COUNT}, _LIST, "get"),
        ({"pageToken": _TEXT}, _object(id=_TEXT), "post"),
        ({"page": {"type": "array", "items": _COUNT}}, _LIST, "get"),
        ({}, _LIST, "get"),
    ],
)
def test_names_that_mean_other_things_are_no_pages(
    parameters: dict[str, JsonObject], answer: JsonValue, method: str
) -> None:
    assert _found(parameters, answer, method=method) is None


def test_several_lists_side_by_side_leave_the_place_of_items_open() -> None:
    answer = _object(albums=_object(items=_LIST), artists=_object(items=_LIST))

    found = _found({"offset": _COUNT, "limit": _COUNT}, answer)

    assert found is not None
    assert found.items is None


def test_a_declaration_goes_before_what_is_recognised() -> None:
    declared: JsonObject = {"kind": "cursor", "parameter": "from-key", "limit": "n", "items": "/rows", "next": "/key"}

    found = _found({"from-key": _TEXT, "n": _COUNT}, True, declared=declared)

    assert found == Pagination(
        kind="cursor", parameter="from_key", limit="n", items="/rows", next="/key", is_declared=True
    )
    assert _found({"page": _COUNT, "limit": _COUNT}, _LIST, declared=False) is None


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ({"kind": "pages"}, "'kind' must be one of"),
        ({"kind": "page"}, "'parameter' must name"),
        ({"kind": "page", "parameter": "number"}, "'parameter' names no parameter"),
        ({"kind": "page", "parameter": "page", "items": "rows"}, "'items' must be a JSON pointer"),
        ({"kind": "page", "parameter": "page", "start": True}, "'start' must be a whole number"),
        ({"kind": "page", "parameter": "page", "size": 5}, "'size' is not known"),
        ("page", "it must be an object, or false"),
    ],
)
def test_a_declaration_that_cannot_be_used_is_told_and_names_decide(declared: JsonValue, said: str) -> None:
    read = _read({"page": _COUNT}, _LIST, declared=declared)

    assert read.functions[0].pagination == Pagination(kind="page", parameter="page", start=1, items="")
    told = [remark.message for remark in read.remarks if remark.code == "extension-invalid"]
    assert len(told) == 1
    assert said in told[0]


def test_pagination_is_stored_and_read_back() -> None:
    read = _read({"page": _COUNT, "per_page": _COUNT}, _LIST, header="Link")

    again = from_json(json.loads(json.dumps(to_json(read))))

    assert again == read
    assert again.functions[0].pagination is not None
