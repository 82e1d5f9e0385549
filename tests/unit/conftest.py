"""Unit tests talk to nobody: a socket that connects or listens fails the test."""

import socket

import pytest


@pytest.fixture(autouse=True)
def no_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sockets are blocked; what needs one belongs in tests/integration."""

    def refuse(_socket: socket.socket, address: object, *_rest: object) -> None:
        raise AssertionError(f"a unit test must not use the network: {address!r}")

    for name in ("connect", "connect_ex", "bind", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
