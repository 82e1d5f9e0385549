"""The processes of the embedded PostgreSQL: make a data folder, start, stop, and say why one of them failed."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from madang.kit.errors import MadangError, UnavailableError, UsageError
from madang.logs import get_logger
from madang.storage.postgres_files import (
    Places,
    ServerUser,
    disk_errors,
    find_pid_file,
    place_for_new_data,
    programs_for,
    trim_log,
    write_private,
)

HOST = "127.0.0.1"
ROLE = "madang"
DATABASE = "madang"
START_SECONDS = 300.0
FAST_STOP_SECONDS = 7.0
QUICK_STOP_SECONDS = 6.0
ORPHAN_SECONDS = 5.0
POLL_SECONDS = 0.01
PORT_ATTEMPTS = 5

# Kept in postgresql.conf, where an operator may change them.
DEFAULTS = (
    ("max_connections", "200"),
    ("shared_buffers", "128MB"),
    ("jit", "off"),
    ("timezone", "UTC"),
    ("log_timezone", "UTC"),
    ("log_checkpoints", "off"),
    # Not "$user": the role has the name of our schema, so a name without its schema would work here and nowhere else.
    ("search_path", "public"),
)
INITDB = (
    *("-U", ROLE, "--auth=scram-sha-256", "--no-instructions"),
    *("-E", "UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
)
# On the command line, as everything else relies on them: loopback TCP and nothing else, never without fsync.
FIXED = (("listen_addresses", HOST), ("unix_socket_directories", ""), ("fsync", "on"))

_log = get_logger("storage")
# Children that run on after their starter left: kept, so that they can be reaped while this process lives.
_children: dict[int, subprocess.Popen[bytes]] = {}


@dataclass(frozen=True, kw_only=True)
class Server:
    """How the server of one home is run: its files, its user, and the programs that this user can reach."""

    places: Places
    user: ServerUser
    programs: Path

    @classmethod
    def of(cls, places: Places, user: ServerUser) -> Server:
        """The server of a home; may copy the programs to where `user` can run them."""
        with disk_errors(places.system):
            return cls(places=places, user=user, programs=programs_for(user, places))

    def create(self, password: str) -> None:
        """Make the data folder with the database in it: whole, or not at all."""
        with disk_errors(self.places.home):
            real = place_for_new_data(self.places, self.user)
            for leftover in real.parent.glob(f"{real.name}.new-*"):
                shutil.rmtree(leftover, ignore_errors=True)
            fresh = real.with_name(f"{real.name}.new-{secrets.token_hex(4)}")
            try:
                fresh.mkdir(mode=0o700)
                self.user.own(fresh)
                self._initdb(fresh, password)
                self._single_user(fresh, "postgres", f"CREATE DATABASE {DATABASE}")
                self._single_user(fresh, DATABASE, "CREATE EXTENSION vector")
                fresh.rename(real)
            finally:
                shutil.rmtree(fresh, ignore_errors=True)
            if real != self.places.data:
                self.places.data.symlink_to(real)

    def set_password(self, password: str) -> None:
        """Give the role a new password. The server must not run."""
        self._single_user(self.places.data.resolve(), "postgres", f"ALTER ROLE {ROLE} PASSWORD '{password}'")

    def start(self, wished_port: int | None) -> int:
        """Start the server and wait until it takes connections; returns its port. It survives this process.

        Raises UnavailableError or UsageError that says why it does not start.
        """
        wait_for_orphans(self.places.data.resolve())
        with disk_errors(self.places.home):
            trim_log(self.places.log)
        for _ in range(PORT_ATTEMPTS):
            port = free_port(wished_port)
            said = self._try_start(port)
            if said is None:
                return port
            if "could not create any TCP/IP sockets" not in said:
                raise explain(said, self.places.data, self.places.log)
            wished_port = None
        raise UnavailableError(f"PostgreSQL finds no free port on {HOST}; see {self.places.log}")

    def _try_start(self, port: int) -> str | None:
        """Start once. Returns None when it is ready, else what the server said before it ended."""
        data = self.places.data.resolve()
        options = [part for name, value in (*FIXED, ("port", str(port))) for part in ("-c", f"{name}={value}")]
        with disk_errors(self.places.home), self.places.log.open("ab") as log:
            begin = log.tell()
            child = subprocess.Popen(
                [self.programs / "bin" / "postgres", "-D", data, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=_environment(),
                start_new_session=True,  # so that Ctrl-C in the terminal does not reach it
                user=self.user.uid,
                group=self.user.gid,
                extra_groups=self.user.groups,
            )
        _children[child.pid] = child
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if child.poll() is not None:
                del _children[child.pid]
                return _read_from(self.places.log, begin)
            found = find_pid_file(data)
            if found is not None and found.pid == child.pid and found.is_ready:
                return None
            time.sleep(POLL_SECONDS)
        stop(data)
        raise UnavailableError(f"PostgreSQL was not ready after {START_SECONDS:.0f} s; see {self.places.log}")

    def _initdb(self, folder: Path, password: str) -> None:
        settings = [part for name, value in DEFAULTS for part in ("--set", f"{name}={value}")]
        with self._password_file(folder, password) as file:
            self._run(["initdb", "-D", str(folder), f"--pwfile={file}", *INITDB, *settings])

    @contextmanager
    def _password_file(self, folder: Path, password: str) -> Iterator[Path]:
        file = folder.with_name(f".{folder.name}.password")
        try:
            write_private(file, password + "\n")
            self.user.own(file)
            yield file
        finally:
            file.unlink(missing_ok=True)

    def _single_user(self, folder: Path, database: str, statement: str) -> None:
        self._run(["postgres", "--single", "-c", "exit_on_error=on", "-D", str(folder), database], statement + "\n")

    def _run(self, arguments: list[str], text: str = "") -> None:
        done = subprocess.run(
            [self.programs / "bin" / arguments[0], *arguments[1:]],
            input=text.encode(),
            capture_output=True,
            cwd="/",
            env=_environment(),
            check=False,
            user=self.user.uid,
            group=self.user.gid,
            extra_groups=self.user.groups,
        )
        if done.returncode != 0:
            said = (done.stdout + done.stderr).decode(errors="replace")
            with suppress(OSError), self.places.log.open("a", encoding="utf-8") as log:
                log.write(said)
            raise explain(said, self.places.data, self.places.log)


def is_running(data: Path) -> bool:
    """Whether a server runs on the data folder and takes connections."""
    found = find_pid_file(data)
    return found is not None and found.is_ready and is_server(found.pid, data.resolve())


def is_server(pid: int, data: Path) -> bool:
    """Whether the process lives and works in `data`, as every process of PostgreSQL does; a zombie does not live."""
    if pid in _children and _children[pid].poll() is not None:
        del _children[pid]
        return False
    if not Path("/proc/self/stat").exists():
        return _is_server_by_ps(pid, data)
    try:
        return _state(pid) != "Z" and Path(f"/proc/{pid}/cwd").readlink() == data
    except OSError:
        return False


def _state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[0]


def _is_server_by_ps(pid: int, data: Path) -> bool:
    done = subprocess.run(["ps", "-o", "stat=,command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return done.returncode == 0 and not done.stdout.startswith("Z") and str(data) in done.stdout


def stop(data: Path) -> bool:
    """Stop the server of a data folder: politely, then at once. Returns whether there was one."""
    found = find_pid_file(data)
    if found is None or not is_server(found.pid, data):
        return False
    for number, seconds in (
        (signal.SIGINT, FAST_STOP_SECONDS),
        (signal.SIGQUIT, QUICK_STOP_SECONDS),
        (signal.SIGKILL, QUICK_STOP_SECONDS),
    ):
        if number is not signal.SIGINT:
            _log.warning("PostgreSQL does not stop; it will recover at the next start", signal=number.name)
        try:
            os.kill(found.pid, number)
        except ProcessLookupError:
            return True
        except PermissionError:
            raise UsageError(
                f"PostgreSQL (process {found.pid}) runs as another user and cannot be stopped; run Madang as that user"
            ) from None
        if _wait(lambda: not is_server(found.pid, data), seconds):
            return True
    raise UnavailableError(f"PostgreSQL (process {found.pid}) cannot be stopped")


def wait_until_settled(data: Path) -> bool:
    """Wait for a server that is starting or stopping. Returns whether it takes connections in the end."""
    found = find_pid_file(data)
    if found is None or not is_server(found.pid, data.resolve()):
        return False
    _wait(lambda: is_running(data) or not is_server(found.pid, data.resolve()), START_SECONDS)
    return is_running(data)


def wait_for_orphans(data: Path) -> None:
    """Before a start: let the children of a killed server end, and remove a pid file that is not true any more.

    PostgreSQL itself would refuse to start if the number in the file now belongs to another process or a zombie.
    Data is safe: the file goes only when no process works in the data folder.
    """
    if not Path("/proc/self/stat").exists():
        return
    if not _wait(lambda: not _processes_in(data), ORPHAN_SECONDS):
        for pid in _processes_in(data):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if not _wait(lambda: not _processes_in(data), ORPHAN_SECONDS):
            raise UnavailableError(f"processes of a server that was killed still use {data}; end them and start again")
    (data / "postmaster.pid").unlink(missing_ok=True)


def _processes_in(data: Path) -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit() and is_server(int(name), data)]  # noqa: PTH208 - names only, and a process may end meanwhile


def _wait(is_done: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not is_done():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def free_port(wished: int | None) -> int:
    """The wished port if it can be listened on, else any free one."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, wished or 0))
        except OSError:
            probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def explain(said: str, data: Path, log: Path) -> MadangError:
    """One line for what a PostgreSQL program said before it failed."""
    reason = _reason(said)
    if "No space left on device" in said or "Disk quota exceeded" in said:
        return UnavailableError(f"the disk that holds {data.resolve()} is full; free some space and start again")
    if "database files are incompatible" in said:
        return UsageError(f"{data} is of another version of PostgreSQL ({reason}); restore a backup into a new folder")
    if "Permission denied" in said or "wrong ownership" in said:
        return UsageError(f"PostgreSQL may not use {data} ({reason}); give the folder back to its user")
    if "shared memory" in said and "No space left" not in said and "could not" in said:
        return UnavailableError(f"PostgreSQL gets no shared memory from the system ({reason}); see {log}")
    if any(sign in said for sign in _DAMAGE):
        return UnavailableError(
            f"the database files in {data} are damaged ({reason}); move the folder away and restore a backup with "
            "`madang db restore`"
        )
    return UnavailableError(f"PostgreSQL does not start ({reason}); see {log}")


_DAMAGE = (
    *("PANIC:", "pg_control", "checkpoint record", "pg_filenode.map", "invalid magic number", "could not open file"),
    *("required WAL directory", "could not read", "invalid page", "is not a valid data directory"),
)


def _reason(said: str) -> str:
    """The sentence of the last line that tells of an error, without its time."""
    for line in reversed(said.splitlines()):
        for mark in ("PANIC:", "FATAL:", "ERROR:", "error:"):
            if mark in line:
                return line.partition(mark)[2].strip()
    lines = said.split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")


def _read_from(path: Path, begin: int) -> str:
    with path.open("rb") as file:
        file.seek(begin)
        return file.read(64 * 1024).decode(errors="replace")


def _environment() -> dict[str, str]:
    """Nothing of ours: no PG* variables, no secrets, messages in English, which `explain` reads."""
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
