from __future__ import annotations

import pytest

from madang.kit.errors import InvalidError
from madang.kit.json import JsonValue
from madang.schema.functions import Answer, Argument, Body, Function, Server
from madang.schema.stored import from_json, function_from_json, function_to_json

FUNCTION = Function(
    name="things.make",
    model_name="things_make",
    method="POST",
    path="/things",
    title="Make",
    description="",
    arguments=(Argument(name="size", location="body", wire="size", schema={"type": "integer"}, is_required=True),),
    body=Body(
        media_type="application/json", form="json", is_required=True, is_flat=True, other_media_types=("text/plain",)
    ),
    answers=(Answer(status="200", description="ok", media_type="application/json", schema={"$ref": "#/$defs/Thing"}),),
    result={"$ref": "#/$defs/Thing"},
    security=({"key": ("read", "write")}, {}),
    servers=(Server(url="https://{a}.example.com", variables={"a": {"default": "x"}}),),
    tags=("things",),
)


def test_a_function_is_stored_alone_and_comes_back_equal() -> None:
    assert function_from_json(function_to_json(FUNCTION)) == FUNCTION


@pytest.mark.parametrize("value", [None, [], {"name": "a"}, {"functions": 3}])
def test_what_was_not_stored_by_us_is_refused(value: JsonValue) -> None:
    with pytest.raises(InvalidError):
        from_json(value)
    with pytest.raises(InvalidError):
        function_from_json(value)
