import io
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from madang import logs
from madang.kit.clock import FixedClock
from madang.logs import Logger, configure_logging, get_logger, hide, render_text, trace_id

CANARY = 'cn4ry/s3cr?t&"ü'
NOW = FixedClock(datetime(2026, 1, 2, 3, 4, 5, 678_000, UTC))


@pytest.fixture
def out(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = (list(root.handlers), root.level)
    levels = {name: logging.getLogger(name).level for name in ("uvicorn", "sqlalchemy", "alembic", "asyncio")}
    for name in ("_pipe", "_pattern"):
        monkeypatch.setattr(logs, name, getattr(logs, name))
    monkeypatch.setattr(logs, "_HIDDEN", set[str]())
    stream = io.StringIO()
    configure_logging("backend", "json", "info", stream=stream, clock=NOW)
    yield stream
    root.handlers, level = before
    root.setLevel(level)
    logging.captureWarnings(False)
    for name, value in levels.items():
        logging.getLogger(name).setLevel(value)


def only(out: io.StringIO) -> dict[str, object]:
    (line,) = out.getvalue().splitlines()
    return json.loads(line)


def fail(log: Logger, message: str) -> None:
    try:
        raise ValueError(message)
    except ValueError:
        log.exception("it failed")


def test_an_event_is_one_line_of_json_with_its_trace(out: io.StringIO) -> None:
    token = trace_id.set("0af7651916cd43dd8448eb211c80319c")
    get_logger("catalog").bind(connector="bbs").info("import finished", operations=12)
    trace_id.reset(token)
    assert only(out) == {
        "ts": "2026-01-02T03:04:05.678Z",
        "level": "info",
        "server": "backend",
        "event": "import finished",
        "logger": "catalog",
        "trace": "0af7651916cd43dd8448eb211c80319c",
        "connector": "bbs",
        "operations": 12,
    }


def test_events_below_the_level_are_not_written(out: io.StringIO) -> None:
    get_logger("catalog").debug("a detail")
    assert out.getvalue() == ""


def test_standard_logging_goes_through_the_same_pipe(out: io.StringIO) -> None:
    logging.getLogger("uvicorn.error").warning("odd request from %s", "127.0.0.1")
    assert only(out)["event"] == "odd request from 127.0.0.1"
    assert only(out)["logger"] == "uvicorn.error"


@pytest.mark.parametrize(
    "name",
    ["authorization", "Set-Cookie", "cookie", "password", "access_token", "client_secret", "apiKey", "api_key",
     "X-Api-Key", "credential", "db_passwd", "private_key"],
)  # fmt: skip
def test_a_field_whose_name_is_secret_loses_its_value(out: io.StringIO, name: str) -> None:
    get_logger("x").info("sent", **{name: CANARY}, headers={name: [CANARY]}, many=[{name: {"a": CANARY}}])
    assert "cn4ry" not in out.getvalue()
    assert out.getvalue().count(logs.HIDDEN) == 3


def test_counts_of_tokens_are_no_secret(out: io.StringIO) -> None:
    get_logger("x").info("answered", input_tokens=12, tokens=3, token=4)
    line = only(out)
    assert (line["input_tokens"], line["tokens"], line["token"]) == (12, 3, logs.HIDDEN)


@pytest.mark.parametrize("format_", ["json", "text"])
def test_a_hidden_value_disappears_wherever_it_turns_up(out: io.StringIO, format_: logs.LogFormat) -> None:
    configure_logging("backend", format_, "debug", stream=out, clock=NOW)
    hide(CANARY)
    log = get_logger("x")
    log.info(f"got {CANARY}", **{f"at {CANARY}": {CANARY: [CANARY, (CANARY,)]}}, raw=CANARY.encode())
    log.info("went", url="https://a.example/?q=cn4ry%2Fs3cr%3Ft%26%22%C3%BC", body=json.dumps({"a": CANARY}))
    fail(log, f"refused {CANARY}")
    logging.getLogger("foreign").error("sent %s", CANARY)
    assert "cn4ry" not in out.getvalue()
    assert len(out.getvalue().splitlines()) >= 4


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: Bearer {'abc123' * 4}",
        f"GET /sign-in?a=1&token={'abc123' * 4}&b=2",
        f"postgresql://madang:{'abc123' * 4}@127.0.0.1/x",
    ],
)
def test_secrets_in_well_known_places_of_a_text_are_hidden(out: io.StringIO, text: str) -> None:
    get_logger("x").info("seen", text=text)
    assert "abc123" not in out.getvalue()
    assert logs.HIDDEN in out.getvalue()


def test_very_short_values_are_not_hidden(out: io.StringIO) -> None:
    hide("a")
    get_logger("x").info("a cat")
    assert only(out)["event"] == "a cat"


def test_an_exception_is_one_field_of_json_and_short_in_text(out: io.StringIO) -> None:
    fail(get_logger("x"), "no such\nthing")
    exception = str(only(out)["exception"])
    assert exception.startswith("Traceback")
    text = render_text({"event": "it failed", "exception": exception})
    assert text.endswith(' it failed error="ValueError: no such (test_logs.py:' + text.rsplit(":", 1)[1])
    assert "\n" not in text


def test_text_cannot_be_broken_into_lines_or_move_the_cursor(out: io.StringIO) -> None:
    configure_logging("backend", "text", "info", stream=out, clock=NOW)
    get_logger("x").info("one\ntwo", path="/a\r\n\x1b[2J", other="\x9b2J\u2028")
    assert out.getvalue() == (
        '03:04:05.678Z info    backend  one\\ntwo path="/a\\r\\n\\u001b[2J" other="\\u009b2J\\u2028"\n'
    )


def test_long_values_are_cut(out: io.StringIO) -> None:
    get_logger("x").info("big", body="x" * 10_000)
    assert only(out)["body"] == "x" * logs.LONGEST_TEXT + "... (1808 characters more)"


def test_values_that_are_no_json_are_written_as_text(out: io.StringIO) -> None:
    get_logger("x").info("odd", when=NOW.now(), kind=ValueError("x"), half="\ud800", big=2**80, server="mine")
    line = only(out)
    assert (line["when"], line["kind"], line["server"], line["server_"]) == (
        "2026-01-02 03:04:05.678000+00:00",
        "x",
        "backend",
        "mine",
    )


def test_a_reader_of_the_log_that_went_away_stops_nobody(out: io.StringIO) -> None:
    out.close()
    get_logger("x").info("still here")
