"""Where the servers of a MADANG_HOME listen: a small file each, so that commands find one on 'any free port'."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from madang.settings import Settings


@contextmanager
def recorded(home: Path, server: str, url: str) -> Iterator[None]:
    """Note that `server` listens at `url` while the block runs. A note that a killed process left is harmless."""
    path = _path(home, server)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.write_text(json.dumps({"url": url, "pid": os.getpid()}), encoding="utf-8")
    fresh.replace(path)
    try:
        yield
    finally:
        if _read(path).get("pid") == os.getpid():
            path.unlink(missing_ok=True)


def url_of_server(settings: Settings, server: str) -> str:
    """The base URL of a server: by its port setting, or as noted where that is 0. Says nothing about its health."""
    if settings.port(server):
        return settings.url(server)
    return str(_read(_path(settings.home, server)).get("url") or settings.url(server))


def _path(home: Path, server: str) -> Path:
    return home / "run" / f"{server}.json"


def _read(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}
