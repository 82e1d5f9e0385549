"""One proxied call (grant, match, credential, call record) against a direct one: 1 kB JSON over loopback.

Three processes: the other server, the proxy, and this one, which asks. Rounds are interleaved, so that what else the
machine does falls on both alike. Prints medians; writes nothing outside of a temporary folder.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import cast

import asyncpg
import uvloop

from madang.net.grants import GrantSigner, GrantTerms, make_key_pair
from madang.proxy.app import create_app
from madang.proxy.connections import ConnectionView, FunctionView, StaticConnections
from madang.schema.functions import SecurityScheme
from madang.settings import load_settings
from madang.storage.embedded import EmbeddedPostgres
from madang.storage.keys import new_ring
from madang.storage.migrate import migrate

ROUNDS = 5
SECONDS = 1.5
CONNECTIONS = (1, 16, 64)
BODY = json.dumps({"items": ["x" * 90] * 10}).encode()[:1_024].ljust(1_024)
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(BODY), BODY)
TERMS = GrantTerms(account="acc_1", actor="usr_1", connection="cxn_1", functions=None, purpose="model")


class _Other(asyncio.Protocol):
    """The other server: answers every request head with the same bytes."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._transport.write(ANSWER * data.count(b"\r\n\r\n"))


class _Asker(asyncio.Protocol):
    """One connection that asks again as soon as it is answered; keeps how long each answer took."""

    def __init__(self, request: bytes, until: float, times: list[float], done: asyncio.Future[None]) -> None:
        self._request, self._until, self._times, self._done = request, until, times, done
        self._size: int | None = None
        self._buffer = b""
        self._left = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._ask()

    def data_received(self, data: bytes) -> None:
        if self._size is None:
            self._buffer += data
            if not self._buffer.endswith(BODY):
                return
            if not self._buffer.startswith(b"HTTP/1.1 200"):
                self._done.set_exception(RuntimeError(self._buffer[:300].decode("latin-1")))
                return
            self._size, self._left = len(self._buffer), 0
        else:
            self._left -= len(data)
        if self._left == 0:
            now = time.perf_counter()
            self._times.append(now - self._asked)
            if now < self._until:
                self._ask()
            elif not self._done.done():
                self._transport.close()
                self._done.set_result(None)

    def _ask(self) -> None:
        self._left = self._size or 0
        self._asked = time.perf_counter()
        self._transport.write(self._request)


def run_other(pipe: Connection) -> None:
    """The process of the other server."""

    async def serve() -> None:
        server = await asyncio.get_running_loop().create_server(_Other, "127.0.0.1", 0)
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    uvloop.run(serve())


def run_proxy(pipe: Connection, home: str, database_url: str, public: str, other: int) -> None:
    """The process of the proxy."""
    scheme = SecurityScheme(name="key", kind="apiKey", location="header", parameter="X-Api-Key")
    many = [
        FunctionView(id=f"f{n}", method="GET", path=f"/group{n % 50}/{{id}}/thing{n}/{{part}}") for n in range(1_000)
    ]
    one = FunctionView(id="one", method="GET", path="/things/{id}", security=({"key": ()},), effect="safe")
    view = ConnectionView(
        id="cxn_1",
        account="acc_1",
        server_url=f"http://127.0.0.1:{other}",
        functions=[*many, one],
        allowed_hosts=frozenset({f"127.0.0.1:{other}"}),
        credential_refs={"key": "crd_1"},
        security_schemes={"key": scheme},
    )
    environment = {
        "MADANG_HOME": home,
        "MADANG_PROXY_PORT": "0",
        "MADANG_DATABASE_URL": database_url,
        "MADANG_CREDENTIAL_KEY": new_ring().to_text(),
        "MADANG_GRANT_PUBLIC_KEYS": public,
    }
    app = create_app(load_settings(environment), connections=StaticConnections([view]))
    uvloop.run(app.serve(lambda url: pipe.send(int(url.rpartition(":")[2]))))


