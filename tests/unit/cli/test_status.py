import pytest

from madang.cli.health import Health, State
from madang.cli.status import Row, exit_status, render_rows
from madang.cli.tables import render_table


def row(state: State, detail: str | None = None) -> Row:
    return Row(name="bbs", url="http://127.0.0.1:1", health=Health(state=state, version="1.0", detail=detail))


@pytest.mark.parametrize(
    ("states", "expected"),
    [(["up", "up"], 0), (["up", "down"], 1), (["starting", "down"], 1), (["down", "down"], 2), ([], 2)],
)
def test_the_exit_status_tells_all_some_or_none(states: list[State], expected: int) -> None:
    assert exit_status([row(state) for state in states]) == expected


def test_the_table_of_servers_says_why_one_is_not_up() -> None:
    assert render_rows([row("up"), row("down", "nothing listens there")]).splitlines() == [
        "server  url                 state  version  detail",
        "bbs     http://127.0.0.1:1  up     1.0",
        "bbs     http://127.0.0.1:1  down   1.0      nothing listens there",
    ]


def test_hangul_takes_two_places_a_syllable() -> None:
    assert render_table(("이름", "b"), [("x", "y")]).splitlines() == ["이름  b", "x     y"]
