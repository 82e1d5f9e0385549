"""`madang call`: call a function, see what would be sent, decide a call in doubt.

The value goes to stdout, all else to stderr. Exit status: 0 done, 1 the API refused or the arguments are wrong, 2 wrong
use, 3 it waits for a person to agree, or nobody knows whether it happened.
"""

from __future__ import annotations

import json
import sys
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import NoReturn

import click

from madang.cli.answers import inner, items, object_of, text
from madang.cli.call_values import give_value
from madang.cli.lookup import get_connection, segment
from madang.cli.printing import is_asking, note, print_json
from madang.kit.errors import FieldError, InvalidError, UsageError
from madang.kit.json import JsonObject, JsonValue, unpointer
from madang.schema.shares import Shares
from madang.sdk.client import ApiError, Client
from madang.settings import load_settings

FAILED = 1
WAITING = 3
CALL_SECONDS = 600.0
_MOST_DRIFT = 8


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A call as the command line was given it."""

    function: str
    arguments: JsonObject
    connection: str | None
    key: str
    is_dry: bool
    is_agreed: bool


@click.command(epilog="""Example: madang call bbs.articles.search --json '{"title": "Hello"}'""")
@click.argument("name", required=False)
@click.option("--json", "given", metavar="JSON", help="The arguments: an object, - for stdin, or @FILE.")
@click.option("--connection", "connection", metavar="CONNECTION", help="Over which; its connector's first by default.")
@click.option("--dry-run", "is_dry", is_flag=True, help="Print the HTTP request and send nothing.")
@click.option("--yes", "is_agreed", is_flag=True, help="Agree to a call that may change something.")
@click.option("--full", "is_full", is_flag=True, help="Print all that is known of the call, not its value alone.")
@click.option("--output", metavar="FILE", help="Write the value to FILE: a large answer, or a file, as it came.")
@click.option("--key", help="Repeats with the same key give what the first came to, and do nothing again.")
@click.option(
    "--resolve", "in_doubt", metavar="ID", help="Decide the call ID, of which nobody knows whether it happened."
)
@click.option("--happened", metavar="JSON", help="With --resolve: it did happen, and this is its value.")
@click.option("--again", is_flag=True, help="With --resolve: it did not happen; do it again.")
def call(
    name: str | None,
    given: str | None,
    connection: str | None,
    output: str | None,
    key: str | None,
    in_doubt: str | None,
    happened: str | None,
    *,
    is_dry: bool,
    is_agreed: bool,
    is_full: bool,
    again: bool,
) -> int:
    """Call function NAME (connector.group.operation) and print its value as JSON.

    A call that may change something is shown and asked about first; without a terminal it needs --yes. What only a
    person may give, as a password, is asked for where it is missing.

    A call in doubt is decided by `--resolve ID` with `--happened JSON` or `--again`.
    """
    arguments = read_arguments(given)
    if is_full and output is not None:
        raise UsageError("--full prints the whole call and --output writes its value alone; give one of them")
    with Client.from_settings(load_settings()) as client:
        give = partial(give_value, client, output)
        if in_doubt is not None:
            if name is not None or is_dry:
                raise UsageError("--resolve takes the id of a call and no NAME; see `madang call --help`")
            answer = resolve(client, in_doubt, happened, arguments, is_again=again)
            return show(answer, give, is_full=is_full)
        if name is None or again or happened is not None:
            raise UsageError("NAME is missing: `madang functions --search TEXT` finds it")
        wanted = Wanted(
            function=name,
            arguments=arguments,
            connection=text(get_connection(client, connection), "id") if connection else None,
            key=key or str(uuid.uuid4()),
            is_dry=is_dry,
            is_agreed=is_agreed,
        )
        return show(perform(client, wanted), give, is_full=is_full)


def read_arguments(given: str | None) -> JsonObject:
    """The arguments of `--json`. Raises UsageError for what is no JSON object."""
    if given is None:
        return {}
    written, where = given, "--json"
    if given == "-":
        written, where = sys.stdin.read(), "stdin"
    elif given.startswith("@"):
        written, where = _read_file(given[1:]), given[1:]
    value = parse_json(written, where)
    if not isinstance(value, dict):
        raise UsageError(f"""{where} is no JSON object; write the arguments by name, as '{{"limit": 5}}'""")
    return value


def parse_json(written: str, where: str) -> JsonValue:
    """A JSON value. Raises UsageError that says where it is none, without repeating it: it may hold a secret."""
    try:
        value: JsonValue = json.loads(written, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise UsageError(f"{where} is no JSON at line {error.lineno}, column {error.colno}: {error.msg}") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{where} is no JSON ({error})") from None
    return value


def perform(client: Client, wanted: Wanted) -> JsonObject:
    """The call as the server has it in the end; a person is asked for what is missing and for agreement."""
    answer, wanted = _complete(client, wanted)
    if text(answer, "state") != "approval" or not is_asking():
        return answer
    note(question(answer))
    if not click.confirm("Call it?", err=True):
        return {**answer, "state": "declined"}
    return _post(client, wanted, is_agreed=True)


def question(proposed: JsonObject) -> str:
    """What a person agrees to: the function, its class, where it goes, and the arguments without secrets."""
    lines = [
        f"{text(proposed, 'function')} ({text(proposed, 'effect')}) at {text(proposed, 'server_url')}",
        json.dumps(proposed.get("arguments"), ensure_ascii=False, indent=2),
    ]
    return "\n".join(lines)


def resolve(
    client: Client, identifier: str, happened: str | None, arguments: JsonObject, *, is_again: bool
) -> JsonObject:
    """Decide a call in doubt."""
    if is_again == (happened is not None):
        raise UsageError(
            "say what happened: `--happened JSON` with its value (null where it has none), or `--again` to do it again"
        )
    body: JsonObject = {"again": True, "arguments": arguments}
    if happened is not None:
        body = {"happened": parse_json(happened, "--happened")}
    try:
        path = f"/api/calls/{segment(identifier)}/resolve"
        return object_of(client.post(path, json=body, timeout_seconds=CALL_SECONDS))
    except ApiError as error:
        _refuse_arguments(identifier, error)


def show(answer: JsonObject, give: Callable[[JsonObject], None], *, is_full: bool) -> int:
    """Print what became of a call, `give` the value of one that is done; the exit status."""
    state = text(answer, "state")
    outcome = inner(answer, "outcome")
    if is_full:
        print_json(answer)
    if state == "dry_run":
        if not is_full:
            click.echo(request_text(inner(answer, "request")))
        return 0
    if state == "done":
        _note_answer(outcome)
        if not is_full:
            give(outcome)
        return 0
    return _show_rest(answer, state, outcome)


def _show_rest(answer: JsonObject, state: str, outcome: JsonObject) -> int:
    """Whatever did not come to a value."""
    function, identifier = text(answer, "function"), text(answer, "id")
    if state == "declined":
        note("nothing was sent")
        return FAILED
    if state == "failed":
        note(f"madang: {function} failed: {text(outcome, 'reason') or 'no reason was given'}")
        said = inner(outcome, "stored").get("preview", outcome.get("value"))
        if said is not None:
            note(json.dumps(said, ensure_ascii=False, indent=2))
        return FAILED
    if state == "approval":
        target = text(answer, "server_url")
        note(f"madang: {function} is {text(answer, 'effect')} at {target} and was not sent: add --yes to agree")
        return WAITING
    if state == "doubt":
        note(f"madang: {function} may or may not have happened: {text(outcome, 'reason') or 'no answer came'}")
        note(f"  it did:     madang call --resolve {identifier} --happened JSON")
        note(f"  it did not: madang call --resolve {identifier} --again")
        return WAITING
    note(f"madang: {function} is still under way; the call is {identifier}")
    return WAITING


def request_text(request: JsonObject) -> str:
    """A request as HTTP writes it."""
    lines = [f"{text(request, 'method')} {text(request, 'url')}"]
    lines += [f"{name}: {value}" for name, value in inner(request, "headers").items()]
    body = request.get("body")
    if body is not None:
        lines += ["", body if isinstance(body, str) else json.dumps(body, ensure_ascii=False, indent=2)]
    return "\n".join(lines)


def with_values(arguments: JsonObject, values: Mapping[str, str]) -> JsonObject:
    """The arguments with texts put at JSON pointers; what is on the way and missing is made an object."""
    made: JsonObject = json.loads(json.dumps(arguments))
    for place, value in values.items():
        *way, last = unpointer(place)
        here: JsonValue = made
        for step in way:
            here = _inside(here, step)
        if isinstance(here, dict):
            here[last] = value
    return made


def _inside(value: JsonValue, step: str) -> JsonValue:
    if isinstance(value, list):
        return value[int(step)]
    return value.setdefault(step, {}) if isinstance(value, dict) else None


def _complete(client: Client, wanted: Wanted) -> tuple[JsonObject, Wanted]:
    """The first answer, after a person gave what only a person gives and was missing."""
    try:
        return _post(client, wanted, is_agreed=wanted.is_agreed), wanted
    except ApiError as error:
        missing = [each.pointer for each in error.errors if each.code == "required"]
        only_missing = len(missing) == len(error.errors) > 0
        if not only_missing or not is_asking() or not _are_human(client, wanted.function, missing):
            _refuse_arguments(wanted.function, error)
    values = {place: str(click.prompt(place[1:], hide_input=True, err=True)) for place in missing}
    wanted = replace(wanted, arguments=with_values(wanted.arguments, values))
    try:
        return _post(client, wanted, is_agreed=wanted.is_agreed), wanted
    except ApiError as error:
        _refuse_arguments(wanted.function, error)


def _post(client: Client, wanted: Wanted, *, is_agreed: bool) -> JsonObject:
    body: JsonObject = {"function": wanted.function, "arguments": wanted.arguments, "approved": is_agreed}
    if wanted.connection is not None:
        body["connection"] = wanted.connection
    if wanted.is_dry:
        body["dry_run"] = True
    try:
        made = client.post("/api/calls", json=body, idempotency_key=wanted.key, timeout_seconds=CALL_SECONDS)
    except UsageError as error:
        if not is_agreed:
            raise
        raise UsageError(
            f"{error.detail}; the call may have been made: repeat it with --key {wanted.key} to learn what it came to"
        ) from None
    return object_of(made)


def _are_human(client: Client, function: str, places: Sequence[str]) -> bool:
    """Whether each place is one that only a person gives."""
    found = object_of(client.get(f"/api/functions/{segment(function)}"))
    shares = Shares(inner(found, "arguments"))
    return all(
        shares.is_human_place(tuple(int(step) if step.isdecimal() else step for step in unpointer(place)))
        for place in places
    )


def _refuse_arguments(what: str, error: ApiError) -> NoReturn:
    """Each wrong argument with what was expected and what was given; any other refusal as it is."""
    listed = error.problem.get("errors")
    wrong = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    if not wrong or not all("expected" in each for each in wrong):
        raise error
    raise InvalidError(
        f"{what}: {len(wrong)} argument{' is' if len(wrong) == 1 else 's are'} wrong",
        errors=[
            FieldError(pointer=text(each, "pointer"), code=text(each, "code"), message=_wrong_text(each))
            for each in wrong
        ],
    )


def _wrong_text(wrong: JsonObject) -> str:
    message, expected, given = text(wrong, "message"), text(wrong, "expected"), text(wrong, "given")
    if text(wrong, "code") == "unknown":
        hint = message.rpartition("is not known here")[2]
        return f"expected nothing by this name, given {given}{hint}"
    hint = message.rpartition(f"given {given}" if f"given {given}" in message else f"expected {expected}")[2]
    return f"expected {expected}, given {given}{hint}"


def _note_answer(outcome: JsonObject) -> None:
    status = text(outcome, "status")
    if status:
        note(f"{status} in {float(text(outcome, 'seconds') or 0):.2f} s")
    drift = items(outcome, "drift")
    not_kept = text(outcome, "not_kept")
    if not_kept:
        note(not_kept)
    for each in drift[:_MOST_DRIFT]:
        note(f"not as documented: {text(each, 'path') or '/'}: expected {text(each, 'expected')}")
    if len(drift) > _MOST_DRIFT:
        note(f"not as documented: {len(drift) - _MOST_DRIFT} places more; --full shows them")


def _read_file(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not UTF-8 text") from None


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
