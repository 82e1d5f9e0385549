import json

import pytest

from madang.kit.errors import MadangError
from madang.sdk.client import ApiError, ConnectionLostError
from madang.sdk.session import PATIENCE_SECONDS, Live, Patience, backoff_seconds, read_stream

EVENTS = [{"seq": 1, "type": "RUN_STARTED"}, {"seq": 2, "delta": "a\u2028b\x85c"}]


def lines(*texts: str) -> list[bytes]:
    return [text.encode() for text in texts]


def test_a_stream_gives_events_and_the_moment_where_the_past_ends() -> None:
    first, second = (json.dumps(each, ensure_ascii=False) for each in EVENTS)
    stream = lines("id: 1", "event: RUN_STARTED", f"data: {first}", "", ": live 1", "", ":", "", f"data:{second}", "")
    assert list(read_stream(stream)) == [EVENTS[0], Live(1), EVENTS[1]]


def test_data_of_several_lines_is_one_event_and_one_that_is_cut_off_is_none() -> None:
    assert list(read_stream(lines('data: {"seq":', "data: 3}", "", "id: 4", 'data: {"seq": 4}'))) == [{"seq": 3}]


class Told:
    """A clock that only waiting moves, and what was told meanwhile."""

    def __init__(self) -> None:
        self.time = 0.0
        self.said: list[bool] = []
        self.patience = Patience(self.said.append, clock=lambda: self.time, sleep=self._sleep)

    def _sleep(self, seconds: float) -> None:
        self.time += seconds


def test_a_lost_connection_is_told_once_and_so_is_its_return() -> None:
    told = Told()
    for _ in range(3):
        told.patience.wait(ConnectionLostError("gone"))
    told.patience.is_well()
    told.patience.is_well()
    assert told.said == [True, False]
    assert 0.8 < told.time < 1.8


def test_patience_ends_with_the_error_that_was_last() -> None:
    told = Told()
    while told.time < PATIENCE_SECONDS:
        told.patience.wait(ConnectionLostError("gone"))
    with pytest.raises(ConnectionLostError, match="gone"):
        told.patience.wait(ConnectionLostError("gone"))
    assert told.time < PATIENCE_SECONDS + 6


@pytest.mark.parametrize(("status", "is_waited_for"), [(401, False), (404, False), (500, False), (503, True)])
def test_a_refusal_that_will_not_pass_is_not_waited_for(status: int, is_waited_for: bool) -> None:
    told = Told()
    error: MadangError = ApiError(status, {"detail": "no"})
    if is_waited_for:
        told.patience.wait(error)
    else:
        with pytest.raises(ApiError):
            told.patience.wait(error)
    assert (told.time > 0) is is_waited_for


def test_waits_double_up_to_five_seconds_and_differ_by_chance() -> None:
    assert [backoff_seconds(failures, 1.0) for failures in (0, 1, 4, 5, 99)] == [0.25, 0.5, 4.0, 5.0, 5.0]
    assert backoff_seconds(3, 0.0) == 1.0
