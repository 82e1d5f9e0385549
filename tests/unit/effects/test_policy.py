import pytest

from madang.effects.policy import (
    Done,
    Failed,
    InDoubt,
    Retry,
    Verdict,
    after_crash,
    delays_of_checks,
    judge,
    wants_approval,
)
from madang.effects.values import Answered, Attempt, NotSent, Unknown
from madang.types.effects import EffectClass

CUT = Unknown(reason="the connection broke")


def _answer(status: int, retry_after: float | None = None) -> Answered:
    return Answered(status=status, media_type=None, value=None, retry_after_seconds=retry_after)


@pytest.mark.parametrize(("age_seconds", "total"), [(0.0, 60.0), (50.0, 10.0), (59.9, 1.5), (3_600.0, 1.5)])
def test_not_there_counts_only_when_a_late_answer_cannot_come_any_more(age_seconds: float, total: float) -> None:
    delays = delays_of_checks(age_seconds)

    assert sum(delays) == pytest.approx(total)
    assert max(delays) <= 10


@pytest.mark.parametrize(
    ("effect", "method", "result", "attempt", "verdict"),
    [
        ("unsafe", "POST", _answer(201), 1, Done()),
        ("unsafe", "POST", CUT, 1, InDoubt(reason=CUT.reason)),
        ("checkable", "POST", CUT, 1, InDoubt(reason=CUT.reason, ask_first=True)),
        ("safe", "GET", CUT, 1, Retry(delay_seconds=0.5)),
        ("keyed", "POST", CUT, 2, Retry(delay_seconds=1.0)),
        ("idempotent", "PUT", CUT, 3, Failed(reason=CUT.reason)),
        ("unsafe", "POST", NotSent(reason="refused"), 1, Retry(delay_seconds=0.5)),
        ("unsafe", "POST", NotSent(reason="not granted", is_final=True), 1, Failed(reason="not granted")),
        ("unsafe", "POST", _answer(500), 1, Failed(reason="the API answered 500")),
        ("safe", "GET", _answer(503, 7), 1, Retry(delay_seconds=7)),
        ("safe", "GET", _answer(503, 3_600), 1, Retry(delay_seconds=30.0)),
        ("unsafe", "POST", _answer(429, 2), 1, Retry(delay_seconds=2)),
        ("safe", "GET", _answer(404), 1, Failed(reason="the API answered 404")),
        ("idempotent", "DELETE", _answer(404), 1, Failed(reason="the API answered 404")),
        ("idempotent", "DELETE", _answer(404), 2, Done(is_assumed=True)),
        ("idempotent", "PUT", _answer(412), 2, Failed(reason="the API answered 412")),
    ],
)
def test_what_follows_from_an_attempt_is_decided_by_the_effect_class(
    effect: EffectClass, method: str, result: Attempt, attempt: int, verdict: Verdict
) -> None:
    assert judge(effect, method, result, attempt) == verdict


def test_the_second_conditional_put_that_conflicts_was_done_by_the_first() -> None:
    assert judge("idempotent", "PUT", _answer(412), 2, is_conditional=True) == Done(is_assumed=True)


def test_an_intent_without_outcome_is_repeated_only_where_that_is_harmless() -> None:
    classes: tuple[EffectClass, ...] = ("safe", "idempotent", "keyed", "checkable", "unsafe")
    assert [after_crash(effect) for effect in classes] == ["repeat", "repeat", "repeat", "ask", "doubt"]


def test_a_person_is_asked_before_everything_that_is_not_safe() -> None:
    classes: tuple[EffectClass, ...] = ("safe", "idempotent", "keyed", "checkable", "unsafe")
    assert [wants_approval(effect) for effect in classes] == [False, True, True, True, True]
