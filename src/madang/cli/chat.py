"""`madang chat`: say what is wanted in words, see what comes of it, answer what is asked.

What the agent says goes to stdout, all else to stderr. Exit status: 0 done, 1 the call or the turn failed, 2 wrong use,
3 it waits for a person or nobody knows whether it happened, 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import click

from madang.cli.call import parse_json
from madang.cli.chat_answers import Answers, Decisions, read_answers
from madang.cli.chat_asking import Asker
from madang.cli.chat_conversations import (
    HEAD,
    begin,
    choose_model,
    complete_conversation,
    complete_model,
    get_conversation,
    get_newest,
    newest,
    rows,
)
from madang.cli.chat_drawing import JsonOutput, TextOutput
from madang.cli.chat_turn import Talk
from madang.cli.printing import is_asking, note, print_json, print_table
from madang.kit.errors import UsageError
from madang.kit.json import JsonObject
from madang.sdk.client import Client, ConnectionLostError
from madang.sdk.session import Patience, Session
from madang.settings import load_settings

WAITING = 3
_MOST_BYTES = 400_000

TalkIn = Callable[[str], Talk]


@click.command(epilog="""Example: madang chat 'Post an article titled "Hello" to section general' --yes""")
@click.argument("words", metavar="[TEXT]", required=False)
@click.option("--yes", "is_agreed", is_flag=True, help="Agree to calls that may change something or pass results on.")
@click.option("--answer", "answers", multiple=True, metavar="NAME=VALUE", help="What would be asked; @FILE holds it.")
@click.option(
    "--conversation", metavar="ID", shell_complete=complete_conversation, help="Go on with this one, or see how it is."
)
@click.option("--continue", "is_continued", is_flag=True, help="Go on with the newest conversation.")
@click.option("--model", metavar="NAME", shell_complete=complete_model, help="The model to ask, or offline for none.")
@click.option("--happened", metavar="JSON", help="A call in doubt did happen, and this is its value.")
@click.option("--again", is_flag=True, help="A call in doubt did not happen; do it again.")
@click.option("--list", "is_list", is_flag=True, help="List the newest conversations.")
@click.option("--json", "is_json", is_flag=True, help="Print the events, one JSON object a line, and nothing else.")
def chat(
    words: str | None,
    answers: tuple[str, ...],
    conversation: str | None,
    model: str | None,
    happened: str | None,
    *,
    is_agreed: bool,
    is_continued: bool,
    is_list: bool,
    is_json: bool,
    again: bool,
) -> int:
    """Ask for something in words: TEXT, - for what stdin holds, or without it an interactive chat.

    The agent finds the function, fills in what the words state, asks for the rest, and asks before a call that may
    change something. Without a terminal, --answer and --yes say it beforehand; what is missing then is told, and the
    conversation waits until somebody goes on with it.
    """
    if conversation is not None and is_continued:
        raise UsageError("--conversation and --continue exclude each other; give one of them")
    if words is not None and (again or happened is not None):
        raise UsageError("--happened and --again are about a call that was made, and take no TEXT")
    given, said = read_answers(answers), _words(words)
    decisions = Decisions(agrees=is_agreed, outcome=_outcome(happened, is_again=again))
    with Client.from_settings(load_settings()) as client:
        if is_list:
            _print_list(client, is_json=is_json)
            return 0
        here = _chosen(client, conversation, model, is_continued=is_continued)
        talk_in = _talks(client, given, decisions, is_json=is_json)
        if said is None and is_asking() and not is_json:
            from madang.cli.chat_interactive import Interactive

            return Interactive(client, talk_in, model).run(here)
        if here is None and said is None:
            raise UsageError("TEXT is missing: say what is wanted, or - to read it from stdin")
        talk = talk_in(here or begin(client, model))
        try:
            status = _once(talk, said, is_new=here is None)
        except ConnectionLostError:
            note(f"what became of it, once Madang runs: madang chat --conversation {talk.session.conversation}")
            raise
    for name in given.unused:
        note(f"--answer {name} was not needed: nothing asked for it by this name")
    return status


def _once(talk: Talk, said: str | None, *, is_new: bool) -> int:
    """One turn, or with nothing to say those that are open and the last one."""
    if not is_new:
        talk.recall(shows_open=said is None, shows_last=said is None)
    asks = talk.reading.asks
    if said is None:
        if not talk.reading.turns:
            raise UsageError("nothing was said in this conversation yet; give a TEXT")
        return talk.all_turns()
    if asks:
        function = talk.reading.calls[asks[0].call].function
        note(f"madang: the conversation waits for an answer about {function}, so nothing was said")
        note(f"  go on with: madang chat --conversation {talk.session.conversation}")
        return WAITING
    return talk.say(said)


def _talks(client: Client, answers: Answers, decisions: Decisions, *, is_json: bool) -> TalkIn:
    own: set[str] = set()
    output = JsonOutput() if is_json else TextOutput(own)
    asker = Asker(answers, decisions, output.remark, is_asking=is_asking())

    def told(is_lost: bool) -> None:
        output.remark("the connection to Madang is lost; trying again" if is_lost else "connected again")

    return lambda identifier: Talk(Session(client, identifier, patience=Patience(told)), output, asker, own)


def _chosen(client: Client, conversation: str | None, model: str | None, *, is_continued: bool) -> str | None:
    """The conversation that is gone on with, asking the model that is wanted; None for a new one."""
    here = get_newest(client) if is_continued else conversation
    if here is not None:
        get_conversation(client, here)
        if model is not None:
            choose_model(client, here, model)
    return here


def _print_list(client: Client, *, is_json: bool) -> None:
    found = newest(client)
    if is_json:
        print_json([*found])
    else:
        print_table(HEAD, rows(client, found))


def _words(given: str | None) -> str | None:
    if given == "-":
        try:
            given = sys.stdin.buffer.read(_MOST_BYTES).decode()
        except UnicodeDecodeError:
            raise UsageError("stdin is not UTF-8 text") from None
    if given is not None and not given.strip():
        raise UsageError("TEXT is empty: say what is wanted")
    return given


def _outcome(happened: str | None, *, is_again: bool) -> JsonObject | None:
    if is_again and happened is not None:
        raise UsageError("--happened and --again exclude each other; give one of them")
    if happened is not None:
        return {"happened": parse_json(happened, "--happened")}
    return {"again": True} if is_again else None
