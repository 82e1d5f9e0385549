"""What is shown of a conversation: what the agent says on stdout, all else as remarks on stderr; or events as JSON."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

import click

from madang.cli.answers import inner, items, text, texts
from madang.cli.chat_reading import Call, Reading
from madang.cli.printing import cut, fitted_table, note
from madang.cli.trees import tree_lines
from madang.kit.json import JsonObject, JsonValue
from madang.logs import HIDDEN

HEIGHT = 24
"""Lines of a result; `--json` has all of it."""
_WIDEST = 160
_CONTROLS: Mapping[int, str] = {
    code: "�"
    for code in (*range(32), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xD800, 0xE000))
    if code not in (0x09, 0x0A)
} | {0x0D: ""}
"""What moves a cursor, colours or turns a line around comes from models and APIs, and is none of theirs to do."""

_ORIGINS: Mapping[str, str] = {
    "user": "from the message",
    "form": "from a person",
    "model": "from the model",
    "default": "by default",
}


class Output(Protocol):
    """Shows events, after `reading` has taken each into account."""

    def show(self, event: JsonObject, reading: Reading) -> None:
        """Show one event."""
        ...

    def remark(self, line: str) -> None:
        """Say something that is no event."""
        ...


class JsonOutput:
    """One JSON object a line, each event as it came."""

    def show(self, event: JsonObject, reading: Reading) -> None:
        """Show one event."""
        click.echo(json.dumps(event, ensure_ascii=False))

    def remark(self, line: str) -> None:
        """Say something that is no event."""
        note(clean(line))


class TextOutput:
    """For people. On a terminal texts are shown as they come, elsewhere when they are whole: none is there twice.

    `own` are the ids of frames that were sent from here: what somebody has just typed is not shown to them again.
    """

    def __init__(self, own: set[str], *, is_terminal: bool | None = None) -> None:
        self._own = own
        self._is_terminal = sys.stdout.isatty() if is_terminal is None else is_terminal
        self._said: dict[str, str] = {}
        self._heard: dict[str, str] = {}
        self._drawn: dict[str, JsonObject] = {}
        self._is_in_line = False

    def show(self, event: JsonObject, reading: Reading) -> None:
        """Show one event."""
        match text(event, "type"):
            case "TEXT_MESSAGE_START":
                self._start(event)
            case "TEXT_MESSAGE_CONTENT":
                self._say(text(event, "messageId"), text(event, "delta"))
            case "TEXT_MESSAGE_END":
                self._end(event)
            case kind:
                call = reading.call_of(event)
                if call is not None and (kind, text(event, "name")) in _DRAWS_CALL:
                    self._draw(call)
                for line in lines_of(event, call):
                    self.remark(line)

    def remark(self, line: str) -> None:
        """Say something that is no event."""
        if self._is_in_line:
            click.echo()
            self._is_in_line = False
        note(clean(line))

    def _start(self, event: JsonObject) -> None:
        message = text(event, "messageId")
        if text(event, "role") != "user":
            self._said[message] = ""
        elif text(event, "frame") not in self._own:
            self._heard[message] = ""

    def _say(self, message: str, delta: str) -> None:
        if message in self._heard:
            self._heard[message] += delta
        if message not in self._said:
            return
        self._said[message] += delta
        if self._is_terminal and delta:
            click.echo(clean(delta), nl=False)
            self._is_in_line = not delta.endswith("\n")

    def _end(self, event: JsonObject) -> None:
        message, is_cut = text(event, "messageId"), event.get("isCut") is True
        if message in self._heard:
            self.remark(f"> {self._heard.pop(message).strip()}")
        said = self._said.pop(message, "")
        if said and not self._is_terminal and not is_cut:
            click.echo(clean(said))
        if self._is_in_line:
            click.echo()
            self._is_in_line = False
        if said and is_cut and self._is_terminal:
            self.remark("(broken off)")

    def _draw(self, call: Call) -> None:
        """The call with its arguments, unless it was shown just so."""
        before = self._drawn.get(call.id)
        if before == call.arguments:
            return
        self._drawn[call.id] = call.arguments
        for line in (
            *(call_lines(call, width()) if before is None else ()),
            *argument_lines(call, before or {}, width()),
        ):
            self.remark(line)


_DRAWS_CALL = frozenset(
    {
        ("TOOL_CALL_END", ""),
        ("TOOL_CALL_RESULT", ""),
        ("CUSTOM", "form"),
        ("CUSTOM", "approval"),
        ("CUSTOM", "performing"),
    }
)
"""At these the arguments are worth a look: before a question, before they go out, and with what came of them."""


def clean(said: str) -> str:
    """A text that cannot do anything to a terminal."""
    return said.translate(_CONTROLS)


def width() -> int:
    """How wide lines may be."""
    return min(shutil.get_terminal_size().columns, _WIDEST)


def lines_of(event: JsonObject, call: Call | None) -> Iterator[str]:
    """The remarks about one event."""
    kind = text(event, "type")
    if kind == "CUSTOM":
        told = _BY_NAME.get(text(event, "name"))
        if told is not None:
            yield from told(inner(event, "value"))
    elif kind == "TOOL_CALL_RESULT" and call is not None:
        yield from result_lines(call)
    elif kind == "RUN_ERROR":
        is_stopped = text(event, "code") == "aborted"
        yield "stopped" if is_stopped else f"madang: {text(event, 'message')}"


def call_lines(call: Call, most: int) -> Iterator[str]:
    """A call: what, how, over which connection."""
    over = inner(call.start, "connection")
    yield cut(f"call {call.function}: {text(call.start, 'title')}".rstrip(": "), most)
    yield f"  {text(call.start, 'method').upper()} {text(call.start, 'path')} at {text(over, 'server_url')}" + (
        f", over {text(over, 'connector')}/{text(over, 'label')}; {text(call.start, 'effect')}"
    )


def argument_lines(call: Call, before: JsonObject, most: int) -> Iterator[str]:
    """The arguments that are not as they were `before`, each with where it came from."""
    rows = [
        (name, _argument_text(value), origin_text(inner(call.provenance, name)))
        for name, value in call.arguments.items()
        if name not in before or before[name] != value
    ]
    rows += [(name, "", "taken out") for name in before if name not in call.arguments]
    if rows:
        yield from (f"  {line}" for line in fitted_table(("", "", ""), rows, most - 2).splitlines()[1:])


def _argument_text(value: JsonValue) -> str:
    return HIDDEN if value == HIDDEN else json.dumps(value, ensure_ascii=False)


def origin_text(origin: JsonObject) -> str:
    """Where an argument came from, in words."""
    if text(origin, "kind") == "result":
        return f"from the result of {text(origin, 'key')} at {text(origin, 'path') or '/'}"
    return _ORIGINS.get(text(origin, "kind"), "")


def result_lines(call: Call) -> Iterator[str]:
    """How a call ended, and what it gave."""
    result = call.result or {}
    reason = text(result, "reason")
    if call.state == "done":
        yield _done_line(result)
    elif call.state == "rejected":
        yield f"{call.function} was not called: {reason}" if reason != "rejected" else f"{call.function} was not called"
        return
    else:
        yield f"{call.function} failed: {reason or 'no reason was given'}{_time(result)}"
    stored = inner(result, "stored")
    value = stored.get("preview") if stored else result.get("value")
    if value is not None:
        yield from tree_lines(value, height=HEIGHT, width=width())
    if stored:
        yield f"(the beginning of {stored.get('bytes') or 0:,} bytes)"
    if text(result, "not_kept"):
        yield text(result, "not_kept")


def _done_line(result: JsonObject) -> str:
    said = f"status {text(result, 'status')}" if text(result, "status") else "done"
    if result.get("resolved_by") is not None or result.get("is_assumed") is True:
        said += ", as a person says" if result.get("resolved_by") is not None else ", as is assumed"
    return said + _time(result)


def _time(result: JsonObject) -> str:
    seconds = result.get("seconds")
    return f", {seconds:.2f} s" if isinstance(seconds, int | float) else ""


def _found(value: JsonObject) -> Iterator[str]:
    best, *others = [*items(value, "candidates"), {}]
    if value.get("fits") is not True or not best:
        yield "found nothing that fits"
        return
    also = ", ".join(text(each, "function") for each in others[:3] if each)
    yield cut(f"found {text(best, 'function')}" + (f"; also {also}" if also else ""), width())


def _mended(value: JsonObject) -> Iterator[str]:
    yield f"the model's arguments are wrong, attempt {text(value, 'attempt')}:"
    yield from problem_lines(items(value, "errors"))


def problem_lines(errors: Sequence[JsonObject]) -> list[str]:
    """Each wrong place on a line."""
    return [f"  {text(each, 'message') or text(each, 'path')}" for each in errors]


def _drift(value: JsonObject) -> Iterator[str]:
    for each in items(value, "drift"):
        yield f"not as documented: {text(each, 'path') or '/'}: expected {text(each, 'expected')}"


def _usage(value: JsonObject) -> Iterator[str]:
    price = f", {text(value, 'price')} {text(value, 'currency')}" if text(value, "price") else ""
    tokens = [value.get(name) for name in ("input_tokens", "output_tokens")]
    read, written = (f"{each:,}" if isinstance(each, int) else "?" for each in tokens)
    yield f"{text(value, 'model')}: {read} tokens read, {written} written{price}"


def approval_lines(value: JsonObject) -> list[str]:
    """What a person agrees to, beyond the call that is shown already: why they are asked, and where it goes."""
    lines: list[str] = []
    if "effect" in texts(value, "reasons"):
        lines.append(f"{text(value, 'function')} is {text(value, 'effect')}: it may change something")
    if "connection" in texts(value, "reasons"):
        lines.append(f"it takes what another connection gave to {text(inner(value, 'connection'), 'server_url')}")
    request = inner(value, "request")
    return [*lines, f"{text(request, 'method').upper()} {text(request, 'url')}"]


def shown_arguments(value: JsonValue) -> list[str]:
    """Arguments as JSON."""
    return tree_lines(value, height=HEIGHT, width=width())


_BY_NAME: Mapping[str, Callable[[JsonObject], Iterator[str]]] = {
    "found": _found,
    "mended": _mended,
    "drift": _drift,
    "usage": _usage,
}
