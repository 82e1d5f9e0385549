"""Ports: bound before anything else is done, and a port in use is one clear line that names who uses it."""

from __future__ import annotations

import errno
import os
import socket
from pathlib import Path

from madang.kit.errors import UsageError

BACKLOG = 1_024
_LISTENING = "0A"


def bind_socket(host: str, port: int, *, setting: str = "MADANG_BACKEND_PORT") -> socket.socket:
    """A listening socket; port 0 is any free port. `setting` is what an operator would change.

    Raises UsageError where the port is in use or not allowed, or the address is not this machine's.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        raise UsageError(f"{host} is no address of this machine ({error.strerror}): set MADANG_HOST") from None
    sock = socket.socket(family, kind, protocol)
    try:
        if os.name == "posix":
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
        sock.listen(BACKLOG)
    except OSError as error:
        sock.close()
        raise UsageError(_explain(error, host, port, setting)) from None
    sock.setblocking(False)
    return sock


def url_of(sock: socket.socket) -> str:
    """The base URL by which this machine reaches a listening socket."""
    host, port = sock.getsockname()[:2]
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        host = "127.0.0.1"
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _explain(error: OSError, host: str, port: int, setting: str) -> str:
    if error.errno == errno.EADDRINUSE:
        user = find_listener(port)
        stop = f"stop the program that uses it ({user})" if user else "stop the program that uses it"
        return f"port {port} on {host} is in use: {stop}, or set {setting}"
    if error.errno == errno.EACCES:
        return f"port {port} on {host} is not allowed to this user: set {setting} to a port over 1023"
    return f"cannot listen on {host}, port {port} ({error.strerror}): set MADANG_HOST or {setting}"


def find_listener(port: int, proc: Path = Path("/proc")) -> str | None:
    """Name and process id of the program that listens on a port, as `nginx, pid 812`; only where Linux tells."""
    inodes = {inode for table in ("tcp", "tcp6") for inode in _listening_inodes(proc / "net" / table, port)}
    if not inodes:
        return None
    wanted = {f"socket:[{inode}]" for inode in inodes}
    for folder in proc.glob("[0-9]*"):
        if _holds(folder / "fd", wanted):
            return f"{_name(folder)}, pid {folder.name}"
    return None


def _listening_inodes(table: Path, port: int) -> list[str]:
    try:
        rows = [line.split() for line in table.read_text().splitlines()[1:]]
    except OSError:
        return []
    return [row[9] for row in rows if row[3] == _LISTENING and int(row[1].rsplit(":", 1)[1], 16) == port]


def _holds(folder: Path, wanted: set[str]) -> bool:
    try:
        return any(str(link.readlink()) in wanted for link in folder.iterdir())
    except OSError:  # gone meanwhile, or another user's
        return False


def _name(process: Path) -> str:
    try:
        return (process / "comm").read_text().strip()
    except OSError:
        return "unknown"
