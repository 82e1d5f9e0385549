"""Sixty real documents that were picked for what is odd in them: none of their operations is lost.

They are the ones of `odd.json` beside this file; `make setup-tests` puts them into `.setup/documents/odd`.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path

import jsonschema_rs
import orjson
import pytest

from madang.kit.errors import InvalidError
from madang.kit.json import JsonObject
from madang.schema.arguments import arguments_schema
from madang.schema.documents.remark_codes import remark_codes
from madang.schema.functions import FunctionSet
from madang.schema.names import name_table
from madang.schema.reading import read_functions
from madang.schema.stored import from_json, to_json

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / ".setup" / "documents" / "odd"
NAMES: list[str] = [row["name"] for row in json.loads(Path(__file__).with_name("odd.json").read_text())]
WITHOUT_OPERATIONS = frozenset(("ipinfodb.com", "zenoti.com"))
MEGABYTES_A_SECOND = 2.0
"""Twenty times slower than on a machine of its own, so that only a change of order is noticed."""
EVERY = 8

pytestmark = pytest.mark.slow


def read(name: str) -> FunctionSet:
    return read_functions((FOLDER / f"{name}.json").read_bytes(), source_url="https://api.example.com/openapi.json")


@pytest.mark.parametrize("name", [name for name in NAMES if name not in WITHOUT_OPERATIONS])
def test_every_operation_of_an_odd_document_becomes_a_function_that_can_be_called(name: str) -> None:
    size = (FOLDER / f"{name}.json").stat().st_size
    started = time.process_time()
    found = read(name)
    seconds = time.process_time() - started

    assert found.found == len(found.functions) > 0
    assert {remark.code for remark in found.remarks} <= set(remark_codes())
    assert seconds < 1 + size / 1e6 / MEGABYTES_A_SECOND
    for kind in ("name", "model_name"):
        assert Counter(getattr(function, kind) for function in found.functions).most_common(1)[0][1] == 1
    for function in found.functions[::EVERY]:
        schema = arguments_schema(function, found.schemas)
        assert jsonschema_rs.validator_for(schema).is_valid(3) is False
    assert from_json(orjson.loads(orjson.dumps(to_json(found)))) == found


@pytest.mark.parametrize("name", sorted(WITHOUT_OPERATIONS))
def test_a_document_that_holds_no_operation_is_refused_with_that_reason(name: str) -> None:
    with pytest.raises(InvalidError, match="The document has no operations"):
        read(name)


@pytest.mark.parametrize("name", ["notion.com", "mastodon.local", "conjur.local"])
def test_a_document_that_is_turned_around_keeps_all_names_at_its_next_import(name: str) -> None:
    before = read(name)
    document: JsonObject = orjson.loads((FOLDER / f"{name}.json").read_bytes())
    paths = document["paths"]
    assert isinstance(paths, dict)
    turned = orjson.dumps({**document, "paths": dict(reversed(paths.items()))})

    after = read_functions(turned, names=name_table(before.functions, before.schema_sources))

    names = {function.source: (function.name, function.model_name) for function in before.functions}
    assert {function.source: (function.name, function.model_name) for function in after.functions} == names
