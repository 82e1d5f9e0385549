"""What `madang up` does once for a newcomer: the bulletin board becomes the first connector, by the usual import."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import click

from madang.cli.answers import inner, object_of, text, texts
from madang.cli.importing import Wish, check_succeeded, start_import, wait_for
from madang.cli.lookup import connections_of, find_connector
from madang.cli.servers import servers_of
from madang.cli.sources import Source
from madang.kit.errors import MadangError
from madang.logs import get_logger
from madang.sdk.client import Client
from madang.settings import Settings

NAME = "bbs"
_log = get_logger("up")


def first_steps(settings: Settings) -> None:
    """Make the bulletin board a connector, once per home, and let its connection follow the board to another port.

    Nothing is done again where a person removed it. What fails is logged: all servers run without it.
    """
    if settings.mode == "real" or not any(server.name == NAME for server in servers_of(settings.mode)):
        return
    try:
        with Client.from_settings(settings) as client:
            line = take_steps(client, settings.url(NAME), settings.home / "run" / "first-steps")
    except MadangError as error:
        _log.warning("the bulletin board is not a connector yet; the next start tries again", detail=error.detail)
        return
    except OSError as error:
        _log.warning("the first steps could not be noted", detail=str(error))
        return
    if line:
        click.echo(line)


def take_steps(client: Client, url: str, marker: Path) -> str | None:
    """Do what is to be done, and give the line that says so."""
    if marker.exists():
        return _follow(client, url, marker)
    if client.get("/api/connectors", params={"limit": 1}) != {"data": [], "next": None}:
        _mark(marker, connector=None, url=None)
        return None
    host = urlsplit(url).netloc
    source = Source(label=url, url=f"{url}/openapi.json")
    ended = wait_for(client, start_import(client, source, Wish(name=NAME, server=url, allowed_hosts=(host,))))
    check_succeeded(ended)
    made = inner(ended, "connector")
    _mark(marker, connector=text(made, "id"), url=url)
    return (
        f"the bulletin board is the connector {text(made, 'name')}; its connection is allowed to reach {host} on this "
        f"machine (madang functions {text(made, 'name')})"
    )


def _follow(client: Client, url: str, marker: Path) -> str | None:
    """Let the connection that was made then lead to where the board is now, unless a person changed it."""
    before = _read(marker)
    old, connector = before.get("url"), before.get("connector")
    if not isinstance(old, str) or not isinstance(connector, str) or old == url:
        return None
    if find_connector(client, connector) is None:
        return None
    old_host, host = urlsplit(old).netloc, urlsplit(url).netloc
    for connection in connections_of(client, connector):
        if text(connection, "server_url").rstrip("/") == old:
            hosts = [host if each == old_host else each for each in texts(connection, "allowed_hosts")]
            changes = {"server_url": url, "allowed_hosts": [*hosts]}
            object_of(client.patch(f"/api/connections/{text(connection, 'id')}", json=cast("Any", changes)))
    _mark(marker, connector=connector, url=url)
    return f"the bulletin board listens on another port now; its connection follows it to {host}"


def _mark(marker: Path, *, connector: str | None, url: str | None) -> None:
    marker.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = marker.with_suffix(".new")
    fresh.write_text(json.dumps({"connector": connector, "url": url}), encoding="utf-8")
    fresh.replace(marker)


def _read(marker: Path) -> dict[str, Any]:
    try:
        value = json.loads(marker.read_text(encoding="utf-8"))
    except ValueError:
        return {}
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}
