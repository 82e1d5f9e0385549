"""The interactive chat: lines with history, commands with a slash, Ctrl-C for the turn and Ctrl-D for the end."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from madang.cli.answers import text
from madang.cli.chat_conversations import (
    HEAD,
    begin,
    choose_model,
    get_conversation,
    model_id,
    model_text,
    newest,
    rows,
)
from madang.cli.chat_turn import INTERRUPTED, Talk
from madang.cli.printing import note, print_table
from madang.kit.errors import MadangError
from madang.sdk.client import Client
from madang.settings import load_settings

PROMPT = "> "
_KEPT_LINES = 1_000
_DEFAULT = "default"
_HELP = """\
/new           begin a new conversation
/list          the newest conversations
/open ID       go on with one of them, by its id or its number in the list
/model [NAME]  ask another model: its name, offline or default; without a name, which is asked
/help          this
Ctrl-C stops what is under way; Ctrl-D ends the chat."""


class Interactive:
    """A chat at a terminal; a conversation is begun with the first words."""

    def __init__(self, client: Client, talk_in: Callable[[str], Talk], model: str | None) -> None:
        self._client = client
        self._talk_in = talk_in
        self._model = model
        self._talk: Talk | None = None
        self._listed: list[str] = []
        self._commands: Mapping[str, Callable[[str], None]] = {
            "/help": lambda _: note(_HELP),
            "/new": lambda _: self._leave(),
            "/list": lambda _: self._list(),
            "/open": self._open,
            "/model": self._choose_model,
        }

    def run(self, conversation: str | None) -> int:
        """Talk until the end; the exit status."""
        lines = Lines(load_settings().home / "chat_history")
        note("/help shows what there is besides words; Ctrl-D ends the chat")
        if conversation is not None:
            self._open(conversation)
        is_warned = False
        while True:
            try:
                line = lines.read().strip()
            except EOFError:
                note("")
                return 0
            except KeyboardInterrupt:
                if is_warned:
                    return INTERRUPTED
                note("\nCtrl-C once more ends the chat")
                is_warned = True
                continue
            is_warned = False
            if line:
                self._take(line)

    def _take(self, line: str) -> None:
        """One line; what goes wrong with it is told, and the chat goes on."""
        command, _, rest = line.partition(" ")
        try:
            if command in self._commands:
                self._commands[command](rest.strip())
            elif line.startswith("/"):
                note(f"there is no {command}; /help shows what there is")
            else:
                self._say(line)
        except MadangError as error:
            note(f"madang: {error.detail}")

    def _say(self, words: str) -> None:
        if self._talk is None:
            self._talk = self._talk_in(begin(self._client, self._model))
        self._talk.say(words)

    def _leave(self) -> None:
        self._talk = None
        note("the next words begin a new conversation")

    def _list(self) -> None:
        found = newest(self._client)
        self._listed = [text(each, "id") for each in found]
        print_table(("", *HEAD), [(str(i), *row) for i, row in enumerate(rows(self._client, found), 1)])

    def _open(self, which: str) -> None:
        if which.isdecimal() and 0 < int(which) <= len(self._listed):
            which = self._listed[int(which) - 1]
        found = get_conversation(self._client, which)
        talk = self._talk_in(text(found, "id"))
        note(f"{text(found, 'title') or 'no title yet'} ({text(found, 'id')})")
        self._talk = talk
        talk.recall(shows_open=True, shows_last=True)
        if talk.reading.open_turns:
            talk.all_turns()

    def _choose_model(self, name: str) -> None:
        chosen = None if name == _DEFAULT else name
        if name and self._talk is not None:
            choose_model(self._client, self._talk.session.conversation, chosen)
        elif chosen:
            model_id(self._client, chosen)
        if name:
            self._model = chosen
        asked = self._model
        if not name and self._talk is not None:
            asked = text(get_conversation(self._client, self._talk.session.conversation), "model") or None
        note(f"the model is {model_text(self._client, asked)}")


class Lines:
    """Lines of a terminal, edited by readline where Python has it; their history is kept in a file of the owner's."""

    def __init__(self, history: Path) -> None:
        self._history = history
        try:
            import readline
        except ImportError:
            self._readline = None
            return
        self._readline = readline
        readline.set_auto_history(False)  # what is typed into a form is not for a history
        readline.set_history_length(_KEPT_LINES)
        with suppress(OSError):
            readline.read_history_file(history)

    def read(self) -> str:
        """The next line, kept. Raises EOFError and KeyboardInterrupt."""
        line = input(PROMPT)
        if self._readline is not None and line.strip():
            self._readline.add_history(line)
            with suppress(OSError):
                os.close(os.open(self._history, os.O_WRONLY | os.O_CREAT, 0o600))
                self._readline.write_history_file(self._history)
        return line
