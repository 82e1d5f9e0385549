import io
import json
from datetime import UTC, datetime

from madang.cli.merging import LONGEST_LINE, LineSplitter, MergedLog, to_event
from madang.kit.clock import FixedClock

NOW = FixedClock(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))


def test_chunks_are_joined_to_lines_and_the_rest_is_a_line_at_the_end() -> None:
    lines = LineSplitter()
    chunks = [b"on", b"e\ntw", "o 마".encode()[:-1], "마".encode()[-1:] + b"\r\n\nthr", b"ee", b""]
    assert [list(lines.feed(chunk)) for chunk in chunks] == [[], ["one"], [], ["two 마"], [], ["three"]]


def test_a_line_without_an_end_does_not_fill_the_memory() -> None:
    (line,) = LineSplitter().feed(b"x" * (LONGEST_LINE + 1))
    assert len(line) == LONGEST_LINE + 1


def test_an_event_of_a_server_is_passed_on_under_the_name_that_we_know_it_by() -> None:
    line = json.dumps({"ts": "t", "level": "warning", "event": "odd", "server": "forged", "n": 1})
    assert to_event("bbs", line, NOW) == {"ts": "t", "level": "warning", "event": "odd", "server": "bbs", "n": 1}


def test_any_other_line_is_wrapped() -> None:
    for line in ("Traceback (most recent call last):", '{"a": 1}', "{broken"):
        assert to_event("bbs", line, NOW) == {
            "ts": "2026-01-02T03:04:05.000Z",
            "level": "info",
            "server": "bbs",
            "event": line,
        }


def test_the_merged_log_is_text_or_json() -> None:
    text, lines = io.StringIO(), io.StringIO()
    MergedLog("text", stream=text, clock=NOW).line("bbs", "hello\x1b[2J")
    MergedLog("json", stream=lines, clock=NOW).event("warning", "bbs ended", status=-9, password="x")
    assert text.getvalue() == "03:04:05.000Z info    bbs      hello\\u001b[2J\n"
    assert json.loads(lines.getvalue()) == {
        "ts": "2026-01-02T03:04:05.000Z",
        "level": "warning",
        "server": "up",
        "event": "bbs ended",
        "status": -9,
        "password": "[hidden]",
    }


def test_a_terminal_shows_the_name_of_a_server_in_a_colour_of_its_own() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    log = MergedLog("text", stream=terminal, clock=NOW)
    for server in ("bbs", "backend", "bbs"):
        log.line(server, "hello")
    assert terminal.getvalue().splitlines() == [
        "03:04:05.000Z info    \x1b[36mbbs\x1b[0m      hello",
        "03:04:05.000Z info    \x1b[35mbackend\x1b[0m  hello",
        "03:04:05.000Z info    \x1b[36mbbs\x1b[0m      hello",
    ]
