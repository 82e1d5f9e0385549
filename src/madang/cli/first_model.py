"""What `madang up` does with MADANG_MODEL: the model becomes the account's default, once for what the settings say."""

from __future__ import annotations

import hashlib
import json
import secrets
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import click

from madang.agent.model_providers import get_provider, split_setting
from madang.cli.answers import object_of, text
from madang.cli.lookup import segment
from madang.kit.errors import MadangError
from madang.kit.json import JsonObject
from madang.logs import get_logger
from madang.sdk.client import ApiError, Client
from madang.settings import Settings

_PORTS = {"http": 80, "https": 443}
_log = get_logger("up")


def first_model(settings: Settings) -> None:
    """Make the model of the settings the default. What fails is logged: all servers run without it.

    Nothing is done again for the same settings, so that a person may change or remove it.
    """
    if settings.model is None or settings.mode == "real":
        return
    try:
        with Client.from_settings(settings) as client:
            line = take_step(client, settings, settings.home / "run" / "first-model")
    except MadangError as error:
        _log.warning("the model of MADANG_MODEL is not set up; the next start tries again", detail=error.detail)
        return
    except OSError as error:
        _log.warning("the model of MADANG_MODEL could not be noted", detail=str(error))
        return
    if line:
        click.echo(line)


def take_step(client: Client, settings: Settings, marker: Path) -> str | None:
    """Add or change the model, and give the line that says so."""
    name = settings.model or ""
    salt, noted = _read(marker)
    if noted == _digest(salt, settings):
        return None
    provider_id, model = split_setting(name)
    provider = get_provider(provider_id)
    wanted: JsonObject = {"model": model}
    if url := settings.model_url or provider.base_url:
        # What the operator's settings name is trusted by that.
        wanted |= {"base_url": url, "allowed_hosts": [_pair(url)] if settings.model_url else _own_machine(url)}
    if settings.model_key:
        wanted["api_key"] = settings.model_key
    path = f"/api/models/{segment(name)}"
    if not _is_there(client, path):
        client.post("/api/models", json={**wanted, "name": name, "provider": provider.id})
        wanted = {}
    made = object_of(client.patch(path, json={**wanted, "is_default": True}))
    _mark(marker, salt, _digest(salt, settings))
    return f"conversations ask {name} at {text(made, 'base_url')} (madang model test {name})"


def _is_there(client: Client, path: str) -> bool:
    try:
        client.get(path)
    except ApiError as error:
        if error.http_status == 404:
            return False
        raise
    return True


def _own_machine(url: str) -> list[Any]:
    return [_pair(url)] if urlsplit(url).hostname in {"127.0.0.1", "localhost", "::1"} else []


def _pair(url: str) -> str:
    parts = urlsplit(url)
    host = parts.hostname or ""
    return f"{f'[{host}]' if ':' in host else host}:{parts.port or _PORTS.get(parts.scheme, 0)}"


def _digest(salt: str, settings: Settings) -> str:
    said = json.dumps([salt, settings.model, settings.model_url, settings.model_key])
    return hashlib.sha256(said.encode()).hexdigest()


def _mark(marker: Path, salt: str, digest: str) -> None:
    marker.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = marker.with_suffix(".new")
    fresh.write_text(json.dumps({"salt": salt, "digest": digest}), encoding="utf-8")
    fresh.chmod(0o600)
    fresh.replace(marker)


def _read(marker: Path) -> tuple[str, str | None]:
    """The salt, a fresh one where there is none, and the digest of what was set up."""
    try:
        value = cast("dict[str, Any]", json.loads(marker.read_text(encoding="utf-8")))
        return str(value["salt"]), str(value["digest"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return secrets.token_hex(16), None
