"""The steps of an answer, taken over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from madang.fakes.llm.wire import Cut, Data, Head, Step, Wait


class Performance(Response):
    """A response that waits, streams, and may end before its end, as its steps say."""

    def __init__(self, steps: Iterator[Step]) -> None:
        super().__init__()
        self._steps = steps

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take the steps, until the client goes."""
        gone = asyncio.create_task(_until_gone(receive))
        try:
            for step in self._steps:
                if isinstance(step, Cut):
                    return  # a response that is not completed: the server drops the connection
                if isinstance(step, Wait):
                    await asyncio.wait({gone}, timeout=step.seconds)
                else:
                    await send(_message(step))
                    await asyncio.sleep(0)
                if gone.done():
                    return
            await send({"type": "http.response.body", "body": b""})
        finally:
            gone.cancel()


def _message(step: Head | Data) -> dict[str, Any]:
    if isinstance(step, Data):
        return {"type": "http.response.body", "body": step.data, "more_body": True}
    headers = [(name.encode(), value.encode()) for name, value in step.headers.items()]
    return {"type": "http.response.start", "status": step.status, "headers": headers}


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
