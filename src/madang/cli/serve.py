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
from madang.cli.sources import read_source
from madang.kit.errors import MadangError, UsageError
from madang.logs import configure_logging, get_logger, hide
from madang.net.running import recorded
from madang.settings import Settings, load_settings

_log = get_logger("serve")


@click.command(epilog="Examples: madang serve backend --port 8800; madang serve mock petstore.yaml --latency 200")
@click.argument("name")
@click.argument("document", required=False)
@click.option("--host", help="The address to listen on.")
@click.option("--port", help="The port to listen on; 0 is any free one, which is printed.")
@click.option("--script", metavar="FILE", help="For llm: what it says, as JSON; else its small agent answers.")
@click.option("--seed", help="For mock: decides its made values; 1 unless given.")
@click.option("--latency", metavar="MS", help="For mock: milliseconds before each answer.")
@click.option("--error-rate", metavar="SHARE", help="For mock: the share of answers that fail, from 0 to 1.")
@click.option("--insecure", is_flag=True, help="For mock: do not ask for credentials.")
@click.option("--log-format", help="text or json.")
@click.option("--supervised", type=int, hidden=True, help="The process id of the supervisor to end with.")
def serve(
    name: str,
    document: str | None,
    host: str | None,
    port: str | None,
    log_format: str | None,
    supervised: int | None,
    insecure: bool,
    **options: str | None,
) -> None:
    """Run the server NAME in the foreground until Ctrl-C.

    `mock` takes a DOCUMENT (OpenAPI or Swagger, JSON or YAML; - is stdin) and answers its operations.
    """
    overrides = _given({"host": host, f"{name}_port": port, "log_format": log_format})
    given: dict[str, Any] = {**_given(options), **({"insecure": True} if insecure else {})}
    if document is not None:
        given["document"] = _read_document(document)
    run_server(name, overrides, options=given, supervised=supervised)


def _read_document(given: str) -> tuple[str, bytes]:
    """A document with the files below its folder that it refers to. Raises UsageError for what is not there."""
    source = read_source(given)
    if source.document is None:
        raise UsageError(f"{given} is an address: a mock reads a file, so download it first")
    return source.label, source.document.data


def run_server(
    name: str,
    overrides: Mapping[str, str],
    *,
    options: Mapping[str, Any] | None = None,
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


async def _serve_alone(server: Server, settings: Settings, options: Mapping[str, Any]) -> None:
    async with prepared(settings, [server], _Logged()) as ground:
        await _serve(server, ground, options, announce=lambda url: click.echo(f"{server.name}: {url}"))


async def _serve(
    server: Server, ground: Ground, options: Mapping[str, Any], *, announce: Callable[[str], None]
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


def _refuse_foreign(server: Server, options: Mapping[str, Any]) -> None:
    for name in options:
        if name not in server.options:
            raise UsageError(f"{server.name} takes no {_said(name)}; `madang serve --help` says which server does")


def _said(option: str) -> str:
    return "DOCUMENT" if option == "document" else f"--{option.replace('_', '-')}"


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
