from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from madang.cli.chat_answers import Decisions, read_answers
from madang.cli.chat_asking import Asker, Open, Said, changed_arguments
from madang.cli.chat_reading import Ask, AskKind, Call
from madang.kit.errors import UsageError
from madang.kit.json import JsonObject, JsonValue

CANARY = "canary-5f1d77"
PROPERTIES: JsonObject = {
    "limit": {"type": "integer", "minimum": 1, "description": "How many."},
    "state": {"type": "string", "enum": ["open", "closed"]},
    "urgent": {"type": "boolean"},
    "labels": {"type": "array", "items": {"type": "string"}},
    "note": {"type": "string"},
    "password": {"type": "string", "format": "password", "minLength": 4},
    "photo": {"type": "string", "format": "binary"},
    "login": {
        "type": "object",
        "properties": {"user": {"type": "string"}, "pin": {"type": "string", "format": "password"}},
        "required": ["pin"],
    },
}


def form(*names: str, errors: JsonValue = None, value: JsonValue = None) -> JsonObject:
    """A form event that asks for these properties; those with a `?` may be left out."""
    schema: JsonObject = {
        "type": "object",
        "properties": {name.rstrip("?"): PROPERTIES[name.rstrip("?")] for name in names},
        "required": [name for name in names if not name.endswith("?")],
        "additionalProperties": False,
    }
    return {"call_id": "cal_1", "schema": schema, "value": value or {}, "errors": errors or [], "reason": "missing"}


class Terminal:
    """An asker, with what it remarked. What is typed is given to `typing`."""

    def __init__(self, *answers: str, decisions: Decisions | None = None, is_asking: bool = False) -> None:
        self.remarks: list[str] = []
        self._asker = Asker(read_answers(answers), decisions or Decisions(), self.remarks.append, is_asking=is_asking)

    def ask(self, kind: AskKind, value: JsonObject) -> Said | Open:
        call = Call(id="cal_1", turn="trn_1", start={"toolCallName": "x.y"})
        return self._asker.answer(Ask(kind=kind, call="cal_1", seq=7, value=value), call)


@contextmanager
def typing(*lines: str) -> Iterator[None]:
    """A terminal at which these lines are typed."""
    with CliRunner().isolation(input="".join(f"{line}\n" for line in lines)):
        yield


def values(said: Said | Open) -> JsonValue:
    assert isinstance(said, Said)
    assert said.kind == "form"
    return said.members["value"]


def test_answers_become_what_their_fields_want() -> None:
    given = ("limit=5", "state=OPEN", "urgent=yes", 'labels=["a", "b"]', "note=5", "password=@@1=x", "login.pin=0000")
    asked = form("limit", "state", "urgent", "labels", "note", "password", "login")
    assert values(Terminal(*given).ask("form", asked)) == {
        "limit": 5,
        "state": "open",
        "urgent": True,
        "labels": ["a", "b"],
        "note": "5",
        "password": "@1=x",
        "login": {"pin": "0000"},
    }


def test_a_file_gives_a_secret_without_its_line_end_and_a_file_field_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(f"{CANARY}\n")
    (tmp_path / "p.png").write_bytes(b"\x89PNG")
    terminal = Terminal(f"password=@{tmp_path}/secret", f"photo=@{tmp_path}/p.png")
    assert values(terminal.ask("form", form("password", "photo"))) == {
        "password": CANARY,
        "photo": {"$file": {"name": "p.png", "media_type": "image/png", "data": "iVBORw=="}},
    }


@pytest.mark.parametrize("written", [CANARY, f"={CANARY}"])
def test_an_answer_that_is_not_written_as_one_is_refused_without_being_repeated(written: str) -> None:
    with pytest.raises(UsageError) as raised:
        read_answers([written])
    assert "NAME=VALUE" in raised.value.detail
    assert CANARY not in raised.value.detail


def test_an_answer_given_twice_or_from_no_file_is_refused() -> None:
    for written, told in ((["a=1", "a=2"], "given twice"), (["a=@/nowhere"], "is no file; write @@")):
        with pytest.raises(UsageError, match=told):
            read_answers(written)


def test_what_is_missing_without_a_terminal_is_told_with_the_way_to_go_on() -> None:
    terminal = Terminal("limit=0", f"note={CANARY}")
    assert terminal.ask("form", form("limit", "note", "password", "state?")) == Open(
        lines=(
            "madang: x.y was not sent, as a person has to give limit, password",
            "  limit: expected integer of at least 1, given 0",
            "  password: text of at least 4 characters",
        ),
        ways=(("go on with:", "--answer limit=VALUE --answer note=VALUE --answer password=@FILE"),),
    )


def test_a_wrong_secret_is_not_repeated() -> None:
    left = Terminal("password=abc").ask("form", form("password"))
    assert isinstance(left, Open)
    assert left.lines[1] == "  password: expected text of at least 4 characters"


def test_an_answer_that_the_server_refused_is_not_given_again() -> None:
    terminal = Terminal("limit=5")
    assert values(terminal.ask("form", form("limit"))) == {"limit": 5}
    again = terminal.ask("form", form("limit", errors=[{"path": "/limit", "message": "limit: too many"}]))
    assert isinstance(again, Open)
    assert again.lines[1] == "  limit: limit: too many"


def test_at_a_terminal_fields_are_asked_one_by_one_until_they_fit() -> None:
    terminal = Terminal("limit=5", is_asking=True)
    with typing("", "2", "maybe", "y", "", f"{CANARY}"):
        said = terminal.ask("form", form("limit", "state", "urgent", "note?", "password"))
    assert values(said) == {"limit": 5, "state": "closed", "urgent": True, "password": CANARY}
    assert terminal.remarks == [
        'state (one of "open" or "closed")',
        "  1 open, 2 closed",
        "state is needed",
        "urgent (true or false)",
        'urgent: expected true or false, given "maybe"',
        "note (text; may be left out)",
        "password (text of at least 4 characters)",
    ]


