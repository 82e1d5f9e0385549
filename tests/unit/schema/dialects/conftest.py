"""The rules that a tool of a dialect breaks, as short texts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from madang.kit.json import JsonObject
from madang.schema.dialects import DialectName, check_tool

Check = Callable[[DialectName, JsonObject], list[str]]


@pytest.fixture
def check() -> Check:
    """The rules that a tool of a dialect breaks."""

    def check_it(dialect: DialectName, tool: JsonObject) -> list[str]:
        return [f"{each.code} at {each.pointer}: {each.message}" for each in check_tool(dialect, tool)]

    return check_it
