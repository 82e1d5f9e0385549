"""A document around the part that a test is about."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from madang.kit.json import JsonObject, JsonValue
from madang.schema.functions import FunctionSet
from madang.schema.reading import read_functions

Read = Callable[..., FunctionSet]


@pytest.fixture
def read_operation() -> Read:
    """Reads a document of one operation, `GET /things/{id}` unless said otherwise."""

    def read(
        operation: JsonObject,
        *,
        version: str = "3.0.3",
        method: str = "get",
        path: str = "/things",
        schemas: JsonObject | None = None,
        **root: JsonValue,
    ) -> FunctionSet:
        document: JsonObject = {"openapi": version, "paths": {path: {method: {"responses": {}, **operation}}}, **root}
        if schemas is not None:
            document["components"] = {"schemas": schemas}
        return read_functions(json.dumps(document).encode(), source_url="https://a.example.com/openapi.json")

    return read
