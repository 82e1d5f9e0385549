"""The closed environment of a server's process: what it needs of the machine, its settings, and only its own keys."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from madang.cli.servers import KEYS, Server
from madang.settings import SETTINGS, Settings

_FIRST_STEPS = frozenset({"model_key"})
"""Secrets of the command line's first steps, which hands them to the proxy: no server is started with them."""
_MACHINE = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR", "MADANG_DEBUG")


def environment_for(
    server: Server, settings: Settings, keys: Mapping[str, str], environ: Mapping[str, str]
) -> dict[str, str]:
    """All variables of the process of `server`.

    Every setting is stated, an empty one too: the process reads `madang.toml` as well, and nothing that is not its own
    may come from there.
    """
    given = {name: environ[name] for name in _MACHINE if name in environ}
    given["PYTHONUNBUFFERED"] = "1"  # what it prints reaches the log at once
    given["MADANG_HOME"] = str(settings.home)
    given["MADANG_LOG_FORMAT"] = "json"
    for setting in SETTINGS:
        if setting.variable not in given:
            given[setting.variable] = _text_for(server, setting.name, settings, keys)
    return given


def own_settings(server: Server, settings: Settings, keys: Mapping[str, str]) -> Settings:
    """The settings as the server may see them: its own keys, no other, and a database only if it needs one."""
    own: dict[str, Any] = {name: (keys.get(name) or None) if name in server.keys else None for name in KEYS}
    own |= dict.fromkeys(_FIRST_STEPS)
    if not server.branches:
        own["database_url"] = None
    return dataclasses.replace(settings, **own)


def _text_for(server: Server, name: str, settings: Settings, keys: Mapping[str, str]) -> str:
    if name in KEYS:
        return keys.get(name, "") if name in server.keys else ""
    if name in _FIRST_STEPS or (name == "database_url" and not server.branches):
        return ""
    return as_text(getattr(settings, name))


def as_text(value: object) -> str:
    """A parsed setting as the text that it is parsed from."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ",".join(str(part) for part in value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - any tuple
    return str(value) if isinstance(value, str | int | float | Path) else repr(value)
