"""`madang connector`: documents become connectors, are brought up to date, looked at and removed."""

from __future__ import annotations

import time
from itertools import islice

import click

from madang.cli.answers import count, inner, items, object_of, text, texts
from madang.cli.importing import (
    ImportFailedError,
    Wish,
    check_succeeded,
    counts_text,
    print_connections,
    print_remarks,
    print_report,
    remarks_of,
    start_import,
    wait_for,
)
from madang.cli.learn import learn
from madang.cli.lint import lint
from madang.cli.lookup import PAGE, connections_of, find_connector, get_connector, schemes_of
from madang.cli.overlays import read_overlay_file
from madang.cli.printing import ProgressLine, is_asking, note, print_facts, print_json, print_table
from madang.cli.sources import Source, read_endpoint, read_source
from madang.cli.types import types
from madang.kit.errors import MadangError, UsageError
from madang.kit.ids import is_id
from madang.kit.json import JsonObject
from madang.sdk.client import Client
from madang.settings import load_settings

WAITING = 3
_INDEX_POLL_SECONDS = 0.5
_UNDER_WAY = frozenset({"queued", "running"})

_json_option = click.option("--json", "is_json", is_flag=True, help="Print JSON.")
_overlay_option = click.option(
    "--overlay", metavar="FILE", help="Apply an OpenAPI Overlay to the document, now and at each update."
)
_remarks_option = click.option("--all-remarks", is_flag=True, help="Show every remark, not only the first 20.")


@click.group(epilog="Example: madang connector add openapi.yaml --name shop")
def connector() -> None:
    """Connectors: APIs whose functions can be found and called."""


connector.add_command(lint)
connector.add_command(learn)
connector.add_command(types)


@connector.command("add", epilog="Example: madang connector add https://api.example.com/openapi.json --name shop")
@click.argument("given", metavar="[FILE_OR_URL]", required=False)
@click.option("--mcp", "endpoint", metavar="URL", help="An MCP server at this address, in place of a document.")
@click.option("--name", help="What its functions begin with: a-z, 0-9 and _; by default from its title.")
@click.option("--label", help="The name of the connection that is made; `default` by default.")
@click.option("--server", metavar="URL", help="Where the API is, if not where its document says.")
@click.option(
    "--allow-host", "hosts", multiple=True, metavar="HOST:PORT", help="An address of this machine or network."
)
@click.option("--source-url", metavar="URL", help="Where a file came from: the base of its relative addresses.")
@_overlay_option
@click.option("--other-origins", is_flag=True, help="Fetch parts of the document from other sites, too.")
@click.option("--wait/--no-wait", "is_waiting", default=True, help="Wait for the end of the import.")
@_remarks_option
@_json_option
def add(
    given: str | None,
    endpoint: str | None,
    name: str | None,
    label: str | None,
    server: str | None,
    hosts: tuple[str, ...],
    source_url: str | None,
    overlay: str | None,
    *,
    other_origins: bool,
    is_waiting: bool,
    all_remarks: bool,
    is_json: bool,
) -> None:
    """Import an OpenAPI or Swagger document, or the tools of an MCP server, as a new connector.

    FILE_OR_URL is a file, an http(s) address that the server fetches, or - for stdin. Files that the document refers
    to are sent with it if they are below its folder.
    """
    changes = None if overlay is None else read_overlay_file(overlay)
    if (given is None) == (endpoint is None):
        raise UsageError("give a document (FILE_OR_URL) or `--mcp URL`, one of them")
    source = read_source(given) if given is not None else read_endpoint(endpoint or "")
    wish = Wish(
        name=name,
        kind=None if endpoint is None else "mcp",
        label=label,
        server=server,
        source_url=source_url,
        allowed_hosts=hosts,
        other_origins=other_origins,
        overlay=changes,
    )
    with Client.from_settings(load_settings()) as client:
        _import(client, source, wish, is_waiting=is_waiting, all_remarks=all_remarks, is_json=is_json)


