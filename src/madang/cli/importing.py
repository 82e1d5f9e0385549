"""An import as the command line sees it: sent, waited for, and its report."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

import click

from madang.cli.answers import count, inner, object_of, text
from madang.cli.lookup import PAGE, connection_name, connections_of, get_connector, schemes_of
from madang.cli.overlays import overlay_lines
from madang.cli.printing import ProgressLine, note, print_json, print_table
from madang.cli.sources import Source
from madang.kit.errors import FieldError, MadangError
from madang.kit.json import JsonObject, JsonValue
from madang.sdk.client import Client

POLL_SECONDS = 20
FIRST_REMARKS = 20
SEVERITIES = ("refused", "loss", "note")
_LEFT_SHOWN = 10
_ENDED = frozenset({"succeeded", "failed", "cancelled"})


class ImportFailedError(MadangError):
    """The import came to nothing; the detail is the reason that the server gave."""

    code = "import-failed"
    title = "The import failed"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What an import is asked for, besides the document; `document` is one that the server has already."""

    name: str | None = None
    kind: str | None = None
    connector: str | None = None
    label: str | None = None
    server: str | None = None
    source_url: str | None = None
    allowed_hosts: tuple[str, ...] = ()
    other_origins: bool = False
    document: str | None = None
    overlay: bytes | None = field(default=None, repr=False)
    keeps_overlay: bool = True

    def to_json(self) -> JsonObject:
        """The members of the request that were asked for, apart from what is uploaded."""
        said: JsonObject = {
            "name": self.name,
            "kind": self.kind,
            "connector": self.connector,
            "label": self.label,
            "server": self.server,
            "source_url": self.source_url,
            "allowed_hosts": [*self.allowed_hosts] or None,
            "other_origins": self.other_origins or None,
            "document": self.document,
            "keeps_overlay": None if self.keeps_overlay else False,
        }
        return {name: value for name, value in said.items() if value is not None}


def start_import(client: Client, source: Source, wish: Wish) -> JsonObject:
    """Send the document, if it is not fetched by the server, and begin its import."""
    wanted = wish.to_json()
    if wish.document is None and source.document is None:
        wanted["url"] = source.url
    elif source.document is not None:
        _tell_left(source)
        wanted["document"] = _upload(client, source.label, source.document.data)
    if wish.overlay is not None:
        wanted["overlay"] = _upload(client, "the overlay", wish.overlay)
    return object_of(client.post("/api/imports", json=wanted))


def wait_for(client: Client, started: JsonObject, *, end: float | None = None) -> JsonObject:
    """The import when it has ended, or at `end` of the monotonic clock as it is then. Ctrl-C leaves it going."""
    line = ProgressLine()
    current = started
    identifier = text(started, "id")
    try:
        while text(current, "state") not in _ENDED and (end is None or time.monotonic() < end):
            line.show(progress_text(current))
            left = POLL_SECONDS if end is None else max(1, min(POLL_SECONDS, round(end - time.monotonic())))
            current = object_of(client.get(f"/api/imports/{identifier}", params={"wait_seconds": left}))
    except KeyboardInterrupt:
        line.clear()
        note(f"the import goes on in the server; `madang connector wait {identifier}` waits for its end")
        raise
    finally:
        line.clear()
    return current


def progress_text(current: JsonObject) -> str:
    """The stage of an import, with percent where they are known."""
    progress = inner(current, "progress")
    stage = text(progress, "stage") or text(current, "state")
    done, total = count(progress, "done"), count(progress, "total")
    return f"{stage} {min(100, 100 * done // total)} %" if total else stage


def check_succeeded(ended: JsonObject) -> None:
    """Raise ImportFailedError for an import that failed or was cancelled."""
    state = text(ended, "state")
    if state == "cancelled":
        raise ImportFailedError("the import was cancelled; nothing has changed")
    if state != "failed":
        return
    problem = inner(ended, "error")
    listed = problem.get("errors")
    places = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    hint = "; `--allow-host HOST:PORT` allows it" if text(problem, "type").endswith(":address-refused") else ""
    raise ImportFailedError(
        (text(problem, "detail") or text(problem, "title") or "the import failed") + hint,
        errors=[
            FieldError(pointer=text(each, "pointer"), code=text(each, "code"), message=text(each, "message"))
            for each in places
            if text(each, "pointer") and text(each, "message") != text(problem, "detail")
        ],
    )


