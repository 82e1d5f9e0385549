"""Following a conversation and answering what it asks, until a turn is over or somebody else has to speak."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from typing import Protocol

import click

from madang.cli.answers import text
from madang.cli.chat_asking import Asker, Open
from madang.cli.chat_drawing import Output
from madang.cli.chat_reading import WAITING, Reading
from madang.kit.json import JsonObject, JsonValue
from madang.sdk.client import ApiError
from madang.sdk.session import Live

INTERRUPTED = 130
_GONE = frozenset({404, 409})

IsOver = Callable[[Reading], bool]


class Line(Protocol):
    """A session, as far as a talk needs one (`madang.sdk.session.Session`)."""

    conversation: str
    is_live: bool

    def past(self) -> Iterator[JsonObject]:
        """What has happened."""
        ...

    def follow(self) -> Generator[JsonObject | Live]:
        """What happens."""
        ...

    def speak(self, kind: str, **members: JsonValue) -> JsonObject:
        """Send a frame."""
        ...


class Talk:
    """One conversation at this end: what has happened, what is shown, who answers."""

    def __init__(self, session: Line, output: Output, asker: Asker, own: set[str]) -> None:
        self.session = session
        self.reading = Reading()
        self._output = output
        self._asker = asker
        self._own = own
        self._handled: set[int] = set()

    def recall(self, *, shows_open: bool, shows_last: bool = False) -> None:
        """Read what has happened before; show the turns that are open, or the last one, where that is wanted."""
        events = list(self.session.past())
        for event in events:
            self.reading.add(event)
        turns = [
            *(self.reading.open_turns if shows_open else []),
            *([*self.reading.turns.values()][-1:] if shows_last else []),
        ]
        shown = {turn.id for turn in turns}
        before, messages = Reading(), dict[str, str]()
        for event in events:
            before.add(event)
            message = text(event, "messageId")
            turn = before.turn_of(event) or messages.get(message)
            if message and turn:
                messages.setdefault(message, turn)
            if turn in shown:
                self._output.show(event, before)

    def say(self, words: str) -> int:
        """Say something and follow the turn that it begins to its end; the exit status."""
        turn_id = self._begun(words)
        is_stopped = self._until(lambda reading: turn_id in reading.turns and reading.turns[turn_id].is_over)
        turn = self.reading.turns.get(turn_id)
        return INTERRUPTED if is_stopped else turn.status if turn else WAITING

    def all_turns(self) -> int:
        """Follow the turns that are open; the exit status of all."""
        is_stopped = bool(self.reading.open_turns) and self._until(
            lambda reading: all(turn.is_over for turn in reading.turns.values())
        )
        return INTERRUPTED if is_stopped else self.reading.status

    def _begun(self, words: str) -> str:
        """The turn that words begin; one that may have begun when somebody wants to stop it is stopped."""
        try:
            answer = self.session.speak("message", text=words)
        except KeyboardInterrupt:
            self._stop()
            raise
        self._own.add(text(answer, "id"))
        return text(answer, "turn")

    def _until(self, is_over: IsOver) -> bool:
        """Follow until it is over or waits for somebody who is not here; whether somebody stopped it."""
        self._handled.difference_update(ask.seq for ask in self.reading.asks)
        try:
            self._follow(is_over)
        except (KeyboardInterrupt, click.Abort):
            self._output.remark("stopping; Ctrl-C once more leaves it as it is")
            self._stop()
            self._follow(is_over)
            return True
        return False

    def _follow(self, is_over: IsOver) -> None:
        with closing(self.session.follow()) as events:
            for event in events:
                if not isinstance(event, Live):
                    self.reading.add(event)
                    self._output.show(event, self.reading)
                if self.session.is_live and (not self._answer_asks() or is_over(self.reading)):
                    return

    def _answer_asks(self) -> bool:
        """Answer what is asked; False where that takes somebody who is not here."""
        is_answered = True
        for ask in self.reading.asks:
            if ask.seq in self._handled:
                continue
            self._handled.add(ask.seq)
            said = self._asker.answer(ask, self.reading.calls[ask.call])
            if isinstance(said, Open):
                self._leave(said)
                is_answered = False
            else:
                self._speak(said.kind, said.members)
        return is_answered

    def _leave(self, ask: Open) -> None:
        for line in ask.lines:
            self._output.remark(line)
        for label, options in ask.ways:
            self._output.remark(f"  {label} madang chat --conversation {self.session.conversation} {options}")

    def _speak(self, kind: str, members: JsonObject) -> None:
        """Send a frame; one that comes too late, as somebody else was faster, is told and changes nothing."""
        try:
            self.session.speak(kind, **members)
        except ApiError as error:
            if error.http_status not in _GONE:
                raise
            self._output.remark(error.detail)

    def _stop(self) -> None:
        """Have the turn stopped; where nothing is under way there is nothing to stop."""
        try:
            self.session.speak("abort")
        except ApiError as error:
            if error.http_status not in _GONE:
                raise
