"""`madang connector learn`: schemas of answers, learned from calls, shown and accepted."""

from __future__ import annotations

import json
from pathlib import Path

import click

from madang.cli.answers import count, inner, items, object_of, text
from madang.cli.importing import check_succeeded, print_report, wait_for
from madang.cli.lookup import get_connector
from madang.cli.printing import note, print_json, print_table
from madang.cli.sources import Source
from madang.kit.errors import UsageError
from madang.kit.json import JsonObject, JsonValue
from madang.sdk.client import Client
from madang.settings import load_settings

_MOST_MEMBERS = 6


@click.command(epilog="Example: madang connector learn shop --accept")
@click.argument("name")
@click.option("--accept", "is_accepted", is_flag=True, help="Import a new version with what was learned.")
@click.option("--output", "out", metavar="FILE", help="Write the overlay to a file.")
@click.option("--json", "is_json", is_flag=True, help="Print JSON.")
def learn(name: str, out: str | None, *, is_accepted: bool, is_json: bool) -> None:
    """Learn from the calls of connector NAME what its functions give back, where its document does not say.

    What is learned is an overlay with schemas alone, no value of any answer. Nothing changes without --accept.
    """
    with Client.from_settings(load_settings()) as client:
        identifier = text(get_connector(client, name), "id")
        found = object_of(client.get(f"/api/connectors/{identifier}/learned"))
        if out is not None:
            _write(found.get("overlay"), Path(out))
        if is_accepted and found.get("hash") is not None:
            started = object_of(client.post(f"/api/connectors/{identifier}/learned/{text(found, 'hash')}"))
            ended = wait_for(client, started)
            check_succeeded(ended)
            print_report(client, ended, Source(label=name), all_remarks=False, is_json=is_json)
            return
    if is_json:
        print_json(found)
    else:
        _print(name, found)


def _print(name: str, found: JsonObject) -> None:
    functions = items(found, "functions")
    unknown = count(found, "unknown")
    if not unknown:
        click.echo(f"every function of {name} declares what it gives back")
        return
    are = "function declares" if unknown == 1 else "functions declare"
    click.echo(f"{unknown:,} {are} no answer; calls have shown that of {len(functions):,}")
    if not functions:
        click.echo(f"call some, then learn again: madang functions {name}")
        return
    click.echo()
    rows = [(text(each, "name"), text(each, "samples"), _summary(inner(each, "result"))) for each in functions]
    print_table(("function", "answers", "what it gives back"), rows)
    if found.get("overlay") is not None:
        click.echo(f"\nadd this to {name}: madang connector learn {name} --accept")


def _summary(schema: JsonObject) -> str:
    """A schema in a few words."""
    kind = schema.get("type")
    if isinstance(kind, list):
        return " or ".join(map(str, kind))
    if kind == "array":
        return f"list of {_summary(inner(schema, 'items'))}"
    if kind != "object":
        return str(kind or "anything")
    names = list(inner(schema, "properties"))
    if not names:
        return "object by key"
    more = ", …" if len(names) > _MOST_MEMBERS else ""
    return "{" + ", ".join(names[:_MOST_MEMBERS]) + more + "}"


def _write(overlay: JsonValue, path: Path) -> None:
    if overlay is None:
        note(f"nothing was learned; {path} was not written")
        return
    try:
        path.write_text(json.dumps(overlay, indent=2) + "\n")
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror or error})") from None
    note(f"the overlay is written to {path}; nothing has changed")
