"""`madang functions` and `madang function`: what there is to call, and how."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from itertools import islice

import click

from madang.cli.answers import inner, items, object_of, text, texts
from madang.cli.lookup import segment
from madang.cli.printing import note, print_facts, print_json, print_table
from madang.kit.json import JsonObject, JsonValue
from madang.schema.describe import describe
from madang.schema.references import References
from madang.schema.shares import Shares
from madang.sdk.client import Client, Params
from madang.settings import load_settings

DIALECTS = ("openai", "openai-strict", "anthropic", "gemini", "mcp")
_PAGE = 200
_SEARCHED = 20
_LISTED = 100
_MEMBERS_SHOWN = 12


@click.command(epilog='Example: madang functions --search "write an article"')
@click.argument("connector", required=False)
@click.option("--search", metavar="TEXT", help="What is to be done, in any words; the best come first.")
@click.option("--limit", type=click.IntRange(min=1), help=f"How many; {_SEARCHED} of a search, {_LISTED} of a list.")
@click.option("--json", "is_json", is_flag=True, help="Print a JSON array.")
def functions(connector: str | None, search: str | None, limit: int | None, *, is_json: bool) -> None:
    """The functions of CONNECTOR, or of all; with --search those that fit best, with a score."""
    most = limit or (_SEARCHED if search else _LISTED)
    params: Params = {"connector": connector, "search": search or None, "limit": min(most + (not search), _PAGE)}
    with Client.from_settings(load_settings()) as client:
        found = list(islice(client.pages("/api/functions", params=params), most + (not search)))
    rows = [function_row(each) for each in found[:most]]
    if is_json:
        print_json([*rows])
    else:
        print_table(tuple(function_row({})), [[_cell(value) for value in row.values()] for row in rows])
    if len(found) > most and limit is None:
        note(f"there are more than these {most}: --limit N shows more, --search TEXT finds one")


def function_row(found: JsonObject) -> JsonObject:
    """A row of `madang functions`."""
    return {
        "connector": found.get("connector"),
        "name": found.get("name"),
        "method": found.get("method"),
        "path": found.get("path"),
        "summary": found.get("title"),
        "score": found.get("score"),
    }


def _cell(value: JsonValue) -> str:
    if value is None:
        return ""
    return f"{value:.3f}" if isinstance(value, float) else str(value)


@click.command(epilog="Example: madang function bbs.articles.create --dialect openai")
@click.argument("name")
@click.option("--dialect", type=click.Choice(DIALECTS), help="As a tool of a vendor's models; JSON.")
@click.option("--json", "is_json", is_flag=True, help="Print all there is to know as JSON.")
def function(name: str, dialect: str | None, *, is_json: bool) -> None:
    """Function NAME (connector.group.operation): what it does, takes and gives."""
    path = f"/api/functions/{segment(name)}"
    with Client.from_settings(load_settings()) as client:
        if dialect is not None:
            print_json(client.get(f"{path}/dialects/{dialect}"))
            return
        found = object_of(client.get(path))
    if is_json:
        print_json(found)
        return
    deprecated = " (deprecated)" if found.get("is_deprecated") else ""
    click.echo(f"{text(found, 'full_name')}: {text(found, 'title')}{deprecated}")
    click.echo(f"{text(found, 'method')} {text(found, 'path')}")
    if text(found, "description"):
        click.echo("\n" + textwrap.indent(text(found, "description").strip(), "  "))
    rows = argument_rows(found)
    click.echo()
    if rows:
        print_table(("argument", "type", "required", "given by", "description"), rows)
    else:
        click.echo("takes no arguments")
    click.echo()
    print_facts(
        {
            "result": result_text(found),
            "effect": effect_text(text(found, "effect")),
            "security": security_text(found),
            "call": f"madang call {text(found, 'full_name')} --json '{{...}}'",
        }
    )


def argument_rows(found: JsonObject) -> list[Sequence[str]]:
    """A row for each argument: name, type in words, whether it is required, who gives it, and what it is for."""
    schema = inner(found, "arguments")
    references = References(inner(schema, "$defs"))
    required = set(texts(schema, "required"))
    shares = Shares(schema)
    with_human = inner(inner(found, "human"), "properties")
    rows: list[Sequence[str]] = []
    for name, member in inner(schema, "properties").items():
        about = text(member, "description") if isinstance(member, dict) else ""
        rows.append(
            (
                name,
                describe(member, references),
                "yes" if name in required else "",
                _giver(name, shares, with_human),
                " ".join(about.split()),
            )
        )
    return rows


def _giver(name: str, shares: Shares, with_human: JsonObject) -> str:
    if shares.is_human_place((name,)):
        return "a person"
    return "a person, in part" if name in with_human else ""


def result_text(found: JsonObject) -> str:
    """The type of the result in words."""
    result = found.get("result")
    if not isinstance(result, dict):
        return "anything"
    references = References(inner(result, "$defs"))
    schema: JsonObject = {name: member for name, member in result.items() if name != "$defs"}
    words = describe(schema, references)
    members = list(inner(references.resolve(schema), "properties"))
    if not members:
        return words
    more = f" and {len(members) - _MEMBERS_SHOWN} more" if len(members) > _MEMBERS_SHOWN else ""
    return f"{words} with {', '.join(members[:_MEMBERS_SHOWN])}{more}"


def effect_text(effect: str) -> str:
    """An effect class with what it means for whoever calls."""
    if effect == "safe":
        return "safe: changes nothing"
    again = "may be repeated" if effect in {"idempotent", "keyed"} else "is never repeated unasked"
    return f"{effect}: wants approval, {again}"


def security_text(found: JsonObject) -> str:
    """The alternatives of security schemes, each with its kind."""
    kinds = {text(each, "name"): text(each, "kind") for each in items(found, "security_schemes")}
    ways = [" and ".join(f"{name} ({kinds.get(name, '?')})" for name in each) for each in items(found, "security")]
    return " or ".join(way or "nothing" for way in ways) or "nothing"
