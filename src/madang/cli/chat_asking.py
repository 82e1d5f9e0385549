"""Answering what a conversation asks: from what was said beforehand, else by asking whoever sits at the terminal."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import assert_never

import click

from madang.cli.answers import inner, text
from madang.cli.call import parse_json
from madang.cli.chat_answers import Answers, Decisions
from madang.cli.chat_drawing import approval_lines, clean, shown_arguments
from madang.cli.chat_forms import Field, Form, file_value, nested
from madang.cli.chat_reading import Ask, Call
from madang.kit.errors import UsageError
from madang.kit.json import JsonObject, JsonValue

_SHOWN_CHOICES = 20
_GO_ON = "go on with:"
_IN_DOUBT_WAYS = (("it did:    ", "--happened JSON"), ("it did not:", "--again"))


@dataclass(frozen=True, kw_only=True)
class Open:
    """Nobody answers here: why, and the options of `madang chat` that would, each with what it is for."""

    lines: tuple[str, ...]
    ways: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Said:
    """An answer, as a frame of that kind."""

    kind: str
    members: JsonObject


class Asker:
    """Answers asks. With `is_asking` somebody sits at the terminal."""

    def __init__(
        self, answers: Answers, decisions: Decisions, remark: Callable[[str], None], *, is_asking: bool
    ) -> None:
        self._answers = answers
        self._decisions = decisions
        self._remark = remark
        self._is_asking = is_asking
        self._decided: set[str] = set()

    def answer(self, ask: Ask, call: Call) -> Said | Open:
        """What is said to an ask. Raises click.Abort for Ctrl-C and Ctrl-D."""
        match ask.kind:
            case "form":
                return self._form(ask, call)
            case "approval":
                return self._approval(ask, call)
            case "in_doubt":
                return self._in_doubt(ask, call)
            case _:
                assert_never(ask.kind)

    def _form(self, ask: Ask, call: Call) -> Said | Open:
        form = Form(ask.value)
        values: dict[tuple[str, ...], JsonValue] = {}
        missing: dict[str, str] = {}
        for asked in form.fields:
            given = self._answers.take(call.id, asked)
            value = given.value(form, asked) if given else None
            wrong = form.problems(asked, value) if given else list(asked.errors)
            if given and not wrong:
                values[asked.path] = value
            elif self._is_asking:
                self._show_wrong(asked, wrong)
                self._ask(form, asked, values)
            elif asked.is_required or wrong or len(form.fields) == 1:
                missing[asked.name] = "; ".join(wrong) or asked.wants
        if missing:
            return _open_form(call, form, missing, {".".join(path) for path in values})
        return Said(kind="form", members={"call_id": call.id, "value": nested(values)})

    def _show_wrong(self, asked: Field, wrong: list[str]) -> None:
        for line in wrong:
            self._remark(f"{asked.name}: {line}")

    def _ask(self, form: Form, asked: Field, values: dict[tuple[str, ...], JsonValue]) -> None:
        """Ask until the field has a value that fits; an empty line leaves out what is not needed."""
        self._remark(_question(asked))
        if asked.choices:
            self._remark("  " + ", ".join(f"{i} {c}" for i, c in enumerate(asked.choices[:_SHOWN_CHOICES], 1)))
        while True:
            written = _prompt(asked)
            if not written and asked.given is not None and not asked.errors:
                return
            if not written and not asked.is_required:
                return
            if not written:
                self._remark(f"{asked.name} is needed")
            else:
                value, wrong = self._read(form, asked, written)
                if not wrong:
                    values[asked.path] = value
                    return
                self._show_wrong(asked, wrong)

    def _read(self, form: Form, asked: Field, written: str) -> tuple[JsonValue, list[str]]:
        if not asked.is_file:
            value = form.read(asked, written)
            return value, form.problems(asked, value)
        try:
            return file_value(Path(written).expanduser()), []
        except OSError as error:
            return None, [f"{written} cannot be read ({error.strerror})"]
        except ValueError as error:
            return None, [str(error)]

    def _approval(self, ask: Ask, call: Call) -> Said | Open:
        if self._decisions.agrees:
            return _decided(call, "approve")
        for line in approval_lines(ask.value) if self._is_asking else ():
            self._remark(line)
        if not self._is_asking:
            why = f"{call.function} is {text(ask.value, 'effect')}"
            where = text(inner(ask.value, "connection"), "server_url")
            line = f"madang: {why} at {where} and was not sent: add --yes to agree"
            return Open(lines=(line,), ways=((_GO_ON, "--yes"),))
        shown, edited = inner(ask.value, "arguments"), inner(ask.value, "arguments")
        while True:
            said = _choice("Call it? [y/N/e = edit the arguments]")
            if said in ("y", "yes"):
                changed = changed_arguments(shown, edited)
                return _decided(call, "approve", **({"arguments": changed} if changed else {}))
            if said not in ("e", "edit"):
                return _decided(call, "reject")
            edited = self._edit(edited)
            for line in shown_arguments(edited):
                self._remark(line)

    def _edit(self, arguments: JsonObject) -> JsonObject:
        """The arguments as somebody wrote them in $EDITOR; as they were where that is no JSON object."""
        try:
            written = click.edit(json.dumps(arguments, ensure_ascii=False, indent=2) + "\n", extension=".json")
            value = arguments if written is None else parse_json(written, "what you wrote")
        except (click.ClickException, UsageError) as error:
            self._remark(error.format_message() if isinstance(error, click.ClickException) else error.detail)
            return arguments
        if isinstance(value, dict):
            return value
        self._remark("what you wrote is no JSON object; the arguments stay as they were")
        return arguments

    def _in_doubt(self, ask: Ask, call: Call) -> Said | Open:
        if self._decisions.outcome is not None and call.id not in self._decided:
            self._decided.add(call.id)  # one that is in doubt again is not done again without being asked
            return Said(kind="in_doubt", members={"call_id": call.id, **self._decisions.outcome})
        why = text(ask.value, "reason") or "no answer came"
        line = f"{call.function} may or may not have happened: {why}"
        if not self._is_asking:
            return Open(lines=(f"madang: {line}",), ways=_IN_DOUBT_WAYS)
        self._remark(line)
        said = _choice("Did it? [h = it happened, a = do it again, L = leave it open]")
        if said in ("a", "again"):
            return Said(kind="in_doubt", members={"call_id": call.id, "again": True})
        if said not in ("h", "happened"):
            return Open(lines=(), ways=_IN_DOUBT_WAYS)
        return Said(kind="in_doubt", members={"call_id": call.id, "happened": self._happened()})

    def _happened(self) -> JsonValue:
        while True:
            written = str(click.prompt("Its value as JSON, or nothing", default="", show_default=False, err=True))
            try:
                return parse_json(written, "that") if written.strip() else None
            except UsageError as error:
                self._remark(error.detail)


def changed_arguments(shown: JsonObject, edited: JsonObject) -> JsonObject:
    """What is different, each argument whole; null where it was taken out."""
    gone: JsonObject = {name: None for name in shown if name not in edited}
    return gone | {name: value for name, value in edited.items() if name not in shown or shown[name] != value}


def _open_form(call: Call, form: Form, missing: Mapping[str, str], given: Set[str]) -> Open:
    """What is missing; what was given has to be given again, as a form is answered as a whole."""
    head = f"madang: {call.function} was not sent, as a person has to give {', '.join(missing)}"
    options = [
        f"--answer {each.name}={'@FILE' if each.is_hidden or each.is_file else 'VALUE'}"
        for each in form.fields
        if each.name in missing or each.name in given
    ]
    lines = [f"  {name}: {what}" for name, what in missing.items()]
    return Open(lines=(head, *lines), ways=((_GO_ON, " ".join(options)),))


def _decided(call: Call, decision: str, **members: JsonValue) -> Said:
    return Said(kind="approval", members={"call_id": call.id, "decision": decision, **members})


def _question(asked: Field) -> str:
    wants = asked.wants if asked.is_required else f"{asked.wants}; may be left out"
    return f"{asked.name} ({wants})" + (f": {asked.about}" if asked.about else "")


def _prompt(asked: Field) -> str:
    given = "" if asked.given is None or asked.is_hidden else f" [{_plain(asked.given)}]"
    label = clean(f"{asked.name}, path of a file" if asked.is_file else f"{asked.name}{given}")
    return str(click.prompt(label, default="", show_default=False, hide_input=asked.is_hidden, err=True))


def _plain(value: JsonValue) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _choice(question: str) -> str:
    return str(click.prompt(question, default="", show_default=False, prompt_suffix=" ", err=True)).strip().lower()
