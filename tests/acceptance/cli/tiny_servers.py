"""A table of three tiny servers that behave badly when asked to, and the two commands that a supervisor needs.

Usage: tiny_servers.py up | serve NAME --supervised PID
"""

import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import click

from madang.cli.main import run
from madang.cli.serve import run_server
from madang.cli.servers import Server
from madang.cli.supervisor import Timing
from madang.cli.up import run_up
from madang.kit.errors import UsageError
from madang.logs import get_logger
from madang.net.listening import bind_socket, url_of
from madang.settings import Settings, load_settings

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class TinyApp:
    """Tells its environment; `/hang` blocks the process for good; a file `NAME-stubborn` makes it slow to end."""

    def __init__(self, name: str, settings: Settings) -> None:
        self.name = name
        self.home = settings.home

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.live(receive, send)
            return
        body = b"{}"
        if scope["path"] == "/hang":
            time.sleep(3600)
        if scope["path"] == "/pid":
            body = str(os.getpid()).encode()
        if scope["path"] == "/environment":
            body = "\n".join(f"{name}={value}" for name, value in os.environ.items()).encode()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body})

    async def live(self, receive: Receive, send: Send) -> None:
        await receive()
        get_logger("tiny").info("begins", password="canary-in-a-field")
        print("a plain line", flush=True)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        with (self.home / "ended").open("a") as file:
            file.write(self.name + "\n")
        if (self.home / f"{self.name}-stubborn").exists():
            time.sleep(3600)
        await send({"type": "lifespan.shutdown.complete"})


class RawServer:
    """Listens by itself, as the proxy does."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    async def serve(self, ready: Callable[[str], None]) -> None:
        from madang.net.signals import on_signals

        stop = asyncio.Event()
        sock = bind_socket(self.settings.host, self.settings.proxy_port, setting="MADANG_PROXY_PORT")
        server = await asyncio.start_server(self.answer, sock=sock)
        ready(url_of(sock))
        with on_signals(stop.set):
            async with server:
                await stop.wait()
        with (self.settings.home / "ended").open("a") as file:
            file.write("proxy\n")

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = (await reader.readline()).split()
        status = "200 OK" if request[1] in {b"/-/healthz", b"/-/readyz"} else "404 Not Found"
        writer.write(f"HTTP/1.1 {status}\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{{}}".encode())
        await writer.drain()
        writer.close()


def make_bbs(settings: Settings) -> TinyApp:
    if (settings.home / "bad-setting").exists():
        raise UsageError("MADANG_TINY is not what it must be")
    if (settings.home / "crash").exists():
        raise RuntimeError("a fault of its own")
    return TinyApp("bbs", settings)


def make_proxy(settings: Settings) -> RawServer:
    return RawServer(settings)


def make_backend(settings: Settings) -> TinyApp:
    return TinyApp("backend", settings)


TABLE: tuple[Server, ...] = (
    Server(name="bbs", about="tiny", factory="tiny_servers:make_bbs"),
    Server(
        name="proxy",
        about="tiny",
        factory="tiny_servers:make_proxy",
        health="/-",
        keys=("credential_key", "grant_public_keys"),
    ),
    Server(name="backend", about="tiny", factory="tiny_servers:make_backend", keys=("grant_key",)),
)
TIMING = Timing(probe_up=0.2, answer=0.5, silent=1.5, stop=4.0)


def command(server: Server) -> Sequence[str]:
    return (sys.executable, str(Path(__file__)), "serve", server.name, "--supervised", str(os.getpid()))


@click.command()
def up() -> None:
    asyncio.run(run_up(load_settings(), table=TABLE, command=command, timing=TIMING))


@click.command()
@click.argument("name")
@click.option("--supervised", type=int)
def serve(name: str, supervised: int) -> None:
    run_server(name, {}, supervised=supervised, table=TABLE)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:], click.Group(commands=[up, serve])))
