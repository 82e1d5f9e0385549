"""Ask a server how it is: `/healthz` and `/readyz`, over a plain socket, as the HTTP libraries are slow to import."""

from __future__ import annotations

import json
import socket
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Thread
from typing import Any, Literal, cast
from urllib.parse import urlsplit

State = Literal["up", "starting", "down"]

_LARGEST = 64 * 1024


@dataclass(frozen=True, kw_only=True)
class Health:
    """What a server answered: `up` is ready, `starting` lives but is not ready, `down` does not answer."""

    state: State
    version: str | None = None
    detail: str | None = None


def probe(url: str, prefix: str = "", *, timeout_seconds: float = 1.0) -> Health:
    """How the server at `url` is, now. Never raises."""
    try:
        ready, told = _get(f"{url}{prefix}/readyz", timeout_seconds)
        if ready == 200:
            return Health(state="up", version=_text(told, "version"))
        alive, more = _get(f"{url}{prefix}/healthz", timeout_seconds)
    except ConnectionRefusedError:
        return Health(state="down", detail="nothing listens there")
    except TimeoutError:
        return Health(state="down", detail=f"no answer within {timeout_seconds:g} s")
    except (OSError, ValueError) as error:
        return Health(state="down", detail=f"no answer ({error})")
    if alive != 200:
        return Health(state="down", detail=f"another program answers there (status {alive})")
    detail = _text(told, "detail") or f"not ready (status {ready})"
    return Health(state="starting", version=_text(more, "version"), detail=detail)


def probe_all(places: Sequence[tuple[str, str]], *, timeout_seconds: float = 1.0) -> list[Health]:
    """How the servers at several (url, prefix) are, asked all at once."""
    found = [Health(state="down", detail="not asked")] * len(places)

    def ask(index: int, url: str, prefix: str) -> None:
        found[index] = probe(url, prefix, timeout_seconds=timeout_seconds)

    threads = [Thread(target=ask, args=(index, *place), daemon=True) for index, place in enumerate(places)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def _get(url: str, timeout_seconds: float) -> tuple[int, dict[str, Any]]:
    """Status and JSON object (empty if it is none) of a GET. Raises OSError, and ValueError for what is not HTTP."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname or "", parts.port or 80), timeout_seconds) as sock:
        sock.sendall(f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n".encode())
        received = b""
        while len(received) < _LARGEST and (chunk := sock.recv(_LARGEST)):
            received += chunk
    head, _, body = received.partition(b"\r\n\r\n")
    words = head.split(None, 2)
    if len(words) < 2 or not words[0].startswith(b"HTTP/") or not words[1].isdigit():
        raise ValueError("no HTTP server")
    told: Any = None
    with suppress(ValueError):
        told = json.loads(body)
    return int(words[1]), cast("dict[str, Any]", told) if isinstance(told, dict) else {}


def _text(told: dict[str, Any], name: str) -> str | None:
    value = told.get(name)
    return value if isinstance(value, str) else None
