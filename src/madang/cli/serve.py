"""`madang serve NAME`: one server in the foreground, alone or as a process of `madang up`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

import click
import uvloop

from madang.cli.environment import own_settings
from madang.cli.parent import end_with
from madang.cli.preparing import Ground, prepared
from madang.cli.servers import KEYS, SERVERS, Server, get_server
from madang.kit.errors import MadangError, UsageError
from madang.logs import configure_logging, get_logger, hide
from madang.net.running import recorded
from madang.settings import Settings, load_settings

_log = get_logger("serve")


@click.command(epilog="Example: madang serve backend --port 8800")
@click.argument("name")
@click.option("--host", help="The address to listen on.")
@click.option("--port", help="The port to listen on; 0 is any free one, which is printed.")
@click.option("--script", metavar="FILE", help="For llm: what it says, as JSON; else its small agent answers.")
@click.option("--log-format", help="text or json.")
@click.option("--supervised", type=int, hidden=True, help="The process id of the supervisor to end with.")
def serve(
    name: str,
    host: str | None,
    port: str | None,
    script: str | None,
    log_format: str | None,
    supervised: int | None,
) -> None:
    """Run the server NAME in the foreground until Ctrl-C."""
    overrides = _given({"host": host, f"{name}_port": port, "log_format": log_format})
    run_server(name, overrides, options=_given({"script": script}), supervised=supervised)


def run_server(
    name: str,
    overrides: Mapping[str, str],
    *,
    options: Mapping[str, str] | None = None,
    supervised: int | None = None,
    table: Sequence[Server] = SERVERS,
) -> None:
    """Run one server of a table until a signal ends it; `supervised` is the process that prepared its ground.

    `options` are keywords of its factory. Raises UsageError for one that it does not take.
    """
    if supervised is not None:
        end_with(supervised)
    settings = load_settings(overrides=overrides)
    server = get_server(name, settings, table)
    _refuse_foreign(server, options or {})
    configure_logging(name, settings.log_format, settings.log_level)
    try:
        if supervised is None:
            uvloop.run(_serve_alone(server, settings, options or {}))
        else:
            uvloop.run(_serve_supervised(server, settings))
    except MadangError:
        raise
    except Exception:
        _log.exception(f"{name} failed")
        raise


async def _serve_supervised(server: Server, settings: Settings) -> None:
    keys = {key: str(getattr(settings, key) or "") for key in KEYS}
    await _serve(server, Ground(settings=settings, keys=keys), {}, announce=lambda _: None)


class _Logged:
    """Writes what happens to the database to the log."""

    def warn(self, text: str) -> None:
        _log.warning(text)

    def moved(self, url: str) -> None:
        _log.error("PostgreSQL listens on another port now: stop this server and start it again")


async def _serve_alone(server: Server, settings: Settings, options: Mapping[str, str]) -> None:
    async with prepared(settings, [server], _Logged()) as ground:
        await _serve(server, ground, options, announce=lambda url: click.echo(f"{server.name}: {url}"))


async def _serve(
    server: Server, ground: Ground, options: Mapping[str, str], *, announce: Callable[[str], None]
) -> None:
    """Make the application and serve it; the keys and the database's password disappear from the log."""
    settings = own_settings(server, ground.settings, ground.keys)
    _hide_secrets(settings)
    made = _load(server.factory)(settings, **options)
    with ExitStack() as listening:

        def ready(url: str) -> None:
            listening.enter_context(_noted(settings, server, url))
            _log.info("listening", url=url)
            announce(url)

        if hasattr(made, "serve"):
            await made.serve(ready)
        else:
            await _serve_app(made, server, settings, ready)


async def _serve_app(app: Any, server: Server, settings: Settings, ready: Callable[[str], None]) -> None:
    from madang.net.serving import serve_asgi

    await serve_asgi(app, host=settings.host, port=settings.port(server.name), server_name=server.name, ready=ready)


def _noted(settings: Settings, server: Server, url: str) -> AbstractContextManager[None]:
    return recorded(settings.home, server.name, url)


def _refuse_foreign(server: Server, options: Mapping[str, str]) -> None:
    for name in options:
        if name not in server.options:
            raise UsageError(f"{server.name} takes no --{name}; `madang serve --help` says which server does")


def _given(options: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in options.items() if value is not None}


def _load(target: str) -> Callable[..., Any]:
    module, attribute = target.split(":")
    factory: Callable[..., Any] = getattr(import_module(module), attribute)
    return factory


def _hide_secrets(settings: Settings) -> None:
    password = urlsplit(settings.database_url or "").password
    for secret in (password, *(getattr(settings, key) for key in KEYS if key != "grant_public_keys")):
        if secret:
            hide(secret)
