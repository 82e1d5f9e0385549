"""Typed callables: the definitions that they become, and how they are called with JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal, NotRequired, TypedDict
from uuid import UUID

import pytest

from madang.kit.errors import InvalidError
from madang.schema.application import HUMAN, bind
from madang.schema.application.docstrings import read_docstring


class Size(Enum):
    SMALL = "s"
    LARGE = "l"


@dataclass
class Node:
    value: int
    at: datetime | None = None
    inner: list[Node] = field(default_factory=list["Node"])


class Options(TypedDict):
    loud: bool
    times: NotRequired[int]


def add(sku: str, count: int = 1, *, size: Size = Size.SMALL, note: str | None = None) -> int:
    """Add an item to the cart.

    It is not paid yet.

    Args:
        sku: The number of the item,
            as the shop has it: exactly.
        count (int): How many.

    Returns:
        How many there are now.
    """
    return count + len(sku) + len(size.value) + len(note or "")


def properties(called: Callable[..., Any], **options: Any) -> dict[str, Any]:
    schema: Any = bind(called, **options).definition["parameters"]
    return schema["properties"]


def test_annotations_defaults_and_docstring_become_a_definition() -> None:
    assert bind(add, name="cart.add", effect="idempotent").definition == {
        "name": "cart.add",
        "description": "Add an item to the cart.\n\nIt is not paid yet.",
        "parameters": {
            "type": "object",
            "properties": {
                "sku": {"type": "string", "description": "The number of the item, as the shop has it: exactly."},
                "count": {"type": "integer", "description": "How many.", "default": 1},
                "size": {"type": "string", "enum": ["s", "l"], "default": "s"},
                "note": {"type": ["string", "null"]},
            },
            "required": ["sku"],
            "additionalProperties": False,
        },
        "result": {"type": "integer"},
        "effect": "idempotent",
    }


def test_a_callable_is_called_with_values_of_its_types() -> None:
    bound = bind(add)
    assert bound.call({"sku": "a-1", "size": "l", "count": 2.0}) == 6
    assert bound.read({"sku": "a", "size": "l", "note": None}) == {"sku": "a", "size": Size.LARGE, "note": None}


def test_a_class_that_holds_itself_stands_once_and_is_made_of_json() -> None:
    def walk(node: Node) -> Node:
        return node

    bound = bind(walk)
    given: Any = {"node": {"value": 1, "at": "2026-01-01T00:00:00Z", "inner": [{"value": 2}]}}
    made = bound.call(given)
    assert made == Node(1, datetime(2026, 1, 1, tzinfo=UTC), [Node(2)])
    assert bound.to_json(made) == {
        "value": 1,
        "at": "2026-01-01T00:00:00+00:00",
        "inner": [{"value": 2, "at": None, "inner": []}],
    }
    assert list(bound.function.schemas) == ["Node"]


VALUES: list[tuple[Any, Any, Any]] = [
    (date, "2026-01-02", date(2026, 1, 2)),
    (time, "10:30:00", time(10, 30)),
    (UUID, "00000000-0000-0000-0000-000000000001", UUID(int=1)),
    (Decimal, "1.50", Decimal("1.50")),
    (float, 1, 1.0),
    (Any, {"a": [1]}, {"a": [1]}),
    (list[Size], ["s"], [Size.SMALL]),
    (Sequence[int], [1], [1]),
    (set[int], [1, 2], {1, 2}),
    (tuple[int, str], [1, "a"], (1, "a")),
    (tuple[int, ...], [1, 2], (1, 2)),
    (dict[str, date], {"a": "2026-01-02"}, {"a": date(2026, 1, 2)}),
    (Mapping[str, int], {"a": 1}, {"a": 1}),
    (Literal["a", 2], 2, 2),
    (Options, {"loud": True}, {"loud": True}),
    (int | Node, {"value": 3}, Node(3)),
    (int | Node, 4, 4),
    (date | str, "never", "never"),
    (Size | None, None, None),
    (Node | None, {"value": 1}, Node(1)),
]


@pytest.mark.parametrize(("annotation", "given", "made"), VALUES, ids=[str(each[0]) for each in VALUES])
def test_json_becomes_the_value_of_the_type_and_goes_back(annotation: Any, given: Any, made: Any) -> None:
    def call(it: Any) -> Any:
        return it

    call.__annotations__["it"] = annotation
    bound = bind(call)
    assert bound.call({"it": given}) == made
    assert bound.read({"it": bound.to_json(made)}) == {"it": made}


def test_what_a_person_gives_is_marked() -> None:
    def pay(amount: int, pin: Annotated[str, HUMAN, "Four digits"], card: str) -> None:
        """Pay."""

    found = properties(pay, human=["card"])
    assert found["pin"] == {"type": "string", "description": "Four digits", "x-madang-human": True}
    assert found["card"] == {"type": "string", "x-madang-human": True}
    assert [each.is_human for each in bind(pay, human=["card"]).function.function.arguments] == [False, True, True]


def test_methods_and_objects_that_are_called_have_no_self() -> None:
    class Cart:
        def __call__(self, sku: str) -> None:
            """Take it."""

        async def clear(self, is_sure: bool) -> None:
            """Clear the cart."""

    taken, cleared = bind(Cart(), name="take"), bind(Cart().clear)
    assert (taken.definition["description"], taken.is_async) == ("Take it.", False)
    assert (cleared.name, cleared.is_async, list(properties(Cart().clear))) == ("clear", True, ["is_sure"])


def refused_bytes(data: bytes) -> None: ...
def refused_bare(data) -> None: ...  # pyright: ignore - it has no annotation, which is what the test is about
def refused_many(*data: int) -> None: ...
def refused_any(**data: int) -> None: ...
def refused_position(data: int, /) -> None: ...
def refused_callback(data: Callable[[], int]) -> None: ...
def refused_inner(data: list[dict[int, str]]) -> None: ...
def refused_result() -> bytes: ...


REFUSED: list[tuple[Any, str]] = [
    (refused_bytes, "refused_bytes, the parameter `data`: bytes has no form in JSON"),
    (refused_bare, "the parameter `data`: it has no type; annotate it"),
    (refused_many, "the parameter `data`: it has to be one that is given by its name"),
    (refused_any, "given by its name"),
    (refused_position, "given by its name"),
    (refused_callback, "has no form in JSON"),
    (refused_inner, "has no form in JSON"),
    (refused_result, "refused_result, its result: bytes has no form"),
    (lambda: None, "1 to 64 of A-Z"),
]


@pytest.mark.parametrize(("called", "message"), REFUSED)
def test_what_cannot_be_described_is_refused_with_its_place(called: Any, message: str) -> None:
    with pytest.raises(InvalidError, match=message):
        bind(called)


@pytest.mark.parametrize("arguments", [{}, {"sku": 5}, {"sku": "a", "more": 1}, {"sku": "a", "size": "xl"}])
def test_arguments_that_break_the_schema_are_not_called_with(arguments: Any) -> None:
    with pytest.raises(InvalidError, match=r"^add: "):
        bind(add).call(arguments)


def test_a_result_without_a_form_in_json_is_refused() -> None:
    with pytest.raises(InvalidError, match="add: the result: a object has no form in JSON"):
        bind(add).to_json([object()])


@pytest.mark.parametrize(
    ("text", "words", "parameters"),
    [
        (None, "", {}),
        ("One.\n\nTwo.", "One.\n\nTwo.", {}),
        (
            "One.\n\n    Args:\n        a: x\n        b (int): y\n            z\n\n    Raises:\n        c: no",
            "One.",
            {"a": "x", "b": "y z"},
        ),
        ("One.\n\n    Returns:\n        a: x", "One.", {}),
        ("Args:\n    **a: x: y", "", {"a": "x: y"}),
    ],
)
def test_docstrings_of_google_style_are_read(text: str | None, words: str, parameters: dict[str, str]) -> None:
    found = read_docstring(text)
    assert (found.words, dict(found.parameters)) == (words, parameters)
