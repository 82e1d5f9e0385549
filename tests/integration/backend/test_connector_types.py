"""A connector as a file of types, from what is stored of it."""

from __future__ import annotations

import copy
from typing import Any

import httpx
import pytest

from madang.schema.reading import read_functions
from madang.schema.stubs import StubLanguage, write_stub


@pytest.mark.parametrize(("language", "ending"), [("py", "pyi"), ("ts", "d.ts")])
async def test_the_types_of_a_connector_are_those_of_its_document(
    api: httpx.AsyncClient, shop: Any, do_import: Any, language: StubLanguage, ending: str
) -> None:
    await do_import(api, document=shop)

    answer = await api.get(f"/api/connectors/shop/types/{language}")

    read = read_functions(httpx.Response(200, json=shop).content)
    assert answer.status_code == 200
    assert sorted(answer.text.splitlines()) == sorted(
        write_stub("shop", "The Shop API", read.functions, read.schemas, language).splitlines()
    )
    assert answer.headers["content-disposition"] == f'attachment; filename="shop.{ending}"'
    assert answer.headers["content-type"] == "application/octet-stream"


async def test_functions_keep_their_names_in_the_types_when_the_document_is_read_again(
    api: httpx.AsyncClient, shop: Any, do_import: Any
) -> None:
    first = await do_import(api, document=shop)
    before = (await api.get("/api/connectors/shop/types/py")).text
    renamed = copy.deepcopy(shop)
    renamed["paths"]["/orders"]["get"]["operationId"] = "another_name"
    await do_import(api, document=renamed, connector=first["connector"]["id"])

    assert (await api.get("/api/connectors/shop/types/py")).text == before


async def test_another_language_and_an_unknown_connector_are_refused(
    api: httpx.AsyncClient, shop: Any, do_import: Any
) -> None:
    await do_import(api, document=shop)

    assert (await api.get("/api/connectors/shop/types/cobol")).status_code == 422
    assert (await api.get("/api/connectors/nowhere/types/py")).status_code == 404