@connector.command("update", epilog="Example: madang connector update shop openapi.yaml")
@click.argument("name")
@click.argument("given", metavar="[FILE_OR_URL]", required=False)
@click.option("--title", help="What people read of it.")
@click.option("--description", help="What it is for.")
@click.option(
    "--allow-host", "hosts", multiple=True, metavar="HOST:PORT", help="One more address that its import may reach."
)
@click.option("--source-url", metavar="URL", help="Where a file came from.")
@_overlay_option
@click.option("--no-overlay", "is_plain", is_flag=True, help="Let go of the overlay that it has.")
@click.option("--other-origins", is_flag=True, help="Fetch parts of the document from other sites, too.")
@click.option("--wait/--no-wait", "is_waiting", default=True, help="Wait for the end of the import.")
@_remarks_option
@_json_option
def update(
    name: str,
    given: str | None,
    title: str | None,
    description: str | None,
    hosts: tuple[str, ...],
    source_url: str | None,
    overlay: str | None,
    *,
    is_plain: bool,
    other_origins: bool,
    is_waiting: bool,
    all_remarks: bool,
    is_json: bool,
) -> None:
    """Import a new version of connector NAME, or change what is said of it.

    Without FILE_OR_URL and without --title or --description the document is fetched again from where it came from; with
    an overlay, or with --no-overlay, a document that came from a file is taken again as it was.
    Functions keep their names; connections stay, and the overlay is applied again.
    """
    if overlay is not None and is_plain:
        raise UsageError("give --overlay or --no-overlay, not both")
    given_overlay = None if overlay is None else read_overlay_file(overlay)
    with Client.from_settings(load_settings()) as client:
        current = get_connector(client, name)
        changes: JsonObject = {key: value for key, value in (("title", title), ("description", description)) if value}
        if changes:
            client.patch(f"/api/connectors/{text(current, 'id')}", json=changes)
            if given is None and overlay is None and not is_plain:
                _show(client, get_connector(client, name), all_remarks=False, is_json=is_json)
                return
        given = given or text(current, "source_url")
        is_there = not given and (overlay is not None or is_plain)
        if not given and not is_there:
            raise UsageError(f"{name} came from a file: give the file again, `madang connector update {name} FILE`")
        wish = Wish(
            connector=text(current, "id"),
            source_url=source_url,
            allowed_hosts=tuple(dict.fromkeys((*texts(current, "allowed_hosts"), *hosts))),
            other_origins=other_origins,
            document=text(inner(current, "version"), "document_hash") if is_there else None,
            overlay=given_overlay,
            keeps_overlay=not is_plain,
        )
        source = Source(label=name) if is_there else read_source(given)
        _import(client, source, wish, is_waiting=is_waiting, all_remarks=all_remarks, is_json=is_json)


@connector.command("list", epilog="Example: madang connector list --json")
@click.option("--containing", metavar="TEXT", help="Only those whose name or title has this.")
@_json_option
def list_(containing: str | None, *, is_json: bool) -> None:
    """All connectors, the newest first."""
    with Client.from_settings(load_settings()) as client:
        found = list(client.pages("/api/connectors", params={"containing": containing, "limit": PAGE}))
    if is_json:
        print_json([*found])
        return
    print_table(
        ("name", "title", "version", "functions", "found by meaning", "from"),
        [
            (
                text(each, "name"),
                text(each, "title"),
                text(inner(each, "version"), "number") or "-",
                text(each, "functions"),
                text(each, "indexed"),
                text(each, "source_url") or "a file",
            )
            for each in found
        ],
    )


@connector.command("show", epilog="Example: madang connector show bbs --all-remarks")
@click.argument("name")
@_remarks_option
@_json_option
def show(name: str, *, all_remarks: bool, is_json: bool) -> None:
    """Connector NAME: its version, its connections, and what its import had to remark."""
    with Client.from_settings(load_settings()) as client:
        _show(client, get_connector(client, name), all_remarks=all_remarks, is_json=is_json)


@connector.command("remove", epilog="Example: madang connector remove shop --yes")
@click.argument("name")
@click.option("--yes", "is_agreed", is_flag=True, help="Do not ask.")
def remove(name: str, *, is_agreed: bool) -> int:
    """Remove connector NAME with its functions, connections and credentials."""
    with Client.from_settings(load_settings()) as client:
        current = get_connector(client, name)
        what = f"{text(current, 'name')} with {text(current, 'functions')} functions and its connections"
        if not is_agreed and not is_asking():
            note(f"madang: this removes {what}: add --yes to agree")
            return WAITING
        if not is_agreed and not click.confirm(f"Remove {what}?", err=True):
            note("nothing was removed")
            return 1
        client.delete(f"/api/connectors/{text(current, 'id')}")
    click.echo(f"{text(current, 'name')} is removed")
    return 0


