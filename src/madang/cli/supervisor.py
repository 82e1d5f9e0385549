"""Starts servers, restarts those that end, kills those that hang, and stops all of them in order."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from madang.cli.backoff import Backoff
from madang.cli.child import Child
from madang.cli.health import Health, probe
from madang.cli.merging import MergedLog
from madang.cli.servers import Server
from madang.kit.errors import UsageError

WRONG_USE = 2


@dataclass(frozen=True, kw_only=True)
class Timing:
    """The supervisor's patience, in seconds."""

    probe_starting: float = 0.1
    probe_up: float = 2.0
    answer: float = 2.0
    silent: float = 20.0
    starting: float = 90.0
    stop: float = 8.0


@dataclass(frozen=True, kw_only=True)
class Launch:
    """A server to run: its row of the table, where it will listen, and how its process is started."""

    server: Server
    url: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(repr=False)


@dataclass(kw_only=True)
class _Unit:
    launch: Launch
    backoff: Backoff
    health: Health = field(default_factory=lambda: Health(state="down", detail="not started"))
    child: Child | None = None
    was_ready: bool = False
    ready_at: float | None = None
    heard_at: float = 0.0

    @property
    def name(self) -> str:
        return self.launch.server.name


class Supervisor:
    """`run` starts all servers and returns once `stop` is set and every server has ended.

    A server that ends with status 2 before it was ever ready cannot work as it is set up: that ends `run` with a
    UsageError that carries the server's own line.
    """

    def __init__(
        self,
        launches: Sequence[Launch],
        log: MergedLog,
        *,
        timing: Timing | None = None,
        backoff: Callable[[], Backoff] = Backoff,
    ) -> None:
        self._units = [_Unit(launch=launch, backoff=backoff()) for launch in launches]
        self._log = log
        self._timing = timing or Timing()
        self._changed = asyncio.Event()
        self._is_stopping = False

    def healths(self) -> list[tuple[Launch, Health]]:
        """How each server is now."""
        return [(unit.launch, unit.health) for unit in self._units]

    def relaunch(self, launches: Sequence[Launch]) -> None:
        """Run the servers as these launches say, by name, from now on: each is ended and started again."""
        fresh = {launch.server.name: launch for launch in launches}
        for unit in self._units:
            if fresh[unit.name] != unit.launch:
                unit.launch = fresh[unit.name]
                if unit.child is not None:
                    unit.child.terminate()

    async def wait_ready(self, within_seconds: float) -> bool:
        """Wait until all servers are ready; whether they are after that time."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within_seconds):
                while any(unit.health.state != "up" for unit in self._units):
                    self._changed.clear()
                    await self._changed.wait()
                return True
        return False

    async def run(self, stop: asyncio.Event) -> None:
        """Run all servers until `stop` is set."""
        keeping = {unit.name: asyncio.create_task(self._keep(unit)) for unit in self._units}
        others = [asyncio.create_task(stop.wait()), *(asyncio.create_task(self._watch(unit)) for unit in self._units)]
        try:
            done, _ = await asyncio.wait([*keeping.values(), *others], return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            self._is_stopping = True
            await self._stop_all(keeping)
            for task in others:
                task.cancel()
            await asyncio.gather(*keeping.values(), *others, return_exceptions=True)

    async def _keep(self, unit: _Unit) -> None:
        """Start a server, and again each time that it has ended."""
        while True:
            unit.child = await Child.start(
                unit.launch.command, unit.launch.environment, lambda line: self._log.line(unit.name, line)
            )
            unit.ready_at, unit.heard_at = None, time.monotonic()
            self._note(unit, Health(state="starting"))
            status = await unit.child.wait()
            complaint, unit.child = unit.child.complaint, None
            self._note(unit, Health(state="down", detail=f"ended with status {status}"))
            if self._is_stopping:
                return
            if status == WRONG_USE and not unit.was_ready:
                raise UsageError(f"{unit.name} cannot start: {complaint or 'see its log'}")
            well = time.monotonic() - unit.ready_at if unit.ready_at is not None else 0.0
            delay = unit.backoff.next_delay(well_seconds=well)
            reason = {"reason": complaint} if complaint else {}
            self._log.event("warning", f"{unit.name} ended", status=status, restart_in_seconds=delay, **reason)
            await asyncio.sleep(delay)

    async def _watch(self, unit: _Unit) -> None:
        """Ask a server again and again how it is."""
        timing = self._timing
        while True:
            child = unit.child
            if child is not None:
                health = await asyncio.to_thread(
                    probe, unit.launch.url, unit.launch.server.health, timeout_seconds=timing.answer
                )
                if unit.child is child:
                    self._judge(unit, child, health)
            await asyncio.sleep(timing.probe_up if unit.health.state == "up" else timing.probe_starting)

    def _judge(self, unit: _Unit, child: Child, health: Health) -> None:
        """Note what a probe found; a server that has been silent for too long is killed, and so started again."""
        now = time.monotonic()
        if health.state != "down":
            unit.heard_at = now
        elif unit.ready_at is None:
            health = Health(state="starting", detail=health.detail)
        if health.state == "up" and unit.ready_at is None:
            unit.ready_at, unit.was_ready = now, True
        patience = self._timing.starting if unit.ready_at is None else self._timing.silent
        if now - unit.heard_at > patience:
            self._log.event("error", f"{unit.name} does not answer and is killed", silent_seconds=round(patience))
            child.kill()
        self._note(unit, health)

    def _note(self, unit: _Unit, health: Health) -> None:
        if health.state == "up" and unit.health.state != "up":
            self._log.event("info", f"{unit.name} is ready", url=unit.launch.url)
        elif unit.health.state == "up" and health.state != "up" and unit.child and not self._is_stopping:
            self._log.event("warning", f"{unit.name} is not ready", detail=health.detail)
        unit.health = health
        self._changed.set()

    async def _stop_all(self, keeping: Mapping[str, asyncio.Task[None]]) -> None:
        """End the servers one after the other, the last of the table first, all within `Timing.stop`."""
        end = time.monotonic() + self._timing.stop
        units = list(reversed(self._units))
        for index, unit in enumerate(units):
            if unit.child is None:
                keeping[unit.name].cancel()
                await asyncio.gather(keeping[unit.name], return_exceptions=True)
                continue
            share = max(end - time.monotonic(), 0.1) / (len(units) - index)
            if not await unit.child.stop(share):
                self._log.event("warning", f"{unit.name} did not stop in time and was killed")