def print_report(client: Client, ended: JsonObject, source: Source, *, all_remarks: bool, is_json: bool) -> None:
    """What was found and imported, what not and where, the connection that was made, and how to go on."""
    connector = get_connector(client, text(inner(ended, "connector"), "id"))
    connections = connections_of(client, text(connector, "id"))
    if is_json:
        print_json(
            {
                "import": ended,
                "connector": connector,
                "connections": [*connections],
                "remarks": [*remarks_of(client, connector)],
                "left": [*_left(source)],
            }
        )
        return
    name = text(connector, "name")
    click.echo(f"{name}: {text(connector, 'title') or '(no title)'}, version {text(ended, 'version')}")
    click.echo(counts_text(inner(ended, "report"), "tool" if text(ended, "kind") == "mcp" else "operation"))
    for line in overlay_lines(inner(ended, "report")):
        click.echo(line)
    print_connections(name, connections)
    print_remarks(client, connector, all_remarks=all_remarks)
    _print_next(name, connector, connections)


def counts_text(report: JsonObject, what: str = "operation") -> str:
    """How many operations, or tools, there were and what became of them."""
    found, imported = count(report, "found"), count(report, "imported")
    with_loss, refused = count(report, "with_loss"), count(report, "refused")
    words = f"{found} {what}{'' if found == 1 else 's'} found: {imported} imported"
    return f"{words} ({with_loss} of them with loss), {refused} refused"


def print_connections(name: str, connections: list[JsonObject]) -> None:
    """A line for each connection: where it leads, and the guarded addresses that it may reach."""
    for connection in connections:
        hosts = connection.get("allowed_hosts")
        allowed = ", ".join(map(str, hosts)) if isinstance(hosts, list) and hosts else ""
        reach = f", allowed to reach {allowed} on this machine or network" if allowed else ""
        click.echo(f"connection {connection_name(connection)}: {text(connection, 'server_url')}{reach}")
    if not connections:
        click.echo(
            f"no connection, as no server is known; make one: "
            f"`madang connection add {name} --label default --server URL`"
        )


def remarks_of(client: Client, connector: JsonObject) -> Iterator[JsonObject]:
    """The remarks about a connector's current version, the worst first."""
    path = f"/api/connectors/{text(connector, 'id')}/remarks"
    for severity in SEVERITIES:
        yield from client.pages(path, params={"severity": severity, "limit": PAGE})


def print_remarks(client: Client, connector: JsonObject, *, all_remarks: bool) -> None:
    """The remarks, the worst first; the first few unless all are wanted."""
    most = None if all_remarks else FIRST_REMARKS + 1
    found = list(islice(remarks_of(client, connector), most))
    shown = found if all_remarks else found[:FIRST_REMARKS]
    if shown:
        click.echo()
        names = ("severity", "code", "pointer", "message")
        print_table(names, [[text(each, name) for name in names] for each in shown])
    if len(found) > len(shown):
        click.echo(f"and more: `madang connector show {text(connector, 'name')} --all-remarks`")


def _print_next(name: str, connector: JsonObject, connections: list[JsonObject]) -> None:
    schemes = schemes_of(connector)
    click.echo()
    if schemes and connections:
        words = ", ".join(f"{text(each, 'name')} ({text(each, 'kind')})" for each in schemes)
        click.echo(f"credentials it may want: {words}")
        target = connection_name(connections[0])
        click.echo(f"  give one: madang connection credential {target} {text(schemes[0], 'name')}")
    click.echo(f"see what it can do: madang functions {name}")


def _upload(client: Client, label: str, data: bytes) -> JsonValue:
    line = ProgressLine()

    def sent(done: int, total: int) -> None:
        line.show(f"sending {label} {100 * done // total} %")

    try:
        return object_of(client.upload("/api/documents", data, sent=sent))["id"]
    finally:
        line.clear()


def _left(source: Source) -> list[JsonObject]:
    left = source.document.left if source.document else ()
    return [{"file": each.file, "ref": each.ref, "reason": each.reason} for each in left]


def _tell_left(source: Source) -> None:
    """The references that could not be bundled, one a line."""
    left = _left(source)
    for each in left[:_LEFT_SHOWN]:
        note(f"left as it is: {each['ref']} in {each['file']}: {each['reason']}")
    if len(left) > _LEFT_SHOWN:
        note(f"and {len(left) - _LEFT_SHOWN} more references")
