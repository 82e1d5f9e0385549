"""The embedded PostgreSQL: started by whoever needs it first, shared by all Madang commands of a home, stopped by
the last.

Every user holds a shared lock on one file; starting and stopping are decided under an exclusive lock on another. The
system frees the locks of a process that is killed, so there is nothing to clean up: the next user adopts the server
that still runs. All calls block; asynchronous callers use `asyncio.to_thread`.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType

from madang.kit.errors import UnavailableError, UsageError
from madang.logs import get_logger
from madang.settings import Settings
from madang.storage.postgres_files import (
    SYSTEM,
    Places,
    check_data,
    choose_user,
    disk_errors,
    find_pid_file,
    make_password,
    prepare_folders,
    read_password,
    write_private,
)
from madang.storage.postgres_process import (
    DATABASE,
    HOST,
    POLL_SECONDS,
    ROLE,
    Server,
    is_running,
    stop,
    wait_until_settled,
)

LOCK_SECONDS = 120.0

_log = get_logger("storage")


class EmbeddedPostgres:
    """One user's share of the embedded PostgreSQL of a home. Also a context manager that leaves at its end."""

    def __init__(self, places: Places, users_lock: int) -> None:
        self._places = places
        self._users_lock: int | None = users_lock

    @classmethod
    def join(cls, home: Path, *, system: Path = SYSTEM) -> EmbeddedPostgres:
        """Use the server of `home`, making its data and starting it where that has not been done.

        `system` is the folder for what the server's unprivileged user cannot reach in the home, when we are root.
        Raises UsageError (wrong version, no permission) or UnavailableError (disk full, damaged files), each one line.
        """
        places = Places(home=home.absolute(), system=system)
        prepare_folders(places)
        with _deciding(places):
            users_lock = _lock_file(places.users, fcntl.LOCK_SH)
            try:
                _start_if_needed(places)
            except BaseException:
                os.close(users_lock)
                raise
        return cls(places, users_lock)

    @property
    def url(self) -> str:
        """`postgresql://madang:PASSWORD@127.0.0.1:PORT/madang` as it is now; a restart may change the port."""
        return _url(self._places)

    @property
    def is_running(self) -> bool:
        """Whether the server takes connections."""
        return is_running(self._places.data)

    def ensure_running(self) -> bool:
        """Start the server again if it has died. Returns whether it had."""
        if self.is_running:
            return False
        with _deciding(self._places):
            return _start_if_needed(self._places)

    def leave(self) -> bool:
        """Give the share back; the last one stops the server. Returns whether this was the last. Once is enough."""
        if self._users_lock is None:
            return False
        with _deciding(self._places):
            os.close(self._users_lock)
            self._users_lock = None
            if not _is_unused(self._places):
                return False
            if stop(self._places.data.resolve()):
                _log.info("PostgreSQL stopped")
            return True

    def __enter__(self) -> EmbeddedPostgres:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.leave()


def find_running_url(home: Path) -> str | None:
    """The URL of the embedded server of a home if it runs now, or None. Starts nothing."""
    places = Places(home=home.absolute())
    with suppress(OSError):
        if is_running(places.data):
            return _url(places)
    return None


@contextmanager
def open_database_url(settings: Settings) -> Iterator[str]:
    """The URL of the database that the settings name, or of the embedded one, which runs while the block does."""
    if settings.database_url:
        yield settings.database_url
        return
    with EmbeddedPostgres.join(settings.home) as postgres:
        yield postgres.url


def _start_if_needed(places: Places) -> bool:
    """Bring the server up; the decision lock is held. Returns whether it had to be started."""
    has_data = check_data(places)
    password = read_password(places)
    if has_data and wait_until_settled(places.data):
        if password is None:
            raise UsageError(
                f"{places.password} is missing while PostgreSQL runs; stop all Madang commands and start again, "
                "which makes a new one"
            )
        _keep_port(places)
        return False
    began = time.monotonic()
    server = Server.of(places, choose_user(places.data))
    if not has_data:
        server.create(make_password(places))
    elif password is None:
        server.set_password(make_password(places))
    port = server.start(_read_port(places))
    with disk_errors(places.home):
        write_private(places.port, f"{port}\n")
    _log.info("PostgreSQL started", port=port, seconds=round(time.monotonic() - began, 2))
    return True


def _keep_port(places: Places) -> None:
    found = find_pid_file(places.data)
    if found is not None and found.port is not None and found.port != _read_port(places):
        write_private(places.port, f"{found.port}\n")


def _read_port(places: Places) -> int | None:
    try:
        text = places.port.read_text(encoding="ascii").strip()
    except (FileNotFoundError, UnicodeDecodeError):
        return None
    return int(text) if text.isdigit() and 0 < int(text) < 65536 else None


def _url(places: Places) -> str:
    port, password = _read_port(places), read_password(places)
    if port is None or password is None:
        raise UnavailableError(f"{places.port} or {places.password} is gone; stop all Madang commands and start again")
    return f"postgresql://{ROLE}:{password}@{HOST}:{port}/{DATABASE}"


def _is_unused(places: Places) -> bool:
    """Whether nobody holds a share. The decision lock is held, so nobody can take one meanwhile."""
    try:
        os.close(_lock_file(places.users, fcntl.LOCK_EX | fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    return True


@contextmanager
def _deciding(places: Places) -> Iterator[None]:
    """Hold the lock under which the server is started and stopped."""
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            lock = _lock_file(places.decisions, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise UnavailableError(
                    f"another Madang command has been starting or stopping PostgreSQL for {LOCK_SECONDS:.0f} s; "
                    f"see {places.log}"
                ) from None
            time.sleep(POLL_SECONDS)
    try:
        yield
    finally:
        os.close(lock)


def _lock_file(path: Path, kind: int) -> int:
    """An open file with a lock on it, which ends when the file is closed. Raises BlockingIOError if it is taken."""
    with disk_errors(path):
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, kind)
    except BaseException:
        os.close(file)
        raise
    return file
