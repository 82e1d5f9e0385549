"""`madang up`: database, tables, keys, then every server, watched until Ctrl-C."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack

import click

from madang.cli.environment import environment_for
from madang.cli.merging import MergedLog
from madang.cli.preparing import Ground, prepared, single_up
from madang.cli.servers import SERVERS, Server, servers_of
from madang.cli.supervisor import Launch, Supervisor, Timing
from madang.cli.tables import render_table
from madang.kit.errors import MadangError
from madang.logs import configure_logging, get_logger
from madang.net.listening import bind_socket
from madang.net.signals import on_signals
from madang.settings import Settings, load_settings

READY_SECONDS = 60.0
_log = get_logger("up")
Command = Callable[[Server], Sequence[str]]


@click.command(epilog="Example: madang up --open")
@click.option("--log-format", help="text or json.")
@click.option("--open", "is_opening", is_flag=True, help="Open the sign-in link in a browser.")
def up(log_format: str | None, *, is_opening: bool) -> None:
    """Start all servers and watch over them until Ctrl-C.

    Prints where they listen and a link that signs a browser in, once. The log goes to stderr.
    """
    settings = load_settings(overrides={"log_format": log_format} if log_format else {})
    asyncio.run(run_up(settings, is_opening=is_opening))


def serve_command(server: Server) -> Sequence[str]:
    """How the process of a server is started."""
    return (sys.executable, "-m", "madang.cli", "serve", server.name, "--supervised", str(os.getpid()))


async def run_up(
    settings: Settings,
    *,
    table: Sequence[Server] = SERVERS,
    command: Command = serve_command,
    timing: Timing | None = None,
    is_opening: bool = False,
) -> None:
    """Run the servers of a table until SIGINT or SIGTERM."""
    started = time.monotonic()
    servers = servers_of(settings.mode, table)
    stop = asyncio.Event()
    configure_logging("up", settings.log_format, settings.log_level)
    with single_up(settings.home), on_signals(stop.set):
        settings = claim_ports(settings, servers)
        events = _Events()
        async with prepared(settings, servers, events) as ground:
            await _settle_restore(ground.settings)
            if stop.is_set():
                return
            log = MergedLog(settings.log_format, full=settings.log_level == "debug")
            supervisor = Supervisor(launches_of(servers, ground, command), log, timing=timing)
            events.on_move = lambda url: supervisor.relaunch(launches_of(servers, _moved(ground, url), command))
            greeting = asyncio.create_task(_greet(supervisor, ground.settings, started, is_opening=is_opening))
            try:
                await supervisor.run(stop)
            finally:
                greeting.cancel()
                await asyncio.gather(greeting, return_exceptions=True)


async def _settle_restore(settings: Settings) -> None:
    """A restore that was killed between database and objects is finished before anything reads either."""
    from madang.storage.postgres_files import RESTORE_NOTE

    if settings.database_url is None or not (settings.data / RESTORE_NOTE).exists():
        return
    from madang.storage.restore import settle_rest

    if await settle_rest(settings, settings.database_url):
        _log.warning("a restore that had been stopped was settled: finished, or taken away")


class _Events:
    """What happens to the database: logged, and where it moved the servers are started again."""

    def __init__(self) -> None:
        self.on_move: Callable[[str], None] = lambda _: None

    def warn(self, text: str) -> None:
        _log.warning(text)

    def moved(self, url: str) -> None:
        _log.warning("PostgreSQL listens on another port now; the servers are started again")
        self.on_move(url)


def _moved(ground: Ground, url: str) -> Ground:
    return dataclasses.replace(ground, settings=dataclasses.replace(ground.settings, database_url=url))


def claim_ports(settings: Settings, servers: Sequence[Server]) -> Settings:
    """The settings with a number in place of each port 0, as servers must know each other's.

    Raises UsageError for a port in use, now and not after the database has been brought up.
    """
    ports: dict[str, int] = {}
    with ExitStack() as claimed:
        for server in servers:
            name = f"{server.name}_port"
            sock = bind_socket(settings.host, settings.port(server.name), setting=f"MADANG_{name.upper()}")
            ports[name] = claimed.enter_context(sock).getsockname()[1]
    return dataclasses.replace(settings, **ports)


def launches_of(servers: Sequence[Server], ground: Ground, command: Command) -> list[Launch]:
    """How each server is started."""
    return [
        Launch(
            server=server,
            url=ground.settings.url(server.name),
            command=command(server),
            environment=environment_for(server, ground.settings, ground.keys, os.environ),
        )
        for server in servers
    ]


async def _greet(supervisor: Supervisor, settings: Settings, started: float, *, is_opening: bool) -> None:
    """Once the servers are ready, print where they are and the sign-in link."""
    is_ready = await supervisor.wait_ready(READY_SECONDS)
    seconds = time.monotonic() - started
    rows = [
        (launch.server.name, launch.url, health.state, launch.server.about) for launch, health in supervisor.healths()
    ]
    click.echo(render_table(("server", "url", "state", "what"), rows))
    click.echo(f"ready in {seconds:.1f} s" if is_ready else f"not all servers are ready after {seconds:.0f} s")
    if settings.mode != "real" and any(name == "backend" and state == "up" for name, _, state, _ in rows):
        try:
            link = await asyncio.to_thread(_sign_in_link, settings)
        except MadangError as error:
            _log.warning("no sign-in link", detail=error.detail)
            return
        click.echo(f"sign in once with {link}")
        if is_opening:
            click.launch(link)
        await asyncio.to_thread(_take_first_steps, settings)


def _sign_in_link(settings: Settings) -> str:
    from madang.cli.sign_in import fresh_link

    return fresh_link(settings)


def _take_first_steps(settings: Settings) -> None:
    from madang.cli.first_model import first_model
    from madang.cli.first_steps import first_steps

    first_steps(settings)
    first_model(settings)
