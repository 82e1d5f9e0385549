"""Settings: one table, read from the environment or `MADANG_HOME/madang.toml`, each value with its origin.

An environment variable wins over the file, the file over the default. A wrong value is one UsageError that names
the setting, where it came from, and what is allowed.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from madang.kit.errors import UsageError

Mode = Literal["local", "test", "real"]
LogFormat = Literal["text", "json"]
LogLevel = Literal["debug", "info", "warning", "error"]
Origin = Literal["default", "file", "environment", "command"]

FILE_NAME = "madang.toml"


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One row of the table: its name in `madang.toml`, its variable, how it is read and what it is for."""

    name: str
    parse: Callable[[str], Any]
    default: str
    about: str
    secret: bool = False

    @property
    def variable(self) -> str:
        """The environment variable, `MADANG_` and the name in capitals."""
        return "MADANG_" + self.name.upper()


def _choice(kind: Any) -> Callable[[str], str]:
    allowed: tuple[str, ...] = get_args(kind)

    def parse(text: str) -> str:
        if text not in allowed:
            raise ValueError(f"must be one of {', '.join(allowed)}")
        return text

    return parse


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 <= int(text) <= 65535:
        raise ValueError("must be a port number from 0 to 65535 (0: any free port)")
    return int(text)


def _optional(text: str) -> str | None:
    return text or None


def _path(text: str) -> Path:
    return Path(text).expanduser().absolute()


def _host(text: str) -> str:
    if not text or any(c in text for c in "/ @"):
        raise ValueError("must be a host name or an IP address, without a port")
    return text


def _hosts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


SETTINGS: tuple[Setting, ...] = (
    Setting(name="mode", parse=_choice(Mode), default="local", about="local, test or real"),
    Setting(name="host", parse=_host, default="127.0.0.1", about="the address that the servers listen on"),
    Setting(name="public_hosts", parse=_hosts, default="", about="further Host names that pages may use, with commas"),
    Setting(name="backend_port", parse=_port, default="8700", about="web app and API"),
    Setting(name="proxy_port", parse=_port, default="8701", about="the proxy that holds credentials"),
    Setting(name="bbs_port", parse=_port, default="8713", about="the bulletin board, an example API"),
    Setting(name="llm_port", parse=_port, default="0", about="the scripted model of `serve llm`; 0 is any free port"),
    Setting(name="mock_port", parse=_port, default="0", about="the mock of `serve mock`; 0 is any free port"),
    Setting(
        name="database_url",
        parse=_optional,
        default="",
        about="an outside PostgreSQL; else the embedded one",
        secret=True,
    ),
    Setting(
        name="storage_url", parse=_optional, default="", about="an object store, s3://bucket/prefix; else a folder"
    ),
    Setting(name="model", parse=_optional, default="", about="the default model from the start, as openai:gpt-5"),
    Setting(name="model_url", parse=_optional, default="", about="where it is, if not where its provider says"),
    Setting(name="model_key", parse=_optional, default="", about="its API key, handed to the proxy", secret=True),
    Setting(name="log_format", parse=_choice(LogFormat), default="text", about="text or json"),
    Setting(name="log_level", parse=_choice(LogLevel), default="info", about="debug, info, warning or error"),
    Setting(name="credential_key", parse=_optional, default="", about="encrypts credentials (proxy)", secret=True),
    Setting(name="grant_key", parse=_optional, default="", about="signs grants (backend, workers)", secret=True),
    Setting(name="grant_public_keys", parse=_optional, default="", about="checks grants (proxy)"),
    Setting(
        name="journal_key", parse=_optional, default="", about="idempotency and dump signatures (workers)", secret=True
    ),
)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All settings of a process, parsed. `origins` says for each name where its value came from."""

    home: Path
    mode: Mode
    host: str
    public_hosts: tuple[str, ...]
    backend_port: int
    proxy_port: int
    bbs_port: int
    llm_port: int
    mock_port: int
    database_url: str | None = field(repr=False)
    storage_url: str | None
    model: str | None
    model_url: str | None
    model_key: str | None = field(repr=False)
    log_format: LogFormat
    log_level: LogLevel
    credential_key: str | None = field(repr=False)
    grant_key: str | None = field(repr=False)
    grant_public_keys: str | None
    journal_key: str | None = field(repr=False)
    origins: Mapping[str, Origin] = field(repr=False)

    @property
    def data(self) -> Path:
        """The folder of everything that a backup holds: database files and objects."""
        return self.home / "data"

    @property
    def keys(self) -> Path:
        """The folder of key files, mode 0700, which no backup holds."""
        return self.home / "keys"

    def port(self, server: str) -> int:
        """The port of a server by its name, as `backend`."""
        return int(getattr(self, f"{server}_port"))

    def url(self, server: str) -> str:
        """The base URL by which this machine reaches a server, without a slash at the end."""
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104 - compared, not bound
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port(server)}"


def load_settings(environment: Mapping[str, str] | None = None, overrides: Mapping[str, str] | None = None) -> Settings:
    """Read all settings; `overrides` are options of the command line, as text by setting name.

    Raises UsageError for a value that is not allowed, an unreadable file, and an unknown name in the file.
    """
    environ = os.environ if environment is None else environment
    home = _path(environ.get("MADANG_HOME") or "~/.madang")
    file = _read_file(home / FILE_NAME)
    values: dict[str, Any] = {}
    origins: dict[str, Origin] = {"home": "environment" if environ.get("MADANG_HOME") else "default"}
    for setting in SETTINGS:
        text, origin = _find(setting, environ, file, overrides or {})
        origins[setting.name] = origin
        try:
            values[setting.name] = setting.parse(text)
        except ValueError as error:
            raise UsageError(f"{_place(setting, origin, home)}: {error}") from None
    return Settings(home=home, origins=origins, **values)


def _find(
    setting: Setting, environ: Mapping[str, str], file: Mapping[str, str], overrides: Mapping[str, str]
) -> tuple[str, Origin]:
    if setting.name in overrides:
        return overrides[setting.name], "command"
    if setting.variable in environ:
        return environ[setting.variable], "environment"
    if setting.name in file:
        return file[setting.name], "file"
    return setting.default, "default"


def _place(setting: Setting, origin: Origin, home: Path) -> str:
    if origin == "file":
        return f"{setting.name} in {home / FILE_NAME}"
    return setting.variable


def _read_file(path: Path) -> dict[str, str]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from None
    known = {setting.name for setting in SETTINGS}
    for name, value in table.items():
        if name not in known:
            raise UsageError(f"{path} has an unknown setting {name!r}; `madang config` lists all of them")
        if not isinstance(value, str | int):
            raise UsageError(f"{path}: {name} must be a text or a number")
    return {name: str(value) for name, value in table.items()}
