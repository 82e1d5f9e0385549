"""The process of one server, as the supervisor sees it."""

from __future__ import annotations

import asyncio
import os
import signal
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from madang.cli.merging import COMPLAINT, LineSplitter

_CHUNK = 64 * 1024


class Child:
    """A running process in a process group of its own, so that Ctrl-C reaches the supervisor alone."""

    def __init__(self, process: Process, on_line: Callable[[str], None]) -> None:
        self._process = process
        self._on_line = on_line
        self._reading = asyncio.create_task(self._read())
        self.complaint: str | None = None

    @classmethod
    async def start(
        cls, command: Sequence[str], environment: Mapping[str, str], on_line: Callable[[str], None]
    ) -> Child:
        """Start the command; its stdin stays open while we live.

        `on_line` is given each line that it prints, but for the one that says why it ends: that is `complaint`.
        """
        process = await asyncio.create_subprocess_exec(
            *command, stdin=PIPE, stdout=PIPE, stderr=STDOUT, env=dict(environment), process_group=0
        )
        return cls(process, on_line)

    @property
    def pid(self) -> int:
        """The process id, which is the group's too."""
        return self._process.pid

    async def wait(self) -> int:
        """The exit status, negative for a signal, once the process has ended and all of its lines are read."""
        status = await self._process.wait()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._reading, 1)
        return status

    async def stop(self, within_seconds: float) -> bool:
        """End the process: SIGTERM, and SIGKILL to its group after the limit. Whether it ended in time."""
        self.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), within_seconds)
        except TimeoutError:
            self.kill()
            await self._process.wait()
            return False
        return True

    def kill(self) -> None:
        """SIGKILL to the whole group."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)

    def terminate(self) -> None:
        """Ask the process to end."""
        with suppress(ProcessLookupError):
            self._process.terminate()

    async def _read(self) -> None:
        assert self._process.stdout is not None
        lines = LineSplitter()
        chunk = b"-"
        while chunk:
            chunk = await self._process.stdout.read(_CHUNK)
            for line in lines.feed(chunk):
                if line.startswith(COMPLAINT):
                    self.complaint = line.removeprefix(COMPLAINT)
                else:
                    self._on_line(line)
