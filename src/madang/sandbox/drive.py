"""The driver: takes a program from stop to stop, and performs what it stops for by what the caller gives.

The caller decides what an effect is: the real one with a journal, one from a mock, one of a test. The driver knows none
of them; it knows how an error is carried into a program and out of it again.
"""

from __future__ import annotations

import asyncio
import decimal
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, cast

from pydantic_monty import (
    AsyncFunctionSnapshot,
    AsyncFutureSnapshot,
    AsyncMonty,
    MontyComplete,
    MontyCrashedError,
    MontyError,
    MontyRuntimeError,
)

from madang.kit.json import JsonObject, JsonValue
from madang.sandbox.policy import STANDARD, Limits
from madang.sandbox.values import sanitised, to_json
from madang.swl.emit.prelude import CARRIERS

_HOST_NAMES = {name: f"decimal.{each}" if hasattr(decimal, each) else each for name, each in CARRIERS.items()}
_ERRORS = {carrier: name for name, carrier in CARRIERS.items()}
_LIMIT_WORDS = {"TimeoutError": "it computed for too long", "MemoryError": "it took too much memory"}


@dataclass(frozen=True, kw_only=True)
class Act:
    """One stop. `(path, node)` is its key; `catches_doubt`: the program catches `InDoubt` here."""

    node: str
    path: str
    operation: str
    arguments: JsonObject
    catches_doubt: bool


class EffectError(Exception):
    """An error of the language that an effect ended with: `NotFound`, `Timeout` and so on, with what `as e` shows."""

    def __init__(self, kind: str, payload: JsonObject) -> None:
        super().__init__(kind)
        self.kind = kind
        self.payload = payload


class Park(Exception):  # noqa: N818 - it is no error: the run rests, and nothing of it unwinds
    """Raised by `perform` where the run must rest here; what else is under way is finished first."""


Perform: TypeAlias = Callable[[Act], Awaitable[JsonValue]]
"""Performs one effect. Returns its value, raises `EffectError`, or `Park`."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a run ended.

    Attributes:
        state: `succeeded`, `failed`, or `parked` where it rests at an effect.
        value: The result.
        error: The name of the error that nobody caught, or `Fail`, `Limit`, `Crash`.
        message: What it says.
        payload: What an error of an effect carried.
    """

    state: Literal["succeeded", "failed", "parked"]
    value: JsonValue = None
    error: str | None = None
    message: str = ""
    payload: JsonObject | None = None


async def drive(
    pool: AsyncMonty, program: str, arguments: JsonObject, perform: Perform, *, limits: Limits = STANDARD
) -> Outcome:
    """Run a program to its end, or to where it must rest.

    Args:
        pool: Worker processes of the interpreter.
        program: What `madang.swl.emit.program.emit` wrote.
        arguments: The inputs of the workflow, as JSON.
        perform: Performs each effect; several at once where the program is parallel.
        limits: What the program may use.
    """
    bounds: Any = {
        "max_memory": limits.memory_bytes,
        "max_turn_duration_secs": limits.turn_seconds,
        "max_recursion_depth": limits.recursion,
        "max_suspensions": limits.suspensions,
    }
    run = _Run(perform)
    try:
        async with pool.checkout(limits=bounds) as session:
            value = await run.steps(await session.feed_start(program, inputs={"_args": sanitised(arguments)}))
            return Outcome(state="succeeded", value=to_json(value))
    except Park:
        return Outcome(state="parked")
    except MontyRuntimeError as error:
        return _failed(error)
    except MontyCrashedError as error:
        return Outcome(state="failed", error="Crash", message=str(error))
    except MontyError as error:
        return Outcome(state="failed", error="Program", message=str(error))
    except ValueError as error:
        return Outcome(state="failed", error="DataError", message=f"the result cannot be kept: {error}")
    finally:
        await run.close()


class _Run:
    """The effects that are under way."""

    def __init__(self, perform: Perform) -> None:
        self._perform = perform
        self._under_way: dict[asyncio.Task[Any], int] = {}

    async def steps(self, snapshot: Any) -> object:
        """From stop to stop until it is complete; raises Park when an effect must rest and no other is under way."""
        is_parked = False
        while not isinstance(snapshot, MontyComplete):
            if isinstance(snapshot, AsyncFunctionSnapshot):
                task = asyncio.create_task(self._settle(snapshot.args))
                self._under_way[task] = snapshot.call_id
                snapshot = await snapshot.resume({"future": ...})
                continue
            assert isinstance(snapshot, AsyncFutureSnapshot)
            settled: dict[int, Any] = {}
            while not settled:
                if not self._under_way:
                    raise Park
                done, _ = await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)
                for each in done:
                    call = self._under_way.pop(each)
                    answer = each.result()
                    is_parked = is_parked or answer is None
                    if answer is not None:
                        settled[call] = answer
            if is_parked:
                await self._finish()
                raise Park
            snapshot = await snapshot.resume(settled)
        return snapshot.output

    async def close(self) -> None:
        """Nothing is left running, however the run ended."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _finish(self) -> None:
        """What is under way beside an effect that rests comes to its end, so that its outcome is kept."""
        await asyncio.gather(*self._under_way)
        self._under_way.clear()

    async def _settle(self, given: tuple[Any, ...]) -> Any:
        """Perform one effect: what the interpreter is told of it, or None where it rests."""
        try:
            return {"return_value": sanitised(await self._perform(_act(given)))}
        except EffectError as error:
            return {"exc_type": _HOST_NAMES[error.kind], "message": json.dumps(error.payload)}
        except Park:
            return None
        except ValueError as error:
            return {"exc_type": "ValueError", "message": str(error)}


def _act(given: tuple[Any, ...]) -> Act:
    """The stop that the arguments of `_fx` describe. Raises ValueError for any others: the guest is not trusted."""
    match given:
        case (str() as node, str() as path, str() as operation, arguments, bool() as catches_doubt):
            plain = to_json(arguments)
            if isinstance(plain, dict):
                return Act(node=node, path=path, operation=operation, arguments=plain, catches_doubt=catches_doubt)
        case _:
            pass
    raise ValueError("an effect was asked for in a way that no program does")


def _failed(error: MontyRuntimeError) -> Outcome:
    inner = error.exception()
    name = type(inner).__name__
    text = str(inner.args[0]) if inner.args else ""
    if isinstance(inner, SystemExit):
        return Outcome(state="failed", error="Fail", message=text)
    if name in _ERRORS:
        payload = _payload(text)
        return Outcome(
            state="failed", error=_ERRORS[name], message=str(payload.get("message", _ERRORS[name])), payload=payload
        )
    if name in _LIMIT_WORDS:
        return Outcome(state="failed", error="Limit", message=_LIMIT_WORDS[name])
    if name == "RecursionError":
        return Outcome(state="failed", error="Limit", message="its calls nest too deep")
    return Outcome(state="failed", error="DataError", message=f"{name}: {text}" if text else name)


def _payload(text: str) -> JsonObject:
    try:
        found = json.loads(text)
    except ValueError:
        return {"message": text}
    return cast("JsonObject", found) if isinstance(found, dict) else {"message": text}