def test_at_a_terminal_a_file_is_asked_for_by_its_path(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    terminal = Terminal(is_asking=True)
    with typing("/nowhere", f"{tmp_path}/a"):
        said = terminal.ask("form", form("photo"))
    assert values(said) == {"photo": {"$file": {"name": "a", "data": "eA=="}}}
    assert terminal.remarks[1] == "photo: /nowhere cannot be read (No such file or directory)"


def test_the_end_of_what_is_typed_stops_the_question() -> None:
    with typing(), pytest.raises(click.Abort):
        Terminal(is_asking=True).ask("form", form("note"))


APPROVAL: JsonObject = {
    "reasons": ["effect", "connection"],
    "effect": "unsafe",
    "function": "x.y",
    "connection": {"server_url": "http://a"},
    "arguments": {"title": "Hello", "tags": ["a"], "password": "[hidden]"},
    "request": {"method": "post", "url": "http://a/b"},
}


def test_yes_agrees_and_without_a_terminal_nothing_else_does() -> None:
    agreed = Terminal(decisions=Decisions(agrees=True)).ask("approval", APPROVAL)
    assert agreed == Said(kind="approval", members={"call_id": "cal_1", "decision": "approve"})
    assert Terminal().ask("approval", APPROVAL) == Open(
        lines=("madang: x.y is unsafe at http://a and was not sent: add --yes to agree",),
        ways=(("go on with:", "--yes"),),
    )


@pytest.mark.parametrize(("typed", "decision"), [("y", "approve"), ("", "reject"), ("n", "reject"), ("what", "reject")])
def test_only_a_clear_yes_agrees(typed: str, decision: str) -> None:
    terminal = Terminal(is_asking=True)
    with typing(typed):
        said = terminal.ask("approval", APPROVAL)
    assert said == Said(kind="approval", members={"call_id": "cal_1", "decision": decision})
    assert terminal.remarks == [
        "x.y is unsafe: it may change something",
        "it takes what another connection gave to http://a",
        "POST http://a/b",
    ]


def test_edited_arguments_go_with_the_agreement(monkeypatch: pytest.MonkeyPatch) -> None:
    def edit(written: str, extension: str) -> str:
        return json.dumps({**json.loads(written), "title": "Edited"})

    monkeypatch.setattr(click, "edit", edit)
    with typing("e", "y"):
        said = Terminal(is_asking=True).ask("approval", APPROVAL)
    assert isinstance(said, Said)
    assert (said.members["decision"], said.members["arguments"]) == ("approve", {"title": "Edited"})


def test_what_was_edited_into_no_object_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal(is_asking=True)
    with typing("e", "e", "y"):
        written = iter(["{", "[1]"])
        monkeypatch.setattr(click, "edit", lambda *_args, **_options: next(written))  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType] - click's editor, in no need of types
        said = terminal.ask("approval", APPROVAL)
    assert said == Said(kind="approval", members={"call_id": "cal_1", "decision": "approve"})
    assert any("no JSON at line 1" in line for line in terminal.remarks)
    assert any("no JSON object; the arguments stay" in line for line in terminal.remarks)


def test_changed_arguments_are_whole_and_those_taken_out_are_null() -> None:
    shown: JsonObject = {"a": 1, "b": {"c": 1, "d": 2}, "e": 3}
    assert changed_arguments(shown, {"a": 1, "b": {"c": 1}, "f": 4}) == {"b": {"c": 1}, "e": None, "f": 4}


DOUBT: JsonObject = {"reason": "it broke off", "effect": "unsafe", "function": "x.y", "arguments": {}}


@pytest.mark.parametrize(
    ("typed", "members"),
    [
        (("a",), {"again": True}),
        (("h", "{bad", '{"id": 1}'), {"happened": {"id": 1}}),
        (("h", ""), {"happened": None}),
    ],
)
def test_a_person_says_what_became_of_a_call_in_doubt(typed: tuple[str, ...], members: JsonObject) -> None:
    with typing(*typed):
        said = Terminal(is_asking=True).ask("in_doubt", DOUBT)
    assert said == Said(kind="in_doubt", members={"call_id": "cal_1", **members})


def test_a_doubt_is_left_open_with_the_ways_to_close_it() -> None:
    ways = (("it did:    ", "--happened JSON"), ("it did not:", "--again"))
    line = "x.y may or may not have happened: it broke off"
    assert Terminal(decisions=Decisions(agrees=True)).ask("in_doubt", DOUBT) == Open(
        lines=(f"madang: {line}",), ways=ways
    )
    with typing(""):
        assert Terminal(is_asking=True).ask("in_doubt", DOUBT) == Open(lines=(), ways=ways)


def test_what_is_known_beforehand_answers_a_doubt() -> None:
    said = Terminal(decisions=Decisions(outcome={"happened": None})).ask("in_doubt", DOUBT)
    assert said == Said(kind="in_doubt", members={"call_id": "cal_1", "happened": None})


def test_a_call_that_is_in_doubt_again_is_not_done_again_by_what_was_said_before() -> None:
    terminal = Terminal(decisions=Decisions(outcome={"again": True}))
    said = [terminal.ask("in_doubt", DOUBT) for _ in range(2)]
    assert isinstance(said[0], Said)
    assert isinstance(said[1], Open)
