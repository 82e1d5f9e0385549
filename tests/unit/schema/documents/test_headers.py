"""Headers that are written by transport, media types and security are no arguments."""

from __future__ import annotations

import json

import pytest

from madang.schema.reading import read_functions


@pytest.mark.parametrize("name", ["Content-Length", "host", "Transfer-Encoding", "Accept", "authorization"])
def test_such_a_header_is_left_out_and_told(name: str) -> None:
    parameters = [
        {"name": name, "in": "header", "required": True, "schema": {"type": "string"}},
        {"name": "X-Trace", "in": "header", "schema": {"type": "string"}},
    ]
    document = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {"/a": {"get": {"parameters": parameters, "responses": {"204": {"description": ""}}}}},
    }

    found = read_functions(json.dumps(document).encode())

    assert [argument.wire for argument in found.functions[0].arguments] == ["X-Trace"]
    assert [remark.pointer for remark in found.remarks if remark.code == "header-ignored"] == [
        "/paths/~1a/get/parameters/0"
    ]
