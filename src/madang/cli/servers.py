"""The table of servers: what each is made by, and what it needs. Policy only; `up` and `serve` read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from madang.cli.main import is_there
from madang.kit.errors import UsageError
from madang.settings import Mode, Settings

if TYPE_CHECKING:
    from madang.storage.keys import KeyName

EVERY_MODE: tuple[Mode, ...] = ("local", "test", "real")
KEYS: tuple[KeyName, ...] = ("credential_key", "grant_key", "grant_public_keys", "journal_key")
"""The settings that are keys. A server is given its own and no other."""


@dataclass(frozen=True, kw_only=True)
class Server:
    """One row: a name, the factory as `module:attribute`, and what the server needs.

    The factory takes Settings and gives an ASGI application, or an object with `async serve(ready)` that listens by
    itself and calls `ready` with its base URL. `branches` are the migrations it works on (none: it needs no database),
    `keys` the key settings it is given, `health` the prefix of its `/healthz` and `/readyz`. Its port is the setting
    `<name>_port`. `up` leaves one that is not `is_supervised` to `serve`; `options` are those of `serve` that its
    factory takes as keywords.
    """

    name: str
    about: str
    factory: str
    branches: tuple[str, ...] = ()
    keys: tuple[KeyName, ...] = ()
    modes: tuple[Mode, ...] = EVERY_MODE
    health: str = ""
    is_supervised: bool = True
    options: tuple[str, ...] = ()


SERVERS: tuple[Server, ...] = (
    Server(
        name="bbs",
        about="bulletin board, an example API",
        factory="madang.examples.bbs.app:create_app",
        branches=("bbs",),
        modes=("local", "test"),
    ),
    Server(
        name="proxy",
        about="calls with a credential",
        factory="madang.proxy.app:create_app",
        branches=("core",),
        keys=("credential_key", "grant_public_keys"),
        health="/-",
    ),
    Server(
        name="backend",
        about="web app and API",
        factory="madang.backend.app:create_app",
        branches=("core",),
        keys=("grant_key", "journal_key"),
    ),
    Server(
        name="llm",
        about="scripted model, for tests and trials",
        factory="madang.fakes.llm.app:create_server",
        modes=("local", "test"),
        is_supervised=False,
        options=("script",),
    ),
    Server(
        name="mock",
        about="a document as a server, for tests and trials",
        factory="madang.fakes.mock.app:create_server",
        health="/-",
        modes=("local", "test"),
        is_supervised=False,
        options=("document", "seed", "latency", "error_rate", "insecure"),
    ),
)
"""All servers in the order in which they stop last; stopping goes from the end."""


def servers_of(mode: Mode, table: Sequence[Server] = SERVERS) -> tuple[Server, ...]:
    """The servers of a mode that `up` starts and `status` asks."""
    return tuple(server for server in _offered(mode, table) if server.is_supervised)


def get_server(name: str, settings: Settings, table: Sequence[Server] = SERVERS) -> Server:
    """A server by name. Raises UsageError for a name that is not there, and for one that the mode refuses."""
    servers = _offered(settings.mode, table)
    for server in servers:
        if server.name == name:
            return server
    if any(server.name == name and is_there(server.factory) for server in table):
        raise UsageError(f"{name} is for tests and trials: MADANG_MODE={settings.mode} refuses it")
    raise UsageError(f"there is no server {name!r}; there are {', '.join(server.name for server in servers)}")


def _offered(mode: Mode, table: Sequence[Server]) -> tuple[Server, ...]:
    """The servers of a mode whose rooms are part of this installation."""
    return tuple(server for server in table if mode in server.modes and is_there(server.factory))
