from madang.cli.backoff import Backoff


def test_the_delay_doubles_up_to_half_a_minute() -> None:
    backoff = Backoff()
    assert [backoff.next_delay(well_seconds=0) for _ in range(8)] == [0.5, 1, 2, 4, 8, 16, 30, 30]


def test_a_server_that_was_well_for_a_minute_begins_anew() -> None:
    backoff = Backoff()
    delays = [backoff.next_delay(well_seconds=seconds) for seconds in (0, 59, 60, 0)]
    assert delays == [0.5, 1, 0.5, 1]