@connector.command("wait", epilog="Example: madang connector wait bbs --indexed")
@click.argument("name")
@click.option("--indexed", "is_indexed", is_flag=True, help="Also until functions are found by meaning.")
@click.option("--timeout", "seconds", type=click.FloatRange(min=0), default=600.0, help="Seconds to wait at most.")
def wait(name: str, seconds: float, *, is_indexed: bool) -> None:
    """Wait until the import of connector NAME has ended; NAME may be the id of an import.

    Exit status: 0 it has, 1 it failed or the time is over.
    """
    end = time.monotonic() + seconds
    with Client.from_settings(load_settings()) as client:
        found = _wait_imported(client, name, end, seconds)
        if is_indexed:
            found = _wait_indexed(client, found, end, seconds)
    indexed = f", {text(found, 'indexed')} of them found by meaning" if is_indexed else ""
    click.echo(f"{text(found, 'name')} is ready: {text(found, 'functions')} functions{indexed}")


def _import(client: Client, source: Source, wish: Wish, *, is_waiting: bool, all_remarks: bool, is_json: bool) -> None:
    started = start_import(client, source, wish)
    if not is_waiting:
        identifier = text(started, "id")
        if is_json:
            print_json(started)
        else:
            click.echo(f"the import {identifier} is under way; `madang connector wait {identifier}` waits for its end")
        return
    ended = wait_for(client, started)
    check_succeeded(ended)
    print_report(client, ended, source, all_remarks=all_remarks, is_json=is_json)


def _show(client: Client, current: JsonObject, *, all_remarks: bool, is_json: bool) -> None:
    identifier, name = text(current, "id"), text(current, "name")
    connections = connections_of(client, identifier)
    if is_json:
        print_json({**current, "connections": [*connections], "remarks": [*remarks_of(client, current)]})
        return
    version = inner(current, "version")
    print_facts(
        {
            "name": name,
            "title": text(current, "title"),
            "description": text(current, "description").split("\n")[0],
            "id": identifier,
            "from": text(current, "source_url") or "a file",
            "version": f"{text(version, 'number')} of {text(version, 'created_at')}" if version else "none yet",
            "document": _document_text(version),
            "found by meaning": f"{text(current, 'indexed')} of {text(current, 'functions')} functions",
            "security": ", ".join(f"{text(each, 'name')} ({text(each, 'kind')})" for each in schemes_of(current)),
            "servers": ", ".join(text(each, "url") for each in items(version, "servers")),
        }
    )
    if version:
        click.echo(counts_text(version, "tool" if text(version, "dialect").startswith("mcp") else "operation"))
    print_connections(name, connections)
    print_remarks(client, current, all_remarks=all_remarks)


def _document_text(version: JsonObject) -> str:
    if not version:
        return ""
    overlay = "with an overlay" if version.get("has_overlay") else ""
    words = [
        text(version, "dialect"),
        text(version, "document_version"),
        f"{count(version, 'document_bytes'):,} bytes",
        overlay,
    ]
    return ", ".join(word for word in words if word)


def _wait_imported(client: Client, name: str, end: float, seconds: float) -> JsonObject:
    """The connector that a name means, once no import is under way that may make it or a version of it."""
    if is_id(name, "job"):
        ended = wait_for(client, object_of(client.get(f"/api/imports/{name}")), end=end)
        if text(ended, "state") in _UNDER_WAY:
            raise _too_late(name, seconds)
        check_succeeded(ended)
        return get_connector(client, text(inner(ended, "connector"), "id"))
    newest = list(islice(client.pages("/api/imports", params={"limit": PAGE}), PAGE))
    ended: JsonObject = {}
    # An import tells its connector only when it has made it.
    for started in reversed([each for each in newest if text(each, "state") in _UNDER_WAY]):
        ended = wait_for(client, started, end=end)
        if text(ended, "state") in _UNDER_WAY:
            raise _too_late(name, seconds)
    found = find_connector(client, name)
    if found is None:
        check_succeeded(ended)
        raise UsageError(f"there is no connector {name!r}, nor an import of it; `madang connector list` shows all")
    return found


def _wait_indexed(client: Client, current: JsonObject, end: float, seconds: float) -> JsonObject:
    line = ProgressLine()
    try:
        while not inner(current, "version").get("indexed_at"):
            if time.monotonic() >= end:
                raise _too_late(text(current, "name"), seconds)
            line.show(f"indexing {text(current, 'indexed')} of {text(current, 'functions')}")
            time.sleep(_INDEX_POLL_SECONDS)
            current = get_connector(client, text(current, "id"))
    finally:
        line.clear()
    return current


def _too_late(name: str, seconds: float) -> MadangError:
    return ImportFailedError(f"{name} is not ready after {seconds:g} s; it goes on: `madang connector wait {name}`")
