"""The spool: what was called, on local disk before the first byte goes to the other server.

A process has a folder of its own, `<writer id>/`, with a lock that the system frees when the process ends, and files
of one JSON record a line. A record is written by one `write` before a call is sent, and again with its outcome within
`FSYNC_SECONDS` of its end. So every call that the other server saw has a record: a killed process loses no call, only
the outcomes of its last moment, which then count as unknown; a machine that loses power loses at most what came after
the last fsync, which is every `FSYNC_SECONDS` while something is written.
"""

from __future__ import annotations

import asyncio
import errno
import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from madang.kit.errors import UnavailableError, UsageError
from madang.kit.ids import new_id
from madang.ledger.usage import CallRecord, to_line
from madang.logs import get_logger

FSYNC_SECONDS = 0.05
MAX_BYTES = 1024**3
"""How much may wait for a database that is away. Over it calls are refused: one that is not recorded is not made."""

_LOCK = "lock"
_SUFFIX = ".jsonl"
_log = get_logger("proxy")


class Spool:
    """The folder that this process writes to. One for a process."""

    def __init__(self, folder: Path, *, max_bytes: int = MAX_BYTES) -> None:
        self.folder = folder
        self.writer = new_id("prx")
        self._own = folder / self.writer
        self._max = max_bytes
        self._closed_bytes = 0
        self._bytes = 0
        self._number = 0
        self._is_dirty = False
        self._lines: list[bytes] = []
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            new = folder / f".{self.writer}"  # under this name nobody adopts it before it is locked
            new.mkdir(mode=0o700)
            self._lock = _try_lock(new)
            new.rename(self._own)
            self._file = self._open()
        except OSError as error:
            raise UsageError(f"the folder {folder} cannot be written ({error.strerror}); check MADANG_HOME") from None

    @property
    def waiting_bytes(self) -> int:
        """How much has not reached the database yet."""
        return self._closed_bytes + self._bytes

    def write(self, record: CallRecord) -> None:
        """Write the record of a call that is about to be sent, now. Raises UnavailableError where there is no room."""
        self._lines.append(to_line(record))
        if self.waiting_bytes > self._max:
            self._lines.pop()
            raise UnavailableError(
                "the call cannot be recorded, so it is not made: the spool is full; see the database"
            )
        try:
            self.flush()
        except OSError as error:
            self._lines.pop()
            raise UnavailableError(f"the call is not made, because it cannot be recorded: {error.strerror}") from None

    def add(self, line: bytes) -> None:
        """Write the record of a call that has ended, with the next one or at the next `sync`."""
        self._lines.append(line)

    def flush(self) -> None:
        """Write what has been added. Raises OSError, and keeps it."""
        if not self._lines:
            return
        data = b"\n" + b"\n".join(self._lines)  # a line that was cut short never runs into the next one
        written = os.write(self._file, data)
        self._bytes += written
        self._is_dirty = True
        if written < len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._lines.clear()

    async def sync(self) -> None:
        """Bring what was written and added to the disk itself."""
        self.flush()
        if self._is_dirty:
            self._is_dirty = False
            file = os.dup(self._file)  # the file may be rotated away meanwhile
            try:
                await asyncio.to_thread(os.fdatasync, file)
            finally:
                os.close(file)

    def rotate(self) -> list[Path]:
        """The files that are complete, oldest first; what is written from now on goes to another one."""
        self.flush()
        if self._bytes:
            os.close(self._file)
            self._closed_bytes += self._bytes
            self._bytes = 0
            self._file = self._open()
        return segments(self._own)[:-1]

    def drop(self, path: Path) -> None:
        """Remove a file whose records are in the database."""
        with suppress(FileNotFoundError):
            self._closed_bytes = max(0, self._closed_bytes - path.stat().st_size)
            path.unlink()

    def find_abandoned(self) -> Iterator[Abandoned]:
        """The folders of processes that have ended, each locked while it is worked on."""
        for path in sorted(self.folder.iterdir()):
            if path != self._own and path.name[0] != "." and (lock := _find_lock(path)) is not None:
                try:
                    yield Abandoned(path)
                finally:
                    os.close(lock)

    def close(self) -> None:
        """Leave; the folder goes if nothing waits in it."""
        with suppress(OSError):
            self.flush()
        os.close(self._file)
        if not self._bytes and not self._closed_bytes:
            Abandoned(self._own).remove()
        os.close(self._lock)

    def _open(self) -> int:
        self._number += 1
        path = self._own / f"{self._number:08d}{_SUFFIX}"
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)


class Abandoned:
    """The folder of a process that has ended."""

    def __init__(self, path: Path) -> None:
        self.writer = path.name
        self._path = path

    def segments(self) -> list[Path]:
        """Its files, oldest first."""
        return segments(self._path)

    def remove(self) -> None:
        """Remove it, and what is left in it."""
        for path in [*segments(self._path), self._path / _LOCK]:
            path.unlink(missing_ok=True)
        with suppress(OSError):  # another process has just looked for its lock; it will remove the folder
            self._path.rmdir()


def segments(folder: Path) -> list[Path]:
    """The files of a writer, oldest first."""
    return sorted(path for path in folder.iterdir() if path.suffix == _SUFFIX)


def read_segment(path: Path) -> list[bytes]:
    """The records of a file, a line each. A line that a dying process did not finish is left out: it was not sent."""
    lines = [line for line in path.read_bytes().split(b"\n") if line]
    whole = [line for line in lines if line.endswith(b"}")]
    if len(whole) < len(lines):
        _log.warning("unfinished lines in the spool", file=path.name, lines=len(lines) - len(whole))
    return whole


def newest_lines(lines: Iterable[bytes]) -> list[bytes]:
    """The last line of each call, which says all that the one before it said. A line begins with the call's id."""
    return [*{line.partition(b",")[0]: line for line in lines}.values()]


def _try_lock(folder: Path) -> int:
    lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise
    return lock


def _find_lock(folder: Path) -> int | None:
    try:
        return _try_lock(folder)
    except OSError:  # its process lives, or another one works on it, or it is gone
        return None
