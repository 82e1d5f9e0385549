"""The model server in a thread of a test's process: `with ScriptedModel(script) as model: ... model.url ...`."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

from madang.fakes.llm.app import LlmConfig, create_app
from madang.fakes.llm.reading import read_script
from madang.fakes.llm.record import Player, Received
from madang.fakes.llm.script import Script
from madang.net.serving import serve_asgi

_START_SECONDS = 10.0
_GRACE_SECONDS = 0.1


class ScriptedModel:
    """A model server on a free loopback port, with a loop of its own, so that the test may block its thread.

    A script is a `Script` or its JSON form (see `reading`); without one the deterministic agent answers.
    """

    def __init__(self, script: Script | dict[str, Any] | None = None, *, config: LlmConfig | None = None) -> None:
        config = config or LlmConfig()
        self._config = config if script is None else replace(config, script=_as_script(script))
        self._player = Player(self._config.script)
        self._ready: Future[str] = Future()
        self._thread = threading.Thread(target=self._run, name="scripted-model", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.result(_START_SECONDS)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    @property
    def url(self) -> str:
        """The base URL, without `/v1` and without a slash at the end. Raises where the server did not start."""
        return self._ready.result(0)

    def play(self, script: Script | dict[str, Any]) -> None:
        """Play a script from its beginning."""
        self._player.play(_as_script(script))

    def requests(self) -> list[Received]:
        """All requests to the model since the start or the last `forget`, oldest first."""
        return list(self._player.received)

    def forget(self) -> None:
        """Drop what came in."""
        self._player.forget()

    @property
    def heard(self) -> str:
        """All that the model was told, as one text: where a canary must not be."""
        return "\n".join(received.body.decode("utf-8", "replace") for received in self._player.received)

    @property
    def unused(self) -> int:
        """How many answers of the script nobody asked for."""
        return self._player.unused

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:
            if self._ready.done():
                raise
            self._ready.set_exception(error)

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        app = create_app(self._config, self._player)
        await serve_asgi(
            app,
            host="127.0.0.1",
            port=0,
            server_name="llm",
            ready=self._ready.set_result,
            grace_seconds=_GRACE_SECONDS,
            stop=self._stop,
        )


def _as_script(script: Script | dict[str, Any]) -> Script:
    return script if isinstance(script, Script) else read_script(script)
