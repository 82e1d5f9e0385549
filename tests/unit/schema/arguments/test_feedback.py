"""A model sees its own JSON with the errors beside the wrong places."""

from __future__ import annotations

from madang.kit.json import JsonObject
from madang.schema.arguments import CompiledArguments
from madang.schema.feedback import annotate
from madang.schema.validation import Validator


def test_errors_stand_beside_the_wrong_places_and_missing_ones_on_lines_of_their_own(
    compiled: CompiledArguments,
) -> None:
    prepared = compiled.prepare(
        '{"limit": "many", "stat": "open", "node": {"name": "a", "children": [{"name": "b"}, {"nam": "c"}]}}'
    )

    assert compiled.feedback(prepared) == "\n".join(
        [
            "{",
            '  "limit": "many", // ← expected integer from 1 to 100, given "many"',
            '  "stat": "open", // ← not known here (did you mean "state"?)',
            '  "node": {',
            '    "name": "a",',
            '    "children": [',
            "      // … 1 items without errors",
            "      {",
            '        "nam": "c" // ← not known here (did you mean "name"?)',
            '        // "name": ← missing, expected text of at least 1 character',
            "      }",
            "    ]",
            "  }",
            "}",
        ]
    )


def test_a_persons_share_is_neither_shown_nor_asked_of_the_model(compiled: CompiledArguments) -> None:
    prepared = compiled.prepare({"limit": 0, "password": 777888, "node": {"name": "a", "api_token": "canary"}})

    text = compiled.feedback(prepared)

    assert "expected integer from 1 to 100, given 0" in text
    assert not [word for word in ("777888", "canary", "password", "api_token") if word in text]


def test_there_is_nothing_to_say_where_only_a_person_has_to_repair(compiled: CompiledArguments) -> None:
    prepared = compiled.prepare({"limit": 1, "password": 5})

    assert not prepared.is_valid
    assert compiled.feedback(prepared) == ""


def test_the_text_stays_small_however_large_the_arguments_are() -> None:
    value: JsonObject = {f"key{index}": "x" * 5000 for index in range(500)}
    value["list"] = [str(index) for index in range(10_000)]
    errors = Validator({"properties": {"list": {"items": {"type": "integer"}}, "key7": {"maxLength": 2}}}).validate(
        value
    )

    text = annotate(value, errors)

    assert len(text) <= 8000
    assert "expected text of at most 2 characters" in text
    assert "more members without errors" in text
