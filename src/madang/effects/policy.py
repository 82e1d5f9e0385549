"""What follows from an attempt or a crash, by effect class. Pure; the table is that of docs/flows/effects.md.

The rule behind it: an act that may have happened is never done again unless its class says that this is harmless.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, assert_never

from madang.effects.values import Answered, Attempt, NotSent, Unknown
from madang.types.effects import EffectClass

MAX_ATTEMPTS = 3
FIRST_DELAY_SECONDS = 0.5
MAX_DELAY_SECONDS = 30.0

SETTLE_SECONDS = 60.0
"""As long as the proxy waits for an answer: until then, what broke off may still happen, and "not there" may be too
early. "There" is true at once."""

Recovery = Literal["repeat", "ask", "doubt"]

_REPEATABLE: frozenset[EffectClass] = frozenset({"safe", "idempotent", "keyed"})
_ON_CRASH: dict[EffectClass, Recovery] = {
    "safe": "repeat",
    "idempotent": "repeat",
    "keyed": "repeat",
    "checkable": "ask",
    "unsafe": "doubt",
}


@dataclass(frozen=True, kw_only=True)
class Done:
    """It happened. `is_assumed`: concluded from a repeat's 404 or 409, not from an answer of success."""

    is_assumed: bool = False


@dataclass(frozen=True, kw_only=True)
class Retry:
    """Try again after a while."""

    delay_seconds: float


@dataclass(frozen=True, kw_only=True)
class Failed:
    """It did not happen, or the upstream said no."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class InDoubt:
    """Nobody knows; `ask_first`: the connector names a read that may tell."""

    reason: str
    ask_first: bool = False


Verdict = Done | Retry | Failed | InDoubt


def after_crash(effect: EffectClass) -> Recovery:
    """What to do about an intent without an outcome."""
    return _ON_CRASH[effect]


def judge(effect: EffectClass, method: str, result: Attempt, attempt: int, *, is_conditional: bool = False) -> Verdict:
    """What follows from attempt number `attempt` (1 is the first). `is_conditional`: a PUT with If-Match."""
    match result:
        case Answered():
            return _judge_answer(effect, method, result, attempt, is_conditional)
        case NotSent():
            if result.is_final or attempt >= MAX_ATTEMPTS:
                return Failed(reason=result.reason)
            return Retry(delay_seconds=delay(attempt))
        case Unknown():
            if effect not in _REPEATABLE:
                return InDoubt(reason=result.reason, ask_first=effect == "checkable")
            if attempt < MAX_ATTEMPTS:
                return Retry(delay_seconds=delay(attempt))
            return Failed(reason=result.reason)
        case _:
            assert_never(result)


def _judge_answer(effect: EffectClass, method: str, answer: Answered, attempt: int, is_conditional: bool) -> Verdict:
    if answer.status < 400:
        return Done()
    if attempt > 1 and _says_done_before(effect, method, answer.status, is_conditional):
        return Done(is_assumed=True)
    again = answer.status in {429, 503} or answer.status >= 500
    if again and attempt < MAX_ATTEMPTS and (effect in _REPEATABLE or answer.status == 429):
        return Retry(delay_seconds=min(MAX_DELAY_SECONDS, answer.retry_after_seconds or delay(attempt)))
    return Failed(reason=answer.reason or f"the API answered {answer.status}")


def _says_done_before(effect: EffectClass, method: str, status: int, is_conditional: bool) -> bool:
    if effect != "idempotent":
        return False
    if method == "DELETE":
        return status in {404, 410}
    return method == "PUT" and is_conditional and status in {409, 412}


def delay(attempt: int) -> float:
    """Seconds before the attempt after `attempt`: doubling from half a second to half a minute."""
    return min(MAX_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2 ** (attempt - 1))


def delays_of_checks(age_seconds: float) -> Sequence[float]:
    """Seconds before each further check of an act that began so long ago; after the last one, not there is not done.

    There are always some, as a read may fail for a moment like any call.
    """
    left, step, found = max(1.5, SETTLE_SECONDS - age_seconds), FIRST_DELAY_SECONDS, list[float]()
    while left > 0:
        found.append(min(step, left))
        left -= step
        step = min(2 * step, 10.0)
    return found


def wants_approval(effect: EffectClass) -> bool:
    """Whether a person is asked before an act of this class in a turn or a direct call."""
    return effect != "safe"
