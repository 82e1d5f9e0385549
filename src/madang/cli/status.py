"""`madang status`: asks every server how it is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import click

from madang.cli.health import Health, probe_all
from madang.cli.servers import servers_of
from madang.cli.tables import render_table
from madang.kit.json import JsonObject
from madang.net.running import url_of_server
from madang.settings import Settings, load_settings


@dataclass(frozen=True, kw_only=True)
class Row:
    """One server as it is shown."""

    name: str
    url: str
    health: Health

    def to_json(self) -> JsonObject:
        """The member of `servers` in `madang status --json`."""
        health = self.health
        return {
            "name": self.name,
            "url": self.url,
            "state": health.state,
            "version": health.version,
            "detail": health.detail,
        }


@click.command(epilog="Example: madang status --json")
@click.option("--json", "is_json", is_flag=True, help="Print JSON.")
def status(*, is_json: bool) -> int:
    """Which servers run, where, and how they are.

    Exit status: 0 all are ready, 1 some are not, 2 none runs.
    """
    settings = load_settings()
    servers = servers_of(settings.mode)
    urls = [url_of_server(settings, server.name) for server in servers]
    answers = probe_all([(url, server.health) for url, server in zip(urls, servers, strict=True)])
    rows = [
        Row(name=server.name, url=url, health=health)
        for server, url, health in zip(servers, urls, answers, strict=True)
    ]
    state = _find_database_state(settings)
    if is_json:
        found: JsonObject = {
            "home": str(settings.home),
            "mode": settings.mode,
            "servers": [row.to_json() for row in rows],
            "database": {"kind": "outside" if settings.database_url else "embedded", "state": state},
        }
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        click.echo(render_rows(rows))
        click.echo(f"\ndatabase: {'an outside PostgreSQL' if state is None else f'the embedded PostgreSQL is {state}'}")
    return exit_status(rows)


def _find_database_state(settings: Settings) -> str | None:
    """Whether the embedded PostgreSQL is up or down; None for an outside one, of which `/readyz` tells."""
    if settings.database_url:
        return None
    from madang.storage.embedded import find_running_url

    return "up" if find_running_url(settings.home) else "down"


def render_rows(rows: Sequence[Row]) -> str:
    """The table for people."""
    return render_table(
        ("server", "url", "state", "version", "detail"),
        [(row.name, row.url, row.health.state, row.health.version or "-", row.health.detail or "") for row in rows],
    )


def exit_status(rows: Sequence[Row]) -> int:
    """0 if all are ready, 2 if none runs, else 1."""
    states = {row.health.state for row in rows}
    if states == {"up"}:
        return 0
    return 2 if states <= {"down"} else 1