async def ask(port: int, request: bytes, connections: int) -> list[float]:
    """The time of each answer, from `connections` that ask for `SECONDS`."""
    loop, times = asyncio.get_running_loop(), list[float]()
    until = time.perf_counter() + SECONDS
    ends = [loop.create_future() for _ in range(connections)]
    for end in ends:
        await loop.create_connection(lambda end=end: _Asker(request, until, times, end), "127.0.0.1", port)
    await asyncio.gather(*ends)
    return times


async def put_credential(port: int, grant: str) -> None:
    """Hand the credential over, as the backend does."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    body = b'{"kind": "apiKey", "value": "secret"}'
    head = f"PUT /-/credentials/crd_1 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {grant}\r\n"
    writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    line = await reader.readline()
    writer.close()
    if b" 201 " not in line:
        raise RuntimeError(line.decode())


async def prepare(database_url: str) -> None:
    """Tables, and the account that owns the credential."""
    await migrate(database_url)
    connection = await asyncpg.connect(database_url)
    await connection.execute("INSERT INTO madang.account VALUES ('acc_1', 'bench', $1)", datetime.now(UTC))
    await connection.close()


async def measure(direct: int, proxy: int, signer: GrantSigner) -> None:
    """Print the figures."""
    await put_credential(proxy, signer.sign(GrantTerms(
        account="acc_1", actor="usr_1", connection="-", functions=None, purpose="internal"
    )))  # fmt: skip
    plain = b"GET /things/1 HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n\r\n"
    granted = (
        b"GET /cxn_1/things/1 HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\nAuthorization: Bearer "
        + signer.sign(TERMS).encode()
        + b"\r\n\r\n"
    )
    print("connections   direct p50   proxied p50   p99   calls/s direct   proxied   ratio")
    for connections in CONNECTIONS:
        rows = [(await ask(direct, plain, connections), await ask(proxy, granted, connections)) for _ in range(ROUNDS)]
        middles = [[statistics.median(times) * 1_000 for times in side] for side in zip(*rows, strict=True)]
        rates = [[len(times) / SECONDS for times in side] for side in zip(*rows, strict=True)]
        (direct_p50, proxied_p50), (direct_rate, proxied_rate) = (
            [statistics.median(values) for values in sides] for sides in (middles, rates)
        )
        p99 = statistics.median(statistics.quantiles(times, n=100)[98] * 1_000 for _, times in rows)
        print(
            f"{connections:>11}   {direct_p50:>7.3f} ms   {proxied_p50:>8.3f} ms   {p99:.2f}"
            f"   {direct_rate:>12,.0f}   {proxied_rate:>9,.0f}   {proxied_rate / direct_rate:.2f}"
        )


def start(target: Callable[..., None], *arguments: object) -> tuple[multiprocessing.Process, int]:
    """A process and the port that it listens on."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=target, args=(theirs, *arguments), daemon=True)
    process.start()
    if not ours.poll(30):
        raise RuntimeError(f"{target.__name__} does not start")
    return process, int(ours.recv())


def main() -> None:
    """Start all three, measure, and leave nothing."""
    multiprocessing.set_start_method("spawn")
    home = Path(tempfile.mkdtemp(prefix="mdg-bench-"))
    home.chmod(0o711)
    postgres = EmbeddedPostgres.join(home)
    private, public = make_key_pair("bench")
    processes: list[multiprocessing.Process] = []
    try:
        asyncio.run(prepare(postgres.url))
        other, direct = start(run_other)
        processes.append(other)
        served, proxy = start(run_proxy, str(home), postgres.url, public, direct)
        processes.append(served)
        uvloop.run(measure(direct, proxy, GrantSigner(private, issuer="bench")))
    finally:
        for process in reversed(processes):
            process.terminate()
            process.join(10)
        postgres.leave()
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()
