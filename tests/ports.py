"""Ports for servers that are started a moment later."""

from __future__ import annotations

import random
import socket

FIRST, LAST = 20_000, 32_000
"""Below those that the system gives to whoever asks for any: nobody else takes one between here and the start."""

_chance = random.SystemRandom()


def free_ports(count: int) -> list[int]:
    """Ports of loopback that are free now, each another."""
    sockets: list[socket.socket] = []
    try:
        while len(sockets) < count:
            sock = socket.socket()
            try:
                sock.bind(("127.0.0.1", _chance.randrange(FIRST, LAST)))
            except OSError:
                sock.close()
                continue
            sockets.append(sock)
        return [int(sock.getsockname()[1]) for sock in sockets]
    finally:
        for sock in sockets:
            sock.close()
