"""A maker of functions with the arguments of a test."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from madang.schema.functions import Answer, Argument, Body, Function

Make = Callable[..., Function]


@pytest.fixture
def make() -> Make:
    def make_function(
        *arguments: Argument,
        path: str = "/things",
        method: str = "GET",
        body: Body | None = None,
        answers: Sequence[Answer] = (),
    ) -> Function:
        return Function(
            name="things.do",
            model_name="things_do",
            method=method,
            path=path,
            title="",
            description="",
            arguments=arguments,
            body=body,
            answers=answers,
        )

    return make_function
